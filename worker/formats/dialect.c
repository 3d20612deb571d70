//  dialect.c: see dialect.h.
#include "worker/formats/dialect.h"

#include "worker/formats/vcf/header.h"

#include <stdlib.h>

void dialect_clear (struct dialect *self)
{
    for (size_t i = 0; i < self->name_count; i++)
        free (self->names[i]);
    free (self->names);
    free (self->name_bytes);
    free ((char *) self->units_line.at);
    vcf_header_destroy (&self->vcf);
    *self = (struct dialect){.format = NULL};
}

struct text *dialect_texts (const struct dialect *self)
{
    struct text *names = calloc (self->name_count + 1, sizeof *names);
    for (size_t i = 0; names && i < self->name_count; i++)
        names[i] = (struct text){self->names[i], self->name_bytes[i]};
    return names;
}

int dialect_add_name (struct dialect *self, struct text name)
{
    if (self->name_count == dialect_columns_most (self))
        return DMH_TOO_LARGE;
    size_t count = self->name_count;
    //  Grows by doubling: at each power of two.
    if ((count & (count - 1)) == 0) {
        size_t room = count ? count * 2 : 1;
        char **names = realloc (self->names, room * sizeof *names);
        if (names)
            self->names = names;
        size_t *bytes = names ? realloc (self->name_bytes, room * sizeof *bytes) : NULL;
        if (!bytes)
            return DMH_INTERNAL;
        self->name_bytes = bytes;
    }
    char *copy = malloc (name.n + 1);
    if (!copy)
        return DMH_INTERNAL;
    if (name.n)
        memcpy (copy, name.at, name.n);
    copy[name.n] = 0;
    self->names[count] = copy;
    self->name_bytes[count] = name.n;
    self->name_count++;
    return DMH_OK;
}

int dialect_await_name (struct dialect *self, struct text name)
{
    for (size_t i = 0; i < self->name_count; i++)
        if (text_equal (name, (struct text){self->names[i], self->name_bytes[i]}))
            return DMH_OK;
    int rc = dialect_add_name (self, name);
    self->awaited += rc == DMH_OK;
    return rc;
}

void dialect_forget_awaited (struct dialect *self)
{
    for (; self->awaited; self->awaited--)
        free (self->names[--self->name_count]);
}

int delimiter_of (const char *word, char *out, const char *source, struct error *error)
{
    static const struct {
        const char *word;
        char delimiter;
    } WORDS[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'},  {"\\t", '\t'}, {"pipe", '|'},
                 {"caret", '^'}, {"tilde", '~'},     {"colon", ':'}, {"space", ' '}};
    *out = *word;
    if (*word == 0)
        return DMH_OK;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp (word, WORDS[i].word) == 0) {
            *out = WORDS[i].delimiter;
            return DMH_OK;
        }
    if (word[1] == 0 && (signed char) *word > 0 && !strchr ("\"\r\n", *word))
        return DMH_OK;
    return error_set (error, DMH_BAD_INPUT,
                      "%s: a delimiter is one ASCII character, or comma, semicolon, tab, pipe, caret, tilde, "
                      "colon or space, and neither a quote nor a line end",
                      source);
}
