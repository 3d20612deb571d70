//  contradiction_test.c: what a value says of the column that it stands in.
#include "worker/rules/record/contradiction.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>

static const struct {
    const char *kind, *field, *value;
    bool invalid, against;
} CASES[] = {
    {"patient", "phone", "75", true, true},
    {"patient", "phone", "1160", true, true},
    {"patient", "phone", "2.5", true, true},
    {"patient", "phone", "yes", true, true},
    {"patient", "phone", "5551234567", false, false},
    {"patient", "phone", "ask the wife", true, false},
    {"patient", "email", "1", true, true},
    {"patient", "email", "jane at example", true, false},
    {"patient", "death_date", "0", true, true},
    {"patient", "death_date", "no", true, true},
    {"patient", "birth_date", "63", true, true},
    {"patient", "birth_date", "1990-02-30", true, false},
    {"patient", "birth_date", "45321", true, false},
    {"patient", "state", "released", false, true},
    {"patient", "state", "Isolated", false, true},
    {"patient", "state", "Bayern", false, false},
    {"patient", "state", "06", false, false},
    {"patient", "middle_name", "0", false, true},
    {"patient", "middle_name", "J", false, false},
    {"patient", "family_name", "李", false, false},
    {"patient", "gender", "0.5", true, true},
    {"patient", "gender", "zz", true, false},
    {"patient", "deceased", "2020-01-02", true, true},
    {"patient", "deceased", "5 Jun 2020", true, true},
    {"patient", "deceased", "7", true, false},
    {"patient", "race", "2000", true, false},
    {"lab_result", "unit", "ICU", true, true},
    {"lab_result", "unit", "12", false, true},
    {"lab_result", "unit", "mg/dL", false, false},
    {"lab_result", "unit", "furlong", true, false},
    {"imaging_study", "body_site", "3", false, true},
    {"imaging_study", "body_site", "CHEST", false, false},
};

Test (contradiction, what_is_plainly_something_else_speaks_against_its_column_and_a_mistake_does_not)
{
    struct error error = {.code = DMH_OK};
    catalog_t *catalog = catalog_new (NULL, &error);
    cr_assert_not_null (catalog, "%s", error.text);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const schema_t *schema = catalog_find (catalog, CASES[i].kind);
        int f = schema_field (schema, CASES[i].field);
        cr_assert_neq (f, FIELD_NONE, "%s", CASES[i].field);
        cr_expect_eq (value_contradicts (&schema->fields[f], text_of (CASES[i].value), CASES[i].invalid),
                      CASES[i].against, "%s: %s", CASES[i].field, CASES[i].value);
    }
    catalog_destroy (&catalog);
}

Test (contradiction, more_than_half_of_at_least_two_decide)
{
    static const struct {
        struct column_votes votes;
        bool contradict;
    } VOTES[] = {{{0, 0}, false}, {{1, 1}, false}, {{2, 2}, true},
                 {{4, 2}, false}, {{3, 2}, true},  {{9, 1}, false}};
    for (size_t i = 0; i < sizeof VOTES / sizeof *VOTES; i++)
        cr_expect_eq (votes_contradict (&VOTES[i].votes), VOTES[i].contradict, "%zu", i);
}
