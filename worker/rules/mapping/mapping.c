//  mapping.c: a mapping file into a struct mapping. See mapping.h.
#include "worker/rules/mapping/mapping.h"

#include "worker/rules/mapping/derived_columns.h"

#include <stdlib.h>

enum { VALUES_STEP = 64 };

int mapping_out_of_memory (struct json_place *place)
{
    return error_set (place->error, DMH_INTERNAL, "out of memory while reading %s", place->source);
}

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

int mapping_feeds (struct json_place *place, mapping_t *self, const char *column, const char *field,
                   bool optional, bool made)
{
    void *feeds = self->feeds;
    char *path = strdup (place->path);
    if (!path || s_make_room (&feeds, &self->feed_room, self->feed_count, sizeof *self->feeds) != 0) {
        free (path);
        return mapping_out_of_memory (place);
    }
    self->feeds = feeds;
    struct mapping_feed *feed = &self->feeds[self->feed_count++];
    *feed = (struct mapping_feed){.column = column, .field = field, .optional = optional, .made = made};
    feed->path = path;
    return DMH_OK;
}

int mapping_uses (struct json_place *place, mapping_t *self, const char *column, bool keeps)
{
    void *uses = self->uses;
    char *path = strdup (place->path);
    if (!path || s_make_room (&uses, &self->use_room, self->use_count, sizeof *self->uses) != 0) {
        free (path);
        return mapping_out_of_memory (place);
    }
    self->uses = uses;
    struct mapping_use *use = &self->uses[self->use_count++];
    *use = (struct mapping_use){.column = column, .keeps = keeps};
    use->path = path;
    return DMH_OK;
}

//  {"from": "to" | null, …}
static int s_pairs (struct json_place *place, const struct json_value *root, const char *key, mapping_t *self,
                    struct mapping_pair **out, size_t *count)
{
    bool nulls = out == &self->columns;
    const struct json_value *object;
    int rc = json_object (place, root, key, &object);
    if (rc != DMH_OK || !object)
        return rc;
    *out = calloc (object->count + 1, sizeof **out);
    if (!*out)
        return mapping_out_of_memory (place);
    size_t back = json_enter (place, key);
    for (const struct json_value *value = object->first; value; value = value->next) {
        size_t inner = json_enter (place, value->key);
        if (!json_value_is (value, JSON_STRING) && !(nulls && json_value_is (value, JSON_NULL)))
            return json_wrong (place, nulls ? "has to be a field's name or null" : "has to be a string");
        struct mapping_pair *pair = &(*out)[(*count)++];
        pair->from = strdup (value->key);
        pair->to = json_value_is (value, JSON_STRING) ? strdup (value->text) : NULL;
        if (!pair->from || (json_value_is (value, JSON_STRING) && !pair->to))
            return mapping_out_of_memory (place);
        rc = nulls ? mapping_uses (place, self, pair->from, !pair->to) : DMH_OK;
        if (rc == DMH_OK && pair->to)
            rc = nulls ? mapping_feeds (place, self, pair->from, pair->to, false, false)
                       : mapping_feeds (place, self, NULL, pair->from, false, false);
        if (rc != DMH_OK)
            return rc;
        json_leave (place, inner);
    }
    json_leave (place, back);
    return DMH_OK;
}

static int s_add_value (struct json_place *place, mapping_t *self, const char *field, const char *from,
                        const char *to)
{
    struct mapping_value *values = self->values;
    if (self->value_count % VALUES_STEP == 0) {
        values = realloc (values, (self->value_count + VALUES_STEP) * sizeof *values);
        if (!values)
            return mapping_out_of_memory (place);
        self->values = values;
    }
    struct mapping_value *value = &values[self->value_count++];
    *value = (struct mapping_value){strdup (field), strdup (from), strdup (to)};
    return value->field && value->from && value->to ? DMH_OK : mapping_out_of_memory (place);
}

//  {"field": {"spelling": "code", …}, …}
static int s_values (struct json_place *place, const struct json_value *root, mapping_t *self)
{
    const struct json_value *object;
    int rc = json_object (place, root, "values", &object);
    if (rc != DMH_OK || !object)
        return rc;
    size_t back = json_enter (place, "values");
    for (const struct json_value *map = object->first; map; map = map->next) {
        size_t inner = json_enter (place, map->key);
        if (!json_value_is (map, JSON_OBJECT))
            return json_wrong (place, "has to be an object of spelling: code");
        for (const struct json_value *spelling = map->first; spelling; spelling = spelling->next) {
            const char *code = json_value_string (spelling);
            if (json_value_is (spelling, JSON_NULL))    //  as dmh inspect writes it: nothing decided yet
                continue;
            if (!code || !*code) {
                json_enter (place, spelling->key);
                return json_wrong (place,
                                   "has a code that is empty or not a string; write the code, or null for "
                                   "none yet");
            }
            rc = s_add_value (place, self, map->key, spelling->key, code);
            if (rc != DMH_OK)
                return rc;
        }
        json_leave (place, inner);
    }
    json_leave (place, back);
    return DMH_OK;
}

static int s_missing (struct json_place *place, const struct json_value *root, mapping_t *self)
{
    const struct json_value *list;
    int rc = json_array (place, root, "missing", &list);
    if (rc != DMH_OK || !list)
        return rc;
    self->missing = calloc (list->count + 1, sizeof *self->missing);
    if (!self->missing)
        return mapping_out_of_memory (place);
    for (const struct json_value *item = list->first; item; item = item->next) {
        if (!json_value_is (item, JSON_STRING)) {
            json_enter (place, "missing");
            json_enter_index (place, self->missing_count);
            return json_wrong (place, "is a missing marker that is not a string; write it in quotes");
        }
        self->missing[self->missing_count] = strdup (item->text);
        if (!self->missing[self->missing_count++])
            return mapping_out_of_memory (place);
    }
    return DMH_OK;
}

static int s_version (struct json_place *place, const struct json_value *root)
{
    char *version = NULL;
    int rc = json_string (place, root, "dmh", false, &version);
    if (rc == DMH_OK && version && strcmp (version, "mapping/1") != 0) {
        json_enter (place, "dmh");
        rc = json_wrong (place, "has to be \"mapping/1\", the only version there is");
    }
    free (version);
    return rc;
}

static int s_read (struct json_place *place, const struct json_value *root, mapping_t *self)
{
    if (!json_value_is (root, JSON_OBJECT))
        return json_wrong (place, "has to be an object");
    static const char *const KEYS[] = {"dmh",   "kind",    "columns", "constants", "values",
                                       "joins", "combine", "split",   "missing",   "date_order",
                                       "dates", "notes",   NULL};
    int rc = json_known (place, root, KEYS);
    if (rc == DMH_OK)
        rc = s_version (place, root);
    if (rc == DMH_OK)
        rc = json_string (place, root, "kind", false, &self->kind);
    if (rc == DMH_OK)
        rc = json_string (place, root, "date_order", false, &self->date_order);
    if (rc == DMH_OK && self->date_order && strcmp (self->date_order, "mdy") != 0 &&
        strcmp (self->date_order, "dmy") != 0 && strcmp (self->date_order, "ymd") != 0) {
        json_enter (place, "date_order");
        return json_wrong (place, "has to be mdy, dmy or ymd");
    }
    if (rc == DMH_OK)
        rc = s_pairs (place, root, "columns", self, &self->columns, &self->column_count);
    if (rc == DMH_OK)
        rc = s_pairs (place, root, "constants", self, &self->constants, &self->constant_count);
    if (rc == DMH_OK)
        rc = s_values (place, root, self);
    if (rc == DMH_OK)
        rc = mapping_read_joins (place, root, self);
    if (rc == DMH_OK)
        rc = mapping_read_combines (place, root, self);
    if (rc == DMH_OK)
        rc = mapping_read_splits (place, root, self);
    if (rc == DMH_OK)
        rc = mapping_read_dates (place, root, self);
    return rc == DMH_OK ? s_missing (place, root, self) : rc;
}

mapping_t *mapping_new (const char *json, size_t n, const char *source, struct error *error)
{
    struct json_value *root = json_parse (json, n, source, error);
    if (!root)
        return NULL;
    struct json_place place = {.source = source, .error = error};
    mapping_t *self = calloc (1, sizeof *self);
    if (!self || !(self->source = strdup (source))) {
        mapping_out_of_memory (&place);
        mapping_destroy (&self);
    } else if (s_read (&place, root, self) != DMH_OK)
        mapping_destroy (&self);
    json_value_destroy (&root);
    return self;
}

static void s_free_pairs (struct mapping_pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free (pairs[i].from);
        free (pairs[i].to);
    }
    free (pairs);
}

static void s_free_made (mapping_t *self)
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
    for (size_t i = 0; i < self->split_count; i++) {
        free (self->splits[i].column);
        for (size_t f = 0; f < MADE_FIELDS_MAX; f++)
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
    s_free_made (self);
    s_free_pairs (self->columns, self->column_count);
    s_free_pairs (self->constants, self->constant_count);
    for (size_t i = 0; i < self->value_count; i++) {
        free (self->values[i].field);
        free (self->values[i].from);
        free (self->values[i].to);
    }
    for (size_t i = 0; i < self->missing_count; i++)
        free (self->missing[i]);
    for (size_t i = 0; i < self->date_count; i++)
        free (self->dates[i].column);
    free (self->dates);
    free (self->values);
    free (self->missing);
    free (self->source);
    free (self->kind);
    free (self->date_order);
    free (self);
    *self_p = NULL;
}
