//  input_test.c: inputs in other encodings and compressed, through reader, harmonizers and writer: the same
//  records as plain UTF-8 gives.
#include "test/support/results/local_attempt.h"

#include "messages/base/digest.h"

#include <criterion/criterion.h>
#include <unistd.h>
#include <zlib.h>

static void s_run (const char *name, const void *bytes, size_t n, const struct options *options,
                   struct local_attempt *got, char **records)
{
    static struct workplace place;
    workplace_make (&place);
    workplace_write (&place, name, bytes, n);
    *got = local_attempt_run (&place, name, options, 2);
    *records = got->done ? workplace_read (got->folder, "records.csv", NULL) : NULL;
    workplace_remove (&place);
}

static const char HEAD[] = "patient_id,given_name,city\n";
enum { ROWS = 40000, TEXT_BYTES = ROWS * 32 + 256 };

//  ROWS plain records, and one at the end that `last` is.
static char *s_long (const char *last, size_t *n)
{
    char *text = malloc (TEXT_BYTES + strlen (last)), *at = text;
    at += sprintf (at, "%s", HEAD);
    for (int i = 0; i < ROWS; i++)
        at += sprintf (at, "%d,Ann,Springfield North\n", i);
    at += sprintf (at, "%s", last);
    *n = (size_t) (at - text);
    return text;
}

Test (input, a_first_byte_that_is_not_utf_8_at_the_end_of_a_long_file_decides_for_all_of_it)
{
    size_t n;
    char *text = s_long ("x,Zo\xeb,\x93Z\xfcrich\x94\n", &n), *records;
    struct options options = {.block_bytes = 65536};
    struct local_attempt got;
    s_run ("late.csv", text, n, &options, &got, &records);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect_eq (got.counts.written, ROWS + 1);
    cr_expect_eq (got.counts.rejected, 0);
    cr_assert_not_null (strstr (records, "\nx,Zo\xc3\xab,"));
    cr_assert_not_null (strstr (records, "\xe2\x80\x9cZ\xc3\xbcrich\xe2\x80\x9d"));
    free (records);
    free (text);
}

Test (input, damage_in_utf_8_sets_its_record_aside_and_no_other)
{
    size_t n;
    char *text = s_long ("x,Zo\xc3\xab,Bern\ny,\xff,Bern\n", &n), *records;
    struct options options = {.block_bytes = 65536}, latin = {.encoding = "latin-1"};
    struct local_attempt got;
    s_run ("utf8.csv", text, n, &options, &got, &records);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect_eq (got.counts.written, ROWS + 1);
    cr_expect_eq (got.counts.rejected, 1);
    cr_assert_not_null (strstr (records, "\nx,Zo\xc3\xab,"));
    free (records);
    //  Who says so gets it so.
    s_run ("utf8.csv", text, n, &latin, &got, &records);
    cr_expect_eq (got.counts.written, ROWS + 2);
    cr_assert_not_null (strstr (records, "\ny,\xc3\xbf,"));
    free (records);
    free (text);
}

Test (input, utf_16_and_gzip_give_the_bytes_that_utf_8_gives)
{
    size_t n;
    char *text = s_long ("x,Zoe,Bern\n", &n), *want, *records;
    struct options options = {.block_bytes = 65536};
    struct local_attempt got;
    s_run ("in.csv", text, n, &options, &got, &want);
    char *wide = calloc (2, n), *packed = malloc (n + 1024);
    for (size_t i = 0; i < n; i++)
        wide[2 * i] = text[i];
    s_run ("in.csv", wide, 2 * n, &options, &got, &records);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect (strcmp (want, records) == 0);
    free (records);
    z_stream stream = {.next_in = (unsigned char *) wide, .avail_in = (unsigned) (2 * n)};
    stream.next_out = (unsigned char *) packed;
    stream.avail_out = (unsigned) n;
    cr_assert_eq (deflateInit2 (&stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    cr_assert_eq (deflate (&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd (&stream);
    s_run ("in.csv.gz", packed, n - stream.avail_out, &options, &got, &records);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect (strcmp (want, records) == 0);
    free (records);
    s_run ("in.csv.gz", packed, (n - stream.avail_out) / 2, &options, &got, &records);
    cr_expect_not (got.done);
    cr_expect_eq (got.error.code, DMH_BAD_INPUT);
    cr_expect_not_null (strstr (got.error.text, "gzip stream"), "%s", got.error.text);
    free (packed);
    free (wide);
    free (want);
    free (text);
}

Test (input, a_key_that_a_mapping_names_may_come_behind_the_first_mib)
{
    enum { RECORDS = 60000 };
    char *text = malloc (RECORDS * 48), *at = text, *records;
    for (int i = 0; i < RECORDS; i++)
        at += sprintf (at, "{\"patient_id\":\"%d\",\"given_name\":\"Ann\"}\n", i);
    at += sprintf (at, "{\"patient_id\":\"x\",\"Wohnort\":\"Bern\"}\n");
    size_t n = (size_t) (at - text);
    char right[] = "{\"columns\":{\"Wohnort\":\"city\"}}", wrong[] = "{\"columns\":{\"Heim\":\"city\"}}";
    struct options options = {.mapping = right};
    struct local_attempt got;
    s_run ("in.ndjson", text, n, &options, &got, &records);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect_eq (got.counts.written, RECORDS + 1);
    cr_assert_not_null (strstr (records, "\nx,,,,,,,,,,,,,,,,,,Bern,"));
    free (records);
    options.mapping = wrong;
    s_run ("in.ndjson", text, n, &options, &got, &records);
    cr_expect_not (got.done);
    cr_expect_not_null (strstr (got.error.text, "“Heim”, which is not there"), "%s", got.error.text);
    free (text);
}

Test (input, twenty_thousand_columns_are_read)
{
    enum { COLUMNS = 20000, RECORDS = 5 };
    char *text = malloc (COLUMNS * 8 * (RECORDS + 1)), *at = text, *records;
    at += sprintf (at, "patient_id");
    for (int c = 1; c < COLUMNS; c++)
        at += sprintf (at, ",x");
    for (int r = 0; r < RECORDS; r++) {
        at += sprintf (at, "\n%d", r);
        for (int c = 1; c < COLUMNS; c++)
            at += sprintf (at, ",%d", c);
    }
    at += sprintf (at, "\n");
    struct options options = {.kind = "patient"};
    struct local_attempt got;
    s_run ("wide.csv", text, (size_t) (at - text), &options, &got, &records);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect_eq (got.counts.written, RECORDS);
    cr_assert_not_null (strstr (records, ",x,x_2,x_3,"));
    cr_assert_not_null (strstr (records, ",x_19999\n"));
    free (records);
    free (text);
}

//  That it is closed nowhere is known only behind as many bytes as a record may have.
Test (input, a_quote_that_nothing_closes_costs_one_record_of_a_long_file)
{
    for (int i = 0; i < 4; i++) {
        size_t n;
        char *text = s_long ("x,Zo\n", &n), *records;
        memcpy (text + sizeof HEAD - 1, "0,\"nn", 5);
        struct options options = {.block_bytes = i & 1 ? 4096 : 262144, .record_bytes = i & 2 ? 4096 : 0};
        struct local_attempt got;
        s_run ("open.csv", text, n, &options, &got, &records);
        cr_assert (got.done, "%s", got.error.text);
        cr_expect_eq (got.counts.written, ROWS - 1, "%d", i);
        cr_expect_eq (got.counts.rejected, 2);    //  and the last, which is short
        cr_assert_not_null (strstr (records, "\n1,Ann,"));
        free (records);
        free (text);
    }
}

Test (input, an_input_that_is_not_the_one_that_was_submitted_makes_no_result)
{
    static const char TEXT[] = "patient_id,given_name\n1,Ann\n";
    struct workplace place;
    struct options options = {.kind = "patient"};
    struct input input = {.bytes = sizeof TEXT - 1};
    workplace_make (&place);
    workplace_write (&place, "a.csv", TEXT, sizeof TEXT - 1);
    digest_of (TEXT, sizeof TEXT - 1, input.sha256);
    struct local_attempt got = local_attempt_run_input (&place, "a.csv", &input, &options);
    cr_assert (got.done, "%s", got.error.text);
    input.sha256[0] = input.sha256[0] == '0' ? '1' : '0';
    got = local_attempt_run_input (&place, "a.csv", &input, &options);
    cr_assert_not (got.done);
    cr_assert_eq (got.error.code, DMH_BAD_INPUT);
    cr_assert (strstr (got.error.text, "a.csv is not the file that was submitted"), "%s", got.error.text);
    cr_assert_neq (access (got.folder, F_OK), 0, "a result was left");
    workplace_remove (&place);
}
