//  date_columns.c: "dates" of a mapping file: what is said of the dates of columns. See
//  mapping/derived_columns.h.
#include "worker/rules/mapping/derived_columns.h"

#include <stdlib.h>

//  A word of the entry, checked by its reader; *word is freed here.
static int s_form (struct json_place *place, const struct json_value *entry, struct date_form *form)
{
    char *word = NULL;
    int rc = json_string (place, entry, "form", false, &word);
    if (rc == DMH_OK && word && !date_number_of (word, &form->number)) {
        json_enter (place, "form");
        rc = json_wrong (place, "has to be excel, excel_1904, epoch_s or epoch_ms");
    }
    free (word);
    return rc;
}

static int s_order (struct json_place *place, const struct json_value *entry, struct date_form *form)
{
    char *word = NULL;
    int rc = json_string (place, entry, "order", false, &word);
    form->ordered = word != NULL;
    if (rc == DMH_OK && word && !date_order_of (word, &form->order)) {
        json_enter (place, "order");
        rc = json_wrong (place, "has to be mdy, dmy or ymd");
    }
    free (word);
    return rc;
}

static int s_zone (struct json_place *place, const struct json_value *entry, struct date_form *form)
{
    char *word = NULL;
    int rc = json_string (place, entry, "time_zone", false, &word);
    if (rc == DMH_OK && word && !date_zone_of (word, form->zone)) {
        json_enter (place, "time_zone");
        rc = json_wrong (place, "has to be Z or an offset from UTC as +01:00; names of zones, whose offset "
                                "changes in summer, are not known");
    }
    free (word);
    return rc;
}

static int s_entry (struct json_place *place, const struct json_value *entry, struct date_form *form)
{
    static const char *const KEYS[] = {"form", "order", "time_zone", NULL};
    if (!json_value_is (entry, JSON_OBJECT))
        return json_wrong (place, "has to be an object; write {\"form\": \"excel\"}");
    int rc = json_known (place, entry, KEYS);
    if (rc == DMH_OK)
        rc = s_form (place, entry, form);
    if (rc == DMH_OK)
        rc = s_order (place, entry, form);
    return rc == DMH_OK ? s_zone (place, entry, form) : rc;
}

int mapping_read_dates (struct json_place *place, const struct json_value *root, mapping_t *self)
{
    const struct json_value *object;
    int rc = json_object (place, root, "dates", &object);
    if (rc != DMH_OK || !object)
        return rc;
    self->dates = calloc (object->count + 1, sizeof *self->dates);
    if (!self->dates)
        return mapping_out_of_memory (place);
    size_t back = json_enter (place, "dates");
    for (const struct json_value *member = object->first; rc == DMH_OK && member; member = member->next) {
        struct mapping_date *date = &self->dates[self->date_count++];
        size_t inner = json_enter (place, member->key);
        date->column = strdup (member->key);
        rc = date->column ? s_entry (place, member, &date->form) : mapping_out_of_memory (place);
        if (rc == DMH_OK)
            json_leave (place, inner);
    }
    if (rc == DMH_OK)
        json_leave (place, back);
    return rc;
}
