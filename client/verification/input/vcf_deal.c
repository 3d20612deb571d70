//  vcf_deal.c: see vcf_deal.h.
#include "client/verification/input/vcf_deal.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PLOIDY_MOST = 64 };

static int s_add (struct buffer *out, const char *text, size_t n)
{
    if (buffer_reserve (out, n + 1) != 0)
        return -1;
    memcpy (out->at + out->used, text, n);
    out->used += n;
    out->at[out->used] = 0;
    return 0;
}

static size_t s_count (const char *value)
{
    size_t count = 1;
    for (; *value; value++)
        count += *value == ',';
    return count;
}

//  Goes over the genotypes of so many copies in VCF's order, and keeps those of the reference and `alt`
//  alone.
struct genotypes {
    size_t alleles, ploidy, place;    //  the place of the next one
    size_t alt;
    size_t kept[PLOIDY_MOST + 1], kept_count, most;    //  no more than `most` are gone over
};

static void s_enumerate (struct genotypes *self, size_t copies, size_t highest, bool alone)
{
    if (copies == 0) {
        if (alone && self->kept_count <= PLOIDY_MOST)
            self->kept[self->kept_count++] = self->place;
        self->place++;
        return;
    }
    for (size_t allele = 0; allele <= highest && self->place <= self->most; allele++)
        s_enumerate (self, copies - 1, allele, alone && (allele == 0 || allele == self->alt));
}

static int s_keep (const char *value, const size_t *places, size_t count, struct buffer *out)
{
    size_t place = 0, next = 0;
    int rc = 0;
    for (const char *at = value; rc == 0 && next < count; place++) {
        size_t n = strcspn (at, ",");
        if (place == places[next]) {
            if (next++)
                rc = s_add (out, ",", 1);
            rc = rc == 0 ? s_add (out, at, n) : rc;
        }
        at += n + (at[n] != 0);
    }
    return rc;
}

static int s_genotypes (const char *value, size_t alts, size_t alt, struct buffer *out)
{
    size_t count = s_count (value);
    for (size_t ploidy = 1; ploidy <= PLOIDY_MOST; ploidy++) {
        struct genotypes all = {.alleles = alts + 1, .ploidy = ploidy, .alt = alt, .most = count};
        s_enumerate (&all, ploidy, alts, true);
        if (all.place == count)
            return s_keep (value, all.kept, all.kept_count, out);
        if (all.place > count || alts == 0)
            break;
    }
    return s_add (out, value, strlen (value));
}

static int s_called (const char *value, size_t alt, struct buffer *out)
{
    int rc = 0;
    while (rc == 0 && *value) {
        size_t digits = strspn (value, "0123456789");
        if (digits) {
            rc = s_add (out, digits < 19 && strtoull (value, NULL, 10) == alt ? "1" : "0", 1);
            value += digits;
        } else
            rc = s_add (out, value++, 1);
    }
    return rc;
}

static int s_deal (const char *number, const char *value, size_t alts, size_t alt, struct buffer *out)
{
    const size_t own[] = {alt - 1}, both[] = {0, alt};
    size_t count = s_count (value);
    if (strcmp (value, ".") == 0 || !*value)
        return s_add (out, value, strlen (value));
    if (strcmp (number, "GT") == 0)
        return s_called (value, alt, out);
    if (strcmp (number, "A") == 0 && count == alts)
        return alt ? s_keep (value, own, 1, out) : s_add (out, ".", 1);
    if (strcmp (number, "R") == 0 && count == alts + 1)
        return s_keep (value, both, alt ? 2 : 1, out);
    if (strcmp (number, "G") == 0)
        return s_genotypes (value, alts, alt, out);
    return s_add (out, value, strlen (value));
}

int vcf_deal (const char *number, const char *value, size_t alts, size_t alt, struct buffer *out)
{
    int rc = s_deal (number, value, alts, alt, out);
    if (rc == 0)
        out->used++;    //  the NUL
    return rc;
}
