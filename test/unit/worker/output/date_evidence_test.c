//  date_evidence_test.c: which order each column of dates is read in, why, and whether it lies in the future,
//  by what the values of all columns show.
#include "worker/output/date_evidence.h"

#include "test/support/results/planned_schema.h"

#include <criterion/criterion.h>

static const char SCHEMA[] =
    "{\"name\":\"visit\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"born\",\"dmh\":{\"type\":\"date\"}},"
    "{\"name\":\"seen\",\"dmh\":{\"type\":\"datetime\"}},"
    "{\"name\":\"weight\",\"dmh\":{\"type\":\"number\"}},"
    "{\"name\":\"height\",\"dmh\":{\"type\":\"number\"}}],"
    "\"dmh\":{\"key\":[\"id\"]}}";

enum { ID, BORN, SEEN, WEIGHT, HEIGHT, FIELDS };

struct world {
    struct planned_schema planned;
    struct tally tally;
    struct date_reading readings[FIELDS_MAX];
};

static void s_make (struct world *self)
{
    planned_schema_make (&self->planned, SCHEMA, "id,born,seen,weight,height");
    cr_assert_eq (tally_init (&self->tally, FIELDS), 0);
}

static void s_drop (struct world *self)
{
    tally_clear (&self->tally);
    planned_schema_drop (&self->planned);
}

//  What the columns show: of born and seen values that are month first and day first, of the two columns of
//  numbers points and commas; and how born is read, whose own fallback is month first.
static const struct {
    const char *what;
    uint64_t born[2], seen[2], weight[2], height[2];    //  month, day; point, comma
    bool ordered, day_first, comma_told;
    enum date_order order;
    enum date_order_by by;
} READ[] = {
    {"nothing shows anything", {0}, {0}, {0}, {0}, false, false, false, DATE_ORDER_MDY, DATE_ORDER_ASSUMED},
    {"its own values", {1, 3}, {9, 0}, {0}, {0}, false, false, false, DATE_ORDER_DMY, DATE_ORDER_BY_VALUES},
    {"its own values, before the user",
     {1, 3},
     {0},
     {0},
     {0},
     true,
     false,
     false,
     DATE_ORDER_DMY,
     DATE_ORDER_BY_VALUES},
    {"the user, before the file",
     {0},
     {0, 9},
     {0},
     {0},
     true,
     false,
     false,
     DATE_ORDER_MDY,
     DATE_ORDER_BY_USER},
    {"as many of each, and the other column",
     {2, 2},
     {0, 1},
     {0},
     {0},
     false,
     false,
     false,
     DATE_ORDER_DMY,
     DATE_ORDER_BY_FILE},
    {"the other column is month first",
     {0},
     {3, 1},
     {0},
     {0},
     false,
     true,
     false,
     DATE_ORDER_MDY,
     DATE_ORDER_BY_FILE},
    {"as many of each in the file",
     {2, 2},
     {1, 1},
     {0},
     {0},
     false,
     false,
     false,
     DATE_ORDER_MDY,
     DATE_ORDER_ASSUMED},
    {"the language of the header",
     {0},
     {0},
     {0},
     {0},
     false,
     true,
     false,
     DATE_ORDER_DMY,
     DATE_ORDER_BY_FILE},
    {"decimal commas", {0}, {0}, {0}, {0, 2}, false, false, false, DATE_ORDER_DMY, DATE_ORDER_BY_FILE},
    {"more commas than points",
     {0},
     {0},
     {2, 0},
     {1, 2},
     false,
     false,
     false,
     DATE_ORDER_MDY,
     DATE_ORDER_ASSUMED},
    {"commas of two columns",
     {0},
     {0},
     {1, 2},
     {2, 2},
     false,
     false,
     false,
     DATE_ORDER_DMY,
     DATE_ORDER_BY_FILE},
    {"as many, and the user says comma",
     {0},
     {0},
     {1, 0},
     {0, 1},
     false,
     false,
     true,
     DATE_ORDER_DMY,
     DATE_ORDER_BY_FILE},
    {"more points, and the user says comma",
     {0},
     {0},
     {2, 0},
     {0, 1},
     false,
     false,
     true,
     DATE_ORDER_MDY,
     DATE_ORDER_ASSUMED},
};

Test (date_evidence, an_order_comes_of_its_values_then_the_user_then_the_file)
{
    static const enum decimal_mark COMMA = DECIMAL_COMMA;
    struct world world;
    s_make (&world);
    for (size_t i = 0; i < sizeof READ / sizeof *READ; i++) {
        struct field_tally *fields = world.tally.fields;
        struct plan *plan = &world.planned.plan;
        tally_reset (&world.tally);
        fields[BORN].mdy = READ[i].born[0];
        fields[BORN].dmy = READ[i].born[1];
        fields[SEEN].mdy = READ[i].seen[0];
        fields[SEEN].dmy = READ[i].seen[1];
        fields[WEIGHT].decimal = (struct decimal_votes){READ[i].weight[0], READ[i].weight[1]};
        fields[HEIGHT].decimal = (struct decimal_votes){READ[i].height[0], READ[i].height[1]};
        plan->ordered = READ[i].ordered;
        plan->day_first = READ[i].day_first;
        plan->told = READ[i].comma_told ? &COMMA : NULL;
        date_evidence_decide (&world.tally, plan, world.readings);
        cr_expect_eq (world.readings[BORN].order, READ[i].order, "%s", READ[i].what);
        cr_expect_eq (world.readings[BORN].by, READ[i].by, "%s: by %d", READ[i].what,
                      (int) world.readings[BORN].by);
        cr_expect_not (world.readings[BORN].future, "%s", READ[i].what);
    }
    s_drop (&world);
}

Test (date_evidence, a_user_who_says_point_says_nothing_of_dates)
{
    static const enum decimal_mark POINT = DECIMAL_POINT;
    struct world world;
    s_make (&world);
    world.planned.plan.told = &POINT;
    date_evidence_decide (&world.tally, &world.planned.plan, world.readings);
    cr_expect_eq (world.readings[BORN].by, DATE_ORDER_ASSUMED);
    s_drop (&world);
}

Test (date_evidence, a_form_of_the_mapping_is_the_user_s_word_for_its_column)
{
    struct date_form ordered = {.ordered = true}, not_ordered = {.ordered = false};
    struct world world;
    s_make (&world);
    world.planned.plan.day_first = true;
    world.planned.plan.steps[BORN].form = &ordered;
    world.planned.plan.steps[SEEN].form = &not_ordered;
    date_evidence_decide (&world.tally, &world.planned.plan, world.readings);
    cr_expect_eq (world.readings[BORN].order, DATE_ORDER_MDY);
    cr_expect_eq (world.readings[BORN].by, DATE_ORDER_BY_USER);
    cr_expect_eq (world.readings[SEEN].order, DATE_ORDER_DMY);
    cr_expect_eq (world.readings[SEEN].by, DATE_ORDER_BY_FILE);
    s_drop (&world);
}

Test (date_evidence, a_column_lies_in_the_future_with_most_of_its_values_and_more_than_one)
{
    static const struct {
        uint64_t dates, future;
        bool is_future, is_clear;    //  clear: enough to begin a pass anew
    } CASES[] = {{1, 1, false, false},  {2, 2, true, false},   {4, 2, false, false}, {3, 2, true, false},
                 {19, 19, true, false}, {20, 20, true, true},  {20, 11, true, true}, {20, 10, false, false},
                 {40, 21, true, true},  {40, 20, false, false}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct world world;
        s_make (&world);
        world.tally.fields[SEEN].dates = CASES[i].dates;
        world.tally.fields[SEEN].rules[RULE_DATE_FUTURE].count = CASES[i].future;
        date_evidence_decide (&world.tally, &world.planned.plan, world.readings);
        cr_expect_eq (world.readings[SEEN].future, CASES[i].is_future, "case %zu", i);
        cr_expect_not (world.readings[BORN].future, "case %zu", i);
        cr_expect_eq (date_evidence_is_clear (&world.tally, &world.planned.plan), CASES[i].is_clear,
                      "case %zu", i);
        cr_expect_eq (date_evidence_contradicts (&world.planned.plan, world.readings), CASES[i].is_future,
                      "case %zu", i);
        //  A pass that reads it so already is not begun anew.
        world.planned.plan.steps[SEEN].future = CASES[i].is_future;
        cr_expect_not (date_evidence_is_clear (&world.tally, &world.planned.plan), "case %zu", i);
        cr_expect_not (date_evidence_contradicts (&world.planned.plan, world.readings), "case %zu", i);
        s_drop (&world);
    }
}

Test (date_evidence, is_clear_where_a_column_shows_the_other_order_alone)
{
    static const struct {
        enum date_order read_as;
        uint64_t mdy, dmy;
        bool is_clear;
    } CASES[] = {{DATE_ORDER_MDY, 0, 0, false}, {DATE_ORDER_MDY, 0, 1, true},  {DATE_ORDER_MDY, 1, 1, false},
                 {DATE_ORDER_MDY, 1, 0, false}, {DATE_ORDER_MDY, 1, 9, false}, {DATE_ORDER_DMY, 0, 0, false},
                 {DATE_ORDER_DMY, 1, 0, true},  {DATE_ORDER_DMY, 1, 1, false}, {DATE_ORDER_DMY, 0, 1, false},
                 {DATE_ORDER_DMY, 9, 1, false}};
    struct world world;
    s_make (&world);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        world.planned.plan.steps[SEEN].order = CASES[i].read_as;
        world.tally.fields[SEEN].mdy = CASES[i].mdy;
        world.tally.fields[SEEN].dmy = CASES[i].dmy;
        cr_expect_eq (date_evidence_is_clear (&world.tally, &world.planned.plan), CASES[i].is_clear,
                      "case %zu", i);
    }
    s_drop (&world);
}

Test (date_evidence, contradicts_a_plan_that_reads_any_column_in_another_order)
{
    struct world world;
    s_make (&world);
    date_evidence_decide (&world.tally, &world.planned.plan, world.readings);
    cr_expect_not (date_evidence_contradicts (&world.planned.plan, world.readings));
    world.readings[SEEN].order = DATE_ORDER_DMY;
    cr_expect (date_evidence_contradicts (&world.planned.plan, world.readings));
    world.planned.plan.steps[SEEN].order = DATE_ORDER_DMY;
    cr_expect_not (date_evidence_contradicts (&world.planned.plan, world.readings));
    world.readings[BORN].order = DATE_ORDER_DMY;
    cr_expect (date_evidence_contradicts (&world.planned.plan, world.readings));
    s_drop (&world);
}
