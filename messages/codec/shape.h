//  shape.h: what a message's body looks like, as a table; one encoder and one decoder serve them all.
//  shape.c is the one file that includes msgpack. A body is one msgpack map with string keys. Unknown keys
//  are skipped, within the bounds. Guilty until decoded: the caller's struct is touched only on success.
#ifndef DMH_MESSAGES_CODEC_SHAPE_H
#define DMH_MESSAGES_CODEC_SHAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/error.h"
#include "messages/codec/bounds.h"

enum shape_type {
    SHAPE_U64,       //  uint64_t; a negative number is malformed
    SHAPE_SAID,      //  uint64_t, one more than the number that is said; 0: none is, which is left out
    SHAPE_I64,       //  int64_t
    SHAPE_F64,       //  double; integers are taken too
    SHAPE_BOOL,      //  bool
    SHAPE_TEXT,      //  char [max], terminated; longer than max - 1 bytes is malformed, never cut; UTF-8, no
                     //  NUL
    SHAPE_STRING,    //  char *, owned by the struct, NULL when absent; at most max bytes
    SHAPE_STRUCT,    //  a struct inside, described by `of`
    SHAPE_LIST       //  T *items owned by the struct; its count is a size_t at count_offset; at most max
};

struct shape;

struct shape_field {
    const char *key;
    enum shape_type type;
    bool required;    //  absent or nil is malformed; else absent leaves zeros
    size_t offset;
    size_t max;                //  see the types
    const struct shape *of;    //  SHAPE_STRUCT, SHAPE_LIST
    size_t count_offset;       //  SHAPE_LIST
};

struct shape {
    const char *name;    //  the frame's kind for a message ("SUBMIT"), a noun for a part ("input")
    size_t size;         //  sizeof the struct
    size_t field_count;
    const struct shape_field *fields;
};

//  The body of `message` as msgpack; *out is malloc'd, yours to free, *n its length.
//  Absent strings (NULL) are left out. DMH_OK, DMH_TOO_LARGE beyond BODY_BYTES_MAX or a field's max,
//  DMH_INTERNAL.
int shape_encode (const struct shape *shape, const void *message, void **out, size_t *n, struct error *error);

//  Decodes n bytes into the struct at `message` (shape->size bytes; not cleared before, not touched on
//  failure). The result owns strings and lists: shape_clear it. DMH_OK, DMH_MALFORMED, DMH_INTERNAL.
int shape_decode (const struct shape *shape, const void *bytes, size_t n, void *message, struct error *error);

//  Frees what the struct owns and zeroes it. Takes zeroed structs.
void shape_clear (const struct shape *shape, void *message);

//  Rows of a table, in the manner of: SHAPE_FIELD_TEXT (struct job_request, job, true)
#define SHAPE_AT_(T, M, TYPE, REQ, MAX, OF, COUNT)                                                           \
    {                                                                                                        \
#M, TYPE, REQ, offsetof(T, M), MAX, OF, COUNT                                                        \
    }
#define SHAPE_FIELD_U64(T, M, REQ) SHAPE_AT_ (T, M, SHAPE_U64, REQ, 0, NULL, 0)
#define SHAPE_FIELD_SAID(T, M) SHAPE_AT_ (T, M, SHAPE_SAID, false, 0, NULL, 0)
#define SHAPE_FIELD_I64(T, M, REQ) SHAPE_AT_ (T, M, SHAPE_I64, REQ, 0, NULL, 0)
#define SHAPE_FIELD_F64(T, M, REQ) SHAPE_AT_ (T, M, SHAPE_F64, REQ, 0, NULL, 0)
#define SHAPE_FIELD_BOOL(T, M, REQ) SHAPE_AT_ (T, M, SHAPE_BOOL, REQ, 0, NULL, 0)
#define SHAPE_FIELD_TEXT(T, M, REQ) SHAPE_AT_ (T, M, SHAPE_TEXT, REQ, sizeof (((T *) 0)->M), NULL, 0)
#define SHAPE_FIELD_STRING(T, M, REQ, MAX) SHAPE_AT_ (T, M, SHAPE_STRING, REQ, MAX, NULL, 0)
#define SHAPE_FIELD_STRUCT(T, M, REQ, OF) SHAPE_AT_ (T, M, SHAPE_STRUCT, REQ, 0, OF, 0)
#define SHAPE_FIELD_LIST(T, M, REQ, MAX, OF)                                                                 \
    SHAPE_AT_ (T, M, SHAPE_LIST, REQ, MAX, OF, offsetof (T, M##_count))

#define SHAPE_OF(NAME, T, FIELDS)                                                                            \
    {                                                                                                        \
        NAME, sizeof (T), sizeof (FIELDS) / sizeof *(FIELDS), FIELDS                                         \
    }

//  Declares and defines what each message has; every message header uses the first, its .c the second. `const
//  struct shape NAME_shape` names the frame's kind; NAME_decode and NAME_clear are shape_… above with the
//  struct's type.
#define MESSAGE_DECLARE(NAME)                                                                                \
    extern const struct shape NAME##_shape;                                                                  \
    int NAME##_decode (const void *bytes, size_t n, struct NAME *out, struct error *error);                  \
    void NAME##_clear (struct NAME *message)

#define MESSAGE_DEFINE(NAME)                                                                                 \
    int NAME##_decode (const void *bytes, size_t n, struct NAME *out, struct error *error)                   \
    {                                                                                                        \
        return shape_decode (&NAME##_shape, bytes, n, out, error);                                           \
    }                                                                                                        \
    void NAME##_clear (struct NAME *message)                                                                 \
    {                                                                                                        \
        shape_clear (&NAME##_shape, message);                                                                \
    }                                                                                                        \
    _Static_assert(sizeof (struct NAME) > 0, "a message is a struct")

#endif
