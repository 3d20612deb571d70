//  mapping.c: see mapping.h.
#include "worker/rules/mapping/mapping.h"

#include <stdlib.h>

//  Room for one more of `count` items of `size` bytes at *items. 0, or -1 out of memory.
static int s_make_room (void **items, size_t *room, size_t count, size_t size)
{
    if (count < *room)
        return 0;
    void *larger = realloc (*items, (*room * 2 + 32) * size);
    if (!larger)
        return -1;
    *items = larger;
    *room = *room * 2 + 32;
    return 0;
}

int mapping_add_feed (mapping_t *self, const char *path, struct mapping_feed feed)
{
    void *feeds = self->feeds;
    feed.path = strdup (path);
    if (!feed.path || s_make_room (&feeds, &self->feed_room, self->feed_count, sizeof feed) != 0) {
        free (feed.path);
        return -1;
    }
    self->feeds = feeds;
    self->feeds[self->feed_count++] = feed;
    return 0;
}

int mapping_add_use (mapping_t *self, const char *path, const char *column, bool keeps)
{
    void *uses = self->uses;
    struct mapping_use use = {strdup (path), column, keeps};
    if (!use.path || s_make_room (&uses, &self->use_room, self->use_count, sizeof use) != 0) {
        free (use.path);
        return -1;
    }
    self->uses = uses;
    self->uses[self->use_count++] = use;
    return 0;
}

static void s_free_pairs (struct mapping_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free (pairs[i].from);
        free (pairs[i].to);
    }
    free (pairs);
}

static void s_free_derived (mapping_t *self)
{
    for (size_t i = 0; i < self->join_count; i++) {
        struct mapping_join *join = &self->joins[i];
        char *owned[] = {join->column, join->table, join->key, join->keep};
        for (size_t o = 0; o < sizeof owned / sizeof *owned; o++)
            free (owned[o]);
        for (size_t t = 0; t < join->take_count; t++) {
            free (join->takes[t].from);
            free (join->takes[t].to);
        }
        code_table_destroy (&join->rows);
    }
    for (size_t i = 0; i < self->combine_count; i++) {
        free (self->combines[i].field);
        for (size_t c = 0; c < self->combines[i].from_count; c++)
            free (self->combines[i].from[c]);
    }
    for (size_t i = 0; i < self->test_count; i++) {
        free (self->tests[i].column);
        for (size_t v = 0; v < self->tests[i].value_count; v++) {
            free (self->tests[i].values[v].from);
            free (self->tests[i].values[v].to);
        }
        free (self->tests[i].values);
    }
    free (self->tests);
    for (size_t i = 0; i < self->first_count; i++) {
        free (self->firsts[i].field);
        for (size_t c = 0; c < self->firsts[i].from_count; c++)
            free (self->firsts[i].from[c]);
    }
    free (self->firsts);
    for (size_t i = 0; i < self->split_count; i++) {
        free (self->splits[i].column);
        for (size_t f = 0; f < DERIVED_FIELDS_MAX; f++)
            free (self->splits[i].into[f]);
    }
    free (self->combines);
    free (self->splits);
    for (size_t i = 0; i < self->feed_count; i++)
        free (self->feeds[i].path);
    for (size_t i = 0; i < self->use_count; i++)
        free (self->uses[i].path);
    free (self->feeds);
    free (self->uses);
}

void mapping_destroy (mapping_t **self_p)
{
    mapping_t *self = *self_p;
    if (!self)
        return;
    s_free_derived (self);
    s_free_pairs (self->columns, self->column_count);
    s_free_pairs (self->constants, self->constant_count);
    for (size_t i = 0; i < self->value_count; i++) {
        free (self->values[i].field);
        free (self->values[i].from);
        free (self->values[i].to);
    }
    for (size_t i = 0; i < self->missing_count; i++)
        free (self->missing[i]);
    for (size_t i = 0; i < self->not_content_count; i++)
        free (self->not_content[i]);
    for (size_t i = 0; i < self->date_count; i++)
        free (self->dates[i].column);
    free (self->dates);
    free (self->values);
    free (self->missing);
    free (self->not_content);
    free (self->source);
    free (self->kind);
    free (self->date_order);
    free (self->decimal);
    free (self);
    *self_p = NULL;
}
