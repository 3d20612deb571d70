//  json_document.c: see json_document.h.
#include "worker/rules/schema/json_document.h"

#include "worker/text/nearest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct json_value *json_parse (const char *text, size_t n, const char *source, struct error *error)
{
    if (n > JSON_BYTES_MAX) {
        error_set (error, DMH_BAD_INPUT, "%s is longer than 1 MiB", source);
        return NULL;
    }
    if (n == 0 || memchr (text, 0, n)) {
        error_set (error, DMH_BAD_INPUT, "%s %s", source,
                   n ? "holds a NUL byte, so it is not JSON" : "is empty");
        return NULL;
    }
    return json_value_new (text, n, JSON_DEPTH_MAX, source, error);
}

size_t json_enter (struct json_place *place, const char *key)
{
    size_t length = strlen (place->path);
    snprintf (place->path + length, sizeof place->path - length, "%s%s", length ? "." : "", key);
    return length;
}

size_t json_enter_index (struct json_place *place, size_t index)
{
    char key[24];
    snprintf (key, sizeof key, "%zu", index);
    return json_enter (place, key);
}

void json_leave (struct json_place *place, size_t length)
{
    place->path[length] = 0;
}

void json_findings_clear (struct json_findings *self)
{
    for (size_t i = 0; i < self->count; i++)
        free (self->texts[i]);
    self->count = 0;
}

int json_wrong (struct json_place *place, const char *what)
{
    struct error error = {.code = DMH_OK};
    struct json_findings *findings = place->findings;
    int rc = error_set (&error, DMH_BAD_INPUT, "%s: %s %s", place->source,
                        *place->path ? place->path : "the document", what);
    if (place->error && (!findings || findings->count == 0))
        *place->error = error;
    if (!findings)
        return rc;
    if (findings->count == JSON_FINDINGS_MAX)
        return DMH_OK;
    findings->texts[findings->count] = strdup (error.text);
    if (!findings->texts[findings->count])
        return error_set (place->error, DMH_INTERNAL, "out of memory while reading %s", place->source);
    findings->count++;
    return DMH_OK;
}

int json_wrongf (struct json_place *place, const char *format, ...)
{
    char what[400];
    va_list args;
    va_start (args, format);
    vsnprintf (what, sizeof what, format, args);
    va_end (args);
    return json_wrong (place, what);
}

char *json_hint (const char *found, char *out)
{
    if (found)
        snprintf (out, JSON_HINT_BYTES, "; did you mean “%.60s”?", found);
    else
        *out = 0;
    return out;
}

static int s_unknown (struct json_place *place, const char *key, const char *const *keys)
{
    char what[320] = "is not known; write one of", hint[JSON_HINT_BYTES];
    size_t n = strlen (what);
    for (size_t k = 0; keys[k] && n + 2 < sizeof what; k++)
        n += (size_t) snprintf (what + n, sizeof what - n, "%s %s", k ? "," : "", keys[k]);
    return json_wrongf (place, "%s%s", what, json_hint (nearest_of (key, keys), hint));
}

int json_known (struct json_place *place, const struct json_value *object, const char *const *keys)
{
    int rc = DMH_OK;
    const struct json_value *member = object->first;
    for (; rc == DMH_OK && member; member = member->next) {
        bool known = false;
        for (size_t k = 0; keys[k]; k++)
            known = known || strcmp (member->key, keys[k]) == 0;
        bool twice = known && json_value_member (object, member->key) != member;
        if (known && !twice)
            continue;
        size_t back = json_enter (place, member->key);
        rc = twice ? json_wrong (place, "stands twice; leave one") : s_unknown (place, member->key, keys);
        if (rc == DMH_OK)
            json_leave (place, back);
    }
    return rc;
}

const struct json_value *json_member (const struct json_value *object, const char *key)
{
    const struct json_value *value = json_value_member (object, key);
    return json_value_is (value, JSON_NULL) ? NULL : value;
}

static int s_wrong_member (struct json_place *place, const char *key, const char *what)
{
    size_t back = json_enter (place, key);
    int rc = json_wrong (place, what);
    json_leave (place, back);
    return rc;
}

int json_string (struct json_place *place, const struct json_value *object, const char *key, bool required,
                 char **out)
{
    const struct json_value *value = json_member (object, key);
    *out = NULL;
    if (!value)
        return required ? s_wrong_member (place, key, "is missing; write a string") : DMH_OK;
    if (value->type != JSON_STRING)
        return s_wrong_member (place, key, "has to be a string");
    *out = strdup (value->text);
    return *out ? DMH_OK
                : error_set (place->error, DMH_INTERNAL, "out of memory while reading %s", place->source);
}

int json_boolean (struct json_place *place, const struct json_value *object, const char *key, bool *out)
{
    const struct json_value *value = json_member (object, key);
    if (!value)
        return DMH_OK;
    if (value->type != JSON_TRUE && value->type != JSON_FALSE)
        return s_wrong_member (place, key, "has to be true or false");
    *out = value->type == JSON_TRUE;
    return DMH_OK;
}

int json_number (struct json_place *place, const struct json_value *object, const char *key, double *out)
{
    const struct json_value *value = json_member (object, key);
    if (!value)
        return DMH_OK;
    if (value->type != JSON_NUMBER)
        return s_wrong_member (place, key, "has to be a number");
    *out = strtod (value->text, NULL);
    return DMH_OK;
}

int json_array (struct json_place *place, const struct json_value *object, const char *key,
                const struct json_value **out)
{
    *out = json_member (object, key);
    if (!*out || (*out)->type == JSON_ARRAY)
        return DMH_OK;
    *out = NULL;
    return s_wrong_member (place, key, "has to be an array");
}

int json_object (struct json_place *place, const struct json_value *object, const char *key,
                 const struct json_value **out)
{
    *out = json_member (object, key);
    if (!*out || (*out)->type == JSON_OBJECT)
        return DMH_OK;
    *out = NULL;
    return s_wrong_member (place, key, "has to be an object");
}
