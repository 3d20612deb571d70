//  document_fuzz.c: any bytes as a JSON document. json_value takes what yajl takes, with the same values in
//  the same order; a tree of FHIR is of the same mind; and what json_writer writes of it reads the same.
#include "messages/json/value.h"
#include "messages/json/writer.h"
#include "messages/text/utf8.h"
#include "worker/formats/fhir/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <yajl/yajl_tree.h>

enum { BYTES_MAX = 4096, DEPTH = 16 };

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static void s_fail (const char *what)
{
    fprintf (stderr, "document_fuzz: %s\n", what);
    abort ();
}

//  yajl takes \v, \f and comments for white space, an unfinished token behind the end for nothing, halves of
//  surrogate pairs and much that is not UTF-8 for characters, and ends a string at NUL.
static bool s_is_comparable (const char *text, size_t n)
{
    for (size_t i = 0, step; i < n; i += step) {
        step = utf8_sequence (text + i, n - i);
        if (step == 0 || text[i] == 0 || text[i] == '\v' || text[i] == '\f')
            return false;
        if (text[i] == '/' && i + 1 < n && (text[i + 1] == '/' || text[i + 1] == '*'))
            return false;
        if (text[i] == '\\' && i + 2 < n && text[i + 1] == 'u' &&
            ((text[i + 2] | 0x20) == 'd' || text[i + 2] == '0'))
            return false;
    }
    return true;
}

static const char *s_text (yajl_val value)
{
    return YAJL_IS_STRING (value) ? value->u.string : YAJL_IS_NUMBER (value) ? value->u.number.r : NULL;
}

static void s_same (const struct json_value *ours, yajl_val theirs)
{
    static const yajl_type TYPES[] = {yajl_t_null,   yajl_t_false, yajl_t_true,  yajl_t_number,
                                      yajl_t_string, yajl_t_array, yajl_t_object};
    const char *text = s_text (theirs);
    if (theirs->type != TYPES[ours->type] || !text != !ours->text || (text && strcmp (text, ours->text) != 0))
        s_fail ("a value differs");
    bool object = ours->type == JSON_OBJECT;
    size_t count = object ? theirs->u.object.len : ours->type == JSON_ARRAY ? theirs->u.array.len : 0;
    const struct json_value *item = ours->first;
    for (size_t i = 0; i < count && item; i++, item = item->next) {
        if (object && strcmp (item->key, theirs->u.object.keys[i]) != 0)
            s_fail ("a key differs");
        s_same (item, object ? theirs->u.object.values[i] : theirs->u.array.values[i]);
    }
    if (item || count != ours->count)
        s_fail ("a container has more or less");
}

static void s_compare (const struct json_value *ours, const char *text, const struct error *error)
{
    char why[16] = "";
    yajl_val theirs = yajl_tree_parse (text, why, sizeof why);
    if (!ours != !theirs && !strstr (error->text, "nested deeper") &&
        !strstr (error->text, "follows its end"))
        s_fail (ours ? "yajl does not take it" : error->text);
    if (ours)
        s_same (ours, theirs);
    yajl_tree_free (theirs);
}

static void s_write (json_writer_t *to, const struct json_value *value)
{
    if (value->type == JSON_OBJECT)
        json_writer_object (to, value->key);
    else if (value->type == JSON_ARRAY)
        json_writer_array (to, value->key);
    else if (value->type == JSON_NUMBER)
        json_writer_digits (to, value->key, value->text);
    else if (value->type == JSON_TRUE || value->type == JSON_FALSE)
        json_writer_boolean (to, value->key, value->type == JSON_TRUE);
    else
        json_writer_string (to, value->key, value->text);
    for (const struct json_value *item = value->first; item; item = item->next)
        s_write (to, item);
    if (value->type == JSON_OBJECT || value->type == JSON_ARRAY)
        json_writer_close (to);
}

//  Written, read and written again it is the same text.
static void s_round (const struct json_value *ours, bool pretty)
{
    size_t n = 0, again_n = 0;
    struct error error;
    json_writer_t *first = json_writer_new (pretty), *second = json_writer_new (pretty);
    s_write (first, ours);
    const char *text = json_writer_text (first, &n);
    struct json_value *read = text ? json_value_new (text, n, DEPTH, "it", &error) : NULL;
    if (!read)
        s_fail ("what was written is no JSON");
    s_write (second, read);
    const char *again = json_writer_text (second, &again_n);
    if (!again || n != again_n || memcmp (text, again, n) != 0)
        s_fail ("what was written reads as something else");
    json_value_destroy (&read);
    json_writer_destroy (&first);
    json_writer_destroy (&second);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    char text[BYTES_MAX + 1];
    struct error error = {.code = DMH_OK};
    if (n == 0 || n > BYTES_MAX)
        return 0;
    memcpy (text, data, n);
    text[n] = 0;
    struct json_value *ours = json_value_new ((const char *) data, n, DEPTH, "it", &error);
    if (s_is_comparable (text, n))
        s_compare (ours, text, &error);
    if (ours)
        s_round (ours, data[0] == '{');
    if (ours && ours->type == JSON_OBJECT && text[0] == '{') {
        tree_t *tree = tree_new ();
        if (!tree || tree_parse (tree, (struct text){text, n}) != RULE_NONE)
            s_fail ("a tree does not take it");
        tree_destroy (&tree);
    }
    json_value_destroy (&ours);
    return 0;
}
