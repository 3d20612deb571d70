//  date_section.c: see section.h: how the dates of each field are spread over time.
#include "client/report/sections/section.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL_BYTES = DATE_LABEL_BYTES + 24 };

static void s_label (const struct date_periods *periods, const struct bar *bar, char out[LABEL_BYTES])
{
    char label[DATE_LABEL_BYTES];
    if (bar->below)
        snprintf (out, LABEL_BYTES, "%s or before",
                  date_counts_label (periods, bar->end - 1, bar->end, label));
    else if (bar->above)
        snprintf (out, LABEL_BYTES, "%s or after",
                  date_counts_label (periods, bar->first, bar->first + 1, label));
    else
        snprintf (out, LABEL_BYTES, "%s", date_counts_label (periods, bar->first, bar->end, label));
}

static void s_table (const struct page *self, const char *field, const struct date_periods *periods,
                     const struct bar *bars, size_t count)
{
    static const struct document_column COLUMNS[] = {{"Period", false}, {"Records", true}};
    document_table (self->document, field, COLUMNS, 2);
    for (size_t i = 0; i < count; i++) {
        char label[LABEL_BYTES];
        s_label (periods, &bars[i], label);
        document_cell (self->document, DOCUMENT_PLAIN, "%s", label);
        section_told (self, section_bar (self, &bars[i]));
    }
    document_table_end (self->document);
}

//  The periods that are told: of an end that is open the inner one.
static const char *s_begin (const struct date_periods *periods, const struct bar *bars, size_t count,
                            char out[DATE_LABEL_BYTES])
{
    size_t at = bars[0].below && count > 1 ? bars[1].first : bars[0].first;
    return date_counts_label (periods, at, at + 1, out);
}

static const char *s_end (const struct date_periods *periods, const struct bar *bars, size_t count,
                          char out[DATE_LABEL_BYTES])
{
    const struct bar *last = &bars[count - 1];
    size_t at = last->above ? last->first : last->end - 1;
    return date_counts_label (periods, at, at + 1, out);
}

static void s_draw (const struct page *self, FILE *drawing, const struct drawing_words *words,
                    const struct date_periods *periods, const struct bar *bars, size_t count)
{
    struct drawing_bar *drawn = calloc (count, sizeof *drawn);
    char first[DATE_LABEL_BYTES], last[DATE_LABEL_BYTES];
    for (size_t i = 0; drawn && i < count; i++)
        drawn[i] =
            (struct drawing_bar){bars[i].left, bars[i].right,
                                 told_weight (section_bar (self, &bars[i])) / (bars[i].right - bars[i].left)};
    const struct bar *end = &bars[count - 1];
    const struct drawing_tick ticks[] = {
        {bars[0].below ? bars[1].left : bars[0].left, s_begin (periods, bars, count, first)},
        {end->above ? end->left : end->right, s_end (periods, bars, count, last)}};
    const struct drawing_histogram what = {.bars = drawn,
                                           .bar_count = drawn ? count : 0,
                                           .low = bars[0].left,
                                           .high = end->right,
                                           .ticks = ticks,
                                           .tick_count = ticks[1].at > ticks[0].at ? 2 : 1};
    drawing_histogram (drawing, words, &what);
    free (drawn);
}

static void s_field (const struct page *self, const struct value_dates *dates,
                     const struct date_periods *periods)
{
    struct bar *bars = calloc (periods->count, sizeof *bars);
    size_t count = bars ? bars_join (periods->bins, periods->count, self->values, bars) : 0;
    char description[2 * DATE_LABEL_BYTES + 80], label[2][DATE_LABEL_BYTES], number[TOLD_BYTES];
    if (!self->values)
        count = bars_hide (bars, count, dates->records);
    if (!self->values)
        bars_open (bars, count, periods->before, periods->after);
    if (bars && count) {
        snprintf (description, sizeof description,
                  count > 1 ? "%s dates, mostly from %s to %s." : "%s dates.",
                  told_text (section_bars (self, bars, count), number),
                  s_begin (periods, bars, count, label[0]), s_end (periods, bars, count, label[1]));
        struct drawing_words words = {.title = dates->field, .description = description};
        FILE *drawing = document_figure (self->document, &words, "%s", dates->field);
        if (drawing && count > 1)
            s_draw (self, drawing, &words, periods, bars, count);
        document_say (self->document, DOCUMENT_PLAIN, "%s", description);
        if (count > 1)
            s_table (self, dates->field, periods, bars, count);
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
            s_field (self, &self->counts->dates[i], &periods);
        free (periods.bins);
    }
    document_group_end (self->document);
    return rc;
}
