//  vcf_values.h: the values of a record of VCF under the names of its columns, for a second reading. Shares
//  no code with the worker's reader.
#ifndef DMH_CLIENT_VERIFICATION_INPUT_VCF_VALUES_H
#define DMH_CLIENT_VERIFICATION_INPUT_VCF_VALUES_H

#include "client/verification/input/input_value.h"
#include "messages/base/buffer.h"
#include "messages/json/value.h"

enum { VCF_VALUES_FIXED = 8 };

struct value;    //  opaque

struct vcf_values {
    struct buffer header;     //  lines that define tags, ended by NUL each
    struct buffer samples;    //  names, ended by NUL each
    struct buffer bytes;      //  names and values of the record
    struct value *values;     //  [count]
    size_t count, room;
    size_t hint;      //  where a column is looked for first
    bool numbered;    //  names of columns may have numbers, as others have the same name
};

void vcf_values_clear (struct vcf_values *self);    //  frees

//  A line that begins with ##; the line of the names of columns; the columns as report.json has them, which
//  may be NULL. 0, or -1 out of memory.
int vcf_values_define (struct vcf_values *self, const char *line, size_t n);
int vcf_values_name (struct vcf_values *self, const char *at, size_t n);
void vcf_values_columns (struct vcf_values *self, const struct json_value *column);

//  Takes the values of a line, which is cut on the way: its fields, FORMAT or NULL last, what stands behind
//  them, and the allele `alt`, from 1, of `alts`. 0, or -1 out of memory.
int vcf_values_take (struct vcf_values *self, char *fields[VCF_VALUES_FIXED + 1], char *samples, char *allele,
                     size_t alts, size_t alt);

//  The i-th, and that of a column; text NULL: the record has none, or it cannot be told.
struct input_value vcf_values_at (const struct vcf_values *self, size_t i);
struct input_value vcf_values_column (struct vcf_values *self, const char *name);

#endif
