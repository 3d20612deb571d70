//  json_fuzz.c: any bytes as JSON. The fast reader takes of one record what yajl takes; a file reads the
//  same, or fails at the same byte, wherever it is cut; and no byte is left out but what stands between
//  records.
#include "test/support/inputs/json_reference.h"
#include "worker/formats/json/cut.h"
#include "worker/formats/json/mark.h"
#include "worker/formats/json/rows.h"
#include "worker/formats/json/scan.h"
#include "worker/formats/json/split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static void s_fail (const char *what)
{
    fprintf (stderr, "json_fuzz: %s\n", what);
    abort ();
}

//  What the two may differ in: see json_reference.h.
static bool s_comparable (const char *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\v' || bytes[i] == '\f')
            return false;
        if (bytes[i] == '\\' && i + 2 < n && bytes[i + 1] == 'u' && (bytes[i + 2] | 0x20) == 'd')
            return false;
    }
    return n > 0 && bytes[0] == '{';
}

static void s_compare (struct dialect *dialect, const char *bytes, size_t n)
{
    size_t end;
    if (!s_comparable (bytes, n) || json_close (bytes, n, 0, &end) != JSON_CLOSED || end != n)
        return;
    rows_t *fast = json_rows_new (dialect), *reference = json_reference_new (dialect);
    struct row a, b;
    if (!fast || !reference)
        s_fail ("out of memory");
    json_rows_begin (fast, bytes, n);
    json_reference_begin (reference, bytes, n);
    if (json_rows_next (fast, &a) != 1 || json_reference_next (reference, &b) != 1)
        s_fail ("a record is not seen");
    if ((a.problem == RULE_NONE) != (b.problem == RULE_NONE))
        s_fail ("one takes the record, the other does not");
    for (size_t i = 0; a.problem == RULE_NONE && i < a.count; i++)
        if (!text_equal (a.fields[i], b.fields[i]) || !a.fields[i].at != !b.fields[i].at)
            s_fail ("a field differs");
    json_rows_destroy (&fast);
    json_reference_destroy (&reference);
}

//  What is between two records; behind the array that they are in stands more.
static void s_check_gap (const struct dialect *dialect, const char *from, const char *to)
{
    bool own = dialect->wrapped;
    for (; from < to; from++) {
        if (own && *from == ']')
            return;
        if (!strchr (dialect->array ? own ? " \t\r\n," : " \t\r\n,[]" : " \t\r\n", *from) || !*from)
            s_fail ("bytes are left out");
    }
}

//  Adds what the records of bytes [at, end) of the file are.
static uint64_t s_read (const struct dialect *dialect, const char *bytes, size_t at, size_t end, uint64_t sum)
{
    struct row row;
    rows_t *rows = json_rows_new (dialect);
    char *exact = malloc (end - at + 1);
    if (!rows || !exact)
        s_fail ("out of memory");
    memcpy (exact, bytes + at, end - at);
    const char *done = exact;
    json_rows_begin (rows, exact, end - at);
    while (json_rows_next (rows, &row) == 1) {
        if (row.raw.n == 0)
            s_fail ("an empty record");
        s_check_gap (dialect, done, row.raw.at);
        done = row.raw.at + row.raw.n;
        sum = sum * 31 + (uint64_t) row.problem + row.raw.n * 7 + (size_t) (row.raw.at - exact) + at;
        for (size_t i = 0; i < row.count && row.problem == RULE_NONE; i++)
            for (size_t b = 0; b < row.fields[i].n; b++)
                sum = sum * 31 + (unsigned char) row.fields[i].at[b] + i;
    }
    s_check_gap (dialect, done, exact + (end - at));
    json_rows_destroy (&rows);
    free (exact);
    return sum;
}

//  Reads the file in steps; *lost is where it fails, n + 1: nowhere.
static uint64_t s_sum (struct dialect *dialect, const char *bytes, size_t n, size_t step, size_t *lost)
{
    struct error error;
    uint64_t lines = 0, sum = 0;
    *lost = n + 1;
    for (size_t begin = 0, end = 0; begin < n && end < n;) {
        size_t cut = SIZE_MAX;
        end = end + step < n ? end + step : n;
        int rc = json_cut (dialect, bytes + begin, end - begin, end == n, 1, "it", &cut, &lines, &error);
        if (rc != DMH_OK) {
            *lost = cut == SIZE_MAX ? SIZE_MAX : begin + cut;
            return sum;
        }
        if (cut > end - begin)
            s_fail ("a cut is too long");
        sum = s_read (dialect, bytes, begin, begin + cut, sum);
        begin += cut;
    }
    return sum;
}

static void s_cut (struct dialect *dialect, const char *bytes, size_t n, size_t step)
{
    size_t lost, lost_whole;
    uint64_t whole = s_sum (dialect, bytes, n, n, &lost_whole), sum = s_sum (dialect, bytes, n, step, &lost);
    if (lost != lost_whole)
        s_fail ("the pieces fail elsewhere");
    if (lost > n && lost != SIZE_MAX && sum != whole)
        s_fail ("the records of the pieces are not those of the whole");
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    char *names[] = {"a", "b", "a.b", "a.0", "b.a.0", ""};
    size_t name_bytes[] = {1, 1, 3, 3, 5, 0};
    struct dialect dialect = {.names = names, .name_bytes = name_bytes, .name_count = 6, .awaited = 1};
    if (n < 2 || n > 4096)
        return 0;
    const char *bytes = (const char *) data + 1;
    dialect.array = true;
    s_compare (&dialect, bytes, n - 1);
    dialect.array = data[0] & 1;
    dialect.wrapped = (data[0] & 3) == 3;
    dialect.bracket = (data[0] & 7) == 5;
    if (dialect.array)
        json_find_mark (&dialect, bytes, data[0] & 8 ? n - 1 : (n - 1) / 3, 0);
    s_cut (&dialect, bytes, n - 1, 1 + (data[0] >> 4));
    return 0;
}
