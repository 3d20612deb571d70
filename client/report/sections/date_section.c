//  date_section.c: see section.h: how the dates of each field are spread over time.
#include "client/report/sections/section.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_BYTES = DATE_LABEL_BYTES + 24 };

static void s_label (const struct date_periods *periods, const struct bar *bar, bool first, bool last,
                     char out[LABEL_BYTES])
{
    char label[DATE_LABEL_BYTES];
    date_counts_label (periods, bar->first, bar->end, label);
    bool before = first && periods->before, after = last && periods->after;
    snprintf (out, LABEL_BYTES, "%s%s%s", label, before ? " or before" : "", after ? " or after" : "");
}

static void s_table (const struct page *self, const char *field, const struct date_periods *periods,
                     const struct bar *bars, size_t count)
{
    static const struct document_column COLUMNS[] = {{"Period", false}, {"Records", true}};
    document_table (self->document, field, COLUMNS, 2);
    for (size_t i = 0; i < count; i++) {
        char label[LABEL_BYTES];
        s_label (periods, &bars[i], i == 0, i + 1 == count, label);
        document_cell (self->document, DOCUMENT_PLAIN, "%s", label);
        section_told (self, told_of (bars[i].count, self->values));
    }
    document_table_end (self->document);
}

static void s_draw (FILE *drawing, const struct drawing_words *words, const struct date_periods *periods,
                    const struct bar *bars, size_t count)
{
    struct drawing_bar *drawn = calloc (count, sizeof *drawn);
    char first[DATE_LABEL_BYTES], last[DATE_LABEL_BYTES];
    for (size_t i = 0; drawn && i < count; i++)
        drawn[i] = (struct drawing_bar){(double) bars[i].first, (double) bars[i].end,
                                        (double) bars[i].count / (double) (bars[i].end - bars[i].first)};
    const struct bar *end = &bars[count - 1];
    const struct drawing_tick ticks[] = {
        {(double) bars[0].first, date_counts_label (periods, bars[0].first, bars[0].first + 1, first)},
        {(double) end->end, date_counts_label (periods, end->end - 1, end->end, last)}};
    const struct drawing_histogram what = {.bars = drawn,
                                           .bar_count = drawn ? count : 0,
                                           .low = (double) bars[0].first,
                                           .high = (double) end->end,
                                           .ticks = ticks,
                                           .tick_count = end->end - bars[0].first > 1 ? 2 : 1};
    drawing_histogram (drawing, words, &what);
    free (drawn);
}

static void s_field (const struct page *self, const char *field, const struct date_periods *periods)
{
    struct bar *bars = calloc (periods->count, sizeof *bars);
    size_t count = bars ? bars_join (periods->bins, periods->count, self->values, bars) : 0;
    char description[2 * DATE_LABEL_BYTES + 80], label[2][DATE_LABEL_BYTES], number[TOLD_BYTES];
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += bars[i].count;
    if (count) {
        const struct bar *end = &bars[count - 1];
        snprintf (description, sizeof description, "%s dates, from %s to %s.",
                  told_text (told_of (sum, self->values), number),
                  date_counts_label (periods, bars[0].first, bars[0].first + 1, label[0]),
                  date_counts_label (periods, end->end - 1, end->end, label[1]));
        struct drawing_words words = {.title = field, .description = description};
        FILE *drawing = document_figure (self->document, &words, "%s", field);
        if (drawing)
            s_draw (drawing, &words, periods, bars, count);
        document_say (self->document, DOCUMENT_PLAIN, "%s", description);
        s_table (self, field, periods, bars, count);
        document_figure_end (self->document);
    }
    free (bars);
}

int section_dates (const struct page *self, struct error *error)
{
    uint64_t all = 0;
    int rc = DMH_OK;
    for (size_t i = 0; i < self->counts->date_count; i++)
        all += date_counts_count (self->counts->dates[i].counts);
    if (all == 0)
        return DMH_OK;
    document_heading (self->document, 2, "Dates over time");
    if (!self->values)
        document_say (self->document, DOCUMENT_QUIET,
                      "Each bar stands for at least 5 records of at least 5 people; of a "
                      "field with fewer dates none is drawn.");
    document_group (self->document);
    for (size_t i = 0; rc == DMH_OK && i < self->counts->date_count; i++) {
        struct date_periods periods;
        rc = date_counts_periods (self->counts->dates[i].counts, &periods, error);
        if (rc == DMH_OK && periods.count)
            s_field (self, self->counts->dates[i].field, &periods);
        free (periods.bins);
    }
    document_group_end (self->document);
    return rc;
}
