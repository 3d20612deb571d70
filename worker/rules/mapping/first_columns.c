//  first_columns.c: see first_columns.h.
#include "worker/rules/mapping/first_columns.h"

#include <stdlib.h>

//  One column; what comes behind the first stays the source's own as well.
static int s_from (struct json_reader *reader, const struct json_value *item, mapping_t *self,
                   struct mapping_first *first)
{
    const char *column = json_value_string (item);
    if (!column || !*column)
        return json_reader_error (reader, "has to be the name of a column");
    for (size_t i = 0; i < first->from_count; i++)
        if (strcmp (first->from[i], column) == 0)
            return json_reader_error (reader, "names a column twice; leave one");
    char *copy = strdup (column);
    if (!copy)
        return json_reader_no_memory (reader);
    first->from[first->from_count++] = copy;
    return mapping_add_use (self, reader->path, copy, first->from_count > 1) == 0
               ? DMH_OK
               : json_reader_no_memory (reader);
}

//  "field": ["COLUMN", "COLUMN", …]
static int s_first (struct json_reader *reader, const struct json_value *entry, void *context)
{
    mapping_t *self = context;
    struct mapping_first *first = &self->firsts[self->first_count++];
    first->field = strdup (entry->key);
    if (!first->field)
        return json_reader_no_memory (reader);
    if (!json_value_is (entry, JSON_ARRAY) || entry->count == 0 || entry->count > FIRST_COLUMNS_MAX)
        return json_reader_error (reader, "has to be [\"COLUMN\", \"COLUMN\", …], 1 to 8 of them");
    int rc = DMH_OK;
    for (const struct json_value *item = entry->first; rc == DMH_OK && item; item = item->next) {
        size_t back = json_reader_enter_index (reader, first->from_count);
        rc = s_from (reader, item, self, first);
        json_reader_leave (reader, back);
    }
    struct mapping_feed feed = {.column = first->from[0], .field = first->field};
    if (rc == DMH_OK && mapping_add_feed (self, reader->path, feed) != 0)
        return json_reader_no_memory (reader);
    return rc;
}

int mapping_read_first (struct json_reader *reader, const struct json_value *root, mapping_t *self)
{
    const struct json_value *object;
    int rc = json_read_object (reader, root, "first", &object);
    if (rc != DMH_OK || !object)
        return rc;
    self->firsts = calloc (object->count + 1, sizeof *self->firsts);
    return self->firsts ? json_read_each (reader, object, "first", s_first, self)
                        : json_reader_no_memory (reader);
}
