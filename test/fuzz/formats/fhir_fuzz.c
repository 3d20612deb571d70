//  fhir_fuzz.c: any bytes as a FHIR file: looked at, cut in steps and read without a fault, and cutting
//  changes nothing; what was read, written as resources, is JSON of one object a line. The first byte picks
//  step and kind.
#include "worker/encoders/fhir_resource.h"
#include "worker/formats/detection.h"
#include "worker/formats/fhir/scan.h"
#include "worker/formats/fhir/table.h"
#include "worker/formats/fhir/tree.h"
#include "worker/formats/json/cut.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static bool s_is_ucum (struct text unit)
{
    return unit.n % 2;
}

static fhir_resource_t *s_resource (const struct dialect *dialect)
{
    static const int KEY[] = {0};
    struct fhir_resource_plan plan = {.kind = dialect->kind,
                                      .names = (const char *const *) dialect->names,
                                      .count = dialect->name_count,
                                      .key = KEY,
                                      .key_count = 1,
                                      .is_ucum = s_is_ucum};
    return fhir_resource_new (&plan);
}

static void s_write (const fhir_resource_t *resource, tree_t *tree, const struct row *row)
{
    size_t room = fhir_resource_room (resource, row->fields);
    char *out = malloc (room), *end = fhir_resource_emit (resource, row->fields, row->raw, out);
    if ((size_t) (end - out) > room || memchr (out, '\n', (size_t) (end - out)) != end - 1 ||
        tree_parse (tree, (struct text){out, (size_t) (end - out)}) != RULE_NONE)
        abort ();
    free (out);
}

//  Adds up what the records of some bytes are.
static uint64_t s_read (rows_t *rows, const struct dialect *dialect, const char *bytes, size_t n,
                        const fhir_resource_t *resource, tree_t *tree)
{
    uint64_t sum = 0;
    struct row row;
    fhir_rows_begin (rows, bytes, n);
    while (fhir_rows_next (rows, &row) == 1) {
        if (row.raw.at < bytes || row.raw.at + row.raw.n > bytes + n || row.count > dialect->name_count)
            abort ();
        uint64_t record = row.problem != RULE_NONE ? 7 : 1;
        for (size_t f = 0; row.problem == RULE_NONE && f < row.count; f++)
            for (size_t i = 0; i < row.fields[f].n; i++)
                record = record * 31 + f + (unsigned char) row.fields[f].at[i];
        sum += record;
        if (row.problem == RULE_NONE && resource)
            s_write (resource, tree, &row);
    }
    return sum;
}

//  All records, at most `step` bytes more at a time; false: the file is refused.
static bool s_sum (const struct dialect *dialect, const char *bytes, size_t n, size_t step, uint64_t *sum)
{
    struct error error;
    rows_t *rows = fhir_rows_new (dialect);
    tree_t *tree = tree_new ();
    fhir_resource_t *resource = step > n ? s_resource (dialect) : NULL;
    bool good = rows && tree;
    *sum = 0;
    for (size_t at = 0, have = 0; good && at < n;) {
        size_t cut = 0;
        uint64_t lines = 0;
        have = have + step < n - at ? have + step : n - at;
        good = json_cut (dialect, bytes + at, have, at + have == n, 1, "it", &cut, &lines, &error) == DMH_OK;
        if (!good || (cut == 0 && at + have == n))
            break;
        if (cut > have)
            abort ();
        if (cut == 0)
            continue;
        char *exact = memcpy (malloc (cut), bytes + at, cut);
        *sum += s_read (rows, dialect, exact, cut, resource, tree);
        free (exact);
        at += cut;
        have = 0;
    }
    fhir_resource_destroy (&resource);
    tree_destroy (&tree);
    fhir_rows_destroy (&rows);
    return good;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    struct dialect dialect;
    struct error error;
    if (n < 2 || n > 8192)
        return 0;
    const char *bytes = (const char *) data + 1;
    if (dialect_find (bytes, n - 1, true, "it", NULL, &dialect, &error) != DMH_OK)
        return 0;
    if (dialect.format->choose &&
        dialect_choose (&dialect, FHIR_KIND[data[0] % 3].kind, "it", &error) == DMH_OK) {
        uint64_t whole, steps;
        size_t begin = (size_t) dialect.data_offset;
        bool good = s_sum (&dialect, bytes + begin, n - 1 - begin, n, &whole);
        if (good != s_sum (&dialect, bytes + begin, n - 1 - begin, 1 + data[0] / 3, &steps) ||
            (good && whole != steps))
            abort ();
    }
    dialect_clear (&dialect);
    return 0;
}
