//  reference_test.c: what bcftools norm makes of variants in repeats, with several alleles and samples, is
//  what dmh writes; and of BCF the same as of the VCF that it was made from.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONTIG = 40000, SITES = 900, SAMPLES = 3, REPEATS = 8 };

//  Whether there is one to ask.
static bool s_is_there (void)
{
    if (system ("command -v bcftools >/dev/null && command -v samtools >/dev/null") == 0)
        return true;
    fprintf (stderr, "SKIP: bcftools and samtools are not installed (make deps-test)\n");
    return false;
}

static char *s_shell (const struct workplace *place, const char *words)
{
    char *command = NULL;
    cr_assert_gt (asprintf (&command, "cd '%s' && { %s; } >told 2>said", place->folder, words), 0);
    if (system (command) != 0) {
        char *said = workplace_read (place->folder, "said", NULL);
        char *out = workplace_read (place->folder, "told", NULL);
        cr_assert_fail ("%s: %.2000s %.2000s", words, said ? said : "", out ? out : "");
    }
    free (command);
    return workplace_read (place->folder, "told", NULL);
}

static unsigned s_dice (unsigned *seed, unsigned sides)
{
    return (unsigned) rand_r (seed) % sides;
}

//  Bases, much of which repeats, and some N.
static void s_contig (char *to, unsigned *seed)
{
    for (size_t n = 0; n < CONTIG;) {
        unsigned unit = 1 + s_dice (seed, 4), times = s_dice (seed, 3) ? 1 : 2 + s_dice (seed, 30);
        size_t begin = n;
        for (unsigned i = 0; i < unit && n < CONTIG; i++)
            to[n++] = s_dice (seed, 40) ? "ACGT"[s_dice (seed, 4)] : 'N';
        for (unsigned i = unit; i < unit * times && n < CONTIG; i++, n++)
            to[n] = to[begin + i % unit];
    }
    to[CONTIG] = 0;
}

static void s_write_fasta (const struct workplace *place, char contigs[2][CONTIG + 1])
{
    char path[512];
    snprintf (path, sizeof path, "%s/ref.fa", place->folder);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    for (int c = 0; c < 2; c++) {
        fprintf (file, ">c%d\n", c);
        for (size_t i = 0; i < CONTIG; i += 70)
            fprintf (file, "%.70s\n", contigs[c] + i);
    }
    cr_assert_eq (fclose (file), 0);
}

//  An allele that is not REF: a base changed, a deletion, an insertion of what stands there or of something
//  else.
static void s_allele (const char *ref, char *to, unsigned *seed)
{
    size_t n = strlen (ref);
    do
        switch (s_dice (seed, 8)) {
        case 0:
        case 1:
            sprintf (to, "%c%s", "ACGT"[s_dice (seed, 4)], ref + 1);
            break;
        case 2:
        case 3:
            sprintf (to, "%.*s", (int) (1 + s_dice (seed, (unsigned) n)), ref);
            break;
        case 4:
        case 5:
            sprintf (to, "%s%s", ref, ref + s_dice (seed, (unsigned) n));
            break;
        case 6:
            sprintf (to, "%c%s%s", ref[0], s_dice (seed, 2) ? "AC" : "G", ref + 1);
            break;
        default:
            strcpy (to, s_dice (seed, 2) ? "<DEL>" : "*");
        }
    while (strcmp (to, ref) == 0);
}

static void s_site (FILE *file, const char *contig, int c, size_t at, unsigned *seed)
{
    char ref[16], alts[3][64];
    unsigned count = s_dice (seed, 4) ? 1 : 2 + s_dice (seed, 2);
    snprintf (ref, sizeof ref, "%.*s", (int) (s_dice (seed, 2) ? 1 : 1 + s_dice (seed, 9)), contig + at);
    for (unsigned a = 0; a < count; a++) {
        s_allele (ref, alts[a], seed);
        for (unsigned b = 0; b < a; b++)
            if (strcmp (alts[a], alts[b]) == 0)
                sprintf (alts[a], "<X%u>", a);
    }
    fprintf (file, "c%d\t%zu\tid%zu\t%s\t%s", c, at + 1, at, ref, alts[0]);
    for (unsigned a = 1; a < count; a++)
        fprintf (file, ",%s", alts[a]);
    fprintf (file, "\t%u\t%s\tAC=%u", s_dice (seed, 99), s_dice (seed, 2) ? "PASS" : ".", s_dice (seed, 9));
    for (unsigned a = 1; a < count; a++)
        fprintf (file, ",%u", s_dice (seed, 9));
    fprintf (file, ";DP=%u%s", s_dice (seed, 999), s_dice (seed, 5) ? "" : ";DB");
    if (s_dice (seed, 5) == 0)
        fprintf (file, ";END=%zu", at + strlen (ref));
    fprintf (file, "\tGT:AD:PL");
    for (int s = 0; s < SAMPLES; s++) {
        fprintf (file, "\t%u%c%u:%u", s_dice (seed, count + 1), "/|"[s_dice (seed, 2)],
                 s_dice (seed, count + 1), s_dice (seed, 60));
        for (unsigned a = 0; a < count; a++)
            fprintf (file, ",%u", s_dice (seed, 60));
        for (unsigned g = 0; g < (count + 1) * (count + 2) / 2; g++)
            fprintf (file, "%c%u", g ? ',' : ':', s_dice (seed, 250));
    }
    fputc ('\n', file);
}

//  Sites far enough apart that no two become the same.
static void s_generate (const struct workplace *place, unsigned seed)
{
    static char contigs[2][CONTIG + 1];
    char path[512];
    snprintf (path, sizeof path, "%s/in.vcf", place->folder);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    fputs ("##fileformat=VCFv4.2\n"
           "##contig=<ID=c1,length=40000>\n##contig=<ID=c0,length=40000>\n"
           "##ALT=<ID=DEL,Description=\"Deletion\">\n"
           "##FILTER=<ID=PASS,Description=\"All filters passed\">\n"
           "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Count\">\n"
           "##INFO=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">\n"
           "##INFO=<ID=DB,Number=0,Type=Flag,Description=\"Known\">\n"
           "##INFO=<ID=END,Number=1,Type=Integer,Description=\"End\">\n"
           "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n"
           "##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"Depths\">\n"
           "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"Likelihoods\">\n"
           "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB\tC\n",
           file);
    for (int c = 1; c >= 0; c--) {
        s_contig (contigs[c], &seed);
        for (size_t at = 0; at + 10 < CONTIG; at += 30 + s_dice (&seed, 30))
            s_site (file, contigs[c], c, at, &seed);
    }
    cr_assert_eq (fclose (file), 0);
    s_write_fasta (place, contigs);
}

static void s_run (const struct workplace *place, const char *input, const char *reference, const char *out)
{
    char from[512], ref[512], to[512], *said = NULL;
    snprintf (from, sizeof from, "%s/%s", place->folder, input);
    snprintf (ref, sizeof ref, "%s/%s", place->folder, reference);
    snprintf (to, sizeof to, "%s/%s", place->folder, out);
    const char *const words[] = {"dmh",   "run",      from,  "-o",        to,  "--reference",
                                 ref,     "--format", "vcf", "--threads", "2", "--block-bytes",
                                 "65536", "--quiet",  NULL};
    cr_assert_eq (process_run (place, words, &said), 0, "%s", said);
    free (said);
}

//  Records of one place in any order: those of bcftools stand as it wrote them before it sorted.
static void s_compare (const struct workplace *place, const char *out)
{
    char words[512];
    snprintf (words, sizeof words,
              "bcftools view -H %s/in/records.vcf.gz | LC_ALL=C sort >got; test -s want && diff got want && "
              "bcftools index -n %s/in/records.vcf.gz | tr -d '\\n' && wc -l <got",
              out, out);
    free (s_shell (place, words));
}

Test (reference, norm_makes_the_same_records_of_a_file, .timeout = 300)
{
    struct workplace place;
    if (!s_is_there ())
        return;
    workplace_make (&place);
    for (unsigned seed = 1; seed <= REPEATS; seed++) {
        char out[16];
        snprintf (out, sizeof out, "out%u", seed);
        s_generate (&place, seed);
        //  Two alleles of a site that come to the same are a conflict, of which the first one stands.
        free (s_shell (&place,
                       "rm -f ref.fa.fai; bcftools norm -m -any -f ref.fa in.vcf -Ou | bcftools view -H | "
                       "awk '!seen[$1, $2, $4, $5]++' | LC_ALL=C sort >want"));
        s_run (&place, "in.vcf", "ref.fa", out);
        s_compare (&place, out);
    }
    free (s_shell (&place, "bgzip -k ref.fa"));
    s_run (&place, "in.vcf", "ref.fa.gz", "packed");
    s_compare (&place, "packed");
    free (s_shell (&place, "cmp packed/in/records.vcf.gz out8/in/records.vcf.gz || "
                           "gzip -dc packed/in/records.vcf.gz | grep -v ^##dmh= >a && "
                           "gzip -dc out8/in/records.vcf.gz | grep -v ^##dmh= >b && cmp a b"));
    workplace_remove (&place);
}

static void s_make_bcf (const struct workplace *place)
{
    s_generate (place, 5);
    free (s_shell (
        place,
        "bcftools view --no-version in.vcf -Ov -o same.vcf && bcftools view in.vcf -Ob -o packed.bcf && "
        "bcftools view in.vcf -Ou -o plain.bcf && head -c 20000 plain.bcf >cut.bcf && "
        "head -c 3000 packed.bcf >short.bcf"));
}

Test (reference, bcf_is_read_as_the_vcf_that_it_stands_for, .timeout = 200)
{
    struct workplace place;
    if (!s_is_there ())
        return;
    workplace_make (&place);
    s_make_bcf (&place);
    s_run (&place, "same.vcf", "ref.fa", "vcf");
    s_run (&place, "packed.bcf", "ref.fa", "packed");
    s_run (&place, "plain.bcf", "ref.fa", "plain");
    free (s_shell (
        &place, "for f in vcf/*/ packed/*/ plain/*/; do gzip -dc $f/records.vcf.gz | grep -v '^##bcftools' "
                ">$(echo $f | cut -d/ -f1).text; done; test -s vcf.text && cmp vcf.text packed.text && "
                "cmp vcf.text plain.text && "
                "cut -d, -f1,3-5 vcf/*/rejects.csv >a && cut -d, -f1,3-5 plain/*/rejects.csv >b && cmp a b"));
    workplace_remove (&place);
}

Test (reference, bcf_that_is_cut_off_is_no_result, .timeout = 200)
{
    static const char *const CUT[] = {"cut.bcf", "short.bcf"};
    struct workplace place;
    if (!s_is_there ())
        return;
    workplace_make (&place);
    s_make_bcf (&place);
    for (size_t i = 0; i < 2; i++) {
        char from[512], to[512], *said = NULL;
        snprintf (from, sizeof from, "%s/%s", place.folder, CUT[i]);
        snprintf (to, sizeof to, "%s/out", place.folder);
        const char *const words[] = {"dmh", "run", from, "-o", to, NULL};
        cr_expect_eq (process_run (&place, words, &said), 1, "%s", said);
        cr_expect_not_null (strstr (said, "cut off"), "%s", said);
        free (said);
    }
    workplace_remove (&place);
}

Test (reference, a_reference_that_is_another_one_is_told_of, .timeout = 100)
{
    struct workplace place;
    char *said = NULL, from[512], ref[512], to[512];
    workplace_make (&place);
    s_generate (&place, 3);
    snprintf (from, sizeof from, "%s/in.vcf", place.folder);
    snprintf (ref, sizeof ref, "%s/other.fa", place.folder);
    snprintf (to, sizeof to, "%s/out", place.folder);
    static const char OTHER[] = ">c0\nACGT\nAC\n>else\nA\n";
    workplace_write (&place, "other.fa", OTHER, sizeof OTHER - 1);
    const char *const words[] = {"dmh", "run", from, "-o", to, "--reference", ref, "--strict", NULL};
    cr_assert_eq (process_run (&place, words, &said), 3, "%s", said);
    free (said);
    free (s_shell (&place, "grep -q vcf.reference_mismatch out/in/rejects.csv && "
                           "grep -q vcf.contig_unknown out/in/report.json && "
                           "grep -q lengths_sha256 out/in/report.json"));
    workplace_remove (&place);
}
