//  pass.c: see pass.h.
#include "pass.h"

#include "../formats/emit.h"

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
    for (size_t c = 0; c < binding->column_count; c++)
        if (binding->columns[c].field == FIELD_NONE)
            self->extras[self->extra_count++] = (int) c;
    return 0;
}

int pass_prepare (struct pass *self)
{
    if (s_find_extras (self) != 0)
        return -1;
    size_t count = pass_output_count (self), room = 0;
    for (size_t i = 0; i < count; i++)
        room += 6 * strlen (pass_output_name (self, i)) + 8;
    self->labels = calloc (count, sizeof *self->labels);
    self->label_text = malloc (room + 1);
    if (!self->labels || !self->label_text)
        return -1;
    char *at = self->label_text;
    for (size_t i = 0; i < count; i++) {
        char *start = at;
        *at++ = i ? ',' : '{';
        at = emit_json (at, text_of (pass_output_name (self, i)));
        *at++ = ':';
        self->labels[i] = (struct text){start, (size_t) (at - start)};
        self->label_bytes += self->labels[i].n;
    }
    return 0;
}

void pass_clear (struct pass *self)
{
    free (self->extras);
    free (self->labels);
    free (self->label_text);
    self->extras = NULL;
    self->labels = NULL;
    self->label_text = NULL;
    self->extra_count = self->label_bytes = 0;
}
