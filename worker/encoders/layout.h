//  layout.h: one pass over one input: what reader, harmonizers and writer share, immutable while its blocks
//  are out. An assumption that a later block contradicts (a column's date order, a JSON key not met before)
//  makes a second pass.
#ifndef DMH_WORKER_ENCODERS_LAYOUT_H
#define DMH_WORKER_ENCODERS_LAYOUT_H

#include "worker/encoders/fhir.h"
#include "worker/formats/format.h"
#include "worker/rules/binding/plan.h"

//  RECORDS_FHIR: FHIR R4 resources, one a line; FHIR has no place for the source's own columns.
enum record_format { RECORDS_CSV, RECORDS_NDJSON, RECORDS_FHIR };

struct pass {
    uint64_t generation;
    const struct dialect *dialect;
    const struct plan *plan;
    enum record_format format;
    bool audit_full;
    uint64_t input_bytes;     //  of the file as it lies on the disk
    uint64_t seed;            //  of the key hashes, random per job
    size_t slot;              //  that the job runs in
    struct writer *writer;    //  that takes its blocks
    size_t harmonizers;       //  LEAVEs that end it
    //  Output order: the canonical fields, then the extra columns by index.
    int *extras;    //  source columns that no field took
    size_t extra_count;
    //  A row is before [0], value 0, before [1], value 1 … before [value_count]; the values are the plan's
    //  live fields, then the extra columns. What stands before a value are separators, labels, and all of
    //  the fields that are empty in every row.
    struct text *before;
    size_t value_count;
    size_t before_bytes;          //  of all of them
    char *before_text;            //  their memory; PASS_SLACK bytes more than they need
    fhir_resource_t *resource;    //  RECORDS_FHIR …
    const char **names;           //  … of its fields
};

enum { PASS_SLACK = 16 };

//  Fills rows' parts and extras from plan, format and dialect, which are set already. 0, or -1 out of memory.
//  pass_clear frees them.
int pass_prepare (struct pass *self);
void pass_clear (struct pass *self);

//  Name of output field `i` (canonical fields, then extras). Borrowed.
const char *pass_output_name (const struct pass *self, size_t i);
size_t pass_output_count (const struct pass *self);

#endif
