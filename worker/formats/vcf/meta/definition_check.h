//  definition_check.h: what of a line of VCF's header is against the specification though it can be read.
//  Pure.
#ifndef DMH_WORKER_FORMATS_VCF_META_DEFINITION_CHECK_H
#define DMH_WORKER_FORMATS_VCF_META_DEFINITION_CHECK_H

#include "worker/formats/vcf/meta/definition.h"
#include "worker/formats/vcf/meta/pairs.h"

//  Of a line with brackets, in a file of VCF 4.`minor`.
enum definition_problem definition_check (const struct definition *definition, const struct meta_pair *pairs,
                                          int count, unsigned minor);

//  Of one without: DEFINITION_PLAIN, or DEFINITION_BAD_VALUE.
enum definition_problem definition_check_plain (struct text key, struct text value);

#endif
