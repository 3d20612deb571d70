//  field.h: one field of a kind of record: its type, its names, what its values may be. Immutable after
//  loading; any thread may read it.
#ifndef DMH_WORKER_RULES_SCHEMA_FIELD_H
#define DMH_WORKER_RULES_SCHEMA_FIELD_H

#include "worker/rules/codes/missing.h"
#include "worker/rules/codes/several.h"
#include "worker/rules/codes/value_map.h"
#include "worker/rules/schema/check.h"

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

enum { FIELD_NONE = -1 };    //  of an index of fields

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
    value_map_t *concepts;         //  FIELD_UNIT: numbers of a vocabulary; NULL without
    bool letters;                  //  a value without a letter is none of it
    missing_t *never;              //  what a value of it never is; NULL: nothing is known of that
    missing_t *missing_except;     //  markers of a missing value that are values of this field; NULL: none
    struct several several;        //  codes in one value
    char *also;                    //  the field, a code too, whose spellings its column may hold; NULL: none
    double minimum, maximum;       //  FIELD_NUMBER: outside → number.out_of_range; NAN: none
    double checks[CHECK_COUNT];    //  percent that may be; NAN: as the schema has it
};

//  Frees what the field owns.
void field_clear (struct field *self);

//  "text", "date", … as in the schema file's dmh.type; borrowed.
const char *field_type_word (enum field_type type);

//  The type of a word; false for another: *nearest is then the one that may be meant, or NULL.
bool field_type_of (const char *word, enum field_type *out, const char **nearest);

//  "text, identifier, …" into out, for messages.
enum { FIELD_TYPES_BYTES = 320 };
char *field_type_list (char out[FIELD_TYPES_BYTES]);

#endif
