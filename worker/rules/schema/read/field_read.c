//  field_read.c: see field_read.h.
#include "worker/rules/schema/read/field_read.h"

#include "worker/text/ascii.h"
#include "worker/text/nearest.h"

#include <math.h>
#include <stdlib.h>

static int s_type (struct json_reader *reader, const struct json_value *dmh, struct field *field)
{
    char *word = NULL, known[FIELD_TYPES_BYTES], hint[NEAREST_HINT_BYTES];
    const char *nearest = NULL;
    int rc = json_read_string (reader, dmh, "type", true, &word);
    if (rc == DMH_OK && word && !field_type_of (word, &field->type, &nearest))
        rc = json_reader_error (reader, "has an unknown type; write one of %s%s", field_type_list (known),
                                nearest_hint (nearest, hint));
    free (word);
    return rc;
}

//  A member that is a list of names, copied.
static int s_names (struct json_reader *reader, const struct json_value *dmh, const char *key, char ***out,
                    size_t *count)
{
    const struct json_value *list;
    int rc = json_read_array (reader, dmh, key, &list);
    if (rc != DMH_OK || !list)
        return rc;
    *out = calloc (list->count + 1, sizeof **out);
    if (!*out)
        return json_reader_no_memory (reader);
    for (const struct json_value *item = list->first; item; item = item->next) {
        const char *name = json_value_string (item);
        if (!name) {
            size_t back = json_reader_enter (reader, key);
            rc = json_reader_error (reader, "holds something that is not a string; write [\"name\", …]");
            if (rc != DMH_OK)
                return rc;
            json_reader_leave (reader, back);
            continue;
        }
        (*out)[*count] = strdup (name);
        if (!(*out)[(*count)++])
            return json_reader_no_memory (reader);
    }
    return DMH_OK;
}

//  One code with its spellings. A spelling has one code.
static int s_spellings (struct json_reader *reader, value_map_t *codes, struct text code,
                        const struct json_value *list)
{
    if (!json_value_is (list, JSON_ARRAY))
        return json_reader_error (reader, "has to be an array of spellings, [] for none");
    bool letters = false;    //  beyond ASCII: É and é, ß and ss may both be listed
    for (const struct json_value *item = list->first; item; item = item->next) {
        struct text spelling = text_of (json_value_string (item)), other;
        letters = letters || (spelling.n && !is_ascii (spelling.at));
        size_t back = json_reader_enter (reader, spelling.n ? spelling.at : "");
        int rc = DMH_OK;
        if (spelling.n == 0) {
            json_reader_leave (reader, back);
            rc = json_reader_error (reader, "holds a spelling that is empty or not a string");
        } else if (value_map_find (codes, spelling, &other) != RULE_CODE_UNMAPPED) {
            if (!letters || !text_equal (other, code))
                rc = json_reader_error (reader, text_equal (other, code)
                                                    ? "is listed twice"
                                                    : "is listed for another code too; leave one");
        } else if (value_map_add (codes, spelling, code) != 0)
            return json_reader_no_memory (reader);
        if (rc != DMH_OK)
            return rc;
        json_reader_leave (reader, back);
    }
    return DMH_OK;
}

//  {"male": ["m", "1"], …}; a code is a spelling of itself; spellings of the code "" say that there is none.
static int s_values (struct json_reader *reader, const struct json_value *dmh, struct field *field)
{
    const struct json_value *values;
    int rc = json_read_object (reader, dmh, "values", &values);
    if (rc != DMH_OK)
        return rc;
    if ((field->type == FIELD_CODE) != (values != NULL))
        return json_reader_error (reader, values
                                              ? "has \"values\" but is no code; write \"type\": \"code\""
                                              : "is a code and needs \"values\": {\"code\": [\"spelling\"]}");
    if (!values)
        return DMH_OK;
    field->codes = value_map_new ();
    if (!field->codes)
        return json_reader_no_memory (reader);
    size_t back = json_reader_enter (reader, "values");
    for (const struct json_value *member = values->first; member; member = member->next) {
        struct text code = text_of (member->key), other;
        if (value_map_find (field->codes, code, &other) != RULE_CODE_UNMAPPED)
            rc = json_reader_error (reader, "has a code that stands twice, “%.60s”", code.at);
        if (rc != DMH_OK)
            return rc;
        if (code.n && value_map_add (field->codes, code, code) != 0)
            return json_reader_no_memory (reader);
    }
    for (const struct json_value *member = values->first; rc == DMH_OK && member; member = member->next) {
        size_t inner = json_reader_enter (reader, member->key);
        rc = s_spellings (reader, field->codes, text_of (member->key), member);
        json_reader_leave (reader, inner);
    }
    json_reader_leave (reader, back);
    return rc;
}

//  {"8840": "mg/dL"}: numbers under which a vocabulary has units.
static int s_concepts (struct json_reader *reader, const struct json_value *dmh, struct field *field)
{
    const struct json_value *object;
    int rc = json_read_object (reader, dmh, "concepts", &object);
    if (rc != DMH_OK || !object)
        return rc;
    if (field->type != FIELD_UNIT)
        return json_reader_error (reader, "has \"concepts\" but is no unit; write \"type\": \"unit\"");
    field->concepts = value_map_new ();
    if (!field->concepts)
        return json_reader_no_memory (reader);
    size_t back = json_reader_enter (reader, "concepts");
    for (const struct json_value *item = object->first; item; item = item->next) {
        const char *unit = json_value_string (item);
        if (!unit || !*unit)
            return json_reader_error (reader, "has to be {\"number\": \"unit\"}");
        if (value_map_add (field->concepts, text_of (item->key), text_of (unit)) != 0)
            return json_reader_no_memory (reader);
    }
    json_reader_leave (reader, back);
    return DMH_OK;
}

//  A member that is a list of values, which are told without regard to case.
static int s_word_set (struct json_reader *reader, const struct json_value *dmh, const char *key,
                       missing_t **out)
{
    const struct json_value *list;
    int rc = json_read_array (reader, dmh, key, &list);
    if (rc != DMH_OK || !list)
        return rc;
    *out = missing_new ();
    if (!*out)
        return json_reader_no_memory (reader);
    for (const struct json_value *item = list->first; item; item = item->next) {
        const char *word = json_value_string (item);
        if (!word) {
            size_t back = json_reader_enter (reader, key);
            rc = json_reader_error (reader, "holds something that is not a string; write [\"NA\", …]");
            json_reader_leave (reader, back);
            if (rc != DMH_OK)
                return rc;
        } else if (missing_add (*out, word) != 0)
            return json_reader_no_memory (reader);
    }
    return DMH_OK;
}

//  ["1", "2"]: spellings whose code is assumed.
static int s_assumed (struct json_reader *reader, const struct json_value *dmh, struct field *field)
{
    char **names = NULL;
    size_t count = 0;
    int rc = s_names (reader, dmh, "assumed", &names, &count);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        if (!field->codes || value_map_assume (field->codes, text_of (names[i])) != 0) {
            size_t back = json_reader_enter (reader, "assumed");
            rc = json_reader_error (reader, "names something that is no spelling of \"values\"");
            json_reader_leave (reader, back);
        }
    for (size_t i = 0; i < count; i++)
        free (names[i]);
    free (names);
    return rc;
}

//  {"mixed": "2131-1", "nothing": ["UNK", "ASKU"]}: a value may hold several codes.
static int s_several (struct json_reader *reader, const struct json_value *dmh, struct field *field)
{
    static const char *const KEYS[] = {"mixed", "nothing", "whole", NULL};
    struct several *several = &field->several;
    const struct json_value *object;
    char **nothing = NULL;
    struct text code;
    size_t count = 0;
    int rc = json_read_object (reader, dmh, "several", &object);
    if (rc != DMH_OK || !object)
        return rc;
    several->may = true;
    size_t back = json_reader_enter (reader, "several");
    rc = json_read_keys (reader, object, KEYS);
    if (rc == DMH_OK)
        rc = json_read_string (reader, object, "mixed", false, &several->mixed);
    if (rc == DMH_OK)
        rc = s_names (reader, object, "nothing", &nothing, &count);
    if (rc == DMH_OK)
        rc = s_word_set (reader, object, "whole", &several->whole);
    for (size_t i = 0; i < count; i++)
        if (several->nothing_count < SEVERAL_NOTHING_MAX)
            several->nothing[several->nothing_count++] = nothing[i];
        else
            free (nothing[i]);
    free (nothing);
    bool known = field->codes && count <= SEVERAL_NOTHING_MAX;
    for (size_t i = 0; known && i < several->nothing_count; i++)
        known = value_map_find (field->codes, text_of (several->nothing[i]), &code) == RULE_NONE;
    if (known && several->mixed)
        known = value_map_find (field->codes, text_of (several->mixed), &code) == RULE_NONE;
    if (rc == DMH_OK && !known)
        rc = json_reader_error (reader, "names something that is no code of \"values\", or more than four");
    json_reader_leave (reader, back);
    return rc;
}

static int s_constraints (struct json_reader *reader, const struct json_value *entry, struct field *field)
{
    const struct json_value *constraints;
    field->minimum = field->maximum = NAN;
    int rc = json_read_object (reader, entry, "constraints", &constraints);
    if (rc != DMH_OK || !constraints)
        return rc;
    //  What nobody would check is not taken in silence.
    static const char *const KEYS[] = {"required", "minimum", "maximum", NULL};
    size_t back = json_reader_enter (reader, "constraints");
    rc = json_read_keys (reader, constraints, KEYS);
    if (rc != DMH_OK)
        return rc;
    json_reader_leave (reader, back);
    rc = json_read_boolean (reader, constraints, "required", &field->required);
    if (rc == DMH_OK)
        rc = json_read_number (reader, constraints, "minimum", &field->minimum);
    return rc == DMH_OK ? json_read_number (reader, constraints, "maximum", &field->maximum) : rc;
}

bool schema_is_name (const char *name)
{
    size_t n = strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return n > 0 && name[n] == 0;
}

//  What "dmh" says of a field.
static int s_dmh (struct json_reader *reader, const struct json_value *dmh, struct field *field)
{
    static const char *const KEYS[] = {"type",      "standard", "past",           "open",        "aliases",
                                       "otherwise", "values",   "missing_except", "identifying", "checks",
                                       "assumed",   "also",     "letters",        "never",       "several",
                                       "concepts",  NULL};
    int rc = json_read_keys (reader, dmh, KEYS);
    if (rc == DMH_OK)
        rc = s_type (reader, dmh, field);
    if (rc == DMH_OK)
        rc = json_read_string (reader, dmh, "standard", false, &field->standard);
    if (rc == DMH_OK)
        rc = json_read_boolean (reader, dmh, "past", &field->past);
    field->identifying = field->type == FIELD_SSN || field->type == FIELD_PHONE || field->type == FIELD_EMAIL;
    if (rc == DMH_OK)
        rc = json_read_boolean (reader, dmh, "identifying", &field->identifying);
    if (rc == DMH_OK)
        rc = json_read_boolean (reader, dmh, "open", &field->open);
    if (rc == DMH_OK)
        rc = s_names (reader, dmh, "aliases", &field->aliases, &field->alias_count);
    if (rc == DMH_OK)
        rc = s_names (reader, dmh, "otherwise", &field->otherwise, &field->otherwise_count);
    if (rc == DMH_OK)
        rc = s_word_set (reader, dmh, "missing_except", &field->missing_except);
    if (rc == DMH_OK)
        rc = json_read_boolean (reader, dmh, "letters", &field->letters);
    if (rc == DMH_OK)
        rc = s_word_set (reader, dmh, "never", &field->never);
    if (rc == DMH_OK)
        rc = check_read_limits (reader, dmh, field->checks);
    if (rc == DMH_OK)
        rc = json_read_string (reader, dmh, "also", false, &field->also);
    if (rc == DMH_OK)
        rc = s_concepts (reader, dmh, field);
    if (rc == DMH_OK)
        rc = s_values (reader, dmh, field);
    if (rc == DMH_OK)
        rc = s_several (reader, dmh, field);
    return rc == DMH_OK ? s_assumed (reader, dmh, field) : rc;
}

//  The standard's own type; what dmh does is told by dmh.type.
static int s_standard_type (struct json_reader *reader, const struct json_value *entry)
{
    static const char *const WORDS[] = {"string", "number", "integer",   "boolean",  "date",     "datetime",
                                        "time",   "year",   "yearmonth", "duration", "geopoint", "geojson",
                                        "object", "array",  "list",      "any",      NULL};
    char *word = NULL, hint[NEAREST_HINT_BYTES];
    int rc = json_read_string (reader, entry, "type", false, &word);
    bool known = !word;
    for (size_t i = 0; WORDS[i] && !known; i++)
        known = strcmp (word, WORDS[i]) == 0;
    if (rc == DMH_OK && !known) {
        size_t back = json_reader_enter (reader, "type");
        rc = json_reader_error (
            reader, "is no type of Table Schema; write string, number, integer, date or datetime%s",
            nearest_hint (nearest_of (word, WORDS), hint));
        json_reader_leave (reader, back);
    }
    free (word);
    return rc;
}

int field_read (struct json_reader *reader, const struct json_value *entry, struct field *field)
{
    if (!json_value_is (entry, JSON_OBJECT))
        return json_reader_error (reader, "has to be an object");
    const struct json_value *dmh = NULL;
    //  Table Schema, versions 1 and 2, and ours.
    static const char *const KEYS[] = {
        "name",        "type",      "format",     "title",      "description",       "example",
        "constraints", "rdfType",   "dmh",        "trueValues", "falseValues",       "missingValues",
        "decimalChar", "groupChar", "bareNumber", "categories", "categoriesOrdered", NULL};
    int rc = json_read_keys (reader, entry, KEYS);
    if (rc == DMH_OK)
        rc = json_read_string (reader, entry, "name", true, &field->name);
    if (rc == DMH_OK && field->name && !schema_is_name (field->name))
        rc = json_reader_error (reader, "has a name that is not snake_case (a-z, 0-9, _)");
    if (rc == DMH_OK)
        rc = s_standard_type (reader, entry);
    if (rc == DMH_OK)
        rc = json_read_string (reader, entry, "title", false, &field->title);
    if (rc == DMH_OK)
        rc = json_read_string (reader, entry, "description", false, &field->description);
    if (rc == DMH_OK)
        rc = s_constraints (reader, entry, field);
    if (rc == DMH_OK)
        rc = json_read_object (reader, entry, "dmh", &dmh);
    if (rc == DMH_OK && !dmh)
        return json_reader_error (reader, "needs \"dmh\": {\"type\": …}");
    if (rc != DMH_OK)
        return rc;
    size_t back = json_reader_enter (reader, "dmh");
    rc = s_dmh (reader, dmh, field);
    json_reader_leave (reader, back);
    return rc;
}

int field_read_also (struct json_reader *reader, const struct field *fields, size_t count)
{
    for (size_t f = 0; f < count; f++) {
        const struct field *also = NULL;
        for (size_t i = 0; i < count && fields[f].also; i++)
            if (i != f && fields[i].name && strcmp (fields[i].name, fields[f].also) == 0)
                also = &fields[i];
        if (!fields[f].also || (fields[f].codes && also && also->codes))
            continue;
        int rc = json_reader_error (reader,
                                    "has the field %s with an \"also\" that is not between two fields of "
                                    "type code",
                                    fields[f].name ? fields[f].name : "");
        if (rc != DMH_OK)
            return rc;
    }
    return DMH_OK;
}
