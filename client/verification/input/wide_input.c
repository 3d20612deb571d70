//  wide_input.c: see wide_input.h.
#include "client/verification/input/wide_input.h"

#include "client/result/reading/report_values.h"
#include "client/verification/input/csv_input.h"
#include "client/verification/input/json_input.h"
#include "client/verification/input/json_object.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { SAYS_AT = 2 };    //  members of a test before what it says: source, column

struct wide_input {
    csv_input_t *csv;
    json_input_t *json;    //  one of the two
    const csv_row_t *row;
    csv_row_t *set_aside;               //  a long row that was set aside
    json_object_t *object;              //  or one of JSON
    const struct json_value **tests;    //  [count], as report.json has them; borrowed
    size_t count, says;                 //  fields that a test has a value for
    const struct json_value *markers;
    size_t next, test;    //  the next cell that may be a result; the one that was taken
    bool row_taken, broken;
    char delimiter;
    uint64_t line, marked, without, results;    //  results: of the row
};

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading the input");
}

static int s_tests (wide_input_t *self, const struct json_value *input, struct error *error)
{
    const struct json_value *tests = json_value_member (input, "unpivoted");
    self->tests = calloc (tests->count + 1, sizeof *self->tests);
    if (!self->tests)
        return s_no_memory (error);
    for (const struct json_value *test = report_first (input, "unpivoted"); test; test = test->next) {
        uint64_t column = report_number (test, "column");
        if (column == 0 || column == UINT64_MAX || test->count < SAYS_AT)
            return error_set (error, DMH_MALFORMED,
                              "report.json does not say which columns of the wide table are results");
        self->tests[self->count++] = test;
        self->says = test->count - SAYS_AT;
    }
    return DMH_OK;
}

wide_input_t *wide_input_new (const char *path, const struct json_value *report, struct error *error)
{
    const struct json_value *input = json_value_member (report, "input");
    wide_input_t *self = calloc (1, sizeof *self);
    if (!self) {
        s_no_memory (error);
        return NULL;
    }
    self->markers = json_value_member (input, "no_results");
    self->delimiter = *report_text (input, "delimiter");
    bool csv = strcmp (report_text (input, "format"), "csv") == 0;
    int rc = s_tests (self, input, error);
    self->next = self->count;
    self->object = rc == DMH_OK ? json_object_new () : NULL;
    if (rc == DMH_OK && !self->object)
        s_no_memory (error);
    if (self->object && csv)
        self->csv = csv_input_new (path, report, error);
    else if (self->object)
        self->json = json_input_new (path, report, error);
    if (!self->csv && !self->json)
        wide_input_destroy (&self);
    return self;
}

void wide_input_destroy (wide_input_t **self_p)
{
    wide_input_t *self = *self_p;
    if (!self)
        return;
    csv_input_destroy (&self->csv);
    json_input_destroy (&self->json);
    csv_row_destroy (&self->set_aside);
    json_object_destroy (&self->object);
    free (self->tests);
    free (self);
    *self_p = NULL;
}

static size_t s_column (const struct json_value *test)
{
    return (size_t) report_number (test, "column") - 1;
}

//  What the row has in the column of that place, of JSON of that name.
static struct input_value s_cell (const wide_input_t *self, size_t column, const char *name)
{
    struct input_value value = {NULL, NULL, 0};
    if (self->csv) {
        value.text = csv_row_field (self->row, column, &value.n);
        return value;
    }
    for (size_t i = 0; i < json_input_count (self->json); i++) {
        struct input_value other = json_input_value (self->json, i);
        //  NOLINTNEXTLINE(*-core.NonNullParamChecker): each value of JSON has a name
        if (strcmp (other.name, name) == 0)
            return other;
    }
    return value;
}

static struct input_value s_cell_of (const wide_input_t *self, const struct json_value *test)
{
    return s_cell (self, s_column (test), report_text (test, "source"));
}

//  White space of Unicode at its ends does not count.
static bool s_holds_result (wide_input_t *self, struct input_value cell)
{
    cell = input_value_trim (cell);
    if (!cell.text || cell.n == 0)
        return false;
    const struct json_value *marker = json_value_is (self->markers, JSON_ARRAY) ? self->markers->first : NULL;
    for (; marker; marker = marker->next) {
        const char *text = json_value_string (marker);
        if (text && strlen (text) == cell.n && strncasecmp (text, cell.text, cell.n) == 0) {
            self->marked++;
            return false;
        }
    }
    return true;
}

//  Goes to the next cell of the row that is a result.
static bool s_find (wide_input_t *self)
{
    while (self->next < self->count && !s_holds_result (self, s_cell_of (self, self->tests[self->next])))
        self->next++;
    return self->next < self->count;
}

static int s_take_row (wide_input_t *self, struct error *error)
{
    int rc = self->csv ? csv_input_take (self->csv, &self->row, error) : json_input_take (self->json, error);
    self->next = 0;
    self->results = 0;
    return rc;
}

//  Something broken is no row, and stands as it is.
static int s_row (wide_input_t *self, const char *broken, size_t n, struct error *error)
{
    int rc = self->csv ? csv_input_at (self->csv, &self->line, error)
                       : json_input_at (self->json, broken, n, &self->line, error);
    if (rc == 1 && broken) {
        int stands = self->csv ? csv_input_stands (self->csv, broken, n, error)
                               : json_input_stands (self->json, broken, n, error);
        self->broken = stands == 1;
        rc = stands < 0 ? stands : 1;
    }
    return rc == 1 && !self->broken ? s_take_row (self, error) : rc;
}

int wide_input_at (wide_input_t *self, const char *broken, size_t n, uint64_t *line, struct error *error)
{
    self->broken = false;
    while (!s_find (self)) {
        self->without += self->row_taken && self->results == 0;
        self->row_taken = false;
        int rc = s_row (self, broken, n, error);
        if (rc != 1)
            return rc;
        self->row_taken = !self->broken;
        if (self->broken)
            break;
    }
    *line = self->line;
    return 1;
}

int wide_input_take (wide_input_t *self, struct error *error)
{
    if (self->broken)
        return error_set (error, DMH_MALFORMED, "a row that is none of its format is not set aside");
    self->test = self->next++;
    self->results++;
    return 1;
}

size_t wide_input_count (const wide_input_t *self)
{
    size_t cells = self->csv ? csv_row_count (self->row) : json_input_count (self->json);
    return self->says + 1 + cells;
}

static bool s_is_test (const wide_input_t *self, size_t column, const char *name)
{
    for (size_t t = 0; t < self->count; t++)
        if (self->csv ? s_column (self->tests[t]) == column
                      : strcmp (report_text (self->tests[t], "source"), name) == 0)
            return true;
    return false;
}

static struct input_value s_says (const wide_input_t *self, size_t i)
{
    const struct json_value *member = self->tests[self->test]->first;
    for (size_t skip = i + SAYS_AT; member && skip; skip--)
        member = member->next;
    const char *text = json_value_string (member);
    return (struct input_value){member ? member->key : "", text ? text : "", text ? strlen (text) : 0};
}

struct input_value wide_input_value (const wide_input_t *self, size_t i)
{
    if (i < self->says)
        return s_says (self, i);
    if (i == self->says)
        return s_cell_of (self, self->tests[self->test]);
    struct input_value value = {"", NULL, 0};
    i -= self->says + 1;
    if (self->csv)
        value.text = csv_row_field (self->row, i, &value.n);
    else
        value = json_input_value (self->json, i);
    //  The other results of the row are none of this one.
    return s_is_test (self, i, value.name) ? (struct input_value){"", "", 0} : value;
}

//  The file's column that the k-th of the other columns is.
static size_t s_kept (const wide_input_t *self, size_t k)
{
    size_t column = 0;
    for (size_t left = k;; column++)
        if (!s_is_test (self, column, "") && left-- == 0)
            return column;
}

struct input_value wide_input_column (const wide_input_t *self, size_t i, const char *name)
{
    if (i <= self->says)
        return wide_input_value (self, i);
    return s_cell (self, self->csv ? s_kept (self, i - self->says - 1) : 0, name);
}

//  Whether the value stands in the result, at its ends spaces aside.
static bool s_has (const wide_input_t *self, struct input_value value)
{
    for (size_t i = 0; i < wide_input_count (self); i++)
        if (input_value_same (wide_input_value (self, i), value))
            return true;
    return false;
}

//  A long row: each column at its place.
static int s_is_row (wide_input_t *self, const char *raw, size_t n, struct error *error)
{
    csv_row_destroy (&self->set_aside);
    self->set_aside = csv_row_new (self->delimiter, false);
    int rc = self->set_aside ? csv_row_feed (self->set_aside, raw, n) : -2;
    if (rc == 0)
        rc = csv_row_feed (self->set_aside, "", 0);
    if (rc == -2)
        return s_no_memory (error);
    size_t count = rc == 1 ? csv_row_count (self->set_aside) : 0;
    for (size_t i = 0; i < count; i++) {
        struct input_value value = {NULL, NULL, 0};
        value.text = csv_row_field (self->set_aside, i, &value.n);
        if (!input_value_same (wide_input_column (self, i, NULL), value))
            return 0;
    }
    return count > self->says;
}

//  An object: what it holds stands in the result, and all that the result says of itself is held.
static int s_is_object (wide_input_t *self, const char *raw, size_t n, struct error *error)
{
    size_t used = 0;
    if (json_object_begin (self->object) != 0)
        return s_no_memory (error);
    int rc = json_object_feed (self->object, raw, n, &used);
    if (rc == -2)
        return s_no_memory (error);
    size_t held = json_object_count (self->object);
    if (rc != 1 || used != n)
        return 0;
    for (size_t i = 0; i < held; i++)
        if (!s_has (self, json_object_value (self->object, i)))
            return 0;
    for (size_t i = 0; i <= self->says; i++) {
        struct input_value value = wide_input_value (self, i);
        bool found = value.n == 0;
        for (size_t v = 0; v < held && !found; v++)
            found = input_value_same (json_object_value (self->object, v), value);
        if (!found)
            return 0;
    }
    return 1;
}

int wide_input_claim (wide_input_t *self, const char *raw, size_t n, struct error *error)
{
    if (self->broken) {
        self->broken = false;
        return self->csv ? csv_input_claim (self->csv, raw, n, error)
                         : json_input_claim (self->json, raw, n, error);
    }
    int rc = wide_input_take (self, error);
    if (rc != 1)
        return rc;
    return self->csv ? s_is_row (self, raw, n, error) : s_is_object (self, raw, n, error);
}

uint64_t wide_input_marked (const wide_input_t *self)
{
    return self->marked;
}

uint64_t wide_input_without (const wide_input_t *self)
{
    return self->without;
}
