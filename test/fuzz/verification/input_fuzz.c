//  input_fuzz.c: any bytes as an input that verify reads again: it comes to an end, its records lie one
//  behind the other, and an object of JSON is the same in whatever pieces.
#define _GNU_SOURCE
#include "client/verification/input/input_reader.h"
#include "client/verification/input/json_object.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static void s_fail (const char *what)
{
    fprintf (stderr, "input_fuzz: %s\n", what);
    abort ();
}

//  The report that says what the bytes are; the first byte picks it.
static struct json_value *s_report (unsigned char pick)
{
    static const char *const ENCODINGS[] = {"UTF-8", "UTF-16LE", "windows-1252", "UTF-16BE"};
    static const char *const COMPRESSIONS[] = {"", "gzip", "zstd", ""};
    char text[512];
    int n = snprintf (
        text, sizeof text,
        "{\"job\":{\"options\":{\"no_header\":%s}},\"input\":{\"format\":\"%s\",\"encoding\":\"%s\","
        "\"compression\":\"%s\",\"delimiter\":\"%s\",\"quote_escape\":%s,"
        "\"columns\":[{\"source\":\"a\"},{\"source\":\"b.0\"}]}}",
        pick & 1 ? "true" : "false", pick & 2 ? "json" : "csv", ENCODINGS[pick >> 2 & 3],
        COMPRESSIONS[pick >> 4 & 3], pick & 64 ? ";" : ",", pick & 128 ? "\"\\\\\"" : "null");
    struct json_value *report = json_value_new (text, (size_t) n, JSON_VALUE_DEPTH_MAX, "it", NULL);
    if (!report)
        s_fail ("no report");
    return report;
}

//  The records until one is none; their values as one number.
static uint64_t s_read (input_reader_t *reader, size_t bytes)
{
    struct error error;
    uint64_t line = 0, before = 0, sum = 0;
    for (size_t records = 0; input_reader_at (reader, NULL, 0, &line, &error) == 1; records++) {
        if ((line && line < before) || records > bytes)
            s_fail ("the reading goes round");
        before = line ? line : before;
        if (input_reader_take (reader, &error) != 1)
            break;
        for (size_t i = 0; i < input_reader_count (reader); i++) {
            struct input_value value = input_reader_value (reader, i);
            if (value.text[value.n] != 0)
                s_fail ("a value has no end");
            for (size_t b = 0; b < value.n; b++)
                sum = sum * 31 + (unsigned char) value.text[b] + line;
        }
        input_reader_column (reader, 0, "a");
    }
    return sum;
}

static uint64_t s_open (const char *path, unsigned char pick, size_t bytes)
{
    struct error error;
    struct json_value *report = s_report (pick);
    input_reader_t *reader = input_reader_new (path, report, &error);
    uint64_t sum = reader ? s_read (reader, bytes) : 0;
    input_reader_destroy (&reader);
    json_value_destroy (&report);
    return sum;
}

//  One object in steps; *end is where it ends, the result that of the last step.
static int s_feed (json_object_t *object, const char *bytes, size_t n, size_t step, size_t *end)
{
    int rc = 0;
    size_t used = 0;
    if (json_object_begin (object) != 0)
        s_fail ("out of memory");
    for (size_t at = 0; at < n && rc == 0; at += step) {
        size_t piece = n - at < step ? n - at : step;
        char *exact = malloc (piece);
        if (!exact)
            s_fail ("out of memory");
        memcpy (exact, bytes + at, piece);
        rc = json_object_feed (object, exact, piece, &used);
        *end = at + used;
        free (exact);
    }
    return rc;
}

static void s_compare (const char *bytes, size_t n, size_t step)
{
    json_object_t *whole = json_object_new (), *pieces = json_object_new ();
    size_t end = 0, other = 0;
    if (!whole || !pieces)
        s_fail ("out of memory");
    int rc = s_feed (whole, bytes, n, n, &end);
    if (rc != s_feed (pieces, bytes, n, step, &other))
        s_fail ("the pieces are another object");
    if (rc == 1 && (end != other || end == 0 || bytes[end - 1] != '}'))
        s_fail ("the pieces end elsewhere");
    for (size_t i = 0; rc == 1 && i < json_object_count (whole); i++) {
        struct input_value a = json_object_value (whole, i), b = json_object_value (pieces, i);
        if (strcmp (a.name, b.name) != 0 || a.n != b.n || memcmp (a.text, b.text, a.n) != 0)
            s_fail ("a value of the pieces is another");
    }
    json_object_destroy (&whole);
    json_object_destroy (&pieces);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    char path[64];
    if (n < 2 || n > 8192)
        return 0;
    int file = memfd_create ("input", MFD_CLOEXEC);
    if (file < 0 || write (file, data + 1, n - 1) != (ssize_t) (n - 1))
        s_fail ("no file");
    snprintf (path, sizeof path, "/proc/self/fd/%d", file);
    if (s_open (path, data[0], 64 * 1024 * 1024) != s_open (path, data[0], 64 * 1024 * 1024))
        s_fail ("the second reading is another");
    close (file);
    s_compare ((const char *) data + 1, n - 1, 1 + data[0] % 7);
    return 0;
}
