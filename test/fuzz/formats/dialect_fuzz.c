//  dialect_fuzz.c: any bytes as a file: looked at, cut and read by the format found, without a fault; JSON,
//  CSV and FHIR.
#include "worker/formats/detection.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static void s_read (const struct dialect *dialect, const char *bytes, size_t n)
{
    struct row row;
    rows_t *rows = dialect->format->rows_new (dialect);
    if (!rows)
        return;
    dialect->format->rows_begin (rows, bytes, n);
    while (dialect->format->rows_next (rows, &row) == 1) {
        if (row.raw.at < bytes || row.raw.at + row.raw.n > bytes + n)
            __builtin_trap ();
        for (size_t i = 0; i < row.count && row.problem == RULE_NONE; i++)
            if (row.fields[i].n)
                __asm__ volatile("" : : "r"(row.fields[i].at[row.fields[i].n - 1]));    //  reads it
    }
    dialect->format->rows_destroy (&rows);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    struct dialect dialect;
    struct error error;
    const char *bytes = (const char *) data;
    if (dialect_find (bytes, n, true, "it", NULL, &dialect, &error) != DMH_OK)
        return 0;
    //  FHIR: the length picks the kind, where no majority does.
    static const char *const KINDS[] = {"patient", "lab_result", "imaging_study"};
    if (dialect_choose (&dialect, NULL, "it", &error) != DMH_OK &&
        dialect_choose (&dialect, KINDS[n % 3], "it", &error) != DMH_OK)
        __builtin_trap ();
    size_t begin = (size_t) dialect.data_offset, cut = 0;
    uint64_t lines = 0;
    if (begin > n)
        __builtin_trap ();
    if (dialect.format->cut (&dialect, bytes + begin, n - begin, true, 1, "it", &cut, &lines, &error) ==
        DMH_OK) {
        if (cut > n - begin)
            __builtin_trap ();
        s_read (&dialect, bytes + begin, cut);
    }
    dialect_clear (&dialect);
    return 0;
}
