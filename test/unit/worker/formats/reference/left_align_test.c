//  Where an indel stands: what the specification and Tan 2015 show, and against a model that tries all
//  places.
#include "worker/formats/reference/left_align.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static long s_read (void *context, uint64_t from, size_t n, char *to)
{
    const char *contig = context;
    size_t length = strlen (contig);
    size_t got = from >= length ? 0 : length - from < n ? length - from : n;
    memcpy (to, contig + from, got);
    return (long) got;
}

static enum alignment s_align (const char *contig, struct buffer *room, struct allele_pair *pair)
{
    char *copy = strdup (contig);
    struct bases bases = {s_read, copy};
    enum alignment rc = left_align (&bases, room, pair);
    free (copy);
    return rc;
}

struct given {
    const char *contig;
    uint64_t pos;
    const char *ref, *alt;
    enum alignment outcome;
    uint64_t to;
    const char *to_ref, *to_alt;
};

static void s_expect (const struct given *given)
{
    struct buffer room = {NULL, 0, 0};
    struct allele_pair pair = {given->pos, text_of (given->ref), text_of (given->alt)};
    enum alignment rc = s_align (given->contig, &room, &pair);
    cr_expect_eq (rc, given->outcome, "%s %s>%s: %d", given->contig, given->ref, given->alt, (int) rc);
    cr_expect (pair.pos == given->to && text_equal (pair.ref, text_of (given->to_ref)) &&
                   text_equal (pair.alt, text_of (given->to_alt)),
               "%s at %u %s>%s came to %u %.*s>%.*s", given->contig, (unsigned) given->pos, given->ref,
               given->alt, (unsigned) pair.pos, (int) pair.ref.n, pair.ref.at, (int) pair.alt.n, pair.alt.at);
    free (room.at);
}

Test (left_align, writes_a_variant_as_far_to_the_left_and_as_short_as_it_goes)
{
    //  The first five are the ways of Tan 2015, figure 1, to write one deletion.
    static const struct given CASES[] = {
        {"GGGCACACACAGGG", 6, "CAC", "C", ALIGNMENT_OTHER, 3, "GCA", "G"},
        {"GGGCACACACAGGG", 2, "GGCA", "GG", ALIGNMENT_OTHER, 3, "GCA", "G"},
        {"GGGCACACACAGGG", 3, "GCA", "G", ALIGNMENT_SAME, 3, "GCA", "G"},
        {"GGGCACACACAGGG", 3, "GCACA", "GCA", ALIGNMENT_OTHER, 3, "GCA", "G"},
        {"GGGCACACACAGGG", 8, "CACAG", "CAG", ALIGNMENT_OTHER, 3, "GCA", "G"},
        {"TTACGT", 3, "ACG", "ATG", ALIGNMENT_OTHER, 4, "C", "T"},
        {"TTACGT", 3, "AC", "GT", ALIGNMENT_SAME, 3, "AC", "GT"},
        {"TTACGT", 3, "a", "g", ALIGNMENT_SAME, 3, "a", "g"},
        {"TTTTT", 4, "T", "TT", ALIGNMENT_OTHER, 1, "T", "TT"},
        {"AAAAC", 4, "AC", "C", ALIGNMENT_OTHER, 1, "AA", "A"},
        {"AAAAC", 1, "A", "AA", ALIGNMENT_SAME, 1, "A", "AA"},
        {"ACGT", 1, "AC", "C", ALIGNMENT_SAME, 1, "AC", "C"},
        {"ACGT", 1, "ACG", "CG", ALIGNMENT_OTHER, 1, "AC", "C"},
        {"ANNNT", 3, "N", "NN", ALIGNMENT_OTHER, 1, "A", "AN"},
        {"ACGT", 2, "C", "<DEL>", ALIGNMENT_SAME, 2, "C", "<DEL>"},
        {"ACGT", 2, "CG", "*", ALIGNMENT_SAME, 2, "CG", "*"},
        {"ACGT", 2, "C", "C[2:3[", ALIGNMENT_SAME, 2, "C", "C[2:3["},
        {"ACGT", 2, "CG", ".", ALIGNMENT_OTHER, 2, "C", "."},
        {"ACGT", 2, "C", "C", ALIGNMENT_SAME, 2, "C", "C"},
        {"ACGT", 2, "G", "C", ALIGNMENT_MISMATCH, 2, "G", "C"},
        {"ACGT", 4, "TA", "T", ALIGNMENT_MISMATCH, 4, "TA", "T"},
        {"ACGT", 5, "A", "T", ALIGNMENT_MISMATCH, 5, "A", "T"},
        {"ACNT", 3, "A", "T", ALIGNMENT_MISMATCH, 3, "A", "T"},
        {"ACGT", 0, "N", "]2:3]N", ALIGNMENT_SAME, 0, "N", "]2:3]N"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        s_expect (&CASES[i]);
}

Test (left_align, rolls_over_more_bases_than_it_reads_at_once)
{
    char contig[1001], want[] = "GCA";
    contig[0] = 'G';
    for (size_t i = 1; i < 1000; i++)
        contig[i] = i % 2 ? 'C' : 'A';
    contig[1000] = 0;
    s_expect (&(struct given){contig, 997, "ACA", "A", ALIGNMENT_OTHER, 1, want, "G"});
}

//  What the contig is with ALT in place of REF.
static void s_changed (const char *contig, uint64_t pos, struct text ref, struct text alt, char *out)
{
    size_t at = (size_t) pos - 1;
    memcpy (out, contig, at);
    memcpy (out + at, alt.at, alt.n);
    strcpy (out + at + alt.n, contig + at + ref.n);
}

//  The leftmost, then shortest, pair of at least one base each that makes the same of the contig, where an
//  end is not shared needlessly: of all pairs of any place and length.
static void s_model (const char *contig, const char *changed, uint64_t *pos, size_t *ref_n, size_t *alt_n)
{
    size_t n = strlen (contig), m = strlen (changed);
    size_t best = SIZE_MAX;
    for (size_t at = 0; at < n; at++)
        for (size_t r = 1; at + r <= n; r++) {
            if (m + r < n + 1 || m + r - n < 1)
                continue;
            size_t a = m + r - n;
            if (memcmp (contig, changed, at) != 0 || strcmp (contig + at + r, changed + at + a) != 0)
                continue;
            if (r + a < best) {    //  of the shortest the first one
                best = r + a;
                *pos = at + 1;
                *ref_n = r;
                *alt_n = a;
            }
        }
}

Test (left_align, finds_what_a_search_of_all_places_finds)
{
    unsigned seed = 20;
    for (unsigned round = 0; round < 20000; round++) {
        char contig[16], alt[8], changed[32], again[32];
        size_t n = 4 + (size_t) rand_r (&seed) % 11, letters = 2 + (size_t) rand_r (&seed) % 2;
        for (size_t i = 0; i < n; i++)
            contig[i] = "ACG"[(size_t) rand_r (&seed) % letters];
        contig[n] = 0;
        uint64_t pos = 1 + (uint64_t) rand_r (&seed) % n;
        size_t ref_n = 1 + (size_t) rand_r (&seed) % 5, alt_n = 1 + (size_t) rand_r (&seed) % 5;
        if (pos - 1 + ref_n > n)
            ref_n = n - (size_t) pos + 1;
        for (size_t i = 0; i < alt_n; i++)
            alt[i] = "ACG"[(size_t) rand_r (&seed) % letters];
        struct allele_pair pair = {pos, {contig + pos - 1, ref_n}, {alt, alt_n}};
        s_changed (contig, pos, pair.ref, pair.alt, changed);
        if (strcmp (contig, changed) == 0)
            continue;
        uint64_t want = 0;
        size_t want_ref = 0, want_alt = 0;
        s_model (contig, changed, &want, &want_ref, &want_alt);
        struct buffer room = {NULL, 0, 0};
        cr_assert_leq (s_align (contig, &room, &pair), ALIGNMENT_OTHER);
        s_changed (contig, pair.pos, pair.ref, pair.alt, again);
        cr_expect_str_eq (again, changed);
        cr_expect (pair.pos == want && pair.ref.n == want_ref && pair.alt.n == want_alt,
                   "%s to %s: %u %zu %zu in place of %u %zu %zu", contig, changed, (unsigned) pair.pos,
                   pair.ref.n, pair.alt.n, (unsigned) want, want_ref, want_alt);
        free (room.at);
    }
}
