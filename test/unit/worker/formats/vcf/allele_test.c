//  Alleles as VCF's specification (4.3, sections 1.1, 5.1 to 5.5) shows them, and thought ones.
#include "worker/formats/vcf/allele.h"

#include <criterion/criterion.h>

Test (allele, makes_the_kind_of_variant_that_it_is)
{
    static const struct {
        const char *ref, *alt, *type;
        bool good;
    } CASES[] = {
        {"G", "A", "snv", true},
        {"a", "T", "snv", true},
        {"GTC", "G", "deletion", true},
        {"GTC", "GTCT", "insertion", true},
        {"TC", "TCA", "insertion", true},
        {"TCG", "TG", "deletion", true},
        {"TCG", "T", "deletion", true},
        {"AC", "GT", "mnv", true},
        {"ACT", "GCT", "snv", true},
        {"AC", "GTT", "indel", true},
        {"CAT", "AT", "deletion", true},
        {"T", ".", "", true},
        {"T", "*", "spanning_deletion", true},
        {"T", "<*>", "block", true},
        {"T", "<NON_REF>", "block", true},
        {"T", "<DEL>", "symbolic", true},
        {"T", "<DUP:TANDEM>", "symbolic", true},
        {"G", "G]17:198982]", "breakend", true},
        {"A", "]13:123456]T", "breakend", true},
        {"C", "C[2:321682[", "breakend", true},
        {"T", "[17:198983[A", "breakend", true},
        {"C", "C[<ctg1>:1[", "breakend", true},
        {"T", "]13:123456]AGTNNNNNCAT", "breakend", true},
        {"N", ".[13:123457[", "breakend", true},
        {"N", "]13:123456].", "breakend", true},
        {"T", "C<ctg1>", "symbolic", true},
        {"T", "<ctg1>C", "symbolic", true},
        {"T", "C<ctg1>C", "", false},
        {"T", "C<ctg1", "", false},
        {"T", "C>ctg1<", "", false},
        {"T", ".<ctg1>", "", false},
        {"T", ".[13:5[.", "", false},
        {"G", "G.", "breakend", true},
        {"T", ".TGCA", "breakend", true},
        {"T", "", "", false},
        {"T", "X", "", false},
        {"T", "<DEL", "", false},
        {"T", "<>", "", false},
        {"T", "<A B>", "", false},
        {"T", "G]17:198982[", "", false},
        {"T", "G]17]", "", false},
        {"T", "G]17:]", "", false},
        {"T", "]17:1]", "", false},
        {"T", "A]17:1]C", "", false},
        {"T", "[", "", false},
        {"T", "..", "", false},
        {"T", "A,C", "", false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        bool good;
        enum variant_type type = allele_type (text_of (CASES[i].ref), text_of (CASES[i].alt), &good);
        cr_expect_eq (good, CASES[i].good, "%s %s", CASES[i].ref, CASES[i].alt);
        cr_expect_str_eq (variant_type_name (type), CASES[i].type, "%s %s", CASES[i].ref, CASES[i].alt);
    }
}

Test (allele, loses_what_it_shares_with_its_reference_and_keeps_a_base)
{
    static const struct {
        const char *ref, *alt, *to_ref, *to_alt;
        uint64_t by;
    } CASES[] = {
        {"G", "A", "G", "A", 0},         {"GTC", "GTCT", "C", "CT", 2},   {"TCG", "TG", "TC", "T", 0},
        {"CAT", "CGT", "A", "G", 1},     {"CAA", "CA", "CA", "C", 0},     {"acgt", "ACGG", "t", "G", 3},
        {"GCACA", "GCA", "GCA", "G", 0}, {"T", "<DEL>", "T", "<DEL>", 0}, {"TA", "*", "TA", "*", 0},
        {"AAA", "AAA", "A", "A", 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct text ref = text_of (CASES[i].ref), alt = text_of (CASES[i].alt);
        uint64_t pos = 100;
        allele_trim (&ref, &alt, &pos);
        cr_expect (text_equal (ref, text_of (CASES[i].to_ref)), "%s %s", CASES[i].ref, CASES[i].alt);
        cr_expect (text_equal (alt, text_of (CASES[i].to_alt)), "%s %s", CASES[i].ref, CASES[i].alt);
        cr_expect_eq (pos, 100 + CASES[i].by, "%s %s", CASES[i].ref, CASES[i].alt);
    }
}
