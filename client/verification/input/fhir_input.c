//  fhir_input.c: see fhir_input.h.
#define _GNU_SOURCE
#include "client/verification/input/fhir_input.h"

#include "client/result/reading/report_values.h"
#include "client/verification/input/json_input.h"
#include "messages/base/narrow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH_BYTES = 256 };

static const struct {
    const char *kind, *type, *key;
} KINDS[] = {{"patient", "Patient", "patient_id"},
             {"lab_result", "Observation", "result_id"},
             {"imaging_study", "ImagingStudy", "study_uid"}};
enum { KIND_COUNT = sizeof KINDS / sizeof *KINDS };

struct fhir_input {
    json_input_t *elements;
    const char *type;    //  of the resources that make records
    const char *text;    //  of the element that was read
    size_t bytes;
    size_t left;    //  records of it that are to come
};

const char *fhir_input_key (const char *kind)
{
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (strcmp (KINDS[i].kind, kind) == 0)
            return KINDS[i].key;
    return NULL;
}

fhir_input_t *fhir_input_new (const char *path, const struct json_value *report, struct error *error)
{
    const char *kind = report_text (json_value_member (report, "job"), "kind");
    fhir_input_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while reading %s", path);
        return NULL;
    }
    for (size_t i = 0; i < KIND_COUNT; i++)
        if (strcmp (KINDS[i].kind, kind) == 0)
            self->type = KINDS[i].type;
    if (self->type)
        self->elements = json_input_new (path, report, error);
    else
        error_set (error, DMH_MALFORMED, "no resources of FHIR make records of the kind %.40s", kind);
    if (!self->elements)
        fhir_input_destroy (&self);
    return self;
}

void fhir_input_destroy (fhir_input_t **self_p)
{
    fhir_input_t *self = *self_p;
    if (!self)
        return;
    json_input_destroy (&self->elements);
    free (self);
    *self_p = NULL;
}

size_t fhir_input_count (const fhir_input_t *self)
{
    return json_input_count (self->elements);
}

struct input_value fhir_input_value (const fhir_input_t *self, size_t i)
{
    return json_input_value (self->elements, i);
}

//  The index behind `name` in a path that begins so, such as component.3.code; *rest is what follows it.
//  SIZE_MAX: the path does not begin so.
static size_t s_index (const char *path, const char *name, const char **rest)
{
    size_t n = strlen (name);
    if (strncmp (path, name, n) != 0 || path[n] < '0' || path[n] > '9')
        return SIZE_MAX;
    char *end;
    size_t index = strtoul (path + n, &end, 10);
    *rest = end;
    return index;
}

//  What was seen of one resource.
struct seen {
    size_t parts, inner;              //  components or series, and of a study all instances
    size_t part, instance, within;    //  the last ones, counted from 1; instances of that series
    bool value, members;
};

static void s_see_series (struct seen *seen, const char *path)
{
    const char *rest, *deeper;
    size_t series = s_index (path, "series.", &rest), instance;
    if (series == SIZE_MAX)
        return;
    if (series + 1 != seen->part) {
        seen->part = series + 1;
        seen->parts++;
        seen->instance = seen->within = 0;
    }
    instance = s_index (rest, ".instance.", &deeper);
    if (instance == SIZE_MAX || instance + 1 == seen->instance)
        return;
    seen->instance = instance + 1;
    seen->inner += seen->within++ > 0;    //  the first stands for its series
}

static void s_see (struct seen *seen, const char *path)
{
    const char *rest;
    size_t component = s_index (path, "component.", &rest);
    if (component != SIZE_MAX && component + 1 != seen->part) {
        seen->part = component + 1;
        seen->parts++;
    }
    seen->value = seen->value || (strncmp (path, "value", 5) == 0 && path[5] && path[5] != '.');
    seen->members = seen->members || strcmp (path, "hasMember") == 0;
}

//  The records of the resource whose paths begin with `prefix`, of which value `at` is one: they stand
//  together.
static size_t s_records_of (const fhir_input_t *self, const char *prefix, size_t at)
{
    struct seen seen = {0};
    size_t n = strlen (prefix);
    bool study = strcmp (self->type, "ImagingStudy") == 0;
    if (strcmp (self->type, "Patient") == 0)
        return 1;
    while (at > 0 && strncmp (fhir_input_value (self, at - 1).name, prefix, n) == 0)
        at--;
    for (; at < fhir_input_count (self); at++) {
        const char *path = fhir_input_value (self, at).name;
        if (strncmp (path, prefix, n) != 0)
            break;
        if (study)
            s_see_series (&seen, path + n);
        else
            s_see (&seen, path + n);
    }
    if (study)
        return seen.parts ? seen.parts + seen.inner : 1;
    return seen.parts + (seen.value || (!seen.parts && !seen.members));
}

//  Of the element that was read: a resource, a Bundle's entry, a Bundle.
static size_t s_records (const fhir_input_t *self)
{
    static const char TYPE[] = "resourceType";
    size_t records = 0;
    for (size_t i = 0; i < fhir_input_count (self); i++) {
        struct input_value value = fhir_input_value (self, i);
        char prefix[PATH_BYTES];
        const char *rest = value.name;
        size_t entry = s_index (value.name, "entry.", &rest);
        rest += entry != SIZE_MAX && *rest == '.';
        rest += strncmp (rest, "resource.", 9) == 0 ? 9 : 0;
        bool own = rest == value.name || entry != SIZE_MAX || rest == value.name + 9;
        int n = snprintf (prefix, sizeof prefix, "%.*s", NARROW (int, rest - value.name), value.name);
        if (own && n < PATH_BYTES && strcmp (rest, TYPE) == 0 && strcmp (value.text, self->type) == 0)
            records += s_records_of (self, prefix, i);
    }
    return records;
}

static bool s_is_bundle (const fhir_input_t *self)
{
    for (size_t i = 0; i < fhir_input_count (self); i++)
        if (strncmp (fhir_input_value (self, i).name, "entry.", 6) == 0)
            return true;
    return false;
}

int fhir_input_at (fhir_input_t *self, const char *broken, size_t n, uint64_t *line, struct error *error)
{
    *line = 0;
    for (int rc; self->left == 0;) {
        rc = json_input_at (self->elements, broken, n, line, error);
        if (rc != 1)
            return rc;
        if (broken && (rc = json_input_stands (self->elements, broken, n, error)) != 0)
            return rc;
        rc = json_input_take (self->elements, error);
        if (rc != 1)
            return rc;
        self->text = json_input_text (self->elements, &self->bytes);
        self->left = s_records (self);
        //  A resource with a key twice is JSON, and one record, whatever its type and parts.
        if (broken && memmem (self->text, self->bytes, broken, n) && (self->left == 0 || !s_is_bundle (self)))
            self->left = 1;
    }
    *line = 0;
    return 1;
}

int fhir_input_take (fhir_input_t *self, struct error *error)
{
    if (self->left == 0)
        return error_set (error, DMH_MALFORMED, "a resource that is no JSON is not set aside");
    self->left--;
    return 1;
}

int fhir_input_claim (fhir_input_t *self, const char *raw, size_t n, struct error *error)
{
    if (self->left == 0)
        return json_input_claim (self->elements, raw, n, error);
    self->left--;
    bool whole = n > 1 && raw[0] == '{' && raw[n - 1] == '}';
    return whole && memmem (self->text, self->bytes, raw, n) ? 1 : 0;
}
