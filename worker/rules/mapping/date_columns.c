//  date_columns.c: see date_columns.h.
#include "worker/rules/mapping/date_columns.h"

#include <stdlib.h>

//  A word of the entry, checked by its reader; *word is freed here.
static int s_form (struct json_reader *reader, const struct json_value *entry, struct date_form *form)
{
    char *word = NULL;
    int rc = json_read_string (reader, entry, "form", false, &word);
    if (rc == DMH_OK && word && !date_number_of (word, &form->number)) {
        json_reader_enter (reader, "form");
        rc = json_reader_error (reader, "has to be excel, excel_1904, epoch_s or epoch_ms");
    }
    free (word);
    return rc;
}

static int s_order (struct json_reader *reader, const struct json_value *entry, struct date_form *form)
{
    char *word = NULL;
    int rc = json_read_string (reader, entry, "order", false, &word);
    form->ordered = word != NULL;
    if (rc == DMH_OK && word && !date_order_of (word, &form->order)) {
        json_reader_enter (reader, "order");
        rc = json_reader_error (reader, "has to be mdy, dmy or ymd");
    }
    free (word);
    return rc;
}

static int s_zone (struct json_reader *reader, const struct json_value *entry, struct date_form *form)
{
    char *word = NULL;
    int rc = json_read_string (reader, entry, "time_zone", false, &word);
    if (rc == DMH_OK && word && !date_zone_of (word, form->zone)) {
        json_reader_enter (reader, "time_zone");
        rc = json_reader_error (reader,
                                "has to be Z or an offset from UTC as +01:00; names of zones, whose offset "
                                "changes in summer, are not known");
    }
    free (word);
    return rc;
}

//  "COLUMN": {"form": …, "order": …, "time_zone": …}
static int s_column (struct json_reader *reader, const struct json_value *entry, void *context)
{
    mapping_t *self = context;
    struct mapping_date *date = &self->dates[self->date_count++];
    struct date_form *form = &date->form;
    static const char *const KEYS[] = {"form", "order", "time_zone", "shifted", NULL};
    date->column = strdup (entry->key);
    if (!date->column)
        return json_reader_no_memory (reader);
    if (!json_value_is (entry, JSON_OBJECT))
        return json_reader_error (reader, "has to be an object; write {\"form\": \"excel\"}");
    int rc = json_read_keys (reader, entry, KEYS);
    if (rc == DMH_OK)
        rc = s_form (reader, entry, form);
    if (rc == DMH_OK)
        rc = s_order (reader, entry, form);
    if (rc == DMH_OK)
        rc = json_read_boolean (reader, entry, "shifted", &form->shifted);
    return rc == DMH_OK ? s_zone (reader, entry, form) : rc;
}

int mapping_read_dates (struct json_reader *reader, const struct json_value *root, mapping_t *self)
{
    const struct json_value *object;
    int rc = json_read_object (reader, root, "dates", &object);
    if (rc != DMH_OK || !object)
        return rc;
    self->dates = calloc (object->count + 1, sizeof *self->dates);
    return self->dates ? json_read_each (reader, object, "dates", s_column, self)
                       : json_reader_no_memory (reader);
}
