//  derived_columns.c: see derived_columns.h.
#include "worker/rules/mapping/derived_columns.h"

#include "worker/text/nearest.h"

#include <stdio.h>
#include <stdlib.h>

static const char NAME_FORM_WORDS[] = "\"family, given\", \"given family\", \"dicom\" or \"hl7\"";

//  A string that has to be there and not empty.
static int s_need (struct json_place *place, const struct json_value *object, const char *key, char **out)
{
    int rc = json_string (place, object, key, true, out);
    if (rc != DMH_OK || **out)
        return rc;
    json_enter (place, key);
    return json_wrong (place, "is empty; write a name");
}

static int s_take (struct json_place *place, const struct json_value *join, mapping_t *self,
                   struct mapping_join *to)
{
    const struct json_value *take;
    int rc = json_object (place, join, "take", &take);
    if (rc != DMH_OK)
        return rc;
    if (!take || take->count == 0 || take->count > MADE_FIELDS_MAX)
        return json_wrong (place, "needs \"take\": {\"COLUMN OF THE TABLE\": \"field\"}, 1 to 16 of them");
    size_t back = json_enter (place, "take");
    for (const struct json_value *member = take->first; member; member = member->next) {
        const char *field = json_value_string (member);
        size_t inner = json_enter (place, member->key);
        if (!field || !*field)
            return json_wrong (place, "has to be the name of a field");
        struct mapping_pair *pair = &to->takes[to->take_count++];
        *pair = (struct mapping_pair){strdup (member->key), strdup (field)};
        if (!pair->from || !pair->to)
            return mapping_out_of_memory (place);
        rc = mapping_feeds (place, self, to->column, pair->to, false, true);
        if (rc != DMH_OK)
            return rc;
        json_leave (place, inner);
    }
    json_leave (place, back);
    return DMH_OK;
}

static bool s_takes (const struct mapping_join *join, const char *field)
{
    for (size_t i = 0; i < join->take_count; i++)
        if (strcmp (join->takes[i].to, field) == 0)
            return true;
    return false;
}

static int s_join (struct json_place *place, const struct json_value *entry, mapping_t *self)
{
    static const char *const KEYS[] = {"column", "table", "key", "take", "keep", NULL};
    struct mapping_join *join = &self->joins[self->join_count++];
    if (!json_value_is (entry, JSON_OBJECT))
        return json_wrong (place,
                           "has to be an object; write {\"column\": …, \"table\": \"FILE.csv\", \"key\": …, "
                           "\"take\": {…}}");
    int rc = json_known (place, entry, KEYS);
    if (rc == DMH_OK)
        rc = s_need (place, entry, "column", &join->column);
    if (rc == DMH_OK)
        rc = s_need (place, entry, "table", &join->table);
    if (rc == DMH_OK)
        rc = s_need (place, entry, "key", &join->key);
    if (rc == DMH_OK)
        rc = s_take (place, entry, self, join);
    if (rc == DMH_OK)
        rc = json_string (place, entry, "keep", false, &join->keep);
    if (rc != DMH_OK)
        return rc;
    size_t back = json_enter (place, "keep");
    if (join->keep && !s_takes (join, join->keep))
        rc = mapping_feeds (place, self, join->column, join->keep, false, true);
    json_leave (place, back);
    back = json_enter (place, "column");
    if (rc == DMH_OK)
        rc = mapping_uses (place, self, join->column, true);
    json_leave (place, back);
    return rc;
}

int mapping_read_joins (struct json_place *place, const struct json_value *root, mapping_t *self)
{
    const struct json_value *list;
    int rc = json_array (place, root, "joins", &list);
    if (rc != DMH_OK || !list)
        return rc;
    size_t back = json_enter (place, "joins");
    if (list->count > JOINS_MAX)
        return json_wrong (place, "has more than 8 tables; write one table for several of them");
    for (const struct json_value *entry = list->first; rc == DMH_OK && entry; entry = entry->next) {
        size_t inner = json_enter_index (place, self->join_count);
        rc = s_join (place, entry, self);
        if (rc == DMH_OK)
            json_leave (place, inner);
    }
    if (rc == DMH_OK)
        json_leave (place, back);
    return rc;
}

//  "form" of a name; *name: it is there.
static int s_form (struct json_place *place, const struct json_value *entry, bool *name, enum name_form *form)
{
    static const char *const WORDS[] = {"family, given", "given family", "dicom", "hl7", NULL};
    char *word = NULL, hint[JSON_HINT_BYTES];
    int rc = json_string (place, entry, "form", false, &word);
    *name = word != NULL;
    if (rc == DMH_OK && word && !name_form_of (word, form)) {
        json_enter (place, "form");
        rc = json_wrongf (place, "is no form of a name; write %s%s", NAME_FORM_WORDS,
                          json_hint (nearest_of (word, WORDS), hint));
    }
    free (word);
    return rc;
}

//  A string of at most 16 bytes that stands between values.
static int s_between (struct json_place *place, const struct json_value *entry, const char *key,
                      char out[BETWEEN_BYTES])
{
    char *text = NULL;
    int rc = json_string (place, entry, key, false, &text);
    if (rc == DMH_OK && text && strlen (text) >= BETWEEN_BYTES) {
        json_enter (place, key);
        rc = json_wrong (place, "is longer than 16 bytes");
    } else if (rc == DMH_OK)
        snprintf (out, BETWEEN_BYTES, "%s", text ? text : "");
    free (text);
    return rc;
}

static int s_part (struct json_place *place, const char *word, enum name_part *out)
{
    static const char *const WORDS[] = {"family", "given", "middle", "prefix", "suffix", NULL};
    char hint[JSON_HINT_BYTES];
    for (int part = 0; part < NAME_PARTS; part++)
        if (strcmp (word, name_part_word ((enum name_part) part)) == 0) {
            *out = (enum name_part) part;
            return DMH_OK;
        }
    return json_wrongf (place, "is no part of a name; write family, given, middle, prefix or suffix%s",
                        json_hint (nearest_of (word, WORDS), hint));
}

//  One source column of a combination.
static int s_from (struct json_place *place, const struct json_value *value, mapping_t *self,
                   struct mapping_combine *to)
{
    const char *column = json_value_string (value);
    if (!column)
        return json_wrong (place, "has to be the name of a column");
    to->from[to->from_count] = strdup (column);
    if (!to->from[to->from_count])
        return mapping_out_of_memory (place);
    return mapping_uses (place, self, to->from[to->from_count++], false);
}

static int s_all_from (struct json_place *place, const struct json_value *entry, mapping_t *self,
                       struct mapping_combine *to)
{
    const struct json_value *from = json_member (entry, "from");
    bool object = from && json_value_is (from, JSON_OBJECT), array = from && json_value_is (from, JSON_ARRAY);
    if (to->name ? !object : !array)
        return json_wrong (place, to->name ? "needs \"from\": {\"family\": \"COLUMN\", …}, as it has a form"
                                           : "needs \"from\": [\"COLUMN\", …]");
    size_t back = json_enter (place, "from");
    if (from->count == 0 || from->count > MADE_COLUMNS_MAX)
        return json_wrong (place, "has to name 1 to 16 columns");
    for (const struct json_value *item = from->first; item; item = item->next) {
        size_t at = to->from_count;
        size_t inner = object ? json_enter (place, item->key) : json_enter_index (place, at);
        int rc = object ? s_part (place, item->key, &to->parts[at]) : DMH_OK;
        if (rc == DMH_OK)
            rc = s_from (place, item, self, to);
        if (rc != DMH_OK)
            return rc;
        json_leave (place, inner);
    }
    json_leave (place, back);
    return DMH_OK;
}

static int s_combine (struct json_place *place, const struct json_value *entry, mapping_t *self,
                      struct mapping_combine *to)
{
    static const char *const KEYS[] = {"from", "join", "form", NULL};
    if (!json_value_is (entry, JSON_OBJECT))
        return json_wrong (place, "has to be an object; write {\"from\": [\"COLUMN\", …], \"join\": \" \"}");
    int rc = json_known (place, entry, KEYS);
    if (rc == DMH_OK)
        rc = s_form (place, entry, &to->name, &to->form);
    if (rc == DMH_OK && to->name && json_member (entry, "join"))
        return json_wrong (place, "has both a \"form\" and a \"join\"; leave one");
    if (rc == DMH_OK)
        rc = s_between (place, entry, "join", to->between);
    if (rc == DMH_OK)
        rc = s_all_from (place, entry, self, to);
    return rc == DMH_OK ? mapping_feeds (place, self, to->from[0], to->field, false, true) : rc;
}

int mapping_read_combines (struct json_place *place, const struct json_value *root, mapping_t *self)
{
    const struct json_value *object;
    int rc = json_object (place, root, "combine", &object);
    if (rc != DMH_OK || !object)
        return rc;
    self->combines = calloc (object->count + 1, sizeof *self->combines);
    if (!self->combines)
        return mapping_out_of_memory (place);
    size_t back = json_enter (place, "combine");
    for (const struct json_value *member = object->first; rc == DMH_OK && member; member = member->next) {
        size_t inner = json_enter (place, member->key);
        struct mapping_combine *to = &self->combines[self->combine_count++];
        to->field = strdup (member->key);
        rc = to->field ? s_combine (place, member, self, to) : mapping_out_of_memory (place);
        if (rc == DMH_OK)
            json_leave (place, inner);
    }
    if (rc == DMH_OK)
        json_leave (place, back);
    return rc;
}

static int s_into (struct json_place *place, mapping_t *self, struct mapping_split *to, size_t at,
                   const struct json_value *value, const char *fallback)
{
    const char *field = value ? json_value_string (value) : fallback;
    if (!field || !*field)
        return json_wrong (place, "has to be the name of a field");
    if (to->into[at])
        return json_wrong (place, "is given twice; leave one");
    to->into[at] = strdup (field);
    if (!to->into[at])
        return mapping_out_of_memory (place);
    return mapping_feeds (place, self, to->column, to->into[at], !value, true);
}

//  "into" of a name: {"family": "family_name"}; without it the fields called as in patient, where they are.
static int s_name_into (struct json_place *place, const struct json_value *entry, mapping_t *self,
                        struct mapping_split *to)
{
    static const char *const FALLBACK[NAME_PARTS] = {"family_name", "given_name", "middle_name", "prefix",
                                                     "suffix"};
    const struct json_value *into;
    int rc = json_object (place, entry, "into", &into);
    to->into_count = NAME_PARTS;
    for (size_t part = 0; rc == DMH_OK && !into && part < NAME_PARTS; part++)
        rc = s_into (place, self, to, part, NULL, FALLBACK[part]);
    size_t back = json_enter (place, "into");
    const struct json_value *member = into ? into->first : NULL;
    for (; rc == DMH_OK && member; member = member->next) {
        enum name_part part = NAME_FAMILY;
        size_t inner = json_enter (place, member->key);
        rc = s_part (place, member->key, &part);
        if (rc == DMH_OK)
            rc = s_into (place, self, to, part, member, NULL);
        if (rc == DMH_OK)
            json_leave (place, inner);
    }
    if (rc == DMH_OK && into && into->count == 0)
        return json_wrong (place, "names no field; write {\"family\": \"family_name\", …} or leave it out");
    if (rc == DMH_OK)
        json_leave (place, back);
    return rc;
}

static int s_at_into (struct json_place *place, const struct json_value *entry, mapping_t *self,
                      struct mapping_split *to)
{
    const struct json_value *into;
    int rc = s_between (place, entry, "at", to->between);
    if (rc == DMH_OK)
        rc = json_array (place, entry, "into", &into);
    if (rc != DMH_OK)
        return rc;
    if (!*to->between)
        return json_wrongf (place, "needs a \"form\" (%s) or \"at\": \"TEXT BETWEEN\"", NAME_FORM_WORDS);
    if (!into || into->count < 2 || into->count > MADE_FIELDS_MAX)
        return json_wrong (place, "needs \"into\": [\"field\", \"field\", …], 2 to 16 of them");
    size_t back = json_enter (place, "into");
    to->into_count = into->count;
    const struct json_value *item = into->first;
    for (size_t i = 0; rc == DMH_OK && item; i++, item = item->next) {
        size_t inner = json_enter_index (place, i);
        rc = s_into (place, self, to, i, item, NULL);
        if (rc == DMH_OK)
            json_leave (place, inner);
    }
    if (rc == DMH_OK)
        json_leave (place, back);
    return rc;
}

static int s_split (struct json_place *place, const struct json_value *entry, mapping_t *self,
                    struct mapping_split *to)
{
    static const char *const KEYS[] = {"form", "at", "into", NULL};
    if (!json_value_is (entry, JSON_OBJECT))
        return json_wrong (place, "has to be an object; write {\"form\": \"family, given\"}");
    int rc = json_known (place, entry, KEYS);
    if (rc == DMH_OK)
        rc = s_form (place, entry, &to->name, &to->form);
    if (rc == DMH_OK && to->name && json_member (entry, "at"))
        return json_wrong (place, "has both a \"form\" and an \"at\"; leave one");
    if (rc == DMH_OK)
        rc = to->name ? s_name_into (place, entry, self, to) : s_at_into (place, entry, self, to);
    return rc == DMH_OK ? mapping_uses (place, self, to->column, false) : rc;
}

int mapping_read_splits (struct json_place *place, const struct json_value *root, mapping_t *self)
{
    const struct json_value *object;
    int rc = json_object (place, root, "split", &object);
    if (rc != DMH_OK || !object)
        return rc;
    self->splits = calloc (object->count + 1, sizeof *self->splits);
    if (!self->splits)
        return mapping_out_of_memory (place);
    size_t back = json_enter (place, "split");
    for (const struct json_value *member = object->first; rc == DMH_OK && member; member = member->next) {
        size_t inner = json_enter (place, member->key);
        struct mapping_split *to = &self->splits[self->split_count++];
        to->column = strdup (member->key);
        rc = to->column ? s_split (place, member, self, to) : mapping_out_of_memory (place);
        if (rc == DMH_OK)
            json_leave (place, inner);
    }
    if (rc == DMH_OK)
        json_leave (place, back);
    return rc;
}
