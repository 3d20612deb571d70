//  layout.c: see layout.h.
#define _GNU_SOURCE
#include "worker/encoders/layout.h"

#include "messages/base/narrow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t layout_output_count (const struct layout *self)
{
    return self->plan->step_count + self->extra_count;
}

const char *layout_output_name (const struct layout *self, size_t i)
{
    if (i < self->plan->step_count)
        return self->plan->schema->fields[i].name;
    return self->plan->binding->columns[self->extras[i - self->plan->step_count]].name;
}

size_t layout_column_count (const struct layout *self)
{
    size_t count = layout_output_count (self);
    for (size_t f = 0; f < self->plan->step_count; f++)
        count += self->beside[f] != NULL;
    return count;
}

static bool s_is_taken (const struct layout *self, const char *name)
{
    for (size_t i = 0; i < layout_output_count (self); i++)
        if (strcmp (layout_output_name (self, i), name) == 0)
            return true;
    for (size_t f = 0; f < self->plan->step_count; f++)
        if (self->beside[f] && strcmp (self->beside[f], name) == 0)
            return true;
    return false;
}

//  A name that others have gets a number: the source's own columns keep theirs.
int layout_set_beside (struct layout *self, size_t field)
{
    const char *name = layout_output_name (self, field),
               *ending = self->plan->steps[field].type == FIELD_NUMBER ? "digits" : "date";
    char *made = NULL;
    for (unsigned number = 1; !made; number++) {
        int n = number == 1 ? asprintf (&made, "%s_%s", name, ending)
                            : asprintf (&made, "%s_%s_%u", name, ending, number);
        if (n < 0)
            return -1;
        if (s_is_taken (self, made)) {
            free (made);
            made = NULL;
        }
    }
    self->beside[field] = made;
    return 0;
}

static int s_find_extras (struct layout *self)
{
    const binding_t *binding = self->plan->binding;
    self->extras = calloc (binding->column_count + 1, sizeof *self->extras);
    self->content_columns = calloc (binding->column_count + 1, sizeof *self->content_columns);
    if (!self->extras || !self->content_columns)
        return -1;
    for (size_t c = 0; c < binding->column_count; c++) {
        if (!binding->columns[c].name)
            continue;
        if (self->encoder->extras)
            self->extras[self->extra_count++] = NARROW (int, c);
        if (!binding->columns[c].not_content)
            self->content_columns[self->content_column_count++] = NARROW (int, c);
    }
    self->owns = self->encoder->extras && self->content_column_count == self->extra_count;
    return 0;
}

static char *s_put (char *to, const char *string)
{
    size_t n = strlen (string);
    memcpy (to, string, n);
    return to + n;
}

static bool s_is_live (const struct layout *self, size_t output, size_t next)
{
    if (output >= self->plan->step_count)
        return true;
    return next < self->plan->live_count && self->plan->live[next] == output;
}

//  Returns the end of what it wrote at `at`.
static char *s_write_before (struct layout *self, char *at)
{
    char *begin = at, *start = at;
    size_t next = 0;
    for (size_t output = 0; output < layout_output_count (self); output++) {
        at = self->encoder->label (self, output, at);
        if (s_is_live (self, output, next)) {
            self->before[next++] = (struct text){start, (size_t) (at - start)};
            start = at;
        } else
            at = s_put (at, self->encoder->empty);
    }
    at = s_put (at, self->encoder->end);
    self->before[next] = (struct text){start, (size_t) (at - start)};
    self->before_bytes = (size_t) (at - begin);
    return at;
}

int layout_make (struct layout *self, const struct encoder *encoder, const struct plan *plan)
{
    *self = (struct layout){.encoder = encoder, .plan = plan};
    if (s_find_extras (self) != 0)
        return -1;
    self->own = encoder->own_new ? encoder->own_new (plan) : NULL;
    if (encoder->own_new && !self->own)
        return -1;
    size_t room = 2;
    for (size_t i = 0; i < layout_output_count (self); i++)
        room += 6 * strlen (layout_output_name (self, i)) + 10;
    self->value_count = plan->live_count + self->extra_count;
    self->before = calloc (self->value_count + 1, sizeof *self->before);
    self->texts = calloc (2 * room + LAYOUT_SLACK, 1);
    if (!self->before || !self->texts)
        return -1;
    char *at = s_write_before (self, self->texts);
    char *end = encoder->header ? encoder->header (self, at) : at;
    self->header = (struct text){at, (size_t) (end - at)};
    return 0;
}

void layout_clear (struct layout *self)
{
    if (self->own)
        self->encoder->own_destroy (&self->own);
    free (self->extras);
    free (self->content_columns);
    free (self->before);
    free (self->texts);
    for (size_t f = 0; f < FIELDS_MAX; f++)
        free (self->beside[f]);
    *self = (struct layout){.encoder = NULL};
}
