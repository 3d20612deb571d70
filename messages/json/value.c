//  value.c: see value.h. Without recursion; values in blocks that stay where they are, their texts
//  in one allocation.
#include "messages/json/value.h"

#include "messages/json/token.h"
#include "messages/text/utf8.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_VALUES = 64 };

struct block {
    struct block *before;
    size_t used;
    struct json_value values[BLOCK_VALUES];
};

struct root {
    struct json_value value;    //  first: json_value_destroy comes from it to the rest
    struct block *blocks;
    char *texts;    //  a key or text and its end are no longer than they stand in the input with what follows
};

struct reader {
    struct json_cursor in;
    struct root *root;
    size_t used;    //  of texts
    struct json_value *open[JSON_VALUE_DEPTH_MAX], *last[JSON_VALUE_DEPTH_MAX];
    unsigned depth, depth_max;
    const char *why;    //  what is wrong where in.at stands; NULL: nothing
    bool deep, starved;
};

static bool s_wrong (struct reader *self, const char *why)
{
    self->why = self->in.at == self->in.end ? "it ends too early" : why;
    return false;
}

static struct json_value *s_value (struct reader *self)
{
    if (!self->depth)
        return &self->root->value;
    struct block *block = self->root->blocks;
    if (!block || block->used == BLOCK_VALUES) {
        block = calloc (1, sizeof *block);
        self->starved = !block;
        if (!block)
            return NULL;
        block->before = self->root->blocks;
        self->root->blocks = block;
    }
    return &block->values[block->used++];
}

//  Terminates n bytes behind the texts that are there, where they may stand already.
static const char *s_keep (struct reader *self, struct json_span span)
{
    char *to = self->root->texts + self->used;
    if (span.at != to)
        memcpy (to, span.at, span.n);
    to[span.n] = 0;
    self->used += span.n + 1;
    return to;
}

//  NULL: something is wrong with it.
static const char *s_string (struct reader *self)
{
    struct json_span span;
    enum json_fault fault = json_token_string (&self->in, self->root->texts + self->used, &span);
    if (fault == JSON_FAULT_NONE)
        return s_keep (self, span);
    s_wrong (self, fault == JSON_FAULT_NUL ? "\\u0000 in a string"
                                           : "a control character or a wrong escape in a string");
    return NULL;
}

static bool s_scalar (struct reader *self, struct json_value *value)
{
    struct json_span span;
    if (*self->in.at == '"') {
        value->type = JSON_STRING;
        value->text = s_string (self);
        return value->text;
    }
    if (!json_token_scalar (&self->in, &span))
        return s_wrong (self, "a value is expected");
    switch (span.n ? *span.at : 0) {
    case 0:
        value->type = JSON_NULL;
        break;
    case 't':
        value->type = JSON_TRUE;
        break;
    case 'f':
        value->type = JSON_FALSE;
        break;
    default:
        value->type = JSON_NUMBER;
        value->text = s_keep (self, span);
    }
    return true;
}

static bool s_key (struct reader *self, const char **key)
{
    if (self->in.at == self->in.end || *self->in.at != '"')
        return s_wrong (self, "a key in quotes is expected");
    *key = s_string (self);
    if (!*key)
        return false;
    json_skip (&self->in);
    if (self->in.at == self->in.end || *self->in.at != ':')
        return s_wrong (self, "a colon is expected");
    self->in.at++;
    json_skip (&self->in);
    return true;
}

static bool s_open (struct reader *self, struct json_value *value)
{
    value->type = *self->in.at == '[' ? JSON_ARRAY : JSON_OBJECT;
    self->deep = self->depth == self->depth_max;
    if (self->deep)
        return false;
    self->open[self->depth] = value;
    self->last[self->depth++] = NULL;
    self->in.at++;
    return true;
}

//  A value, with its key before it in an object. What it opens is left open.
static bool s_item (struct reader *self)
{
    const char *key = NULL;
    struct json_value *in = self->depth ? self->open[self->depth - 1] : NULL;
    if (json_value_is (in, JSON_OBJECT) && !s_key (self, &key))
        return false;
    if (self->in.at == self->in.end)
        return s_wrong (self, NULL);
    struct json_value *value = s_value (self);
    if (!value)
        return false;
    value->key = key;
    if (in) {
        struct json_value **last = &self->last[self->depth - 1];
        *(*last ? &(*last)->next : &in->first) = value;
        *last = value;
        in->count++;
    }
    return *self->in.at == '{' || *self->in.at == '[' ? s_open (self, value) : s_scalar (self, value);
}

//  What stands behind a value or an opening bracket: closing brackets, then a comma or the end of it all.
static bool s_close (struct reader *self, bool *more)
{
    *more = false;
    while (self->depth && !*more) {
        const struct json_value *in = self->open[self->depth - 1];
        bool array = in->type == JSON_ARRAY, fresh = in->count == 0;
        json_skip (&self->in);
        char next = self->in.at < self->in.end ? *self->in.at : 0;
        if (next == (array ? ']' : '}'))
            self->depth--;
        else if (!fresh && next != ',')
            return s_wrong (self, array ? "a comma or ] is expected" : "a comma or } is expected");
        else
            *more = true;
        self->in.at += !*more || (!fresh && next == ',');
    }
    return true;
}

static bool s_read (struct reader *self)
{
    bool more = true;
    for (json_skip (&self->in); more; json_skip (&self->in))
        if (!s_item (self) || !s_close (self, &more))
            return false;
    return self->in.at == self->in.end || s_wrong (self, "something follows its end");
}

//  Whether all is UTF-8; if not, the reading stands where it is not.
static bool s_is_utf8 (struct reader *self)
{
    struct json_cursor in = self->in;
    for (size_t n = 1; in.at < in.end && n; in.at += n)
        n = utf8_sequence (in.at, (size_t) (in.end - in.at));
    if (in.at < in.end)
        self->in = in;
    return in.at == in.end || s_wrong (self, "bytes that are not UTF-8");
}

static void s_tell (const struct reader *self, const char *text, const char *source, struct error *error)
{
    size_t line = 1;
    for (const char *at = text; at < self->in.at; at++)
        line += *at == '\n';
    if (self->starved)
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", source);
    else if (self->deep)
        error_set (error, DMH_BAD_INPUT, "%s, line %zu: nested deeper than %u", source, line,
                   self->depth_max);
    else
        error_set (error, DMH_BAD_INPUT, "%s, line %zu: not JSON (%s)", source, line, self->why);
}

struct json_value *json_value_new (const char *text, size_t n, unsigned depth_max, const char *source,
                                   struct error *error)
{
    struct reader reader = {.in = {.at = text, .end = text + n}, .depth_max = depth_max};
    assert (depth_max <= JSON_VALUE_DEPTH_MAX);
    struct root *root = reader.root = calloc (1, sizeof *root);
    if (root)
        root->texts = malloc (n + 1);
    reader.starved = !root || !root->texts;
    if (!reader.starved && s_is_utf8 (&reader) && s_read (&reader))
        return &root->value;
    s_tell (&reader, text, source, error);
    struct json_value *value = root ? &root->value : NULL;
    json_value_destroy (&value);
    return NULL;
}

void json_value_destroy (struct json_value **root_p)
{
    struct root *root = (struct root *) *root_p;
    if (!root)
        return;
    for (struct block *block = root->blocks, *before; block; block = before) {
        before = block->before;
        free (block);
    }
    free (root->texts);
    free (root);
    *root_p = NULL;
}

const struct json_value *json_value_member (const struct json_value *object, const char *key)
{
    const struct json_value *member = json_value_is (object, JSON_OBJECT) ? object->first : NULL;
    while (member && strcmp (member->key, key) != 0)
        member = member->next;
    return member;
}

const char *json_value_string (const struct json_value *self)
{
    return json_value_is (self, JSON_STRING) ? self->text : NULL;
}
