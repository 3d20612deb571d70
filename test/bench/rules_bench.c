//  rules_bench.c: nanoseconds a value for each rule of the hot path, on values like those of the bench
//  workload. Built by hand (see the end of this comment), no part of make test: gcc -O2 -o /tmp/rules_bench
//  test/bench/rules_bench.c build/release/libworker.a build/release/libmessages.a -lcrypto -lm
#include "worker/rules/codes/value_map.h"
#include "worker/rules/dates/date.h"
#include "worker/rules/identifiers/identifier.h"
#include "worker/rules/numbers/number.h"
#include "worker/rules/units/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { ROUNDS = 4000000, VALUES = 4, TODAY = 20261123 };

struct bench {
    unit_table_t *units;
    value_map_t *codes;
    struct scratch scratch;
};

typedef size_t (*work_fn) (struct bench *self, struct text in);

static size_t s_text (struct bench *self, struct text in)
{
    struct text out;
    self->scratch.used = 0;
    return (size_t) text_standardize (in, &out, &self->scratch) + out.n;
}

static size_t s_date (struct bench *self, struct text in)
{
    (void) self;
    char out[DATE_BYTES];
    size_t n = 0;
    enum date_evidence evidence;
    return (size_t) date_standardize (in, DATE_ORDER_MDY, TODAY, out, &n, &evidence) + n;
}

static size_t s_datetime (struct bench *self, struct text in)
{
    (void) self;
    char out[DATE_BYTES];
    size_t n = 0;
    enum date_evidence evidence;
    return (size_t) datetime_standardize (in, DATE_ORDER_MDY, TODAY, out, &n, &evidence) + n;
}

static size_t s_number (struct bench *self, struct text in)
{
    (void) self;
    struct number number;
    return (size_t) number_read (in, DECIMAL_POINT, &number) + number.n;
}

static size_t s_convert (struct bench *self, struct text in)
{
    (void) self;
    struct number number;
    char out[NUMBER_BYTES];
    number_read (in, DECIMAL_POINT, &number);
    return number_write (number_value (number.digits, number.n) * 18.0156, number.significant + 1, out);
}

static size_t s_unit (struct bench *self, struct text in)
{
    struct text out;
    return (size_t) unit_standardize (self->units, in, &out, NULL) + out.n;
}

static size_t s_conversion (struct bench *self, struct text in)
{
    double factor = 0, offset = 0;
    const struct unit_test *test = unit_test_find (self->units, TEXT ("2345-7"));
    return unit_conversion (self->units, test, in, &factor, &offset);
}

static size_t s_code (struct bench *self, struct text in)
{
    struct text out = {NULL, 0};
    return (size_t) value_map_find (self->codes, in, &out) + out.n;
}

static size_t s_loinc (struct bench *self, struct text in)
{
    (void) self;
    return loinc_is_valid (in);
}

static void s_measure (struct bench *self, const char *name, work_fn work, const char *const values[VALUES])
{
    struct text in[VALUES];
    for (size_t i = 0; i < VALUES; i++)
        in[i] = text_of (values[i]);
    struct timespec from, to;
    size_t sum = 0;
    clock_gettime (CLOCK_MONOTONIC, &from);
    for (size_t i = 0; i < ROUNDS; i++)
        sum += work (self, in[i % VALUES]);
    clock_gettime (CLOCK_MONOTONIC, &to);
    double ns = (double) (to.tv_sec - from.tv_sec) * 1e9 + (double) (to.tv_nsec - from.tv_nsec);
    printf ("%-12s %6.1f ns   (%zu)\n", name, ns / ROUNDS, sum);
}

static unit_table_t *s_units (void)
{
    static char json[1 << 18];
    FILE *file = fopen ("worker/schemas/units.json", "rb");
    size_t n = file ? fread (json, 1, sizeof json, file) : 0;
    if (file)
        fclose (file);
    return unit_table_new (json, n, NULL);
}

int main (void)
{
    static char room[4096];
    struct bench bench = {s_units (), value_map_new (), {room, 0, sizeof room}};
    if (!bench.units || !bench.codes)
        return 1;
    value_map_add (bench.codes, TEXT ("final"), TEXT ("final"));
    value_map_add (bench.codes, TEXT ("F"), TEXT ("final"));
    value_map_add (bench.codes, TEXT ("P"), TEXT ("preliminary"));
    s_measure (&bench, "text", s_text,
               (const char *const[]){"Glucose", "North Clinic", "P0012345", "Creatinine, serum"});
    s_measure (&bench, "text fold", s_text,
               (const char *const[]){"EAST  HOSP", "EAST  HOSP", "EAST  HOSP", "EAST  HOSP"});
    s_measure (&bench, "date mixed", s_date,
               (const char *const[]){"2021-03-04", "03/25/2020", "20210304", "11/02/2013"});
    s_measure (&bench, "date iso", s_date,
               (const char *const[]){"2021-03-04", "2001-12-31", "2014-07-08", "2025-01-01"});
    s_measure (&bench, "date mdy", s_date,
               (const char *const[]){"03/04/2021", "12/31/2001", "07/08/2014", "01/01/2025"});
    s_measure (&bench, "datetime", s_datetime,
               (const char *const[]){"2023-10-10T04:17:47Z", "2003-01-10T14:17:47Z", "2023-10-10T04:17:47Z",
                                     "2023-10-10T04:17:47+01:00"});
    s_measure (&bench, "number", s_number, (const char *const[]){"7.40", "123.45", "0.93", "139.08"});
    s_measure (&bench, "convert", s_convert, (const char *const[]){"7.40", "123.45", "0.93", "139.08"});
    s_measure (&bench, "unit", s_unit, (const char *const[]){"mg/dL", "mmol/L", "mEq/L", "g/dL"});
    s_measure (&bench, "unit folded", s_unit,
               (const char *const[]){"mG/dL", "MMol/L", "X10^3 / UL", "Gm / dL"});
    s_measure (&bench, "conversion", s_conversion,
               (const char *const[]){"mg/dL", "mmol/L", "mmol/L", "g/dL"});
    s_measure (&bench, "code", s_code, (const char *const[]){"final", "F", "final", "preliminary"});
    s_measure (&bench, "code folded", s_code, (const char *const[]){"FINAL", "f", "Final", "Preliminary"});
    s_measure (&bench, "loinc", s_loinc, (const char *const[]){"2345-7", "718-7", "2951-2", "2823-3"});
    unit_table_destroy (&bench.units);
    value_map_destroy (&bench.codes);
    return 0;
}
