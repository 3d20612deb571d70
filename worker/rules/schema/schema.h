//  schema.h: one kind of record, read from a schema file (a Frictionless Table Schema with a "dmh" object
//  beside the standard keys). Immutable after loading; any thread may read it.
#ifndef DMH_WORKER_RULES_SCHEMA_SCHEMA_H
#define DMH_WORKER_RULES_SCHEMA_SCHEMA_H

#include "messages/base/digest.h"
#include "messages/base/error.h"
#include "worker/rules/codes/missing.h"
#include "worker/rules/codes/value_map.h"
#include "worker/rules/schema/check.h"
#include "worker/rules/schema/field_names.h"
#include "worker/rules/units/unit.h"
#include "worker/text/text.h"

enum field_type {
    FIELD_TEXT,
    FIELD_IDENTIFIER,    //  text whose inner spaces and case stay
    FIELD_DATE,
    FIELD_DATETIME,
    FIELD_NUMBER,
    FIELD_UNIT,
    FIELD_CODE,    //  closed list through `codes`
    FIELD_UID,     //  DICOM UID; with `open` another form is kept as it is
    FIELD_TEST_CODE,
    FIELD_SSN,
    FIELD_PHONE,
    FIELD_EMAIL,
    FIELD_POSTAL_CODE,
    FIELD_STATE,
    FIELD_NPI,
    FIELD_NHS_NUMBER,
    FIELD_SNOMED_CT,    //  with `open` another form is kept as it is
    FIELD_ICD10CM
};

enum { FIELDS_MAX = 128, FIELD_NONE = -1, SCHEMA_NAME_MAX = 31 };

struct field {
    char *name;                   //  canonical, snake_case
    char *title, *description;    //  for people; title may be NULL
    char *standard;               //  the standard behind it, may be NULL
    enum field_type type;
    bool required;
    bool open;
    bool past;           //  a value in the future earns date.future
    bool identifying;    //  tells who a person is: no profile shows its values
    char **aliases;      //  as the file has them; the first is the strongest
    size_t alias_count;
    char **otherwise;    //  names of other fields' columns that it takes when no column has a name of its own
    size_t otherwise_count;
    value_map_t *codes;            //  FIELD_CODE; NULL otherwise
    missing_t *values_too;         //  of missingValues those that are values of this field; NULL: none
    double minimum, maximum;       //  FIELD_NUMBER: outside → number.out_of_range; NAN: none
    double checks[CHECK_COUNT];    //  percent that may be; NAN: the schema's
};

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

struct json_findings;    //  schema/json_document.h

typedef struct schema {
    char *name, *version, *title, *description;
    char sha256[DIGEST_HEX_BYTES];    //  of the schema file
    struct field *fields;
    size_t field_count;
    int key[FIELDS_MAX];    //  the key's fields, those that are there …
    size_t key_count;       //  … where none is, all canonical fields are the key
    int any_of[8];          //  at least one of these has to be there after harmonization
    size_t any_of_count;
    bool has_measure;
    struct measure measure;
    struct date_check date_checks[8];
    size_t date_check_count;
    struct span_check spans[8];
    size_t span_count;
    double checks[CHECK_COUNT];    //  percent that may be; NAN: check.h's default
    field_names_t *names;          //  canonical names and aliases; no name has two fields
    field_names_t *otherwise;      //  the fields' `otherwise` names
    missing_t *missing;            //  markers of a missing value
    char *json;                    //  the file's text (for `dmh schema show --json`)
} schema_t;

//  Reads a schema file's text. `source` names it in messages. NULL with `error` set: file, JSON path, what to
//  write.
schema_t *schema_new (const char *json, size_t n, const char *source, struct error *error);
void schema_destroy (schema_t **self_p);

//  All that is wrong with a schema file: *findings, which json_findings_clear frees. DMH_OK with the number
//  of its *fields; DMH_BAD_INPUT with findings, the first of them in `error`; DMH_INTERNAL.
int schema_check (const char *json, size_t n, const char *source, struct json_findings *findings,
                  size_t *fields, struct error *error);

//  Index of a canonical field, FIELD_NONE when there is none.
int schema_field (const schema_t *self, const char *name);

//  "text", "date", … as in the schema file's dmh.type; borrowed.
const char *field_type_word (enum field_type type);

//  The schemas that come with the program (built in from worker/schemas/*.json), and the unit table.
typedef struct catalog catalog_t;

//  `folder` (may be NULL): further *.json schema files, which win over built-in ones of the same name.
catalog_t *catalog_new (const char *folder, struct error *error);
void catalog_destroy (catalog_t **self_p);

//  The kinds of `base`, which has to outlive it, and `schema`, which it takes over (one of the same name
//  gives way). NULL when out of memory; the schema is gone then too.
catalog_t *catalog_with (const catalog_t *base, schema_t *schema);
size_t catalog_size (const catalog_t *self);
const schema_t *catalog_at (const catalog_t *self, size_t at);             //  by name; borrowed
const schema_t *catalog_find (const catalog_t *self, const char *name);    //  NULL when unknown
const unit_table_t *catalog_units (const catalog_t *self);

#endif
