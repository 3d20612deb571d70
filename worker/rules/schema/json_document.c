//  json_document.c: see json_document.h.
#include "worker/rules/schema/json_document.h"

#include "worker/text/nearest.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

//  What a first reading without a tree watches: yajl frees a tree by recursion, so its depth has to be
//  bounded before there is one; and only the streaming parser tells where it stopped.
static int s_deeper (void *depth)
{
    return ++*(unsigned *) depth <= JSON_DEPTH_MAX;
}

static int s_back (void *depth)
{
    --*(unsigned *) depth;
    return 1;
}

static size_t s_line (const char *text, size_t n)
{
    size_t line = 1;
    for (size_t i = 0; i < n; i++)
        line += text[i] == '\n';
    return line;
}

//  yajl quotes the text on further lines; its first says what is wrong.
static int s_not_json (yajl_handle handle, const char *text, size_t n, const char *source,
                       struct error *error)
{
    size_t at = yajl_get_bytes_consumed (handle);
    unsigned char *why = yajl_get_error (handle, 0, (const unsigned char *) text, n);
    if (why)
        why[strcspn ((char *) why, "\n")] = 0;
    int rc = error_set (error, DMH_BAD_INPUT, "%s, line %zu: not JSON (%s)", source,
                        s_line (text, at < n ? at : n), why ? (char *) why : "parse error");
    yajl_free_error (handle, why);
    return rc;
}

//  Reads without a tree. DMH_OK: it is JSON of a depth within bounds.
static int s_check (const char *text, size_t n, const char *source, struct error *error)
{
    static const yajl_callbacks WATCH = {.yajl_start_map = s_deeper,
                                         .yajl_end_map = s_back,
                                         .yajl_start_array = s_deeper,
                                         .yajl_end_array = s_back};
    unsigned depth = 0;
    yajl_handle handle = yajl_alloc (&WATCH, NULL, &depth);
    if (!handle)
        return error_set (error, DMH_INTERNAL, "out of memory while reading %s", source);
    yajl_status status = yajl_parse (handle, (const unsigned char *) text, n);
    if (status == yajl_status_ok)
        status = yajl_complete_parse (handle);
    int rc = DMH_OK;
    if (status == yajl_status_client_canceled)
        rc = error_set (error, DMH_BAD_INPUT, "%s, line %zu: nested deeper than %d", source,
                        s_line (text, yajl_get_bytes_consumed (handle)), JSON_DEPTH_MAX);
    else if (status != yajl_status_ok)
        rc = s_not_json (handle, text, n, source, error);
    yajl_free (handle);
    return rc;
}

yajl_val json_parse (const char *text, size_t n, const char *source, struct error *error)
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
    if (s_check (text, n, source, error) != DMH_OK)
        return NULL;
    char *copy = strndup (text, n);
    yajl_val tree = copy ? yajl_tree_parse (copy, NULL, 0) : NULL;
    free (copy);
    if (!tree)
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", source);
    return tree;
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

int json_known (struct json_place *place, yajl_val object, const char *const *keys)
{
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < object->u.object.len; i++) {
        const char *key = object->u.object.keys[i];
        bool known = false, twice = false;
        for (size_t k = 0; keys[k]; k++)
            known = known || strcmp (key, keys[k]) == 0;
        for (size_t j = 0; j < i && known; j++)
            twice = twice || strcmp (key, object->u.object.keys[j]) == 0;
        if (known && !twice)
            continue;
        size_t back = json_enter (place, key);
        rc = twice ? json_wrong (place, "stands twice; leave one") : s_unknown (place, key, keys);
        if (rc == DMH_OK)
            json_leave (place, back);
    }
    return rc;
}

yajl_val json_member (yajl_val object, const char *key)
{
    const char *path[] = {key, NULL};
    yajl_val value = yajl_tree_get (object, path, yajl_t_any);
    return value && !YAJL_IS_NULL (value) ? value : NULL;
}

static int s_wrong_member (struct json_place *place, const char *key, const char *what)
{
    size_t back = json_enter (place, key);
    int rc = json_wrong (place, what);
    json_leave (place, back);
    return rc;
}

int json_string (struct json_place *place, yajl_val object, const char *key, bool required, char **out)
{
    yajl_val value = json_member (object, key);
    *out = NULL;
    if (!value)
        return required ? s_wrong_member (place, key, "is missing; write a string") : DMH_OK;
    if (!YAJL_IS_STRING (value))
        return s_wrong_member (place, key, "has to be a string");
    *out = strdup (value->u.string);
    return *out ? DMH_OK
                : error_set (place->error, DMH_INTERNAL, "out of memory while reading %s", place->source);
}

int json_boolean (struct json_place *place, yajl_val object, const char *key, bool *out)
{
    yajl_val value = json_member (object, key);
    if (!value)
        return DMH_OK;
    if (!YAJL_IS_TRUE (value) && !YAJL_IS_FALSE (value))
        return s_wrong_member (place, key, "has to be true or false");
    *out = YAJL_IS_TRUE (value);
    return DMH_OK;
}

int json_number (struct json_place *place, yajl_val object, const char *key, double *out)
{
    yajl_val value = json_member (object, key);
    if (!value)
        return DMH_OK;
    if (!YAJL_IS_NUMBER (value))
        return s_wrong_member (place, key, "has to be a number");
    *out = strtod (YAJL_GET_NUMBER (value), NULL);
    return DMH_OK;
}

int json_array (struct json_place *place, yajl_val object, const char *key, yajl_val *out)
{
    *out = json_member (object, key);
    if (!*out || YAJL_IS_ARRAY (*out))
        return DMH_OK;
    *out = NULL;
    return s_wrong_member (place, key, "has to be an array");
}

int json_object (struct json_place *place, yajl_val object, const char *key, yajl_val *out)
{
    *out = json_member (object, key);
    if (!*out || YAJL_IS_OBJECT (*out))
        return DMH_OK;
    *out = NULL;
    return s_wrong_member (place, key, "has to be an object");
}
