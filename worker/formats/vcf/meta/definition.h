//  definition.h: a line of VCF's header that defines something, ##INFO=<ID=DP,Number=1,Type=Integer,…>, taken
//  apart, and what of it is against the specification. Pure. Source: VCF 4.1 to 4.5, section 1.4.
#ifndef DMH_WORKER_FORMATS_VCF_META_DEFINITION_H
#define DMH_WORKER_FORMATS_VCF_META_DEFINITION_H

#include "worker/text/text.h"

enum definition_of {
    DEFINITION_OTHER,
    DEFINITION_INFO,
    DEFINITION_FORMAT,
    DEFINITION_FILTER,
    DEFINITION_ALT,
    DEFINITION_CONTIG
};

//  How many values a field has.
enum value_number {
    NUMBER_FIXED,              //  `count`
    NUMBER_ALTERNATE,          //  A: one an alternate allele
    NUMBER_ALLELE,             //  R: one an allele, the reference first
    NUMBER_GENOTYPE,           //  G: one a genotype
    NUMBER_LOCAL_ALTERNATE,    //  LA (4.5): as A, of the alternate alleles that LAA names
    NUMBER_LOCAL_ALLELE,       //  LR: as R, of the reference and those
    NUMBER_LOCAL_GENOTYPE,     //  LG: as G, of the same
    NUMBER_PLOIDY,             //  P (4.4): one a copy
    NUMBER_METHYLATION,        //  M (4.5): one a modified base
    NUMBER_ANY                 //  “.”
};

enum value_type { TYPE_NONE, TYPE_INTEGER, TYPE_FLOAT, TYPE_FLAG, TYPE_CHARACTER, TYPE_STRING };

enum definition_problem {
    DEFINITION_GOOD,
    DEFINITION_PLAIN,     //  “##key=value”: it defines nothing
    DEFINITION_BROKEN,    //  a bracket or a quote is not closed, a key has no value, a comma too many
    DEFINITION_KEY_TWICE,
    DEFINITION_NO_ID,
    DEFINITION_BAD_ID,         //  of INFO and FORMAT: [A-Za-z_][0-9A-Za-z_.]*, or 1000G
    DEFINITION_BAD_NUMBER,     //  missing, or none that the version has
    DEFINITION_BAD_TYPE,       //  missing, none, or a Flag of FORMAT
    DEFINITION_FLAG_NUMBER,    //  a Flag whose Number is not 0, or another type whose Number is
    DEFINITION_NO_DESCRIPTION,
    DEFINITION_UNQUOTED,     //  a description that is not in quotes, Values that are not in brackets
    DEFINITION_ORDER,        //  ID is not the first key, or Number, Type and Description do not come in order
    DEFINITION_BAD_VALUE,    //  of PEDIGREE: not letters, digits and _ . - ; of assembly and pedigreeDB: no
                             //  URL; of SAMPLE up to 4.2: not ID, Genomes, Mixture and a quoted Description
    DEFINITION_RESERVED      //  a tag that the specification defines with another Number or Type
};

struct definition {
    enum definition_of of;
    struct text key, id, description;    //  of the line; the description without its quotes, as it stands
    enum value_number number;
    uint64_t count;
    enum value_type type;
    uint64_t length;    //  of a contig; UINT64_MAX: it has none that is a number
};

//  Reads a Number, a Type, into *out. False: there is none such in 4.`minor`.
bool definition_number (struct text in, unsigned minor, struct definition *out);
bool definition_type (struct text in, struct definition *out);

#endif
