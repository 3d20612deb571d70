//  formats_test.c: encodings, compressed streams, what stands above a header, JSON in its forms: each as the
//  formats see it, without a pipeline.
#include "worker/formats/encoding/sample.h"
#include "worker/formats/json/rows.h"
#include "worker/formats/json/split.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

Test (formats, an_encoding_is_told_from_the_bytes_of_the_whole_file)
{
    static const struct {
        const char *bytes;
        size_t n;
        enum charset charset;
    } CASES[] = {
        {"a,b\n1,2\n", 8, CHARSET_UTF_8},
        {"a\n\xc3\xa9\n", 5, CHARSET_UTF_8},
        {"a\n\xe9t\xe9\n", 6, CHARSET_LATIN_1},
        {"a\n\xe9 \x93q\x94\n", 8, CHARSET_WINDOWS_1252},
        {"a\n\xe9 \x81\n", 6, CHARSET_UTF_8},        //  81 is no character of windows-1252
        {"a\n\xc3\xa9 \xff\n", 7, CHARSET_UTF_8},    //  UTF-8 with damage
        {"\xff\xfe"
         "a\0",
         4, CHARSET_UTF_16LE},
        {"\xfe\xff\0a", 4, CHARSET_UTF_16BE},
        {"a\0,\0b\0\n\0"
         "1\0,\0",
         12, CHARSET_UTF_16LE},
        {"\0a\0,\0b\0\n\0"
         "1\0,",
         12, CHARSET_UTF_16BE},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error;
        enum charset charset;
        bool surveyed;
        cr_assert_eq (
            sample_charset (CASES[i].bytes, CASES[i].n, true, "", "it", &charset, &surveyed, &error), DMH_OK);
        cr_expect_eq (charset, CASES[i].charset, "case %zu is %s", i, charset_name (charset));
    }
}

Test (formats, one_accident_among_many_letters_does_not_make_it_utf_8)
{
    //  “É’” of windows-1252 is C9 92, which UTF-8 has too.
    char bytes[1024] = "caf\xc9\x92s ";
    struct census census = {.sequences = 0};
    memset (bytes + 8, 0xe9, 50);
    census_add (&census, bytes, 58, true);
    cr_expect_eq (census.sequences, 1);
    cr_expect_eq (census.strays, 50);
    cr_expect_eq (census_judge (&census), CHARSET_LATIN_1);
    census.strays = 49;
    cr_expect_eq (census_judge (&census), CHARSET_UTF_8);
}

Test (formats, each_encoding_becomes_utf_8_whatever_the_pieces)
{
    static const struct {
        enum charset charset;
        const char *in;
        size_t n;
        const char *out;
    } CASES[] = {
        {CHARSET_LATIN_1, "Z\xfcrich", 6, "Z\xc3\xbcrich"},
        {CHARSET_WINDOWS_1252, "\x80 \x93\xe4\x94", 5, "\xe2\x82\xac \xe2\x80\x9c\xc3\xa4\xe2\x80\x9d"},
        {CHARSET_WINDOWS_1252, "\x9d", 1, "\xff"},
        {CHARSET_UTF_16LE, "\xff\xfe\xfc\0\x3d\xd8\x00\xde", 8, "\xef\xbb\xbf\xc3\xbc\xf0\x9f\x98\x80"},
        {CHARSET_UTF_16BE, "\0a\xd8\x3d\xde\x00", 6, "a\xf0\x9f\x98\x80"},
        {CHARSET_UTF_16BE, "\xd8\x3d\0a", 4, "\xed\xa0\xbd\x61"},    //  half a pair: bytes that are not UTF-8
        {CHARSET_UTF_16LE, "a\0b", 3, "a\xff"},                      //  an odd byte at the end
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (size_t step = 1; step <= CASES[i].n; step++) {
            char out[64];
            size_t made = 0, at = 0, used;
            for (size_t end = step;; end = end + step < CASES[i].n ? end + step : CASES[i].n) {
                bool last = end >= CASES[i].n;
                made += charset_decode (CASES[i].charset, CASES[i].in + at, (last ? CASES[i].n : end) - at,
                                        last, out + made, sizeof out - made, &used);
                at += used;
                if (last)
                    break;
            }
            cr_assert_eq (at, CASES[i].n, "case %zu", i);
            cr_assert_eq (made, strlen (CASES[i].out), "case %zu, step %zu", i, step);
            cr_assert_eq (memcmp (out, CASES[i].out, made), 0, "case %zu, step %zu", i, step);
        }
}

static size_t s_gzip (const char *text, char *out, size_t room)
{
    z_stream stream = {.next_in = (unsigned char *) (uintptr_t) text, .avail_in = (unsigned) strlen (text)};
    stream.next_out = (unsigned char *) out;
    stream.avail_out = (unsigned) room;
    cr_assert_eq (deflateInit2 (&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    cr_assert_eq (deflate (&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd (&stream);
    return room - stream.avail_out;
}

static int s_open (const char *bytes, size_t n, struct sample *out, struct error *error)
{
    return sample_open (bytes, n, true, 4096, "", "it.gz", out, error);
}

Test (formats, gzip_and_zstd_are_unpacked_members_and_padding_too)
{
    char packed[1024] = "", frame[512];
    struct sample sample;
    struct error error = {.code = DMH_OK};
    size_t n = s_gzip ("a,b\n", packed, 256);
    size_t one = n;
    n += s_gzip ("1,2\n", packed + n, 256);
    cr_assert_eq (s_open (packed, n + 100, &sample, &error), DMH_OK, "%s", error.text);    //  zeros behind
    cr_assert_str_eq (sample.text, "a,b\n1,2\n");
    cr_assert_str_eq (packing_name (sample.packing), "gzip");
    cr_assert (sample.whole);
    sample_clear (&sample);
    cr_assert_eq (s_open (packed, n - 3, &sample, &error), DMH_BAD_INPUT);
    cr_assert_not_null (strstr (error.text, "it.gz ends in the middle of its gzip stream"), "%s", error.text);
    packed[one + 12] ^= 0x55;
    cr_assert_eq (s_open (packed, n, &sample, &error), DMH_BAD_INPUT);
    cr_assert_not_null (strstr (error.text, "cannot be unpacked"), "%s", error.text);
    n = ZSTD_compress (frame, sizeof frame, "x;y\n", 4, 3);
    cr_assert_not (ZSTD_isError (n));
    cr_assert_eq (s_open (frame, n, &sample, &error), DMH_OK);
    cr_assert_str_eq (sample.text, "x;y\n");
    cr_assert_str_eq (packing_name (sample.packing), "zstd");
    sample_clear (&sample);
    cr_assert_eq (s_open (frame, n - 1, &sample, &error), DMH_BAD_INPUT);
}

static void s_names (const struct dialect *dialect, char *out)
{
    *out = 0;
    for (size_t i = 0; i < dialect->name_count; i++)
        sprintf (out + strlen (out), "%s%s", i ? "/" : "", dialect->names[i]);
}

Test (formats, a_header_is_found_under_what_stands_above_it)
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
        cr_assert_eq (dialect_find (CASES[i].text, strlen (CASES[i].text), true, "it", &dialect, &error),
                      DMH_OK, "case %zu: %s", i, error.text);
        s_names (&dialect, names);
        cr_expect_str_eq (names, CASES[i].names, "case %zu: %s", i, names);
        cr_expect_eq (dialect.delimiter, CASES[i].delimiter, "case %zu: %c", i, dialect.delimiter);
        cr_expect_eq (dialect.data_line, CASES[i].line, "case %zu: line %d", i, (int) dialect.data_line);
        dialect_clear (&dialect);
    }
}

Test (formats, what_the_user_says_of_delimiter_and_header_is_done)
{
    struct dialect dialect;
    struct error error = {.code = DMH_OK};
    struct wish wish = {.no_header = true};
    char names[256];
    cr_assert_eq (delimiter_of ("colon", &wish.delimiter, "it", &error), DMH_OK);
    cr_assert_eq (dialect_find_as ("1:a,b\n2:c,d\n", 12, true, "it", &wish, &dialect, &error), DMH_OK, "%s",
                  error.text);
    s_names (&dialect, names);
    cr_expect_str_eq (names, "column_1/column_2");
    cr_expect_eq (dialect.data_line, 1);
    cr_expect_eq (dialect.data_offset, 0);
    dialect_clear (&dialect);
    cr_expect_eq (delimiter_of ("\"", &wish.delimiter, "it", &error), DMH_BAD_INPUT);
    cr_expect_eq (delimiter_of ("dots", &wish.delimiter, "it", &error), DMH_BAD_INPUT);
    cr_expect_eq (delimiter_of ("\\t", &wish.delimiter, "it", &error), DMH_OK);
    cr_expect_eq (wish.delimiter, '\t');
}

//  The records of a JSON file as "a=1 b=x|a=2": fields by name, bad records as "!".
static void s_json (const char *text, char *out)
{
    struct dialect dialect;
    struct error error = {.code = DMH_OK};
    struct row row;
    size_t n = strlen (text), cut = 0;
    uint64_t lines = 0;
    char *to = out;
    cr_assert_eq (dialect_find (text, n, true, "it", &dialect, &error), DMH_OK, "%s: %s", text, error.text);
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

Test (formats, json_in_its_forms_gives_fields_by_path_with_digits_as_they_stand)
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

Test (formats, json_nested_too_deeply_is_set_aside)
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
