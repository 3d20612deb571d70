//  column_words_read.c: see column_words_read.h.
#include "worker/rules/schema/read/column_words_read.h"

#include <stdlib.h>

//  One name, which nothing else of the same list has.
static int s_add (struct json_reader *reader, field_names_t **to, const struct json_value *item,
                  struct field_name as)
{
    const char *name = json_value_string (item);
    int other, rc = 1;
    if (!*to && !(*to = field_names_new ()))
        return json_reader_no_memory (reader);
    if (name)
        rc = field_names_add (*to, name, as, &other);
    if (rc < 0)
        return json_reader_no_memory (reader);
    return rc == 0 ? DMH_OK
                   : json_reader_error (reader,
                                        "holds “%.60s”, which is no name, or one that stands there "
                                        "already",
                                        name ? name : "");
}

//  The names of a list that is there.
static int s_add_all (struct json_reader *reader, field_names_t **to, const struct json_value *list,
                      struct field_name as)
{
    if (!json_value_is (list, JSON_ARRAY))
        return json_reader_error (reader, "has to be an array of names of columns");
    int rc = DMH_OK;
    for (const struct json_value *item = list->first; rc == DMH_OK && item; item = item->next)
        rc = s_add (reader, to, item, as);
    return rc;
}

static int s_list (struct json_reader *reader, const struct json_value *dmh, const char *key,
                   field_names_t **to)
{
    const struct json_value *list;
    int rc = json_read_array (reader, dmh, key, &list);
    if (rc != DMH_OK || !list)
        return rc;
    size_t back = json_reader_enter (reader, key);
    rc = s_add_all (reader, to, list, (struct field_name){0, 0});
    json_reader_leave (reader, back);
    return rc;
}

//  [["lborres", "lborresu"], ["lbstresn", "lbstresu"]]
static int s_sets (struct json_reader *reader, const struct json_value *dmh, struct column_words *self)
{
    const struct json_value *list;
    int rc = json_read_array (reader, dmh, "sets", &list), number = 0;
    size_t back = json_reader_enter (reader, "sets");
    for (const struct json_value *item = list ? list->first : NULL; rc == DMH_OK && item; item = item->next)
        rc = s_add_all (reader, &self->sets, item, (struct field_name){++number, 0});
    json_reader_leave (reader, back);
    return rc;
}

//  {"year": […], "month": […], "day": […]}
static int s_parts_of (struct json_reader *reader, const struct json_value *parts, struct schema *self)
{
    static const char *const KEYS[] = {"year", "month", "day", NULL};
    int f = schema_field (self, parts->key);
    if (f == FIELD_NONE || self->fields[f].type != FIELD_DATE)
        return json_reader_error (reader, "is no field of type date");
    if (!json_value_is (parts, JSON_OBJECT))
        return json_reader_error (reader, "has to be {\"year\": […], \"month\": […], \"day\": […]}");
    int rc = json_read_keys (reader, parts, KEYS);
    for (int part = 0; rc == DMH_OK && part < DATE_PARTS; part++) {
        const struct json_value *list = json_value_member (parts, KEYS[part]);
        size_t back = json_reader_enter (reader, KEYS[part]);
        if (list)
            rc = s_add_all (reader, &self->words.parts, list, (struct field_name){f, part});
        json_reader_leave (reader, back);
    }
    return rc;
}

static int s_parts (struct json_reader *reader, const struct json_value *dmh, struct schema *self)
{
    const struct json_value *object;
    int rc = json_read_object (reader, dmh, "parts", &object);
    size_t back = json_reader_enter (reader, "parts");
    for (const struct json_value *parts = object ? object->first : NULL; rc == DMH_OK && parts;
         parts = parts->next) {
        size_t inner = json_reader_enter (reader, parts->key);
        rc = s_parts_of (reader, parts, self);
        json_reader_leave (reader, inner);
    }
    json_reader_leave (reader, back);
    return rc;
}

//  [["date", "time"], ["datum", "zeit"]]
static int s_times (struct json_reader *reader, const struct json_value *dmh, struct column_words *self)
{
    const struct json_value *list;
    int rc = json_read_array (reader, dmh, "times", &list);
    if (rc != DMH_OK || !list)
        return rc;
    self->times = calloc (list->count + 1, sizeof *self->times);
    if (!self->times)
        return json_reader_no_memory (reader);
    size_t back = json_reader_enter (reader, "times");
    for (const struct json_value *item = list->first; item; item = item->next) {
        const struct json_value *first = json_value_is (item, JSON_ARRAY) ? item->first : NULL;
        const char *date = first ? json_value_string (first) : NULL;
        const char *time = first && first->next ? json_value_string (first->next) : NULL;
        if (!date || !*date || !time || item->count != 2)
            return json_reader_error (reader, "has to hold pairs of words: [[\"date\", \"time\"], …]");
        struct time_word *to = &self->times[self->time_count++];
        to->date = strdup (date);
        to->time = strdup (time);
        if (!to->date || !to->time)
            return json_reader_no_memory (reader);
    }
    json_reader_leave (reader, back);
    return DMH_OK;
}

//  {"test_code": "test_name"}
static int s_stands_in (struct json_reader *reader, const struct json_value *dmh, struct schema *self)
{
    const struct json_value *object;
    int rc = json_read_object (reader, dmh, "stands_in", &object);
    size_t back = json_reader_enter (reader, "stands_in");
    for (const struct json_value *item = object ? object->first : NULL; rc == DMH_OK && item;
         item = item->next) {
        const char *name = json_value_string (item);
        int f = schema_field (self, item->key), other = name ? schema_field (self, name) : FIELD_NONE;
        size_t inner = json_reader_enter (reader, item->key);
        if (f == FIELD_NONE || other == FIELD_NONE || f == other)
            rc = json_reader_error (reader, "has to be \"field\": \"another field\" of the schema");
        else
            self->stands_in[f] = other;
        json_reader_leave (reader, inner);
    }
    json_reader_leave (reader, back);
    return rc;
}

//  {"family_name": ["nome"]}
static int s_only_with (struct json_reader *reader, const struct json_value *dmh, struct schema *self)
{
    const struct json_value *object;
    int rc = json_read_object (reader, dmh, "only_with", &object);
    size_t back = json_reader_enter (reader, "only_with");
    for (const struct json_value *item = object ? object->first : NULL; rc == DMH_OK && item;
         item = item->next) {
        int f = schema_field (self, item->key);
        size_t inner = json_reader_enter (reader, item->key);
        rc = f == FIELD_NONE ? json_reader_error (reader, "is no field of the schema")
                             : s_add_all (reader, &self->words.only_with, item, (struct field_name){f, 0});
        json_reader_leave (reader, inner);
    }
    json_reader_leave (reader, back);
    return rc;
}

int column_words_read (struct json_reader *reader, const struct json_value *dmh, struct schema *self)
{
    int rc = s_sets (reader, dmh, &self->words);
    if (rc == DMH_OK)
        rc = s_list (reader, dmh, "signs", &self->words.signs);
    if (rc == DMH_OK)
        rc = s_list (reader, dmh, "zero_is_missing", &self->words.zeroes);
    if (rc == DMH_OK)
        rc = s_list (reader, dmh, "tests", &self->words.tests);
    if (rc == DMH_OK)
        rc = s_parts (reader, dmh, self);
    if (rc == DMH_OK)
        rc = s_times (reader, dmh, &self->words);
    if (rc == DMH_OK)
        rc = s_only_with (reader, dmh, self);
    return rc == DMH_OK ? s_stands_in (reader, dmh, self) : rc;
}
