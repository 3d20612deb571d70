//  statistics_section.c: see section.h: what jobs of the task statistics have made of results.
#include "client/report/sections/section.h"
#include "client/report/task/statistics_part.h"

int section_statistics (const struct page *self, struct error *error)
{
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < self->described_count; i++)
        rc = statistics_part (self->document, self->described[i], self->values, error);
    return rc;
}
