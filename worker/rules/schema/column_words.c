//  column_words.c: see column_words.h.
#include "worker/rules/schema/column_words.h"

#include <stdlib.h>

void column_words_clear (struct column_words *self)
{
    field_names_destroy (&self->sets);
    field_names_destroy (&self->signs);
    field_names_destroy (&self->only_with);
    field_names_destroy (&self->zeroes);
    field_names_destroy (&self->tests);
    field_names_destroy (&self->parts);
    for (size_t i = 0; i < self->time_count; i++) {
        free (self->times[i].date);
        free (self->times[i].time);
    }
    free (self->times);
    self->times = NULL;
    self->time_count = 0;
}

int column_words_set (const struct column_words *self, struct text name)
{
    const struct field_name *set = self->sets ? field_names_find (self->sets, name) : NULL;
    return set ? set->field : 0;
}
