//  number_section.c: see section.h: how the numbers of each test are distributed, beside its plausible range.
#include "client/report/sections/section.h"
#include "client/report/statistics/scale.h"
#include "messages/text/quantity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NUMBER_BYTES = 32 };

//  As many digits as the bins' width asks for.
static const char *s_number (const struct number_group *group, double value, char out[NUMBER_BYTES])
{
    double digits = group->step > 0 && group->step < 1 ? ceil (-log10 (group->step) - 1e-9) : 0;
    snprintf (out, NUMBER_BYTES, "%.*f", digits > 12 ? 12 : (int) digits, value == 0 ? 0.0 : value);
    return out;
}

static double s_edge (const struct number_group *group, double bin)
{
    return group->from + bin * group->step;
}

//  What a bar stands for: the first and the last one hold what lies beyond them, too.
static void s_bar_label (const struct number_group *group, const struct bar *bar, bool first, bool last,
                         char out[2 * NUMBER_BYTES + 24])
{
    char low[NUMBER_BYTES], high[NUMBER_BYTES];
    s_number (group, s_edge (group, (double) bar->first), low);
    s_number (group, s_edge (group, (double) bar->end), high);
    if (first)
        snprintf (out, 2 * NUMBER_BYTES + 24, "below %s", high);
    else if (last)
        snprintf (out, 2 * NUMBER_BYTES + 24, "%s and above", low);
    else
        snprintf (out, 2 * NUMBER_BYTES + 24, "%s to below %s", low, high);
}

static void s_bars_table (const struct page *self, const char *title, const struct number_group *group,
                          const struct bar *bars, size_t count)
{
    static const struct document_column COLUMNS[] = {{"From … to", false}, {"Results", true}};
    document_table (self->document, title, COLUMNS, 2);
    for (size_t i = 0; i < count; i++) {
        char label[2 * NUMBER_BYTES + 24];
        s_bar_label (group, &bars[i], i == 0, i + 1 == count, label);
        document_cell (self->document, DOCUMENT_PLAIN, "%s", label);
        section_told (self, section_bar (self, &bars[i]));
    }
    document_table_end (self->document);
}

//  The edges that are told: the inner ones, as what lies beyond them is in the outer bars.
static size_t s_ticks (const struct number_group *group, const struct bar *bars, size_t count,
                       char labels[3][NUMBER_BYTES], struct drawing_tick ticks[3])
{
    const size_t picked[] = {1, (count + 1) / 2, count - 1};
    size_t used = 0;
    for (size_t i = 0; i < 3; i++)
        if (used == 0 || (double) bars[picked[i]].first > ticks[used - 1].at) {
            ticks[used].at = (double) bars[picked[i]].first;
            ticks[used].label = s_number (group, s_edge (group, ticks[used].at), labels[used]);
            used++;
        }
    return used;
}

static void s_draw (const struct page *self, FILE *drawing, const struct drawing_words *words,
                    const struct number_group *group, const struct bar *bars, size_t count)
{
    struct drawing_bar *drawn = calloc (count, sizeof *drawn);
    char labels[3][NUMBER_BYTES];
    struct drawing_tick ticks[3] = {{0}};
    size_t tick_count = s_ticks (group, bars, count, labels, ticks);
    for (size_t i = 0; drawn && i < count; i++)
        drawn[i] =
            (struct drawing_bar){bars[i].left, bars[i].right,
                                 told_weight (section_bar (self, &bars[i])) / (bars[i].right - bars[i].left)};
    const struct drawing_histogram what = {.bars = drawn,
                                           .bar_count = drawn ? count : 0,
                                           .low = bars[0].left,
                                           .high = bars[count - 1].right,
                                           .ticks = ticks,
                                           .tick_count = tick_count,
                                           .band = group->ranged,
                                           .band_low = (group->range_low - group->from) / group->step,
                                           .band_high = (group->range_high - group->from) / group->step};
    drawing_histogram (drawing, words, &what);
    free (drawn);
}

//  Median and middle half, by the bars alone: they say no more than those.
static void s_middle (const struct page *self, const struct number_group *group, const struct bar *bars,
                      size_t count, char *out, size_t size)
{
    char text[3][NUMBER_BYTES], all[TOLD_BYTES];
    int n = snprintf (out, size, "%s results", told_text (section_bars (self, bars, count), all));
    if (count > 2)
        n += snprintf (out + n, size - (size_t) n, ", half of them from about %s to %s around a median of %s",
                       s_number (group, s_edge (group, bars_quantile (bars, count, 0.25)), text[0]),
                       s_number (group, s_edge (group, bars_quantile (bars, count, 0.75)), text[1]),
                       s_number (group, s_edge (group, bars_quantile (bars, count, 0.5)), text[2]));
    if (self->values)
        n += snprintf (out + n, size - (size_t) n, "; least %g, most %g", group->least, group->most);
    snprintf (out + n, size - (size_t) n, ".");
}

static void s_plausible (const struct number_group *group, char out[128])
{
    if (group->ranged)
        snprintf (out, 128, " Plausible from %.6g to %.6g.", group->range_low, group->range_high);
    else
        *out = 0;
}

static void s_title (const struct number_group *group, char out[512])
{
    bool both = *group->name && *group->code;
    snprintf (out, 512, "%.200s%s%.80s%s%s%.80s", *group->name ? group->name : group->code, both ? " (" : "",
              both ? group->code : "", both ? ")" : "", *group->unit ? ", " : "", group->unit);
}

//  A test's bars, as they may be shown.
struct shown {
    const struct number_group *group;
    struct bar *bars;
    size_t count;
};

static void s_figure (const struct page *self, const struct shown *shown)
{
    char description[512] = "", plausible[128], title[512];
    s_middle (self, shown->group, shown->bars, shown->count, description, sizeof description);
    s_plausible (shown->group, plausible);
    s_title (shown->group, title);
    struct drawing_words words = {.title = title, .description = description};
    FILE *drawing = document_figure (self->document, &words, "%s", title);
    if (drawing)
        s_draw (self, drawing, &words, shown->group, shown->bars, shown->count);
    document_say (self->document, DOCUMENT_PLAIN, "%s%s", description, plausible);
    s_bars_table (self, title, shown->group, shown->bars, shown->count);
    document_figure_end (self->document);
}

//  Tests of one bar, of which there is nothing to draw.
static void s_singles (const struct page *self, const struct shown *shown, size_t count)
{
    static const struct document_column COLUMNS[] = {
        {"Test", false}, {"Unit", false}, {"Results", true}, {"Plausible", false}};
    size_t singles = 0;
    for (size_t i = 0; i < count; i++)
        singles += shown[i].count == 1;
    if (singles == 0)
        return;
    document_table (self->document, "Tests with too few results for a drawing", COLUMNS, 4);
    for (size_t i = 0; i < count; i++) {
        const struct number_group *group = shown[i].group;
        if (shown[i].count != 1)
            continue;
        document_name (self->document, *group->name ? group->name : group->code);
        document_name (self->document, group->unit);
        section_told (self, section_bar (self, &shown[i].bars[0]));
        if (group->ranged)
            document_cell (self->document, DOCUMENT_PLAIN, "%.6g to %.6g", group->range_low,
                           group->range_high);
        else
            document_cell (self->document, DOCUMENT_QUIET, "no range known");
    }
    document_table_end (self->document);
}

//  The bars of all. `left`: how many records are in none; the first group, the largest, answers for them.
static struct shown *s_join (const struct page *self, uint64_t left)
{
    const number_counts_t *numbers = self->counts->numbers;
    size_t count = number_counts_groups (numbers);
    struct shown *shown = calloc (count, sizeof *shown);
    for (size_t i = 0; shown && i < count; i++) {
        const struct number_group *group = number_counts_group (numbers, i);
        bool few = i == 0 && left > 0 && left < TOLD_LEAST;
        shown[i].group = group;
        shown[i].bars = calloc (group->bin_count, sizeof *shown[i].bars);
        if (!shown[i].bars)
            continue;
        shown[i].count = bars_join (group->bins, group->bin_count, self->values, shown[i].bars);
        if (self->values)
            continue;
        shown[i].count = bars_hide (shown[i].bars, shown[i].count,
                                    few ? group->count + left : self->counts->number_records);
        bars_open (shown[i].bars, shown[i].count, true, true);
    }
    return shown;
}

static bool s_ranged (const number_counts_t *numbers)
{
    bool ranged = false;
    for (size_t i = 0; i < number_counts_groups (numbers); i++)
        ranged = ranged || number_counts_group (numbers, i)->ranged;
    return ranged;
}

void section_numbers (const struct page *self)
{
    const number_counts_t *numbers = self->counts->numbers;
    size_t count = number_counts_groups (numbers);
    bool further = number_counts_has_further (numbers);
    uint64_t left = self->counts->number_records;
    if (self->counts->unread)
        document_say (self->document, DOCUMENT_QUIET,
                      "What records hold that stand neither in CSV, NDJSON, FHIR nor "
                      "SQLite is not shown: %zu of %s.",
                      self->counts->unread, QUANTITY (self->folder_count, "result"));
    if (count == 0 && !further)
        return;
    document_heading (self->document, 2, "Distributions of numbers");
    if (count == 0) {
        document_say (self->document, DOCUMENT_QUIET,
                      "No test has results of at least 5 people: none is drawn.");
        return;
    }
    if (s_ranged (numbers))
        document_say (
            self->document, DOCUMENT_QUIET,
            "The shaded band is the plausible range of the test: beyond it a wrong unit or decimal mark is "
            "likelier than a disease. It is no reference range.");
    if (!self->values)
        document_say (self->document, DOCUMENT_QUIET,
                      "Each bar stands for at least 5 results of at least 5 people; "
                      "neighbours are joined until it does.");
    for (size_t i = 0; i < count; i++)
        left -= number_counts_group (numbers, i)->count;
    struct shown *shown = s_join (self, left);
    document_group (self->document);
    for (size_t i = 0; shown && i < count; i++)
        if (shown[i].count > 1)
            s_figure (self, &shown[i]);
    document_group_end (self->document);
    if (shown)
        s_singles (self, shown, count);
    for (size_t i = 0; shown && i < count; i++)
        free (shown[i].bars);
    free (shown);
    if (further)
        document_say (
            self->document, DOCUMENT_QUIET,
            self->values ? "Further tests, with fewer results than these, are not drawn."
                         : "Further tests have fewer results than these, or are of fewer than 5 people: they "
                           "are not shown.");
}

//  How many; of fewer than five people not even that.
static void s_told (const struct page *self, const struct bin *bin)
{
    bool few = !self->values && bin->count >= TOLD_LEAST && !persons_are_enough (&bin->people);
    if (few)
        document_cell (self->document, DOCUMENT_PLAIN, "of <5 people");
    else
        section_told (self, told_of (bin->count, self->values));
}

static void s_example (const struct page *self, const struct number_group *group,
                       const struct far_number *far)
{
    document_name (self->document, *group->name ? group->name : group->code);
    document_cell (self->document, DOCUMENT_PLAIN, "%g %s", far->value, group->unit);
    document_cell (self->document, DOCUMENT_PLAIN,
                   far->outside ? "outside the plausible range" : "far from the rest");
    document_cell (self->document, DOCUMENT_PLAIN, "%llu", (unsigned long long) far->record);
    document_name (self->document, self->folders[far->file]);
}

static void s_examples (const struct page *self)
{
    static const struct document_column COLUMNS[] = {{"Test", false},
                                                     {"Value", true},
                                                     {"It is", false},
                                                     {"Record of the output", true},
                                                     {"Result", false}};
    document_table (self->document, "Some of them", COLUMNS, 5);
    for (size_t i = 0; i < number_counts_groups (self->counts->numbers); i++) {
        const struct number_group *group = number_counts_group (self->counts->numbers, i);
        for (size_t e = 0; e < group->example_count; e++)
            s_example (self, group, &group->examples[e]);
    }
    document_table_end (self->document);
}

void section_far_numbers (const struct page *self)
{
    static const struct document_column COLUMNS[] = {
        {"Test", false}, {"Unit", false}, {"Outside its plausible range", true}, {"Far from the rest", true}};
    size_t count = number_counts_groups (self->counts->numbers), some = 0;
    for (size_t i = 0; i < count; i++)
        some += number_counts_group (self->counts->numbers, i)->outside.count ||
                number_counts_group (self->counts->numbers, i)->far.count;
    if (count == 0)
        return;
    document_heading (self->document, 2, "Outliers");
    document_say (self->document, DOCUMENT_QUIET,
                  "Far from the rest: more than three times the width of the middle half "
                  "of the test's results away from it.");
    if (some == 0) {
        document_say (self->document, DOCUMENT_GOOD, "No result of these tests is one.");
        return;
    }
    document_table (self->document, "Tests with outliers", COLUMNS, 4);
    for (size_t i = 0; i < count; i++) {
        const struct number_group *group = number_counts_group (self->counts->numbers, i);
        if (!group->outside.count && !group->far.count)
            continue;
        document_name (self->document, *group->name ? group->name : group->code);
        document_name (self->document, group->unit);
        if (group->ranged)
            s_told (self, &group->outside);
        else
            document_cell (self->document, DOCUMENT_QUIET, "no range known");
        s_told (self, &group->far);
    }
    document_table_end (self->document);
    if (self->values)
        s_examples (self);
}
