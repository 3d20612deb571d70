//  long_rows_test.c: a row of a wide table as rows of a long one: which cells are results, what each row
//  holds, and how it stands in rejects, as a line or as an object.
#include "worker/pipeline/long_rows.h"

#include "test/support/results/planned_schema.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const char SCHEMA[] =
    "{\"name\":\"weight\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"test\",\"dmh\":{\"type\":\"text\"}},"
    "{\"name\":\"unit\",\"dmh\":{\"type\":\"unit\"}},"
    "{\"name\":\"number\",\"dmh\":{\"type\":\"number\"}}],"
    "\"missingValues\":[\"\",\"na\",\"-\"],"
    "\"dmh\":{\"measure\":{\"number\":\"number\",\"unit\":\"unit\"}}}";

enum { ID, TEST, UNIT, NUMBER };

//  The file is ward, mass, id, height, girth; a long row is test, unit, number, ward, id.
static struct planned_schema s_planned;
static char s_mass[] = "Body mass", s_kg[] = "kg", s_height[] = "Height";
static struct unpivot_test s_tests[] = {{.column = 1, .values = {s_mass, s_kg}},
                                        {.column = 3, .values = {s_height, NULL}},
                                        {.column = 4, .values = {NULL, NULL}}};
static int s_kept[] = {0, 2};
static unpivot_t s_unpivot;
static long_rows_t *s_rows;

static void s_begin (char delimiter)
{
    planned_schema_make (&s_planned, SCHEMA, "test,unit,number,ward,id");
    s_unpivot = (unpivot_t){.schema = s_planned.schema,
                            .fields = {TEST, UNIT},
                            .field_count = 2,
                            .tests = s_tests,
                            .test_count = 3,
                            .kept = s_kept,
                            .kept_count = 2,
                            .name_count = 5};
    s_planned.binding->unpivot = &s_unpivot;
    s_rows = long_rows_new (s_planned.binding, delimiter);
    cr_assert_not_null (s_rows);
}

static void s_end (void)
{
    long_rows_destroy (&s_rows);
    cr_expect_null (s_rows);
    long_rows_destroy (&s_rows);
    s_planned.binding->unpivot = NULL;
    planned_schema_drop (&s_planned);
}

//  The next result's fields with "|" between them and what stands in rejects behind " = "; "": there is none.
static void s_expect_next (const char *expected)
{
    char got[512] = "";
    struct row row = {.count = 0};
    int rc = long_rows_next (s_rows, &row);
    cr_assert_eq (rc, *expected ? 1 : 0, "%s", expected);
    for (size_t i = 0; rc == 1 && i < row.count; i++)
        snprintf (got + strlen (got), sizeof got - strlen (got), "%s%.*s", i ? "|" : "",
                  (int) row.fields[i].n, row.fields[i].n ? row.fields[i].at : "");
    if (rc == 1) {
        snprintf (got + strlen (got), sizeof got - strlen (got), " = %.*s", (int) row.raw.n, row.raw.at);
        cr_expect_eq (row.line, 7);
        cr_expect_eq (row.count, 5);
    }
    cr_expect_str_eq (got, expected);
}

static void s_give (const char *const cells[5], size_t count)
{
    static struct text fields[5];
    static struct row wide;
    for (size_t i = 0; i < count; i++)
        fields[i] = text_of (cells[i]);
    wide = (struct row){.fields = fields, .count = count, .line = 7};
    long_rows_begin (s_rows, &wide);
}

Test (long_rows, each_cell_that_holds_a_result_is_a_row_with_the_other_columns)
{
    s_begin (',');
    s_give ((const char *const[]){"A1", "70", "p1", "1,75", "90"}, 5);
    s_expect_next ("Body mass|kg|70|A1|p1 = Body mass,kg,70,A1,p1");
    s_expect_next ("Height||1,75|A1|p1 = Height,,\"1,75\",A1,p1");
    s_expect_next ("||90|A1|p1 = ,,90,A1,p1");
    s_expect_next ("");
    s_expect_next ("");
    s_give ((const char *const[]){"B\"2", " NA ", "p2", "-", ""}, 5);
    s_expect_next ("");
    s_give ((const char *const[]){"B\"2", "", "p2", "  ", " 3 "}, 5);
    s_expect_next ("|| 3 |B\"2|p2 = ,,\" 3 \",\"B\"\"2\",p2");
    s_expect_next ("");
    s_end ();
}

Test (long_rows, another_delimiter_is_quoted_and_a_comma_too)
{
    s_begin (';');
    s_give ((const char *const[]){"a;\"b\"", "1,5", "p;1", "", ""}, 5);
    s_expect_next ("Body mass|kg|1,5|a;\"b\"|p;1 = Body mass;kg;\"1,5\";\"a;\"\"b\"\"\";\"p;1\"");
    s_end ();
}

Test (long_rows, of_json_a_row_is_an_object_without_what_is_not_there)
{
    s_begin (0);
    s_give ((const char *const[]){"A \"1\"", "70", "p1", "2", ""}, 5);
    s_expect_next ("Body mass|kg|70|A \"1\"|p1 = {\"test\":\"Body mass\",\"unit\":\"kg\",\"number\":\"70\","
                   "\"ward\":\"A \\\"1\\\"\",\"id\":\"p1\"}");
    s_expect_next ("Height||2|A \"1\"|p1 = {\"test\":\"Height\",\"number\":\"2\",\"ward\":\"A \\\"1\\\"\","
                   "\"id\":\"p1\"}");
    s_expect_next ("");
    s_end ();
}

Test (long_rows, a_short_row_has_no_results_in_what_it_lacks)
{
    s_begin (',');
    s_give ((const char *const[]){"A1", "70", "of another", "row", "before it"}, 5);
    s_give ((const char *const[]){"A1", "70", NULL, NULL, NULL}, 2);
    s_expect_next ("Body mass|kg|70|A1| = Body mass,kg,70,A1,");
    s_expect_next ("");
    s_give ((const char *const[]){"A1", NULL, NULL, NULL, NULL}, 1);
    s_expect_next ("");
    s_end ();
}

//  The mapping's own marker is none for any column, one of the schema's may be a value of this field.
Test (long_rows, markers_of_a_missing_value_are_the_schema_s_and_the_mapping_s)
{
    missing_t *own = missing_new (), *except = missing_new ();
    cr_assert (own && except && missing_add (own, "lost") == 0 && missing_add (except, "na") == 0);
    s_begin (',');
    s_planned.binding->missing = own;
    s_give ((const char *const[]){"A1", "lost", "p1", "NA", "-"}, 5);
    s_expect_next ("");
    s_planned.schema->fields[NUMBER].missing_except = except;
    s_give ((const char *const[]){"A1", "lost", "p1", "NA", "-"}, 5);
    s_expect_next ("Height||NA|A1|p1 = Height,,NA,A1,p1");
    s_expect_next ("");
    s_end ();
}

//  Which cells are numbers of JSON goes with them.
Test (long_rows, what_a_value_is_in_its_format_goes_with_it)
{
    unsigned char bare[] = {0, 1, 0, 0, 2};
    struct text fields[] = {{"A1", 2}, {"70", 2}, {"p1", 2}, {"2", 1}, {"3", 1}};
    struct row wide = {.fields = fields, .count = 5, .bare = bare, .line = 7}, row;
    static const unsigned char EXPECTED[3] = {1, 0, 2};
    s_begin (0);
    long_rows_begin (s_rows, &wide);
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq (long_rows_next (s_rows, &row), 1);
        cr_expect_eq (row.bare[2], EXPECTED[i], "result %zu", i);
        cr_expect_eq (row.bare[0] + row.bare[1] + row.bare[3] + row.bare[4], 0);
    }
    bare[2] = 4;
    long_rows_begin (s_rows, &wide);
    cr_assert_eq (long_rows_next (s_rows, &row), 1);
    cr_expect_eq (row.bare[3], 0);
    cr_expect_eq (row.bare[4], 4);
    s_end ();
}
