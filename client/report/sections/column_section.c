//  column_section.c: see section.h: the columns of the input and what they fed, the fields of the records and
//  what they lack.
#include "client/report/sections/section.h"
#include "client/result/reading/report_values.h"

#include <stdio.h>
#include <string.h>

static void s_column (const struct page *self, const struct json_value *column)
{
    const char *field = report_text (column, "field"), *own = report_text (column, "written_as");
    document_name (self->document, report_text (column, "source"));
    if (*field)
        document_name (self->document, field);
    else if (*own)
        document_cell (self->document, DOCUMENT_QUIET, "kept as %s", own);
    else
        document_cell (self->document, DOCUMENT_QUIET, "none");
    document_cell (self->document, *field ? DOCUMENT_PLAIN : DOCUMENT_QUIET, "%s",
                   report_text (column, "by"));
    document_cell (self->document, DOCUMENT_QUIET, "%s", report_text (column, "reason"));
}

//  Columns of a wide table, each cell of which became a result.
static void s_unpivoted (const struct page *self, const struct json_value *first)
{
    static const struct document_column COLUMNS[] = {{"Column", false}, {"Test", false}, {"Unit", false}};
    document_table (self->document, "Columns whose cells are results of their own", COLUMNS, 3);
    for (const struct json_value *column = first; column; column = column->next) {
        const char *name = report_text (column, "test_name");
        document_name (self->document, report_text (column, "source"));
        document_name (self->document, *name ? name : report_text (column, "test_code"));
        document_name (self->document, report_text (column, "unit"));
    }
    document_table_end (self->document);
}

void section_columns (const struct page *self)
{
    static const struct document_column COLUMNS[] = {
        {"Column of the input", false}, {"Field", false}, {"By", false}, {"Why", false}};
    const struct json_value *input = json_value_member (self->report, "input"),
                            *first = report_first (input, "columns"),
                            *wide = report_first (input, "unpivoted");
    document_heading (self->document, 2, "Columns and what they fed");
    if (!first && !wide)
        document_say (self->document, DOCUMENT_QUIET, "The report names no columns.");
    if (first) {
        document_table (self->document, "Each column of the input and the field that it fed", COLUMNS, 4);
        for (const struct json_value *column = first; column; column = column->next)
            s_column (self, column);
        document_table_end (self->document);
    }
    if (wide)
        s_unpivoted (self, wide);
}

static const double FEW_SHARE = 0.02;

//  Of a field.
struct lack {
    uint64_t read, missing, invalid;
    bool few;    //  a count that is not told can be computed from the exact ones
};

static uint64_t s_number (const struct json_value *object, const char *key)
{
    uint64_t number = report_number (object, key);
    return number == UINT64_MAX ? 0 : number;
}

static struct lack s_lack (const struct page *self, const struct json_value *field)
{
    struct counts counts = report_counts (json_value_member (self->report, "counts"));
    struct lack lack = {counts.read == UINT64_MAX ? 0 : counts.read, s_number (field, "missing"),
                        s_number (field, "invalid"), false};
    uint64_t there = lack.read > lack.missing + lack.invalid ? lack.read - lack.missing - lack.invalid : 0;
    bool little = (there && there < TOLD_LEAST) || (lack.invalid && lack.invalid < TOLD_LEAST);
    lack.few = !self->values && (little || !self->flow.exact || flow_has_few (self->report, field->key));
    return lack;
}

//  How much of all, as coarse as keeps the count behind it: in steps of at least ten records.
static const char *s_about (const struct lack *lack, char out[TOLD_BYTES], double *share)
{
    double part = lack->read ? (double) lack->missing / (double) lack->read : 0;
    unsigned step = lack->read >= 200 ? 5 : lack->read >= 40 ? 25 : 100;
    unsigned percent = ((unsigned) (part * 100) + step / 2) / step * step;
    *share = percent / 100.0;
    if (step == 100) {
        *share = part > 0.9 ? 1 : 0.5;
        return part > 0.9 ? "nearly all or all" : "some";
    }
    if (percent >= 100)
        return "nearly all or all";
    snprintf (out, TOLD_BYTES, percent ? "about %u %%" : "under %u %%", percent ? percent : step);
    return out;
}

//  What is drawn of them; where a count may not be told its bar has a width that tells nothing.
static void s_share (const struct page *self, const struct lack *lack, double missing)
{
    double read = lack->read ? (double) lack->read : 1, invalid = (double) lack->invalid / read;
    if (lack->few && lack->missing && lack->missing < TOLD_LEAST)
        missing = FEW_SHARE;
    if (lack->few && lack->invalid)
        invalid = lack->invalid < TOLD_LEAST ? FEW_SHARE : 2 * FEW_SHARE;
    if (missing + invalid > 1)
        missing = 1 - invalid;
    const struct drawing_part parts[] = {{.weight = missing, .tone = DRAWING_SOFT},
                                         {.weight = invalid, .tone = DRAWING_BAD}};
    document_share (self->document, parts, 2, 1);
}

static void s_field (const struct page *self, const struct json_value *field)
{
    struct lack lack = s_lack (self, field);
    struct told missing = told_of (lack.missing, self->values),
                invalid = told_of (lack.invalid, self->values);
    char text[TOLD_BYTES];
    double share = lack.read ? (double) lack.missing / (double) lack.read : 0;
    const char *said =
        lack.few && missing.low >= TOLD_LEAST ? s_about (&lack, text, &share) : told_text (missing, text);
    document_name (self->document, field->key);
    s_share (self, &lack, share);
    document_cell (self->document, lack.missing ? DOCUMENT_PLAIN : DOCUMENT_QUIET, "%s", said);
    if (lack.few && invalid.low >= TOLD_LEAST)
        document_cell (self->document, DOCUMENT_BAD, "5 or more");
    else
        document_cell (self->document, lack.invalid ? DOCUMENT_BAD : DOCUMENT_QUIET, "%s",
                       told_text (invalid, text));
}

void section_fields (const struct page *self)
{
    static const struct document_column COLUMNS[] = {
        {"Field", false}, {"Share", false}, {"Missing", true}, {"Invalid", true}};
    const struct json_value *fields = json_value_member (self->report, "fields");
    if (!json_value_is (fields, JSON_OBJECT) || !fields->first)
        return;
    document_heading (self->document, 2, "Missing and invalid values");
    document_say (
        self->document, DOCUMENT_QUIET,
        "Of all records that were read. Missing: nothing stood there, or a marker such as NA (grey). "
        "Invalid: "
        "what stood there is not of the field's type and was emptied; it stands in the audit (red).");
    document_table (self->document, "Fields in the order of the records", COLUMNS, 4);
    for (const struct json_value *field = fields->first; field; field = field->next)
        s_field (self, field);
    document_table_end (self->document);
}
