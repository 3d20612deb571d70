//  preparation.h: what a job does with its input before the first record: the kind, the schema, the mapping
//  with its tables, the file's dialect, and which column feeds which field. Options come before the mapping,
//  that before the schema, that before what the file shows. A job and dmh inspect both prepare by this. One
//  thread.
#ifndef DMH_WORKER_PIPELINE_PREPARATION_H
#define DMH_WORKER_PIPELINE_PREPARATION_H

#include "worker/formats/reference/contig_names.h"
#include "worker/input/data_roots.h"
#include "worker/input/reader.h"
#include "worker/input/reference_file.h"
#include "worker/rules/binding/binding.h"
#include "worker/rules/numbers/decimal_mark.h"
#include "worker/rules/schema/catalog.h"

struct preparation {
    const char *name;                 //  of the input, for sentences; borrowed
    const struct options *options;    //  borrowed
    catalog_t *own;                   //  the given catalog with the options' own schema; NULL without one
    const catalog_t *catalog;         //  that, or the given one
    char kind[WORD_BYTES];            //  of that schema
    mapping_t *mapping;               //  with its tables; NULL without one
    enum date_order fallback;         //  of columns that no value decides
    enum decimal_mark decimal;        //  of columns that no value decides, where decimal_told
    bool decimal_told;
    bool ordered;    //  that was given
    reader_t *reader;
    const data_roots_t *roots;    //  that it is opened in; borrowed
    reference_t *reference;       //  of variants; NULL: none was given
    contig_names_t *contigs;      //  of variants
    struct dialect dialect;
    binding_t *binding;
    unpivot_t *unpivot;    //  of a wide table; NULL: it is none. The binding is of its long columns
    int *barred;           //  columns whose values contradict their names, [barred_count]
    size_t barred_count;
    //  Who is told while a whole file is looked at; NULL: nobody. Set before preparation_open.
    void (*moved) (void *context, uint64_t done, uint64_t total);
    void *context;
    struct ceilings ceilings;            //  of the worker. Set before preparation_open
    struct interruption interruption;    //  of its reading. Likewise
};

//  The steps, each once and in this order, unless it says otherwise; preparation_clear in any case. They
//  return DMH_OK, or what is wrong with input or options.

//  Reads schema, mapping and tables. `catalog` and `roots` (where tables may be; NULL: anywhere) are
//  borrowed. `tables` [table_count]: the tables' files in the order of the joins, where they are not where
//  the mapping says; table_count 0: they are.
int preparation_read (struct preparation *self, const char *name, const struct options *options,
                      const catalog_t *catalog, const data_roots_t *roots, const char *const *tables,
                      size_t table_count, struct error *error);

//  Opens the input at `path`, which lies in one of `roots` (NULL: anywhere), and finds its dialect.
int preparation_open (struct preparation *self, const char *path, const data_roots_t *roots,
                      struct error *error);

//  The same of an object of a store, which is borrowed.
int preparation_open_object (struct preparation *self, object_pieces_t *pieces, struct error *error);

//  Finds the dialect anew, once the reader knows another encoding; preparation_choose comes next.
int preparation_look (struct preparation *self, struct error *error);

//  Whether all of the input is a block of so many bytes: more than one harmonizer costs messages and memory
//  then.
bool preparation_fits (const struct preparation *self, size_t bytes);

//  Settles on one kind of several, where the format has them. DMH_BAD_INPUT: none can be told.
int preparation_choose (struct preparation *self, struct error *error);

//  The values of a column contradict the field that its name gave it to: it stays the source's own.
//  preparation_bind afterwards. DMH_OK, DMH_INTERNAL.
int preparation_bar (struct preparation *self, int column, struct error *error);

//  Binds the columns as they are known now; a kind that was bound once stays. Again after preparation_learn.
int preparation_bind (struct preparation *self, struct error *error);

//  The kind that is asked for; empty: the columns tell.
const char *preparation_kind (const struct preparation *self);

//  A key of JSON that was met late becomes a column; dialect_forget_awaited first, preparation_bind
//  afterwards.
int preparation_learn (struct preparation *self, struct text name, struct error *error);

//  A key of JSON that the mapping names may come behind the sample: it is a column from the start, awaited
//  until it is met. preparation_bind awaits them too.
int preparation_await (struct preparation *self, struct error *error);

//  What values of all of the input have shown: keys of JSON that were met late, each ended by NUL, and
//  columns to bar. preparation_bind afterwards. DMH_OK, DMH_INTERNAL, DMH_TOO_LARGE.
int preparation_settle (struct preparation *self, const struct buffer *names, const int *barred, size_t count,
                        struct error *error);

//  What is to be said of an awaited column that is not there after all: DMH_BAD_INPUT.
int preparation_miss (const struct preparation *self, size_t column, struct error *error);

void preparation_clear (struct preparation *self);

#endif
