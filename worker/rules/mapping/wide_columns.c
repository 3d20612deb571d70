//  wide_columns.c: see wide_columns.h.
#include "worker/rules/mapping/wide_columns.h"

#include <stdlib.h>

enum { VALUES_MAX = 6 };

//  {"field": "value"}
static int s_values (struct json_reader *reader, const struct json_value *object, struct mapping_test *test)
{
    if (!json_value_is (object, JSON_OBJECT) || object->count > VALUES_MAX)
        return json_reader_error (reader, "has to be {\"field\": \"value\", …}, 6 of them at most, or {}");
    test->values = calloc (object->count + 1, sizeof *test->values);
    if (!test->values)
        return json_reader_no_memory (reader);
    for (const struct json_value *item = object->first; item; item = item->next) {
        const char *value = json_value_string (item);
        size_t back = json_reader_enter (reader, item->key);
        if (!value || !*value)
            return json_reader_error (reader, "has to be a string that is not empty");
        json_reader_leave (reader, back);
        struct mapping_pair *pair = &test->values[test->value_count++];
        *pair = (struct mapping_pair){strdup (item->key), strdup (value)};
        if (!pair->from || !pair->to)
            return json_reader_no_memory (reader);
    }
    return DMH_OK;
}

static int s_test (struct json_reader *reader, const struct json_value *item, bool named, mapping_t *self)
{
    const char *column = named ? item->key : json_value_string (item);
    if (!column || !*column)
        return json_reader_error (reader, "has to be the name of a column");
    for (size_t i = 0; i < self->test_count; i++)
        if (strcmp (self->tests[i].column, column) == 0)
            return json_reader_error (reader, "names a column twice; leave one");
    char *copy = strdup (column);
    if (!copy)
        return json_reader_no_memory (reader);
    struct mapping_test *test = &self->tests[self->test_count++];
    test->column = copy;
    return named ? s_values (reader, item, test) : DMH_OK;
}

int mapping_read_unpivot (struct json_reader *reader, const struct json_value *root, mapping_t *self)
{
    const struct json_value *value = json_read_member (root, "unpivot");
    if (!value)
        return DMH_OK;
    size_t back = json_reader_enter (reader, "unpivot");
    bool named = json_value_is (value, JSON_OBJECT);
    self->unpivot_off = value->type == JSON_FALSE;
    if (!self->unpivot_off && ((!named && !json_value_is (value, JSON_ARRAY)) || value->count == 0))
        return json_reader_error (reader,
                                  "has to be [\"COLUMN\", …], {\"COLUMN\": {\"test_code\": \"718-7\", "
                                  "\"unit\": \"g/dL\"}, …}, or false");
    self->test_count = 0;
    self->tests = calloc (value->count + 1, sizeof *self->tests);
    if (!self->tests)
        return json_reader_no_memory (reader);
    int rc = DMH_OK;
    for (const struct json_value *item = self->unpivot_off ? NULL : value->first; rc == DMH_OK && item;
         item = item->next) {
        size_t inner = named ? json_reader_enter (reader, item->key)
                             : json_reader_enter_index (reader, self->test_count);
        rc = s_test (reader, item, named, self);
        json_reader_leave (reader, inner);
    }
    json_reader_leave (reader, back);
    return rc;
}
