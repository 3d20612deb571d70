//  json_input.c: see json_input.h.
#include "client/verification/input/json_input.h"

#include "client/result/reading/report_values.h"
#include "client/verification/input/input_text.h"
#include "client/verification/input/json_object.h"

#include <stdlib.h>
#include <string.h>

enum { AHEAD = 64 * 1024, OBJECT_BYTES_MAX = 512 * 1024 * 1024, SEEN = 1024 * 1024, OVER = -1 };

struct json_input {
    input_text_t *text;
    json_object_t *object;
    const struct json_value *report;    //  borrowed while it opens
    bool wrapped;                       //  the array is a member: what comes behind it is none of it
    uint64_t line;
    const char *taken;    //  the record
    size_t taken_bytes;
};

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading the input");
}

//  Goes over n of the bytes that are shown. Of CR LF the CR is never the last of them.
static void s_skip (json_input_t *self, const char *at, size_t n)
{
    for (size_t i = 0; i < n; i++)
        self->line += at[i] == '\n' || (at[i] == '\r' && (i + 1 == n || at[i + 1] != '\n'));
    input_text_skip (self->text, n);
}

static bool s_is_space (char byte)
{
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

static bool s_is_fhir (const json_input_t *self)
{
    return strncmp (report_text (json_value_member (self->report, "input"), "format"), "fhir", 4) == 0;
}

//  Whether the member holds the records: else its elements are columns of the one record.
static bool s_is_wrapper (void *context, const char *member)
{
    const json_input_t *self = context;
    const struct json_value *input = json_value_member (self->report, "input");
    size_t n = strlen (member);
    if (s_is_fhir (self))
        return strcmp (member, "entry") == 0;
    for (const struct json_value *column = report_first (input, "columns"); column; column = column->next) {
        const char *source = report_text (column, "source");
        if (strncmp (source, member, n) == 0 && source[n] == '.')
            return false;
    }
    return true;
}

//  Feeds what begins here to the object until that is complete. As json_object_feed, with an `error`; *length
//  is what belongs to it.
static int s_feed (json_input_t *self, bool array, size_t most, size_t *length, const char **begin,
                   struct error *error)
{
    size_t fed = 0, used = 0, n = 0;
    int rc = 0;
    if (json_object_begin (self->object) != 0)
        return s_no_memory (error);
    for (size_t want = AHEAD; rc == 0; want = 2 * fed + AHEAD) {
        int shown = input_text_show (self->text, want, begin, &n, error);
        if (shown != DMH_OK)
            return shown;
        if (n == fed || fed > most)
            rc = -1;
        else if (array)
            rc = json_object_find_array (self->object, *begin + fed, n - fed, s_is_wrapper, self, &used);
        else
            rc = json_object_feed (self->object, *begin + fed, n - fed, &used);
        *length = fed + used;
        fed = n;
    }
    return rc == -2 ? s_no_memory (error) : rc == 1 ? 1 : 0;
}

//  Over white space; *byte is what stands there, OVER where nothing does.
static int s_space (json_input_t *self, int *byte, struct error *error)
{
    const char *at;
    size_t n = 0, i;
    do {
        int rc = input_text_show (self->text, 2, &at, &n, error);
        if (rc != DMH_OK)
            return rc;
        for (i = 0; i + 1 < n && s_is_space (at[i]); i++)    //  the last one may be a CR before an LF
            ;
        i += n == 1 && s_is_space (*at);
        *byte = i < n ? (unsigned char) at[i] : OVER;
        s_skip (self, at, i);
    } while (i);
    return DMH_OK;
}

//  Whether nothing follows the object that begins here, as far as can be seen: several Bundles are elements
//  themselves. 1 or 0, or an error.
static int s_is_alone (json_input_t *self, struct error *error)
{
    const char *at;
    size_t n = 0, shown = 0;
    int rc = s_feed (self, false, SEEN, &n, &at, error);
    if (rc != 1)
        return rc < 0 ? rc : 1;
    for (size_t i = n;; i++) {
        if (i + 1 >= shown && (rc = input_text_show (self->text, i + AHEAD, &at, &shown, error)) != DMH_OK)
            return rc;
        if (i >= shown || !s_is_space (at[i]))
            return i >= shown;
    }
}

static int s_begin (json_input_t *self, struct error *error)
{
    int byte;
    const char *at;
    size_t n;
    int rc = s_space (self, &byte, error);
    if (rc != DMH_OK || byte != '{')
        return rc;
    if (s_is_fhir (self) && (rc = s_is_alone (self, error)) != 1)
        return rc;
    rc = s_feed (self, true, OBJECT_BYTES_MAX, &n, &at, error);
    self->wrapped = rc == 1;
    if (rc == 1)
        s_skip (self, at, n);
    return rc < 0 ? rc : DMH_OK;
}

json_input_t *json_input_new (const char *path, const struct json_value *report, struct error *error)
{
    const struct json_value *input = json_value_member (report, "input");
    json_input_t *self = calloc (1, sizeof *self);
    if (!self) {
        s_no_memory (error);
        return NULL;
    }
    self->line = 1;
    self->report = report;
    self->object = json_object_new ();
    self->text =
        input_text_new (path, report_text (input, "encoding"), report_text (input, "compression"), error);
    if (!self->object)
        s_no_memory (error);
    if (!self->object || !self->text || s_begin (self, error) != DMH_OK)
        json_input_destroy (&self);
    return self;
}

void json_input_destroy (json_input_t **self_p)
{
    json_input_t *self = *self_p;
    if (!self)
        return;
    json_object_destroy (&self->object);
    input_text_destroy (&self->text);
    free (self);
    *self_p = NULL;
}

int json_input_take (json_input_t *self, struct error *error)
{
    const char *at = NULL;
    size_t n = 0;
    int rc = s_feed (self, false, OBJECT_BYTES_MAX, &n, &at, error);
    self->taken = at;
    self->taken_bytes = n;
    if (rc == 1)
        s_skip (self, at, n);
    return rc == 0 ? error_set (error, DMH_MALFORMED,
                                "what begins on line %llu of the input is no object of JSON",
                                (unsigned long long) self->line)
                   : rc;
}

size_t json_input_count (const json_input_t *self)
{
    return json_object_count (self->object);
}

struct input_value json_input_value (const json_input_t *self, size_t i)
{
    return json_object_value (self->object, i);
}

int json_input_stands (json_input_t *self, const char *raw, size_t n, struct error *error)
{
    const char *at;
    size_t shown = 0;
    int rc = input_text_show (self->text, n + 2, &at, &shown, error);
    return rc != DMH_OK ? rc : n && shown >= n && memcmp (at, raw, n) == 0;
}

const char *json_input_text (const json_input_t *self, size_t *n)
{
    *n = self->taken_bytes;
    return self->taken;
}

//  What follows may be the rest of something broken, which is a record of its own and has to be claimed, too.
int json_input_claim (json_input_t *self, const char *raw, size_t n, struct error *error)
{
    int rc = json_input_stands (self, raw, n, error);
    if (rc == 1)
        s_skip (self, raw, n);
    return rc;
}

int json_input_at (json_input_t *self, const char *broken, size_t n, uint64_t *line, struct error *error)
{
    for (;;) {
        int byte;
        int rc = s_space (self, &byte, error);
        *line = self->line;
        if (rc == DMH_OK && broken)
            rc = json_input_stands (self, broken, n, error);
        if (rc != DMH_OK)    //  1: what is broken may begin with a comma or a bracket
            return rc;
        if (byte == OVER || (self->wrapped && byte == ']'))
            return 0;
        if (byte != ',' && (self->wrapped || (byte != '[' && byte != ']')))
            return 1;
        input_text_skip (self->text, 1);
    }
}
