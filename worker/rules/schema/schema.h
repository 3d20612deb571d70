//  schema.h: one kind of record, as a schema file has it. Immutable after loading; any thread may read it.
#ifndef DMH_WORKER_RULES_SCHEMA_SCHEMA_H
#define DMH_WORKER_RULES_SCHEMA_SCHEMA_H

#include "messages/base/digest.h"
#include "worker/rules/codes/missing.h"
#include "worker/rules/schema/check.h"
#include "worker/rules/schema/column_words.h"
#include "worker/rules/schema/field.h"
#include "worker/rules/schema/field_names.h"
#include "worker/rules/schema/latest.h"

enum { FIELDS_MAX = 128, SCHEMA_NAME_MAX = 31 };

//  How the value of a measurement spreads over fields (lab_result). Indices into fields, FIELD_NONE when
//  absent.
struct measure {
    int number, comparator, text, unit, code, code_system, source_value, source_unit, low, high, flag;
};

//  fields [before] has to lie before (or on) fields [after]; else `rule` on fields [after].
struct date_check {
    int before, after;
    enum rule rule;
};

//  From `begin` to `end` (to today where that is empty) lie at most `years`; else date.over_120_years.
struct span_check {
    int begin, end, years;
};

typedef struct schema {
    char *name, *version, *title, *description;
    char sha256[DIGEST_HEX_BYTES];    //  of the schema file
    struct field *fields;
    size_t field_count;
    int key[FIELDS_MAX];        //  the key's fields, those that are there …
    size_t key_count;           //  … where none is, all canonical fields are the key
    int content[FIELDS_MAX];    //  what alone tells a record from another of its key; none: all of it does
    size_t content_count;
    char *format;     //  of the files that have such records, alone; NULL: any that names its columns
    int any_of[8];    //  at least one of these has to be there after harmonization
    size_t any_of_count;
    bool has_measure;
    struct measure measure;
    struct date_check date_checks[8];
    size_t date_check_count;
    struct span_check spans[8];
    size_t span_count;
    struct latest latest;          //  which record of a key stands, unless an option says it
    double checks[CHECK_COUNT];    //  percent that may be; NAN: check.h's default
    field_names_t *names;          //  canonical names and aliases; no name has two fields
    field_names_t *otherwise;      //  the fields' `otherwise` names
    struct column_words words;     //  what other names of columns say
    int stands_in[FIELDS_MAX];     //  the field whose column feeds this one too where it has none; FIELD_NONE
    missing_t *missing;            //  markers of a missing value
    char *json;                    //  the file's text (for `dmh schema show --json`)
} schema_t;

void schema_destroy (schema_t **self_p);

//  Index of a canonical field, FIELD_NONE when there is none.
int schema_field (const schema_t *self, const char *name);

#endif
