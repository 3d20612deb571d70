//  The order of genotypes as the specification of VCF has it (4.3, 1.6.2, GL): of two copies and two
//  alternate alleles 00, 01, 11, 02, 12, 22; of three copies 000, 001, 011, 111, 002, 012, 112, 022, 122,
//  222.
#include "worker/formats/vcf/genotypes.h"

#include <criterion/criterion.h>

Test (genotypes, stand_in_the_order_of_the_specification)
{
    static const struct {
        uint64_t ploidy, alt, copies, place;
    } CASES[] = {{1, 1, 0, 0}, {1, 1, 1, 1}, {1, 3, 1, 3}, {2, 1, 0, 0}, {2, 1, 1, 1}, {2, 1, 2, 2},
                 {2, 2, 1, 3}, {2, 2, 2, 5}, {2, 3, 1, 6}, {2, 3, 2, 9}, {3, 1, 1, 1}, {3, 1, 2, 2},
                 {3, 1, 3, 3}, {3, 2, 0, 0}, {3, 2, 1, 4}, {3, 2, 2, 7}, {3, 2, 3, 9}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        bool fits;
        cr_expect_eq (genotypes_place (CASES[i].ploidy, CASES[i].alt, CASES[i].copies, &fits), CASES[i].place,
                      "case %zu", i);
        cr_expect (fits);
    }
}

Test (genotypes, are_as_many_as_there_are_ways_to_choose_alleles)
{
    cr_expect_eq (genotypes_count (1, 2), 2);
    cr_expect_eq (genotypes_count (2, 2), 3);
    cr_expect_eq (genotypes_count (2, 3), 6);
    cr_expect_eq (genotypes_count (3, 3), 10);
    cr_expect_eq (genotypes_count (2, 1), 1);
    cr_expect_eq (genotypes_count (0, 3), 0);
    cr_expect_eq (genotypes_count (2, 0), 0);
    cr_expect_eq (genotypes_count (100, 1000), 0);
    bool fits;
    genotypes_place (100, 1000, 100, &fits);
    cr_expect_not (fits);
}
