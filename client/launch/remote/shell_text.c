//  shell_text.c: see shell_text.h.
#define _GNU_SOURCE
#include "client/launch/remote/shell_text.h"

#include <stdlib.h>
#include <string.h>

//  Not by realloc, which would leave what was there to whoever is given it.
static bool s_grow (struct shell_text *self, size_t more)
{
    struct buffer *text = &self->text, grown = {.at = NULL};
    if (text->size - text->used >= more)
        return true;
    if (buffer_reserve (&grown, 2 * text->size + more) != 0)
        return false;
    if (text->used)
        memcpy (grown.at, text->at, text->used);
    grown.used = text->used;
    shell_text_clear (self);
    self->text = grown;
    return true;
}

static void s_put (struct shell_text *self, const char *bytes, size_t n)
{
    self->failed = self->failed || !s_grow (self, n + 1);
    if (self->failed)
        return;
    memcpy (self->text.at + self->text.used, bytes, n);
    self->text.used += n;
    self->text.at[self->text.used] = 0;
}

void shell_text_add (struct shell_text *self, const char *text)
{
    s_put (self, text, strlen (text));
}

static void s_quote (struct shell_text *self, const char *word)
{
    shell_text_add (self, "'");
    for (size_t n; (n = strcspn (word, "'")), word[n]; word += n + 1) {
        s_put (self, word, n);
        shell_text_add (self, "'\\''");
    }
    shell_text_add (self, word);
    shell_text_add (self, "'");
}

void shell_text_word (struct shell_text *self, const char *word)
{
    shell_text_add (self, " ");
    s_quote (self, word);
}

void shell_text_set (struct shell_text *self, const char *name, const char *value)
{
    shell_text_add (self, name);
    shell_text_add (self, "=");
    s_quote (self, value);
    shell_text_add (self, "\n");
}

int shell_text_check (const struct shell_text *self, struct error *error)
{
    return self->failed ? error_set (error, DMH_INTERNAL, "out of memory") : DMH_OK;
}

void shell_text_clear (struct shell_text *self)
{
    if (self->text.at)
        explicit_bzero (self->text.at, self->text.used);
    free (self->text.at);
    self->text = (struct buffer){.at = NULL};
}
