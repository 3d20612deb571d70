//  bcftools_test.c: what bcftools makes of lines with several alternate alleles (norm -m -any, query), and
//  what dmh does: the same records.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

enum { SAMPLES = 7, LINES = 3000 };

static bool s_is_there (void)
{
    if (system ("command -v bcftools >/dev/null") == 0)
        return true;
    fprintf (stderr, "SKIP: bcftools is not installed (make deps-test)\n");
    return false;
}

static unsigned s_seed;

static unsigned s_random (unsigned below)
{
    s_seed = s_seed * 1103515245 + 12345;
    return (s_seed >> 16) % below;
}

static void s_list (FILE *file, unsigned count, const char *format, unsigned below)
{
    for (unsigned i = 0; i < count; i++) {
        if (i)
            putc (',', file);
        fprintf (file, format, s_random (below));
    }
}

static void s_header (FILE *file, const char *end)
{
    static const char *const TAGS[] = {
        "INFO=<ID=AC,Number=A,Type=Integer",   "INFO=<ID=AF,Number=A,Type=Float",
        "INFO=<ID=RD,Number=R,Type=Integer",   "INFO=<ID=GC,Number=G,Type=Integer",
        "INFO=<ID=DP,Number=1,Type=Integer",   "INFO=<ID=DB,Number=0,Type=Flag",
        "INFO=<ID=NM,Number=A,Type=String",    "INFO=<ID=XX,Number=.,Type=Integer",
        "FORMAT=<ID=GT,Number=1,Type=String",  "FORMAT=<ID=AD,Number=R,Type=Integer",
        "FORMAT=<ID=DP,Number=1,Type=Integer", "FORMAT=<ID=EC,Number=A,Type=Integer",
        "FORMAT=<ID=PL,Number=G,Type=Integer"};
    fprintf (file, "##fileformat=VCFv4.2%s##FILTER=<ID=q10,Description=\"x\">%s", end, end);
    for (int i = 1; i < 4; i++)
        fprintf (file, "##contig=<ID=chr%d,length=2000000>%s", i, end);
    for (size_t i = 0; i < sizeof TAGS / sizeof *TAGS; i++)
        fprintf (file, "##%s,Description=\"x\">%s", TAGS[i], end);
    fprintf (file, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT");
    for (int s = 0; s < SAMPLES; s++)
        fprintf (file, "\tS%d", s);
    fputs (end, file);
}

static void s_genotype (FILE *file, unsigned alts, unsigned ploidy)
{
    for (unsigned i = 0; i < ploidy; i++) {
        if (i)
            putc (s_random (2) ? '/' : '|', file);
        if (s_random (9) == 0)
            putc ('.', file);
        else
            fprintf (file, "%u", s_random (alts + 1));
    }
}

//  Genotypes of one copy have one value an allele in GC and PL, of two one a pair. (bcftools 1.16 writes 0
//  for a missing value of Number=A, so that there is none.)
static void s_sample (FILE *file, unsigned alts)
{
    unsigned ploidy = s_random (6) ? 2 : 1, pairs = (alts + 1) * (alts + 2) / 2;
    putc ('\t', file);
    s_genotype (file, alts, ploidy);
    putc (':', file);
    if (s_random (5))
        s_list (file, alts + 1, "%u", 90);
    else
        putc ('.', file);
    fprintf (file, ":%u:", s_random (99));
    s_list (file, alts, "%u", 50);
    if (s_random (6) == 0)
        return;    //  left out at the end
    putc (':', file);
    s_list (file, ploidy == 1 ? alts + 1 : pairs, "%u", 900);
}

static void s_line (FILE *file, int chrom, unsigned pos)
{
    static const char *const ALTS[] = {"C", "G", "T", "AC", "AGT", "<DEL>", "*", "ATTTT", "CA", "]chr1:17]A"};
    unsigned alts = s_random (3) ? 1 + s_random (4) : 0, first = s_random (10);
    fprintf (file, "chr%d\t%u\t%s\tA\t", chrom, pos, s_random (2) ? "rs1;rs2" : ".");
    for (unsigned i = 0; i < alts; i++)
        fprintf (file, "%s%s", i ? "," : "", ALTS[(first + i * 3) % 10]);
    fprintf (file, "%s\t%u.5\t%s\t", alts ? "" : ".", s_random (900), s_random (3) ? "PASS" : "q10");
    fprintf (file, "DP=%u;RD=", s_random (800));
    s_list (file, alts + 1, "%u", 70);
    fputs (";GC=", file);
    s_list (file, (alts + 1) * (alts + 2) / 2, "%u", 70);
    if (alts) {
        fputs (";AC=", file);
        s_list (file, alts, "%u", 30);
        fputs (";AF=", file);
        s_list (file, alts, "0.%u5", 100);
        fputs (";NM=", file);
        s_list (file, alts, "n%u", 100);
    }
    fprintf (file, "%s;XX=1,2\tGT:AD:DP%s", s_random (2) ? ";DB" : "", alts ? ":EC:PL" : "");
    for (int s = 0; s < SAMPLES; s++)
        if (alts)
            s_sample (file, alts);
        else
            fprintf (file, "\t0/0:%u:%u", s_random (50), s_random (99));
}

static void s_generate (const struct workplace *place, unsigned seed, const char *end)
{
    char path[512];
    s_seed = seed;
    snprintf (path, sizeof path, "%s/in.vcf", place->folder);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    s_header (file, end);
    for (int i = 0; i < LINES; i++) {
        s_line (file, 1 + i * 3 / LINES, (unsigned) (100 + i % (LINES / 3) * 50) + s_random (40));
        fputs (end, file);
    }
    cr_assert_eq (fclose (file), 0);
}

//  The rows of records.csv as bcftools query prints them: a tab between the values, “.” where there is none;
//  without the 8th column, which is dmh's own.
static void s_print_records (const char *text, FILE *to)
{
    bool quoted = false, empty = true;
    int column = 0;
    for (text = strchr (text, '\n') + 1; *text; text++) {
        bool end = !quoted && (*text == ',' || *text == '\n');
        if (*text == '"')
            quoted = !quoted;
        else if (!end) {
            empty = false;
            if (column != 7)
                putc (*text, to);
        }
        if (!end)
            continue;
        if (empty && column != 7)
            putc ('.', to);
        if (column != 7)
            putc (*text == ',' ? '\t' : '\n', to);
        column = *text == ',' ? column + 1 : 0;
        empty = true;
    }
}

static void s_compare (const struct workplace *place)
{
    char *want = workplace_read (place->folder, "want", NULL), *got = NULL;
    char folder[512];
    size_t n;
    snprintf (folder, sizeof folder, "%s/out/in", place->folder);
    char *records = workplace_read (folder, "records.csv", NULL);
    cr_assert (want && records);
    FILE *to = open_memstream (&got, &n);
    cr_assert_not_null (to);
    s_print_records (records, to);
    cr_assert_eq (fclose (to), 0);
    unsigned line = 1;
    for (const char *a = want, *b = got; *a || *b; line++) {
        size_t x = strcspn (a, "\n"), y = strcspn (b, "\n");
        cr_assert (x == y && strncmp (a, b, x) == 0, "record %u\nbcftools: %.*s\ndmh:      %.*s", line,
                   (int) x, a, (int) y, b);
        a += x + (a[x] != 0);
        b += y + (b[y] != 0);
    }
    cr_expect_gt (line, LINES);
    free (records);
    free (got);
    free (want);
}

Test (bcftools, splits_lines_of_several_alleles_as_dmh_does, .timeout = 300)
{
    static const char *const ENDS[] = {"\n", "\r\n"};
    static const char QUERY[] = "cd '%s' && bcftools norm -m -any in.vcf 2>said | bcftools query -f "
                                "'%%CHROM\\t%%POS\\t%%ID\\t%%REF\\t"
                                "%%ALT\\t%%QUAL\\t%%FILTER\\t%%AC\\t%%AF\\t%%RD\\t%%GC\\t%%INFO/"
                                "DP\\t%%DB\\t%%NM\\t%%XX[\\t%%GT\\t%%AD\\t%%DP\\t"
                                "%%EC\\t%%PL]\\n' >want";
    if (!s_is_there ())
        return;
    for (unsigned e = 0; e < 2; e++) {
        struct workplace place;
        char *command = NULL, *said = NULL;
        workplace_make (&place);
        s_generate (&place, 3 + e, ENDS[e]);
        cr_assert_gt (asprintf (&command, QUERY, place.folder), 0);
        cr_assert_eq (system (command), 0);
        const char *const words[] = {"dmh",           "run",   "in.vcf",  "-o", "out",
                                     "--block-bytes", "65536", "--quiet", NULL};
        cr_assert_eq (process_run (&place, words, &said), 0, "%s", said);
        s_compare (&place);
        free (said);
        free (command);
        workplace_remove (&place);
    }
}
