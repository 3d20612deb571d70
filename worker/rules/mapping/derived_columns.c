//  derived_columns.c: see derived_columns.h.
#include "worker/rules/mapping/derived_columns.h"

#include "worker/text/nearest.h"

#include <stdio.h>
#include <stdlib.h>

static const char NAME_FORM_WORDS[] = "\"family, given\", \"given family\", \"dicom\" or \"hl7\"";

//  A string that has to be there and not empty.
static int s_need (struct json_reader *reader, const struct json_value *object, const char *key, char **out)
{
    int rc = json_read_string (reader, object, key, true, out);
    if (rc != DMH_OK || **out)
        return rc;
    json_reader_enter (reader, key);
    return json_reader_error (reader, "is empty; write a name");
}

//  The file, at the reader's path, feeds a field from the column, or uses the column.
static int s_feed (struct json_reader *reader, mapping_t *self, const char *column, const char *field,
                   bool optional)
{
    struct mapping_feed feed = {.column = column, .field = field, .optional = optional, .derived = true};
    return mapping_add_feed (self, reader->path, feed) == 0 ? DMH_OK : json_reader_no_memory (reader);
}

static int s_use (struct json_reader *reader, mapping_t *self, const char *column, bool keeps)
{
    return mapping_add_use (self, reader->path, column, keeps) == 0 ? DMH_OK : json_reader_no_memory (reader);
}

//  "COLUMN OF THE TABLE": "field", of the last join.
static int s_take (struct json_reader *reader, const struct json_value *member, void *context)
{
    mapping_t *self = context;
    struct mapping_join *join = &self->joins[self->join_count - 1];
    const char *field = json_value_string (member);
    if (!field || !*field)
        return json_reader_error (reader, "has to be the name of a field");
    struct mapping_pair *pair = &join->takes[join->take_count++];
    *pair = (struct mapping_pair){strdup (member->key), strdup (field)};
    if (!pair->from || !pair->to)
        return json_reader_no_memory (reader);
    return s_feed (reader, self, join->column, pair->to, false);
}

static int s_all_takes (struct json_reader *reader, const struct json_value *join, mapping_t *self)
{
    const struct json_value *take;
    int rc = json_read_object (reader, join, "take", &take);
    if (rc != DMH_OK)
        return rc;
    if (!take || take->count == 0 || take->count > DERIVED_FIELDS_MAX)
        return json_reader_error (reader,
                                  "needs \"take\": {\"COLUMN OF THE TABLE\": \"field\"}, 1 to 16 of them");
    return json_read_each (reader, take, "take", s_take, self);
}

static bool s_takes (const struct mapping_join *join, const char *field)
{
    for (size_t i = 0; i < join->take_count; i++)
        if (strcmp (join->takes[i].to, field) == 0)
            return true;
    return false;
}

static int s_join (struct json_reader *reader, const struct json_value *entry, void *context)
{
    static const char *const KEYS[] = {"column", "table", "key", "take", "keep", NULL};
    mapping_t *self = context;
    struct mapping_join *join = &self->joins[self->join_count++];
    if (!json_value_is (entry, JSON_OBJECT))
        return json_reader_error (
            reader, "has to be an object; write {\"column\": …, \"table\": \"FILE.csv\", \"key\": …, "
                    "\"take\": {…}}");
    int rc = json_read_keys (reader, entry, KEYS);
    if (rc == DMH_OK)
        rc = s_need (reader, entry, "column", &join->column);
    if (rc == DMH_OK)
        rc = s_need (reader, entry, "table", &join->table);
    if (rc == DMH_OK)
        rc = s_need (reader, entry, "key", &join->key);
    if (rc == DMH_OK)
        rc = s_all_takes (reader, entry, self);
    if (rc == DMH_OK)
        rc = json_read_string (reader, entry, "keep", false, &join->keep);
    if (rc != DMH_OK)
        return rc;
    size_t back = json_reader_enter (reader, "keep");
    if (join->keep && !s_takes (join, join->keep))
        rc = s_feed (reader, self, join->column, join->keep, false);
    json_reader_leave (reader, back);
    back = json_reader_enter (reader, "column");
    if (rc == DMH_OK)
        rc = s_use (reader, self, join->column, true);
    json_reader_leave (reader, back);
    return rc;
}

int mapping_read_joins (struct json_reader *reader, const struct json_value *root, mapping_t *self)
{
    const struct json_value *list;
    int rc = json_read_array (reader, root, "joins", &list);
    if (rc != DMH_OK || !list)
        return rc;
    if (list->count > JOINS_MAX) {
        json_reader_enter (reader, "joins");
        return json_reader_error (reader, "has more than 8 tables; write one table for several of them");
    }
    return json_read_each (reader, list, "joins", s_join, self);
}

//  "form" of a name; *name: it is there.
static int s_form (struct json_reader *reader, const struct json_value *entry, bool *name,
                   enum name_form *form)
{
    static const char *const WORDS[] = {"family, given", "given family", "dicom", "hl7", NULL};
    char *word = NULL, hint[NEAREST_HINT_BYTES];
    int rc = json_read_string (reader, entry, "form", false, &word);
    *name = word != NULL;
    if (rc == DMH_OK && word && !name_form_of (word, form)) {
        json_reader_enter (reader, "form");
        rc = json_reader_error (reader, "is no form of a name; write %s%s", NAME_FORM_WORDS,
                                nearest_hint (nearest_of (word, WORDS), hint));
    }
    free (word);
    return rc;
}

//  A string of at most 16 bytes that stands between values.
static int s_separator (struct json_reader *reader, const struct json_value *entry, const char *key,
                        char out[SEPARATOR_BYTES])
{
    char *text = NULL;
    int rc = json_read_string (reader, entry, key, false, &text);
    if (rc == DMH_OK && text && strlen (text) >= SEPARATOR_BYTES) {
        json_reader_enter (reader, key);
        rc = json_reader_error (reader, "is longer than 16 bytes");
    } else if (rc == DMH_OK)
        snprintf (out, SEPARATOR_BYTES, "%s", text ? text : "");
    free (text);
    return rc;
}

static int s_part (struct json_reader *reader, const char *word, enum name_part *out)
{
    static const char *const WORDS[] = {"family", "given", "middle", "prefix", "suffix", NULL};
    char hint[NEAREST_HINT_BYTES];
    for (int part = 0; part < NAME_PARTS; part++)
        if (strcmp (word, name_part_word ((enum name_part) part)) == 0) {
            *out = (enum name_part) part;
            return DMH_OK;
        }
    return json_reader_error (reader, "is no part of a name; write family, given, middle, prefix or suffix%s",
                              nearest_hint (nearest_of (word, WORDS), hint));
}

//  One source column of a combination.
static int s_from (struct json_reader *reader, const struct json_value *value, mapping_t *self,
                   struct mapping_combine *to)
{
    const char *column = json_value_string (value);
    if (!column)
        return json_reader_error (reader, "has to be the name of a column");
    to->from[to->from_count] = strdup (column);
    if (!to->from[to->from_count])
        return json_reader_no_memory (reader);
    return s_use (reader, self, to->from[to->from_count++], false);
}

static int s_all_from (struct json_reader *reader, const struct json_value *entry, mapping_t *self,
                       struct mapping_combine *to)
{
    const struct json_value *from = json_read_member (entry, "from");
    bool object = from && json_value_is (from, JSON_OBJECT), array = from && json_value_is (from, JSON_ARRAY);
    if (to->name ? !object : !array)
        return json_reader_error (reader,
                                  to->name ? "needs \"from\": {\"family\": \"COLUMN\", …}, as it has a form"
                                           : "needs \"from\": [\"COLUMN\", …]");
    size_t back = json_reader_enter (reader, "from");
    if (from->count == 0 || from->count > DERIVED_COLUMNS_MAX)
        return json_reader_error (reader, "has to name 1 to 16 columns");
    for (const struct json_value *item = from->first; item; item = item->next) {
        size_t at = to->from_count;
        size_t inner = object ? json_reader_enter (reader, item->key) : json_reader_enter_index (reader, at);
        int rc = object ? s_part (reader, item->key, &to->parts[at]) : DMH_OK;
        if (rc == DMH_OK)
            rc = s_from (reader, item, self, to);
        if (rc != DMH_OK)
            return rc;
        json_reader_leave (reader, inner);
    }
    json_reader_leave (reader, back);
    return DMH_OK;
}

static int s_combine (struct json_reader *reader, const struct json_value *entry, void *context)
{
    static const char *const KEYS[] = {"from", "join", "form", NULL};
    mapping_t *self = context;
    struct mapping_combine *to = &self->combines[self->combine_count++];
    to->field = strdup (entry->key);
    if (!to->field)
        return json_reader_no_memory (reader);
    if (!json_value_is (entry, JSON_OBJECT))
        return json_reader_error (reader,
                                  "has to be an object; write {\"from\": [\"COLUMN\", …], \"join\": \" \"}");
    int rc = json_read_keys (reader, entry, KEYS);
    if (rc == DMH_OK)
        rc = s_form (reader, entry, &to->name, &to->form);
    if (rc == DMH_OK && to->name && json_read_member (entry, "join"))
        return json_reader_error (reader, "has both a \"form\" and a \"join\"; leave one");
    if (rc == DMH_OK)
        rc = s_separator (reader, entry, "join", to->separator);
    if (rc == DMH_OK)
        rc = s_all_from (reader, entry, self, to);
    return rc == DMH_OK ? s_feed (reader, self, to->from[0], to->field, false) : rc;
}

int mapping_read_combines (struct json_reader *reader, const struct json_value *root, mapping_t *self)
{
    const struct json_value *object;
    int rc = json_read_object (reader, root, "combine", &object);
    if (rc != DMH_OK || !object)
        return rc;
    self->combines = calloc (object->count + 1, sizeof *self->combines);
    return self->combines ? json_read_each (reader, object, "combine", s_combine, self)
                          : json_reader_no_memory (reader);
}

static int s_into (struct json_reader *reader, mapping_t *self, struct mapping_split *to, size_t at,
                   const struct json_value *value, const char *fallback)
{
    const char *field = value ? json_value_string (value) : fallback;
    if (!field || !*field)
        return json_reader_error (reader, "has to be the name of a field");
    if (to->into[at])
        return json_reader_error (reader, "is given twice; leave one");
    to->into[at] = strdup (field);
    if (!to->into[at])
        return json_reader_no_memory (reader);
    return s_feed (reader, self, to->column, to->into[at], !value);
}

//  "into" of a name: {"family": "family_name"}; without it the fields called as in patient, where they are.
static int s_name_into (struct json_reader *reader, const struct json_value *entry, mapping_t *self,
                        struct mapping_split *to)
{
    static const char *const FALLBACK[NAME_PARTS] = {"family_name", "given_name", "middle_name", "prefix",
                                                     "suffix"};
    const struct json_value *into;
    int rc = json_read_object (reader, entry, "into", &into);
    to->into_count = NAME_PARTS;
    for (size_t part = 0; rc == DMH_OK && !into && part < NAME_PARTS; part++)
        rc = s_into (reader, self, to, part, NULL, FALLBACK[part]);
    size_t back = json_reader_enter (reader, "into");
    const struct json_value *member = into ? into->first : NULL;
    for (; rc == DMH_OK && member; member = member->next) {
        enum name_part part = NAME_FAMILY;
        size_t inner = json_reader_enter (reader, member->key);
        rc = s_part (reader, member->key, &part);
        if (rc == DMH_OK)
            rc = s_into (reader, self, to, part, member, NULL);
        json_reader_leave (reader, inner);
    }
    if (rc == DMH_OK && into && into->count == 0)
        return json_reader_error (reader,
                                  "names no field; write {\"family\": \"family_name\", …} or leave it out");
    json_reader_leave (reader, back);
    return rc;
}

static int s_at_into (struct json_reader *reader, const struct json_value *entry, mapping_t *self,
                      struct mapping_split *to)
{
    const struct json_value *into;
    int rc = s_separator (reader, entry, "at", to->separator);
    if (rc == DMH_OK)
        rc = json_read_array (reader, entry, "into", &into);
    if (rc != DMH_OK)
        return rc;
    if (!*to->separator)
        return json_reader_error (reader, "needs a \"form\" (%s) or \"at\": \"TEXT BETWEEN\"",
                                  NAME_FORM_WORDS);
    if (!into || into->count < 2 || into->count > DERIVED_FIELDS_MAX)
        return json_reader_error (reader, "needs \"into\": [\"field\", \"field\", …], 2 to 16 of them");
    size_t back = json_reader_enter (reader, "into");
    to->into_count = into->count;
    const struct json_value *item = into->first;
    for (size_t i = 0; rc == DMH_OK && item; i++, item = item->next) {
        size_t inner = json_reader_enter_index (reader, i);
        rc = s_into (reader, self, to, i, item, NULL);
        json_reader_leave (reader, inner);
    }
    json_reader_leave (reader, back);
    return rc;
}

static int s_split (struct json_reader *reader, const struct json_value *entry, void *context)
{
    static const char *const KEYS[] = {"form", "at", "into", NULL};
    mapping_t *self = context;
    struct mapping_split *to = &self->splits[self->split_count++];
    to->column = strdup (entry->key);
    if (!to->column)
        return json_reader_no_memory (reader);
    if (!json_value_is (entry, JSON_OBJECT))
        return json_reader_error (reader, "has to be an object; write {\"form\": \"family, given\"}");
    int rc = json_read_keys (reader, entry, KEYS);
    if (rc == DMH_OK)
        rc = s_form (reader, entry, &to->name, &to->form);
    if (rc == DMH_OK && to->name && json_read_member (entry, "at"))
        return json_reader_error (reader, "has both a \"form\" and an \"at\"; leave one");
    if (rc == DMH_OK)
        rc = to->name ? s_name_into (reader, entry, self, to) : s_at_into (reader, entry, self, to);
    return rc == DMH_OK ? s_use (reader, self, to->column, false) : rc;
}

int mapping_read_splits (struct json_reader *reader, const struct json_value *root, mapping_t *self)
{
    const struct json_value *object;
    int rc = json_read_object (reader, root, "split", &object);
    if (rc != DMH_OK || !object)
        return rc;
    self->splits = calloc (object->count + 1, sizeof *self->splits);
    return self->splits ? json_read_each (reader, object, "split", s_split, self)
                        : json_reader_no_memory (reader);
}
