//  row_writer.h: the rows of a joined table: its plan and layout as an encoder needs them, a record's row,
//  and its rank among those of its key. One thread.
#ifndef DMH_WORKER_JOIN_ROW_WRITER_H
#define DMH_WORKER_JOIN_ROW_WRITER_H

#include "messages/base/buffer.h"
#include "worker/encoders/layout.h"
#include "worker/join/joined_columns.h"
#include "worker/rules/record/precedence.h"

struct row_writer {
    const struct joined_columns *columns;    //  borrowed
    struct plan plan;
    struct layout layout;
    struct precedence precedence;
    struct record *record;    //  what is written
    struct text *own;         //  [binding.column_count]
    struct buffer row;        //  of the last one that was encoded
};

//  In the format of that name, a table (csv, ndjson). `options` say which record of a key stands; `source`
//  begins the sentences. DMH_OK, DMH_UNSUPPORTED, DMH_BAD_INPUT, DMH_INTERNAL; row_writer_clear it in any
//  case.
int row_writer_make (struct row_writer *self, const struct joined_columns *columns, const char *format,
                     const struct options *options, const char *source, struct error *error);
void row_writer_clear (struct row_writer *self);

//  Takes a record: values [columns->count], and where it comes from. Borrowed until the next one.
void row_writer_set (struct row_writer *self, const struct text *values, struct text source_file,
                     struct text source_record);

//  Its row, line end included, in self->row. 0, or -1 out of memory.
int row_writer_encode (struct row_writer *self);

//  Its rank (precedence.h); 0 where ranks say nothing.
uint64_t row_writer_rank (const struct row_writer *self);

#endif
