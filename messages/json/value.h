//  value.h: one whole JSON text (RFC 8259) as a tree of values. For documents: schemas, mappings,
//  reports; records are streamed. Knows no schema.
#ifndef DMH_MESSAGES_JSON_VALUE_H
#define DMH_MESSAGES_JSON_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/base/error.h"

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct json_value {
    enum json_type type;
    const char *key;     //  its name in an object, terminated; else NULL
    const char *text;    //  of a string, without escapes; of a number, its digits as they stand. Terminated
    size_t count;        //  of an array's elements, an object's members
    struct json_value *first, *next;    //  of them in the order of the text; of two members of one name both
};

enum { JSON_VALUE_DEPTH_MAX = 64 };

//  Reads n bytes, which need not be terminated and are not kept. `depth_max`: how deep arrays and objects may
//  stand in each other, at most JSON_VALUE_DEPTH_MAX. NULL with `error` set, whose sentence begins with
//  `source` and the line: DMH_BAD_INPUT for what is no JSON (also: not UTF-8, a NUL in a string) or too deep,
//  DMH_INTERNAL out of memory.
struct json_value *json_value_new (const char *text, size_t n, unsigned depth_max, const char *source,
                                   struct error *error);

//  Frees what json_value_new returned, the root alone. Takes NULL.
void json_value_destroy (struct json_value **root_p);

//  The first member of that name; NULL when `object` has none, is no object, or is NULL.
const struct json_value *json_value_member (const struct json_value *object, const char *key);

//  The text of a string; NULL for anything else, and for NULL.
const char *json_value_string (const struct json_value *self);

static inline bool json_value_is (const struct json_value *self, enum json_type type)
{
    return self && self->type == type;
}

#endif
