//  listed_warnings_test.c: which warnings the audit lists one by one: of those whose value stays the first
//  thousand of a rule and column, of emptied values all.
#include "client/verification/verification.h"
#include "test/support/results/local_attempt.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 2500, LISTED = 1000, ROW_BYTES = 64 };

//  2951-3 has a wrong check digit and stays; 2020-02-30 is no date and is emptied.
static void s_write (const struct workplace *place, size_t rows)
{
    char *text = malloc ((rows + 2) * ROW_BYTES), *to = text;
    cr_assert_not_null (text);
    to += sprintf (to, "Patient ID,Test Code,Result Value,Units,Collected Date\n");
    for (size_t i = 0; i < rows; i++)
        to += sprintf (to, "P%zu,2951-3,%zu,mmol/L,2020-02-30\n", i, 130 + i % 10);
    workplace_write (place, "in.csv", text, (size_t) (to - text));
    free (text);
}

static size_t s_count (const char *text, const char *what)
{
    size_t count = 0;
    for (const char *at = strstr (text, what); at; at = strstr (at + 1, what))
        count++;
    return count;
}

static void s_found (void *context, const char *sentence)
{
    (void) context;
    cr_assert_fail ("%s", sentence);
}

struct told {
    char *audit, *report;
};

static struct told s_run (struct workplace *place, const char *audit, size_t threads, uint64_t block_bytes)
{
    struct options options = {.format = "", .block_bytes = block_bytes};
    struct problems problems = {s_found, NULL, 0};
    snprintf (options.audit, sizeof options.audit, "%s", audit);
    struct local_attempt got = local_attempt_run (place, "in.csv", &options, threads);
    cr_assert (got.done, "%s", got.error.text);
    verification_check (got.folder, NULL, &problems);
    return (struct told){workplace_read (got.folder, "audit.ndjson", NULL),
                         workplace_read (got.folder, "report.json", NULL)};
}

static void s_clear (struct told *self)
{
    free (self->audit);
    free (self->report);
}

Test (listed_warnings, the_first_thousand_whose_value_stays_and_all_that_were_emptied)
{
    static const struct {
        size_t threads;
        uint64_t block_bytes;
    } WAYS[] = {{1, 4096}, {2, 4096}, {7, 65536}, {2, 1 << 20}};
    struct workplace place;
    workplace_make (&place);
    s_write (&place, ROWS);
    struct told first = s_run (&place, "", 1, 1 << 20);
    cr_assert_eq (s_count (first.audit, "\"rule\":\"loinc.check_digit\",\"field\":\"test_code\",\"raw\""),
                  LISTED);
    cr_assert_not_null (strstr (first.audit, "\"record\":1000,\"line\":1001,\"rule\":\"loinc.check_digit\""));
    cr_assert_eq (s_count (first.audit,
                           "\"event\":\"warning\",\"rule\":\"loinc.check_digit\",\"field\":\"test_code\","
                           "\"count\":2500,\"first_line\":2}"),
                  1);
    cr_assert_eq (s_count (first.audit, "\"rule\":\"datetime.invalid\""), ROWS);
    const char *issue = strstr (first.report, "\"rule\": \"loinc.check_digit\"");
    if (!issue)
        issue = strstr (first.report, "\"rule\":\"loinc.check_digit\"");
    cr_assert_not_null (issue);
    const char *listed = strstr (issue, "\"listed\"");
    cr_assert (listed && listed < strchr (issue, '}') &&
               strtoul (strpbrk (listed, "0123456789"), NULL, 10) == LISTED);
    cr_assert_eq (s_count (first.report, "\"listed\""), 1, "of what was emptied nothing is left out");
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        struct told other = s_run (&place, "", WAYS[i].threads, WAYS[i].block_bytes);
        cr_assert_str_eq (other.audit, first.audit, "%zu threads, blocks of %llu", WAYS[i].threads,
                          (unsigned long long) WAYS[i].block_bytes);
        s_clear (&other);
    }
    s_clear (&first);
    workplace_remove (&place);
}

Test (listed_warnings, a_full_audit_lists_all)
{
    struct workplace place;
    workplace_make (&place);
    s_write (&place, ROWS);
    struct told told = s_run (&place, "full", 2, 4096);
    cr_assert_eq (s_count (told.audit, "\"rule\":\"loinc.check_digit\""), ROWS);
    cr_assert_eq (s_count (told.report, "\"listed\""), 0);
    s_clear (&told);
    workplace_remove (&place);
}

Test (listed_warnings, a_thousand_are_all_listed_and_none_is_counted)
{
    struct workplace place;
    workplace_make (&place);
    s_write (&place, LISTED);
    struct told told = s_run (&place, "", 2, 4096);
    cr_assert_eq (s_count (told.audit, "\"rule\":\"loinc.check_digit\""), LISTED);
    cr_assert_eq (s_count (told.report, "\"listed\""), 0);
    s_clear (&told);
    workplace_remove (&place);
}
