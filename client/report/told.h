//  told.h: counts as a page may tell them that leaves the house: what counts fewer than five says only that,
//  and a sum of such counts is told as a range, so that none can be computed back from it. With the reader's
//  leave (--with-values) each is told as it is. Pure.
#ifndef DMH_CLIENT_REPORT_TOLD_H
#define DMH_CLIENT_REPORT_TOLD_H

#include <stdbool.h>
#include <stdint.h>

//  TOLD_LEAST: the least count, other than 0, that is told.
enum { TOLD_LEAST = 5, TOLD_BYTES = 64 };

//  The count lies between the two; where they are one, it is told.
struct told {
    uint64_t low, high;
};

struct told told_of (uint64_t count, bool values);
struct told told_sum (struct told a, struct told b);
bool told_is_exact (struct told told);
//  "1,234", "<5", "1,230–1,234". Returns out.
char *told_text (struct told told, char out[TOLD_BYTES]);
//  Its middle, to be drawn.
double told_weight (struct told told);

//  A number with its thousands marked. Returns out.
char *told_thousands (uint64_t number, char out[TOLD_BYTES]);

#endif
