//  json.c: see json.h.
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  Depth has to be bounded before yajl builds a tree, which it frees by recursion.
static bool s_too_deep (const char *text, size_t n)
{
    unsigned depth = 0;
    bool string = false;
    for (size_t i = 0; i < n; i++) {
        if (string) {
            if (text[i] == '\\')
                i++;
            else
                string = text[i] != '"';
        } else if (text[i] == '"')
            string = true;
        else if (text[i] == '{' || text[i] == '[') {
            if (++depth > JSON_DEPTH_MAX)
                return true;
        } else if ((text[i] == '}' || text[i] == ']') && depth)
            depth--;
    }
    return false;
}

yajl_val json_parse (const char *text, size_t n, const char *source, struct error *error)
{
    if (n > JSON_BYTES_MAX) {
        error_set (error, DMH_BAD_INPUT, "%s is longer than 1 MiB", source);
        return NULL;
    }
    if (memchr (text, 0, n) || s_too_deep (text, n)) {
        error_set (error, DMH_BAD_INPUT, "%s holds a NUL byte or is nested deeper than %d", source,
                   JSON_DEPTH_MAX);
        return NULL;
    }
    char *copy = malloc (n + 1);
    if (!copy) {
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", source);
        return NULL;
    }
    memcpy (copy, text, n);
    copy[n] = 0;
    char why[256] = "";
    yajl_val tree = yajl_tree_parse (copy, why, sizeof why);
    free (copy);
    if (!tree) {
        //  yajl quotes the text on further lines; its first line says what is wrong.
        why[strcspn (why, "\n")] = 0;
        error_set (error, DMH_BAD_INPUT, "%s is not JSON: %s", source, *why ? why : "it is empty");
    }
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

int json_wrong (struct json_place *place, const char *what)
{
    return error_set (place->error, DMH_BAD_INPUT, "%s: %s %s", place->source,
                      *place->path ? place->path : "the document", what);
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
    return !*out || YAJL_IS_ARRAY (*out) ? DMH_OK : s_wrong_member (place, key, "has to be an array");
}

int json_object (struct json_place *place, yajl_val object, const char *key, yajl_val *out)
{
    *out = json_member (object, key);
    return !*out || YAJL_IS_OBJECT (*out) ? DMH_OK : s_wrong_member (place, key, "has to be an object");
}
