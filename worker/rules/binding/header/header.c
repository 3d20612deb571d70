//  header.c: see header.h.
#include "worker/rules/binding/header/header.h"

#include "messages/base/narrow.h"
#include "worker/text/ascii.h"
#include "worker/text/index.h"
#include "worker/text/visible.h"

#include <stdio.h>
#include <stdlib.h>

enum { FOLD_BYTES = 256, SHOWN_BYTES = 40, TAIL_BYTES = 32 };

struct name {
    char *text, *folded;
    bool claimed, barred;
};

struct header {
    struct name *names;
    size_t count, unseen;
    bool keys;
    text_index_t *exact, *folded;
};

//  `bytes` has room for the name.
static int s_add (header_t *self, struct text name, char *bytes)
{
    char folded[FOLD_BYTES];
    struct scratch scratch = {bytes, 0, name.n};
    struct visible seen = {.text = name};
    if (name.n)
        visible_make (name, VISIBLE_WHOLE, &scratch, &seen);
    self->unseen += seen.hidden || seen.guarded;
    size_t n = text_fold (seen.text, folded, sizeof folded);
    struct name *to = &self->names[self->count++];
    to->text = strndup (seen.text.n ? seen.text.at : "", seen.text.n);
    to->folded = strndup (folded, n);
    return to->text && to->folded ? 0 : -1;
}

//  From the last to the first, so that the first of two columns of one name stays.
static int s_index (header_t *self)
{
    self->exact = text_index_new ();
    self->folded = text_index_new ();
    if (!self->exact || !self->folded)
        return -1;
    for (size_t c = self->count; c-- > 0;)
        if (text_index_put (self->exact, text_of (self->names[c].text), NARROW (int, c)) != 0 ||
            text_index_put (self->folded, text_of (self->names[c].folded), NARROW (int, c)) != 0)
            return -1;
    return 0;
}

header_t *header_new (const struct text *names, size_t count, bool keys)
{
    header_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->keys = keys;
    self->names = calloc (count + 1, sizeof *self->names);
    size_t longest = 1;
    for (size_t c = 0; c < count; c++)
        longest = names[c].n > longest ? names[c].n : longest;
    char *bytes = malloc (longest);
    int rc = self->names && bytes ? 0 : -1;
    for (size_t c = 0; rc == 0 && c < count; c++)
        rc = s_add (self, names[c], bytes);
    free (bytes);
    if (rc != 0 || s_index (self) != 0)
        header_destroy (&self);
    return self;
}

void header_destroy (header_t **self_p)
{
    header_t *self = *self_p;
    if (!self)
        return;
    for (size_t c = 0; c < self->count; c++) {
        free (self->names[c].text);
        free (self->names[c].folded);
    }
    free (self->names);
    text_index_destroy (&self->exact);
    text_index_destroy (&self->folded);
    free (self);
    *self_p = NULL;
}

size_t header_count (const header_t *self)
{
    return self->count;
}

size_t header_unseen (const header_t *self)
{
    return self->unseen;
}

bool header_is_keys (const header_t *self)
{
    return self->keys;
}

const char *header_name (const header_t *self, size_t column)
{
    return self->names[column].text;
}

int header_find (const header_t *self, const char *name)
{
    char folded[FOLD_BYTES];
    int at = text_index_find (self->exact, text_of (name));
    if (at != TEXT_INDEX_NONE)
        return at;
    size_t n = text_fold (text_of (name), folded, sizeof folded);
    at = n ? text_index_find (self->folded, (struct text){folded, n}) : TEXT_INDEX_NONE;
    return at == TEXT_INDEX_NONE ? HEADER_NONE : at;
}

bool header_claim (header_t *self, int column)
{
    struct name *name = &self->names[column];
    if (name->claimed)
        return false;
    name->claimed = true;
    return true;
}

bool header_is_claimed (const header_t *self, size_t column)
{
    return self->names[column].claimed;
}

void header_bar (header_t *self, size_t column)
{
    self->names[column].barred = true;
}

bool header_is_barred (const header_t *self, size_t column)
{
    return self->names[column].barred;
}

bool header_is_free (const header_t *self, size_t column)
{
    return !self->names[column].claimed && !self->names[column].barred;
}

static bool s_is_data (const char *name)
{
    bool digit = false, letter = false;
    for (const char *c = name; *c; c++) {
        digit = digit || is_digit (*c);
        letter = letter || is_letter (*c) || (*c & 0x80);
        if (*c == '@')
            return true;
    }
    return digit && !letter;
}

bool header_looks_like_data (const header_t *self)
{
    for (size_t c = 0; c < self->count; c++)
        if (s_is_data (self->names[c].text))
            return true;
    return false;
}

//  Bytes of a name that are shown; a character is not cut in two.
static size_t s_shown (const char *name)
{
    size_t n = strlen (name);
    if (n <= SHOWN_BYTES)
        return n;
    n = SHOWN_BYTES;
    while (n && (name[n] & 0xc0) == 0x80)
        n--;
    return n;
}

char *header_list (const header_t *self, char *out)
{
    size_t used = 0;
    *out = 0;
    for (size_t c = 0; c < self->count; c++) {
        size_t n = s_shown (self->names[c].text);
        if (used + n + TAIL_BYTES >= HEADER_LIST_BYTES) {
            snprintf (out + used, HEADER_LIST_BYTES - used, ", … (%zu columns)", self->count);
            break;
        }
        used += (size_t) snprintf (out + used, HEADER_LIST_BYTES - used, "%s%.*s", c ? ", " : "",
                                   NARROW (int, n), self->names[c].text);
    }
    return out;
}
