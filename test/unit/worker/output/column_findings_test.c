//  column_findings_test.c: what is said of whole columns once all records are counted: to the tally, which
//  the report is made of, and to the audit.
#include "worker/output/column_findings.h"

#include "test/support/processes/workplace.h"
#include "test/support/results/planned_schema.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static const char SCHEMA[] =
    "{\"name\":\"visit\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"born\",\"dmh\":{\"type\":\"date\"}},"
    "{\"name\":\"seen\",\"dmh\":{\"type\":\"datetime\"}},"
    "{\"name\":\"weight\",\"dmh\":{\"type\":\"number\"}}],\"dmh\":{\"key\":[\"id\"]}}";

enum { ID, BORN, SEEN, WEIGHT, FIELDS, DATA_LINE = 2, LISTED = 3 };

static struct workplace s_place;
static struct planned_schema s_planned;
static struct tally s_tally;

static void s_setup (void)
{
    workplace_make (&s_place);
    planned_schema_make (&s_planned, SCHEMA, "id,born,seen,weight");
    cr_assert_eq (tally_init (&s_tally, FIELDS), 0);
}

static void s_teardown (void)
{
    tally_clear (&s_tally);
    planned_schema_drop (&s_planned);
    workplace_remove (&s_place);
}

TestSuite (column_findings, .init = s_setup, .fini = s_teardown);

//  What the audit says, a line an event without seq and prev, with ' for ".
static void s_expect (const char *expected)
{
    struct error error = {.code = DMH_OK};
    struct output out;
    char said[4096] = "";
    output_file_t *file = output_new (s_place.folder, "audit.ndjson", &error);
    audit_t *audit = audit_new (&file);
    cr_assert_not_null (audit, "%s", error.text);
    column_findings_judge (&s_tally, &s_planned.plan, DATA_LINE, LISTED, audit);
    cr_assert_eq (output_finish (audit_file (audit), 0, &out, &error), DMH_OK, "%s", error.text);
    audit_destroy (&audit);
    char *text = workplace_read (s_place.folder, "audit.ndjson", NULL);
    cr_assert_not_null (text);
    for (const char *at = text; (at = strstr (at, "\"event\""));) {
        const char *end = strchr (at, '\n');
        cr_assert_not_null (end);
        snprintf (said + strlen (said), sizeof said - strlen (said), "%.*s", (int) (end + 1 - at), at);
        at = end;
    }
    for (char *at = said; *at; at++)
        *at = *at == '"' ? '\'' : *at;
    cr_expect_str_eq (said, expected);
    free (text);
}

static void s_mark (int field, enum rule rule, uint64_t count, uint64_t line)
{
    *tally_of (&s_tally, field, rule) = (struct mark){.count = count, .first_line = line};
}

Test (column_findings, a_clean_input_earns_nothing)
{
    s_expect ("");
    for (size_t f = 0; f <= FIELDS; f++)
        for (int rule = 0; rule < RULE_COUNT; rule++)
            cr_expect_eq (s_tally.fields[f].rules[rule].count, 0);
}

//  Warnings and what was invalid stand in the audit one by one already.
Test (column_findings, what_was_changed_or_assumed_is_counted_by_field_and_rule)
{
    s_mark (FIELD_NONE, RULE_RECORD_NUL, 1, 9);
    s_mark (ID, RULE_TEXT_SPACES, 2, 3);
    s_mark (BORN, RULE_DATE_FORMAT, 4, 5);
    s_mark (BORN, RULE_DATE_CENTURY, 6, 7);
    s_mark (BORN, RULE_DATE_INVALID, 1, 8);
    s_mark (WEIGHT, RULE_NUMBER_FORMAT, 3, 10);
    s_expect ("'event':'standardized','rule':'text.spaces','field':'id','count':2,'first_line':3}\n"
              "'event':'standardized','rule':'date.format','field':'born','count':4,'first_line':5}\n"
              "'event':'warning','rule':'date.century_assumed','field':'born','count':6,'first_line':7}\n"
              "'event':'standardized','rule':'number.format','field':'weight','count':3,'first_line':10}\n");
}

Test (column_findings, a_warning_is_counted_where_the_list_of_it_was_full)
{
    *tally_of (&s_tally, WEIGHT, RULE_PLAUSIBLE_RANGE) =
        (struct mark){.count = LISTED + 1, .first_line = 4, .listed = LISTED};
    s_tally.fields[SEEN].dates = 100;
    *tally_of (&s_tally, SEEN, RULE_DATE_FUTURE) =
        (struct mark){.count = LISTED, .first_line = 4, .listed = LISTED};
    s_expect ("'event':'warning','rule':'value.implausible','field':'weight','count':4,'first_line':4}\n");
}

Test (column_findings, names_that_were_mended_are_the_header_s)
{
    s_planned.binding->unseen_names = 2;
    s_expect ("'event':'standardized','rule':'header.invisible','count':2,'first_line':1}\n");
    cr_expect_eq (tally_of (&s_tally, FIELD_NONE, RULE_HEADER_HIDDEN)->count, 2);
    cr_expect_eq (tally_of (&s_tally, FIELD_NONE, RULE_HEADER_HIDDEN)->first_line, 1);
}

Test (column_findings, values_of_both_orders_are_mixed_from_the_first_record_on)
{
    s_tally.fields[BORN].mdy = 3;
    s_tally.fields[BORN].dmy = 4;
    s_tally.fields[BORN].ambiguous = (struct mark){.count = 5, .first_line = 6};
    s_tally.fields[SEEN].mdy = 3;
    s_expect ("'event':'warning','rule':'date.order_mixed','field':'born','count':7,'first_line':2}\n");
    cr_expect_eq (tally_of (&s_tally, BORN, RULE_DATE_ORDER_MIXED)->count, 7);
    cr_expect_eq (tally_of (&s_tally, BORN, RULE_DATE_ORDER_MIXED)->first_line, DATA_LINE);
    cr_expect_eq (tally_of (&s_tally, BORN, RULE_DATE_ORDER_ASSUMED)->count, 0);
    cr_expect_eq (tally_of (&s_tally, BORN, RULE_DATE_ORDER_FILE)->count, 0);
    cr_expect_eq (tally_of (&s_tally, SEEN, RULE_DATE_ORDER_MIXED)->count, 0);
}

Test (column_findings, an_order_that_nothing_tells_is_assumed)
{
    s_tally.fields[BORN].ambiguous = (struct mark){.count = 5, .first_line = 6};
    s_expect ("'event':'warning','rule':'date.order_assumed','field':'born','count':5,'first_line':6}\n");
    cr_expect_eq (tally_of (&s_tally, BORN, RULE_DATE_ORDER_ASSUMED)->count, 5);
    cr_expect_eq (tally_of (&s_tally, BORN, RULE_DATE_ORDER_ASSUMED)->first_line, 6);
    cr_expect_eq (tally_of (&s_tally, BORN, RULE_DATE_ORDER_FILE)->count, 0);
    cr_expect_eq (tally_of (&s_tally, SEEN, RULE_DATE_ORDER_ASSUMED)->count, 0);
}

Test (column_findings, an_order_that_another_column_tells_is_a_change)
{
    s_tally.fields[BORN].ambiguous = (struct mark){.count = 5, .first_line = 6};
    s_tally.fields[SEEN].dmy = 1;
    s_expect (
        "'event':'standardized','rule':'date.order_by_file','field':'born','count':5,'first_line':6}\n");
    cr_expect_eq (tally_of (&s_tally, BORN, RULE_DATE_ORDER_FILE)->count, 5);
    cr_expect_eq (tally_of (&s_tally, BORN, RULE_DATE_ORDER_ASSUMED)->count, 0);
}

Test (column_findings, an_order_that_the_user_gave_is_nothing_to_say)
{
    s_tally.fields[BORN].ambiguous = (struct mark){.count = 5, .first_line = 6};
    s_planned.plan.ordered = true;
    s_expect ("");
}

Test (column_findings, of_a_column_in_the_future_that_is_said_once)
{
    s_tally.fields[SEEN].dates = 4;
    s_mark (SEEN, RULE_DATE_FUTURE, 3, 5);
    s_expect ("'event':'warning','rule':'date.future','field':'seen','count':3,'first_line':5}\n");
    s_tally.fields[SEEN].dates = 6;
    char path[600];
    snprintf (path, sizeof path, "%s/audit.ndjson", s_place.folder);
    cr_assert_eq (remove (path), 0);
    s_expect ("");
}

Test (column_findings, an_assumed_decimal_mark_is_said_with_its_first_values)
{
    s_tally.fields[WEIGHT].both_marks = (struct mark){.count = 1, .first_line = 4};
    first_values_add (&s_tally.fields[WEIGHT].first_both, text_of ("1,234"));
    s_expect ("'event':'warning','rule':'number.mark_assumed','field':'weight','count':1,'first_line':4,"
              "'first_values':['1,234']}\n");
}
