//  values.h: whether the values of INFO and FORMAT are of their type and as many as their Number says. Pure.
#ifndef DMH_WORKER_FORMATS_VCF_CHECKS_VALUES_H
#define DMH_WORKER_FORMATS_VCF_CHECKS_VALUES_H

#include "worker/formats/vcf/header.h"

//  How many values there have to be: of an allele, of a genotype …
struct vcf_counts {
    uint64_t alts;      //  alternate alleles
    uint64_t ploidy;    //  copies; 0: not known
    uint64_t locals;    //  alleles that LAA names; UINT64_MAX: it is not there
};

enum value_fault { VCF_VALUE_GOOD, VCF_VALUE_TYPE, VCF_VALUE_COUNT, VCF_VALUE_RANGE };

//  What is wrong with a value that is not missing. Hot path.
enum value_fault vcf_value_check (const struct vcf_tag *tag, struct text value, struct vcf_counts counts);

//  Whether it is a number as the specification writes them: an Integer is within 32 bits but for its lowest
//  eight values.
bool vcf_is_integer (struct text in);
bool vcf_is_float (struct text in);

#endif
