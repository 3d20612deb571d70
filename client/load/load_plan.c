//  load_plan.c: see load_plan.h. A field has the same column whatever other columns a file has: names are
//  never numbered in the order in which they come.
#include "client/load/load_plan.h"

#include "client/result/reading/report_values.h"
#include "messages/base/digest.h"
#include "messages/base/narrow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *load_type_word (enum load_type type)
{
    switch (type) {
    case LOAD_NUMERIC:
        return "numeric";
    case LOAD_DATE:
        return "date";
    case LOAD_TIMESTAMP:
        return "timestamp";
    case LOAD_TIMESTAMPTZ:
        return "timestamptz";
    default:
        return "text";
    }
}

void load_name (const char *from, char out[LOAD_NAME_BYTES])
{
    enum { DIGITS = 8, KEPT = LOAD_NAME_BYTES - 1 - 1 - DIGITS };
    char hex[DIGEST_HEX_BYTES];
    size_t n = strlen (from), kept = KEPT;
    if (n < LOAD_NAME_BYTES) {
        memcpy (out, from, n + 1);
        return;
    }
    while (kept && (from[kept] & 0xc0) == 0x80)    //  between characters
        kept--;
    digest_of (from, n, hex);
    snprintf (out, LOAD_NAME_BYTES, "%.*s_%.*s", NARROW (int, kept), from, DIGITS, hex);
}

static bool s_is_datetime (const struct json_value *field)
{
    return strcmp (report_text (json_value_member (field, "dmh"), "type"), "datetime") == 0;
}

//  Whether the field is the date or the digits of another, which the table has in its own way.
static bool s_is_beside (const struct json_value *field)
{
    const struct json_value *said = json_value_member (field, "dmh");
    return json_value_member (said, "date_of") || json_value_member (said, "digits_of");
}

//  Whether a date may stand beside another field under this name, or the name is the table's own.
static bool s_is_taken (const char *name, const struct json_value *schema)
{
    static const char *const OWN[] = {"dmh_load", "dmh_record", "tableoid", "xmin",
                                      "cmin",     "xmax",       "cmax",     "ctid"};
    size_t n = strlen (name);
    for (size_t i = 0; i < sizeof OWN / sizeof *OWN; i++)
        if (strcmp (name, OWN[i]) == 0)
            return true;
    for (const struct json_value *field = report_first (schema, "fields"); field; field = field->next) {
        const char *of = report_text (field, "name");
        if (s_is_datetime (field) && n == strlen (of) + 5 && strncmp (name, of, n - 5) == 0 &&
            strcmp (name + n - 5, "_date") == 0)
            return true;
    }
    return false;
}

//  A name that is taken ends with a line, as no name of dmh does.
static void s_name (const struct json_value *schema, const struct json_value *field,
                    char out[LOAD_NAME_BYTES])
{
    const char *name = report_text (field, "name");
    char *longer = s_is_taken (name, schema) ? malloc (strlen (name) + 2) : NULL;
    if (longer)
        sprintf (longer, "%s_", name);
    load_name (longer ? longer : name, out);
    free (longer);
}

static enum load_type s_type (const struct json_value *field)
{
    const char *type = report_text (field, "type");
    const struct json_value *form = report_first (json_value_member (field, "dmh"), "forms");
    if (strcmp (type, "number") == 0)
        return LOAD_NUMERIC;
    if (strcmp (type, "date") == 0)
        return LOAD_DATE;
    if (!s_is_datetime (field))
        return LOAD_TEXT;
    const char *only = form && !form->next ? json_value_string (form) : NULL;
    if (!form)
        return LOAD_ANY;
    return only && strcmp (only, "date") == 0     ? LOAD_DATE
           : only && strcmp (only, "local") == 0  ? LOAD_TIMESTAMP
           : only && strcmp (only, "offset") == 0 ? LOAD_TIMESTAMPTZ
                                                  : LOAD_TEXT;
}

static struct load_column *s_find (const struct load_plan *self, const char *name)
{
    for (size_t i = 0; i < self->count; i++)
        if (strcmp (self->columns[i].name, name) == 0)
            return &self->columns[i];
    return NULL;
}

static struct load_column *s_new (struct load_plan *self, const char *name)
{
    struct load_column *columns = realloc (self->columns, (self->count + 1) * sizeof *columns);
    if (!columns)
        return NULL;
    self->columns = columns;
    struct load_column *column = &columns[self->count++];
    *column = (struct load_column){.type = LOAD_ANY};
    memcpy (column->name, name, LOAD_NAME_BYTES);
    return column;
}

int load_plan_add (struct load_plan *self, const char *kind, const struct json_value *schema,
                   struct error *error)
{
    char name[LOAD_NAME_BYTES];
    if (!*kind || !report_first (schema, "fields"))
        return error_set (error, DMH_MALFORMED, "its report.json or datapackage.json says of no table");
    load_name (kind, self->table);
    for (const struct json_value *field = report_first (schema, "fields"); field; field = field->next) {
        if (s_is_beside (field))
            continue;
        s_name (schema, field, name);
        struct load_column *column = s_find (self, name);
        if (!column && !(column = s_new (self, name)))
            return error_set (error, DMH_INTERNAL, "out of memory while records are loaded");
        enum load_type type = s_type (field);
        if (column->type == LOAD_ANY)
            column->type = type;
        else if (type != LOAD_ANY && type != column->type)
            column->type = LOAD_TEXT;
        if (s_is_datetime (field)) {
            char date[LOAD_NAME_BYTES + 8];
            column->datetime = true;
            snprintf (date, sizeof date, "%s_date", name);
            load_name (date, column->date);
        }
    }
    return DMH_OK;
}

void load_plan_clear (struct load_plan *self)
{
    free (self->columns);
    *self = (struct load_plan){.columns = NULL};
}

const struct load_column *load_plan_column (const struct load_plan *self, const struct json_value *schema,
                                            const struct json_value *field)
{
    char name[LOAD_NAME_BYTES];
    if (s_is_beside (field))
        return NULL;
    s_name (schema, field, name);
    return s_find (self, name);
}
