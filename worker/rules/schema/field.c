//  field.c: see field.h.
#include "worker/rules/schema/field.h"

#include "worker/text/ascii.h"
#include "worker/text/nearest.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *word;
    enum field_type type;
} TYPES[] = {
    {"text", FIELD_TEXT},
    {"identifier", FIELD_IDENTIFIER},
    {"date", FIELD_DATE},
    {"datetime", FIELD_DATETIME},
    {"number", FIELD_NUMBER},
    {"unit", FIELD_UNIT},
    {"code", FIELD_CODE},
    {"uid", FIELD_UID},
    {"test_code", FIELD_TEST_CODE},
    {"ssn", FIELD_SSN},
    {"phone", FIELD_PHONE},
    {"email", FIELD_EMAIL},
    {"postal_code", FIELD_POSTAL_CODE},
    {"state", FIELD_STATE},
    {"npi", FIELD_NPI},
    {"nhs_number", FIELD_NHS_NUMBER},
    {"snomed_ct", FIELD_SNOMED_CT},
    {"icd10cm", FIELD_ICD10CM},
};
enum { TYPE_COUNT = sizeof TYPES / sizeof *TYPES };

const char *field_type_word (enum field_type type)
{
    for (int i = 0; i < TYPE_COUNT; i++)
        if (TYPES[i].type == type)
            return TYPES[i].word;
    return "text";
}

int schema_out_of_memory (struct json_place *place)
{
    return error_set (place->error, DMH_INTERNAL, "out of memory while reading %s", place->source);
}

static int s_unknown_type (struct json_place *place, const char *near)
{
    char known[320] = "", hint[JSON_HINT_BYTES];
    for (size_t i = 0, n = 0; i < TYPE_COUNT && n < sizeof known; i++)
        n += (size_t) snprintf (known + n, sizeof known - n, "%s%s", i ? ", " : "", TYPES[i].word);
    return json_wrongf (place, "has an unknown type; write one of %s%s", known, json_hint (near, hint));
}

static int s_type (struct json_place *place, const struct json_value *dmh, struct field *field)
{
    char *word = NULL;
    int rc = json_string (place, dmh, "type", true, &word);
    if (rc != DMH_OK || !word)
        return rc;
    struct nearest nearest = nearest_begin (word);
    bool known = false;
    for (int i = 0; i < TYPE_COUNT && !known; i++) {
        known = strcmp (word, TYPES[i].word) == 0;
        if (known)
            field->type = TYPES[i].type;
        nearest_try (&nearest, TYPES[i].word);
    }
    free (word);
    return known ? DMH_OK : s_unknown_type (place, nearest.found);
}

//  A member that is a list of names, copied.
static int s_names (struct json_place *place, const struct json_value *dmh, const char *key, char ***out,
                    size_t *count)
{
    const struct json_value *list;
    int rc = json_array (place, dmh, key, &list);
    if (rc != DMH_OK || !list)
        return rc;
    *out = calloc (list->count + 1, sizeof **out);
    if (!*out)
        return schema_out_of_memory (place);
    for (const struct json_value *item = list->first; item; item = item->next) {
        const char *name = json_value_string (item);
        if (!name) {
            size_t back = json_enter (place, key);
            rc = json_wrong (place, "holds something that is not a string; write [\"name\", …]");
            if (rc != DMH_OK)
                return rc;
            json_leave (place, back);
            continue;
        }
        (*out)[*count] = strdup (name);
        if (!(*out)[(*count)++])
            return schema_out_of_memory (place);
    }
    return DMH_OK;
}

//  One code with its spellings. A spelling has one code.
static int s_spellings (struct json_place *place, value_map_t *codes, struct text code,
                        const struct json_value *list)
{
    if (!json_value_is (list, JSON_ARRAY))
        return json_wrong (place, "has to be an array of spellings, [] for none");
    bool letters = false;    //  beyond ASCII: É and é, ß and ss may both be listed
    for (const struct json_value *item = list->first; item; item = item->next) {
        struct text spelling = text_of (json_value_string (item)), other;
        letters = letters || (spelling.n && !is_ascii (spelling.at));
        size_t back = json_enter (place, spelling.n ? spelling.at : "");
        int rc = DMH_OK;
        if (spelling.n == 0) {
            json_leave (place, back);
            rc = json_wrong (place, "holds a spelling that is empty or not a string");
        } else if (value_map_find (codes, spelling, &other) != RULE_CODE_UNMAPPED) {
            if (!letters || !text_equal (other, code))
                rc = json_wrong (place, text_equal (other, code)
                                            ? "is listed twice"
                                            : "is listed for another code too; leave one");
        } else if (value_map_add (codes, spelling, code) != 0)
            return schema_out_of_memory (place);
        if (rc != DMH_OK)
            return rc;
        json_leave (place, back);
    }
    return DMH_OK;
}

//  {"male": ["m", "1"], …}; a code is a spelling of itself; spellings of the code "" say that there is none.
static int s_values (struct json_place *place, const struct json_value *dmh, struct field *field)
{
    const struct json_value *values;
    int rc = json_object (place, dmh, "values", &values);
    if (rc != DMH_OK)
        return rc;
    if ((field->type == FIELD_CODE) != (values != NULL))
        return json_wrong (place, values ? "has \"values\" but is no code; write \"type\": \"code\""
                                         : "is a code and needs \"values\": {\"code\": [\"spelling\"]}");
    if (!values)
        return DMH_OK;
    field->codes = value_map_new ();
    if (!field->codes)
        return schema_out_of_memory (place);
    size_t back = json_enter (place, "values");
    for (const struct json_value *member = values->first; member; member = member->next) {
        struct text code = text_of (member->key), other;
        if (value_map_find (field->codes, code, &other) != RULE_CODE_UNMAPPED)
            rc = json_wrongf (place, "has a code that stands twice, “%.60s”", code.at);
        if (rc != DMH_OK)
            return rc;
        if (code.n && value_map_add (field->codes, code, code) != 0)
            return schema_out_of_memory (place);
    }
    for (const struct json_value *member = values->first; rc == DMH_OK && member; member = member->next) {
        size_t inner = json_enter (place, member->key);
        rc = s_spellings (place, field->codes, text_of (member->key), member);
        if (rc == DMH_OK)
            json_leave (place, inner);
    }
    if (rc == DMH_OK)
        json_leave (place, back);
    return rc;
}

//  ["NA"]: markers of a missing value that say something in this field.
static int s_missing_except (struct json_place *place, const struct json_value *dmh, struct field *field)
{
    const struct json_value *list;
    int rc = json_array (place, dmh, "missing_except", &list);
    if (rc != DMH_OK || !list)
        return rc;
    field->values_too = missing_new ();
    if (!field->values_too)
        return schema_out_of_memory (place);
    for (const struct json_value *item = list->first; item; item = item->next) {
        const char *marker = json_value_string (item);
        if (!marker) {
            json_enter (place, "missing_except");
            return json_wrong (place, "holds something that is not a string; write [\"NA\", …]");
        }
        if (missing_add (field->values_too, marker) != 0)
            return schema_out_of_memory (place);
    }
    return DMH_OK;
}

static int s_constraints (struct json_place *place, const struct json_value *entry, struct field *field)
{
    const struct json_value *constraints;
    field->minimum = field->maximum = NAN;
    int rc = json_object (place, entry, "constraints", &constraints);
    if (rc != DMH_OK || !constraints)
        return rc;
    //  What nobody would check is not taken in silence.
    static const char *const KEYS[] = {"required", "minimum", "maximum", NULL};
    size_t back = json_enter (place, "constraints");
    rc = json_known (place, constraints, KEYS);
    if (rc != DMH_OK)
        return rc;
    json_leave (place, back);
    rc = json_boolean (place, constraints, "required", &field->required);
    if (rc == DMH_OK)
        rc = json_number (place, constraints, "minimum", &field->minimum);
    return rc == DMH_OK ? json_number (place, constraints, "maximum", &field->maximum) : rc;
}

bool schema_is_name (const char *name)
{
    size_t n = strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return n > 0 && name[n] == 0;
}

//  What "dmh" says of a field.
static int s_dmh (struct json_place *place, const struct json_value *dmh, struct field *field)
{
    static const char *const KEYS[] = {"type",        "standard",  "past",   "open",
                                       "aliases",     "otherwise", "values", "missing_except",
                                       "identifying", "checks",    NULL};
    int rc = json_known (place, dmh, KEYS);
    if (rc == DMH_OK)
        rc = s_type (place, dmh, field);
    if (rc == DMH_OK)
        rc = json_string (place, dmh, "standard", false, &field->standard);
    if (rc == DMH_OK)
        rc = json_boolean (place, dmh, "past", &field->past);
    field->identifying = field->type == FIELD_SSN || field->type == FIELD_PHONE || field->type == FIELD_EMAIL;
    if (rc == DMH_OK)
        rc = json_boolean (place, dmh, "identifying", &field->identifying);
    if (rc == DMH_OK)
        rc = json_boolean (place, dmh, "open", &field->open);
    if (rc == DMH_OK)
        rc = s_names (place, dmh, "aliases", &field->aliases, &field->alias_count);
    if (rc == DMH_OK)
        rc = s_names (place, dmh, "otherwise", &field->otherwise, &field->otherwise_count);
    if (rc == DMH_OK)
        rc = s_missing_except (place, dmh, field);
    if (rc == DMH_OK)
        rc = check_read_limits (place, dmh, field->checks);
    return rc == DMH_OK ? s_values (place, dmh, field) : rc;
}

//  The standard's own type; what dmh does is told by dmh.type.
static int s_standard_type (struct json_place *place, const struct json_value *entry)
{
    static const char *const WORDS[] = {"string", "number", "integer",   "boolean",  "date",     "datetime",
                                        "time",   "year",   "yearmonth", "duration", "geopoint", "geojson",
                                        "object", "array",  "list",      "any",      NULL};
    char *word = NULL, hint[JSON_HINT_BYTES];
    int rc = json_string (place, entry, "type", false, &word);
    bool known = !word;
    for (size_t i = 0; WORDS[i] && !known; i++)
        known = strcmp (word, WORDS[i]) == 0;
    if (rc == DMH_OK && !known) {
        size_t back = json_enter (place, "type");
        rc = json_wrongf (place,
                          "is no type of Table Schema; write string, number, integer, date or datetime%s",
                          json_hint (nearest_of (word, WORDS), hint));
        if (rc == DMH_OK)
            json_leave (place, back);
    }
    free (word);
    return rc;
}

int schema_field_read (struct json_place *place, const struct json_value *entry, struct field *field)
{
    if (!json_value_is (entry, JSON_OBJECT))
        return json_wrong (place, "has to be an object");
    const struct json_value *dmh;
    //  Table Schema, versions 1 and 2, and ours.
    static const char *const KEYS[] = {
        "name",        "type",      "format",     "title",      "description",       "example",
        "constraints", "rdfType",   "dmh",        "trueValues", "falseValues",       "missingValues",
        "decimalChar", "groupChar", "bareNumber", "categories", "categoriesOrdered", NULL};
    int rc = json_known (place, entry, KEYS);
    if (rc == DMH_OK)
        rc = json_string (place, entry, "name", true, &field->name);
    if (rc == DMH_OK && field->name && !schema_is_name (field->name))
        rc = json_wrong (place, "has a name that is not snake_case (a-z, 0-9, _)");
    if (rc == DMH_OK)
        rc = s_standard_type (place, entry);
    if (rc == DMH_OK)
        rc = json_string (place, entry, "title", false, &field->title);
    if (rc == DMH_OK)
        rc = json_string (place, entry, "description", false, &field->description);
    if (rc == DMH_OK)
        rc = s_constraints (place, entry, field);
    if (rc == DMH_OK)
        rc = json_object (place, entry, "dmh", &dmh);
    if (rc == DMH_OK && !dmh)
        return json_wrong (place, "needs \"dmh\": {\"type\": …}");
    if (rc != DMH_OK)
        return rc;
    size_t back = json_enter (place, "dmh");
    rc = s_dmh (place, dmh, field);
    if (rc == DMH_OK)
        json_leave (place, back);
    return rc;
}

static void s_free_names (char **names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free (names[i]);
    free (names);
}

void schema_field_clear (struct field *field)
{
    s_free_names (field->aliases, field->alias_count);
    s_free_names (field->otherwise, field->otherwise_count);
    free (field->name);
    free (field->title);
    free (field->description);
    free (field->standard);
    value_map_destroy (&field->codes);
    missing_destroy (&field->values_too);
}
