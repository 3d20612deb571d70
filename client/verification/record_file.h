//  record_file.h: the records of a result, one at a time, by the fields that its datapackage.json describes:
//  records.csv by libcsv, records.ndjson line by line, records.sqlite by SQLite; of FHIR by the elements that
//  its required fields have.
#ifndef DMH_CLIENT_VERIFICATION_RECORD_FILE_H
#define DMH_CLIENT_VERIFICATION_RECORD_FILE_H

#include "messages/json/value.h"

typedef struct record_file record_file_t;

//  Opens the records of the result in `folder`. `resource`: the one of its datapackage.json, borrowed.
//  Without a Table Schema in it records are no table but resources of FHIR, one a line, of which the fields
//  that each needs are known by `kind`. NULL with `error` set, whose sentence names the file; DMH_MALFORMED
//  where its columns are not those of the schema.
record_file_t *record_file_new (const char *folder, const struct json_value *resource, const char *kind,
                                struct error *error);
void record_file_destroy (record_file_t **self_p);

//  1: the next record is there; 0: there is none; DMH_MALFORMED (no such record, or not as the schema says),
//  DMH_IO, DMH_INTERNAL with a sentence that names the record.
int record_file_next (record_file_t *self, struct error *error);

//  The value of the schema's i-th field; "" where there is none. Of a number its digits as they were given.
//  Borrowed until the next record.
const char *record_file_value (const record_file_t *self, size_t i);

//  Whether the records are resources of FHIR.
bool record_file_is_of_resources (const record_file_t *self);

size_t record_file_fields (const record_file_t *self);
const char *record_file_name (const record_file_t *self, size_t i);
bool record_file_is_required (const record_file_t *self, size_t i);

#endif
