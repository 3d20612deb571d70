//  json_reader.c: see json_reader.h.
#include "worker/rules/schema/read/json_reader.h"

#include "worker/text/nearest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct json_value *json_read_document (const char *text, size_t n, const char *source, struct error *error)
{
    if (n > JSON_DOCUMENT_BYTES_MAX) {
        error_set (error, DMH_BAD_INPUT, "%s is longer than 1 MiB", source);
        return NULL;
    }
    if (n == 0 || memchr (text, 0, n)) {
        error_set (error, DMH_BAD_INPUT, "%s %s", source,
                   n ? "holds a NUL byte, so it is not JSON" : "is empty");
        return NULL;
    }
    return json_value_new (text, n, JSON_DOCUMENT_DEPTH_MAX, source, error);
}

void json_findings_clear (struct json_findings *self)
{
    for (size_t i = 0; i < self->count; i++)
        free (self->texts[i]);
    self->count = 0;
}

size_t json_reader_enter (struct json_reader *self, const char *key)
{
    size_t length = strlen (self->path);
    snprintf (self->path + length, sizeof self->path - length, "%s%s", length ? "." : "", key);
    return length;
}

size_t json_reader_enter_index (struct json_reader *self, size_t index)
{
    char key[24];
    snprintf (key, sizeof key, "%zu", index);
    return json_reader_enter (self, key);
}

void json_reader_leave (struct json_reader *self, size_t length)
{
    self->path[length] = 0;
}

int json_reader_no_memory (struct json_reader *self)
{
    return error_set (self->error, DMH_INTERNAL, "out of memory while reading %s", self->source);
}

int json_reader_error (struct json_reader *self, const char *format, ...)
{
    char what[400];
    va_list args;
    va_start (args, format);
    vsnprintf (what, sizeof what, format, args);
    va_end (args);
    struct error error = {.code = DMH_OK};
    struct json_findings *findings = self->findings;
    int rc = error_set (&error, DMH_BAD_INPUT, "%s: %s %s", self->source,
                        *self->path ? self->path : "the document", what);
    if (self->error && (!findings || findings->count == 0))
        *self->error = error;
    if (!findings)
        return rc;
    if (findings->count == JSON_FINDINGS_MAX)
        return DMH_OK;
    findings->texts[findings->count] = strdup (error.text);
    if (!findings->texts[findings->count])
        return json_reader_no_memory (self);
    findings->count++;
    return DMH_OK;
}

static int s_unknown (struct json_reader *self, const char *key, const char *const *keys)
{
    char what[320] = "is not known; write one of", hint[NEAREST_HINT_BYTES];
    size_t n = strlen (what);
    for (size_t k = 0; keys[k] && n + 2 < sizeof what; k++)
        n += (size_t) snprintf (what + n, sizeof what - n, "%s %s", k ? "," : "", keys[k]);
    return json_reader_error (self, "%s%s", what, nearest_hint (nearest_of (key, keys), hint));
}

int json_read_keys (struct json_reader *self, const struct json_value *object, const char *const *keys)
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
        size_t back = json_reader_enter (self, member->key);
        rc =
            twice ? json_reader_error (self, "stands twice; leave one") : s_unknown (self, member->key, keys);
        json_reader_leave (self, back);
    }
    return rc;
}

const struct json_value *json_read_member (const struct json_value *object, const char *key)
{
    const struct json_value *value = json_value_member (object, key);
    return json_value_is (value, JSON_NULL) ? NULL : value;
}

static int s_wrong_member (struct json_reader *self, const char *key, const char *what)
{
    size_t back = json_reader_enter (self, key);
    int rc = json_reader_error (self, "%s", what);
    json_reader_leave (self, back);
    return rc;
}

int json_read_string (struct json_reader *self, const struct json_value *object, const char *key,
                      bool required, char **out)
{
    const struct json_value *value = json_read_member (object, key);
    *out = NULL;
    if (!value)
        return required ? s_wrong_member (self, key, "is missing; write a string") : DMH_OK;
    if (value->type != JSON_STRING)
        return s_wrong_member (self, key, "has to be a string");
    *out = strdup (value->text);
    return *out ? DMH_OK : json_reader_no_memory (self);
}

int json_read_boolean (struct json_reader *self, const struct json_value *object, const char *key, bool *out)
{
    const struct json_value *value = json_read_member (object, key);
    if (!value)
        return DMH_OK;
    if (value->type != JSON_TRUE && value->type != JSON_FALSE)
        return s_wrong_member (self, key, "has to be true or false");
    *out = value->type == JSON_TRUE;
    return DMH_OK;
}

int json_read_number (struct json_reader *self, const struct json_value *object, const char *key, double *out)
{
    const struct json_value *value = json_read_member (object, key);
    if (!value)
        return DMH_OK;
    if (value->type != JSON_NUMBER)
        return s_wrong_member (self, key, "has to be a number");
    *out = strtod (value->text, NULL);
    return DMH_OK;
}

int json_read_array (struct json_reader *self, const struct json_value *object, const char *key,
                     const struct json_value **out)
{
    *out = json_read_member (object, key);
    if (!*out || (*out)->type == JSON_ARRAY)
        return DMH_OK;
    *out = NULL;
    return s_wrong_member (self, key, "has to be an array");
}

int json_read_object (struct json_reader *self, const struct json_value *object, const char *key,
                      const struct json_value **out)
{
    *out = json_read_member (object, key);
    if (!*out || (*out)->type == JSON_OBJECT)
        return DMH_OK;
    *out = NULL;
    return s_wrong_member (self, key, "has to be an object");
}

int json_read_each (struct json_reader *self, const struct json_value *container, const char *key,
                    json_read_fn *read, void *context)
{
    int rc = DMH_OK;
    size_t back = json_reader_enter (self, key), index = 0;
    for (const struct json_value *item = container->first; rc == DMH_OK && item; item = item->next) {
        size_t inner =
            item->key ? json_reader_enter (self, item->key) : json_reader_enter_index (self, index++);
        rc = read (self, item, context);
        json_reader_leave (self, inner);
    }
    json_reader_leave (self, back);
    return rc;
}
