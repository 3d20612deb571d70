//  decimal_columns_test.c: which decimal mark each column of numbers is read with, by what all of them show,
//  and what is said where that was assumed, or is mixed.
#include "worker/output/decimal_columns.h"

#include "test/support/processes/workplace.h"
#include "test/support/results/planned_schema.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

//  Value and limits are one column, the others are each their own.
static const char SCHEMA[] =
    "{\"name\":\"result\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"volume\",\"dmh\":{\"type\":\"number\"}},"
    "{\"name\":\"id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"number\",\"dmh\":{\"type\":\"number\"}},"
    "{\"name\":\"low\",\"dmh\":{\"type\":\"number\"}},"
    "{\"name\":\"high\",\"dmh\":{\"type\":\"number\"}},"
    "{\"name\":\"unit\",\"dmh\":{\"type\":\"unit\"}},"
    "{\"name\":\"weight\",\"dmh\":{\"type\":\"number\"}}],"
    "\"dmh\":{\"key\":[\"id\"],\"measure\":{\"number\":\"number\",\"low\":\"low\",\"high\":\"high\","
    "\"unit\":\"unit\"}}}";

enum { VOLUME, ID, NUMBER, LOW, HIGH, UNIT, WEIGHT, FIELDS };

struct world {
    struct planned_schema planned;
    struct tally tally;
};

static void s_make (struct world *self)
{
    planned_schema_make (&self->planned, SCHEMA, "id,volume,number,low,high,unit,weight");
    cr_assert_eq (tally_init (&self->tally, FIELDS), 0);
}

static void s_drop (struct world *self)
{
    tally_clear (&self->tally);
    planned_schema_drop (&self->planned);
}

Test (decimal_columns, a_measured_value_and_its_limits_are_one_column)
{
    struct world world;
    s_make (&world);
    struct field_tally *fields = world.tally.fields;
    fields[VOLUME].decimal = (struct decimal_votes){1, 2};
    fields[NUMBER].decimal = (struct decimal_votes){10, 20};
    fields[LOW].decimal = (struct decimal_votes){100, 200};
    fields[HIGH].decimal = (struct decimal_votes){1000, 2000};
    fields[WEIGHT].decimal = (struct decimal_votes){10000, 20000};
    static const struct {
        int field;
        uint64_t point;
    } CASES[] = {{VOLUME, 1}, {NUMBER, 1110}, {LOW, 1110}, {HIGH, 1110}, {WEIGHT, 10000}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct decimal_votes got = decimal_column_votes (&world.planned.plan, &world.tally, CASES[i].field);
        cr_expect_eq (got.point, CASES[i].point, "field %d", CASES[i].field);
        cr_expect_eq (got.comma, 2 * CASES[i].point, "field %d", CASES[i].field);
    }
    s_drop (&world);
}

//  The mark of `weight`, by what it shows, what `volume` does, and whether a value of it is read either way.
Test (decimal_columns, a_mark_comes_of_the_column_then_the_user_then_the_file)
{
    static const enum decimal_mark COMMA = DECIMAL_COMMA;
    static const struct {
        struct decimal_votes weight, volume;
        bool told, both;
        enum decimal_mark mark;
        bool assumed;
    } CASES[] = {
        {{0, 0}, {0, 0}, false, true, DECIMAL_POINT, true},
        {{0, 0}, {0, 0}, false, false, DECIMAL_POINT, false},
        {{0, 1}, {9, 0}, false, true, DECIMAL_COMMA, false},
        {{1, 0}, {0, 9}, false, true, DECIMAL_POINT, false},
        {{0, 0}, {0, 9}, false, true, DECIMAL_COMMA, false},
        {{0, 0}, {9, 0}, false, true, DECIMAL_POINT, false},
        {{1, 1}, {2, 2}, false, true, DECIMAL_POINT, true},
        {{0, 0}, {9, 0}, true, true, DECIMAL_COMMA, false},
    };
    struct world world;
    s_make (&world);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        bool assumed = !CASES[i].assumed;
        enum decimal_mark marks[FIELDS_MAX];
        world.tally.fields[WEIGHT].decimal = CASES[i].weight;
        world.tally.fields[VOLUME].decimal = CASES[i].volume;
        world.tally.fields[WEIGHT].both_marks.count = CASES[i].both;
        world.planned.plan.told = CASES[i].told ? &COMMA : NULL;
        cr_expect_eq (decimal_column_mark (&world.planned.plan, &world.tally, WEIGHT, &assumed),
                      CASES[i].mark, "case %zu", i);
        cr_expect_eq (assumed, CASES[i].assumed, "case %zu", i);
        decimal_columns_read (&world.planned.plan, &world.tally, marks);
        cr_expect_eq (marks[WEIGHT], CASES[i].mark, "case %zu", i);
    }
    s_drop (&world);
}

Test (decimal_columns, contradict_a_plan_that_reads_one_otherwise)
{
    struct world world;
    s_make (&world);
    cr_expect_not (decimal_columns_contradict (&world.planned.plan, &world.tally));
    world.tally.fields[WEIGHT].decimal.comma = 1;
    world.tally.fields[VOLUME].decimal.point = 1;
    cr_expect (decimal_columns_contradict (&world.planned.plan, &world.tally));
    world.planned.plan.steps[WEIGHT].mark = DECIMAL_COMMA;
    cr_expect_not (decimal_columns_contradict (&world.planned.plan, &world.tally));
    s_drop (&world);
}

Test (decimal_columns, the_sign_is_the_measured_value_s_or_of_the_first_column)
{
    struct world world;
    s_make (&world);
    world.planned.plan.steps[NUMBER].mark = DECIMAL_COMMA;
    cr_expect_eq (decimal_columns_sign (&world.planned.plan), ',');
    world.planned.plan.steps[NUMBER].mark = DECIMAL_POINT;
    world.planned.plan.steps[VOLUME].mark = DECIMAL_COMMA;
    cr_expect_eq (decimal_columns_sign (&world.planned.plan), '.');
    planned_schema_drop (&world.planned);
    planned_schema_make (&world.planned, SCHEMA, "id,volume,weight");
    world.planned.plan.steps[VOLUME].mark = DECIMAL_COMMA;
    cr_expect_eq (decimal_columns_sign (&world.planned.plan), ',');
    planned_schema_drop (&world.planned);
    planned_schema_make (&world.planned, SCHEMA, "id,unit");
    cr_expect_eq (decimal_columns_sign (&world.planned.plan), 0);
    s_drop (&world);
}

//  volume: nothing tells; number and its limits: mixed, more of comma; weight: points alone.
Test (decimal_columns, say_what_was_assumed_and_where_both_are_mixed)
{
    static const char *const SAID[] = {
        "\"event\":\"warning\",\"rule\":\"number.mark_assumed\",\"field\":\"volume\",\"count\":2,"
        "\"first_line\":5,\"first_values\":[\"1,234\",\"1.234\"]}",
        "\"event\":\"warning\",\"rule\":\"number.mark_mixed\",\"field\":\"low\",\"count\":1,"
        "\"first_line\":7,\"first_values\":[\"2,345\"]}"};
    struct workplace place;
    struct world world;
    struct error error = {.code = DMH_OK};
    struct output out;
    workplace_make (&place);
    s_make (&world);
    struct field_tally *fields = world.tally.fields;
    fields[VOLUME].both_marks = (struct mark){.count = 2, .first_line = 5};
    first_values_add (&fields[VOLUME].first_both, text_of ("1,234"));
    first_values_add (&fields[VOLUME].first_both, text_of ("1.234"));
    fields[NUMBER].decimal = (struct decimal_votes){0, 3};
    fields[LOW].both_marks = (struct mark){.count = 1, .first_line = 7};
    first_values_add (&fields[LOW].first_both, text_of ("2,345"));
    fields[HIGH].decimal = (struct decimal_votes){3, 1};
    fields[WEIGHT].decimal = (struct decimal_votes){1, 0};
    fields[WEIGHT].both_marks = (struct mark){.count = 1, .first_line = 9};
    output_file_t *file = output_new (place.folder, "audit.ndjson", &error);
    audit_t *audit = audit_new (&file);
    cr_assert_not_null (audit);
    decimal_columns_judge (&world.planned.plan, &world.tally, audit);
    cr_expect_eq (audit_lines (audit), 2);
    cr_assert_eq (output_finish (audit_file (audit), 0, &out, &error), DMH_OK, "%s", error.text);
    audit_destroy (&audit);
    char *text = workplace_read (place.folder, "audit.ndjson", NULL);
    cr_assert_not_null (text);
    for (size_t i = 0; i < 2; i++)
        cr_expect_not_null (strstr (text, SAID[i]), "%s holds no %s", text, SAID[i]);
    free (text);
    cr_expect_eq (tally_of (&world.tally, VOLUME, RULE_NUMBER_MARK_ASSUMED)->count, 2);
    cr_expect_eq (tally_of (&world.tally, VOLUME, RULE_NUMBER_MARK_MIXED)->count, 0);
    cr_expect_eq (tally_of (&world.tally, LOW, RULE_NUMBER_MARK_MIXED)->first_line, 7);
    cr_expect_eq (tally_of (&world.tally, WEIGHT, RULE_NUMBER_MARK_ASSUMED)->count, 0);
    s_drop (&world);
    workplace_remove (&place);
}
