//  unit_table.h: what the unit table holds, as unit_load.c reads it and unit_table.c looks it up. Immutable
//  after loading.
#ifndef DMH_WORKER_RULES_UNITS_UNIT_TABLE_H
#define DMH_WORKER_RULES_UNITS_UNIT_TABLE_H

#include "messages/json/value.h"
#include "worker/rules/units/ucum.h"
#include "worker/rules/units/unit.h"
#include "worker/text/index.h"

#include <stdatomic.h>

enum { UNIT_SPELLING_BYTES = 48, BRIDGES_MAX = 4, READINGS_MAX = 16, ANALYTE_NAME_BYTES = 96 };

struct conversion {
    double factor, offset;    //  canonical = value * factor + offset
    bool known;
};

//  A conversion that the algebra cannot know: 1 [iU]/L of an enzyme is 1 U/L.
struct bridge {
    struct text unit;
    struct ucum ucum;
    double factor, offset;
};

struct test {
    struct unit_test shown;    //  first: from it comes the way back to the test
    struct ucum ucum;          //  of the canonical unit
    bool algebra;              //  units of the same dimensions may be converted
    bool annotated;            //  … but not those with another annotation: {FEU} is not {DDU}
    double molar_mass;         //  g/mol, 0 when mass and amount do not convert
    double valence;            //  equivalents a mole, 0 when they do not convert
    struct bridge bridges[BRIDGES_MAX];
    size_t bridge_count;
    struct known_conversion *conversions;    //  [code_count], each made when it is first asked for
};

//  Made once, by whichever thread asks first; another that asks meanwhile works it out for itself.
struct known_conversion {
    struct conversion conversion;    //  to be read where it is CONVERSION_MADE
    atomic_uchar state;
};

enum { CONVERSION_NONE, CONVERSION_MAKING, CONVERSION_MADE };

struct unit_code {
    struct text code;
    struct ucum ucum;
};

//  Another reading of a spelling that has one already.
struct reading {
    int code;      //  index into codes
    int next;      //  of the same spelling, TEXT_INDEX_NONE: none
    bool warns;    //  where no test tells
    bool named;    //  for the analytes alone that say so
};

//  What a kind of tests is known by, and how it reads spellings.
struct analyte {
    struct {
        struct text spelling;
        int code;
    } readings[READINGS_MAX];
    size_t count;
};

struct unit_table {
    struct json_value *tree;    //  the file; owns every text here but the folded ones
    struct unit_code *codes;
    size_t code_count;
    text_index_t *exact;     //  code or spelling as it stands → index into codes
    text_index_t *folded;    //  the same folded
    text_index_t *others;    //  spellings with more readings, as they stand → index into readings
    struct reading *readings;
    size_t reading_count;
    size_t others_longest;       //  bytes of the longest of those spellings
    text_index_t *analyte_of;    //  folded names and LOINC codes → index into analytes
    struct analyte *analytes;
    char (*names)[ANALYTE_NAME_BYTES];    //  folded
    size_t analyte_count, name_count;
    char (*folds)[UNIT_SPELLING_BYTES];
    size_t fold_count;
    struct test *tests;
    size_t test_count;
    struct known_conversion *conversions;    //  of all tests
    text_index_t *by_loinc;                  //  → index into tests
};

//  What the table reads of "analytes". DMH_OK, or `error` set.
int unit_load_analytes (unit_table_t *self, struct error *error);

//  Without what is no part of the unit: a full stop at the end, "(calc)". false: nothing was taken off.
bool unit_strip (struct text *in);

//  The form in which spellings of units are compared: without spaces, in lower case, micro signs as u, ×10^3
//  and 10E3 as 10*3. Returns its length; 0 when it is too long, or too short (one letter alone: its case
//  matters).
size_t unit_spelling (struct text in, char out[UNIT_SPELLING_BYTES]);

//  How a value in `from` becomes one in the test's canonical unit. `code` is the text that `from` was read
//  from.
struct conversion test_conversion (const struct test *self, struct text code, const struct ucum *from);

#endif
