//  number_counts.h: how the numbers of records are distributed, by group (a test and its unit, or a field):
//  in two passes over the records, the first of which finds the groups and where their numbers lie. Memory is
//  bounded: of a group a sample is kept, of groups so many; what is beyond is counted as further.
#ifndef DMH_CLIENT_REPORT_STATISTICS_NUMBER_COUNTS_H
#define DMH_CLIENT_REPORT_STATISTICS_NUMBER_COUNTS_H

#include "client/report/statistics/bars.h"
#include "messages/base/error.h"

enum { NUMBER_BINS_MAX = 42, NUMBER_GROUPS_MAX = 10000, NUMBER_FAR_MAX = 5 };

//  What tells a group apart; "" where nothing is said.
struct number_key {
    const char *code, *name, *unit;
};

//  A number far from the others of its group, or outside its plausible range.
struct far_number {
    double value;
    uint64_t record;    //  its place in the file of records, from 1
    size_t file;        //  as number_counts_add was told
    bool outside;       //  of the range
};

struct number_group {
    char *code, *name, *unit;
    uint64_t count;
    struct persons people;
    double least, most;
    double *sample;    //  of the first pass
    size_t sample_count;
    uint64_t random;    //  its state
    //  From the second pass on.
    bool planned, ranged;
    double range_low, range_high;    //  plausible; where `ranged`
    double from, step;               //  of the bins; the first and the last have what lies beyond, too
    size_t bin_count;
    struct bin *bins;
    double fence_low, fence_high;    //  three times the middle half beyond it: farther is far
    struct bin outside, far;
    struct far_number examples[NUMBER_FAR_MAX];
    size_t example_count;
};

typedef struct number_counts number_counts_t;

//  NULL when out of memory.
number_counts_t *number_counts_new (void);
void number_counts_destroy (number_counts_t **self_p);

//  First pass: a number of a record of that person. DMH_OK or DMH_INTERNAL.
int number_counts_survey (number_counts_t *self, const struct number_key *key, double value, uint64_t person,
                          struct error *error);

//  Between the passes: picks the groups of most numbers, `most` of them, that stand for PERSONS_LEAST people
//  (with `all`: for any), and asks `range` for the plausible range of each. DMH_OK or DMH_INTERNAL.
typedef bool number_range_fn (void *context, const char *code, const char *unit, double *low, double *high);
int number_counts_plan (number_counts_t *self, size_t most, bool all, number_range_fn *range, void *context,
                        struct error *error);

//  Second pass: the same numbers again.
void number_counts_add (number_counts_t *self, const struct number_key *key, double value, uint64_t person,
                        uint64_t record, size_t file);

//  Those that are planned, the largest first.
size_t number_counts_groups (const number_counts_t *self);
const struct number_group *number_counts_group (const number_counts_t *self, size_t i);
//  Whether there are groups that are not among them.
bool number_counts_has_further (const number_counts_t *self);

#endif
