//  unknown_names.c: see unknown_names.h.
#include "worker/pipeline/unknown_names.h"

#include "worker/formats/dialect.h"

#include <czmq.h>

struct unknown_names {
    char **names;    //  owned
    size_t count, room;
    zhashx_t *seen;
};

unknown_names_t *unknown_names_new (void)
{
    unknown_names_t *self = calloc (1, sizeof *self);
    if (self)
        self->seen = zhashx_new ();
    if (self && !self->seen)
        unknown_names_destroy (&self);
    return self;
}

void unknown_names_destroy (unknown_names_t **self_p)
{
    unknown_names_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->count; i++)
        free (self->names[i]);
    free (self->names);
    zhashx_destroy (&self->seen);
    free (self);
    *self_p = NULL;
}

static int s_add (unknown_names_t *self, const char *name)
{
    if (self->count == self->room) {
        size_t room = self->room ? self->room * 2 : 16;
        char **names = realloc (self->names, room * sizeof *names);
        if (!names)
            return -1;
        self->names = names;
        self->room = room;
    }
    char *copy = strdup (name);
    if (!copy)
        return -1;
    self->names[self->count++] = copy;
    zhashx_insert (self->seen, copy, copy);
    return 0;
}

int unknown_names_learn (unknown_names_t *self, const struct buffer *names)
{
    int rc = 0;
    for (size_t at = 0; rc == 0 && at < names->used; at += strlen (names->at + at) + 1)
        if (!zhashx_lookup (self->seen, names->at + at) && self->count < COLUMNS_MAX)
            rc = s_add (self, names->at + at);
    return rc;
}

void unknown_names_forget (unknown_names_t *self)
{
    for (size_t i = 0; i < self->count; i++)
        free (self->names[i]);
    self->count = 0;
    zhashx_purge (self->seen);
}

size_t unknown_names_count (const unknown_names_t *self)
{
    return self->count;
}

const char *unknown_names_at (const unknown_names_t *self, size_t i)
{
    return i < self->count ? self->names[i] : NULL;
}
