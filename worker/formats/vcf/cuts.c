//  cuts.c: see cuts.h.
#include "worker/formats/vcf/cuts.h"

#include <stdlib.h>

void vcf_cuts_clear (struct vcf_cuts *self)
{
    free (self->ends);
    *self = (struct vcf_cuts){.ends = NULL};
}

static int s_grow (struct vcf_cuts *self)
{
    size_t room = self->room ? self->room * 2 : 256;
    size_t *ends = realloc (self->ends, room * sizeof *ends);
    if (!ends)
        return -1;
    self->ends = ends;
    self->room = room;
    return 0;
}

int vcf_cuts_add (struct vcf_cuts *self, struct text value, struct vcf_cut *out)
{
    *out = (struct vcf_cut){self->used, 0};
    for (size_t at = 0; at <= value.n; at++) {
        if (at < value.n && value.at[at] != ',')
            continue;
        if (self->used == self->room && s_grow (self) != 0)
            return -1;
        self->ends[self->used++] = at;
        out->count++;
    }
    return 0;
}
