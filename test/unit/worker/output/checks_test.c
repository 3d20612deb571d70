//  checks_test.c: the checks of a data set: what each counts, of how many, against which limit, of which
//  fields it speaks, and which of them --fail-on lets a job fail by.
#include "worker/output/checks.h"

#include "test/support/results/planned_schema.h"

#include <criterion/criterion.h>

static const char SCHEMA[] =
    "{\"name\":\"visit\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"born\",\"dmh\":{\"type\":\"date\",\"checks\":{\"value_missing\":20}}},"
    "{\"name\":\"seen\",\"dmh\":{\"type\":\"datetime\"}},"
    "{\"name\":\"weight\",\"dmh\":{\"type\":\"number\",\"checks\":{\"value_invalid\":0}}},"
    "{\"name\":\"note\",\"dmh\":{\"type\":\"text\"}}],"
    "\"dmh\":{\"key\":[\"id\"],\"any_of\":[\"born\",\"note\"],"
    "\"checks\":{\"value_missing\":50,\"record_duplicate\":2}}}";

enum { ID, BORN, SEEN, WEIGHT, NOTE, FIELDS };

struct world {
    struct planned_schema planned;
    struct tally tally;
    struct counts counts;
    struct counted data;
};

static void s_make (struct world *self)
{
    planned_schema_make (&self->planned, SCHEMA, "id,born,seen,weight,note");
    cr_assert_eq (tally_init (&self->tally, FIELDS), 0);
    self->counts = (struct counts){.read = 200};
    self->data = (struct counted){self->planned.schema, &self->tally, &self->counts};
}

static void s_drop (struct world *self)
{
    tally_clear (&self->tally);
    planned_schema_drop (&self->planned);
}

//  The rules that each check counts, by the subject that its name has; those that count none are counts of
//  records, or of what a field has.
static const struct {
    enum check check;
    enum rule rules[9];    //  ended by RULE_NONE
} COUNTED[] = {
    {CHECK_STRUCTURE,
     {RULE_FIELD_COUNT, RULE_RECORD_NUL, RULE_RECORD_SYNTAX, RULE_RECORD_KEY_TWICE, RULE_RECORD_ENCODING}},
    {CHECK_CODE_ASSUMED, {RULE_CODE_ASSUMED}},
    {CHECK_SERVERS, {RULE_IDENTIFIER_SERVERS}},
    {CHECK_CENTURY_ASSUMED, {RULE_DATE_CENTURY}},
    {CHECK_PHONE_ASSUMED, {RULE_PHONE_ASSUMED}},
    {CHECK_ORDER_ASSUMED, {RULE_DATE_ORDER_ASSUMED}},
    {CHECK_REFERENCE, {RULE_TABLE_UNMATCHED}},
    {CHECK_COMPUTED,
     {RULE_UNIT_INCOMPATIBLE, RULE_UNIT_INVALID, RULE_REFERENCE_RANGE, RULE_LOINC_CHECK, RULE_LOINC_DATE,
      RULE_IDENTIFIER_DIGITS, RULE_SNOMED_CHECK, RULE_FLAG_DISAGREES}},
    {CHECK_DECIMAL_MARK, {RULE_NUMBER_MARK_ASSUMED}},
    {CHECK_RANGE, {RULE_PLAUSIBLE_RANGE, RULE_NUMBER_RANGE}},
    {CHECK_TIME,
     {RULE_DATE_FUTURE, RULE_DEATH_BEFORE_BIRTH, RULE_COLLECTED_AFTER_RESULT, RULE_ORDER_OF_DATES,
      RULE_DATE_TOO_LONG}},
    {CHECK_REQUIRED, {RULE_FIELD_REQUIRED}},
    {CHECK_INVALID, {RULE_NONE}},
    {CHECK_MISSING, {RULE_NONE}},
    {CHECK_KEY, {RULE_NONE}},
    {CHECK_KEY_REPEATS, {RULE_NONE}},
    {CHECK_DUPLICATE, {RULE_NONE}},
};

static bool s_counts (size_t i, enum rule rule)
{
    for (size_t r = 0; COUNTED[i].rules[r] != RULE_NONE; r++)
        if (COUNTED[i].rules[r] == rule)
            return true;
    return false;
}

//  A field that the check speaks of.
static int s_field_of (enum check check)
{
    if (!CHECK[check].each)
        return FIELD_NONE;
    return check == CHECK_RANGE ? WEIGHT : BORN;    //  born: of records that need it or a note
}

Test (checks, each_counts_the_rules_of_its_subject_and_no_other)
{
    struct world world;
    s_make (&world);
    cr_assert_eq (sizeof COUNTED / sizeof *COUNTED, CHECK_COUNT);
    for (size_t i = 0; i < CHECK_COUNT; i++)
        for (int rule = 1; rule < RULE_COUNT; rule++) {
            int field = s_field_of (COUNTED[i].check);
            struct measured got = {.count = 0};
            tally_reset (&world.tally);
            tally_of (&world.tally, field, (enum rule) rule)->count = 3;
            bool says = checks_measure (&world.data, COUNTED[i].check, field, &got);
            uint64_t count = says ? got.count : 0;
            cr_expect_eq (count, s_counts (i, (enum rule) rule) ? 3 : 0, "%s counts %llu of %s",
                          CHECK[COUNTED[i].check].name, (unsigned long long) count, RULE[rule].name);
        }
    s_drop (&world);
}

//  What is given of a field, and the check that is asked of it: of 200 records 10 are broken.
static const struct {
    const char *what;
    enum check check;
    int field;
    uint64_t missing, invalid, found;    //  found: by the rule
    enum rule rule;
    bool says;
    uint64_t count, of;
    double percent, limit;
    bool passed;
} MEASURED[] = {
    {"invalid ones of those that are there, at the limit", CHECK_INVALID, BORN, 90, 5, 0, RULE_NONE, true, 5,
     100, 5, 5, true},
    {"one more than the limit", CHECK_INVALID, BORN, 90, 6, 0, RULE_NONE, true, 6, 100, 6, 5, false},
    {"a field's own limit", CHECK_INVALID, WEIGHT, 90, 1, 0, RULE_NONE, true, 1, 100, 1, 0, false},
    {"missing ones of all that can be read", CHECK_MISSING, SEEN, 95, 0, 0, RULE_NONE, true, 95, 190, 50, 50,
     true},
    {"a field's limit before the schema's", CHECK_MISSING, BORN, 95, 0, 0, RULE_NONE, true, 95, 190, 50, 20,
     false},
    {"required: missing and invalid ones", CHECK_REQUIRED, ID, 15, 4, 0, RULE_NONE, true, 19, 190, 10, 0,
     false},
    {"required: not by the rule", CHECK_REQUIRED, ID, 0, 0, 19, RULE_FIELD_REQUIRED, true, 0, 190, 0, 0,
     true},
    {"the first of any_of: by the rule alone", CHECK_REQUIRED, BORN, 50, 9, 19, RULE_FIELD_REQUIRED, true, 19,
     190, 10, 0, false},
    {"the second of any_of is not asked", CHECK_REQUIRED, NOTE, 50, 0, 19, RULE_FIELD_REQUIRED, false, 0, 0,
     0, 0, false},
    {"nobody needs it", CHECK_REQUIRED, WEIGHT, 50, 0, 0, RULE_NONE, false, 0, 0, 0, 0, false},
    {"a range of a number", CHECK_RANGE, WEIGHT, 140, 0, 5, RULE_NUMBER_RANGE, true, 5, 50, 10, 5, false},
    {"no range of a date", CHECK_RANGE, BORN, 0, 0, 5, RULE_NUMBER_RANGE, false, 0, 0, 0, 0, false},
    {"time of a date, within the limit", CHECK_TIME, BORN, 0, 0, 1, RULE_DATE_FUTURE, true, 1, 190,
     100.0 / 190, 1, true},
    {"time of a date and time", CHECK_TIME, SEEN, 140, 0, 5, RULE_DATE_FUTURE, true, 5, 50, 10, 1, false},
    {"no time of a number", CHECK_TIME, WEIGHT, 0, 0, 5, RULE_DATE_FUTURE, false, 0, 0, 0, 0, false},
    {"more found than values there were", CHECK_COMPUTED, WEIGHT, 190, 0, 4, RULE_REFERENCE_RANGE, true, 4, 4,
     100, 5, false},
    {"as many found as values there were", CHECK_COMPUTED, WEIGHT, 186, 0, 4, RULE_REFERENCE_RANGE, true, 4,
     4, 100, 5, false},
    {"nothing there at all", CHECK_INVALID, NOTE, 190, 0, 0, RULE_NONE, true, 0, 0, 0, 5, true},
    {"no failed computation", CHECK_COMPUTED, WEIGHT, 0, 0, 0, RULE_NONE, false, 0, 0, 0, 0, false},
    {"no unmatched one", CHECK_REFERENCE, NOTE, 0, 0, 0, RULE_NONE, false, 0, 0, 0, 0, false},
    {"no assumed code", CHECK_CODE_ASSUMED, NOTE, 0, 0, 0, RULE_NONE, false, 0, 0, 0, 0, false},
    {"no assumed country", CHECK_PHONE_ASSUMED, NOTE, 0, 0, 0, RULE_NONE, false, 0, 0, 0, 0, false},
    {"no assumed mark", CHECK_DECIMAL_MARK, WEIGHT, 0, 0, 0, RULE_NONE, false, 0, 0, 0, 0, false},
    {"no assumed order", CHECK_ORDER_ASSUMED, BORN, 0, 0, 0, RULE_NONE, false, 0, 0, 0, 0, false},
    {"no assumed century", CHECK_CENTURY_ASSUMED, BORN, 0, 0, 0, RULE_NONE, false, 0, 0, 0, 0, false},
    {"no two servers", CHECK_SERVERS, ID, 0, 0, 0, RULE_NONE, false, 0, 0, 0, 0, false},
    {"a check of fields asked of the data set", CHECK_INVALID, FIELD_NONE, 0, 0, 0, RULE_NONE, false, 0, 0, 0,
     0, false},
    {"a check of the data set asked of a field", CHECK_KEY, ID, 0, 0, 0, RULE_NONE, false, 0, 0, 0, 0, false},
};

Test (checks, say_how_many_of_what_a_field_has_against_its_limit)
{
    struct world world;
    s_make (&world);
    for (size_t i = 0; i < sizeof MEASURED / sizeof *MEASURED; i++) {
        struct measured got = {.count = 0};
        tally_reset (&world.tally);
        world.tally.fields[FIELDS].rules[RULE_FIELD_COUNT].count = 7;
        world.tally.fields[FIELDS].rules[RULE_RECORD_NUL].count = 3;
        if (MEASURED[i].field != FIELD_NONE) {
            struct field_tally *field = &world.tally.fields[MEASURED[i].field];
            field->missing = MEASURED[i].missing;
            field->invalid = MEASURED[i].invalid;
            field->rules[MEASURED[i].rule].count = MEASURED[i].found;
        }
        bool says = checks_measure (&world.data, MEASURED[i].check, MEASURED[i].field, &got);
        cr_expect_eq (says, MEASURED[i].says, "%s", MEASURED[i].what);
        if (!says || !MEASURED[i].says)
            continue;
        cr_expect_eq (got.check, MEASURED[i].check, "%s", MEASURED[i].what);
        cr_expect_eq (got.field, MEASURED[i].field, "%s", MEASURED[i].what);
        cr_expect_eq (got.count, MEASURED[i].count, "%s: %llu", MEASURED[i].what,
                      (unsigned long long) got.count);
        cr_expect_eq (got.of, MEASURED[i].of, "%s: of %llu", MEASURED[i].what, (unsigned long long) got.of);
        cr_expect_float_eq (got.percent, MEASURED[i].percent, 1e-9, "%s: %f %%", MEASURED[i].what,
                            got.percent);
        cr_expect_float_eq (got.limit, MEASURED[i].limit, 1e-9, "%s: limit %f", MEASURED[i].what, got.limit);
        cr_expect_eq (got.passed, MEASURED[i].passed, "%s", MEASURED[i].what);
    }
    s_drop (&world);
}

Test (checks, of_the_data_set_count_records_that_were_read)
{
    struct world world;
    struct measured got;
    s_make (&world);
    world.counts = (struct counts){.read = 200, .duplicates = 4, .conflicts = 6};
    world.tally.fields[FIELDS].rules[RULE_RECORD_SYNTAX].count = 10;
    static const struct {
        enum check check;
        uint64_t count;
        double percent, limit;
        bool passed;
    } EXPECTED[] = {{CHECK_KEY, 6, 3, 0, false},
                    {CHECK_KEY_REPEATS, 6, 3, 20, true},
                    {CHECK_DUPLICATE, 4, 2, 2, true},
                    {CHECK_STRUCTURE, 10, 5, 0, false}};
    for (size_t i = 0; i < sizeof EXPECTED / sizeof *EXPECTED; i++) {
        const char *name = CHECK[EXPECTED[i].check].name;
        cr_assert (checks_measure (&world.data, EXPECTED[i].check, FIELD_NONE, &got), "%s", name);
        cr_expect_eq (got.count, EXPECTED[i].count, "%s", name);
        cr_expect_eq (got.of, 200, "%s", name);
        cr_expect_float_eq (got.percent, EXPECTED[i].percent, 1e-9, "%s", name);
        cr_expect_float_eq (got.limit, EXPECTED[i].limit, 1e-9, "%s", name);
        cr_expect_eq (got.passed, EXPECTED[i].passed, "%s", name);
    }
    s_drop (&world);
}

//  Of 200 records: 6 conflicts, 1 of 200 dates of birth in the future and 20 weights out of range.
Test (checks, fail_a_job_by_the_first_that_is_named_and_failed)
{
    static const struct {
        const char *fail_on, *sentence;
    } CASES[] = {
        {"", NULL},
        {"value_missing", NULL},
        {"completeness", NULL},
        {"record.key_repeats,time_implausible", NULL},
        {"key_conflict", "in.csv: the check key_conflict failed: 3 % measured, 0 % allowed; mend the input, "
                         "or raise the limit "
                         "in the schema"},
        {"value_missing,plausibility", "in.csv: the check value_implausible of weight failed: 10 % measured, "
                                       "5 % allowed; mend the input, or "
                                       "raise the limit in the schema"},
        {"any",
         "in.csv: the check required_missing of id failed: 0.5 % measured, 0 % allowed; mend the input, or "
         "raise the limit in the schema"},
    };
    struct world world;
    s_make (&world);
    world.counts.conflicts = 6;
    world.tally.fields[ID].missing = 1;
    world.tally.fields[BORN].rules[RULE_DATE_FUTURE].count = 1;
    world.tally.fields[WEIGHT].rules[RULE_PLAUSIBLE_RANGE].count = 20;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error = {.code = DMH_OK};
        int rc = checks_judge (&world.data, CASES[i].fail_on, "in.csv", &error);
        cr_expect_eq (rc, CASES[i].sentence ? DMH_BAD_INPUT : DMH_OK, "%s", CASES[i].fail_on);
        if (CASES[i].sentence)
            cr_expect_str_eq (error.text, CASES[i].sentence);
    }
    s_drop (&world);
}

Test (checks, a_word_that_is_none_is_named_with_those_that_are)
{
    struct error error = {.code = DMH_OK};
    cr_expect_eq (checks_know ("", NULL, &error), DMH_OK);
    cr_expect_eq (checks_know ("any,value_missing,plausibility", NULL, &error), DMH_OK);
    cr_expect_eq (checks_know ("value_missing,keys", NULL, &error), DMH_BAD_INPUT);
    static const char BEGIN[] = "--fail-on does not know “keys”; write any of value_invalid, ",
                      END[] = "time_implausible, conformance, completeness, plausibility, any";
    cr_expect_eq (strncmp (error.text, BEGIN, strlen (BEGIN)), 0, "%s", error.text);
    cr_assert_gt (strlen (error.text), strlen (END));
    cr_expect_str_eq (error.text + strlen (error.text) - strlen (END), END);
    cr_expect_eq (checks_know ("keys", "in.csv", &error), DMH_BAD_INPUT);
    cr_expect_eq (strncmp (error.text, "in.csv: --fail-on does not know “keys”", 41), 0, "%s", error.text);
}
