//  Which records of VCF are the same variant.
#include "worker/formats/vcf/key.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static struct vcf_key_parts s_parts (const char *line, char fields[7][64])
{
    for (int i = 0; i < 7; i++)
        snprintf (fields[i], 64, ".");
    int n = sscanf (line, "%63s %63s %63s %63s %63s %63s %63s", fields[0], fields[1], fields[2], fields[3],
                    fields[4], fields[5], fields[6]);
    cr_assert_geq (n, 4);
    return (struct vcf_key_parts){
        text_of (fields[0]), text_of (fields[2]), text_of (fields[3]), strtoull (fields[1], NULL, 10),
        text_of (fields[4]), text_of (fields[5]), text_of (fields[6])};
}

//  “chrom pos ref alt end svlen mateid”
Test (vcf_key, is_what_is_left_of_the_alleles_and_where_a_symbol_ends)
{
    static const struct {
        const char *a, *b;
        bool same;
    } CASES[] = {
        {"1 123 TAT TGT", "1 124 A G", true},
        {"1 127 TTTAT TTTGT", "1 130 A G", true},
        {"1 5 a c", "1 5 A C", true},
        {"1 5 A C", "2 5 A C", false},
        {"1 5 A C", "1 6 A C", false},
        {"1 5 A C", "1 5 A G", false},
        {"1 5 CAA CA", "1 5 CA C", true},
        {"1 5 A .", "1 5 A C", false},
        {"1 5 A C 9", "1 5 A C 10", true},
        {"1 5 A <DEL> 9", "1 5 A <DEL> 10", false},
        {"1 5 A <DEL> 9 -4", "1 5 A <DEL> 9 -4", true},
        {"1 5 A <DEL> . -4", "1 5 A <DEL> . -5", false},
        {"1 5 A A[1:9[ . . m1", "1 5 A A[1:9[ . . m2", false},
        {"1 5 A <*> 9", "1 5 A <*> 9", true},
        {"1 5 A * 9", "1 5 A * 8", false},
        {"1 5 AC A", "1 5 A AC", false},
        {"12 5 A C", "1 25 A C", false},
    };
    struct buffer a = {NULL, 0, 0}, b = {NULL, 0, 0};
    char fields[2][7][64];
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct vcf_key_parts left = s_parts (CASES[i].a, fields[0]), right = s_parts (CASES[i].b, fields[1]);
        cr_assert_eq (vcf_key_make (&left, &a), 0);
        cr_assert_eq (vcf_key_make (&right, &b), 0);
        bool same = a.used == b.used && memcmp (a.at, b.at, a.used) == 0;
        cr_expect_eq (same, CASES[i].same, "%s and %s", CASES[i].a, CASES[i].b);
    }
    free (a.at);
    free (b.at);
}
