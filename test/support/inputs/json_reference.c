//  json_reference.c: see json_reference.h. Fields by column: nested objects are flattened by path
//  ("name.family"), arrays by index ("name.0"); numbers keep their digits; null is absent. One parser a
//  rows_t, used again.
#include "test/support/inputs/json_reference.h"

#include "worker/text/bytes.h"
#include "worker/text/index.h"

#include <stdio.h>
#include <stdlib.h>
#include <yajl/yajl_parse.h>

enum { DEPTH_MAX = 32, PATH_BYTES = 1024 };

//  A container on the way down: how long the path was before it, and for an array the next index.
struct level {
    size_t path;
    bool array;
    size_t index;
};

struct rows {
    const struct dialect *dialect;
    text_index_t *columns;
    yajl_handle parser;
    const char *at;
    size_t n, next;
    bool plain, failed;
    struct text *fields;
    struct scratch scratch;    //  values of the current record
    char path[PATH_BYTES];
    size_t path_bytes;
    struct level levels[DEPTH_MAX];
    size_t depth;
    size_t hint;    //  the column after the last one: most records have their keys in one order
    enum rule problem;
    char *met;    //  the paths that the record has had, each behind its length
    size_t met_bytes, met_room;
};

static int s_refuse (rows_t *self, enum rule problem)
{
    self->problem = problem;
    return 0;    //  yajl stops
}

//  Appends to the path; false when it is too long.
static bool s_append (rows_t *self, const char *text, size_t n)
{
    if (self->path_bytes + n + 1 >= PATH_BYTES)
        return false;
    if (self->path_bytes)
        self->path[self->path_bytes++] = '.';
    memcpy (self->path + self->path_bytes, text, n);
    self->path_bytes += n;
    return true;
}

//  Notes the path of a value, or of an object or array behind a key; false: the record had it.
static bool s_meet (rows_t *self)
{
    size_t n = self->path_bytes, have;
    for (size_t at = 0; at < self->met_bytes; at += sizeof have + have) {
        memcpy (&have, self->met + at, sizeof have);
        if (have == n && memcmp (self->met + at + sizeof have, self->path, n) == 0)
            return false;
    }
    if (self->met_bytes + sizeof n + n > self->met_room) {
        size_t room = (self->met_bytes + sizeof n + n) * 2;
        char *met = realloc (self->met, room);
        if (!met)
            abort ();
        self->met = met;
        self->met_room = room;
    }
    memcpy (self->met + self->met_bytes, &n, sizeof n);
    memcpy (self->met + self->met_bytes + sizeof n, self->path, n);
    self->met_bytes += sizeof n + n;
    return true;
}

//  Before a value: inside an array its index belongs to the path.
static bool s_enter_value (rows_t *self)
{
    struct level *level = self->depth ? &self->levels[self->depth - 1] : NULL;
    if (!level || !level->array)
        return true;
    char index[24];
    int n = snprintf (index, sizeof index, "%zu", level->index++);
    self->path_bytes = level->path;
    return s_append (self, index, (size_t) n);
}

static int s_value (rows_t *self, const char *text, size_t n)
{
    if (self->depth == 0)
        return s_refuse (self, RULE_RECORD_SYNTAX);    //  a record is an object
    if (!s_enter_value (self))
        return s_refuse (self, RULE_RECORD_SYNTAX);
    if (n && memchr (text, 0, n))
        return s_refuse (self, RULE_RECORD_NUL);
    if (!s_meet (self))
        return s_refuse (self, RULE_RECORD_KEY_TWICE);
    struct text path = {self->path, self->path_bytes};
    size_t column = self->hint;
    if (column >= self->dialect->name_count ||
        !text_equal (path, (struct text){self->dialect->names[column], self->dialect->name_bytes[column]})) {
        int found = text_index_find (self->columns, path);
        if (found == TEXT_INDEX_NONE)
            return 1;
        column = (size_t) found;
    }
    self->hint = column + 1;
    char *to = self->scratch.at + self->scratch.used;    //  all values together are shorter than the block
    if (n)
        memcpy (to, text, n);
    self->scratch.used += n;
    self->fields[column] = (struct text){text ? to : NULL, n};
    return 1;
}

static int s_null (void *context)
{
    return s_value (context, NULL, 0);
}

static int s_boolean (void *context, int value)
{
    return s_value (context, value ? "true" : "false", value ? 4 : 5);
}

static int s_number (void *context, const char *digits, size_t n)
{
    return s_value (context, digits, n);
}

static int s_string (void *context, const unsigned char *text, size_t n)
{
    return s_value (context, (const char *) text, n);
}

static int s_open (rows_t *self, bool array)
{
    if (self->depth == DEPTH_MAX || (array && self->depth == 0) || !s_enter_value (self))
        return s_refuse (self, RULE_RECORD_SYNTAX);
    bool by_key = self->depth && !self->levels[self->depth - 1].array;
    if (by_key && !s_meet (self))
        return s_refuse (self, RULE_RECORD_KEY_TWICE);
    self->levels[self->depth++] = (struct level){self->path_bytes, array, 0};
    return 1;
}

static int s_close (void *context)
{
    rows_t *self = context;
    self->path_bytes = self->levels[--self->depth].path;
    return 1;
}

static int s_open_map (void *context)
{
    return s_open (context, false);
}

static int s_open_array (void *context)
{
    return s_open (context, true);
}

static int s_key (void *context, const unsigned char *key, size_t n)
{
    rows_t *self = context;
    self->path_bytes = self->levels[self->depth - 1].path;
    if (memchr (key, 0, n))
        return s_refuse (self, RULE_RECORD_NUL);
    return s_append (self, (const char *) key, n) ? 1 : s_refuse (self, RULE_RECORD_SYNTAX);
}

static const yajl_callbacks CALLBACKS = {s_null,     s_boolean, NULL,    NULL,         s_number, s_string,
                                         s_open_map, s_key,     s_close, s_open_array, s_close};

static bool s_make_parser (rows_t *self)
{
    if (self->parser)
        yajl_free (self->parser);
    self->parser = yajl_alloc (&CALLBACKS, NULL, self);
    return self->parser && yajl_config (self->parser, yajl_allow_multiple_values, 1);
}

rows_t *json_reference_new (const struct dialect *dialect)
{
    rows_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->dialect = dialect;
    self->columns = text_index_new ();
    self->fields = calloc (dialect->name_count + 1, sizeof *self->fields);
    bool good = self->columns && self->fields && s_make_parser (self);
    for (size_t i = dialect->name_count; good && i-- > 0;)
        good = text_index_put (self->columns, (struct text){dialect->names[i], dialect->name_bytes[i]},
                               (int) i) == 0;
    if (!good)
        json_reference_destroy (&self);
    return self;
}

void json_reference_destroy (rows_t **self_p)
{
    rows_t *self = *self_p;
    if (!self)
        return;
    if (self->parser)
        yajl_free (self->parser);
    text_index_destroy (&self->columns);
    free (self->fields);
    free (self->met);
    free (self->scratch.at);
    free (self);
    *self_p = NULL;
}

void json_reference_begin (rows_t *self, const char *bytes, size_t n)
{
    self->at = bytes;
    self->n = n;
    self->next = 0;
    self->plain = bytes_is_plain (bytes, n);
    self->failed = false;
    //  "true" and "false" are as long as they stand, unescaped strings shorter than escaped.
    if (self->scratch.size < n + 8) {
        free (self->scratch.at);
        self->scratch.at = malloc (n + 8);
        self->scratch.size = self->scratch.at ? n + 8 : 0;
        self->failed = self->failed || !self->scratch.at;
    }
}

static enum rule s_parse (rows_t *self, struct text raw)
{
    memset (self->fields, 0, self->dialect->name_count * sizeof *self->fields);
    self->scratch.used = self->path_bytes = self->depth = self->hint = self->met_bytes = 0;
    self->problem = RULE_NONE;
    if (!self->plain) {
        enum rule encoding = bytes_encoding (raw);
        if (encoding != RULE_NONE)
            return encoding;
    }
    yajl_status status = raw.at[0] == '{' ? yajl_parse (self->parser, (const unsigned char *) raw.at, raw.n)
                                          : yajl_status_error;
    if (status == yajl_status_ok && self->depth == 0)
        return RULE_NONE;
    //  A parser that has stopped, or is in the middle of a value, cannot go on.
    self->failed = !s_make_parser (self);
    return self->problem != RULE_NONE ? self->problem : RULE_RECORD_SYNTAX;
}

int json_reference_next (rows_t *self, struct row *out)
{
    if (self->failed || self->next)
        return 0;
    self->next = 1;
    struct text raw = {self->at, self->n};
    *out = (struct row){.fields = self->fields, .count = self->dialect->name_count, .raw = raw};
    out->problem = raw.n ? s_parse (self, raw) : RULE_RECORD_SYNTAX;
    return 1;
}
