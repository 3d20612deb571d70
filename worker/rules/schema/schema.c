//  schema.c: a schema file into a struct schema. See schema.h.
#include "worker/rules/schema/schema.h"

#include "worker/text/ascii.h"
#include "worker/text/nearest.h"

#include "worker/rules/schema/field.h"
#include "worker/rules/schema/read.h"

#include <math.h>
#include <stdlib.h>

static int s_fields (struct json_place *place, const struct json_value *root, schema_t *self)
{
    const struct json_value *list;
    int rc = json_array (place, root, "fields", &list);
    if (rc != DMH_OK)
        return rc;
    if (!list || list->count == 0 || list->count > FIELDS_MAX)
        return json_wrong (place, "needs 1 to 128 \"fields\"");
    self->fields = calloc (list->count, sizeof *self->fields);
    if (!self->fields)
        return schema_out_of_memory (place);
    size_t back = json_enter (place, "fields");
    for (const struct json_value *entry = list->first; entry; entry = entry->next) {
        size_t inner = json_enter_index (place, self->field_count);
        rc = schema_field_read (place, entry, &self->fields[self->field_count++]);
        if (rc != DMH_OK)
            return rc;
        json_leave (place, inner);
    }
    json_leave (place, back);
    return DMH_OK;
}

//  Whether the field lists the name in another spelling of letters beyond ASCII already (ÉTAT and état,
//  straße and strasse). Nothing is lost by that.
static bool s_is_respelled (const schema_t *self, const field_names_t *names, const char *name, int field)
{
    const struct field_name *there = field_names_find (names, text_of (name));
    if (!there || there->field != field || there->strength == 0)
        return false;
    const struct field *of = &self->fields[field];
    const char *first = (names == self->names ? of->aliases : of->otherwise)[there->strength - 1];
    return strcmp (first, name) != 0 && !(is_ascii (first) && is_ascii (name));
}

static int s_add_name (struct json_place *place, schema_t *self, field_names_t *to, const char *name,
                       struct field_name as)
{
    int other;
    int rc = field_names_add (to, name, as, &other);
    if (rc < 0)
        return schema_out_of_memory (place);
    if (rc == 0 || s_is_respelled (self, to, name, as.field))
        return DMH_OK;
    const char *whose = self->fields[as.field].name;
    size_t back = json_enter (place, "fields");
    json_enter_index (place, (size_t) as.field);
    rc = json_wrongf (place, "(%s) has the name “%.60s”, which %s%s; leave it out there or here",
                      whose ? whose : "without a name", name,
                      other < 0 ? "holds no letter or digit, or is too long" : "is already a name of ",
                      other < 0 ? "" : self->fields[other].name);
    json_leave (place, back);
    return rc;
}

//  The fields' own names first, so that an alias cannot take one.
static int s_names (struct json_place *place, schema_t *self)
{
    self->names = field_names_new ();
    self->otherwise = field_names_new ();
    if (!self->names || !self->otherwise)
        return schema_out_of_memory (place);
    int rc = DMH_OK;
    for (size_t f = 0; rc == DMH_OK && f < self->field_count; f++)
        if (self->fields[f].name)
            rc = s_add_name (place, self, self->names, self->fields[f].name, (struct field_name){(int) f, 0});
    for (size_t f = 0; rc == DMH_OK && f < self->field_count; f++) {
        const struct field *field = &self->fields[f];
        for (size_t a = 0; rc == DMH_OK && a < field->alias_count; a++)
            rc = s_add_name (place, self, self->names, field->aliases[a],
                             (struct field_name){(int) f, (int) a + 1});
        for (size_t a = 0; rc == DMH_OK && a < field->otherwise_count; a++)
            rc = s_add_name (place, self, self->otherwise, field->otherwise[a],
                             (struct field_name){(int) f, (int) a + 1});
    }
    return rc;
}

//  A name, NULL for what is none, that is no field's.
static int s_no_field (struct json_place *place, const schema_t *self, const char *name)
{
    char hint[JSON_HINT_BYTES];
    struct nearest nearest = nearest_begin (name ? name : "");
    for (size_t f = 0; f < self->field_count; f++)
        if (self->fields[f].name)
            nearest_try (&nearest, self->fields[f].name);
    if (!name)
        return json_wrong (place, "names a field by something that is no string; write its name");
    return json_wrongf (place, "names a field that the schema does not have, “%.60s”%s", name,
                        json_hint (nearest.found, hint));
}

//  An array of field names as indices; at most `room`.
static int s_indices (struct json_place *place, const struct json_value *object, const char *key,
                      const schema_t *self, int *out, size_t room, size_t *count)
{
    const struct json_value *list;
    int rc = json_array (place, object, key, &list);
    if (rc != DMH_OK || !list)
        return rc;
    size_t back = json_enter (place, key);
    for (const struct json_value *item = list->first; rc == DMH_OK && item; item = item->next) {
        const char *name = json_value_string (item);
        int at = name ? schema_field (self, name) : FIELD_NONE;
        if (*count == room)
            return json_wrongf (place, "has more than %zu names", room);
        if (at != FIELD_NONE)
            out[(*count)++] = at;
        else
            rc = s_no_field (place, self, name);
    }
    if (rc == DMH_OK)
        json_leave (place, back);
    return rc;
}

static int s_measure (struct json_place *place, const struct json_value *dmh, schema_t *self)
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
        {"flag", &m->flag, FIELD_CODE},
    };
    const struct json_value *measure;
    int rc = json_object (place, dmh, "measure", &measure);
    if (rc != DMH_OK || !measure)
        return rc;
    const char *keys[sizeof parts / sizeof *parts + 1] = {NULL};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        keys[i] = parts[i].key;
    size_t back = json_enter (place, "measure");
    rc = json_known (place, measure, keys);
    for (size_t i = 0; rc == DMH_OK && i < sizeof parts / sizeof *parts; i++) {
        char *name = NULL;
        rc = json_string (place, measure, parts[i].key, i == 0, &name);
        if (rc != DMH_OK)
            return rc;
        *parts[i].at = name ? schema_field (self, name) : FIELD_NONE;
        bool wrong = name && (*parts[i].at == FIELD_NONE || self->fields[*parts[i].at].type != parts[i].type);
        free (name);
        if (!wrong)
            continue;
        size_t inner = json_enter (place, parts[i].key);
        rc = json_wrongf (place, "names no field, or one of another type; write one whose dmh.type is %s",
                          field_type_word (parts[i].type));
        if (rc == DMH_OK)
            json_leave (place, inner);
    }
    if (rc != DMH_OK)
        return rc;
    json_leave (place, back);
    self->has_measure = true;
    return DMH_OK;
}

static int s_missing (struct json_place *place, const struct json_value *root, schema_t *self)
{
    const struct json_value *list;
    self->missing = missing_new ();
    if (!self->missing)
        return schema_out_of_memory (place);
    int rc = json_array (place, root, "missingValues", &list);
    const struct json_value *item = list ? list->first : NULL;
    for (size_t i = 0; rc == DMH_OK && item; i++, item = item->next) {
        const char *marker = json_value_string (item);
        if (!marker) {
            size_t back = json_enter (place, "missingValues");
            json_enter_index (place, i);
            rc = json_wrong (place, "is a missing value that is not a string; write it in quotes");
            json_leave (place, back);
        } else if (missing_add (self->missing, marker) != 0)
            return schema_out_of_memory (place);
    }
    return rc;
}

//  What "dmh" says of the whole.
static int s_dmh (struct json_place *place, const struct json_value *dmh, schema_t *self)
{
    static const char *const KEYS[] = {"key", "any_of", "measure", "before", "within", "checks", NULL};
    size_t back = json_enter (place, "dmh");
    int rc = json_known (place, dmh, KEYS);
    if (rc == DMH_OK)
        rc = s_indices (place, dmh, "key", self, self->key, FIELDS_MAX, &self->key_count);
    if (rc == DMH_OK)
        rc = s_indices (place, dmh, "any_of", self, self->any_of, sizeof self->any_of / sizeof *self->any_of,
                        &self->any_of_count);
    if (rc == DMH_OK)
        rc = s_measure (place, dmh, self);
    if (rc == DMH_OK)
        rc = schema_read_dates (place, dmh, self);
    if (rc == DMH_OK)
        rc = check_read_limits (place, dmh, self->checks);
    if (rc == DMH_OK)
        json_leave (place, back);
    return rc;
}

static int s_read (struct json_place *place, const struct json_value *root, schema_t *self)
{
    //  Table Schema (versions 1 and 2), a resource's own, and ours.
    static const char *const KEYS[] = {"name",    "version",       "title",       "description",
                                       "fields",  "missingValues", "primaryKey",  "foreignKeys",
                                       "$schema", "uniqueKeys",    "fieldsMatch", "dmh",
                                       NULL};
    const struct json_value *dmh = NULL;
    if (!json_value_is (root, JSON_OBJECT))
        return json_wrong (place, "has to be an object");
    int rc = json_known (place, root, KEYS);
    if (rc == DMH_OK)
        rc = json_string (place, root, "name", true, &self->name);
    if (rc == DMH_OK && self->name && !schema_is_name (self->name))
        rc = json_wrong (place, "has a name that is not snake_case (a-z, 0-9, _)");
    if (rc == DMH_OK && self->name && strlen (self->name) > SCHEMA_NAME_MAX)
        rc = json_wrong (place, "has a name of more than 31 letters");
    if (rc == DMH_OK)
        rc = json_string (place, root, "version", true, &self->version);
    if (rc == DMH_OK)
        rc = json_string (place, root, "title", false, &self->title);
    if (rc == DMH_OK)
        rc = json_string (place, root, "description", false, &self->description);
    if (rc == DMH_OK)
        rc = s_fields (place, root, self);
    if (rc == DMH_OK)
        rc = s_names (place, self);
    if (rc == DMH_OK)
        rc = s_missing (place, root, self);
    if (rc == DMH_OK)
        rc = json_object (place, root, "dmh", &dmh);
    return rc == DMH_OK && dmh ? s_dmh (place, dmh, self) : rc;
}

static schema_t *s_keep_text (struct json_place *place, schema_t *self, const char *json, size_t n)
{
    digest_of (json, n, self->sha256);
    self->json = malloc (n + 1);
    if (!self->json) {
        schema_out_of_memory (place);
        schema_destroy (&self);
        return NULL;
    }
    memcpy (self->json, json, n);
    self->json[n] = 0;
    return self;
}

static schema_t *s_new (struct json_place *place, const struct json_value *root)
{
    schema_t *self = calloc (1, sizeof *self);
    for (int c = 0; self && c < CHECK_COUNT; c++)
        self->checks[c] = NAN;
    if (!self)
        schema_out_of_memory (place);
    else if (s_read (place, root, self) != DMH_OK)
        schema_destroy (&self);
    return self;
}

schema_t *schema_new (const char *json, size_t n, const char *source, struct error *error)
{
    struct json_value *root = json_parse (json, n, source, error);
    if (!root)
        return NULL;
    struct json_place place = {.source = source, .error = error};
    schema_t *self = s_new (&place, root);
    if (self)
        self = s_keep_text (&place, self, json, n);
    json_value_destroy (&root);
    return self;
}

int schema_check (const char *json, size_t n, const char *source, struct json_findings *findings,
                  size_t *fields, struct error *error)
{
    struct json_place place = {.source = source, .error = error, .findings = findings};
    struct error why = {.code = DMH_OK};
    struct json_value *root = json_parse (json, n, source, &why);
    *fields = 0;
    *error = why;
    if (!root) {
        findings->texts[0] = why.code == DMH_BAD_INPUT ? strdup (why.text) : NULL;
        findings->count = findings->texts[0] ? 1 : 0;
        return why.code;
    }
    schema_t *self = s_new (&place, root);
    json_value_destroy (&root);
    if (!self)
        return error->code;
    *fields = self->field_count;
    schema_destroy (&self);
    return findings->count ? DMH_BAD_INPUT : DMH_OK;
}

void schema_destroy (schema_t **self_p)
{
    schema_t *self = *self_p;
    if (!self)
        return;
    for (size_t f = 0; f < self->field_count; f++)
        schema_field_clear (&self->fields[f]);
    free (self->fields);
    field_names_destroy (&self->names);
    field_names_destroy (&self->otherwise);
    missing_destroy (&self->missing);
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
