//  writer.c: see writer.h.
#include "messages/json/writer.h"

#include "messages/base/buffer.h"
#include "messages/text/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64 };

struct json_writer {
    struct buffer text;
    bool pretty, flush, failed;
    bool begun;    //  what is open holds something, or the whole is written
    bool array[DEPTH_MAX];
    size_t depth;
};

json_writer_t *json_writer_new (bool pretty)
{
    json_writer_t *self = calloc (1, sizeof *self);
    if (self)
        self->pretty = pretty;
    return self;
}

json_writer_t *json_writer_new_flush (void)
{
    json_writer_t *self = json_writer_new (true);
    if (self)
        self->flush = true;
    return self;
}

void json_writer_destroy (json_writer_t **self_p)
{
    json_writer_t *self = *self_p;
    if (!self)
        return;
    free (self->text.at);
    free (self);
    *self_p = NULL;
}

static void s_put (json_writer_t *self, const char *bytes, size_t n)
{
    self->failed = self->failed || buffer_reserve (&self->text, n) != 0;
    if (self->failed)
        return;
    memcpy (self->text.at + self->text.used, bytes, n);
    self->text.used += n;
}

static void s_word (json_writer_t *self, const char *word)
{
    s_put (self, word, strlen (word));
}

static void s_line (json_writer_t *self)
{
    if (!self->pretty)
        return;
    s_put (self, "\n", 1);
    for (size_t level = 0; !self->flush && level < self->depth; level++)
        s_put (self, "  ", 2);
}

//  Writes the character at `at` to `to`, which has UTF8_PIECE_BYTES; what must not be shown (utf8.h) is
//  escaped. Returns how many of both: *taken of `at`.
static size_t s_character (const char *at, char *to, size_t *taken)
{
    static const char FROM[] = "\"\\\b\f\n\r\t", SHORT[] = "\"\\bfnrt";
    const char *found = memchr (FROM, *at, sizeof FROM - 1);
    size_t n = utf8_bytes (at);
    *taken = n ? n : 1;
    if (found) {
        to[0] = '\\';
        to[1] = SHORT[found - FROM];
        return 2;
    }
    if (n == 0)
        return (size_t) snprintf (to, UTF8_PIECE_BYTES, "%s", "\xef\xbf\xbd");    //  U+FFFD
    utf8_piece (at, to);
    return strlen (to);
}

static bool s_is_plain (char byte)
{
    return byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';
}

static void s_string (json_writer_t *self, const char *value)
{
    s_put (self, "\"", 1);
    for (size_t plain, taken; *value; value += taken) {
        for (plain = 0; s_is_plain (value[plain]); plain++)
            ;
        s_put (self, value, taken = plain);
        if (plain)
            continue;
        char piece[UTF8_PIECE_BYTES];
        size_t n = s_character (value, piece, &taken);
        s_put (self, piece, n);
    }
    s_put (self, "\"", 1);
}

//  What stands before a value: a comma, its place on a line, its key.
static void s_before (json_writer_t *self, const char *key)
{
    if (self->depth) {
        if (self->begun)
            s_put (self, ",", 1);
        s_line (self);
    }
    self->begun = true;
    if (key) {
        s_string (self, key);
        s_put (self, ": ", self->pretty ? 2 : 1);
    }
}

//  What stands behind one.
static void s_behind (json_writer_t *self)
{
    if (self->depth == 0 && self->pretty)
        s_put (self, "\n", 1);
}

static void s_open (json_writer_t *self, const char *key, bool array)
{
    s_before (self, key);
    s_word (self, array ? "[" : "{");
    self->failed = self->failed || self->depth == DEPTH_MAX;
    if (self->failed)
        return;
    self->array[self->depth++] = array;
    self->begun = false;
}

void json_writer_object (json_writer_t *self, const char *key)
{
    s_open (self, key, false);
}

void json_writer_array (json_writer_t *self, const char *key)
{
    s_open (self, key, true);
}

//  What is empty has its brackets on two lines, with an empty one between.
void json_writer_close (json_writer_t *self)
{
    if (self->depth == 0)
        return;
    if (!self->begun && self->pretty)
        s_put (self, "\n", 1);
    self->depth--;
    self->begun = true;
    s_line (self);
    s_word (self, self->array[self->depth] ? "]" : "}");
    s_behind (self);
}

static void s_literal (json_writer_t *self, const char *key, const char *word)
{
    s_before (self, key);
    s_word (self, word);
    s_behind (self);
}

void json_writer_string (json_writer_t *self, const char *key, const char *value)
{
    if (!value) {
        s_literal (self, key, "null");
        return;
    }
    s_before (self, key);
    s_string (self, value);
    s_behind (self);
}

void json_writer_digits (json_writer_t *self, const char *key, const char *digits)
{
    s_literal (self, key, digits);
}

void json_writer_number (json_writer_t *self, const char *key, uint64_t value)
{
    char digits[24];
    snprintf (digits, sizeof digits, "%llu", (unsigned long long) value);
    s_literal (self, key, digits);
}

void json_writer_real (json_writer_t *self, const char *key, double value, int decimals)
{
    char digits[352];    //  DBL_MAX has 309 before the point
    snprintf (digits, sizeof digits, "%.*f", decimals, value);
    s_literal (self, key, isfinite (value) ? digits : "null");
}

void json_writer_boolean (json_writer_t *self, const char *key, bool value)
{
    s_literal (self, key, value ? "true" : "false");
}

const char *json_writer_text (const json_writer_t *self, size_t *n)
{
    *n = self->text.used;
    return self->failed || self->depth || !self->begun ? NULL : self->text.at;
}
