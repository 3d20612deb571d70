//  options_digest_test.c: jobs with the same options of their result have one number, and others another one.
#include "messages/options_digest.h"

#include "messages/base/digest.h"

#include <criterion/criterion.h>
#include <string.h>

static char s_mapping[] = "{\"kind\": \"patient\"}", s_schema[] = "{\"name\": \"visit\"}";

Test (options_digest, each_option_that_changes_a_result_changes_it)
{
    const struct options none = {.kind = ""};
    const struct options each[] = {{.kind = "patient"},      {.format = "ndjson"},    {.date_order = "dmy"},
                                   {.decimal = "comma"},     {.audit = "full"},       {.mapping = s_mapping},
                                   {.schema = s_schema},     {.encoding = "latin-1"}, {.delimiter = "tab"},
                                   {.no_header = true},      {.on_conflict = "last"}, {.fail_on = "any"},
                                   {.delimiter = "latin-1"}, {.date_order = "comma"}, {.keep_case = true}};
    enum { COUNT = sizeof each / sizeof *each };
    char digests[COUNT + 1][HEX_BYTES];
    cr_assert_not_null (options_digest (&none, digests[COUNT]));
    for (size_t i = 0; i < COUNT; i++) {
        cr_assert_eq (options_digest (&each[i], digests[i]), digests[i]);
        cr_expect_eq (strspn (digests[i], "0123456789abcdef"), 64);
    }
    for (size_t i = 0; i <= COUNT; i++)
        for (size_t j = 0; j < i; j++)
            cr_expect_str_neq (digests[i], digests[j], "%zu and %zu", i, j);
}

Test (options_digest, what_is_meant_by_itself_may_be_said)
{
    const struct options none = {.kind = ""}, said = {.format = "csv", .audit = "summary"},
                         others = {.threads = 3,
                                   .block_bytes = 8192,
                                   .priority = 5,
                                   .strict = true,
                                   .time_limit = 7,
                                   .output_bytes = 9,
                                   .mapping_name = "map.json",
                                   .schema_name = "own.json"};
    char digest[3][HEX_BYTES];
    options_digest (&none, digest[0]);
    options_digest (&said, digest[1]);
    options_digest (&others, digest[2]);
    cr_expect_str_eq (digest[0], digest[1]);
    cr_expect_str_eq (digest[0], digest[2], "what a job may take is no part of it");
}

//  sha256sum of the keys and values, each with a NUL behind it, as others may compute it.
Test (options_digest, is_the_sum_of_keys_and_values)
{
    const struct options none = {.kind = ""};
    static const char TEXT[] =
        "kind\0\0format\0csv\0date_order\0\0decimal\0\0audit\0summary\0mapping\0\0schema\0\0"
        "encoding\0\0delimiter\0\0no_header\0\0on_conflict\0\0fail_on\0";
    char digest[HEX_BYTES], expected[DIGEST_HEX_BYTES];
    cr_expect_str_eq (options_digest (&none, digest), digest_of (TEXT, sizeof TEXT, expected));
}
