//  json_fuzz.c: any bytes as JSON. The fast reader takes of one record what yajl takes; and a block of
//  records reads the same wherever it is cut.
#include "test/support/json_reference.h"
#include "worker/formats/json/scan.h"

#include <stdio.h>
#include <stdlib.h>

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
    size_t end = json_end (bytes, n, 0);
    if (!s_comparable (bytes, n) || end != n)
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

static uint64_t s_read (const struct dialect *dialect, const char *bytes, size_t n, uint64_t sum)
{
    struct row row;
    rows_t *rows = json_rows_new (dialect);
    if (!rows)
        s_fail ("out of memory");
    json_rows_begin (rows, bytes, n);
    while (json_rows_next (rows, &row) == 1) {
        sum = sum * 31 + (uint64_t) row.problem + row.raw.n * 7;
        for (size_t i = 0; i < row.count && row.problem == RULE_NONE; i++)
            for (size_t b = 0; b < row.fields[i].n; b++)
                sum = sum * 31 + (unsigned char) row.fields[i].at[b] + i;
    }
    json_rows_destroy (&rows);
    return sum;
}

static void s_cut (struct dialect *dialect, const char *bytes, size_t n, size_t step)
{
    struct error error;
    size_t cut = 0, begin = 0;
    uint64_t lines = 0, sum = 0;
    int rc = json_cut (dialect, bytes, n, true, 1, "it", &cut, &lines, &error);
    if (rc < 0)
        return;
    uint64_t whole = s_read (dialect, bytes, cut, 0);
    rc = DMH_OK;
    for (size_t end = step; begin < n && rc == DMH_OK; end += step) {
        bool last = end >= n;
        end = last ? n : end;
        cut = 0;
        rc = json_cut (dialect, bytes + begin, end - begin, last, 1, "it", &cut, &lines, &error);
        if (rc < 0 || cut > end - begin)
            s_fail ("a cut failed");
        sum = s_read (dialect, bytes + begin, cut, sum);
        begin += cut;
        if (last)
            break;
    }
    if (sum != whole)
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
    s_cut (&dialect, bytes, n - 1, 1 + (data[0] >> 3));
    return 0;
}
