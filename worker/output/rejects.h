//  rejects.h: rejects.csv: every record that was set aside, with why, where, and how it stood in the input.
//  UTF-8 always, so that every reader of CSV can read it. Holds values: it is never logged. One thread.
#ifndef DMH_WORKER_OUTPUT_REJECTS_H
#define DMH_WORKER_OUTPUT_REJECTS_H

#include "worker/output/audit.h"

enum { REJECT_MORE_BYTES = 2048 };

struct reject {
    struct record_position at;
    enum rule rule;
    const char *field;    //  NULL: the record as a whole
    uint64_t other;       //  RULE_RECORD_CONFLICT: the record with its key that stands
    const char *more;     //  said behind the message; NULL: nothing
    struct text raw;      //  the record's bytes, without its line end
};

void rejects_header (output_file_t *file);

//  The columns raw and raw_encoding, which nothing follows in their row yet.
void rejects_raw (output_file_t *file, struct text raw);
void rejects_add (output_file_t *file, const struct reject *reject);

#endif
