//  json_object.h: one object of JSON by yajl: its values by path ("name.0.family"), numbers as they stand, an
//  object or array in it as an empty value before what it holds, and where it ends. Reads no file.
#ifndef DMH_CLIENT_VERIFICATION_INPUT_JSON_OBJECT_H
#define DMH_CLIENT_VERIFICATION_INPUT_JSON_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#include "client/verification/input/input_value.h"

typedef struct json_object json_object_t;

json_object_t *json_object_new (void);    //  NULL: out of memory
void json_object_destroy (json_object_t **self_p);

//  Forgets the object before. 0, or -1 out of memory.
int json_object_begin (json_object_t *self);

//  Takes n more bytes. 1: it is complete, and *used of them belong to it; 0: more are needed; -1: it is no
//  object of JSON, or nested too deep; -2: out of memory.
int json_object_feed (json_object_t *self, const char *bytes, size_t n, size_t *used);

//  Of a complete one. Borrowed.
size_t json_object_count (const json_object_t *self);
struct input_value json_object_value (const json_object_t *self, size_t i);

//  Where an array of objects begins in the object that begins the same way: the first member that is one and
//  that `takes` takes. 1: *used bytes lead to the first object in it; the rest as json_object_feed, for which
//  the object has to begin anew.
int json_object_find_array (json_object_t *self, const char *bytes, size_t n,
                            bool (*takes) (void *context, const char *member), void *context, size_t *used);

#endif
