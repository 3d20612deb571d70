//  scale.h: bins for numbers that are known by a sample: round ones, as wide as the numbers are apart, over
//  what most of them take. Pure.
#ifndef DMH_CLIENT_REPORT_STATISTICS_SCALE_H
#define DMH_CLIENT_REPORT_STATISTICS_SCALE_H

#include <stddef.h>

struct scale {
    double from, step;    //  bin i: from + i * step …
    size_t count;
    double fence_low,
        fence_high;    //  three times the width of the middle half away from it (Tukey's far out)
};

//  Sorts sample [count], count >= 1. At most `most` bins, most >= 4.
void scale_of (double *sample, size_t count, size_t most, struct scale *out);

//  The least of 1, 2, 5 times a power of ten that is not below `number` > 0.
double scale_round_up (double number);

#endif
