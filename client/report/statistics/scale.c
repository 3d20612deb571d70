//  scale.c: see scale.h.
#include "client/report/statistics/scale.h"

#include <math.h>
#include <stdlib.h>

enum { AIM = 24 };    //  bins over the middle
static const double EDGE = 0.01;

static int s_by_size (const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return x < y ? -1 : x > y;
}

double scale_round_up (double number)
{
    double power = pow (10, floor (log10 (number)));
    static const double STEPS[] = {1, 2, 5};
    for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++)
        if (STEPS[i] * power >= number * (1 - 1e-9))
            return STEPS[i] * power;
    return 10 * power;
}

//  What the closest two that differ differ by; 0: none do.
static double s_gap (const double *sorted, size_t count)
{
    double gap = 0;
    for (size_t i = 1; i < count; i++) {
        double here = sorted[i] - sorted[i - 1];
        if (here > 1e-9 * fabs (sorted[i]) && (gap == 0 || here < gap))
            gap = here;
    }
    return gap;
}

static double s_at (const double *sorted, size_t count, double share)
{
    return sorted[(size_t) (share * (double) (count - 1) + 0.5)];
}

void scale_of (double *sample, size_t count, size_t most, struct scale *out)
{
    qsort (sample, count, sizeof *sample, s_by_size);
    double low = s_at (sample, count, EDGE), high = s_at (sample, count, 1 - EDGE);
    double quarter = s_at (sample, count, 0.25), rest = s_at (sample, count, 0.75), middle = rest - quarter;
    double gap = s_gap (sample, count), width = middle > 0 ? middle : high - low;
    //  One that is far out would leave all others in one bin.
    if (width > 0 && low < quarter - 4 * width)
        low = quarter - 4 * width;
    if (width > 0 && high > rest + 4 * width)
        high = rest + 4 * width;
    double step = high > low ? (high - low) / AIM : fabs (low) > 0 ? fabs (low) / AIM : 1;
    step = scale_round_up (step > gap ? step : gap);
    out->step = step;
    out->from = floor (low / step + 1e-9) * step;
    out->count = (size_t) (floor ((high - out->from) / step + 1e-9) + 1);
    out->count = out->count > most ? most : out->count;
    double reach = 3 * (middle > 0 ? middle : width > 0 ? width : step);
    out->fence_low = quarter - reach;
    out->fence_high = rest + reach;
}
