//  result_document.c: see result_document.h.
#include "client/result/reading/result_document.h"

#include "client/result/reading/result_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOCUMENT_BYTES_MAX = 64 * 1024 * 1024, AT_ONCE = 65536 };

static int s_no_memory (const char *name, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %s", name);
}

static int s_read (FILE *file, const char *name, struct buffer *text, struct error *error)
{
    for (size_t got = 1; got && text->used < DOCUMENT_BYTES_MAX; text->used += got) {
        if (buffer_reserve (text, AT_ONCE) != 0)
            return s_no_memory (name, error);
        got = fread (text->at + text->used, 1, text->size - text->used, file);
    }
    if (ferror (file))
        return error_set (error, DMH_IO, "%s cannot be read: %s", name, strerror (errno));
    if (!feof (file))
        return error_set (error, DMH_BAD_INPUT, "%s cannot be read as a document of JSON", name);
    return DMH_OK;
}

static int s_by_name (const void *a, const void *b)
{
    return strcmp (*(const char *const *) a, *(const char *const *) b);
}

//  Of one object alone. NULL also when out of memory.
static const char *s_twice (const struct json_value *object, bool *starved)
{
    const char **names = calloc (object->count + 1, sizeof *names), *found = NULL;
    size_t count = 0;
    *starved = *starved || !names;
    for (const struct json_value *member = object->first; names && member; member = member->next)
        names[count++] = member->key;
    if (names)
        qsort (names, count, sizeof *names, s_by_name);
    for (size_t i = 1; i < count && !found; i++)
        found = strcmp (names[i - 1], names[i]) == 0 ? names[i] : NULL;
    free (names);
    return found;
}

const char *result_document_key_twice (const struct json_value *value, bool *starved)
{
    const char *found = json_value_is (value, JSON_OBJECT) ? s_twice (value, starved) : NULL;
    bool inner = json_value_is (value, JSON_OBJECT) || json_value_is (value, JSON_ARRAY);
    for (const struct json_value *at = inner ? value->first : NULL; at && !found; at = at->next)
        if (at->type == JSON_OBJECT || at->type == JSON_ARRAY)
            found = result_document_key_twice (at, starved);
    return found;
}

//  A member that stands twice has no one value (RFC 8259, section 4): what this reader takes another may not.
static void s_check_keys (struct json_value **document, const char *name, struct error *error)
{
    bool starved = false;
    const char *key = *document ? result_document_key_twice (*document, &starved) : NULL;
    if (!key && !starved)
        return;
    if (starved)
        s_no_memory (name, error);
    else
        error_set (error, DMH_MALFORMED,
                   "%s has the key “%.80s” twice in one object; dmh did not write it so", name, key);
    json_value_destroy (document);
}

int result_document_text (const char *folder, const char *name, struct buffer *text, struct error *error)
{
    FILE *file = result_file_open (folder, name, error);
    int rc = file ? s_read (file, name, text, error) : error->code;
    if (file)
        fclose (file);
    return rc;
}

struct json_value *result_document_read (const char *folder, const char *name, struct error *error)
{
    struct buffer text = {NULL, 0, 0};
    struct json_value *document = NULL;
    if (result_document_text (folder, name, &text, error) == DMH_OK)
        document = json_value_new (text.at, text.used, JSON_VALUE_DEPTH_MAX, name, error);
    s_check_keys (&document, name, error);
    free (text.at);
    return document;
}
