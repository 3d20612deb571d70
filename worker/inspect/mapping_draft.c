//  mapping_draft.c: see mapping_draft.h.
#include "worker/inspect/mapping_draft.h"

#include "messages/base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_gen.h>
#include <yajl/yajl_tree.h>

static void s_text (yajl_gen gen, const char *text)
{
    yajl_gen_string (gen, (const unsigned char *) text, strlen (text));
}

static void s_value (yajl_gen gen, yajl_val value)
{
    if (YAJL_IS_STRING (value))
        s_text (gen, value->u.string);
    else if (YAJL_IS_NUMBER (value))
        yajl_gen_number (gen, YAJL_GET_NUMBER (value), strlen (YAJL_GET_NUMBER (value)));
    else if (YAJL_IS_TRUE (value) || YAJL_IS_FALSE (value))
        yajl_gen_bool (gen, YAJL_IS_TRUE (value));
    else if (YAJL_IS_OBJECT (value)) {
        yajl_gen_map_open (gen);
        for (size_t i = 0; i < value->u.object.len; i++) {
            s_text (gen, value->u.object.keys[i]);
            s_value (gen, value->u.object.values[i]);
        }
        yajl_gen_map_close (gen);
    } else if (YAJL_IS_ARRAY (value)) {
        yajl_gen_array_open (gen);
        for (size_t i = 0; i < value->u.array.len; i++)
            s_value (gen, value->u.array.values[i]);
        yajl_gen_array_close (gen);
    } else
        yajl_gen_null (gen);
}

//  Whether a mapping could name the column: the first of its name, and text.
static bool s_is_nameable (const struct inspection *inspection, size_t c)
{
    for (const char *at = inspection->columns[c].source; *at;) {
        size_t n = glyph_bytes (at);
        if (n == 0)
            return false;
        at += n;
    }
    for (size_t i = 0; i < c && inspection->column_count <= 4096; i++)
        if (strcmp (inspection->columns[i].source, inspection->columns[c].source) == 0)
            return false;
    return true;
}

//  What is made has a place of its own in the file.
static void s_columns (yajl_gen gen, const struct inspection *inspection, bool notes)
{
    yajl_gen_map_open (gen);
    for (size_t c = 0; c < inspection->column_count; c++) {
        const struct inspection_column *column = &inspection->columns[c];
        if (!s_is_nameable (inspection, c) || (column->made && !notes))
            continue;
        s_text (gen, column->source);
        if (notes)
            s_text (gen, column->reason);
        else if (column->field)
            s_text (gen, column->field);
        else
            yajl_gen_null (gen);
    }
    yajl_gen_map_close (gen);
}

static bool s_has (yajl_val object, const char *key)
{
    for (size_t i = 0; object && YAJL_IS_OBJECT (object) && i < object->u.object.len; i++)
        if (strcmp (object->u.object.keys[i], key) == 0)
            return true;
    return false;
}

//  The values of one field: those that the mapping has, then null for each that nobody knows.
static void s_field_values (yajl_gen gen, yajl_val known, const struct inspection_column *column)
{
    yajl_gen_map_open (gen);
    for (size_t i = 0; known && YAJL_IS_OBJECT (known) && i < known->u.object.len; i++) {
        s_text (gen, known->u.object.keys[i]);
        s_value (gen, known->u.object.values[i]);
    }
    for (size_t i = 0; column && i < column->unmapped_count; i++)
        if (!s_has (known, column->unmapped[i].text)) {
            s_text (gen, column->unmapped[i].text);
            yajl_gen_null (gen);
        }
    yajl_gen_map_close (gen);
}

static const struct inspection_column *s_feeding (const struct inspection *inspection, const char *field)
{
    for (size_t c = 0; c < inspection->column_count; c++)
        if (inspection->columns[c].field && !inspection->columns[c].made &&
            strcmp (inspection->columns[c].field, field) == 0)
            return &inspection->columns[c];
    return NULL;
}

static void s_values (yajl_gen gen, const struct inspection *inspection, yajl_val known)
{
    yajl_gen_map_open (gen);
    for (size_t i = 0; known && YAJL_IS_OBJECT (known) && i < known->u.object.len; i++) {
        const char *field = known->u.object.keys[i];
        s_text (gen, field);
        s_field_values (gen, known->u.object.values[i], s_feeding (inspection, field));
    }
    for (size_t c = 0; c < inspection->column_count; c++) {
        const struct inspection_column *column = &inspection->columns[c];
        if (column->unmapped_count == 0 || s_has (known, column->field))
            continue;
        s_text (gen, column->field);
        s_field_values (gen, NULL, column);
    }
    yajl_gen_map_close (gen);
}

static bool s_any_unmapped (const struct inspection *inspection)
{
    for (size_t c = 0; c < inspection->column_count; c++)
        if (inspection->columns[c].unmapped_count)
            return true;
    return false;
}

//  How often what nobody knows stands in the file.
static void s_unmapped (yajl_gen gen, const struct inspection *inspection)
{
    s_text (gen, "values without a code");
    yajl_gen_map_open (gen);
    for (size_t c = 0; c < inspection->column_count; c++) {
        const struct inspection_column *column = &inspection->columns[c];
        if (column->unmapped_count == 0)
            continue;
        s_text (gen, column->field);
        yajl_gen_map_open (gen);
        for (size_t i = 0; i < column->unmapped_count; i++) {
            s_text (gen, column->unmapped[i].text);
            yajl_gen_integer (gen, (long long) column->unmapped[i].count);
        }
        yajl_gen_map_close (gen);
    }
    yajl_gen_map_close (gen);
}

static void s_notes (yajl_gen gen, const struct inspection *inspection)
{
    yajl_gen_map_open (gen);
    s_text (gen, "columns");
    s_columns (gen, inspection, true);
    if (s_any_unmapped (inspection))
        s_unmapped (gen, inspection);
    yajl_gen_map_close (gen);
}

static void s_write (yajl_gen gen, const struct inspection *inspection, yajl_val mapping, bool notes)
{
    static const char *const OURS[] = {"dmh", "kind", "columns", "values", "notes"};
    yajl_val values =
        mapping ? yajl_tree_get (mapping, (const char *[]){"values", NULL}, yajl_t_object) : NULL;
    yajl_gen_map_open (gen);
    s_text (gen, "dmh");
    s_text (gen, "mapping/1");
    s_text (gen, "kind");
    if (*inspection->guess)
        s_text (gen, inspection->guess);
    else
        yajl_gen_null (gen);
    s_text (gen, "columns");
    s_columns (gen, inspection, false);
    if (values || s_any_unmapped (inspection)) {
        s_text (gen, "values");
        s_values (gen, inspection, values);
    }
    for (size_t i = 0; mapping && YAJL_IS_OBJECT (mapping) && i < mapping->u.object.len; i++) {
        bool ours = false;
        for (size_t k = 0; k < sizeof OURS / sizeof *OURS; k++)
            ours = ours || strcmp (mapping->u.object.keys[i], OURS[k]) == 0;
        if (ours)
            continue;
        s_text (gen, mapping->u.object.keys[i]);
        s_value (gen, mapping->u.object.values[i]);
    }
    if (notes) {
        s_text (gen, "notes");
        s_notes (gen, inspection);
    }
    yajl_gen_map_close (gen);
}

static int s_put (const char *path, const unsigned char *text, size_t n, struct error *error)
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
    const unsigned char *text = NULL;
    size_t n = 0;
    yajl_val old = mapping ? yajl_tree_parse (mapping, NULL, 0) : NULL;
    yajl_gen gen = NULL;
    for (int notes = 1; notes >= 0 && (!gen || n > MAPPING_BYTES_MAX); notes--) {
        if (gen)
            yajl_gen_free (gen);
        gen = yajl_gen_alloc (NULL);
        if (!gen)
            break;
        yajl_gen_config (gen, yajl_gen_beautify, 1);
        yajl_gen_config (gen, yajl_gen_indent_string, "  ");
        s_write (gen, inspection, old, notes);
        if (yajl_gen_get_buf (gen, &text, &n) != yajl_gen_status_ok)
            text = NULL;
    }
    int rc = text ? s_put (path, text, n, error) : error_set (error, DMH_INTERNAL, "out of memory");
    if (gen)
        yajl_gen_free (gen);
    yajl_tree_free (old);
    return rc;
}
