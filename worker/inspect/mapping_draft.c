//  mapping_draft.c: see mapping_draft.h.
#include "worker/inspect/mapping_draft.h"

#include "messages/json/value.h"
#include "messages/json/writer.h"
#include "messages/text/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  A value as it stands in the mapping; its containers are as deep as JSON_VALUE_DEPTH_MAX allows.
static void s_value (json_writer_t *to, const struct json_value *value)
{
    switch (value->type) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        if (value->type == JSON_OBJECT)
            json_writer_object (to, value->key);
        else
            json_writer_array (to, value->key);
        for (const struct json_value *item = value->first; item; item = item->next)
            s_value (to, item);
        json_writer_close (to);
        break;
    case JSON_NUMBER:
        json_writer_digits (to, value->key, value->text);
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        json_writer_boolean (to, value->key, value->type == JSON_TRUE);
        break;
    default:
        json_writer_string (to, value->key, json_value_string (value));
    }
}

//  The members of `object`, which may be NULL.
static void s_members (json_writer_t *to, const struct json_value *object)
{
    const struct json_value *member = object && object->type == JSON_OBJECT ? object->first : NULL;
    for (; member; member = member->next)
        s_value (to, member);
}

//  Whether a mapping could name the column: the first of its name, and text.
static bool s_is_nameable (const struct inspection *inspection, size_t c)
{
    for (const char *at = inspection->columns[c].source; *at;) {
        size_t n = utf8_bytes (at);
        if (n == 0)
            return false;
        at += n;
    }
    for (size_t i = 0; i < c && inspection->column_count <= 4096; i++)
        if (strcmp (inspection->columns[i].source, inspection->columns[c].source) == 0)
            return false;
    return true;
}

//  Whether the column is one of several for its field: "first" has it.
static bool s_is_choice (const struct inspection *inspection, size_t c)
{
    const struct inspection_column *column = &inspection->columns[c];
    for (size_t i = 0; column->field && i < inspection->column_count; i++)
        if (inspection->columns[i].gives && strcmp (inspection->columns[i].gives, column->field) == 0)
            return true;
    return column->gives != NULL;
}

//  The columns of each field that has several, in their order.
static void s_firsts (json_writer_t *to, const struct inspection *inspection)
{
    bool any = false;
    for (size_t c = 0; c < inspection->column_count; c++)
        any = any || inspection->columns[c].gives;
    if (!any)
        return;
    json_writer_object (to, "first");
    for (size_t c = 0; c < inspection->column_count; c++) {
        const struct inspection_column *column = &inspection->columns[c];
        if (!column->field || column->made || !s_is_choice (inspection, c))
            continue;
        json_writer_array (to, column->field);
        json_writer_string (to, NULL, column->source);
        for (size_t choice = 1, found = 1; found; choice++) {
            found = 0;
            for (size_t i = 0; i < inspection->column_count && !found; i++)
                if (inspection->columns[i].gives && inspection->columns[i].choice == choice &&
                    strcmp (inspection->columns[i].gives, column->field) == 0) {
                    json_writer_string (to, NULL, inspection->columns[i].source);
                    found = 1;
                }
        }
        json_writer_close (to);
    }
    json_writer_close (to);
}

//  The columns of a wide table that hold results, with what each says of them.
static void s_unpivot (json_writer_t *to, const struct inspection *inspection)
{
    bool any = false;
    for (size_t c = 0; c < inspection->column_count; c++) {
        const struct inspection_column *column = &inspection->columns[c];
        if (!column->result || !s_is_nameable (inspection, c))
            continue;
        if (!any)
            json_writer_object (to, "unpivot");
        any = true;
        json_writer_object (to, column->source);
        for (size_t i = 0; i < column->told_count; i++)
            json_writer_string (to, column->told[i][0], column->told[i][1]);
        json_writer_close (to);
    }
    if (any)
        json_writer_close (to);
}

//  What is made has a place of its own in the file.
static void s_columns (json_writer_t *to, const struct inspection *inspection, bool notes)
{
    json_writer_object (to, "columns");
    for (size_t c = 0; c < inspection->column_count; c++) {
        const struct inspection_column *column = &inspection->columns[c];
        if (!s_is_nameable (inspection, c) || (!notes && (column->made || s_is_choice (inspection, c))))
            continue;
        json_writer_string (to, column->source, notes ? column->reason : column->field);
    }
    json_writer_close (to);
}

//  The values of one field: those that the mapping has, then null for each that nobody knows.
static void s_field_values (json_writer_t *to, const char *field, const struct json_value *known,
                            const struct inspection_column *column)
{
    json_writer_object (to, field);
    s_members (to, known);
    for (size_t i = 0; column && i < column->unmapped_count; i++)
        if (!json_value_member (known, column->unmapped[i].text))
            json_writer_string (to, column->unmapped[i].text, NULL);
    json_writer_close (to);
}

static const struct inspection_column *s_feeding (const struct inspection *inspection, const char *field)
{
    for (size_t c = 0; c < inspection->column_count; c++)
        if (inspection->columns[c].field && !inspection->columns[c].made &&
            strcmp (inspection->columns[c].field, field) == 0)
            return &inspection->columns[c];
    return NULL;
}

static void s_values (json_writer_t *to, const struct inspection *inspection, const struct json_value *known)
{
    const struct json_value *member = known ? known->first : NULL;
    json_writer_object (to, "values");
    for (; member; member = member->next)
        s_field_values (to, member->key, member, s_feeding (inspection, member->key));
    for (size_t c = 0; c < inspection->column_count; c++) {
        const struct inspection_column *column = &inspection->columns[c];
        if (column->unmapped_count && !json_value_member (known, column->field))
            s_field_values (to, column->field, NULL, column);
    }
    json_writer_close (to);
}

static bool s_any_unmapped (const struct inspection *inspection)
{
    for (size_t c = 0; c < inspection->column_count; c++)
        if (inspection->columns[c].unmapped_count)
            return true;
    return false;
}

//  How often what nobody knows stands in the file.
static void s_unmapped (json_writer_t *to, const struct inspection *inspection)
{
    json_writer_object (to, "values without a code");
    for (size_t c = 0; c < inspection->column_count; c++) {
        const struct inspection_column *column = &inspection->columns[c];
        if (column->unmapped_count == 0)
            continue;
        json_writer_object (to, column->field);
        for (size_t i = 0; i < column->unmapped_count; i++)
            json_writer_number (to, column->unmapped[i].text, column->unmapped[i].count);
        json_writer_close (to);
    }
    json_writer_close (to);
}

static void s_notes (json_writer_t *to, const struct inspection *inspection)
{
    json_writer_object (to, "notes");
    s_columns (to, inspection, true);
    if (s_any_unmapped (inspection))
        s_unmapped (to, inspection);
    json_writer_close (to);
}

static bool s_is_ours (const char *key)
{
    static const char *const OURS[] = {"dmh", "kind", "columns", "first", "unpivot", "values", "notes"};
    for (size_t k = 0; k < sizeof OURS / sizeof *OURS; k++)
        if (strcmp (key, OURS[k]) == 0)
            return true;
    return false;
}

static void s_write (json_writer_t *to, const struct inspection *inspection, const struct json_value *mapping,
                     bool notes)
{
    const struct json_value *values = json_value_member (mapping, "values");
    const struct json_value *member = mapping && mapping->type == JSON_OBJECT ? mapping->first : NULL;
    values = json_value_is (values, JSON_OBJECT) ? values : NULL;
    json_writer_object (to, NULL);
    json_writer_string (to, "dmh", "mapping/1");
    json_writer_string (to, "kind", *inspection->guess ? inspection->guess : NULL);
    s_columns (to, inspection, false);
    s_firsts (to, inspection);
    s_unpivot (to, inspection);
    if (values || s_any_unmapped (inspection))
        s_values (to, inspection, values);
    for (; member; member = member->next)
        if (!s_is_ours (member->key))
            s_value (to, member);
    if (notes)
        s_notes (to, inspection);
    json_writer_close (to);
}

static int s_put (const char *path, const char *text, size_t n, struct error *error)
{
    FILE *file = fopen (path, "wbx");
    if (!file && errno == EEXIST)
        return error_set (error, DMH_USAGE,
                          "--write-mapping: %s exists already; remove it or give another name", path);
    if (!file)
        return error_set (error, DMH_USAGE, "--write-mapping: %s cannot be written: %s", path,
                          strerror (errno));
    bool good = fwrite (text, 1, n, file) == n;
    good = fclose (file) == 0 && good;
    if (good)
        return DMH_OK;
    int rc = error_set (error, DMH_IO, "--write-mapping: %s cannot be written: %s", path, strerror (errno));
    remove (path);
    return rc;
}

//  Notes are left out where the mapping would be too long with them to be sent.
int mapping_draft_write (const struct inspection *inspection, const char *mapping, const char *path,
                         struct error *error)
{
    struct json_value *old = NULL;
    if (mapping) {
        old = json_value_new (mapping, strlen (mapping), JSON_VALUE_DEPTH_MAX, "the mapping", error);
        if (!old)
            return error->code;
    }
    json_writer_t *to = NULL;
    const char *text = NULL;
    size_t n = 0;
    for (int notes = 1; notes >= 0 && (notes || n > MAPPING_BYTES_MAX); notes--) {
        json_writer_destroy (&to);
        to = json_writer_new (true);
        text = NULL;
        if (!to)
            break;
        s_write (to, inspection, old, notes);
        text = json_writer_text (to, &n);
    }
    int rc = text ? s_put (path, text, n, error) : error_set (error, DMH_INTERNAL, "out of memory");
    json_writer_destroy (&to);
    json_value_destroy (&old);
    return rc;
}
