//  sqlite_values.h: parameters and columns of SQLite's statements. A parameter that finds no memory would be
//  NULL, which is another question: so it is remembered, and the statement is not run.
#ifndef DMH_SQLITE_VALUES_H
#define DMH_SQLITE_VALUES_H

#include "messages/codec/shape.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

//  A statement in use.
struct use {
    sqlite3_stmt *statement;
    int bound;    //  SQLITE_OK, or why a parameter could not be given
};

static inline void use_bound (struct use *self, int rc)
{
    if (rc != SQLITE_OK)
        self->bound = rc;
}

static inline void use_text (struct use *self, int at, const char *text)
{
    use_bound (self, sqlite3_bind_text (self->statement, at, text, -1, SQLITE_TRANSIENT));
}

static inline void use_number (struct use *self, int at, int64_t number)
{
    use_bound (self, sqlite3_bind_int64 (self->statement, at, (sqlite3_int64) number));
}

//  A message part as its msgpack body.
static inline int use_part (struct use *self, int at, const struct shape *shape, const void *part,
                            struct error *error)
{
    void *body;
    size_t n;
    int rc = shape_encode (shape, part, &body, &n, error);
    if (rc == DMH_OK)
        use_bound (self, sqlite3_bind_blob (self->statement, at, body, (int) n, free));
    return rc;
}

static inline int use_step (struct use *self)
{
    return self->bound == SQLITE_OK ? sqlite3_step (self->statement) : self->bound;
}

//  A text of the row; false: no memory for it, or it is none.
static inline bool use_take_text (struct use *self, int column, char *out, size_t size)
{
    const char *text = (const char *) sqlite3_column_text (self->statement, column);
    snprintf (out, size, "%s", text ? text : "");
    return text != NULL;
}

static inline int use_take_part (struct use *self, int column, const struct shape *shape, void *out,
                                 struct error *error)
{
    struct error why = {.code = DMH_OK};
    const void *body = sqlite3_column_blob (self->statement, column);
    int rc = shape_decode (shape, body, (size_t) sqlite3_column_bytes (self->statement, column), out, &why);
    if (rc != DMH_OK)
        rc =
            error_set (error, DMH_UNAVAILABLE, "the job store holds a damaged %s: %s", shape->name, why.text);
    return rc;
}

#endif
