//  read.c: see read.h.
#include "worker/rules/mapping/read.h"

#include "worker/rules/mapping/date_columns.h"
#include "worker/rules/mapping/derived_columns.h"
#include "worker/rules/mapping/first_columns.h"
#include "worker/rules/mapping/wide_columns.h"
#include "worker/rules/numbers/decimal_mark.h"

#include <stdlib.h>

enum { VALUES_STEP = 64 };

//  A pair from a member, its value NULL for null.
static int s_pair (struct json_reader *reader, const struct json_value *member, struct mapping_pair *pair)
{
    bool string = json_value_is (member, JSON_STRING);
    pair->from = strdup (member->key);
    pair->to = string ? strdup (member->text) : NULL;
    return pair->from && (pair->to || !string) ? DMH_OK : json_reader_no_memory (reader);
}

//  "COLUMN": "field" | null
static int s_column (struct json_reader *reader, const struct json_value *member, void *context)
{
    mapping_t *self = context;
    if (!json_value_is (member, JSON_STRING) && !json_value_is (member, JSON_NULL))
        return json_reader_error (reader, "has to be a field's name or null");
    struct mapping_pair *pair = &self->columns[self->column_count++];
    int rc = s_pair (reader, member, pair);
    if (rc != DMH_OK)
        return rc;
    struct mapping_feed feed = {.column = pair->from, .field = pair->to};
    if (mapping_add_use (self, reader->path, pair->from, !pair->to) != 0 ||
        (pair->to && mapping_add_feed (self, reader->path, feed) != 0))
        return json_reader_no_memory (reader);
    return DMH_OK;
}

static int s_columns (struct json_reader *reader, const struct json_value *root, mapping_t *self)
{
    const struct json_value *object;
    int rc = json_read_object (reader, root, "columns", &object);
    if (rc != DMH_OK || !object)
        return rc;
    self->columns = calloc (object->count + 1, sizeof *self->columns);
    return self->columns ? json_read_each (reader, object, "columns", s_column, self)
                         : json_reader_no_memory (reader);
}

//  "field": "value"
static int s_constant (struct json_reader *reader, const struct json_value *member, void *context)
{
    mapping_t *self = context;
    if (!json_value_is (member, JSON_STRING))
        return json_reader_error (reader, "has to be a string");
    struct mapping_pair *pair = &self->constants[self->constant_count++];
    int rc = s_pair (reader, member, pair);
    if (rc == DMH_OK &&
        mapping_add_feed (self, reader->path, (struct mapping_feed){.field = pair->from}) != 0)
        rc = json_reader_no_memory (reader);
    return rc;
}

static int s_constants (struct json_reader *reader, const struct json_value *root, mapping_t *self)
{
    const struct json_value *object;
    int rc = json_read_object (reader, root, "constants", &object);
    if (rc != DMH_OK || !object)
        return rc;
    self->constants = calloc (object->count + 1, sizeof *self->constants);
    return self->constants ? json_read_each (reader, object, "constants", s_constant, self)
                           : json_reader_no_memory (reader);
}

static int s_add_value (struct json_reader *reader, mapping_t *self, const char *field, const char *from,
                        const char *to)
{
    struct mapping_value *values = self->values;
    if (self->value_count % VALUES_STEP == 0) {
        values = realloc (values, (self->value_count + VALUES_STEP) * sizeof *values);
        if (!values)
            return json_reader_no_memory (reader);
        self->values = values;
    }
    struct mapping_value *value = &values[self->value_count++];
    *value = (struct mapping_value){strdup (field), strdup (from), strdup (to)};
    return value->field && value->from && value->to ? DMH_OK : json_reader_no_memory (reader);
}

//  "field": {"spelling": "code", …}
static int s_values (struct json_reader *reader, const struct json_value *map, void *context)
{
    if (!json_value_is (map, JSON_OBJECT))
        return json_reader_error (reader, "has to be an object of spelling: code");
    int rc = DMH_OK;
    for (const struct json_value *spelling = map->first; rc == DMH_OK && spelling;
         spelling = spelling->next) {
        const char *code = json_value_string (spelling);
        if (json_value_is (spelling, JSON_NULL))    //  as dmh inspect writes it: nothing decided yet
            continue;
        if (!code || !*code) {
            json_reader_enter (reader, spelling->key);
            return json_reader_error (reader,
                                      "has a code that is empty or not a string; write the code, or null for "
                                      "none yet");
        }
        rc = s_add_value (reader, context, map->key, spelling->key, code);
    }
    return rc;
}

static int s_missing_value (struct json_reader *reader, const struct json_value *item, void *context)
{
    mapping_t *self = context;
    if (!json_value_is (item, JSON_STRING))
        return json_reader_error (reader, "is a missing marker that is not a string; write it in quotes");
    self->missing[self->missing_count] = strdup (item->text);
    return self->missing[self->missing_count++] ? DMH_OK : json_reader_no_memory (reader);
}

static int s_missing (struct json_reader *reader, const struct json_value *root, mapping_t *self)
{
    const struct json_value *list;
    int rc = json_read_array (reader, root, "missing", &list);
    if (rc != DMH_OK || !list)
        return rc;
    self->missing = calloc (list->count + 1, sizeof *self->missing);
    return self->missing ? json_read_each (reader, list, "missing", s_missing_value, self)
                         : json_reader_no_memory (reader);
}

static int s_not_content_column (struct json_reader *reader, const struct json_value *item, void *context)
{
    mapping_t *self = context;
    if (!json_value_is (item, JSON_STRING))
        return json_reader_error (reader, "is no column's name; write one in quotes");
    self->not_content[self->not_content_count] = strdup (item->text);
    return self->not_content[self->not_content_count++] ? DMH_OK : json_reader_no_memory (reader);
}

static int s_not_content (struct json_reader *reader, const struct json_value *root, mapping_t *self)
{
    const struct json_value *list;
    int rc = json_read_array (reader, root, "not_content", &list);
    if (rc != DMH_OK || !list)
        return rc;
    self->not_content = calloc (list->count + 1, sizeof *self->not_content);
    return self->not_content ? json_read_each (reader, list, "not_content", s_not_content_column, self)
                             : json_reader_no_memory (reader);
}

static int s_version (struct json_reader *reader, const struct json_value *root)
{
    char *version = NULL;
    int rc = json_read_string (reader, root, "dmh", false, &version);
    if (rc == DMH_OK && version && strcmp (version, "mapping/1") != 0) {
        json_reader_enter (reader, "dmh");
        rc = json_reader_error (reader, "has to be \"mapping/1\", the only version there is");
    }
    free (version);
    return rc;
}

static int s_decimal (struct json_reader *reader, const struct json_value *root, mapping_t *self)
{
    enum decimal_mark mark;
    int rc = json_read_string (reader, root, "decimal", false, &self->decimal);
    if (rc != DMH_OK || !self->decimal || decimal_mark_of (self->decimal, &mark))
        return rc;
    json_reader_enter (reader, "decimal");
    return json_reader_error (reader, "has to be point or comma");
}

static int s_read (struct json_reader *reader, const struct json_value *root, mapping_t *self)
{
    if (!json_value_is (root, JSON_OBJECT))
        return json_reader_error (reader, "has to be an object");
    static const char *const KEYS[] = {"dmh",         "kind",  "columns", "constants", "values",     "joins",
                                       "combine",     "first", "split",   "missing",   "date_order", "dates",
                                       "not_content", "notes", "decimal", "unpivot",   NULL};
    const struct json_value *values = NULL;
    int rc = json_read_keys (reader, root, KEYS);
    if (rc == DMH_OK)
        rc = s_version (reader, root);
    if (rc == DMH_OK)
        rc = json_read_string (reader, root, "kind", false, &self->kind);
    if (rc == DMH_OK)
        rc = json_read_string (reader, root, "date_order", false, &self->date_order);
    if (rc == DMH_OK && self->date_order && strcmp (self->date_order, "mdy") != 0 &&
        strcmp (self->date_order, "dmy") != 0 && strcmp (self->date_order, "ymd") != 0) {
        json_reader_enter (reader, "date_order");
        return json_reader_error (reader, "has to be mdy, dmy or ymd");
    }
    if (rc == DMH_OK)
        rc = s_decimal (reader, root, self);
    if (rc == DMH_OK)
        rc = s_columns (reader, root, self);
    if (rc == DMH_OK)
        rc = s_constants (reader, root, self);
    if (rc == DMH_OK)
        rc = json_read_object (reader, root, "values", &values);
    if (rc == DMH_OK && values)
        rc = json_read_each (reader, values, "values", s_values, self);
    if (rc == DMH_OK)
        rc = mapping_read_joins (reader, root, self);
    if (rc == DMH_OK)
        rc = mapping_read_combines (reader, root, self);
    if (rc == DMH_OK)
        rc = mapping_read_first (reader, root, self);
    if (rc == DMH_OK)
        rc = mapping_read_unpivot (reader, root, self);
    if (rc == DMH_OK)
        rc = mapping_read_splits (reader, root, self);
    if (rc == DMH_OK)
        rc = mapping_read_dates (reader, root, self);
    if (rc == DMH_OK)
        rc = s_missing (reader, root, self);
    return rc == DMH_OK ? s_not_content (reader, root, self) : rc;
}

mapping_t *mapping_read (const char *json, size_t n, const char *source, struct error *error)
{
    struct json_value *root = json_read_document (json, n, source, error);
    if (!root)
        return NULL;
    struct json_reader reader = {.source = source, .error = error};
    mapping_t *self = calloc (1, sizeof *self);
    if (!self || !(self->source = strdup (source))) {
        json_reader_no_memory (&reader);
        mapping_destroy (&self);
    } else if (s_read (&reader, root, self) != DMH_OK)
        mapping_destroy (&self);
    json_value_destroy (&root);
    return self;
}
