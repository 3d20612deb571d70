//  genotypes.c: see genotypes.h. Genotypes are ordered by their highest allele, then by the next one: the
//  place of one whose alleles are a1 <= a2 <= … is the sum of the binomials (am + m - 1 over m).
#include "worker/formats/vcf/genotypes.h"

//  n over k; false: it does not fit.
static bool s_binomial (uint64_t n, uint64_t k, uint64_t *out)
{
    uint64_t value = 1;
    if (k > n) {
        *out = 0;
        return true;
    }
    k = k > n - k ? n - k : k;
    for (uint64_t i = 1; i <= k; i++) {
        uint64_t factor = n - k + i;
        if (value > UINT64_MAX / factor)
            return false;
        value = value * factor / i;
    }
    *out = value;
    return true;
}

uint64_t genotypes_count (uint64_t ploidy, uint64_t alleles)
{
    uint64_t count = 0;
    if (ploidy == 0 || alleles == 0 || alleles > UINT64_MAX - ploidy)
        return 0;
    return s_binomial (alleles + ploidy - 1, ploidy, &count) ? count : 0;
}

uint64_t genotypes_place (uint64_t ploidy, uint64_t alt, uint64_t copies, bool *fits)
{
    uint64_t place = 0;
    *fits = alt <= UINT64_MAX - ploidy;
    for (uint64_t m = ploidy - copies + 1; *fits && m <= ploidy; m++) {
        uint64_t more = 0;
        *fits = s_binomial (alt + m - 1, m, &more) && more <= UINT64_MAX - place;
        place += more;
    }
    return place;
}
