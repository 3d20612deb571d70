//  field.c: see field.h.
#include "worker/rules/schema/field.h"

#include "worker/text/nearest.h"

#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *word;
    enum field_type type;
} TYPES[] = {
    {"text", FIELD_TEXT},
    {"identifier", FIELD_IDENTIFIER},
    {"date", FIELD_DATE},
    {"datetime", FIELD_DATETIME},
    {"number", FIELD_NUMBER},
    {"unit", FIELD_UNIT},
    {"code", FIELD_CODE},
    {"uid", FIELD_UID},
    {"test_code", FIELD_TEST_CODE},
    {"ssn", FIELD_SSN},
    {"phone", FIELD_PHONE},
    {"email", FIELD_EMAIL},
    {"postal_code", FIELD_POSTAL_CODE},
    {"state", FIELD_STATE},
    {"npi", FIELD_NPI},
    {"nhs_number", FIELD_NHS_NUMBER},
    {"snomed_ct", FIELD_SNOMED_CT},
    {"icd10cm", FIELD_ICD10CM},
};
enum { TYPE_COUNT = sizeof TYPES / sizeof *TYPES };

const char *field_type_word (enum field_type type)
{
    for (int i = 0; i < TYPE_COUNT; i++)
        if (TYPES[i].type == type)
            return TYPES[i].word;
    return "text";
}

bool field_type_of (const char *word, enum field_type *out, const char **nearest)
{
    struct nearest near = nearest_begin (word);
    for (int i = 0; i < TYPE_COUNT; i++) {
        if (strcmp (word, TYPES[i].word) == 0) {
            *out = TYPES[i].type;
            return true;
        }
        nearest_try (&near, TYPES[i].word);
    }
    *nearest = near.found;
    return false;
}

char *field_type_list (char out[FIELD_TYPES_BYTES])
{
    *out = 0;
    for (size_t i = 0, n = 0; i < TYPE_COUNT && n < FIELD_TYPES_BYTES; i++)
        n += (size_t) snprintf (out + n, FIELD_TYPES_BYTES - n, "%s%s", i ? ", " : "", TYPES[i].word);
    return out;
}

static void s_free_names (char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free (names[i]);
    free (names);
}

void field_clear (struct field *self)
{
    s_free_names (self->aliases, self->alias_count);
    s_free_names (self->otherwise, self->otherwise_count);
    free (self->name);
    free (self->title);
    free (self->description);
    free (self->standard);
    free (self->also);
    free (self->several.mixed);
    missing_destroy (&self->several.whole);
    for (size_t i = 0; i < self->several.nothing_count; i++)
        free (self->several.nothing[i]);
    value_map_destroy (&self->codes);
    value_map_destroy (&self->concepts);
    missing_destroy (&self->missing_except);
    missing_destroy (&self->never);
}
