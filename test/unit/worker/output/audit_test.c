//  audit_test.c: audit.ndjson line by line: what each event says, and that each line holds the SHA-256 of the
//  one before.
#include "worker/output/audit.h"

#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct workplace s_place;
static audit_t *s_audit;

static void s_setup (void)
{
    struct error error = {.code = DMH_OK};
    workplace_make (&s_place);
    output_file_t *file = output_new (s_place.folder, "audit.ndjson", &error);
    cr_assert_not_null (file, "%s", error.text);
    s_audit = audit_new (&file);
    cr_assert_not_null (s_audit);
    cr_assert_null (file);
}

static void s_teardown (void)
{
    audit_destroy (&s_audit);
    workplace_remove (&s_place);
}

TestSuite (audit, .init = s_setup, .fini = s_teardown);

//  What the file has to hold: of each line what stands behind `prev`. NULL ends.
static void s_expect (const char *const *lines)
{
    struct error error = {.code = DMH_OK};
    struct output out;
    char prev[DIGEST_HEX_BYTES], expected[1024];
    memset (prev, '0', DIGEST_HEX_BYTES - 1);
    prev[DIGEST_HEX_BYTES - 1] = 0;
    cr_assert_eq (output_finish (audit_file (s_audit), audit_lines (s_audit), &out, &error), DMH_OK, "%s",
                  error.text);
    char *text = workplace_read (s_place.folder, "audit.ndjson", NULL), *at = text;
    cr_assert_not_null (text);
    for (size_t i = 0; lines[i]; i++) {
        int n =
            snprintf (expected, sizeof expected, "{\"seq\":%zu,\"prev\":\"%s\",%s}\n", i + 1, prev, lines[i]);
        cr_assert_eq (strncmp (at, expected, (size_t) n), 0, "line %zu of\n%s is not\n%s", i + 1, text,
                      expected);
        digest_of (at, (size_t) n - 1, prev);
        at += n;
    }
    cr_expect_eq (*at, 0, "more than expected: %s", at);
    free (text);
}

Test (audit, each_event_says_what_became_of_which_record)
{
    const struct counts counts = {
        .read = 50, .written = 20, .duplicates = 15, .conflicts = 10, .rejected = 5};
    audit_duplicate (s_audit, (struct record_position){3, 4}, 1);
    audit_conflict (s_audit, (struct record_position){5, 6}, 2, text_of ("a,\"b\""));
    audit_conflict (s_audit, (struct record_position){7, 8}, 2, (struct text){NULL, 0});
    audit_reject (s_audit, (struct record_position){9, 10}, RULE_FIELD_REQUIRED, "patient_id");
    audit_reject (s_audit, (struct record_position){11, 120}, RULE_RECORD_NUL, NULL);
    audit_value (s_audit, (struct record_position){13, 14}, RULE_DATE_FUTURE, "birth_date",
                 text_of ("1/2/2099"), text_of ("2099-01-02"));
    audit_value (s_audit, (struct record_position){15, 16}, RULE_DATE_FORMAT, "birth_date",
                 text_of ("1/2/1999"), text_of ("1999-01-02"));
    audit_value (s_audit, (struct record_position){17, 18}, RULE_RECORD_FOOTER, NULL, text_of ("\t"),
                 (struct text){NULL, 0});
    audit_end (s_audit, &counts);
    cr_expect_eq (audit_lines (s_audit), 9);
    s_expect ((const char *const[]){
        "\"event\":\"duplicate\",\"record\":3,\"line\":4,\"rule\":\"record.duplicate\",\"repeats\":1",
        "\"event\":\"conflict\",\"record\":5,\"line\":6,\"rule\":\"record.conflict\",\"conflicts_with\":2,"
        "\"row\":\"a,\\\"b\\\"\"",
        "\"event\":\"conflict\",\"record\":7,\"line\":8,\"rule\":\"record.conflict\",\"conflicts_with\":2",
        "\"event\":\"reject\",\"record\":9,\"line\":10,\"rule\":\"field.required\",\"field\":\"patient_id\"",
        "\"event\":\"reject\",\"record\":11,\"line\":120,\"rule\":\"record.nul_byte\"",
        "\"event\":\"warning\",\"record\":13,\"line\":14,\"rule\":\"date.future\",\"field\":\"birth_date\","
        "\"raw\":\"1/2/2099\",\"value\":\"2099-01-02\"",
        "\"event\":\"change\",\"record\":15,\"line\":16,\"rule\":\"date.format\",\"field\":\"birth_date\","
        "\"raw\":\"1/2/1999\",\"value\":\"1999-01-02\"",
        "\"event\":\"warning\",\"record\":17,\"line\":18,\"rule\":\"record.footer\",\"raw\":\"\\t\","
        "\"value\":\"\"",
        "\"event\":\"end\",\"read\":50,\"written\":20,\"duplicates\":15,\"conflicts\":10,\"rejected\":5",
        NULL});
}

Test (audit, of_columns_it_says_how_often_and_where_first)
{
    struct first_values none = {.count = 0}, three = {.count = 0};
    first_values_add (&three, text_of ("1,234"));
    first_values_add (&three, text_of ("2.345"));
    first_values_add (&three, text_of ("3,456"));
    audit_count (s_audit, RULE_DATE_FORMAT, "birth_date", 12345678901234567890u, 2);
    audit_count (s_audit, RULE_DATE_ORDER_MIXED, "death_date", 1, 10);
    audit_count (s_audit, RULE_HEADER_HIDDEN, NULL, 1, 1);
    audit_assumption (s_audit, RULE_NUMBER_MARK_ASSUMED, "weight", (struct mark){.count = 4, .first_line = 5},
                      &three);
    audit_assumption (s_audit, RULE_NUMBER_MARK_MIXED, "weight", (struct mark){.count = 6, .first_line = 7},
                      &none);
    s_expect ((const char *const[]){
        "\"event\":\"standardized\",\"rule\":\"date.format\",\"field\":\"birth_date\","
        "\"count\":12345678901234567890,\"first_line\":2",
        "\"event\":\"warning\",\"rule\":\"date.order_mixed\",\"field\":\"death_date\",\"count\":1,"
        "\"first_line\":10",
        "\"event\":\"standardized\",\"rule\":\"header.invisible\",\"count\":1,\"first_line\":1",
        "\"event\":\"warning\",\"rule\":\"number.mark_assumed\",\"field\":\"weight\",\"count\":4,"
        "\"first_line\":5,\"first_values\":[\"1,234\",\"2.345\",\"3,456\"]",
        "\"event\":\"warning\",\"rule\":\"number.mark_mixed\",\"field\":\"weight\",\"count\":6,"
        "\"first_line\":7",
        NULL});
}

Test (audit, of_a_joined_table_it_says_which_record_of_which_file_it_is)
{
    audit_source (s_audit, "north.csv", 40);
    audit_duplicate (s_audit, (struct record_position){3, 4}, 1);
    audit_source (s_audit, NULL, 0);
    audit_duplicate (s_audit, (struct record_position){5, 6}, 1);
    s_expect ((const char *const[]){
        "\"event\":\"duplicate\",\"record\":3,\"line\":4,\"source_file\":\"north.csv\",\"source_record\":40,"
        "\"rule\":\"record.duplicate\",\"repeats\":1",
        "\"event\":\"duplicate\",\"record\":5,\"line\":6,\"rule\":\"record.duplicate\",\"repeats\":1", NULL});
}

//  Each byte of it becomes six (\u0001), beyond the room that a line has at first.
Test (audit, a_line_has_room_for_values_of_any_length)
{
    enum { BYTES = 5000 };
    char *value = malloc (BYTES), *name = malloc (BYTES + 1);
    cr_assert (value && name);
    memset (value, 1, BYTES);
    memset (name, 'n', BYTES);
    name[BYTES] = 0;
    audit_value (s_audit, (struct record_position){1, 2}, RULE_DATE_FUTURE, "f", (struct text){value, BYTES},
                 (struct text){NULL, 0});
    audit_source (s_audit, name, 1);
    audit_duplicate (s_audit, (struct record_position){2, 3}, 1);
    struct error error = {.code = DMH_OK};
    struct output out;
    cr_assert_eq (output_finish (audit_file (s_audit), 0, &out, &error), DMH_OK);
    char *text = workplace_read (s_place.folder, "audit.ndjson", NULL);
    cr_assert_not_null (text);
    size_t escaped = 0, named = 0;
    for (const char *at = text; (at = strstr (at, "\\u0001")); at++)
        escaped++;
    for (const char *at = strstr (text, "\"source_file\":\""); at && at[15 + named] == 'n';)
        named++;
    cr_expect_eq (escaped, BYTES);
    cr_expect_eq (named, BYTES);
    free (text);
    free (value);
    free (name);
}

Test (audit, another_pass_begins_with_an_empty_file_and_the_first_line)
{
    struct error error = {.code = DMH_OK};
    audit_duplicate (s_audit, (struct record_position){3, 4}, 1);
    audit_duplicate (s_audit, (struct record_position){4, 5}, 1);
    cr_assert_eq (audit_restart (s_audit, &error), DMH_OK, "%s", error.text);
    cr_expect_eq (audit_lines (s_audit), 0);
    audit_reject (s_audit, (struct record_position){1, 2}, RULE_RECORD_NUL, NULL);
    s_expect ((const char *const[]){
        "\"event\":\"reject\",\"record\":1,\"line\":2,\"rule\":\"record.nul_byte\"", NULL});
}
