//  content.h: what one record says, column by column: its value, and the texts of those that were emptied as
//  invalid. Two records that say the same in a column have the same bytes there. Pure.
#ifndef DMH_WORKER_JOIN_CONTENT_H
#define DMH_WORKER_JOIN_CONTENT_H

#include "messages/base/buffer.h"
#include "worker/join/joined_columns.h"

//  Of one record; texts are borrowed from it, or lie in `framed`.
struct content {
    struct text *values;     //  [count]
    struct text *emptied;    //  [schema->field_count]: each text behind its length
    struct buffer framed;
};

//  DMH_OK or DMH_INTERNAL; content_clear it in any case.
int content_make (struct content *out, const struct joined_columns *columns, struct error *error);
void content_clear (struct content *self);

//  Makes it that of `record`, a record of an input with those places of columns. DMH_OK or DMH_INTERNAL.
int content_set (struct content *self, const struct joined_columns *columns, const size_t *places,
                 size_t count, const struct result_record *record, struct error *error);

//  Puts what it says of the columns of `common` behind `out`, each in its order; then of the other columns of
//  the set those of which it says something, each behind its number. 0, or -1 out of memory.
int content_common (const struct content *self, const struct joined_columns *columns, struct buffer *out);
int content_rest (const struct content *self, const struct joined_columns *columns, size_t set,
                  struct buffer *out);

//  The same of the columns that make no other record.
int content_others (const struct content *self, const struct joined_columns *columns, size_t set,
                    struct buffer *out);

//  What is said of one column, as content_rest has it.
struct said {
    uint32_t column;
    struct text value, emptied;
    struct text bytes;    //  of both
};

//  Takes the next column off the rest. false: there is none, or it is cut short (rest->n is not 0 then).
bool content_next (struct text *rest, struct said *out);

//  Whether a record of an input of that set says no more than an earlier one, and nothing otherwise: `rest`
//  of each as content_rest has it; what is common is the same.
bool content_repeats (const struct joined_columns *columns, size_t set, struct text rest,
                      struct text earlier);

#endif
