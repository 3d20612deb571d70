//  inspection.h: what the worker's formats and rules say about a file, as plain data, without running a job.
#ifndef DMH_WORKER_INSPECT_INSPECTION_H
#define DMH_WORKER_INSPECT_INSPECTION_H

#include "worker/inspect/column_list.h"
#include <stdbool.h>
#include <stddef.h>

#include "messages/job.h"
#include "worker/input/interruption.h"
#include "worker/rules/profile/profile.h"

//  How well a kind of record fits.
struct inspection_score {
    char kind[WORD_BYTES];
    double score;
    char reason[256];
};

struct inspection {
    char format[WORD_BYTES], encoding[WORD_BYTES];
    char compression[WORD_BYTES];    //  gzip, zstd; empty: none
    char delimiter;                  //  0: none
    uint64_t lines_above;            //  the header, passed over
    char escape;                     //  before a quote inside a quoted field; 0: doubled quotes only
    bool bom;
    char kind[WORD_BYTES];    //  empty: none was found, `error` says why
    double score;
    struct error error;
    char
        guess[WORD_BYTES];    //  the kind whose fields `columns` names: `kind`, or the one that comes nearest
    struct inspection_column *columns;
    size_t column_count;
    struct inspection_score *scores;    //  the best first
    size_t score_count;
    uint64_t records, unusable, bytes;    //  that were profiled
    bool whole;                           //  they are all of the file
};

//  Whether a word of --fail-on is no check, before a job is made of it. DMH_OK or DMH_BAD_INPUT.
int inspection_checks (const char *fail_on, struct error *error);

//  Whether records can be written in a format of that name. DMH_OK, or DMH_USAGE with the names that there
//  are.
int inspection_format (const char *name, struct error *error);

//  Whether the delimiter, the mapping and the schema of `options` can be read, as far as can be told without
//  an input. DMH_OK, DMH_INTERNAL, or DMH_USAGE with what is wrong and where.
int inspection_options (const struct options *options, struct error *error);

//  Looks at the file at `path`, called `name` in messages, and profiles its first 64 MiB. `options` gives
//  kind, schema, mapping, encoding, delimiter and no_header; nothing that stands in fewer than `least`
//  records is told. `interruption`: whether it is to end before; NULL: never. DMH_OK with *out filled
//  (inspection_clear it), also when no kind fits; DMH_BAD_INPUT, DMH_CANCELLED, DMH_INTERNAL.
int inspection_of_file (const char *path, const char *name, const struct options *options, uint64_t least,
                        const struct interruption *interruption, struct inspection *out, struct error *error);
void inspection_clear (struct inspection *self);

//  The same of an object of a store, with the credentials of this process: what is looked at is fetched, into
//  a file without a name in `folder`. `interrupt`: readable when that is to end. Also as object_input_new and
//  object_pieces_read have it.
int inspection_of_object (const struct input *input, const char *folder, int interrupt,
                          const struct options *options, uint64_t least, struct inspection *out,
                          struct error *error);

//  Where the tables are that the mapping of `options` joins, in the order of the joins: absolute paths, each
//  and the array yours to free. None without a mapping, or with one that is wrong, which the worker will say.
//  DMH_OK or DMH_INTERNAL.
int inspection_tables (const struct options *options, char ***paths, size_t *count, struct error *error);

#endif
