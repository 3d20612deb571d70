//  awaited_names_test.c: a key of JSON that the mapping names, wherever in it, may come behind the sample: it
//  is a column from the start. Of a file that is all in the sample, and of CSV, it is not there.
#include "test/support/processes/workplace.h"

#include "messages/uri.h"
#include "worker/pipeline/attempt.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct workplace s_place;
static struct options s_options;
static struct assignment s_assignment;
static struct fetched_files s_fetched;
static struct attempt s_attempt;
static catalog_t *s_catalog;
static struct error s_error;
static char s_folder[300];

static void s_setup (void)
{
    workplace_make (&s_place);
    snprintf (s_folder, sizeof s_folder, "%s/result", s_place.folder);
    s_catalog = catalog_new (NULL, &s_error);
    cr_assert_not_null (s_catalog, "%s", s_error.text);
    s_assignment = (struct assignment){.job = "job",
                                       .attempt = 1,
                                       .options = &s_options,
                                       .folder = s_folder,
                                       .results = s_place.folder,
                                       .catalog = s_catalog};
}

static void s_teardown (void)
{
    attempt_clear (&s_attempt);
    catalog_destroy (&s_catalog);
    workplace_remove (&s_place);
}

TestSuite (awaited_names, .init = s_setup, .fini = s_teardown);

//  `row` again and again, for so many bytes, behind the head.
static int s_prepare (const char *name, const char *head, const char *row, size_t bytes, char *mapping)
{
    char path[300];
    size_t n = strlen (head);
    char *text = malloc (n + bytes + strlen (row) + 1);
    cr_assert_not_null (text);
    memcpy (text, head, n);
    while (n < bytes) {
        memcpy (text + n, row, strlen (row));
        n += strlen (row);
    }
    attempt_clear (&s_attempt);
    workplace_write (&s_place, name, text, n);
    free (text);
    s_options = (struct options){.mapping = mapping};
    snprintf (path, sizeof path, "%s/%s", s_place.folder, name);
    snprintf (s_assignment.input.name, sizeof s_assignment.input.name, "%s", name);
    cr_assert_eq (uri_from_path (path, s_assignment.input.uri, URI_BYTES, &s_error), DMH_OK);
    return attempt_prepare (&s_attempt, &s_assignment, &s_fetched, 1, &s_error);
}

static const char RESULT[] =
    "{\"patient_id\":\"7\",\"test\":\"GLU\",\"value\":\"5\",\"Hb\":\"14\",\"ward\":\"A\"}\n";

static struct {
    char mapping[120];
    const char *names;    //  that are awaited, each with a "|" behind it
} CASES[] = {
    {"{\"notes\":{\"x\":1}}", ""},
    {"{\"columns\":{\"test\":\"test_code\"}}", ""},
    {"{\"columns\":{\"late\":\"test_code\"}}", "late|"},
    {"{\"columns\":{\"late\":\"test_code\",\"value\":\"value_number\",\"Later\":\"unit\"}}", "late|Later|"},
    {"{\"first\":{\"test_code\":[\"test\",\"late\",\"later\"]}}", "late|later|"},
    {"{\"first\":{\"test_code\":[\"late\",\"test\"],\"unit\":[\"unit 1\",\"unit 2\"]}}",
     "late|unit 1|unit 2|"},
    {"{\"not_content\":[\"late\",\"ward\",\"later\"]}", "late|later|"},
    {"{\"kind\":\"lab_result\",\"unpivot\":[\"Hb\",\"WBC\",\"Na\"]}", "WBC|Na|"},
    {"{\"columns\":{\"late\":null},\"not_content\":[\"late\"]}", "late|"},
};

static void s_expect_awaited (const char *mapping, const char *names)
{
    const struct dialect *dialect = &s_attempt.preparation.dialect;
    char got[200] = "";
    for (size_t i = dialect->name_count - dialect->awaited; i < dialect->name_count; i++)
        snprintf (got + strlen (got), sizeof got - strlen (got), "%s|", dialect->names[i]);
    cr_expect_str_eq (got, names, "%s", mapping);
}

Test (awaited_names, are_those_of_each_part_of_a_mapping_that_the_sample_lacks)
{
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *mapping = CASES[i].mapping;
        cr_expect_eq (s_prepare ("in.ndjson", "", RESULT, SAMPLE_BYTES + 1000, mapping), DMH_OK, "%s: %s",
                      mapping, s_error.text);
        s_expect_awaited (mapping, CASES[i].names);
    }
}

Test (awaited_names, are_none_where_the_sample_is_the_file_or_has_its_header)
{
    for (size_t i = 2; i < sizeof CASES / sizeof *CASES; i++) {
        char *mapping = CASES[i].mapping;
        cr_expect_eq (s_prepare ("in.ndjson", "", RESULT, 1000, mapping), DMH_BAD_INPUT, "%s", mapping);
        cr_expect (strstr (s_error.text, "which is not there"), "%s: %s", mapping, s_error.text);
        cr_expect_eq (s_prepare ("in.csv", "patient_id,test,value,Hb,ward\n", "7,GLU,5,14,A\n",
                                 SAMPLE_BYTES + 1000, mapping),
                      DMH_BAD_INPUT, "%s", mapping);
        cr_expect (strstr (s_error.text, "which is not there"), "%s: %s", mapping, s_error.text);
    }
}
