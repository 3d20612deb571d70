//  store.c: what every store has in common. See store.h.
#include "store.h"

#include <stdlib.h>

void store_job_clear (struct store_job *self)
{
    shape_clear (&job_record_shape, &self->record);
    shape_clear (&options_shape, &self->options);
    shape_clear (&input_shape, &self->input);
}
