//  packed_input_test.c: dmh verify --input follows the same records however they come in (gzip, zstd, UTF-16)
//  and go out (NDJSON, another statement of a conflict, a full audit), and finds what was edited.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/results/resealed_result.h"

#include <criterion/criterion.h>
#include <iconv.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

//  The ways that the same records come in, and go out. "": plain.
static const struct way {
    const char *name, *packing;
    const char *options[2];
    const char *records, *set_aside;
} WAYS[] = {{"a.csv.gz", "gzip", {NULL}, "records.csv", "1,Amy"},
            {"a.csv.zst", "zstd", {NULL}, "records.csv", "1,Amy"},
            {"a.csv", "UTF-16LE", {NULL}, "records.csv", "1,Amy"},
            {"a.csv", "UTF-16BE", {NULL}, "records.csv", "1,Amy"},
            {"a.csv", "", {"--format", "ndjson"}, "records.ndjson", "1,Amy"},
            {"a.csv", "", {"--on-conflict", "last"}, "records.csv", "1,Ann"},
            {"a.csv", "", {"--audit", "full"}, "records.csv", "1,Amy"}};

static size_t s_gzip (const char *text, size_t n, char *out, size_t room)
{
    z_stream stream = {.next_in = (Bytef *) (uintptr_t) text, .avail_in = (uInt) n};
    cr_assert_eq (deflateInit2 (&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    stream.next_out = (Bytef *) out;
    stream.avail_out = (uInt) room;
    cr_assert_eq (deflate (&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd (&stream);
    return stream.total_out;
}

//  With a byte order mark.
static size_t s_encode (const char *encoding, const char *text, size_t n, char *out, size_t room)
{
    char marked[512], *from = marked, *to = out;
    size_t left = (size_t) snprintf (marked, sizeof marked, "\xef\xbb\xbf%.*s", (int) n, text), more = room;
    iconv_t converter = iconv_open (encoding, "UTF-8");
    cr_assert_neq (converter, (iconv_t) -1);
    cr_assert_neq (iconv (converter, &from, &left, &to, &more), (size_t) -1);
    iconv_close (converter);
    return room - more;
}

static void s_write_way (const struct workplace *place, const struct way *way, const char *text)
{
    char bytes[2048];
    size_t n = strlen (text), length = n;
    memcpy (bytes, text, n);
    if (strcmp (way->packing, "gzip") == 0)
        length = s_gzip (text, n, bytes, sizeof bytes);
    else if (strcmp (way->packing, "zstd") == 0)
        length = ZSTD_compress (bytes, sizeof bytes, text, n, 3);
    else if (*way->packing)
        length = s_encode (way->packing, text, n, bytes, sizeof bytes);
    cr_assert_leq (length, sizeof bytes);
    workplace_write (place, way->name, bytes, length);
}

Test (verify_input, finds_the_records_whichever_way_they_came_in_and_went_out, .timeout = 120)
{
    static const char TEXT[] =
        "Patient ID,Given Name\n1,Ann\n2,Bob\n1,Amy\n2,Bob\n3,\"Zo\xc3\xab\"\n4,\"J, K\"\n";
    for (size_t i = 0; i < 2 * sizeof WAYS / sizeof *WAYS; i++) {
        const struct way *way = &WAYS[i / 2];
        struct workplace place;
        char folder[512];
        workplace_make (&place);
        s_write_way (&place, way, TEXT);
        command_line_expect (CALL (&place, "run", way->name, "--quiet", way->options[0], way->options[1]), 0,
                             NULL, NULL);
        command_line_expect (CALL (&place, "verify", "a", "--input", way->name), 0,
                             "all 6 records of the input were found again: 4 written at their place, 1 set "
                             "aside with its text, 1 that repeats another",
                             NULL);
        snprintf (folder, sizeof folder, "%s/a", place.folder);
        if (i % 2)
            resealed_replace (folder, way->records, "Zo\xc3\xab", "Zoe");
        else
            resealed_replace (folder, "rejects.csv", way->set_aside, "1,Abe");
        resealed_hashes (folder);
        command_line_expect (CALL (&place, "verify", "a"), 0, "whole", NULL);
        command_line_expect (CALL (&place, "verify", "a", "--input", way->name), 1, "NOT WHOLE",
                             i % 2 ? "have a given_name that does not stand"
                                   : "does not stand in rejects.csv with its text");
        workplace_remove (&place);
    }
}
