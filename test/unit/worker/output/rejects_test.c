//  rejects_test.c: rejects.csv: a line for each record that was set aside, with why, and how it stood.
#include "worker/output/rejects.h"

#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test (rejects, a_line_says_where_why_and_what_stood_there)
{
    static const char EXPECTED[] =
        "record,line,reason,rule,field,message,raw,raw_encoding\n"
        "1,2,rejected,field.required,patient_id,patient_id is required and empty or "
        "invalid,\",a,\"\"b\"\"\",\n"
        "3,40,rejected,record.footer,,the record is a total or another remark on the records,Total,\n"
        "5,6,conflict,record.conflict,,has the key of record 4 and other content,x,\n"
        "7,8,rejected,record.field_count,,the record has another number of fields than the header: 3 and not "
        "2,,\n"
        //  "ab\xe9", whose third byte is no UTF-8; "a\0b".
        "9,10,rejected,record.encoding,,\"the record holds bytes that are not UTF-8 (the first is byte 3 of "
        "the "
        "record, 0xE9)\",YWLp,base64\n"
        "11,12,rejected,record.nul_byte,,the record holds a NUL byte,YQBi,base64\n"
        "13,14,rejected,record.encoding,,the record holds bytes that are not UTF-8,plain,\n";
    static const struct reject REJECTS[] = {
        {.at = {1, 2}, .rule = RULE_FIELD_REQUIRED, .field = "patient_id", .raw = {",a,\"b\"", 6}},
        {.at = {3, 40}, .rule = RULE_RECORD_FOOTER, .raw = {"Total", 5}},
        {.at = {5, 6}, .rule = RULE_RECORD_CONFLICT, .other = 4, .raw = {"x", 1}},
        {.at = {7, 8}, .rule = RULE_FIELD_COUNT, .more = ": 3 and not 2", .raw = {NULL, 0}},
        {.at = {9, 10}, .rule = RULE_RECORD_ENCODING, .raw = {"ab\xe9", 3}},
        {.at = {11, 12}, .rule = RULE_RECORD_NUL, .raw = {"a\0b", 3}},
        {.at = {13, 14}, .rule = RULE_RECORD_ENCODING, .raw = {"plain", 5}},
    };
    struct workplace place;
    struct error error = {.code = DMH_OK};
    struct output out;
    workplace_make (&place);
    output_file_t *file = output_new (place.folder, "rejects.csv", &error);
    cr_assert_not_null (file, "%s", error.text);
    rejects_header (file);
    for (size_t i = 0; i < sizeof REJECTS / sizeof *REJECTS; i++)
        rejects_add (file, &REJECTS[i]);
    cr_assert_eq (output_finish (file, 7, &out, &error), DMH_OK, "%s", error.text);
    output_destroy (&file);
    char *text = workplace_read (place.folder, "rejects.csv", NULL);
    cr_expect_str_eq (text, EXPECTED);
    free (text);
    workplace_remove (&place);
}

//  Base64 of three bytes each is four.
Test (rejects, a_long_record_of_no_text_is_whole)
{
    enum { BYTES = 30000 };
    struct workplace place;
    struct error error = {.code = DMH_OK};
    struct output out;
    static char raw[BYTES];
    workplace_make (&place);
    output_file_t *file = output_new (place.folder, "rejects.csv", &error);
    cr_assert_not_null (file, "%s", error.text);
    rejects_add (file, &(struct reject){.at = {1, 2}, .rule = RULE_RECORD_NUL, .raw = {raw, BYTES}});
    cr_assert_eq (output_finish (file, 1, &out, &error), DMH_OK, "%s", error.text);
    output_destroy (&file);
    size_t zeros = 0;
    char *text = workplace_read (place.folder, "rejects.csv", NULL);
    for (const char *at = text ? strchr (text, 'A') : NULL; at && *at == 'A'; at++)
        zeros++;
    cr_expect_eq (zeros, BYTES / 3 * 4);
    free (text);
    workplace_remove (&place);
}
