//  date_counts.c: see date_counts.h.
#include "client/report/statistics/date_counts.h"

#include <stdio.h>
#include <stdlib.h>

enum { YEARS = 10000, MONTHS = YEARS * 12 };

struct date_counts {
    uint64_t count;
    struct bin months[MONTHS];    //  from year 0 on
};

date_counts_t *date_counts_new (void)
{
    return calloc (1, sizeof (date_counts_t));
}

void date_counts_destroy (date_counts_t **self_p)
{
    free (*self_p);
    *self_p = NULL;
}

//  n digits at `at`; -1: there are others.
static int s_digits (const char *at, size_t n)
{
    int number = 0;
    for (size_t i = 0; i < n; i++) {
        if (at[i] < '0' || at[i] > '9')
            return -1;
        number = number * 10 + at[i] - '0';
    }
    return number;
}

void date_counts_add (date_counts_t *self, const char *value, uint64_t person)
{
    int year = s_digits (value, 4);
    int month = year >= 0 && value[4] == '-' ? s_digits (value + 5, 2) : -1;
    if (month < 1 || month > 12 || value[7] != '-')
        return;
    struct bin *bin = &self->months[year * 12 + month - 1];
    bin->count++;
    self->count++;
    persons_add (&bin->people, person);
}

uint64_t date_counts_count (const date_counts_t *self)
{
    return self->count;
}

//  The month before whose end that many have passed.
static size_t s_month (const date_counts_t *self, uint64_t passed)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < MONTHS; i++) {
        sum += self->months[i].count;
        if (sum > passed)
            return i;
    }
    return MONTHS - 1;
}

int date_counts_periods (const date_counts_t *self, struct date_periods *out, struct error *error)
{
    static const size_t PERIODS[] = {1, 3, 12, 24, 60, 120, 600, 1200, 6000, 12000};
    *out = (struct date_periods){.months = 1};
    if (self->count == 0)
        return DMH_OK;
    //  A half percent at either end may be typing errors: they stand in the first and the last period.
    uint64_t edge = self->count / 200;
    size_t first = s_month (self, edge), last = s_month (self, self->count - 1 - edge), i = 0;
    while (last / PERIODS[i] - first / PERIODS[i] >= DATE_BINS_MAX)
        i++;
    out->months = PERIODS[i];
    out->first = first / out->months * out->months;
    out->count = last / out->months - first / out->months + 1;
    out->bins = calloc (out->count, sizeof *out->bins);
    if (!out->bins)
        return error_set (error, DMH_INTERNAL, "out of memory while counting the dates");
    for (size_t m = 0; m < MONTHS; m++) {
        if (self->months[m].count == 0)
            continue;
        size_t at = m < out->first ? 0 : (m - out->first) / out->months;
        out->before = out->before || m < out->first;
        out->after = out->after || at >= out->count;
        struct bin *bin = &out->bins[at < out->count ? at : out->count - 1];
        bin->count += self->months[m].count;
        persons_merge (&bin->people, &self->months[m].people);
    }
    return DMH_OK;
}

//  Of one month, as far as the period is longer.
static int s_name (size_t month, size_t months, char *out, size_t size)
{
    if (months == 1)
        return snprintf (out, size, "%04zu-%02zu", month / 12, month % 12 + 1);
    if (months == 3)
        return snprintf (out, size, "%04zu Q%zu", month / 12, month % 12 / 3 + 1);
    return snprintf (out, size, "%04zu", month / 12);
}

char *date_counts_label (const struct date_periods *periods, size_t first, size_t end,
                         char out[DATE_LABEL_BYTES])
{
    size_t months = periods->months, from = periods->first + first * months,
           to = periods->first + end * months - 1;
    int n = s_name (from, months, out, DATE_LABEL_BYTES);
    bool one = months <= 12 ? end - first == 1 : from / 12 == to / 12;
    if (!one) {
        n += snprintf (out + n, DATE_LABEL_BYTES - (size_t) n, "–");
        s_name (to, months, out + n, DATE_LABEL_BYTES - (size_t) n);
    }
    return out;
}
