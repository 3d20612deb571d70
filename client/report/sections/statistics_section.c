//  statistics_section.c: see section.h: what a job of the task statistics has made of results: its tables, as
//  far as a reader wants them on a page, and its pictures.
#include "client/report/sections/section.h"
#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"
#include "client/result/reading/result_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PICTURE_BYTES_MAX = 2 * 1024 * 1024, PICTURES_MAX = 64, ROWS_MAX = 500, CELL_BYTES = 256 };

static const char DOCUMENT[] = "statistics.json";

//  A table of statistics.json: which of its columns, and which of its rows.
struct shown_table {
    const char *member, *caption;
    struct document_column columns[DOCUMENT_COLUMNS_MAX];
    const char *keys[DOCUMENT_COLUMNS_MAX];    //  of the columns
    const char *only;                          //  rows in which this is true; NULL: all
};

static const struct shown_table TABLES[] = {
    {"tests",
     "Results by test and unit; quantiles, and mean and standard deviation that a few outliers do not move",
     {{"Test", false},
      {"Unit", false},
      {"Results", true},
      {"Missing", true},
      {"Persons", true},
      {"2.5 %", true},
      {"Median", true},
      {"97.5 %", true},
      {"Robust mean", true},
      {"Robust SD", true}},
     {"test_name", "unit", "results", "missing", "persons", "p2_5", "p50", "p97_5", "robust_mean",
      "robust_sd"},
     NULL},
    {"intervals",
     NULL,
     {{"Test", false},
      {"Unit", false},
      {"Sex", false},
      {"Age", false},
      {"Persons", true},
      {"Lower", true},
      {"Upper", true},
      {"Method", false},
      {"Why none", false}},
     {"test_name", "unit", "sex", "age", "persons", "lower", "upper", "method", "reason"},
     NULL},
    {"drift",
     "Months whose moving average lies beyond its limits",
     {{"Test", false},
      {"Unit", false},
      {"Analyzer", false},
      {"Month", false},
      {"Results", true},
      {"Mean", true},
      {"Moving average", true},
      {"Lower limit", true},
      {"Upper limit", true}},
     {"test_name", "unit", "analyzer", "month", "results", "mean", "ewma", "lower", "upper"},
     "beyond"},
    {"deltas",
     "From one result to the next in a person",
     {{"Test", false},
      {"Unit", false},
      {"Pairs", true},
      {"Persons", true},
      {"Median change", true},
      {"Lower limit", true},
      {"Upper limit", true},
      {"Beyond", true}},
     {"test_name", "unit", "pairs", "persons", "median_change", "change_low", "change_high", "flagged"},
     NULL},
    {"ages",
     "Persons by age and sex",
     {{"Age", false}, {"Female", true}, {"Male", true}, {"Other", true}, {"Unknown", true}, {"All", true}},
     {"age", "female", "male", "other", "unknown", "all"},
     NULL},
};

//  Numbers with as many digits as a reader takes in.
static void s_cell (const struct page *self, const struct json_value *value)
{
    char text[CELL_BYTES] = "";
    if (json_value_is (value, JSON_NUMBER))
        snprintf (text, sizeof text, "%.6g", strtod (value->text, NULL));
    else if (json_value_is (value, JSON_STRING))
        snprintf (text, sizeof text, "%.200s", value->text);
    document_cell (self->document, DOCUMENT_PLAIN, "%s", text);
}

static bool s_is_shown (const struct shown_table *table, const struct json_value *row)
{
    return json_value_is (row, JSON_OBJECT) &&
           (!table->only || json_value_is (json_value_member (row, table->only), JSON_TRUE));
}

//  The name of a test, or its code.
static const struct json_value *s_value (const struct json_value *row, const char *key)
{
    const struct json_value *value = json_value_member (row, key);
    const char *text = json_value_string (value);
    return strcmp (key, "test_name") == 0 && (!text || !*text) ? json_value_member (row, "test_code") : value;
}

static void s_table (const struct page *self, const struct shown_table *table,
                     const struct json_value *document)
{
    size_t columns = 0, rows = 0, left = 0;
    const char *interval = report_text (document, "interval_name");
    for (const struct json_value *row = report_first (document, table->member); row; row = row->next)
        rows += s_is_shown (table, row);
    if (rows == 0)
        return;
    while (columns < DOCUMENT_COLUMNS_MAX && table->keys[columns])
        columns++;
    document_table (self->document, table->caption ? table->caption : interval, table->columns, columns);
    for (const struct json_value *row = report_first (document, table->member); row; row = row->next) {
        if (!s_is_shown (table, row))
            continue;
        if (left++ == ROWS_MAX)
            break;
        for (size_t i = 0; i < columns; i++)
            s_cell (self, s_value (row, table->keys[i]));
    }
    document_table_end (self->document);
    if (rows > ROWS_MAX)
        document_say (self->document, DOCUMENT_QUIET, "%zu further rows are in %s.csv.", rows - ROWS_MAX,
                      table->member);
}

//  The picture's bytes; NULL: it cannot be read, or is larger than a page wants. Yours to free.
static char *s_read (const char *folder, const char *name, size_t *n)
{
    struct error ignored;
    char file[NAME_BYTES];
    if (strchr (name, '/') || snprintf (file, sizeof file, "%s.svg", name) >= NAME_BYTES)
        return NULL;
    FILE *from = result_file_open (folder, file, &ignored);
    char *bytes = from ? malloc (PICTURE_BYTES_MAX + 1) : NULL;
    *n = bytes ? fread (bytes, 1, PICTURE_BYTES_MAX + 1, from) : 0;
    if (from)
        fclose (from);
    if (*n && *n <= PICTURE_BYTES_MAX)
        return bytes;
    free (bytes);
    return NULL;
}

static void s_pictures (const struct page *self, const char *folder, const struct json_value *document)
{
    size_t count = 0;
    const struct json_value *picture = report_first (document, "pictures");
    if (!picture)
        return;
    document_group (self->document);
    for (; picture && count < PICTURES_MAX; picture = picture->next, count++) {
        struct drawing_words words = {.title = report_text (picture, "title")};
        const char *name = report_text (picture, "name"), *description = report_text (picture, "description");
        size_t n = 0;
        char *svg = s_read (folder, name, &n);
        FILE *page = svg ? document_figure (self->document, &words, "%s", words.title) : NULL;
        if (page)
            drawing_picture (page, description, svg, n);
        else if (svg)
            document_say (self->document, DOCUMENT_QUIET, "%s (%s.svg)", description, name);
        if (svg)
            document_figure_end (self->document);
        free (svg);
    }
    document_group_end (self->document);
}

static void s_methods (const struct page *self, const struct json_value *document)
{
    const struct json_value *methods = json_value_member (document, "methods");
    const struct json_value *method = json_value_is (methods, JSON_OBJECT) ? methods->first : NULL;
    for (; method; method = method->next)
        if (json_value_is (method, JSON_STRING))
            document_say (self->document, DOCUMENT_QUIET, "%s: %s", method->key, method->text);
}

static void s_folder (const struct page *self, const char *folder)
{
    struct error error = {.code = DMH_OK};
    struct json_value *document = result_document_read (folder, DOCUMENT, &error);
    document_heading (self->document, 2, "Statistics");
    if (!document)
        document_say (self->document, DOCUMENT_WARN, "%s", error.text);
    else if (!self->values && !json_value_is (json_value_member (document, "values"), JSON_FALSE))
        document_say (self->document, DOCUMENT_WARN,
                      "%s may hold what stands in records; --with-values shows it.", folder);
    else {
        for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++)
            s_table (self, &TABLES[i], document);
        s_pictures (self, folder, document);
        s_methods (self, document);
    }
    json_value_destroy (&document);
}

void section_statistics (const struct page *self)
{
    for (size_t i = 0; i < self->described_count; i++)
        s_folder (self, self->described[i]);
}
