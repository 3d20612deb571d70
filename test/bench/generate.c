//  generate.c: writes the laboratory workload of the benchmark: rows with the usual mess, the same for the
//  same seed. Called by test/bench/run.sh: generate csv|ndjson SIZE FILE, SIZE in rows ("500000") or bytes
//  ("100M"). Links nothing of dmh.
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test {
    const char *code, *name;
    const char *units[2];
    double low, high;
};

static const struct test TESTS[] = {
    {"2345-7", "Glucose", {"mg/dL", "mmol/L"}, 60, 400},
    {"2160-0", "Creatinine", {"mg/dL", "umol/L"}, 0.4, 8},
    {"718-7", "Hemoglobin", {"g/dL", "g/L"}, 6, 19},
    {"2951-2", "Sodium", {"mmol/L", "mEq/L"}, 120, 160},
    {"2823-3", "Potassium", {"mmol/L", "mEq/L"}, 2.5, 7},
};
static const char *const STATUSES[] = {"final", "F", "Final ", "preliminary"};
static const char *const FACILITIES[] = {"North Clinic", "south clinic", "EAST  HOSP"};

enum {
    ROW_BYTES = 512,
    REPEATS_OF_100 = 5,
    QUOTED_OF_100 = 20,
    PATIENTS = 500000,
    FIRST_YEAR = 2001,
    YEARS = 25
};

//  SplitMix64, by Sebastiano Vigna, public domain.
static uint64_t s_state = 7;

static uint64_t s_random (void)
{
    uint64_t z = s_state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static unsigned s_below (unsigned n)
{
    return (unsigned) ((s_random () >> 32) * n >> 32);
}

static void s_date (char *out, size_t size)
{
    unsigned y = FIRST_YEAR + s_below (YEARS), m = 1 + s_below (12), d = 1 + s_below (28);
    switch (s_below (3)) {
    case 0:
        snprintf (out, size, "%04u-%02u-%02u", y, m, d);
        break;
    case 1:
        snprintf (out, size, "%02u/%02u/%04u", m, d, y);
        break;
    default:
        snprintf (out, size, "%04u%02u%02u", y, m, d);
    }
}

static size_t s_row (bool json, char out[ROW_BYTES])
{
    const struct test *test = &TESTS[s_below (sizeof TESTS / sizeof *TESTS)];
    double value = test->low + (test->high - test->low) * (double) s_below (1u << 24) / (1u << 24);
    bool quoted = s_below (100) < QUOTED_OF_100;
    const char *unit = test->units[s_below (2)];
    const char *status = STATUSES[s_below (sizeof STATUSES / sizeof *STATUSES)];
    const char *facility = FACILITIES[s_below (sizeof FACILITIES / sizeof *FACILITIES)];
    unsigned patient = 1 + s_below (PATIENTS);
    char date[32], name[64];
    s_date (date, sizeof date);
    const char *quote = quoted && !json ? "\"" : "";
    snprintf (name, sizeof name, "%s%s%s%s", quote, test->name, quoted ? ", serum" : "", quote);
    const char *form =
        json
            ? "{\"Patient ID\":\"P%07u\",\"Test Code\":\"%s\",\"Test Name\":\"%s\",\"Result Value\":\"%.2f\","
              "\"Units\":\"%s\",\"Collected Date\":\"%s\",\"Status\":\"%s\",\"Facility\":\"%s\"}\n"
            : "P%07u,%s,%s,%.2f,%s,%s,%s,%s\r\n";
    int n = snprintf (out, ROW_BYTES, form, patient, test->code, name, value, unit, date, status, facility);
    return n > 0 && n < ROW_BYTES ? (size_t) n : 0;
}

//  "1500000" rows, or "100M" bytes (k, M, G of a thousand).
static bool s_size (const char *text, uint64_t *rows, uint64_t *bytes)
{
    char *end;
    unsigned long long n = strtoull (text, &end, 10);
    static const char UNITS[] = "kMG";
    const char *unit = *end ? strchr (UNITS, *end) : NULL;
    *rows = *end ? UINT64_MAX : n;
    *bytes = UINT64_MAX;
    if (!unit)
        return n > 0 && !*end;
    for (long i = 0; i <= unit - UNITS; i++)
        n *= 1000;
    *bytes = n;
    return n > 0 && !end[1];
}

int main (int argc, char **argv)
{
    uint64_t rows, bytes;
    bool json = argc > 1 && strcmp (argv[1], "ndjson") == 0;
    if (argc != 4 || (!json && strcmp (argv[1], "csv") != 0) || !s_size (argv[2], &rows, &bytes)) {
        fprintf (stderr, "generate csv|ndjson ROWS|BYTES FILE, for example: generate csv 100M lab.csv\n");
        return 2;
    }
    FILE *file = fopen (argv[3], "w");
    if (!file) {
        perror (argv[3]);
        return 1;
    }
    uint64_t written = 0;
    if (!json)
        written += (uint64_t) fprintf (
            file, "Patient ID,Test Code,Test Name,Result Value,Units,Collected Date,Status,Facility\r\n");
    char row[ROW_BYTES];
    size_t n = 0;
    for (uint64_t i = 0; i < rows && written < bytes; i++) {
        if (i == 0 || s_below (100) >= REPEATS_OF_100)
            n = s_row (json, row);
        written += fwrite (row, 1, n, file);
    }
    if (ferror (file) || fclose (file) != 0) {
        perror (argv[3]);
        return 1;
    }
    return 0;
}
