//  shape.c: see shape.h. The one file that includes msgpack.
#include "messages/codec/shape.h"

#include "messages/codec/shape_walk.h"
#include "messages/text/utf8.h"

#include <math.h>
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

static void *s_at (void *message, size_t offset)
{
    return (char *) message + offset;
}

static const void *s_from (const void *message, size_t offset)
{
    return (const char *) message + offset;
}

//  Values of any type are copied in and out, so that a table row needs no type of its own.
#define READ(T, MESSAGE, FIELD, NAME)                                                                        \
    T NAME;                                                                                                  \
    memcpy (&NAME, s_from (MESSAGE, (FIELD)->offset), sizeof NAME)

//  --------------------------------------------------------------------------------------------------------------------
//  Encode

static int s_pack_struct (msgpack_packer *packer, const struct shape *shape, const void *message,
                          struct error *error);

static int s_too_long (const struct shape_field *field, struct error *error)
{
    return error_set (error, DMH_TOO_LARGE, "“%s” is longer than %zu", field->key, field->max);
}

static int s_pack_text (msgpack_packer *packer, const struct shape_field *field, const char *text,
                        struct error *error)
{
    size_t n = field->type == SHAPE_TEXT ? strnlen (text, field->max) : strlen (text);
    if (field->type == SHAPE_TEXT ? n == field->max : n > field->max)
        return s_too_long (field, error);
    msgpack_pack_str (packer, n);
    msgpack_pack_str_body (packer, text, n);
    return DMH_OK;
}

static int s_pack_list (msgpack_packer *packer, const struct shape_field *field, const void *message,
                        struct error *error)
{
    READ (const char *, message, field, items);
    size_t count;
    memcpy (&count, s_from (message, field->count_offset), sizeof count);
    if (count > field->max)
        return s_too_long (field, error);
    msgpack_pack_array (packer, count);
    for (size_t i = 0; i < count; i++) {
        int rc = s_pack_struct (packer, field->of, items + i * field->of->size, error);
        if (rc != DMH_OK)
            return rc;
    }
    return DMH_OK;
}

static int s_pack_field (msgpack_packer *packer, const struct shape_field *field, const void *message,
                         struct error *error)
{
    switch (field->type) {
    case SHAPE_U64: {
        READ (uint64_t, message, field, value);
        msgpack_pack_uint64 (packer, value);
        return DMH_OK;
    }
    case SHAPE_SAID: {
        READ (uint64_t, message, field, value);
        msgpack_pack_uint64 (packer, value - 1);
        return DMH_OK;
    }
    case SHAPE_I64: {
        READ (int64_t, message, field, value);
        msgpack_pack_int64 (packer, value);
        return DMH_OK;
    }
    case SHAPE_F64: {
        READ (double, message, field, value);
        msgpack_pack_double (packer, value);
        return DMH_OK;
    }
    case SHAPE_BOOL: {
        READ (bool, message, field, value);
        if (value)
            msgpack_pack_true (packer);
        else
            msgpack_pack_false (packer);
        return DMH_OK;
    }
    case SHAPE_TEXT:
        return s_pack_text (packer, field, s_from (message, field->offset), error);
    case SHAPE_STRING: {
        READ (const char *, message, field, value);
        return s_pack_text (packer, field, value, error);
    }
    case SHAPE_STRUCT:
        return s_pack_struct (packer, field->of, s_from (message, field->offset), error);
    case SHAPE_LIST:
        return s_pack_list (packer, field, message, error);
    }
    return DMH_INTERNAL;
}

static bool s_is_absent (const struct shape_field *field, const void *message)
{
    if (field->type == SHAPE_SAID) {
        READ (uint64_t, message, field, number);
        return number == 0;
    }
    if (field->type != SHAPE_STRING)
        return false;
    READ (const char *, message, field, value);
    return value == NULL;
}

static int s_pack_struct (msgpack_packer *packer, const struct shape *shape, const void *message,
                          struct error *error)
{
    size_t present = 0;
    for (size_t i = 0; i < shape->field_count; i++)
        present += !s_is_absent (&shape->fields[i], message);
    msgpack_pack_map (packer, present);
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct shape_field *field = &shape->fields[i];
        if (s_is_absent (field, message))
            continue;
        size_t n = strlen (field->key);
        msgpack_pack_str (packer, n);
        msgpack_pack_str_body (packer, field->key, n);
        int rc = s_pack_field (packer, field, message, error);
        if (rc != DMH_OK)
            return rc;
    }
    return DMH_OK;
}

//  Where msgpack-c writes to; it keeps going after a refusal, so the refusal is remembered.
struct sink {
    char *at;
    size_t used, size;
    bool failed;
};

static int s_sink_write (void *data, const char *bytes, size_t n)
{
    struct sink *sink = data;
    if (sink->failed)
        return -1;
    if (sink->used + n > sink->size) {
        size_t size = (sink->used + n) * 2 + 256;
        char *at = realloc (sink->at, size);
        if (!at) {
            sink->failed = true;
            return -1;
        }
        sink->at = at;
        sink->size = size;
    }
    memcpy (sink->at + sink->used, bytes, n);
    sink->used += n;
    return 0;
}

int shape_encode (const struct shape *shape, const void *message, void **out, size_t *n, struct error *error)
{
    struct sink sink = {.used = 0};
    msgpack_packer packer;
    msgpack_packer_init (&packer, &sink, s_sink_write);
    int rc = s_pack_struct (&packer, shape, message, error);
    if (rc == DMH_OK && sink.failed)
        rc = error_set (error, DMH_INTERNAL, "out of memory while encoding %s", shape->name);
    if (rc == DMH_OK && sink.used > BODY_BYTES_MAX)
        rc = error_set (error, DMH_TOO_LARGE, "%s would be longer than 64 KiB", shape->name);
    if (rc == DMH_OK) {
        *out = sink.at;
        *n = sink.used;
        sink.at = NULL;
    }
    free (sink.at);
    return rc;
}

//  --------------------------------------------------------------------------------------------------------------------
//  Decode

static int s_take_struct (const struct shape *shape, const msgpack_object *object, void *out,
                          struct error *error);

static int s_wrong (const struct shape_field *field, const char *what, struct error *error)
{
    return error_set (error, DMH_MALFORMED, "“%s” %s", field->key, what);
}

//  Well-formed UTF-8 without NUL.
static bool s_is_text (const char *at, size_t n)
{
    for (const char *end = at + n; at < end;) {
        size_t length = *at ? utf8_sequence (at, (size_t) (end - at)) : 0;
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

static int s_take_text (const struct shape_field *field, const msgpack_object *object, void *to,
                        struct error *error)
{
    if (object->type != MSGPACK_OBJECT_STR)
        return s_wrong (field, "is not a string", error);
    size_t n = object->via.str.size;
    if (!s_is_text (object->via.str.ptr, n))
        return s_wrong (field, "is not UTF-8 text", error);
    if (field->type == SHAPE_TEXT) {
        if (n >= field->max)
            return s_wrong (field, "is too long", error);
        memcpy (to, object->via.str.ptr, n);
        ((char *) to)[n] = 0;
        return DMH_OK;
    }
    if (n > field->max)
        return s_wrong (field, "is too long", error);
    char *copy = malloc (n + 1);
    if (!copy)
        return error_set (error, DMH_INTERNAL, "out of memory while decoding “%s”", field->key);
    memcpy (copy, object->via.str.ptr, n);
    copy[n] = 0;
    memcpy (to, &copy, sizeof copy);
    //  cppcheck-suppress memleak ; the message owns it now
    return DMH_OK;
}

static int s_take_number (const struct shape_field *field, const msgpack_object *object, void *to,
                          struct error *error)
{
    bool positive = object->type == MSGPACK_OBJECT_POSITIVE_INTEGER;
    bool negative = object->type == MSGPACK_OBJECT_NEGATIVE_INTEGER;
    if (field->type == SHAPE_F64) {
        double value = positive   ? (double) object->via.u64
                       : negative ? (double) object->via.i64
                                  : object->via.f64;
        if (!positive && !negative && object->type != MSGPACK_OBJECT_FLOAT64 &&
            object->type != MSGPACK_OBJECT_FLOAT32)
            return s_wrong (field, "is not a number", error);
        if (!isfinite (value))
            return s_wrong (field, "is not finite", error);
        memcpy (to, &value, sizeof value);
        return DMH_OK;
    }
    if (field->type == SHAPE_U64 || field->type == SHAPE_SAID) {
        uint64_t value = positive ? object->via.u64 + (field->type == SHAPE_SAID) : 0;
        if (!positive || value < object->via.u64)
            return s_wrong (field, "is not an unsigned integer, or too large", error);
        memcpy (to, &value, sizeof value);
        return DMH_OK;
    }
    if (!negative && (!positive || object->via.u64 > INT64_MAX))
        return s_wrong (field, "is not a signed integer", error);
    memcpy (to, &object->via.i64, sizeof object->via.i64);
    return DMH_OK;
}

static int s_take_list (const struct shape_field *field, const msgpack_object *object, void *message,
                        struct error *error)
{
    if (object->type != MSGPACK_OBJECT_ARRAY)
        return s_wrong (field, "is not a list", error);
    size_t count = object->via.array.size;
    if (count > field->max)
        return s_wrong (field, "has too many entries", error);
    if (count == 0)
        return DMH_OK;
    char *items = calloc (count, field->of->size);
    if (!items)
        return error_set (error, DMH_INTERNAL, "out of memory while decoding “%s”", field->key);
    //  Given to the message at once, so that clearing it frees what a later failure leaves.
    memcpy (s_at (message, field->offset), &items, sizeof items);
    memcpy (s_at (message, field->count_offset), &count, sizeof count);
    for (size_t i = 0; i < count; i++) {
        int rc = s_take_struct (field->of, &object->via.array.ptr[i], items + i * field->of->size, error);
        if (rc != DMH_OK)
            return rc;
    }
    return DMH_OK;
}

static int s_take_field (const struct shape_field *field, const msgpack_object *object, void *message,
                         struct error *error)
{
    void *to = s_at (message, field->offset);
    switch (field->type) {
    case SHAPE_BOOL:
        if (object->type != MSGPACK_OBJECT_BOOLEAN)
            return s_wrong (field, "is not true or false", error);
        memcpy (to, &object->via.boolean, sizeof (bool));
        return DMH_OK;
    case SHAPE_TEXT:
    case SHAPE_STRING:
        return s_take_text (field, object, to, error);
    case SHAPE_STRUCT:
        return s_take_struct (field->of, object, to, error);
    case SHAPE_LIST:
        return s_take_list (field, object, message, error);
    default:
        return s_take_number (field, object, to, error);
    }
}

static bool s_is_key (const msgpack_object *object, const char *key)
{
    return object->via.str.size == strlen (key) &&
           memcmp (object->via.str.ptr, key, object->via.str.size) == 0;
}

static int s_take_struct (const struct shape *shape, const msgpack_object *object, void *out,
                          struct error *error)
{
    if (object->type != MSGPACK_OBJECT_MAP)
        return error_set (error, DMH_MALFORMED, "%s is not a map", shape->name);
    uint64_t seen = 0, given = 0;    //  by the field's place; tables are shorter than 64
    for (uint32_t i = 0; i < object->via.map.size; i++) {
        const msgpack_object_kv *entry = &object->via.map.ptr[i];
        if (entry->key.type != MSGPACK_OBJECT_STR)
            return error_set (error, DMH_MALFORMED, "%s has a key that is not a string", shape->name);
        size_t f = 0;
        while (f < shape->field_count && !s_is_key (&entry->key, shape->fields[f].key))
            f++;
        if (f == shape->field_count)
            continue;
        if (seen & 1ull << f)
            return s_wrong (&shape->fields[f], "stands twice", error);
        seen |= 1ull << f;
        if (entry->val.type == MSGPACK_OBJECT_NIL)
            continue;
        given |= 1ull << f;
        int rc = s_take_field (&shape->fields[f], &entry->val, out, error);
        if (rc != DMH_OK)
            return rc;
    }
    for (size_t f = 0; f < shape->field_count; f++)
        if (shape->fields[f].required && !(given & 1ull << f))
            return error_set (error, DMH_MALFORMED, "%s lacks “%s”", shape->name, shape->fields[f].key);
    return DMH_OK;
}

int shape_decode (const struct shape *shape, const void *bytes, size_t n, void *message, struct error *error)
{
    int rc = shape_walk (bytes, n, error);
    if (rc != DMH_OK)
        return rc;
    msgpack_unpacked unpacked;
    msgpack_unpacked_init (&unpacked);
    void *got = calloc (1, shape->size);
    size_t at = 0;
    if (!got)
        rc = error_set (error, DMH_INTERNAL, "out of memory while decoding %s", shape->name);
    else if (msgpack_unpack_next (&unpacked, bytes, n, &at) != MSGPACK_UNPACK_SUCCESS || at != n)
        rc = error_set (error, DMH_MALFORMED, "%s is not msgpack", shape->name);
    else
        rc = s_take_struct (shape, &unpacked.data, got, error);
    if (rc == DMH_OK)
        memcpy (message, got, shape->size);
    else if (got)
        shape_clear (shape, got);
    free (got);
    msgpack_unpacked_destroy (&unpacked);
    return rc;
}

void shape_clear (const struct shape *shape, void *message)
{
    for (size_t f = 0; f < shape->field_count; f++) {
        const struct shape_field *field = &shape->fields[f];
        if (field->type == SHAPE_STRUCT)
            shape_clear (field->of, s_at (message, field->offset));
        if (field->type != SHAPE_STRING && field->type != SHAPE_LIST)
            continue;
        READ (char *, message, field, owned);
        size_t count = 0;
        if (field->type == SHAPE_LIST)
            memcpy (&count, s_from (message, field->count_offset), sizeof count);
        for (size_t i = 0; i < count; i++)
            shape_clear (field->of, owned + i * field->of->size);
        free (owned);
    }
    memset (message, 0, shape->size);
}
