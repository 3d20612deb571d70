//  postgres_values.h: parameters and results of PostgreSQL's binary protocol: numbers are 8 bytes in network
//  order, texts and message bodies their bytes.
#ifndef DMH_POSTGRES_VALUES_H
#define DMH_POSTGRES_VALUES_H

#include "broker/store/store.h"
#include "messages/base/narrow.h"

#include <endian.h>
#include <libpq-fe.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMETERS_MAX = 11 };

//  The parameters of one statement. What has to be freed or has no place of its own is kept here.
struct parameters {
    int count;
    const char *values[PARAMETERS_MAX];
    int lengths[PARAMETERS_MAX], formats[PARAMETERS_MAX];
    uint64_t numbers[PARAMETERS_MAX];    //  in network order
    void *bodies[PARAMETERS_MAX];        //  owned
};

static inline void parameters_put (struct parameters *self, const void *bytes, size_t n)
{
    self->values[self->count] = bytes;
    self->lengths[self->count] = (int) n;
    self->formats[self->count++] = 1;
}

//  NULL is SQL's.
static inline void parameters_text (struct parameters *self, const char *text)
{
    parameters_put (self, text, text ? strlen (text) : 0);
}

static inline void parameters_number (struct parameters *self, uint64_t number)
{
    self->numbers[self->count] = htobe64 (number);
    parameters_put (self, &self->numbers[self->count], sizeof number);
}

//  A message part as its msgpack body.
static inline int parameters_part (struct parameters *self, const struct shape *shape, const void *part,
                                   struct error *error)
{
    size_t n = 0;
    void *body = NULL;
    int rc = shape_encode (shape, part, &body, &n, error);
    if (rc == DMH_OK) {
        self->bodies[self->count] = body;
        parameters_put (self, body, n);
    }
    return rc;
}

static inline void parameters_clear (struct parameters *self)
{
    for (int i = 0; i < PARAMETERS_MAX; i++)
        free (self->bodies[i]);
}

static inline uint64_t value_number (const PGresult *result, int row, int column)
{
    uint64_t number = 0;
    if (PQgetlength (result, row, column) == (int) sizeof number)
        memcpy (&number, PQgetvalue (result, row, column), sizeof number);
    return be64toh (number);
}

static inline void value_text (const PGresult *result, int row, int column, char *out, size_t size)
{
    snprintf (out, size, "%.*s", PQgetlength (result, row, column), PQgetvalue (result, row, column));
}

//  A message part from its body.
static inline int value_part (const PGresult *result, int row, int column, const struct shape *shape,
                              void *out, struct error *error)
{
    struct error why = {.code = DMH_OK};
    int rc = shape_decode (shape, PQgetvalue (result, row, column),
                           (size_t) PQgetlength (result, row, column), out, &why);
    if (rc != DMH_OK)
        rc =
            error_set (error, DMH_UNAVAILABLE, "the job store holds a damaged %s: %s", shape->name, why.text);
    return rc;
}

//  The columns of "find" and of walks.
static inline int value_job (const PGresult *result, int row, struct store_job *out, struct error *error)
{
    uint64_t tries = value_number (result, row, 3);
    struct store_job got = {.sequence = value_number (result, row, 0),
                            .place = value_number (result, row, 2),
                            .tries = tries > UINT_MAX ? UINT_MAX : NARROW (unsigned, tries)};
    value_text (result, row, 1, got.submit_key, sizeof got.submit_key);
    int rc = value_part (result, row, 4, &input_shape, &got.input, error);
    if (rc == DMH_OK)
        rc = value_part (result, row, 5, &options_shape, &got.options, error);
    if (rc == DMH_OK)
        rc = value_part (result, row, 6, &job_record_shape, &got.record, error);
    if (rc == DMH_OK)
        *out = got;
    else
        store_job_clear (&got);
    return rc;
}

#endif
