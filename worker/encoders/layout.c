//  layout.c: see layout.h.
#define _GNU_SOURCE
#include "worker/encoders/layout.h"

#include "worker/encoders/escape.h"

#include <stdlib.h>

size_t pass_output_count (const struct pass *self)
{
    return self->plan->step_count + self->extra_count;
}

const char *pass_output_name (const struct pass *self, size_t i)
{
    if (i < self->plan->step_count)
        return self->plan->schema->fields[i].name;
    return self->plan->binding->columns[self->extras[i - self->plan->step_count]].name;
}

static int s_find_extras (struct pass *self)
{
    const binding_t *binding = self->plan->binding;
    self->extras = calloc (binding->column_count + 1, sizeof *self->extras);
    if (!self->extras)
        return -1;
    for (size_t c = 0; self->format != RECORDS_FHIR && c < binding->column_count; c++)
        if (binding->columns[c].name)
            self->extras[self->extra_count++] = (int) c;
    return 0;
}

static char *s_put (char *to, const char *string)
{
    return (char *) mempcpy (to, string, strlen (string));
}

//  `"name":` or nothing, with the separator before it.
static char *s_label (const struct pass *self, size_t output, char *to)
{
    if (self->format != RECORDS_NDJSON) {
        if (output)
            *to++ = ',';
        return to;
    }
    *to++ = output ? ',' : '{';
    to = escape_json (to, text_of (pass_output_name (self, output)));
    *to++ = ':';
    return to;
}

static bool s_is_live (const struct pass *self, size_t output, size_t next)
{
    if (output >= self->plan->step_count)
        return true;
    return next < self->plan->live_count && self->plan->live[next] == output;
}

static void s_write_before (struct pass *self)
{
    bool csv = self->format != RECORDS_NDJSON;
    char *at = self->before_text, *start = at;
    size_t next = 0;
    for (size_t output = 0; output < pass_output_count (self); output++) {
        at = s_label (self, output, at);
        if (s_is_live (self, output, next)) {
            self->before[next++] = (struct text){start, (size_t) (at - start)};
            start = at;
        } else if (!csv)
            at = s_put (at, "null");
    }
    at = s_put (at, csv ? "\n" : "}\n");
    self->before[next] = (struct text){start, (size_t) (at - start)};
    self->before_bytes = (size_t) (at - self->before_text);
}

static int s_make_resource (struct pass *self)
{
    const schema_t *schema = self->plan->schema;
    self->names = calloc (schema->field_count + 1, sizeof *self->names);
    for (size_t f = 0; self->names && f < schema->field_count; f++)
        self->names[f] = schema->fields[f].name;
    struct fhir_resource_plan plan = {.kind = schema->name,
                                      .names = self->names,
                                      .count = schema->field_count,
                                      .key = schema->key,
                                      .key_count = schema->key_count,
                                      .is_ucum = unit_is_ucum};
    self->resource = self->names ? fhir_resource_new (&plan) : NULL;
    return self->resource ? 0 : -1;
}

int pass_prepare (struct pass *self)
{
    if (s_find_extras (self) != 0 || (self->format == RECORDS_FHIR && s_make_resource (self) != 0))
        return -1;
    size_t room = 2 + PASS_SLACK;
    for (size_t i = 0; i < pass_output_count (self); i++)
        room += 6 * strlen (pass_output_name (self, i)) + 8;
    self->value_count = self->plan->live_count + self->extra_count;
    self->before = calloc (self->value_count + 1, sizeof *self->before);
    self->before_text = calloc (room, 1);
    if (!self->before || !self->before_text)
        return -1;
    s_write_before (self);
    return 0;
}

void pass_clear (struct pass *self)
{
    free (self->extras);
    free (self->before);
    free (self->before_text);
    fhir_resource_destroy (&self->resource);
    free (self->names);
    self->names = NULL;
    self->extras = NULL;
    self->before = NULL;
    self->before_text = NULL;
    self->extra_count = self->value_count = self->before_bytes = 0;
}
