//  Bases of a reference, plain and packed by bgzip, with an index and without one: what was written.
#include "test/support/processes/workplace.h"
#include "worker/formats/reference/reference.h"
#include "worker/output/bgzf/bgzf.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { CONTIG = 200000 };

static char s_base (size_t i)
{
    return "ACGTNacgtnRy"[(i * 2654435761u >> 7) % 12];
}

static char s_read_as (char base)
{
    const char *plain = "ACGT", *at = strchr (plain, base & ~0x20);
    return at && *at ? *at : 'N';
}

//  Two contigs of the same bases, an empty one, a short one. Returns the length.
static size_t s_fasta (char *to, size_t width, const char *line_end, bool last_end)
{
    char *start = to;
    static const size_t LENGTHS[] = {CONTIG, 0, 61, CONTIG + 7};
    for (size_t c = 0; c < 4; c++) {
        to += sprintf (to, ">c%zu of a test%s", c, line_end);
        for (size_t i = 0; i < LENGTHS[c]; i++) {
            *to++ = s_base (i);
            if ((i + 1) % width == 0 || i + 1 == LENGTHS[c])
                to += sprintf (to, "%s", c == 3 && i + 1 == LENGTHS[c] && !last_end ? "" : line_end);
        }
    }
    return (size_t) (to - start);
}

static void s_write_packed (const struct workplace *place, const char *name, const char *text, size_t n)
{
    struct error error;
    struct output out[2];
    char path[512], beside[512];
    snprintf (path, sizeof path, "%s/%s", place->folder, name);
    snprintf (beside, sizeof beside, "%s/index", place->folder);
    unlink (path);
    unlink (beside);
    output_file_t *file = output_new (place->folder, name, &error);
    output_file_t *index = output_new (place->folder, "index", &error);
    bgzf_t *bgzf = bgzf_new (file, BGZF_LETTERS, 1 + n % 3);
    bgzf_write (bgzf, text, n);
    bgzf_finish (bgzf, index);
    cr_assert_eq (output_finish (file, 0, &out[0], &error), DMH_OK, "%s", error.text);
    cr_assert_eq (output_finish (index, 0, &out[1], &error), DMH_OK, "%s", error.text);
    bgzf_destroy (&bgzf);
    output_destroy (&file);
    output_destroy (&index);
}

static void s_expect_bases (reference_view_t *view, int contig, size_t length, uint64_t from, size_t n)
{
    char *got = malloc (n + 1);
    size_t want = from >= length ? 0 : length - from < n ? (size_t) (length - from) : n;
    cr_assert_eq (reference_view_read (view, contig, from, n, got), (long) want, "%s",
                  reference_view_error (view)->text);
    size_t wrong = 0;
    while (wrong < want && got[wrong] == s_read_as (s_base ((size_t) from + wrong)))
        wrong++;
    cr_assert_eq (wrong, want, "base %zu of %d", (size_t) from + wrong, contig);
    free (got);
}

static void s_expect (const struct workplace *place, const char *name, const char *fai)
{
    struct error error = {.code = DMH_OK};
    char path[512], index[512];
    snprintf (path, sizeof path, "%s/%s", place->folder, name);
    snprintf (index, sizeof index, "%s/fai", place->folder);
    if (fai)
        workplace_write (place, "fai", fai, strlen (fai));
    reference_t *reference = reference_new (path, fai ? index : NULL, name, &error);
    cr_assert_not_null (reference, "%s", error.text);
    reference_view_t *view = reference_view_new (reference);
    cr_assert_eq (fasta_index_find (reference_index (reference), TEXT ("c3")), 3);
    cr_assert_eq (fasta_index_find (reference_index (reference), TEXT ("c9")), -1);
    unsigned seed = 5;
    for (int i = 0; i < 60; i++) {
        uint64_t from = (uint64_t) rand_r (&seed) % (CONTIG + 100);
        size_t n = (size_t) rand_r (&seed) % (i % 20 ? 100 : 90000);
        s_expect_bases (view, i % 2 * 3, i % 2 ? CONTIG + 7 : CONTIG, from, n);
        s_expect_bases (view, 2, 61, from % 70, n % 80);
        s_expect_bases (view, 1, 0, 0, 5);
    }
    for (uint64_t from = CONTIG; from > 0; from--)    //  as an indel rolls
        if (from % 97 == 0)
            s_expect_bases (view, 0, CONTIG, from, 1);
    reference_view_destroy (&view);
    reference_destroy (&reference);
}

Test (reference, gives_the_bases_that_are_written)
{
    struct workplace place;
    char *text = malloc (3 * (CONTIG * 2 + 1000)), fai[256];
    workplace_make (&place);
    for (int i = 0; i < 8; i++) {
        size_t width = i & 1 ? 60 : 61;
        const char *end = i & 2 ? "\r\n" : "\n";
        size_t n = s_fasta (text, width, end, i & 4);
        workplace_write (&place, "plain.fa", text, n);
        s_expect (&place, "plain.fa", NULL);
        s_write_packed (&place, "packed.fa.gz", text, n);
        s_expect (&place, "packed.fa.gz", NULL);
    }
    //  faidx(5): name, length, where it begins, bases and bytes of a line.
    size_t head = strlen (">c0 of a test\n"), n = s_fasta (text, 50, "\n", true);
    size_t c2 = head + CONTIG / 50 * 51 + head + head, c3 = c2 + 61 + 2 + head;
    snprintf (fai, sizeof fai,
              "c0\t%d\t%zu\t50\t51\nc1\t0\t%zu\t0\t0\nc2\t61\t%zu\t50\t51\nc3\t%d\t%zu\t50\t51\n", CONTIG,
              head, head, c2, CONTIG + 7, c3);
    workplace_write (&place, "plain.fa", text, n);
    s_expect (&place, "plain.fa", fai);
    s_write_packed (&place, "packed.fa.gz", text, n);
    s_expect (&place, "packed.fa.gz", fai);
    free (text);
    workplace_remove (&place);
}

static void s_refuse (const struct workplace *place, const char *text, size_t n, const char *fai,
                      const char *why)
{
    struct error error = {.code = DMH_OK};
    char path[512], index[512];
    workplace_write (place, "bad.fa", text, n);
    snprintf (path, sizeof path, "%s/bad.fa", place->folder);
    snprintf (index, sizeof index, "%s/fai", place->folder);
    if (fai)
        workplace_write (place, "fai", fai, strlen (fai));
    reference_t *reference = reference_new (path, fai ? index : NULL, "bad.fa", &error);
    cr_expect_null (reference, "%s", text);
    cr_expect_not_null (strstr (error.text, why), "%s", error.text);
    reference_destroy (&reference);
}

Test (reference, says_why_a_file_is_none)
{
    static const char GZIP[] = "\x1f\x8b\x08\0\0\0\0\0\0\3K\4\0C\xbe\xb7\xe8\1\0\0\0";
    static const char CUT[] = "\x1f\x8b\x08\4\0\0\0\0\0\xff\6\0BC\2\0\xff\xff";
    struct workplace place;
    workplace_make (&place);
    s_refuse (&place, "ACGT\n", 5, NULL, "not FASTA");
    s_refuse (&place, "", 0, NULL, "no sequence");
    s_refuse (&place, ">a\nACGT\nACG\nACGT\n", 17, NULL, "differ in length");
    s_refuse (&place, ">a\nACG\nACGT\n", 12, NULL, "differ in length");
    s_refuse (&place, ">a\nACG\n\nACG\n", 12, NULL, "differ in length");
    s_refuse (&place, ">a\nACGT\n", 8, "a\t9\t3\t60\t61\n", "line 1 of the index");
    s_refuse (&place, ">a\nACGT\n", 8, "a\t4\t3\t0\t0\n", "line 1 of the index");
    s_refuse (&place, ">a\nACGT\n", 8, "a\t4\t3\t60\n", "line 1 of the index");
    s_refuse (&place, ">a\nACGT\n", 8, "a\t18446744073709551615\t3\t1\t1844674407370955161\n", "line 1");
    s_refuse (&place, GZIP, sizeof GZIP - 1, NULL, "not by bgzip");
    s_refuse (&place, CUT, sizeof CUT - 1, NULL, "cut off");
    workplace_remove (&place);
}
