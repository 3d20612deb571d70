//  reserved.c: see reserved.h.
#include "worker/formats/vcf/meta/reserved.h"

#define INFO DEFINITION_INFO
#define FORMAT DEFINITION_FORMAT
#define FIXED NUMBER_FIXED

static const struct reserved TABLE[] = {
    {"AA", INFO, FIXED, 1, TYPE_STRING, 1, 5, false},
    {"AC", INFO, NUMBER_ALTERNATE, 0, TYPE_INTEGER, 1, 5, true},
    {"AD", INFO, NUMBER_ALLELE, 0, TYPE_INTEGER, 3, 5, true},
    {"ADF", INFO, NUMBER_ALLELE, 0, TYPE_INTEGER, 3, 5, true},
    {"ADR", INFO, NUMBER_ALLELE, 0, TYPE_INTEGER, 3, 5, true},
    {"AF", INFO, NUMBER_ALTERNATE, 0, TYPE_FLOAT, 1, 5, true},
    {"AN", INFO, FIXED, 1, TYPE_INTEGER, 1, 5, true},
    {"BQ", INFO, FIXED, 1, TYPE_FLOAT, 1, 5, false},
    {"CIGAR", INFO, NUMBER_ALTERNATE, 0, TYPE_STRING, 1, 5, false},
    {"DB", INFO, FIXED, 0, TYPE_FLAG, 1, 5, false},
    {"DP", INFO, FIXED, 1, TYPE_INTEGER, 1, 5, true},
    {"END", INFO, FIXED, 1, TYPE_INTEGER, 1, 5, true},
    {"H2", INFO, FIXED, 0, TYPE_FLAG, 1, 5, false},
    {"H3", INFO, FIXED, 0, TYPE_FLAG, 1, 5, false},
    {"MQ", INFO, FIXED, 1, TYPE_FLOAT, 1, 5, false},
    {"MQ0", INFO, FIXED, 1, TYPE_INTEGER, 1, 5, true},
    {"NS", INFO, FIXED, 1, TYPE_INTEGER, 1, 5, true},
    {"SOMATIC", INFO, FIXED, 0, TYPE_FLAG, 1, 5, false},
    {"VALIDATED", INFO, FIXED, 0, TYPE_FLAG, 1, 5, false},
    {"1000G", INFO, FIXED, 0, TYPE_FLAG, 1, 5, false},
    {"IMPRECISE", INFO, FIXED, 0, TYPE_FLAG, 1, 5, false},
    {"NOVEL", INFO, FIXED, 0, TYPE_FLAG, 1, 5, false},
    {"SVTYPE", INFO, FIXED, 1, TYPE_STRING, 1, 5, false},
    {"SVLEN", INFO, NUMBER_ANY, 0, TYPE_INTEGER, 1, 3, false},
    {"SVLEN", INFO, NUMBER_ALTERNATE, 0, TYPE_INTEGER, 4, 5, false},
    {"CIPOS", INFO, FIXED, 2, TYPE_INTEGER, 1, 3, false},
    {"CIEND", INFO, FIXED, 2, TYPE_INTEGER, 1, 3, false},
    {"AD", FORMAT, NUMBER_ALLELE, 0, TYPE_INTEGER, 3, 5, true},
    {"ADF", FORMAT, NUMBER_ALLELE, 0, TYPE_INTEGER, 3, 5, true},
    {"ADR", FORMAT, NUMBER_ALLELE, 0, TYPE_INTEGER, 3, 5, true},
    {"DP", FORMAT, FIXED, 1, TYPE_INTEGER, 1, 5, true},
    {"EC", FORMAT, NUMBER_ALTERNATE, 0, TYPE_INTEGER, 1, 5, true},
    {"FT", FORMAT, FIXED, 1, TYPE_STRING, 1, 5, false},
    {"GL", FORMAT, NUMBER_GENOTYPE, 0, TYPE_FLOAT, 1, 5, false},
    {"GLE", FORMAT, NUMBER_GENOTYPE, 0, TYPE_STRING, 1, 2, false},
    {"GP", FORMAT, NUMBER_GENOTYPE, 0, TYPE_FLOAT, 1, 5, false},
    {"GQ", FORMAT, FIXED, 1, TYPE_INTEGER, 1, 5, false},
    {"GT", FORMAT, FIXED, 1, TYPE_STRING, 1, 5, false},
    {"HQ", FORMAT, FIXED, 2, TYPE_INTEGER, 1, 5, false},
    {"LEN", FORMAT, FIXED, 1, TYPE_INTEGER, 5, 5, true},
    {"LAA", FORMAT, NUMBER_ANY, 0, TYPE_INTEGER, 5, 5, true},
    {"LAD", FORMAT, NUMBER_LOCAL_ALLELE, 0, TYPE_INTEGER, 5, 5, true},
    {"LADF", FORMAT, NUMBER_LOCAL_ALLELE, 0, TYPE_INTEGER, 5, 5, true},
    {"LADR", FORMAT, NUMBER_LOCAL_ALLELE, 0, TYPE_INTEGER, 5, 5, true},
    {"LEC", FORMAT, NUMBER_LOCAL_ALTERNATE, 0, TYPE_INTEGER, 5, 5, true},
    {"LPL", FORMAT, NUMBER_LOCAL_GENOTYPE, 0, TYPE_INTEGER, 5, 5, false},
    {"LPP", FORMAT, NUMBER_LOCAL_GENOTYPE, 0, TYPE_INTEGER, 5, 5, false},
    {"MQ", FORMAT, FIXED, 1, TYPE_INTEGER, 1, 5, false},
    {"PL", FORMAT, NUMBER_GENOTYPE, 0, TYPE_INTEGER, 1, 5, false},
    {"PP", FORMAT, NUMBER_GENOTYPE, 0, TYPE_INTEGER, 3, 5, false},
    {"PQ", FORMAT, FIXED, 1, TYPE_INTEGER, 1, 5, false},
    {"PS", FORMAT, FIXED, 1, TYPE_INTEGER, 1, 5, false},
    {"PSL", FORMAT, NUMBER_PLOIDY, 0, TYPE_STRING, 4, 5, false},
    {"PSO", FORMAT, NUMBER_PLOIDY, 0, TYPE_INTEGER, 4, 5, false},
    {"PSQ", FORMAT, NUMBER_PLOIDY, 0, TYPE_INTEGER, 4, 5, false},
};

const struct reserved *reserved_find (enum definition_of of, struct text id, unsigned minor)
{
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++)
        if (TABLE[i].of == of && TABLE[i].since <= minor && minor <= TABLE[i].until &&
            text_equal (id, text_of (TABLE[i].id)))
            return &TABLE[i];
    return NULL;
}
