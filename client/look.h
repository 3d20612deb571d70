//  look.h: what the worker's formats and rules say about a file or a kind, as plain data, without running a
//  job. Called by inspect and schema. With local.c the one file of the client that knows the worker.
#ifndef DMH_LOOK_H
#define DMH_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "../messages/job.h"

struct look_column {
    char *source;    //  as the header has it
    char *field;     //  the canonical field, NULL: none takes it
    char *by;        //  name, alias, mapping, none
    char *reason;
};

struct look {
    char format[WORD_BYTES], encoding[WORD_BYTES];
    char compression[WORD_BYTES];    //  gzip, zstd; empty: none
    char delimiter;                  //  0: none
    bool bom;
    char kind[WORD_BYTES];    //  empty: none was found, `error` says why
    double score;
    struct error error;
    struct look_column *columns;
    size_t column_count;
};

//  Looks at the start of `path` ("-": standard input). `options` gives kind, mapping, encoding,
//  delimiter and no_header. DMH_OK with *out
//  filled (look_clear it), also when no kind fits; DMH_BAD_INPUT, DMH_INTERNAL.
int look_at (const char *path, const struct options *options, struct look *out, struct error *error);
void look_clear (struct look *self);

struct look_field {
    char *name, *type, *description, *standard, *aliases;    //  aliases joined by ", "
    bool required;
};

struct look_kind {
    char *name, *version, *title, *description, *sha256, *json;
    struct look_field *fields;
    size_t field_count;
};

//  All kinds, by name. *out [*count] and what is in them are yours: look_kinds_free.
int look_kinds (struct look_kind **out, size_t *count, struct error *error);
void look_kinds_free (struct look_kind **kinds_p, size_t count);

//  Reads a schema file as the worker would. DMH_OK; or what is wrong with it, and where. *fields: how many it
//  has.
int look_check (const char *path, size_t *fields, struct error *error);

#endif
