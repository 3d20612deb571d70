//  result_reader.h: a finished result, read again: what its report and datapackage say, and what became of
//  each record of its input, in the input's order. Reads CSV and NDJSON; checks no checksum (dmh verify
//  does).
#ifndef DMH_WORKER_JOIN_RESULT_READER_H
#define DMH_WORKER_JOIN_RESULT_READER_H

#include "messages/job.h"
#include "messages/json/value.h"
#include "worker/text/text.h"

typedef struct result_reader result_reader_t;

//  What a result says of itself. Texts are borrowed from its documents.
struct result_facts {
    const struct json_value *report, *package;
    const char *kind, *schema_sha256;
    struct counts counts;
    const char *records;     //  the file
    bool json;               //  it is NDJSON, else CSV
    const char **columns;    //  of its records, in their order
    size_t column_count;
};

enum fate { FATE_WRITTEN, FATE_DUPLICATE, FATE_CONFLICT, FATE_REJECTED };

//  What a rule said of a value. Texts are borrowed from the audit.
struct result_remark {
    const char *rule, *field;    //  field "": the record
    struct text raw, value;
};

struct result_record {
    uint64_t number, line;    //  in the input, from 1; line 0: not known, as nothing was said of it
    enum fate fate;
    uint64_t other;                              //  the record that it repeats, or is in conflict with
    const struct text *fields;                   //  [column_count]; NULL: the result does not have them
    const char *rejected_by, *rejected_field;    //  the rule; the field, or ""
    struct text rule, field, message, raw, raw_encoding;    //  as rejects.csv has them
    const struct result_remark *remarks;
    size_t remark_count;
};

//  Reads the documents of the result in `folder`. NULL with `error` set: no result that can be read; FHIR.
result_reader_t *result_reader_new (const char *folder, struct error *error);
void result_reader_destroy (result_reader_t **self_p);
const struct result_facts *result_reader_facts (const result_reader_t *self);

//  Goes before the first record; opens the files. DMH_OK, or DMH_IO, DMH_MALFORMED, DMH_INTERNAL. Files are
//  closed by result_reader_close.
int result_reader_open (result_reader_t *self, struct error *error);
void result_reader_close (result_reader_t *self);

//  1: *out is the next record, borrowed until the next call; 0: there is none; else as above.
int result_reader_next (result_reader_t *self, struct result_record *out, struct error *error);

//  After the last record: what the audit says of whole columns, one a call. 1; 0: no more; else as above.
int result_reader_finding (result_reader_t *self, const struct json_value **out, struct error *error);

//  A member's whole number; 0 where none stands. Its string; "" where none does.
uint64_t member_number (const struct json_value *object, const char *key);
const char *member_text (const struct json_value *object, const char *key);

#endif
