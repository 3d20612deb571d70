//  field_names.c: see field_names.h.
#include "worker/rules/schema/field_names.h"

#include "messages/base/narrow.h"
#include "worker/text/index.h"

#include <stdlib.h>

struct entry {
    struct field_name as;
    size_t n;
    char folded[];
};

struct field_names {
    struct entry **entries;
    size_t count, room;
    text_index_t *index;
};

field_names_t *field_names_new (void)
{
    field_names_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->index = text_index_new ();
    if (!self->index)
        field_names_destroy (&self);
    return self;
}

void field_names_destroy (field_names_t **self_p)
{
    field_names_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        free (self->entries[i]);
    free (self->entries);
    text_index_destroy (&self->index);
    free (self);
    *self_p = NULL;
}

static int s_make_room (field_names_t *self)
{
    if (self->count < self->room)
        return 0;
    size_t room = self->room * 2 + 64;
    struct entry **entries = realloc (self->entries, room * sizeof *entries);
    if (!entries)
        return -1;
    self->entries = entries;
    self->room = room;
    return 0;
}

int field_names_add (field_names_t *self, const char *name, struct field_name as, int *other)
{
    char folded[NAME_FOLD_BYTES];
    size_t n = text_fold (text_of (name), folded, sizeof folded);
    *other = -1;
    if (n == 0 || n == sizeof folded)
        return 1;
    int at = text_index_find (self->index, (struct text){folded, n});
    if (at != TEXT_INDEX_NONE) {
        *other = self->entries[at]->as.field;
        return 1;
    }
    if (s_make_room (self) != 0)
        return -1;
    struct entry *entry = malloc (sizeof *entry + n);
    if (!entry)
        return -1;
    entry->as = as;
    entry->n = n;
    memcpy (entry->folded, folded, n);
    self->entries[self->count++] = entry;
    return text_index_put (self->index, (struct text){entry->folded, n}, NARROW (int, self->count) - 1);
}

const struct field_name *field_names_find (const field_names_t *self, struct text name)
{
    char folded[NAME_FOLD_BYTES];
    size_t n = text_fold (name, folded, sizeof folded);
    if (n == 0 || n == sizeof folded)
        return NULL;
    int at = text_index_find (self->index, (struct text){folded, n});
    return at == TEXT_INDEX_NONE ? NULL : &self->entries[at]->as;
}
