//  statistics_tables.c: see statistics_part.h: the tables of statistics.json.
#include "client/report/task/statistics_cells.h"
#include "client/report/task/statistics_part.h"
#include "client/result/reading/report_values.h"

#include <stdio.h>
#include <string.h>

enum { ROWS_MOST = 400, ORDER_RANK_LEAST = 5 };

//  Below this many further rows, a table says where they are.
static void s_rest (document_t *document, size_t rows, const char *file)
{
    if (rows > ROWS_MOST)
        document_say (document, DOCUMENT_QUIET, "%zu further rows are in %s.", rows - ROWS_MOST, file);
}

static const struct json_value *s_table (const struct json_value *statistics, const char *key)
{
    const struct json_value *table = json_value_member (statistics, key);
    return json_value_is (table, JSON_ARRAY) ? table->first : NULL;
}

static void s_tests (document_t *document, const struct json_value *row, bool values)
{
    static const struct document_column COLUMNS[] = {
        {"Test", false},        {"Unit", false},       {"Results", true},     {"Persons", true},
        {"Median", true},       {"Middle half", true}, {"Robust mean", true}, {"Robust SD", true},
        {"Beyond Tukey", true}, {"Beyond Horn", true}};
    size_t rows = 0;
    if (!row)
        return;
    document_heading (document, 3, "Tests");
    document_table (document, "Each test in each of its units", COLUMNS, 10);
    for (; row; row = row->next)
        if (++rows <= ROWS_MOST) {
            statistics_test_cells (document, row);
            statistics_count_cell (document, row, "results", values);
            statistics_count_cell (document, row, "persons", values);
            statistics_number_cell (document, row, "p50");
            statistics_range_cell (document, row, "p25", "p75");
            statistics_number_cell (document, row, "robust_mean");
            statistics_number_cell (document, row, "robust_sd");
            statistics_count_cell (document, row, "tukey_outliers", values);
            statistics_count_cell (document, row, "horn_outliers", values);
        }
    document_table_end (document);
    s_rest (document, rows, "tests.csv");
}

//  Results that are no number, of the tests that have some.
static void s_others (document_t *document, const struct json_value *row, bool values)
{
    static const struct document_column COLUMNS[] = {
        {"Test", false}, {"Unit", false}, {"Below a limit", true}, {"Above a limit", true},
        {"Text", true},  {"None", true},  {"Withdrawn", true}};
    static const char *const KEYS[] = {"below_limit", "above_limit", "texts", "missing", "withdrawn"};
    size_t rows = 0;
    for (; row; row = row->next) {
        struct told told = {0, 0}, some = {0, 0};
        for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
            if (statistics_told (row, KEYS[i], values, &told))
                some = told_sum (some, told);
        if (some.high == 0 || ++rows > ROWS_MOST)
            continue;
        if (rows == 1)
            document_table (document, "Results that are no number", COLUMNS, 7);
        statistics_test_cells (document, row);
        for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
            statistics_count_cell (document, row, KEYS[i], values);
    }
    if (rows)
        document_table_end (document);
    s_rest (document, rows, "tests.csv");
}

//  "9.1 (8.9 to 9.2)". `outer` is the confidence limit that is the value of one person far from the others,
//  unless its rank is high enough.
static void s_limit (document_t *document, const struct json_value *row, const char *limit, const char *low,
                     const char *high, bool values)
{
    char at[STATISTICS_NUMBER_BYTES], from[STATISTICS_NUMBER_BYTES], to[STATISTICS_NUMBER_BYTES];
    double rank;
    bool hidden = !values && statistics_number (row, "rank_low", &rank) && rank < ORDER_RANK_LEAST;
    bool lower = strcmp (limit, "lower") == 0;
    statistics_number_text (row, limit, at);
    statistics_number_text (row, low, from);
    statistics_number_text (row, high, to);
    if (!*at)
        document_cell (document, DOCUMENT_PLAIN, "%s", "");
    else
        document_cell (document, DOCUMENT_PLAIN, "%s (%s to %s)", at,
                       *from && !(hidden && lower) ? from : "…", *to && !(hidden && !lower) ? to : "…");
}

static void s_intervals (document_t *document, const struct json_value *statistics, bool values)
{
    static const struct document_column COLUMNS[] = {
        {"Test", false},   {"Unit", false},       {"Sex", false},        {"Age", false},
        {"Persons", true}, {"Lower limit", true}, {"Upper limit", true}, {"Method", false}};
    const struct json_value *row = s_table (statistics, "intervals");
    size_t rows = 0, without = 0;
    char title[160];
    if (!row)
        return;
    snprintf (title, sizeof title, "%.120s, by sex and age", report_text (statistics, "interval_name"));
    document_heading (document, 3, "Intervals");
    document_table (document, title, COLUMNS, 8);
    for (; row; row = row->next) {
        const char *method = report_text (row, "method");
        if (strcmp (method, "none") == 0) {
            without++;
            continue;
        }
        if (++rows > ROWS_MOST)
            continue;
        statistics_test_cells (document, row);
        document_cell (document, DOCUMENT_PLAIN, "%s", report_text (row, "sex"));
        document_cell (document, DOCUMENT_PLAIN, "%s", report_text (row, "age"));
        statistics_count_cell (document, row, "persons", values);
        s_limit (document, row, "lower", "lower_low", "lower_high", values);
        s_limit (document, row, "upper", "upper_low", "upper_high", values);
        const char *reason = report_text (row, "reason");
        document_cell (document, DOCUMENT_QUIET, "%s%s%s", method, *reason ? "; " : "", reason);
    }
    document_table_end (document);
    s_rest (document, rows, "intervals.csv");
    if (without)
        document_say (
            document, DOCUMENT_QUIET,
            "%zu groups have no interval: fewer than 20 persons, censored values, or values that are "
            "equal; intervals.csv says which.",
            without);
}

static void s_drift (document_t *document, const struct json_value *row)
{
    static const struct document_column COLUMNS[] = {
        {"Test", false}, {"Unit", false},          {"Analyzer", false}, {"Month", false},
        {"Mean", true},  {"Moving average", true}, {"Limits", true}};
    size_t rows = 0;
    if (!row)
        return;
    document_heading (document, 3, "Drift");
    for (; row; row = row->next) {
        if (!json_value_is (json_value_member (row, "beyond"), JSON_TRUE) || ++rows > ROWS_MOST)
            continue;
        if (rows == 1)
            document_table (document, "Months whose moving average is beyond its control limits", COLUMNS, 7);
        statistics_test_cells (document, row);
        document_name (document, report_text (row, "analyzer"));
        document_cell (document, DOCUMENT_PLAIN, "%s", report_text (row, "month"));
        statistics_number_cell (document, row, "mean");
        statistics_number_cell (document, row, "ewma");
        statistics_range_cell (document, row, "lower", "upper");
    }
    if (rows)
        document_table_end (document);
    else
        document_say (document, DOCUMENT_GOOD, "No month's moving average is beyond its control limits.");
    s_rest (document, rows, "drift.csv");
}

static void s_deltas (document_t *document, const struct json_value *row, bool values)
{
    static const struct document_column COLUMNS[] = {
        {"Test", false},  {"Unit", false},  {"Pairs", true},       {"Persons", true}, {"Change", true},
        {"Limits", true}, {"Beyond", true}, {"Change in %", true}, {"Limits", true},  {"Beyond", true}};
    size_t rows = 0;
    for (; row; row = row->next) {
        double pairs;
        if (!statistics_number (row, "change_low", &pairs) || ++rows > ROWS_MOST)
            continue;
        if (rows == 1) {
            document_heading (document, 3, "Changes within persons");
            document_table (document, "From one result of a person to the next", COLUMNS, 10);
        }
        statistics_test_cells (document, row);
        statistics_count_cell (document, row, "pairs", values);
        statistics_count_cell (document, row, "persons", values);
        statistics_number_cell (document, row, "median_change");
        statistics_range_cell (document, row, "change_low", "change_high");
        statistics_count_cell (document, row, "flagged", values);
        statistics_number_cell (document, row, "median_percent");
        statistics_range_cell (document, row, "percent_low", "percent_high");
        statistics_count_cell (document, row, "flagged_percent", values);
    }
    if (rows)
        document_table_end (document);
    s_rest (document, rows, "deltas.csv");
}

static void s_ages (document_t *document, const struct json_value *statistics, bool values)
{
    static const struct document_column COLUMNS[] = {{"Age", false},  {"Female", true},  {"Male", true},
                                                     {"Other", true}, {"Unknown", true}, {"All", true}};
    const struct json_value *row = s_table (statistics, "ages");
    const char *on = report_text (statistics, "ages_on");
    char title[96];
    if (!row)
        return;
    snprintf (title, sizeof title, "Persons by age%s%.20s, and sex", *on ? " on " : "", on);
    document_heading (document, 3, "Ages");
    document_table (document, title, COLUMNS, 6);
    for (size_t rows = 0; row && rows < ROWS_MOST; row = row->next, rows++) {
        document_cell (document, DOCUMENT_PLAIN, "%s", report_text (row, "age"));
        statistics_count_cell (document, row, "female", values);
        statistics_count_cell (document, row, "male", values);
        statistics_count_cell (document, row, "other", values);
        statistics_count_cell (document, row, "unknown", values);
        statistics_count_cell (document, row, "all", values);
    }
    document_table_end (document);
}

static void s_completeness (document_t *document, const struct json_value *row, bool values)
{
    static const struct document_column COLUMNS[] = {
        {"Table", false}, {"Column", false}, {"Filled", true}, {"Missing", true}, {"Filled in %", true}};
    size_t rows = 0;
    if (!row)
        return;
    document_heading (document, 3, "Completeness");
    document_table (document, "What of each column is filled", COLUMNS, 5);
    for (; row; row = row->next)
        if (++rows <= ROWS_MOST) {
            document_name (document, report_text (row, "table"));
            document_name (document, report_text (row, "column"));
            statistics_count_cell (document, row, "filled", values);
            statistics_count_cell (document, row, "missing", values);
            statistics_number_cell (document, row, "percent");
        }
    document_table_end (document);
    s_rest (document, rows, "completeness.csv");
}

static void s_methods (document_t *document, const struct json_value *methods)
{
    static const struct document_column COLUMNS[] = {{"What", false}, {"How", false}};
    if (!json_value_is (methods, JSON_OBJECT) || !methods->first)
        return;
    document_heading (document, 3, "How it was found");
    document_table (document, "Methods", COLUMNS, 2);
    for (const struct json_value *member = methods->first; member; member = member->next) {
        document_name (document, member->key);
        document_cell (document, DOCUMENT_PLAIN, "%s", member->type == JSON_STRING ? member->text : "");
    }
    document_table_end (document);
}

void statistics_tables (document_t *document, const struct json_value *statistics, bool values)
{
    s_tests (document, s_table (statistics, "tests"), values);
    s_others (document, s_table (statistics, "tests"), values);
    s_intervals (document, statistics, values);
    s_drift (document, s_table (statistics, "drift"));
    s_deltas (document, s_table (statistics, "deltas"), values);
    s_ages (document, statistics, values);
    s_completeness (document, s_table (statistics, "completeness"), values);
    s_methods (document, json_value_member (statistics, "methods"));
}
