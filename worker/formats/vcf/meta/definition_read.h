//  definition_read.h: reads a line of VCF's header that defines something. Pure.
#ifndef DMH_WORKER_FORMATS_VCF_META_DEFINITION_READ_H
#define DMH_WORKER_FORMATS_VCF_META_DEFINITION_READ_H

#include "worker/formats/vcf/meta/definition.h"

//  Reads a line without its line end, of a file of VCF 4.`minor`. What is good of it is in *out whatever it
//  says.
enum definition_problem definition_read (struct text line, unsigned minor, struct definition *out);

#endif
