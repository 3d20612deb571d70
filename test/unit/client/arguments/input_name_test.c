//  input_name_test.c: what inputs and the folders of their results are called.
#include "client/arguments/input_name.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test (input_name, a_folder_is_called_as_its_input_without_the_endings)
{
    static const char *const CASES[][2] = {
        {"a.csv", "a"},
        {"a.csv.gz", "a"},
        {"a", "a"},
        {"a.b.csv", "a.b"},
        {".csv", ".csv"},
        {".hidden.csv", ".hidden"},
        {"..csv", "input"},
        {"", "input"},
        {"stdin", "stdin"},
        {"A.NDJSON.ZST", "A"},
        {"2020.01.csv", "2020.01"},
        {"x/../y.csv", "x_.._y"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char name[NAME_BYTES];
        input_name_stem (CASES[i][0], name);
        cr_expect_str_eq (name, CASES[i][1], "“%s” became “%s”", CASES[i][0], name);
    }
}

Test (input_name, a_name_fit_for_the_protocol_is_valid_and_plain)
{
    static const char *const CASES[][2] = {
        {"a.csv", "a.csv"}, {"a\nb", "a?b"}, {"\xff.csv", "?.csv"}, {"a/b", "a_b"},
        {"", "input"},      {"ä", "ä"},      {"a\xc2\x85", "a?"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char name[NAME_BYTES];
        input_name_plain (CASES[i][0], name);
        cr_expect_str_eq (name, CASES[i][1]);
    }
}

Test (input_name, a_place_stays_below_its_folder)
{
    static const char *const CASES[][2] = {
        {"a.csv", "a.csv"},
        {"a//./b.csv", "a/b.csv"},
        {"../../etc/passwd", "__/__/etc/passwd"},
        {"/a/b", "a/b"},
        {"a/\nb", "a/?b"},
        {"", "input"},
        {"./", "input"},
        {"..", "__"},
        {"a/..b", "a/..b"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *place = input_name_place (CASES[i][0]);
        cr_expect_str_eq (place, CASES[i][1], "“%s” became “%s”", CASES[i][0], place);
        free (place);
    }
}
