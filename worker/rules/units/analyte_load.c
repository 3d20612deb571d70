//  analyte_load.c: reads the unit table's kinds of tests (schemas/units.json, "analytes"), by which a
//  spelling of two units is read where a test has no unit of its own in the table. See unit_table.h.
#include "worker/rules/units/unit_table.h"

#include "messages/base/narrow.h"

#include <stdlib.h>

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "units.json: out of memory");
}

static int s_wrong (size_t at, const char *what, struct error *error)
{
    return error_set (error, DMH_BAD_INPUT, "units.json: analytes[%zu].%s", at, what);
}

static const struct json_value *s_list (const struct json_value *object, const char *name)
{
    const struct json_value *list = json_value_member (object, name);
    return json_value_is (list, JSON_ARRAY) ? list : NULL;
}

static int s_load_readings (unit_table_t *self, size_t at, const struct json_value *entry,
                            struct error *error)
{
    struct analyte *analyte = &self->analytes[at];
    const struct json_value *list = s_list (entry, "readings");
    if (!list || list->count > READINGS_MAX)
        return s_wrong (at, "readings has to be a list of at most 16 objects", error);
    for (const struct json_value *item = list->first; item; item = item->next) {
        struct text spelling = text_of (json_value_string (json_value_member (item, "spelling")));
        struct text unit = text_of (json_value_string (json_value_member (item, "unit")));
        int code = unit.n ? text_index_find (self->exact, unit) : TEXT_INDEX_NONE;
        if (spelling.n == 0 || code == TEXT_INDEX_NONE ||
            text_index_find (self->others, spelling) == TEXT_INDEX_NONE)
            return s_wrong (at, "readings needs spellings of several readings, and units of the table",
                            error);
        analyte->readings[analyte->count].spelling = spelling;
        analyte->readings[analyte->count++].code = code;
    }
    return DMH_OK;
}

static int s_load_names (unit_table_t *self, size_t at, const struct json_value *entry, struct error *error)
{
    const struct json_value *list = s_list (entry, "names"), *item = list ? list->first : NULL;
    for (; item; item = item->next) {
        char *folded = self->names[self->name_count++];
        struct text name = {folded,
                            text_fold (text_of (json_value_string (item)), folded, ANALYTE_NAME_BYTES)};
        if (name.n == 0)
            return s_wrong (at, "names has something else than names", error);
        int there = text_index_find (self->analyte_of, name);
        if (there != TEXT_INDEX_NONE && there != NARROW (int, at))
            return s_wrong (at, "names has a name of another one", error);
        if (text_index_put (self->analyte_of, name, NARROW (int, at)) != 0)
            return s_no_memory (error);
    }
    return DMH_OK;
}

int unit_load_analytes (unit_table_t *self, struct error *error)
{
    const struct json_value *list = s_list (self->tree, "analytes");
    if (!list)
        return DMH_OK;
    size_t names = 1;
    for (const struct json_value *entry = list->first; entry; entry = entry->next)
        names += s_list (entry, "names") ? s_list (entry, "names")->count : 0;
    self->analytes = calloc (list->count + 1, sizeof *self->analytes);
    self->names = calloc (names, sizeof *self->names);
    if (!self->analytes || !self->names)
        return s_no_memory (error);
    int rc = DMH_OK;
    for (const struct json_value *entry = list->first; entry && rc == DMH_OK; entry = entry->next) {
        rc = s_load_readings (self, self->analyte_count, entry, error);
        if (rc == DMH_OK)
            rc = s_load_names (self, self->analyte_count++, entry, error);
    }
    return rc;
}
