//  set_aside.h: rejects.csv of a joined table: what the inputs' own results have set aside, as they have it,
//  and records that only the table has. Holds values: it is never logged. One thread.
#ifndef DMH_WORKER_JOIN_SET_ASIDE_H
#define DMH_WORKER_JOIN_SET_ASIDE_H

#include "worker/join/result_reader.h"
#include "worker/output/audit.h"

struct set_aside {
    struct record_position at;             //  in the table
    const struct result_record *record;    //  of its input, and what became of it there
    const char *file;                      //  source_file
    //  In conflict:
    const char *key;                   //  the first field of the key; NULL: it is rejected
    uint64_t stands, stands_number;    //  the record that stands: in the table, in its input
    const char *stands_file;
    struct text row;    //  of one that its own result had written, without its line end
};

void set_aside_header (output_file_t *file);
void set_aside_write (output_file_t *file, const struct set_aside *self);

#endif
