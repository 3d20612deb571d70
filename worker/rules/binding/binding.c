//  binding.c: see binding.h.
#include "worker/rules/binding/binding.h"

#include <stdlib.h>

const char *bound_by_word (enum bound_by by)
{
    static const char *const WORDS[] = {"none", "name", "alias", "mapping"};
    return WORDS[by];
}

void binding_destroy (binding_t **self_p)
{
    binding_t *self = *self_p;
    if (!self)
        return;
    for (size_t c = 0; self->columns && c < self->column_count; c++) {
        free (self->columns[c].source);
        free (self->columns[c].name);
        free (self->columns[c].reason);
    }
    for (size_t f = 0; self->values && f < self->schema->field_count; f++)
        value_map_destroy (&self->values[f]);
    for (size_t i = 0; i < self->constant_count; i++)
        free (self->constants[i].value);
    missing_destroy (&self->missing);
    free (self->columns);
    free (self->column_of);
    free (self->others);
    free (self->derived);
    free (self->values);
    free (self->constants);
    free (self->forms);
    free (self);
    *self_p = NULL;
}
