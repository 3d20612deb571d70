//  name_test.c: names of objects, as people write them and as the protocol does.
#include "messages/s3/name.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static void s_expect_read (const char *word, const char *bucket, const char *key, const char *uri)
{
    struct error error = {.code = DMH_OK};
    struct s3_name name, again;
    char made[4096];
    cr_assert_eq (s3_name_read (word, &name, &error), DMH_OK, "%s: %s", word, error.text);
    cr_expect_str_eq (name.bucket, bucket);
    cr_expect_str_eq (name.key, key);
    cr_assert_eq (s3_name_to_uri (&name, made, sizeof made, &error), DMH_OK);
    cr_expect_str_eq (made, uri);
    cr_assert_eq (s3_name_of_uri (made, &again, &error), DMH_OK, "%s", error.text);
    cr_expect_str_eq (again.key, key);
}

Test (name, is_taken_as_it_stands_and_encoded_in_a_uri)
{
    s_expect_read ("s3://lab/2024/a.csv", "lab", "2024/a.csv", "s3://lab/2024/a.csv");
    s_expect_read ("s3://lab", "lab", "", "s3://lab/");
    s_expect_read ("s3://a.b-3/", "a.b-3", "", "s3://a.b-3/");
    s_expect_read ("s3://lab/a b+c%20\xc3\xa4.csv", "lab", "a b+c%20\xc3\xa4.csv",
                   "s3://lab/a%20b%2Bc%2520%C3%A4.csv");
    s_expect_read ("s3://lab//x//y/", "lab", "/x//y/", "s3://lab//x//y/");
    s_expect_read ("s3://lab/.hidden/...", "lab", ".hidden/...", "s3://lab/.hidden/...");
}

Test (name, that_is_none_is_refused)
{
    static const char *const WRONG[] = {
        "s3:/lab/a",     "s3://",           "s3:///a",       "s3://ab/a",
        "s3://Lab/a",    "s3://lab_1/a",    "s3://-lab/a",   "s3://lab-/a",
        "s3://l..b/a",   "s3://lab/../a",   "s3://lab/a/..", "s3://lab/./a",
        "s3://lab/.",    "s3://lab/a\nb",   "s3://lab/\xff", "S3://lab/a",
        "file:///lab/a", "s3://user@lab/a", "s3://lab:80/a", "s3://lab/\x7f",
        "s3://.lab/a",   "s3://lab?x/a",    "s3://l%61b/a",  "",
    };
    struct error error;
    struct s3_name name = {.bucket = "as", .key = "before"};
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
        cr_expect_eq (s3_name_read (WRONG[i], &name, &error), DMH_BAD_INPUT, "%s", WRONG[i]);
    cr_expect_str_eq (name.key, "before");
}

Test (name, of_a_uri_holds_no_way_up_that_is_hidden_by_an_escape)
{
    static const char *const WRONG[] = {"s3://lab/%2e%2e/a", "s3://lab/a%2F..", "s3://lab/%00",
                                        "s3://lab/%zz",      "s3://lab/%4",     "s3://lab/%0a",
                                        "s3://lab/%",        "s3://lab/%ff"};
    struct error error;
    struct s3_name name;
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++)
        cr_expect_eq (s3_name_of_uri (WRONG[i], &name, &error), DMH_MALFORMED, "%s", WRONG[i]);
}

Test (name, has_a_key_of_1024_bytes_at_most)
{
    struct error error;
    struct s3_name name;
    char word[1200] = "s3://lab/", uri[4096], small[3000];
    memset (word + 9, '+', S3_KEY_BYTES);
    word[9 + S3_KEY_BYTES] = 0;
    cr_expect_eq (s3_name_read (word, &name, &error), DMH_BAD_INPUT);
    word[9 + S3_KEY_BYTES - 1] = 0;
    cr_assert_eq (s3_name_read (word, &name, &error), DMH_OK, "%s", error.text);
    cr_expect_eq (s3_name_to_uri (&name, uri, sizeof uri, &error), DMH_OK);
    cr_expect_eq (strlen (uri), 9 + 3 * 1024);
    cr_expect_eq (s3_name_to_uri (&name, small, sizeof small, &error), DMH_TOO_LARGE);
}

static bool s_is_in (const char *name, const char *root)
{
    struct s3_name a, b;
    struct error error;
    cr_assert_eq (s3_name_read (name, &a, &error), DMH_OK);
    cr_assert_eq (s3_name_read (root, &b, &error), DMH_OK);
    return s3_name_is_in (&a, &b);
}

Test (name, is_in_a_root_by_whole_parts_of_its_key)
{
    cr_expect (s_is_in ("s3://lab/a/b", "s3://lab"));
    cr_expect (s_is_in ("s3://lab/a/b", "s3://lab/"));
    cr_expect (s_is_in ("s3://lab/a/b", "s3://lab/a"));
    cr_expect (s_is_in ("s3://lab/a/b", "s3://lab/a/"));
    cr_expect_not (s_is_in ("s3://lab/ab", "s3://lab/a"));
    cr_expect_not (s_is_in ("s3://lab/a", "s3://lab/a"));
    cr_expect_not (s_is_in ("s3://lab/a/", "s3://lab/a"));
    cr_expect_not (s_is_in ("s3://lab2/a/b", "s3://lab/a"));
    cr_expect_not (s_is_in ("s3://la1/a/b", "s3://lab"));
}
