//  compared_fields.h: the fields of a result whose values have to stand in their record of the input: all
//  that one column feeds, the source's own columns, and what each record needs; of FHIR the resource's id
//  alone, as the rest is made of several elements, or of other resources. A value that does not stand there
//  has to be one that the audit tells of that record, or that the report counts; and what the audit says that
//  one was has to stand there.
#ifndef DMH_CLIENT_VERIFICATION_COMPARED_FIELDS_H
#define DMH_CLIENT_VERIFICATION_COMPARED_FIELDS_H

#include "client/verification/audit_events.h"
#include "client/verification/input/input_reader.h"
#include "client/verification/problems.h"
#include "client/verification/record_file.h"

typedef struct compared_fields compared_fields_t;

//  `report`: report.json, borrowed; the fields are those of `records`, which is borrowed too. NULL: out of
//  memory.
compared_fields_t *compared_fields_new (const struct json_value *report, record_file_t *records);
void compared_fields_destroy (compared_fields_t **self_p);

//  The names of the few fields that are compared, where input or result are of FHIR; else "".
enum { COMPARED_ONLY_BYTES = 128 };
void compared_fields_only (const compared_fields_t *self, char out[COMPARED_ONLY_BYTES]);

//  Compares the record of `records` with the one that `input` has read; `audit` stands at it.
void compared_fields_look (compared_fields_t *self, const input_reader_t *input, const audit_events_t *audit);

//  What tells the record that was read from others, as it stands, as one number; never 0.
uint64_t compared_fields_hash (const compared_fields_t *self, const input_reader_t *input);

//  How often the report says that a value that every record needs was changed.
uint64_t compared_fields_changed (const compared_fields_t *self);

//  Tells of the values that stand nowhere.
void compared_fields_judge (const compared_fields_t *self, struct problems *problems);

#endif
