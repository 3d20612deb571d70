//  input_list.c: see input_list.h.
#define _GNU_SOURCE
#include "client/arguments/input_list.h"

#include "client/arguments/input_name.h"
#include "messages/base/large_pages.h"
#include "messages/base/narrow.h"
#include "messages/uri.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  The input's name is the last one of its place. What does not fit has no place for others.
static int s_name (struct input_argument *self)
{
    struct input input;
    const char *slash = strrchr (self->place, '/');
    size_t n = slash ? strlen (self->place) : 0;
    named_input_get (&self->input, &input);
    input_name_plain (slash ? slash + 1 : self->place, input.name);
    snprintf (input.place, sizeof input.place, "%s", n < sizeof input.place && slash ? self->place : "");
    return named_input_set (&self->input, &input);
}

static void s_clear (struct input_argument *self)
{
    free (self->word);
    free (self->place);
    named_input_clear (&self->input);
}

struct input_argument *input_list_add (struct input_list *self, const char *word, const char *place)
{
    if (self->count == self->room) {
        size_t room = self->room ? 2 * self->room : 8;
        struct input_argument *at = reallocarray (self->at, room, sizeof *at);
        if (!at)
            return NULL;
        self->at = at;
        self->room = room;
        large_pages_hint (at, room * sizeof *at);
    }
    struct input_argument *added = &self->at[self->count];
    *added = (struct input_argument){.word = strdup (word), .place = input_name_place (place)};
    if (!added->word || !added->place || s_name (added) != DMH_OK) {
        s_clear (added);
        return NULL;
    }
    self->count++;
    return added;
}

int input_list_use (struct input_argument *self, const char *path, uint64_t bytes, bool standard)
{
    struct input input;
    named_input_get (&self->input, &input);
    input.bytes = bytes;
    if (standard)
        memcpy (input.origin, ORIGIN_STDIN, sizeof ORIGIN_STDIN);
    if (uri_from_path (path, input.uri, sizeof input.uri, &self->error) != DMH_OK)
        return DMH_OK;
    return named_input_set (&self->input, &input);
}

int input_list_pass (struct input_list *self, const char *path)
{
    if (self->passed_count == self->passed_room) {
        size_t room = self->passed_room ? 2 * self->passed_room : 8;
        char **passed = reallocarray (self->passed, room, sizeof *passed);
        if (!passed)
            return DMH_INTERNAL;
        self->passed = passed;
        self->passed_room = room;
    }
    self->passed[self->passed_count] = strdup (path);
    return self->passed[self->passed_count] ? (self->passed_count++, DMH_OK) : DMH_INTERNAL;
}

//  bundle.json and patient make bundle-patient.json; where that is too long the stem loses its end.
static void s_name_kind (const char *name, const char *kind, char out[NAME_BYTES])
{
    char stem[NAME_BYTES], named[2 * NAME_BYTES];
    input_name_stem (name, stem);
    size_t n = strlen (stem);
    if (strncmp (name, stem, n) != 0)
        n = strlen (name);
    const char *ending = name + n;
    size_t more = strlen (kind) + strlen (ending) + 2, kept = n;
    if (n + more > NAME_BYTES)
        for (kept = more < NAME_BYTES ? NAME_BYTES - more : 0; kept > 0 && (stem[kept] & 0xc0) == 0x80;)
            kept--;    //  between characters
    snprintf (named, sizeof named, "%.*s-%s%s", NARROW (int, kept), name, kind, ending);
    bool fits = strlen (named) < NAME_BYTES;
    snprintf (out, NAME_BYTES, "%.*s", NAME_BYTES - 1, fits ? named : name);
}

//  The same input once more, for one kind.
static int s_spread (struct input_list *to, const struct input_argument *from, const char *kind)
{
    char name[NAME_BYTES], *place;
    s_name_kind (from->input.name ? from->input.name : "", kind, name);
    const char *slash = strrchr (from->place, '/');
    int folder = slash ? NARROW (int, slash - from->place) + 1 : 0;
    if (asprintf (&place, "%.*s%s", folder, from->place, name) < 0)
        return DMH_INTERNAL;
    struct input_argument *added = input_list_add (to, from->word, place);
    free (place);
    if (!added)
        return DMH_INTERNAL;
    added->kind = kind;
    added->error = from->error;
    struct input input;
    named_input_get (&from->input, &input);
    int rc = named_input_set (&added->input, &input);
    return rc == DMH_OK ? s_name (added) : rc;
}

int input_list_spread (struct input_list *self, const char *const *kinds, size_t count, struct error *error)
{
    struct input_list spread = {.at = NULL};
    if (count < 2)
        return DMH_OK;
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++)
        for (size_t k = 0; rc == DMH_OK && k < count; k++)
            rc = s_spread (&spread, &self->at[i], kinds[k]);
    struct input_list *gone = rc == DMH_OK ? self : &spread;
    for (size_t i = 0; i < gone->count; i++)
        s_clear (&gone->at[i]);
    free (gone->at);
    if (rc != DMH_OK)
        return error_set (error, rc, "out of memory");
    self->at = spread.at;
    self->count = spread.count;
    self->room = spread.room;
    return DMH_OK;
}

void input_list_clear (struct input_list *self)
{
    for (size_t i = 0; i < self->count; i++)
        s_clear (&self->at[i]);
    for (size_t i = 0; i < self->passed_count; i++)
        free (self->passed[i]);
    free (self->at);
    free (self->passed);
    self->at = NULL;
    self->passed = NULL;
    self->count = self->room = self->passed_count = self->passed_room = 0;
}
