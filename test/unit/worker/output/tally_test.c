//  tally_test.c: what is counted of records, by field and rule, and how the counts of blocks add up.
#include "worker/output/tally.h"

#include "test/support/results/planned_schema.h"
#include "worker/output/path_counts.h"
#include "worker/output/skipped.h"
#include "worker/rules/dates/time_form.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static const char SCHEMA[] =
    "{\"name\":\"visit\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"born\",\"dmh\":{\"type\":\"date\"}},"
    "{\"name\":\"seen\",\"dmh\":{\"type\":\"datetime\"}},"
    "{\"name\":\"weight\",\"dmh\":{\"type\":\"number\"}},"
    "{\"name\":\"state\",\"dmh\":{\"type\":\"state\"}},"
    "{\"name\":\"phone\",\"dmh\":{\"type\":\"phone\"}}],"
    "\"dmh\":{\"key\":[\"id\"]}}";

enum { ID, BORN, SEEN, WEIGHT, STATE, PHONE, FIELDS };

static struct planned_schema s_planned;
static struct tally s_tally;

static void s_setup (void)
{
    planned_schema_make (&s_planned, SCHEMA, "id,born,seen,weight,state,phone");
    cr_assert_eq (tally_init (&s_tally, FIELDS), 0);
}

static void s_teardown (void)
{
    tally_clear (&s_tally);
    planned_schema_drop (&s_planned);
}

TestSuite (tally, .init = s_setup, .fini = s_teardown);

static void s_expect_mark (const struct mark *mark, uint64_t count, uint64_t line, const char *what)
{
    cr_expect_eq (mark->count, count, "%s: %llu", what, (unsigned long long) mark->count);
    if (count)
        cr_expect_eq (mark->first_line, line, "%s: line %llu", what, (unsigned long long) mark->first_line);
}

Test (tally, a_mark_knows_how_many_and_the_first_line_of_its_field)
{
    tally_mark (&s_tally, BORN, RULE_DATE_FUTURE, 7);
    tally_mark (&s_tally, BORN, RULE_DATE_FUTURE, 9);
    tally_mark (&s_tally, FIELD_NONE, RULE_RECORD_NUL, 4);
    s_expect_mark (tally_of (&s_tally, BORN, RULE_DATE_FUTURE), 2, 7, "future");
    s_expect_mark (&s_tally.fields[BORN].rules[RULE_DATE_FUTURE], 2, 7, "future");
    s_expect_mark (&s_tally.fields[FIELDS].rules[RULE_RECORD_NUL], 1, 4, "NUL");
    s_expect_mark (tally_of (&s_tally, FIELD_NONE, RULE_RECORD_NUL), 1, 4, "NUL");
    s_expect_mark (tally_of (&s_tally, SEEN, RULE_DATE_FUTURE), 0, 0, "another field");
    s_expect_mark (tally_of (&s_tally, BORN, RULE_RECORD_NUL), 0, 0, "another rule");
}

Test (tally, a_warning_is_cut_where_the_list_was_full)
{
    const struct mark full = {.count = 11, .listed = 10}, all = {.count = 10, .listed = 10},
                      few = {.count = 11, .listed = 9};
    cr_expect (mark_is_cut (&full, RULE_DATE_FUTURE, 10));
    cr_expect_not (mark_is_cut (&all, RULE_DATE_FUTURE, 10));
    cr_expect_not (mark_is_cut (&few, RULE_DATE_FUTURE, 10));
    cr_expect_not (mark_is_cut (&full, RULE_DATE_INVALID, 10));
}

//  Every count is another number, so that none takes another's place.
static void s_fill (struct field_tally *field)
{
    field->changed = 1;
    field->missing = 2;
    field->invalid = 3;
    field->dates = 4;
    field->mdy = 5;
    field->dmy = 6;
    field->partial = 7;
    field->decimal = (struct decimal_votes){8, 9};
    field->ambiguous = (struct mark){.count = 10, .first_line = 3};
    field->both_marks = (struct mark){.count = 11, .first_line = 4};
    field->rules[RULE_DATE_FORMAT] = (struct mark){.count = 12, .first_line = 5};
    field->rules[RULE_COUNT - 1] = (struct mark){.count = 13, .first_line = 0};
    field->votes[0] = (struct column_votes){14, 15};
    field->votes[OTHERS_MAX] = (struct column_votes){16, 17};
    field->regions[0] = 18;
    field->regions[REGIONS_MAX - 1] = 19;
}

static void s_expect_sums (const struct field_tally *field, uint64_t times, uint64_t first)
{
    cr_expect_eq (field->changed, times * 1);
    cr_expect_eq (field->missing, times * 2);
    cr_expect_eq (field->invalid, times * 3);
    cr_expect_eq (field->dates, times * 4);
    cr_expect_eq (field->mdy, times * 5);
    cr_expect_eq (field->dmy, times * 6);
    cr_expect_eq (field->partial, times * 7);
    cr_expect_eq (field->decimal.point, times * 8);
    cr_expect_eq (field->decimal.comma, times * 9);
    s_expect_mark (&field->ambiguous, times * 10, first + 3, "ambiguous");
    s_expect_mark (&field->both_marks, times * 11, first + 4, "both marks");
    s_expect_mark (&field->rules[RULE_DATE_FORMAT], times * 12, first + 5, "format");
    s_expect_mark (&field->rules[RULE_COUNT - 1], times * 13, first, "the last rule");
    cr_expect_eq (field->votes[0].filled, times * 14);
    cr_expect_eq (field->votes[0].against, times * 15);
    cr_expect_eq (field->votes[OTHERS_MAX].filled, times * 16);
    cr_expect_eq (field->votes[OTHERS_MAX].against, times * 17);
    cr_expect_eq (field->regions[0], times * 18);
    cr_expect_eq (field->regions[REGIONS_MAX - 1], times * 19);
}

Test (tally, blocks_add_up_field_by_field_and_the_first_line_is_the_first_block_s)
{
    struct tally block;
    cr_assert_eq (tally_init (&block, FIELDS), 0);
    s_fill (&block.fields[ID]);
    s_fill (&block.fields[FIELDS]);
    block.foreign = 21;
    tally_add (&s_tally, &block, 100);
    tally_add (&s_tally, &block, 200);
    s_expect_sums (&s_tally.fields[ID], 2, 100);
    s_expect_sums (&s_tally.fields[FIELDS], 2, 100);
    s_expect_sums (&s_tally.fields[BORN], 0, 0);
    cr_expect_eq (s_tally.foreign, 42);
    tally_reset (&s_tally);
    s_expect_sums (&s_tally.fields[ID], 0, 0);
    s_expect_sums (&s_tally.fields[FIELDS], 0, 0);
    cr_expect_eq (s_tally.foreign, 0);
    tally_clear (&block);
    cr_expect_null (block.fields);
}

Test (tally, forms_and_first_values_of_blocks_come_together)
{
    struct tally block;
    cr_assert_eq (tally_init (&block, FIELDS), 0);
    block.fields[SEEN].forms = TIME_FORM_LOCAL;
    first_values_add (&block.fields[SEEN].first_both, text_of ("1,234"));
    first_values_add (&block.fields[SEEN].first_both, text_of ("2"));
    s_tally.fields[SEEN].forms = TIME_FORM_OFFSET;
    tally_add (&s_tally, &block, 1);
    tally_add (&s_tally, &block, 1);
    const struct first_values *first = &s_tally.fields[SEEN].first_both;
    cr_expect_eq (s_tally.fields[SEEN].forms, TIME_FORM_LOCAL | TIME_FORM_OFFSET);
    cr_expect_eq (first->count, 3);
    cr_expect_eq (first->n[0], 5);
    cr_expect_eq (memcmp (first->at[0], "1,234", 5), 0);
    cr_expect_eq (first->n[1], 1);
    cr_expect_eq (first->at[1][0], '2');
    cr_expect_eq (memcmp (first->at[2], "1,234", 5), 0);
    tally_clear (&block);
}

//  É is two bytes, € three.
Test (tally, first_values_are_cut_between_characters)
{
    static const struct {
        const char *value;
        size_t n;
    } CASES[] = {{"", 0},
                 {"12345678901234567890123456789012", 32},
                 {"123456789012345678901234567890123", 32},
                 {"1234567890123456789012345678901\xc3\x89", 31},
                 {"123456789012345678901234567890\xc3\x89", 32},
                 {"123456789012345678901234567890\xc3\x89 ", 32},
                 {"123456789012345678901234567890\xe2\x82\xac", 30}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct first_values first = {.count = 0};
        first_values_add (&first, text_of (CASES[i].value));
        cr_expect_eq (first.count, 1, "%s", CASES[i].value);
        cr_expect_eq (first.n[0], CASES[i].n, "%s: %d", CASES[i].value, first.n[0]);
        cr_expect_eq (memcmp (first.at[0], CASES[i].value, CASES[i].n), 0, "%s", CASES[i].value);
    }
}

Test (tally, a_first_value_is_not_read_beyond_its_end)
{
    struct first_values first = {.count = 0};
    char *value = malloc (5);
    cr_assert_not_null (value);
    memcpy (value, "1,234", 5);
    first_values_add (&first, (struct text){value, 5});
    cr_expect_eq (first.n[0], 5);
    free (value);
}

static void s_count (const struct record *record, uint64_t line)
{
    tally_record (&s_tally, record, line);
}

Test (tally, a_record_s_dates_numbers_and_places_are_counted)
{
    struct record *record = record_new (&s_planned.plan);
    cr_assert_not_null (record);
    record->values[BORN] = text_of ("1980-01-02");
    record->evidence[BORN] = DATE_EVIDENCE_AMBIGUOUS;
    record->values[SEEN] = text_of ("2020-01-02T03:04:05");
    record->evidence[SEEN] = DATE_EVIDENCE_DMY;
    record->marks[WEIGHT] = DECIMAL_EVIDENCE_AMBIGUOUS;
    record->sources[WEIGHT] = text_of ("1,234");
    record->marks[STATE] = 1 << 0 | 1 << 3;
    record->marks[ID] = 1 << 2;    //  of no state
    s_count (record, 5);
    record->values[BORN] = text_of ("1980-01");
    record->evidence[BORN] = DATE_EVIDENCE_NONE;
    record->values[SEEN] = text_of ("2020-01-02T03:04:05Z");
    record->evidence[SEEN] = DATE_EVIDENCE_MDY;
    record->marks[WEIGHT] = DECIMAL_EVIDENCE_POINT;
    record->marks[STATE] = 1 << 3;
    s_count (record, 6);
    record->values[BORN] = (struct text){NULL, 0};
    record->evidence[BORN] = DATE_EVIDENCE_AMBIGUOUS;
    record->values[SEEN] = (struct text){NULL, 0};
    record->evidence[SEEN] = DATE_EVIDENCE_MDY;
    record->marks[WEIGHT] = DECIMAL_EVIDENCE_COMMA;
    record->marks[STATE] = 0;
    s_count (record, 7);
    record->marks[WEIGHT] = DECIMAL_EVIDENCE_AMBIGUOUS;
    record->sources[WEIGHT] = text_of ("5,678");
    s_count (record, 8);
    const struct field_tally *born = &s_tally.fields[BORN], *seen = &s_tally.fields[SEEN],
                             *weight = &s_tally.fields[WEIGHT], *state = &s_tally.fields[STATE];
    cr_expect_eq (born->dates, 2);
    cr_expect_eq (born->partial, 1);
    cr_expect_eq (born->forms, 0);
    s_expect_mark (&born->ambiguous, 3, 5, "either order");
    cr_expect_eq (born->mdy + born->dmy, 0);
    cr_expect_eq (seen->dates, 2);
    cr_expect_eq (seen->partial, 0);
    cr_expect_eq (seen->forms, TIME_FORM_LOCAL | TIME_FORM_OFFSET);
    cr_expect_eq (seen->mdy, 3);
    cr_expect_eq (seen->dmy, 1);
    s_expect_mark (&weight->both_marks, 2, 5, "either mark");
    cr_expect_eq (weight->decimal.point, 1);
    cr_expect_eq (weight->decimal.comma, 1);
    cr_expect_eq (weight->first_both.count, 2);
    cr_expect_eq (memcmp (weight->first_both.at[1], "5,678", 5), 0);
    cr_expect_eq (state->regions[0], 1);
    cr_expect_eq (state->regions[3], 2);
    cr_expect_eq (state->regions[1], 0);
    cr_expect_eq (s_tally.fields[ID].regions[2], 0);
    cr_expect_eq (s_tally.foreign, 0);
    record_destroy (&record);
}

//  Of a field with one column only what speaks against it is added; with others behind it, each value.
Test (tally, votes_are_added_by_field_and_choice)
{
    struct others others = {.columns = {1, 2}, .count = 2};
    struct record *record = record_new (&s_planned.plan);
    cr_assert_not_null (record);
    record->votes[0] = (struct vote){.field = STATE, .choice = 0, .against = true};
    record->votes[1] = (struct vote){.field = PHONE, .choice = 2, .against = true};
    record->votes[2] = (struct vote){.field = PHONE, .choice = 2, .against = false};
    record->vote_count = 3;
    s_planned.plan.steps[PHONE].others = &others;
    tally_vote (&s_tally, record);
    tally_vote (&s_tally, record);
    cr_expect_eq (s_tally.fields[STATE].votes[0].filled, 0);
    cr_expect_eq (s_tally.fields[STATE].votes[0].against, 2);
    cr_expect_eq (s_tally.fields[PHONE].votes[2].filled, 4);
    cr_expect_eq (s_tally.fields[PHONE].votes[2].against, 2);
    cr_expect_eq (s_tally.fields[PHONE].votes[1].filled, 0);
    record_destroy (&record);
}

//  Columns 2 (seen), 3 (weight) and 5 (phone, which takes column 4 next) are asked.
Test (tally, the_next_column_that_contradicts_its_field_is_the_first_from_there_on)
{
    struct others others = {.columns = {1, 4}, .count = 2};
    struct step *steps = s_planned.plan.steps;
    for (size_t f = 0; f < FIELDS; f++)
        steps[f].judged = f != STATE;
    cr_expect_eq (tally_contradicting (&s_tally, &s_planned.plan, 0), -1);
    s_tally.fields[WEIGHT].votes[0] = (struct column_votes){3, 2};
    s_tally.fields[SEEN].votes[0] = (struct column_votes){2, 2};
    s_tally.fields[STATE].votes[0] = (struct column_votes){2, 2};
    cr_expect_eq (tally_contradicting (&s_tally, &s_planned.plan, 0), 2);
    cr_expect_eq (tally_contradicting (&s_tally, &s_planned.plan, 2), 2);
    cr_expect_eq (tally_contradicting (&s_tally, &s_planned.plan, 3), 3);
    cr_expect_eq (tally_contradicting (&s_tally, &s_planned.plan, 4), -1);
    s_tally.fields[PHONE].votes[2] = (struct column_votes){2, 2};
    cr_expect_eq (tally_contradicting (&s_tally, &s_planned.plan, 4), -1);
    steps[PHONE].others = &others;
    cr_expect_eq (tally_contradicting (&s_tally, &s_planned.plan, 4), 4);
    s_tally.fields[PHONE].votes[1] = (struct column_votes){2, 2};
    cr_expect_eq (tally_contradicting (&s_tally, &s_planned.plan, 0), 1);
    s_tally.fields[PHONE].votes[0] = (struct column_votes){2, 2};
    cr_expect_eq (tally_contradicting (&s_tally, &s_planned.plan, 5), 5);
}

Test (tally, places_that_the_plan_does_not_know_are_told_where_they_matter)
{
    struct places places;
    struct plan *plan = &s_planned.plan;
    cr_expect_not (tally_misplaces (&s_tally, plan));
    s_tally.foreign = 1;
    cr_expect (tally_misplaces (&s_tally, plan));
    plan->places.foreign = true;
    cr_expect_not (tally_misplaces (&s_tally, plan));
    plan->places.foreign = false;
    plan->phone_count = 0;
    cr_expect_not (tally_misplaces (&s_tally, plan), "nobody has a telephone");
    s_tally.fields[STATE].regions[2] = 3;
    s_tally.fields[STATE].regions[1] = 2;
    cr_expect (tally_misplaces (&s_tally, plan));
    tally_places (&s_tally, &places);
    cr_expect (places.foreign);
    cr_expect_eq (places.regions[STATE], 2);
    cr_expect_eq (places.regions[ID], 0);
    s_tally.fields[ID].regions[1] = 1;    //  wherever its column of states stands
    tally_places (&s_tally, &places);
    cr_expect_eq (places.regions[ID], 1);
    s_tally.fields[ID].regions[1] = 0;
    cr_expect_eq (places.regions[PHONE], 0);
    plan->places.regions[STATE] = 2;
    cr_expect_not (tally_misplaces (&s_tally, plan));
}

Test (tally, paths_are_counted_in_the_order_in_which_they_come_and_beyond_the_most_together)
{
    struct path_counts counts = {.paths = NULL};
    struct buffer block = {.at = NULL};
    char path[16];
    for (size_t i = 0; i < PATH_COUNTS_MAX + 3; i++) {
        snprintf (path, sizeof path, "p%zu", i);
        cr_assert_eq (path_counts_add (&counts, path, i + 1), 0);
    }
    cr_expect_eq (counts.count, PATH_COUNTS_MAX);
    cr_expect_eq (counts.others, 1001 + 1002 + 1003);
    for (size_t i = 0; i < 2; i++) {
        uint64_t count = 100 * (i + 1);
        snprintf (path, sizeof path, "p%zu", 40 + i);
        cr_assert_eq (buffer_reserve (&block, sizeof count + strlen (path) + 1), 0);
        memcpy (block.at + block.used, &count, sizeof count);
        memcpy (block.at + block.used + sizeof count, path, strlen (path) + 1);
        block.used += sizeof count + strlen (path) + 1;
    }
    cr_expect_eq (path_counts_add_block (&counts, &block), 0);
    cr_expect_str_eq (counts.paths[40].path, "p40");
    cr_expect_eq (counts.paths[40].count, 141);
    cr_expect_eq (counts.paths[41].count, 242);
    cr_expect_eq (counts.paths[42].count, 43);
    cr_expect_eq (counts.paths[PATH_COUNTS_MAX - 1].count, 1000);
    cr_expect_eq (counts.others, 1001 + 1002 + 1003);
    path_counts_clear (&counts);
    cr_expect_eq (counts.count, 0);
    cr_expect_null (counts.paths);
    free (block.at);
}

Test (tally, what_was_passed_by_is_counted_by_name_and_beyond_the_most_as_the_last)
{
    static struct skipped_records rows[SKIPPED_NAMES_MAX + 2];
    struct skipped skipped = {NULL, 0};
    cr_assert_eq (skipped_add (&skipped, NULL, 0), 0);
    cr_expect_null (skipped.names);
    for (size_t i = 0; i < SKIPPED_NAMES_MAX + 2; i++) {
        snprintf (rows[i].name, sizeof rows[i].name, "Resource%zu", i);
        rows[i].count = i + 1;
    }
    cr_assert_eq (skipped_add (&skipped, rows, 2), 0);
    cr_expect_eq (skipped.count, 2);
    cr_assert_eq (skipped_add (&skipped, rows + 1, SKIPPED_NAMES_MAX + 1), 0);
    cr_expect_eq (skipped.count, SKIPPED_NAMES_MAX);
    cr_expect_str_eq (skipped.names[0].name, "Resource0");
    cr_expect_eq (skipped.names[0].count, 1);
    cr_expect_str_eq (skipped.names[1].name, "Resource1");
    cr_expect_eq (skipped.names[1].count, 4);
    cr_expect_eq (skipped.names[2].count, 3);
    cr_expect_str_eq (skipped.names[SKIPPED_NAMES_MAX - 1].name, "Resource255");
    cr_expect_eq (skipped.names[SKIPPED_NAMES_MAX - 1].count, 256 + 257 + 258);
    skipped_clear (&skipped);
    cr_expect_eq (skipped.count, 0);
    cr_expect_null (skipped.names);
}
