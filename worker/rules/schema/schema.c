//  schema.c: see schema.h.
#include "worker/rules/schema/schema.h"

#include "messages/base/narrow.h"

#include <stdlib.h>

void schema_destroy (schema_t **self_p)
{
    schema_t *self = *self_p;
    if (!self)
        return;
    for (size_t f = 0; f < self->field_count; f++)
        field_clear (&self->fields[f]);
    free (self->fields);
    field_names_destroy (&self->names);
    field_names_destroy (&self->otherwise);
    column_words_clear (&self->words);
    missing_destroy (&self->missing);
    free (self->name);
    free (self->version);
    free (self->title);
    free (self->description);
    free (self->json);
    free (self->format);
    free (self);
    *self_p = NULL;
}

int schema_field (const schema_t *self, const char *name)
{
    for (size_t f = 0; f < self->field_count; f++)
        if (self->fields[f].name && strcmp (self->fields[f].name, name) == 0)
            return NARROW (int, f);
    return FIELD_NONE;
}
