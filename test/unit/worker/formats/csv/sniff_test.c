//  sniff_test.c: what stands above a header, the header, and what the user says of them.
#include "worker/formats/detection.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void s_names (const struct dialect *dialect, char *out)
{
    *out = 0;
    for (size_t i = 0; i < dialect->name_count; i++)
        sprintf (out + strlen (out), "%s%s", i ? "/" : "", dialect->names[i]);
}

Test (sniff, a_header_is_found_under_what_stands_above_it)
{
    static const struct {
        const char *text, *names;
        char delimiter;
        uint64_t line;    //  of the first record
    } CASES[] = {
        {"# made by x\n# 2020\na,b,c\n1,2,3\n", "a/b/c", ',', 4},
        {"#a,b,c\n1,2,3\n4,5,6\n", "a/b/c", ',', 2},
        {"Patients of ward 3\n\nid,name,born\n1,x,2\n2,y,3\n", "id/name/born", ',', 4},
        {"Title;;;;\n;;;;\nid;name;b;c;d\n1;x;2;3;4\n2;y;3;3;4\n", "id/name/b/c/d", ';', 4},
        {"sep=;\r\nid;name\r\n1;x\r\n", "id/name", ';', 3},
        {"sep=|\nid|na,me\n1|x,y\n", "id/na,me", '|', 3},
        {"id^name^x\n1^a^b\n", "id/name/x", '^', 2},
        {"id,name,name,,name\n1,a,b,c,d\n", "id/name/name_2/column_4/name_3", ',', 2},
        {"id,name,,\n1,a\n2,b,,\n", "id/name", ',', 2},
        {"id\n1\n2\n", "id", ',', 2},
        //  Not a title: what follows is no header.
        {"id,name\n1,a,b\n2,c,d\n", "id/name", ',', 2},
        {"name\nAnn,1\nBob,2\n", "name", ',', 2},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct dialect dialect;
        struct error error = {.code = DMH_OK};
        char names[256];
        cr_assert_eq (
            dialect_find (CASES[i].text, strlen (CASES[i].text), true, "it", NULL, &dialect, &error), DMH_OK,
            "case %zu: %s", i, error.text);
        s_names (&dialect, names);
        cr_expect_str_eq (names, CASES[i].names, "case %zu: %s", i, names);
        cr_expect_eq (dialect.delimiter, CASES[i].delimiter, "case %zu: %c", i, dialect.delimiter);
        cr_expect_eq (dialect.data_line, CASES[i].line, "case %zu: line %d", i, (int) dialect.data_line);
        dialect_clear (&dialect);
    }
}

Test (sniff, what_the_user_says_of_delimiter_and_header_is_done)
{
    struct dialect dialect;
    struct error error = {.code = DMH_OK};
    struct dialect_options options = {.no_header = true};
    char names[256];
    cr_assert_eq (delimiter_of ("colon", &options.delimiter, "it", &error), DMH_OK);
    cr_assert_eq (dialect_find ("1:a,b\n2:c,d\n", 12, true, "it", &options, &dialect, &error), DMH_OK, "%s",
                  error.text);
    s_names (&dialect, names);
    cr_expect_str_eq (names, "column_1/column_2");
    cr_expect_eq (dialect.data_line, 1);
    cr_expect_eq (dialect.data_offset, 0);
    dialect_clear (&dialect);
    cr_expect_eq (delimiter_of ("\"", &options.delimiter, "it", &error), DMH_BAD_INPUT);
    cr_expect_eq (delimiter_of ("dots", &options.delimiter, "it", &error), DMH_BAD_INPUT);
    cr_expect_eq (delimiter_of ("\\t", &options.delimiter, "it", &error), DMH_OK);
    cr_expect_eq (options.delimiter, '\t');
}
