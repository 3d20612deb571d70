//  passed_by.c: see passed_by.h.
#include "worker/pipeline/passed_by.h"

#include "worker/pipeline/link_set.h"

#include <stdlib.h>

int passed_by_add (struct passed_by *self, const struct block *block)
{
    int rc = skipped_add (&self->skipped, (const struct skipped_records *) (const void *) block->skipped.at,
                          block->skipped.used / sizeof (struct skipped_records));
    if (rc == 0)
        rc = path_counts_add_block (&self->left_over, &block->left_over);
    return rc == 0 ? link_set_add (&self->links, &block->links) : rc;
}

void passed_by_clear (struct passed_by *self)
{
    skipped_clear (&self->skipped);
    path_counts_clear (&self->left_over);
    free (self->links.at);
    self->links = (struct buffer){.at = NULL};
}
