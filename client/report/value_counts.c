//  value_counts.c: see value_counts.h.
#include "client/report/value_counts.h"

#include "client/report/records/record_values.h"
#include "client/result/reading/result_document.h"
#include "worker/inspect/test_range.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

//  One pass over one result.
struct pass {
    struct value_counts *to;
    bool second, numbers;                       //  the second one; there are numbers
    size_t file;                                //  which of the results
    size_t patient, code, name, value, unit;    //  columns; SIZE_MAX: there is none
    struct value_dates *dates[VALUE_DATES_MAX];
    size_t date_columns[VALUE_DATES_MAX];
    size_t date_count;
};

//  Numbers that are no measurements.
static bool s_is_place (const char *name)
{
    return strcmp (name, "latitude") == 0 || strcmp (name, "longitude") == 0;
}

static struct value_dates *s_dates_of (struct value_counts *to, const char *field)
{
    for (size_t i = 0; i < to->date_count; i++)
        if (strcmp (to->dates[i].field, field) == 0)
            return &to->dates[i];
    if (to->date_count == VALUE_DATES_MAX)
        return NULL;
    struct value_dates *dates = &to->dates[to->date_count];
    dates->field = strdup (field);
    dates->counts = date_counts_new ();
    to->date_count++;
    return dates;
}

static int s_prepare (struct pass *pass, const struct columns *columns, struct error *error)
{
    pass->patient = columns_find (columns, "patient_id");
    pass->code = columns_find (columns, "test_code");
    pass->name = columns_find (columns, "test_name");
    pass->value = columns_find (columns, "value_number");
    pass->unit = columns_find (columns, "unit");
    pass->date_count = 0;
    pass->numbers = false;
    for (size_t i = 0; i < columns->count; i++)
        pass->numbers =
            pass->numbers || (columns->at[i].type == COLUMN_NUMBER && !s_is_place (columns->at[i].name));
    for (size_t i = 0; !pass->second && i < columns->count && pass->date_count < VALUE_DATES_MAX; i++) {
        enum column_type type = columns->at[i].type;
        if (type != COLUMN_DATE && type != COLUMN_DATE_TIME)
            continue;
        struct value_dates *dates = s_dates_of (pass->to, columns->at[i].name);
        if (dates && (!dates->field || !dates->counts))
            return error_set (error, DMH_INTERNAL, "out of memory while counting the dates");
        if (!dates)
            break;
        pass->date_columns[pass->date_count] = i;
        pass->dates[pass->date_count++] = dates;
    }
    return DMH_OK;
}

static int s_number (struct pass *pass, const struct number_key *key, const char *text, uint64_t person,
                     uint64_t record, struct error *error)
{
    char *end;
    double value = strtod (text, &end);
    if (!*text || *end || !isfinite (value))
        return DMH_OK;
    if (!pass->second)
        return number_counts_survey (pass->to->numbers, key, value, person, error);
    number_counts_add (pass->to->numbers, key, value, person, record, pass->file);
    return DMH_OK;
}

static int s_record (struct pass *pass, const struct columns *columns, const record_values_t *record,
                     struct error *error)
{
    uint64_t number = record_values_number (record);
    //  Where nothing tells people apart, each record is one.
    const char *patient = record_values_at (record, pass->patient);
    uint64_t person = *patient ? persons_hash (patient) : (number << 20 ^ pass->file) * 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < pass->date_count; i++) {
        pass->dates[i]->records++;
        date_counts_add (pass->dates[i]->counts, record_values_at (record, pass->date_columns[i]), person);
    }
    pass->to->number_records += !pass->second && pass->numbers;
    if (pass->value != SIZE_MAX && (pass->code != SIZE_MAX || pass->name != SIZE_MAX)) {
        struct number_key key = {record_values_at (record, pass->code), record_values_at (record, pass->name),
                                 record_values_at (record, pass->unit)};
        return s_number (pass, &key, record_values_at (record, pass->value), person, number, error);
    }
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < columns->count; i++)
        if (columns->at[i].type == COLUMN_NUMBER && !s_is_place (columns->at[i].name))
            rc = s_number (pass, &(struct number_key){"", columns->at[i].name, ""},
                           record_values_at (record, i), person, number, error);
    return rc;
}

static int s_records (struct pass *pass, const char *folder, const struct columns *columns,
                      struct error *error)
{
    int rc = s_prepare (pass, columns, error), more = 0;
    record_values_t *record = rc == DMH_OK ? record_values_new (folder, columns, error) : NULL;
    if (!record)
        return rc == DMH_OK ? error->code : rc;
    while (rc == DMH_OK && (more = record_values_next (record, error)) == 1)
        rc = s_record (pass, columns, record, error);
    record_values_destroy (&record);
    return rc == DMH_OK && more < 0 ? more : rc;
}

static int s_result (struct pass *pass, const char *folder, struct error *error)
{
    struct columns columns = {.format = RECORDS_OTHER};
    struct json_value *report = result_document_read (folder, "report.json", error);
    int rc = report ? columns_read (folder, report, &columns, error) : error->code;
    if (rc == DMH_OK && columns.format == RECORDS_OTHER)
        pass->to->unread += !pass->second;
    else if (rc == DMH_OK)
        rc = s_records (pass, folder, &columns, error);
    columns_clear (&columns);
    json_value_destroy (&report);
    if (rc != DMH_OK) {
        struct error inner = *error;
        rc = error_set (error, rc, "%s: %s", folder, inner.text);
    }
    return rc;
}

static bool s_range (void *context, const char *code, const char *unit, double *low, double *high)
{
    return test_ranges_find (context, code, unit, low, high);
}

int value_counts_take (char *const *folders, size_t count, bool values, struct value_counts *out,
                       struct error *error)
{
    struct pass pass = {.to = out};
    *out = (struct value_counts){.numbers = number_counts_new ()};
    test_ranges_t *ranges = out->numbers ? test_ranges_new (error) : NULL;
    int rc = !out->numbers ? error_set (error, DMH_INTERNAL, "out of memory while counting the records")
             : ranges      ? DMH_OK
                           : error->code;
    for (pass.file = 0; rc == DMH_OK && pass.file < count; pass.file++)
        rc = s_result (&pass, folders[pass.file], error);
    if (rc == DMH_OK)
        rc = number_counts_plan (out->numbers, VALUE_GROUPS_SHOWN, values, s_range, ranges, error);
    pass.second = true;
    bool again = rc == DMH_OK && number_counts_groups (out->numbers) > 0;
    for (pass.file = 0; again && rc == DMH_OK && pass.file < count; pass.file++)
        rc = s_result (&pass, folders[pass.file], error);
    test_ranges_destroy (&ranges);
    if (rc != DMH_OK)
        value_counts_clear (out);
    return rc;
}

void value_counts_clear (struct value_counts *self)
{
    number_counts_destroy (&self->numbers);
    for (size_t i = 0; i < self->date_count; i++) {
        free (self->dates[i].field);
        date_counts_destroy (&self->dates[i].counts);
    }
    *self = (struct value_counts){.numbers = NULL};
}
