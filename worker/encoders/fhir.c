//  fhir.c: records as FHIR R4 resources, one a line. FHIR has no place for the source's own columns. See
//  encoder.h.
#include "worker/encoders/escape.h"
#include "worker/encoders/fhir_resource.h"
#include "worker/encoders/row.h"

#include <stdlib.h>

//  What a layout keeps for it.
struct own {
    fhir_resource_t *resource;
    const char **names;    //  of the fields, which the resource borrows
};

static void s_own_destroy (void **self_p)
{
    struct own *self = *self_p;
    fhir_resource_destroy (&self->resource);
    free (self->names);
    free (self);
    *self_p = NULL;
}

static void *s_own_new (const struct plan *plan)
{
    const schema_t *schema = plan->schema;
    struct own *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->names = calloc (schema->field_count + 1, sizeof *self->names);
    for (size_t f = 0; self->names && f < schema->field_count; f++)
        self->names[f] = schema->fields[f].name;
    struct fhir_resource_plan of = {.kind = schema->name,
                                    .names = self->names,
                                    .count = schema->field_count,
                                    .key = schema->key,
                                    .key_count = schema->key_count,
                                    .is_ucum = unit_is_ucum};
    self->resource = self->names ? fhir_resource_new (&of) : NULL;
    void *made = self;
    if (!self->resource)
        s_own_destroy (&made);
    return made;
}

static char *s_label (const struct layout *layout, size_t i, char *to)
{
    return ENCODER_CSV.label (layout, i, to);
}

static size_t s_room (const struct layout *layout, const struct record *record, const struct row *row)
{
    const struct own *own = layout->own;
    return row_room (layout, record, row) + fhir_resource_room (own->resource, record->values);
}

//  All that tells the record from others names what has no key; the resource stands behind it.
static void s_write (const struct layout *layout, const struct record *record, const struct row *row,
                     struct text rest, char *to, struct encoded *out)
{
    const struct own *own = layout->own;
    ENCODER_CSV.write (layout, record, row, rest, to, out);
    char *start = escape_bytes (to + out->content.n, rest.at, rest.n);
    struct text whole = {to, (size_t) (start - to)};
    char *end = fhir_resource_emit (own->resource, record->values, whole, start);
    out->row = (struct text){start, (size_t) (end - start)};
}

const struct encoder ENCODER_FHIR = {.name = "fhir",
                                     .file = "records.ndjson",
                                     .format = "ndjson",
                                     .media_type = "application/fhir+ndjson",
                                     .takes = fhir_resource_is_known,
                                     .refusal = "FHIR has no resource for the kind",
                                     .label = s_label,
                                     .empty = "",
                                     .end = "\n",
                                     .own_new = s_own_new,
                                     .own_destroy = s_own_destroy,
                                     .room = s_room,
                                     .write = s_write};
