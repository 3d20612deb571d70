//  flow_section.c: see section.h: where each record went.
#include "client/report/sections/section.h"

#include <stdio.h>

enum { PARTS = 4 };

void section_told (const struct page *self, struct told told)
{
    char text[TOLD_BYTES];
    document_cell (self->document, DOCUMENT_PLAIN, "%s", told_text (told, text));
}

struct told section_bar (const struct page *self, const struct bar *bar)
{
    return self->values ? (struct told){bar->count, bar->count} : (struct told){bar->low, bar->high};
}

struct told section_bars (const struct page *self, const struct bar *bars, size_t count)
{
    struct told sum = {0, 0};
    for (size_t i = 0; i < count; i++)
        sum = told_sum (sum, section_bar (self, &bars[i]));
    return sum;
}

void section_leave (const struct page *self)
{
    if (self->values)
        document_say (
            self->document, DOCUMENT_WARN,
            "This page holds values of patients: keep it where the records themselves may be kept.");
    else
        document_say (self->document, DOCUMENT_QUIET,
                      "No value of a patient stands in this page. Counts from 1 to 4 read <5; where another "
                      "number would "
                      "give one of them away, it is a range or left out.");
}

static const struct {
    const char *label, *meaning;
    enum drawing_tone tone;
} PARTS_OF[PARTS] = {
    {"Written", "stand in the records", DRAWING_GOOD},
    {"Duplicates", "repeat a record that stands there or is set aside", DRAWING_SOFT},
    {"Conflicts", "have the key of another record and other content; they are set aside in rejects.csv",
     DRAWING_WARN},
    {"Rejected", "cannot be taken as records; they are set aside in rejects.csv", DRAWING_BAD},
};

static void s_draw (const struct page *self, const struct told told[PARTS], char texts[PARTS][TOLD_BYTES])
{
    struct drawing_part parts[PARTS], whole;
    char read[TOLD_BYTES], description[6 * TOLD_BYTES + 128];
    for (size_t i = 0; i < PARTS; i++)
        parts[i] =
            (struct drawing_part){PARTS_OF[i].label, texts[i], told_weight (told[i]), PARTS_OF[i].tone};
    whole = (struct drawing_part){"Read", told_text (self->flow.read, read), 0, DRAWING_SOFT};
    snprintf (
        description, sizeof description,
        "Of %s records read, %s were written, %s are duplicates, %s are in conflict and %s were rejected.",
        read, texts[0], texts[1], texts[2], texts[3]);
    struct drawing_words words = {.title = "Where each record went", .description = description};
    FILE *drawing = document_figure (self->document, &words, "From what was read to what was written");
    if (drawing)
        drawing_flow (drawing, &words, &whole, parts, PARTS);
    document_figure_end (self->document);
}

void section_flow (const struct page *self)
{
    static const struct document_column COLUMNS[] = {{"Records", false}, {"Count", true}, {"They", false}};
    const struct told told[PARTS] = {self->flow.written, self->flow.duplicates, self->flow.conflicts,
                                     self->flow.rejected};
    char texts[PARTS][TOLD_BYTES];
    for (size_t i = 0; i < PARTS; i++)
        told_text (told[i], texts[i]);
    document_heading (self->document, 2, "Where each record went");
    s_draw (self, told, texts);
    document_table (self->document, "Every record that was read is in one of the other lines", COLUMNS, 3);
    document_cell (self->document, DOCUMENT_PLAIN, "Read");
    section_told (self, self->flow.read);
    document_cell (self->document, DOCUMENT_QUIET, "came from the input");
    for (size_t i = 0; i < PARTS; i++) {
        document_cell (self->document, DOCUMENT_PLAIN, "%s", PARTS_OF[i].label);
        section_told (self, told[i]);
        document_cell (self->document, DOCUMENT_QUIET, "%s", PARTS_OF[i].meaning);
    }
    document_table_end (self->document);
}
