//  json_test.c: JSON in its forms, as records without a pipeline.
#include "worker/formats/detection.h"
#include "worker/formats/json/cut.h"
#include "worker/formats/json/rows.h"

#include <criterion/criterion.h>
#include <stdio.h>

//  The records of a JSON file as "a=1 b=x|a=2": fields by name, bad records as "!".
static void s_json (const char *text, char *out)
{
    struct dialect dialect;
    struct error error = {.code = DMH_OK};
    struct row row;
    size_t n = strlen (text), cut = 0;
    uint64_t lines = 0;
    char *to = out;
    cr_assert_eq (dialect_find (text, n, true, "it", NULL, &dialect, &error), DMH_OK, "%s: %s", text,
                  error.text);
    text += dialect.data_offset;
    n -= (size_t) dialect.data_offset;
    cr_assert_geq (json_cut (&dialect, text, n, true, 1, "it", &cut, &lines, &error), 0, "%s", error.text);
    rows_t *rows = json_rows_new (&dialect);
    for (json_rows_begin (rows, text, cut); json_rows_next (rows, &row) == 1;) {
        to += sprintf (to, "%s", to == out ? "" : "|");
        if (row.problem != RULE_NONE)
            to += sprintf (to, "!");
        for (size_t i = 0; row.problem == RULE_NONE && i < row.count; i++)
            if (row.fields[i].at)
                to += sprintf (to, " %s=%.*s", dialect.names[i], (int) row.fields[i].n, row.fields[i].at);
    }
    *to = 0;
    json_rows_destroy (&rows);
    dialect_clear (&dialect);
}

Test (json, json_in_its_forms_gives_fields_by_path_with_digits_as_they_stand)
{
    static const struct {
        const char *text, *want;
    } CASES[] = {
        {"[{\"a\":1.10,\"b\":1e5},{\"a\":-0.0}]", " a=1.10 b=1e5| a=-0.0"},
        {"{\"a\":{\"b\":[{\"c\":\"x\"},\"y\"]}}\n", " a.b.0.c=x a.b.1=y"},
        {"\xef\xbb\xbf{\"a\":1}\n\n  \n{\"a\":2}\n", " a=1| a=2"},
        {"{\"a\":1}{\"a\":2}\n{\"a\":3}", " a=1| a=2| a=3"},
        {"{\"a\":1,\"a\":2}\n{\"a\":3}\n", "!| a=3"},
        {"{\"a\":\"\\u00e9\\ud83d\\ude00\\n\\/\"}\n", " a=\xc3\xa9\xf0\x9f\x98\x80\n/"},
        {"{\"a\":\"\\ud83d\"}\n{\"a\":1}\n", "!| a=1"},
        {"{\"a\":01}\n{\"a\":1.}\n{\"a\":\"\t\"}\n{\"a\":1}\n", "!|!|!| a=1"},
        {"{\"n\":[2],\"patients\":[{\"a\":\"Schiller, Friedrich\"},{\"a\":\"Goethe, Johann Wolfgang\"},"
         "{\"a\":\"Herder, Johann Gottfried\"},{\"a\":\"Wieland, Christoph Martin\"}],\"m\":2}",
         " a=Schiller, Friedrich| a=Goethe, Johann Wolfgang| a=Herder, Johann Gottfried| a=Wieland, "
         "Christoph "
         "Martin"},
        {"{\"patients\":[{\"a\":1}]}", " a=1"},
        {"{\"id\":\"1\",\"addresses\":[{\"city\":\"X\"}]}", " id=1 addresses.0.city=X"},
        {"{\"a\":{},\"b\":[],\"c\":true,\"d\":null,\"e\":\"\"}\n", " c=true e="},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char got[512];
        s_json (CASES[i].text, got);
        cr_expect_str_eq (got, CASES[i].want, "case %zu: %s", i, got);
    }
}

Test (json, json_nested_too_deeply_is_set_aside)
{
    char text[256] = "{\"a\":1}\n{\"a\":", got[512];
    for (int i = 0; i < 32; i++)
        strcat (text, "[");
    for (int i = 0; i < 32; i++)
        strcat (text, "]");
    strcat (text, "}\n");
    s_json (text, got);
    cr_expect_str_eq (got, " a=1|!");
}
