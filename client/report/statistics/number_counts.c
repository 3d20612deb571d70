//  number_counts.c: see number_counts.h.
#include "client/report/statistics/number_counts.h"

#include "client/report/statistics/scale.h"

#include <czmq.h>

enum { SAMPLE_MAX = 512, KEY_BYTES = 512 };

struct number_counts {
    zhashx_t *by_key;    //  owns the groups
    struct number_group **planned;
    size_t planned_count;
    bool further;
};

static void s_destroy_group (void **group_p)
{
    struct number_group *group = *group_p;
    free (group->code);
    free (group->name);
    free (group->unit);
    free (group->sample);
    free (group->bins);
    free (group);
    *group_p = NULL;
}

number_counts_t *number_counts_new (void)
{
    number_counts_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->by_key = zhashx_new ();
    if (!self->by_key)
        number_counts_destroy (&self);
    else
        zhashx_set_destructor (self->by_key, s_destroy_group);
    return self;
}

void number_counts_destroy (number_counts_t **self_p)
{
    number_counts_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->by_key);
    free (self->planned);
    free (self);
    *self_p = NULL;
}

//  A test is its code; where it has none, its name.
static const char *s_key (const struct number_key *key, char out[KEY_BYTES])
{
    snprintf (out, KEY_BYTES, "%.*s\x1f%.200s", KEY_BYTES / 2, *key->code ? key->code : key->name, key->unit);
    return out;
}

static struct number_group *s_group_new (const struct number_key *key)
{
    struct number_group *group = calloc (1, sizeof *group);
    if (!group)
        return NULL;
    group->code = strdup (key->code);
    group->name = strdup (key->name);
    group->unit = strdup (key->unit);
    group->sample = calloc (SAMPLE_MAX, sizeof *group->sample);
    group->random = 0x9e3779b97f4a7c15u;    //  the same sample in every run
    if (!group->code || !group->name || !group->unit || !group->sample)
        s_destroy_group ((void **) &group);
    return group;
}

static uint64_t s_random (uint64_t *state)    //  xorshift64*
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1du;
}

//  Algorithm R: each number has the same chance to be in the sample.
static void s_sample (struct number_group *group, double value)
{
    if (group->sample_count < SAMPLE_MAX) {
        group->sample[group->sample_count++] = value;
        return;
    }
    uint64_t at = s_random (&group->random) % group->count;
    if (at < SAMPLE_MAX)
        group->sample[at] = value;
}

int number_counts_survey (number_counts_t *self, const struct number_key *key, double value, uint64_t person,
                          struct error *error)
{
    char text[KEY_BYTES];
    struct number_group *group = zhashx_lookup (self->by_key, s_key (key, text));
    if (!group && zhashx_size (self->by_key) == NUMBER_GROUPS_MAX) {
        self->further = true;
        return DMH_OK;
    }
    if (!group) {
        group = s_group_new (key);
        if (!group || zhashx_insert (self->by_key, text, group) != 0) {
            if (group)
                s_destroy_group ((void **) &group);
            return error_set (error, DMH_INTERNAL, "out of memory while counting the records");
        }
    }
    group->least = group->count == 0 || value < group->least ? value : group->least;
    group->most = group->count == 0 || value > group->most ? value : group->most;
    group->count++;
    persons_add (&group->people, person);
    s_sample (group, value);
    return DMH_OK;
}

static int s_by_count (const void *a, const void *b)
{
    const struct number_group *x = *(struct number_group *const *) a, *y = *(struct number_group *const *) b;
    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    int order = strcmp (x->code, y->code);
    order = order ? order : strcmp (x->name, y->name);
    return order ? order : strcmp (x->unit, y->unit);
}

//  The bins of a group, and beyond what a number is far.
static bool s_plan_group (struct number_group *group)
{
    struct scale scale;
    scale_of (group->sample, group->sample_count, NUMBER_BINS_MAX, &scale);
    group->from = scale.from;
    group->step = scale.step;
    group->bin_count = scale.count;
    group->fence_low = scale.fence_low;
    group->fence_high = scale.fence_high;
    group->bins = calloc (group->bin_count, sizeof *group->bins);
    group->planned = group->bins;
    return group->bins;
}

int number_counts_plan (number_counts_t *self, size_t most, bool all, number_range_fn *range, void *context,
                        struct error *error)
{
    self->planned = calloc (zhashx_size (self->by_key) + 1, sizeof (struct number_group *));
    if (!self->planned)
        return error_set (error, DMH_INTERNAL, "out of memory while counting the records");
    for (struct number_group *group = zhashx_first (self->by_key); group; group = zhashx_next (self->by_key))
        if (all || (group->count >= PERSONS_LEAST && persons_are_enough (&group->people)))
            self->planned[self->planned_count++] = group;
        else
            self->further = true;
    qsort (self->planned, self->planned_count, sizeof *self->planned, s_by_count);
    self->further = self->further || self->planned_count > most;
    self->planned_count = self->planned_count > most ? most : self->planned_count;
    for (size_t i = 0; i < self->planned_count; i++) {
        struct number_group *group = self->planned[i];
        if (!s_plan_group (group))
            return error_set (error, DMH_INTERNAL, "out of memory while counting the records");
        group->ranged =
            range && range (context, group->code, group->unit, &group->range_low, &group->range_high);
    }
    return DMH_OK;
}

static void s_count (struct bin *bin, uint64_t person)
{
    bin->count++;
    persons_add (&bin->people, person);
}

void number_counts_add (number_counts_t *self, const struct number_key *key, double value, uint64_t person,
                        uint64_t record, size_t file)
{
    char text[KEY_BYTES];
    struct number_group *group = zhashx_lookup (self->by_key, s_key (key, text));
    if (!group || !group->planned)
        return;
    double at = floor ((value - group->from) / group->step);
    size_t last = group->bin_count - 1, bin = at < 0 ? 0 : at > (double) last ? last : (size_t) at;
    s_count (&group->bins[bin], person);
    bool outside = group->ranged && (value < group->range_low || value > group->range_high);
    bool far = value < group->fence_low || value > group->fence_high;
    if (outside)
        s_count (&group->outside, person);
    if (far)
        s_count (&group->far, person);
    if ((outside || far) && group->example_count < NUMBER_FAR_MAX)
        group->examples[group->example_count++] = (struct far_number){value, record, file, outside};
}

size_t number_counts_groups (const number_counts_t *self)
{
    return self->planned_count;
}

const struct number_group *number_counts_group (const number_counts_t *self, size_t i)
{
    return self->planned[i];
}

bool number_counts_has_further (const number_counts_t *self)
{
    return self->further;
}
