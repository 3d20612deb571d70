//  findings.h: what is wrong with a line of VCF: what makes it no record, and what is a warning only.
#ifndef DMH_WORKER_FORMATS_VCF_CHECKS_FINDINGS_H
#define DMH_WORKER_FORMATS_VCF_CHECKS_FINDINGS_H

#include "worker/formats/format.h"
#include "worker/formats/vcf/line.h"

enum { VCF_WARNINGS_MOST = 64 };    //  of a line; each rule says the first of a tag

struct vcf_findings {
    struct vcf_fault fault;    //  RULE_NONE: it is a record
    struct row_warning warnings[VCF_WARNINGS_MOST];
    size_t count;
};

static inline void vcf_findings_warn (struct vcf_findings *self, enum rule rule, const char *field,
                                      struct text raw)
{
    if (self->count < VCF_WARNINGS_MOST)
        self->warnings[self->count++] = (struct row_warning){.rule = rule, .field = field, .raw = raw};
}

//  What was made of a value.
static inline void vcf_findings_note (struct vcf_findings *self, const struct row_warning *note)
{
    if (self->count < VCF_WARNINGS_MOST)
        self->warnings[self->count++] = *note;
}

//  The first fault stays.
static inline void vcf_findings_fail (struct vcf_findings *self, enum rule rule, const char *field,
                                      struct text text)
{
    if (self->fault.rule == RULE_NONE)
        self->fault = (struct vcf_fault){rule, field, text};
}

#endif
