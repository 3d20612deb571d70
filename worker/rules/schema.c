//  schema.c: a schema file into a struct schema. See schema.h.
#include "schema.h"

#include "json.h"

#include <math.h>
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
};
enum { TYPE_COUNT = sizeof TYPES / sizeof *TYPES };

const char *field_type_word (enum field_type type)
{
    for (int i = 0; i < TYPE_COUNT; i++)
        if (TYPES[i].type == type)
            return TYPES[i].word;
    return "text";
}

static int s_memory (struct json_place *place)
{
    return error_set (place->error, DMH_INTERNAL, "out of memory while reading %s", place->source);
}

static int s_type (struct json_place *place, yajl_val dmh, struct field *field)
{
    char *word = NULL;
    int rc = json_string (place, dmh, "type", true, &word);
    if (rc != DMH_OK)
        return rc;
    rc = DMH_BAD_INPUT;
    for (int i = 0; i < TYPE_COUNT; i++)
        if (strcmp (word, TYPES[i].word) == 0) {
            field->type = TYPES[i].type;
            rc = DMH_OK;
        }
    free (word);
    return rc == DMH_OK
               ? rc
               : json_wrong (place,
                             "has an unknown type; write one of text, identifier, date, datetime, number, "
                             "unit, code, uid, test_code, ssn, phone, email, postal_code, state");
}

static int s_aliases (struct json_place *place, yajl_val dmh, struct field *field)
{
    yajl_val list;
    int rc = json_array (place, dmh, "aliases", &list);
    if (rc != DMH_OK || !list)
        return rc;
    field->aliases = calloc (list->u.array.len + 1, sizeof *field->aliases);
    if (!field->aliases)
        return s_memory (place);
    for (size_t i = 0; i < list->u.array.len; i++) {
        if (!YAJL_IS_STRING (list->u.array.values[i]))
            return json_wrong (place, "has an alias that is not a string");
        char *copy = strdup (list->u.array.values[i]->u.string);
        if (!copy)
            return s_memory (place);
        field->aliases[field->alias_count++] = copy;
    }
    return DMH_OK;
}

//  {"male": ["m", "1"], …}; a code is a spelling of itself.
static int s_values (struct json_place *place, yajl_val dmh, struct field *field)
{
    yajl_val values;
    int rc = json_object (place, dmh, "values", &values);
    if (rc != DMH_OK)
        return rc;
    if (!values)
        return field->type == FIELD_CODE
                   ? json_wrong (place, "is a code and needs \"values\": {\"code\": [\"spelling\"]}")
                   : DMH_OK;
    field->codes = code_map_new ();
    bool good = field->codes != NULL;
    for (size_t i = 0; good && i < values->u.object.len; i++) {
        struct text code = text_of (values->u.object.keys[i]);
        good = code_map_add (field->codes, code, code) == 0;
    }
    for (size_t i = 0; good && i < values->u.object.len; i++) {
        yajl_val list = values->u.object.values[i];
        if (!YAJL_IS_ARRAY (list))
            return json_wrong (place, "has a value whose spellings are not an array");
        for (size_t j = 0; good && j < list->u.array.len; j++) {
            if (!YAJL_IS_STRING (list->u.array.values[j]))
                return json_wrong (place, "has a spelling that is not a string");
            good = code_map_add (field->codes, text_of (list->u.array.values[j]->u.string),
                                 text_of (values->u.object.keys[i])) == 0;
        }
    }
    return good ? DMH_OK : s_memory (place);
}

static int s_constraints (struct json_place *place, yajl_val entry, struct field *field)
{
    yajl_val constraints;
    field->minimum = field->maximum = NAN;
    int rc = json_object (place, entry, "constraints", &constraints);
    if (rc != DMH_OK || !constraints)
        return rc;
    rc = json_boolean (place, constraints, "required", &field->required);
    if (rc == DMH_OK)
        rc = json_number (place, constraints, "minimum", &field->minimum);
    return rc == DMH_OK ? json_number (place, constraints, "maximum", &field->maximum) : rc;
}

static bool s_is_name (const char *name)
{
    size_t n = strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return n > 0 && name[n] == 0;
}

static int s_field (struct json_place *place, yajl_val entry, struct field *field)
{
    if (!YAJL_IS_OBJECT (entry))
        return json_wrong (place, "has to be an object");
    yajl_val dmh;
    int rc = json_string (place, entry, "name", true, &field->name);
    if (rc == DMH_OK && !s_is_name (field->name))
        return json_wrong (place, "has a name that is not snake_case (a-z, 0-9, _)");
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
    if (rc == DMH_OK)
        rc = s_type (place, dmh, field);
    if (rc == DMH_OK)
        rc = json_string (place, dmh, "standard", false, &field->standard);
    if (rc == DMH_OK)
        rc = json_boolean (place, dmh, "past", &field->past);
    if (rc == DMH_OK)
        rc = json_boolean (place, dmh, "open", &field->uid_open);
    if (rc == DMH_OK)
        rc = s_aliases (place, dmh, field);
    return rc == DMH_OK ? s_values (place, dmh, field) : rc;
}

static int s_fields (struct json_place *place, yajl_val root, schema_t *self)
{
    yajl_val list;
    int rc = json_array (place, root, "fields", &list);
    if (rc != DMH_OK)
        return rc;
    if (!list || list->u.array.len == 0 || list->u.array.len > FIELDS_MAX)
        return json_wrong (place, "needs 1 to 128 \"fields\"");
    self->fields = calloc (list->u.array.len, sizeof *self->fields);
    if (!self->fields)
        return s_memory (place);
    size_t back = json_enter (place, "fields");
    for (size_t i = 0; i < list->u.array.len; i++) {
        size_t inner = json_enter_index (place, i);
        struct field *field = &self->fields[self->field_count++];
        rc = s_field (place, list->u.array.values[i], field);
        if (rc != DMH_OK)
            return rc;
        if (schema_field (self, field->name) != (int) i)
            return json_wrong (place, "has the name of an earlier field");
        json_leave (place, inner);
    }
    json_leave (place, back);
    return DMH_OK;
}

//  An array of field names as indices; at most `room`.
static int s_indices (struct json_place *place, yajl_val object, const char *key, const schema_t *self,
                      int *out, size_t room, size_t *count)
{
    yajl_val list;
    int rc = json_array (place, object, key, &list);
    if (rc != DMH_OK || !list)
        return rc;
    size_t back = json_enter (place, key);
    for (size_t i = 0; i < list->u.array.len; i++) {
        const char *name = YAJL_GET_STRING (list->u.array.values[i]);
        int at = name ? schema_field (self, name) : FIELD_NONE;
        if (at == FIELD_NONE || *count == room)
            return json_wrong (place, "names a field that the schema does not have, or too many");
        out[(*count)++] = at;
    }
    json_leave (place, back);
    return DMH_OK;
}

static int s_measure (struct json_place *place, yajl_val dmh, schema_t *self)
{
    struct measure *m = &self->measure;
    const struct {
        const char *key;
        int *at;
        enum field_type type;
    } parts[] = {
        {"number", &m->number, FIELD_NUMBER},
        {"comparator", &m->comparator, FIELD_CODE},
        {"text", &m->text, FIELD_TEXT},
        {"unit", &m->unit, FIELD_UNIT},
        {"code", &m->code, FIELD_TEST_CODE},
        {"code_system", &m->code_system, FIELD_TEXT},
        {"source_value", &m->source_value, FIELD_IDENTIFIER},
        {"source_unit", &m->source_unit, FIELD_IDENTIFIER},
        {"low", &m->low, FIELD_NUMBER},
        {"high", &m->high, FIELD_NUMBER},
    };
    yajl_val measure;
    int rc = json_object (place, dmh, "measure", &measure);
    if (rc != DMH_OK || !measure)
        return rc;
    size_t back = json_enter (place, "measure");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        char *name = NULL;
        rc = json_string (place, measure, parts[i].key, i == 0, &name);
        if (rc != DMH_OK)
            return rc;
        *parts[i].at = name ? schema_field (self, name) : FIELD_NONE;
        bool wrong = name && (*parts[i].at == FIELD_NONE || self->fields[*parts[i].at].type != parts[i].type);
        free (name);
        if (wrong) {
            json_enter (place, parts[i].key);
            return json_wrong (place, "names no field, or one of another type");
        }
    }
    json_leave (place, back);
    self->has_measure = true;
    return DMH_OK;
}

static enum rule s_date_rule (const char *name)
{
    if (strcmp (name, RULE[RULE_DEATH_BEFORE_BIRTH].name) == 0)
        return RULE_DEATH_BEFORE_BIRTH;
    if (strcmp (name, RULE[RULE_COLLECTED_AFTER_RESULT].name) == 0)
        return RULE_COLLECTED_AFTER_RESULT;
    return strcmp (name, RULE[RULE_ORDER_OF_DATES].name) == 0 ? RULE_ORDER_OF_DATES : RULE_NONE;
}

static bool s_is_dated (const schema_t *self, int field)
{
    return field != FIELD_NONE &&
           (self->fields[field].type == FIELD_DATE || self->fields[field].type == FIELD_DATETIME);
}

//  [["birth_date", "death_date", "date.death_before_birth"], …]
static int s_before (struct json_place *place, yajl_val dmh, schema_t *self)
{
    yajl_val list;
    int rc = json_array (place, dmh, "before", &list);
    if (rc != DMH_OK || !list)
        return rc;
    size_t back = json_enter (place, "before");
    for (size_t i = 0; i < list->u.array.len; i++) {
        yajl_val entry = list->u.array.values[i];
        const char *part[3] = {NULL, NULL, "date.out_of_order"};
        for (size_t j = 0; YAJL_IS_ARRAY (entry) && j < entry->u.array.len && j < 3; j++)
            part[j] = YAJL_GET_STRING (entry->u.array.values[j]);
        if (!part[0] || !part[1] || !part[2])
            return json_wrong (place, "is a list of [earlier field, later field, rule]");
        struct date_check check = {schema_field (self, part[0]), schema_field (self, part[1]),
                                   s_date_rule (part[2])};
        bool room = self->date_check_count < sizeof self->date_checks / sizeof *self->date_checks;
        if (!s_is_dated (self, check.before) || !s_is_dated (self, check.after) || check.rule == RULE_NONE ||
            !room)
            return json_wrong (place,
                               "names something that is no date field, an unknown rule, or too many checks");
        self->date_checks[self->date_check_count++] = check;
    }
    json_leave (place, back);
    return DMH_OK;
}

static int s_missing (struct json_place *place, yajl_val root, schema_t *self)
{
    yajl_val list;
    self->missing = markers_new ();
    if (!self->missing)
        return s_memory (place);
    int rc = json_array (place, root, "missingValues", &list);
    for (size_t i = 0; rc == DMH_OK && list && i < list->u.array.len; i++) {
        const char *marker = YAJL_GET_STRING (list->u.array.values[i]);
        if (!marker)
            return json_wrong (place, "has a missing value that is not a string");
        if (markers_add (self->missing, marker) != 0)
            return s_memory (place);
    }
    return rc;
}

static int s_read (struct json_place *place, yajl_val root, schema_t *self)
{
    yajl_val dmh = NULL;
    if (!YAJL_IS_OBJECT (root))
        return json_wrong (place, "has to be an object");
    int rc = json_string (place, root, "name", true, &self->name);
    if (rc == DMH_OK && !s_is_name (self->name))
        return json_wrong (place, "has a name that is not snake_case (a-z, 0-9, _)");
    if (rc == DMH_OK)
        rc = json_string (place, root, "version", true, &self->version);
    if (rc == DMH_OK)
        rc = json_string (place, root, "title", false, &self->title);
    if (rc == DMH_OK)
        rc = json_string (place, root, "description", false, &self->description);
    if (rc == DMH_OK)
        rc = s_fields (place, root, self);
    if (rc == DMH_OK)
        rc = s_missing (place, root, self);
    if (rc == DMH_OK)
        rc = json_object (place, root, "dmh", &dmh);
    if (rc != DMH_OK || !dmh)
        return rc;
    size_t back = json_enter (place, "dmh");
    rc = s_indices (place, dmh, "key", self, self->key, FIELDS_MAX, &self->key_count);
    if (rc == DMH_OK)
        rc = s_indices (place, dmh, "any_of", self, self->any_of, sizeof self->any_of / sizeof *self->any_of,
                        &self->any_of_count);
    if (rc == DMH_OK)
        rc = s_measure (place, dmh, self);
    if (rc == DMH_OK)
        rc = s_before (place, dmh, self);
    json_leave (place, back);
    return rc;
}

schema_t *schema_new (const char *json, size_t n, const char *source, struct error *error)
{
    yajl_val root = json_parse (json, n, source, error);
    if (!root)
        return NULL;
    struct json_place place = {.source = source, .error = error};
    schema_t *self = calloc (1, sizeof *self);
    if (!self)
        s_memory (&place);
    else if (s_read (&place, root, self) != DMH_OK)
        schema_destroy (&self);
    else {
        digest_of (json, n, self->sha256);
        self->json = malloc (n + 1);
        if (self->json) {
            memcpy (self->json, json, n);
            self->json[n] = 0;
        } else {
            s_memory (&place);
            schema_destroy (&self);
        }
    }
    yajl_tree_free (root);
    return self;
}

void schema_destroy (schema_t **self_p)
{
    schema_t *self = *self_p;
    if (!self)
        return;
    for (size_t f = 0; f < self->field_count; f++) {
        struct field *field = &self->fields[f];
        for (size_t a = 0; a < field->alias_count; a++)
            free (field->aliases[a]);
        free (field->aliases);
        free (field->name);
        free (field->title);
        free (field->description);
        free (field->standard);
        code_map_destroy (&field->codes);
    }
    free (self->fields);
    markers_destroy (&self->missing);
    free (self->name);
    free (self->version);
    free (self->title);
    free (self->description);
    free (self->json);
    free (self);
    *self_p = NULL;
}

int schema_field (const schema_t *self, const char *name)
{
    for (size_t f = 0; f < self->field_count; f++)
        if (self->fields[f].name && strcmp (self->fields[f].name, name) == 0)
            return (int) f;
    return FIELD_NONE;
}
