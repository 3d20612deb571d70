//  variant_report.h: what a report says of the header of variants, and of the genome that they are of.
#ifndef DMH_WORKER_OUTPUT_VARIANTS_VARIANT_REPORT_H
#define DMH_WORKER_OUTPUT_VARIANTS_VARIANT_REPORT_H

#include "messages/json/writer.h"
#include "worker/formats/dialect.h"

//  Adds the members "header", the text, and "genome": the assembly, the style of the contigs' names, the
//  reference. Nothing of an input that is not VCF.
void variant_report_write (json_writer_t *doc, const struct dialect *dialect);

#endif
