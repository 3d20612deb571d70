//  encoder.c: see encoder.h.
#include "worker/encoders/encoder.h"

#include <stdio.h>
#include <string.h>

//  The first is what a job has that asks for none.
static const struct encoder *const ENCODERS[] = {&ENCODER_CSV,    &ENCODER_NDJSON, &ENCODER_FHIR,
                                                 &ENCODER_SQLITE, &ENCODER_FASTA,  &ENCODER_VCF};
enum { COUNT = sizeof ENCODERS / sizeof *ENCODERS };

const struct encoder *encoder_at (size_t i)
{
    return i < COUNT ? ENCODERS[i] : NULL;
}

const struct encoder *encoder_find (const char *name)
{
    if (!*name)
        return ENCODERS[0];
    for (size_t i = 0; i < COUNT; i++)
        if (strcmp (ENCODERS[i]->name, name) == 0)
            return ENCODERS[i];
    return NULL;
}

int encoder_check (const struct encoder *self, const char *kind, bool from_vcf, const char *source,
                   struct error *error)
{
    if (self->takes && !self->takes (kind))
        return error_set (error, DMH_BAD_INPUT, "%s: %s %.40s; give another --format", source, self->refusal,
                          kind);
    if (self->variants && !from_vcf)
        return error_set (error, DMH_BAD_INPUT,
                          "%s is not VCF, of which alone VCF is written; give another --format", source);
    return DMH_OK;
}

char *encoder_names (char out[ENCODER_NAMES_BYTES])
{
    size_t used = 0;
    for (size_t i = 0; i < COUNT && used < ENCODER_NAMES_BYTES; i++)
        used += (size_t) snprintf (out + used, ENCODER_NAMES_BYTES - used, "%s%s",
                                   i == 0           ? ""
                                   : i + 1 == COUNT ? " or "
                                                    : ", ",
                                   ENCODERS[i]->name);
    return out;
}
