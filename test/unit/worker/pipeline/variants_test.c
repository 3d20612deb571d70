//  variants_test.c: VCF through reader, harmonizers and writer: the same whatever the blocks and threads,
//  tags that come late, what is no VCF, names of columns.
#include "test/support/results/local_attempt.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static char *s_records (struct workplace *place, const char *input, const struct options *options,
                        size_t threads, struct local_attempt *got)
{
    workplace_write (place, "in.vcf", input, strlen (input));
    *got = local_attempt_run (place, "in.vcf", options, threads);
    cr_assert (got->done, "%s", got->error.text);
    cr_assert_str_eq (got->kind, "variant");
    return workplace_read (got->folder, "records.csv", NULL);
}

static const char HEAD[] = "##fileformat=VCFv4.2\n##contig=<ID=1,length=100000>\n"
                           "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"x\">\n"
                           "##INFO=<ID=ac,Number=1,Type=Integer,Description=\"x\">\n"
                           "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n";

Test (variants, have_the_columns_of_the_header_and_collisions_are_numbered)
{
    struct workplace place;
    struct options options = {.format = ""};
    struct local_attempt got;
    char input[2048];
    workplace_make (&place);
    snprintf (input, sizeof input, "%s#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS-1\ts-1\n%s",
              HEAD, "1\t7\trs1;rs2\tA\tC,<DEL>\t.\tPASS\tAC=3,4;ac=7;ReadPos=1\tGT\t1|2\t./0\n");
    char *records = s_records (&place, input, &options, 1, &got);
    cr_expect_str_eq (records,
                      "chrom,pos,id,ref,alt,qual,filter,variant_type,info_ac,info_ac_2,info_read_pos,"
                      "S-1.gt,s-1.gt_2\n"
                      "1,7,rs1;rs2,A,C,,PASS,snv,3,7,1,1|0,./0\n"
                      "1,7,rs1;rs2,A,<DEL>,,PASS,symbolic,4,7,1,0|1,./0\n");
    free (records);
    workplace_remove (&place);
}

//  Some lines are longer than a block; a tag comes late; lines end in CR LF.
static char *s_generate (void)
{
    char *text = malloc (4 * 1024 * 1024), *to = text;
    unsigned seed = 5;
    to += sprintf (to, "%s#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tB\n", HEAD);
    for (int i = 0; i < 4000; i++) {
        seed = seed * 1103515245 + 12345;
        unsigned r = seed >> 16;
        to += sprintf (to, "1\t%u\t.\t%c", 100 + r % 3000, "ACGT"[r & 3]);
        for (unsigned n = r % 500 == 0 ? 9000 : 0; n; n--)
            *to++ = 'G';
        to += sprintf (to, "\tT%s\t%u\t.\tAC=%u%s%s\tGT\t0/1\t%u/0\r\n", r & 4 ? ",<*>" : "", r % 90, r % 7,
                       r & 4 ? ",2" : "", i > 3990 ? ";LATE=1" : "", r % 400 == 1 ? 9 : 1);
    }
    return text;
}

Test (variants, come_out_the_same_whatever_the_size_of_a_block)
{
    static const uint64_t BLOCKS[] = {4096, 65536, 4 * 1024 * 1024};
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson"};
    struct workplace place;
    char *input = s_generate (), *first[3] = {NULL};
    workplace_make (&place);
    for (size_t b = 0; b < 3; b++) {
        struct options options = {.block_bytes = BLOCKS[b]};
        struct local_attempt got;
        free (s_records (&place, input, &options, 1 + b, &got));
        cr_assert_gt (got.counts.read, 4000);
        cr_assert_gt (got.counts.conflicts, 20);
        cr_assert_gt (got.counts.rejected, 3);
        for (size_t f = 0; f < 3; f++) {
            char *text = workplace_read (got.folder, FILES[f], NULL);
            cr_assert_not_null (text);
            if (b)
                cr_expect_str_eq (text, first[f], "%s in blocks of %d", FILES[f], (int) BLOCKS[b]);
            else
                first[f] = strdup (text);
            free (text);
        }
    }
    cr_expect_not_null (strstr (first[0], ",info_late"));
    cr_expect_not_null (strstr (first[2], "vcf.unsorted"));
    for (size_t f = 0; f < 3; f++)
        free (first[f]);
    free (input);
    workplace_remove (&place);
}

Test (variants, are_refused_with_the_line_that_is_wrong)
{
    static const struct {
        const char *text, *kind, *says;
    } CASES[] = {
        {"##fileformat=VCFv4.9\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n", "",
         "line 1 of its VCF header is not ##fileformat=VCFv4.1 to 4.5"},
        {"##fileformat=VCFv4.3\n##x=y\n", "", "is VCF without the line #CHROM"},
        {"##fileformat=VCFv4.3\n#CHROM\tPOS\n", "", "line 2 of its VCF header lacks columns"},
        {"##fileformat=VCFv4.3\n#CHROM POS ID\n", "", "line 2 of its VCF header is not #CHROM"},
        {"##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tA\tA\n", "",
         "names the sample “A” twice"},
        {"##fileformat=VCFv4.3\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n", "patient",
         "is VCF, which is read as variant, not as patient"},
        {"chrom,pos,ref\n1,2,A\n", "variant", "records of the kind variant come from vcf alone"},
    };
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct options options = {.format = ""};
        snprintf (options.kind, sizeof options.kind, "%s", CASES[i].kind);
        workplace_write (&place, "in", CASES[i].text, strlen (CASES[i].text));
        struct local_attempt got = local_attempt_run (&place, "in", &options, 1);
        cr_assert_not (got.done);
        cr_expect_not_null (strstr (got.error.text, CASES[i].says), "%s", got.error.text);
    }
    workplace_remove (&place);
}
