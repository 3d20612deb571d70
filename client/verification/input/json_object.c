//  json_object.c: see json_object.h.
#include "client/verification/input/json_object.h"

#include "messages/base/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

enum { DEPTH_MAX = 64 };

struct level {
    size_t path;    //  its length outside
    bool array;
    size_t next;    //  of an array
};

//  Places in `text`, which may move until the object is complete.
struct place {
    size_t name, text, n;
};

struct json_object {
    yajl_handle parser;
    struct level levels[DEPTH_MAX];
    size_t depth;
    struct buffer path, text, places;
    bool done, starved, array_found;
    bool (*takes) (void *context, const char *member);    //  NULL: the whole object is read
    void *context;
};

static size_t s_count (const json_object_t *self)
{
    return self->places.used / sizeof (struct place);
}

//  Puts text and a terminator behind what is there; its place.
static size_t s_keep (json_object_t *self, struct buffer *to, const char *text, size_t n)
{
    size_t at = to->used;
    if (buffer_reserve (to, n + 1) != 0) {
        self->starved = true;
        return 0;
    }
    if (n)
        memcpy (to->at + at, text, n);
    to->at[at + n] = 0;
    to->used += n + 1;
    return at;
}

//  A further part of the path, which is kept terminated.
static int s_deeper (json_object_t *self, size_t outside, const char *part, size_t n)
{
    self->path.used = outside;
    if (outside && self->path.at[outside - 1] == 0)
        self->path.at[outside - 1] = '.';
    s_keep (self, &self->path, part, n);
    return !self->starved;
}

//  Before a value: in an array its index belongs to the path.
static int s_enter (json_object_t *self)
{
    struct level *level = self->depth ? &self->levels[self->depth - 1] : NULL;
    char index[24];
    if (!level || !level->array)
        return 1;
    int n = snprintf (index, sizeof index, "%zu", level->next++);
    return s_deeper (self, level->path, index, (size_t) n);
}

//  A value at the path. 1, or 0 out of memory.
static int s_put (json_object_t *self, const char *text, size_t n)
{
    struct place place = {0, 0, n};
    if (self->takes)
        return 1;
    place.name = s_keep (self, &self->text, self->path.at, self->path.used ? self->path.used - 1 : 0);
    place.text = s_keep (self, &self->text, text, n);
    if (self->starved || buffer_reserve (&self->places, sizeof place) != 0) {
        self->starved = true;
        return 0;
    }
    memcpy (self->places.at + self->places.used, &place, sizeof place);
    self->places.used += sizeof place;
    return 1;
}

static int s_value (json_object_t *self, const char *text, size_t n)
{
    return self->depth && s_enter (self) && s_put (self, text, n);
}

static int s_null (void *context)
{
    json_object_t *self = context;
    return self->depth && s_enter (self);    //  is no value
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

static int s_open (json_object_t *self, bool array)
{
    if (self->depth == DEPTH_MAX || (array && self->depth == 0) || !s_enter (self))
        return 0;
    if (self->depth && !s_put (self, "", 0))    //  it may be empty, and is there all the same
        return 0;
    self->levels[self->depth++] = (struct level){self->path.used, array, 0};
    return 1;
}

static int s_open_map (void *context)
{
    json_object_t *self = context;
    bool first = self->depth == 2 && self->levels[1].array && self->levels[1].next == 0;
    char member[256];
    if (self->takes && first) {
        snprintf (member, sizeof member, "%s", self->path.at);
        self->array_found = self->takes (self->context, member);
    }
    return !self->array_found && s_open (self, false);
}

static int s_open_array (void *context)
{
    return s_open (context, true);
}

static int s_key (void *context, const unsigned char *key, size_t n)
{
    json_object_t *self = context;
    return s_deeper (self, self->levels[self->depth - 1].path, (const char *) key, n);
}

//  Where the object ends yajl is stopped, so that what follows is not its business.
static int s_close (void *context)
{
    json_object_t *self = context;
    self->path.used = self->levels[--self->depth].path;
    if (self->path.used)
        self->path.at[self->path.used - 1] = 0;
    self->done = self->depth == 0;
    return !self->done;
}

static const yajl_callbacks CALLBACKS = {s_null,     s_boolean, NULL,    NULL,         s_number, s_string,
                                         s_open_map, s_key,     s_close, s_open_array, s_close};

json_object_t *json_object_new (void)
{
    return calloc (1, sizeof (json_object_t));
}

void json_object_destroy (json_object_t **self_p)
{
    json_object_t *self = *self_p;
    if (!self)
        return;
    if (self->parser)
        yajl_free (self->parser);
    free (self->path.at);
    free (self->text.at);
    free (self->places.at);
    free (self);
    *self_p = NULL;
}

int json_object_begin (json_object_t *self)
{
    if (self->parser)
        yajl_free (self->parser);
    self->parser = yajl_alloc (&CALLBACKS, NULL, self);
    self->depth = self->path.used = self->text.used = self->places.used = 0;
    self->done = self->starved = self->array_found = false;
    self->takes = NULL;
    return self->parser ? 0 : -1;
}

int json_object_feed (json_object_t *self, const char *bytes, size_t n, size_t *used)
{
    yajl_status status = yajl_parse (self->parser, (const unsigned char *) bytes, n);
    *used = yajl_get_bytes_consumed (self->parser);
    if (self->done || self->array_found)
        return 1;
    return self->starved ? -2 : status == yajl_status_ok ? 0 : -1;
}

size_t json_object_count (const json_object_t *self)
{
    return s_count (self);
}

struct input_value json_object_value (const json_object_t *self, size_t i)
{
    struct place place;
    memcpy (&place, self->places.at + i * sizeof place, sizeof place);
    return (struct input_value){self->text.at + place.name, self->text.at + place.text, place.n};
}

int json_object_find_array (json_object_t *self, const char *bytes, size_t n,
                            bool (*takes) (void *context, const char *member), void *context, size_t *used)
{
    self->takes = takes;
    self->context = context;
    int rc = json_object_feed (self, bytes, n, used);
    if (rc == 1 && !self->array_found)
        return -1;
    *used -= rc == 1;    //  its first object begins with the byte that stopped it
    return rc;
}
