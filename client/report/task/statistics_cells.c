//  statistics_cells.c: see statistics_cells.h.
#include "client/report/task/statistics_cells.h"

#include "client/result/reading/report_values.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool statistics_number (const struct json_value *row, const char *key, double *out)
{
    const struct json_value *cell = json_value_member (row, key);
    if (!json_value_is (cell, JSON_NUMBER))
        return false;
    double number = strtod (cell->text, NULL);
    if (!isfinite (number))
        return false;
    *out = number;
    return true;
}

char *statistics_number_text (const struct json_value *row, const char *key,
                              char out[STATISTICS_NUMBER_BYTES])
{
    double number;
    *out = 0;
    if (!statistics_number (row, key, &number))
        return out;
    double size = fabs (number);
    if (size >= 1e4 && size < 1e15)
        snprintf (out, STATISTICS_NUMBER_BYTES, "%.0f", number);
    else
        snprintf (out, STATISTICS_NUMBER_BYTES, "%.4g", number == 0 ? 0.0 : number);
    return out;
}

//  "340-343".
static bool s_range (const char *text, struct told *out)
{
    char *middle, *end;
    if (strlen (text) > 40 || text[strspn (text, "0123456789-")] || *text == '-')
        return false;
    uint64_t low = strtoull (text, &middle, 10);
    if (middle[0] != '-' || middle[1] == '-' || !middle[1])
        return false;
    uint64_t high = strtoull (middle + 1, &end, 10);
    if (*end || low > high)
        return false;
    *out = (struct told){low, high};
    return true;
}

bool statistics_told (const struct json_value *row, const char *key, bool values, struct told *out)
{
    const struct json_value *cell = json_value_member (row, key);
    const char *text = json_value_string (cell);
    double number;
    if (text && strcmp (text, "<5") == 0) {
        *out = (struct told){1, TOLD_LEAST - 1};
        return true;
    }
    if (text)
        return s_range (text, out);
    if (!statistics_number (row, key, &number) || number < 0 || number > 1e15)
        return false;
    *out = told_of ((uint64_t) number, values);
    return true;
}

void statistics_count_cell (document_t *document, const struct json_value *row, const char *key, bool values)
{
    char text[TOLD_BYTES] = "";
    struct told told;
    if (statistics_told (row, key, values, &told))
        told_text (told, text);
    document_cell (document, DOCUMENT_PLAIN, "%s", text);
}

void statistics_number_cell (document_t *document, const struct json_value *row, const char *key)
{
    char text[STATISTICS_NUMBER_BYTES];
    document_cell (document, DOCUMENT_PLAIN, "%s", statistics_number_text (row, key, text));
}

void statistics_range_cell (document_t *document, const struct json_value *row, const char *low,
                            const char *high)
{
    char from[STATISTICS_NUMBER_BYTES], to[STATISTICS_NUMBER_BYTES];
    statistics_number_text (row, low, from);
    statistics_number_text (row, high, to);
    if (*from || *to)
        document_cell (document, DOCUMENT_PLAIN, "%s to %s", *from ? from : "…", *to ? to : "…");
    else
        document_cell (document, DOCUMENT_PLAIN, "%s", "");
}

void statistics_test_cells (document_t *document, const struct json_value *row)
{
    const char *name = report_text (row, "test_name");
    document_name (document, *name ? name : report_text (row, "test_code"));
    document_name (document, report_text (row, "unit"));
}
