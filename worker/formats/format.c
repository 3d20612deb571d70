//  format.c: the table of formats, from the most special to the one that is left.
#include "worker/formats/format.h"

const struct format *const FORMATS[] = {&FORMAT_FHIR, &FORMAT_FASTA, &FORMAT_VCF,
                                        &FORMAT_JSON, &FORMAT_CSV,   NULL};

void format_say_byte (struct error *error, uint64_t byte)
{
    error_set (error, error->code, "%s; from byte %llu on nothing was read", error->text,
               (unsigned long long) byte);
}
