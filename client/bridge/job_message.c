//  job_message.c: see job_message.h.
#define _GNU_SOURCE
#include "client/bridge/job_message.h"

#include "client/arguments/input_name.h"
#include "client/arguments/option_fields.h"
#include "messages/base/digest.h"
#include "messages/json/value.h"
#include "messages/json/writer.h"
#include "messages/uri.h"

#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 16, OPTIONS_MOST = 64, SHA256_DIGITS = 64 };

//  Of a file that the broker keeps, before its digits.
static const char STORED[] = "sha256:";

//  What an option's value says, as the word of a command line. NULL: it is no value of an option.
static const char *s_value (const struct json_value *value)
{
    switch (value->type) {
    case JSON_STRING:
    case JSON_NUMBER:
        return value->text;
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    case JSON_NULL:
    case JSON_ARRAY:
    case JSON_OBJECT:
        break;
    }
    return NULL;
}

static void s_write (json_writer_t *json, const char *key, const struct json_value *value)
{
    bool is_array = value->type == JSON_ARRAY;
    switch (value->type) {
    case JSON_NULL:
        json_writer_string (json, key, NULL);
        break;
    case JSON_FALSE:
    case JSON_TRUE:
        json_writer_boolean (json, key, value->type == JSON_TRUE);
        break;
    case JSON_NUMBER:
        json_writer_digits (json, key, value->text);
        break;
    case JSON_STRING:
        json_writer_string (json, key, value->text);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        if (is_array)
            json_writer_array (json, key);
        else
            json_writer_object (json, key);
        for (const struct json_value *at = value->first; at; at = at->next)
            s_write (json, is_array ? NULL : at->key, at);
        json_writer_close (json);
        break;
    }
}

//  A mapping or a schema: the text of its file, or the object that stands in it. *out is malloc'd.
static int s_document (const struct json_value *value, const char *what, char **out, struct error *error)
{
    size_t n = 0;
    if (!json_value_is (value, JSON_STRING) && !json_value_is (value, JSON_OBJECT))
        return error_set (error, DMH_MALFORMED, "%s is an object, or the text of one", what);
    json_writer_t *json = json_value_is (value, JSON_OBJECT) ? json_writer_new (false) : NULL;
    if (json)
        s_write (json, NULL, value);
    const char *text = json ? json_writer_text (json, &n) : json_value_string (value);
    free (*out);
    *out = text ? strndup (text, json ? n : strlen (text)) : NULL;
    json_writer_destroy (&json);
    return *out ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
}

//  The tables of a mapping's joins are files that no message brings.
static int s_check_tables (const char *mapping, struct error *error)
{
    struct json_value *root =
        mapping ? json_value_new (mapping, strlen (mapping), DEPTH_MAX, "mapping", NULL) : NULL;
    bool joins = json_value_member (root, "joins") != NULL;
    json_value_destroy (&root);
    return joins
               ? error_set (
                     error, DMH_USAGE,
                     "a mapping that joins tables is not taken here, as its tables are files; use dmh submit")
               : DMH_OK;
}

static int s_read_options (struct job_message *self, const struct json_value *options, struct error *error)
{
    struct option_field fields[OPTIONS_MOST];
    char *mapping = NULL, *schema = NULL;
    size_t count = 0;
    int rc = !options || json_value_is (options, JSON_OBJECT)
                 ? DMH_OK
                 : error_set (error, DMH_MALFORMED, "options is no object");
    for (const struct json_value *at = options ? options->first : NULL; rc == DMH_OK && at; at = at->next) {
        const char *value = s_value (at);
        if (json_value_is (at, JSON_NULL))
            continue;
        if (strcmp (at->key, "mapping") == 0 || strcmp (at->key, "schema") == 0)
            rc = s_document (at, at->key, *at->key == 'm' ? &mapping : &schema, error);
        else if (!value)
            rc = error_set (error, DMH_MALFORMED, "option %.60s takes a text, a number, true or false",
                            at->key);
        else if (count == OPTIONS_MOST)
            rc = error_set (error, DMH_TOO_LARGE, "there are more than %d options", OPTIONS_MOST);
        else {
            fields[count++] = (struct option_field){at->key, value};
            if (strcmp (at->key, "batch") == 0)
                snprintf (self->batch, sizeof self->batch, "%s", value);
        }
    }
    const struct option_texts texts = {.mapping = mapping, .schema = schema};
    if (rc == DMH_OK)
        rc = s_check_tables (mapping, error);
    if (rc == DMH_OK)
        rc = option_fields_read (&self->arguments, fields, count, &texts, error);
    free (mapping);
    free (schema);
    return rc;
}

//  "sha256:" and its digits, the digits alone, or a path (file:/// or as it is).
static int s_read_place (struct message_input *self, const char *text, struct error *error)
{
    char path[URI_BYTES];
    const char *digits = strncmp (text, STORED, strlen (STORED)) == 0 ? text + strlen (STORED) : text;
    if (strlen (digits) == SHA256_DIGITS && strspn (digits, "0123456789abcdef") == SHA256_DIGITS) {
        memcpy (self->sha256, digits, SHA256_DIGITS + 1);
        return DMH_OK;
    }
    bool is_uri = *text != '/' && (digits != text || strstr (text, ":/"));
    if (is_uri && uri_to_path (text, path, sizeof path, NULL) != DMH_OK)
        return error_set (
            error, DMH_MALFORMED,
            "an input is an absolute path, file:/// and a path, or sha256: and 64 digits of a file that "
            "the broker keeps, not “%.80s”",
            text);
    if (!is_uri && (*text != '/' || strlen (text) >= sizeof path))
        return error_set (error, DMH_MALFORMED, "the path of an input is absolute, not “%.80s”", text);
    self->path = strdup (is_uri ? path : text);
    return self->path ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
}

static int s_read_bytes (struct message_input *self, const struct json_value *value, struct error *error)
{
    char *end = NULL;
    if (json_value_is (value, JSON_NUMBER) && strspn (value->text, "0123456789") == strlen (value->text) &&
        strlen (value->text) <= 18)
        self->bytes = strtoull (value->text, &end, 10);
    return end ? DMH_OK : error_set (error, DMH_MALFORMED, "bytes of an input is a whole number");
}

//  {"path"|"url"|"sha256": …, "bytes": …, "name": …}
static int s_read_object (struct message_input *self, const struct json_value *value, struct error *error)
{
    static const char *const PLACES[] = {"path", "url", "uri", "sha256"};
    const char *place = NULL;
    int rc = DMH_OK;
    for (const struct json_value *at = value->first; rc == DMH_OK && at; at = at->next) {
        bool is_place = false;
        for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++)
            is_place = is_place || strcmp (at->key, PLACES[i]) == 0;
        if (is_place && !place && (place = json_value_string (at)))
            rc = s_read_place (self, place, error);
        else if (strcmp (at->key, "bytes") == 0)
            rc = s_read_bytes (self, at, error);
        else if (strcmp (at->key, "name") == 0 && json_value_string (at))
            input_name_plain (at->text, self->name);
        else
            rc = error_set (
                error, DMH_MALFORMED,
                "an input has one of path, url and sha256, and may have name and bytes; %.60s is wrong",
                at->key);
    }
    return rc == DMH_OK && !place
               ? error_set (error, DMH_MALFORMED, "an input has neither path, url nor sha256")
               : rc;
}

static int s_read_input (struct message_input *self, const struct json_value *value, struct error *error)
{
    int rc = json_value_is (value, JSON_STRING) ? s_read_place (self, value->text, error)
             : json_value_is (value, JSON_OBJECT)
                 ? s_read_object (self, value, error)
                 : error_set (error, DMH_MALFORMED, "an input is a text or an object");
    if (rc == DMH_OK && !self->path && !self->bytes)
        rc = error_set (error, DMH_MALFORMED, "an input by its sha256 needs its bytes, too");
    if (rc == DMH_OK && !*self->name)
        input_name_plain (self->path ? strrchr (self->path, '/') + 1 : self->sha256, self->name);
    return rc;
}

static int s_read_inputs (struct job_message *self, const struct json_value *inputs, struct error *error)
{
    bool is_list = json_value_is (inputs, JSON_ARRAY);
    size_t count = !inputs ? 0 : is_list ? inputs->count : 1;
    if (!count)
        return error_set (error, DMH_MALFORMED, "the message has no inputs");
    if (count > INPUTS_MAX)
        return error_set (error, DMH_TOO_LARGE, "the message has more than %d inputs; send several",
                          INPUTS_MAX);
    self->inputs = calloc (count, sizeof *self->inputs);
    if (!self->inputs)
        return error_set (error, DMH_INTERNAL, "out of memory");
    int rc = DMH_OK;
    for (const struct json_value *at = is_list ? inputs->first : inputs; rc == DMH_OK && self->count < count;
         at = at->next)
        rc = s_read_input (&self->inputs[self->count++], at, error);
    return rc;
}

//  1 to 255 bytes without control characters. An id that is a submit key as it stands is one.
static int s_read_id (struct job_message *self, const struct json_value *given, const char *id,
                      struct error *error)
{
    char hex[DIGEST_HEX_BYTES];
    const char *text = given ? json_value_string (given) : id;
    bool good = text && *text && strlen (text) < MESSAGE_ID_BYTES, plain = good;
    for (const char *at = text; good && *at; at++) {
        good = (unsigned char) *at >= ' ' && *at != 0x7f;
        plain = plain && *at > ' ' && *at < 0x7f;
    }
    if (!good)
        return error_set (error, DMH_MALFORMED,
                          "the message has no id: a text of 1 to %d bytes that is its own for ever",
                          MESSAGE_ID_BYTES - 1);
    snprintf (self->id, sizeof self->id, "%s", text);
    if (plain && strlen (text) < sizeof self->key)
        snprintf (self->key, sizeof self->key, "%s", text);
    else
        snprintf (self->key, sizeof self->key, "id-%.32s", digest_of (text, strlen (text), hex));
    return DMH_OK;
}

static int s_read_correlation (struct job_message *self, const struct json_value *given, struct error *error)
{
    const char *text = json_value_string (given);
    if (!given || json_value_is (given, JSON_NULL))
        return DMH_OK;
    if (!text || strlen (text) != CORRELATION_BYTES - 1 ||
        strspn (text, "0123456789abcdef") != CORRELATION_BYTES - 1)
        return error_set (error, DMH_MALFORMED, "correlation_id is 32 hex digits in lower case");
    memcpy (self->correlation, text, CORRELATION_BYTES);
    return DMH_OK;
}

//  A member that nobody knows is one that was meant to do something.
static int s_check_members (const struct json_value *root, struct error *error)
{
    static const char *const MEMBERS[] = {"id", "inputs", "options", "correlation_id", NULL};
    for (const struct json_value *at = root->first; at; at = at->next) {
        size_t i = 0;
        while (MEMBERS[i] && strcmp (MEMBERS[i], at->key) != 0)
            i++;
        if (!MEMBERS[i])
            return error_set (
                error, DMH_MALFORMED,
                "there is no member “%.60s”; a message has id, inputs, options and correlation_id", at->key);
        if (json_value_member (root, at->key) != at)
            return error_set (error, DMH_MALFORMED, "%s stands there twice", at->key);
    }
    return DMH_OK;
}

int job_message_read (const char *text, size_t n, const char *id, struct job_message *out,
                      struct error *error)
{
    memset (out, 0, sizeof *out);
    if (id && strlen (id) < sizeof out->id)
        snprintf (out->id, sizeof out->id, "%s", id);
    if (n > MESSAGE_BYTES_MAX)
        return error_set (error, DMH_TOO_LARGE, "the message is longer than %d bytes", MESSAGE_BYTES_MAX);
    struct json_value *root = json_value_new (text, n, DEPTH_MAX, "the message", error);
    if (!root)
        return error->code == DMH_INTERNAL ? error->code : (error->code = DMH_MALFORMED);
    int rc = json_value_is (root, JSON_OBJECT)
                 ? s_read_id (out, json_value_member (root, "id"), id, error)
                 : error_set (error, DMH_MALFORMED, "the message is no JSON object");
    if (rc == DMH_OK)
        rc = s_check_members (root, error);
    if (rc == DMH_OK)
        rc = s_read_correlation (out, json_value_member (root, "correlation_id"), error);
    if (rc == DMH_OK)
        rc = s_read_inputs (out, json_value_member (root, "inputs"), error);
    if (rc == DMH_OK)
        rc = s_read_options (out, json_value_member (root, "options"), error);
    json_value_destroy (&root);
    return rc;
}

void job_message_clear (struct job_message *self)
{
    for (size_t i = 0; i < self->count; i++)
        free (self->inputs[i].path);
    free (self->inputs);
    arguments_clear (&self->arguments);
    self->inputs = NULL;
    self->count = 0;
}

size_t job_message_jobs (const struct job_message *self)
{
    return self->count * (self->arguments.kind_count > 1 ? self->arguments.kind_count : 1);
}
