//  day_time.c: see day_time.h. The clock's forms are those of dates with times; see dates/date.h.
#include "worker/rules/record/day_time.h"

#include "worker/rules/dates/date.h"
#include "worker/text/ascii.h"

enum { DAY_BYTES = 10, CLOCK_MOST = 32, DIGITS_OF_SECONDS = 6 };

//  7:15, 07.15 (not 7.5, which are hours), 7h15, 7 h 15.
static bool s_is_clock (struct text in, size_t digits)
{
    if (digits == 0 || digits > 2 || digits == in.n)
        return false;
    if (in.at[digits] == '.')
        return in.n >= digits + 3 && is_digit (in.at[digits + 1]) && is_digit (in.at[digits + 2]) &&
               (in.n == digits + 3 || !is_digit (in.at[digits + 3]));
    return strchr (":hH ", in.at[digits]) != NULL && in.at[digits];
}

//  Writes a time of day, with colons where it has none (DICOM TM, SAP: 064500.5). Its bytes; 0: it is none.
static size_t s_clock (struct text in, char *to)
{
    size_t digits = 0;
    while (digits < in.n && is_digit (in.at[digits]))
        digits++;
    if (s_is_clock (in, digits)) {
        memcpy (to, in.at, in.n);
        return in.n;
    }
    if (digits != DIGITS_OF_SECONDS || (in.n > digits && in.at[digits] != '.'))
        return 0;
    memcpy (to, in.at, 2);
    to[2] = to[5] = ':';
    memcpy (to + 3, in.at + 2, 2);
    memcpy (to + 6, in.at + 4, in.n - 4);
    return in.n + 2;
}

static void s_join (struct record *self, int f, struct text clock)
{
    char in[DAY_BYTES + 1 + CLOCK_MOST + 2], out[DATE_BYTES];
    enum date_evidence ignored;
    size_t n = clock.n <= CLOCK_MOST ? s_clock (clock, in + DAY_BYTES + 1) : 0, made = 0;
    if (n == 0)
        return;
    memcpy (in, self->values[f].at, DAY_BYTES);
    in[DAY_BYTES] = ' ';
    enum rule rule = datetime_standardize ((struct text){in, DAY_BYTES + 1 + n}, DATE_ORDER_YMD,
                                           self->plan->today, out, &made, &ignored);
    if (rule != RULE_DATETIME_FORMAT || made <= DAY_BYTES)
        return;
    struct text joined = {record_scratch (self, made), made};
    memcpy (self->scratch.at + self->scratch.used - made, out, made);
    self->values[f] = joined;
    record_note (self, f, RULE_COLUMNS_COMBINED, clock, joined);
}

void record_join_times (struct record *self, const struct text *fields, size_t count)
{
    const struct plan *plan = self->plan;
    for (size_t i = 0; i < plan->clocked_count; i++) {
        int f = plan->clocked[i], from = self->from[f];
        int column = from >= 0 ? plan->binding->columns[from].clock : -1;
        if (column < 0 || (size_t) column >= count || self->values[f].n != DAY_BYTES || !fields[column].n)
            continue;
        s_join (self, f, text_trim (fields[column]));
    }
}
