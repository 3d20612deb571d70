//  variants_test.c: records.vcf.gz: what bcftools reads of it is what the input says, sorted; dmh verify
//  reads it again and sees what is not as it should be.
#include "test/support/processes/command_line.h"
#include "test/support/results/resealed_result.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

static const char INPUT[] = "##fileformat=VCFv4.2\n"
                            "##contig=<ID=2,length=1000>\n"
                            "##contig=<ID=1,length=1000>\n"
                            "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Count\">\n"
                            "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n"
                            "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n"
                            "1\t100\trs1\tA\tC\t50\tPASS\tAC=2\tGT\t0/1\n"
                            "1\t90\t.\tA\tC\t.\t.\tAC=2;ZZ=4\tGT\t./.\n"
                            "2\t90\t.\tACC\tA\t.\t.\t.\tGT\t0|1\n"
                            "new\t5\t.\tA\tG\t.\tq10\t.\tGT\t1\n";

static const char SORTED[] = "2\t90\t.\tACC\tA\t.\t.\t.\tGT\t0|1\n"
                             "1\t90\t.\tA\tC\t.\t.\tAC=2;ZZ=4\tGT\t./.\n"
                             "1\t100\trs1\tA\tC\t50\tPASS\tAC=2\tGT\t0/1\n"
                             "new\t5\t.\tA\tG\t.\tq10\t.\tGT\t1\n";

static char *s_read (const struct workplace *place)
{
    char path[600];
    snprintf (path, sizeof path, "%s/in/records.vcf.gz", place->folder);
    gzFile file = gzopen (path, "rb");
    char *text = calloc (1, 65536);
    cr_assert (file && gzread (file, text, 65535) > 0 && gzclose (file) == Z_OK);
    return text;
}

static void s_forge (const struct workplace *place, const char *header, const char *records)
{
    char path[600];
    snprintf (path, sizeof path, "%s/in/records.vcf.gz", place->folder);
    gzFile file = gzopen (path, "wb");
    cr_assert (file && gzputs (file, header) >= 0 && gzputs (file, records) >= 0 && gzclose (file) == Z_OK);
    snprintf (path, sizeof path, "%s/in", place->folder);
    resealed_hashes (path);
}

Test (variants, are_written_sorted_under_the_header_of_the_input, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "in.vcf", INPUT);
    command_line_expect (CALL (&place, "run", "in.vcf", "--quiet", "--format", "vcf"), 0, NULL, NULL);
    char *text = s_read (&place), *names = strstr (text, "#CHROM");
    cr_assert_not_null (names);
    cr_expect_str_eq (strchr (names, '\n') + 1, SORTED);
    cr_expect_eq (strncmp (text, INPUT, (size_t) (strstr (INPUT, "#CHROM") - INPUT)), 0, "%s", text);
    cr_expect_not_null (strstr (text, "\n##contig=<ID=new>\n"));
    cr_expect_not_null (strstr (text, "\n##INFO=<ID=ZZ,Number=.,Type=String,"));
    cr_expect_null (strstr (text, place.folder));
    free (text);
    workplace_remove (&place);
}

Test (variants, are_verified_by_what_is_written, .timeout = 120)
{
    static const struct {
        const char *records, *said;
    } FORGED[] = {
        {"1\t90\t.\tA\tC\t.\t.\t.\tGT\t0\n1\t9\t.\tA\tC\t.\t.\t.\tGT\t0\n", "should be before"},
        {"1\t90\t.\tA\tC\t.\t.\t.\tGT\t0\n2\t95\t.\tA\tC\t.\t.\t.\tGT\t0\n", "should be before"},
        {"1\t90\t.\tA\tC\t.\t.\t.\tGT\n", "number of columns"},
        {"1\tx\t.\tA\tC\t.\t.\t.\tGT\t0\n", "no number"},
        {"1\t90\t.\tA\tC\t.\t.\t.\tGT\t0\n", "holds 1 records"},
        {"1\t90\t.\tA\tC\t.\t.\t.\tGT\t0", "middle of a line"},
    };
    struct workplace place;
    char header[1024];
    workplace_make (&place);
    command_line_write (&place, "in.vcf", INPUT);
    command_line_expect (CALL (&place, "run", "in.vcf", "--quiet", "--format", "vcf"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "verify", "in"), 0, "whole", NULL);
    size_t n = (size_t) (strstr (INPUT, "1\t100") - INPUT);
    snprintf (header, sizeof header, "%.*s", (int) n, INPUT);
    for (size_t i = 0; i < sizeof FORGED / sizeof *FORGED; i++) {
        s_forge (&place, header, FORGED[i].records);
        command_line_expect (CALL (&place, "verify", "in"), 1, NULL, FORGED[i].said);
    }
    s_forge (&place, header, SORTED);
    command_line_expect (CALL (&place, "verify", "in"), 0, "whole", NULL);
    workplace_remove (&place);
}

Test (variants, are_no_place_for_other_kinds, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "in.csv", "patient_id,birth_date\n1,2000-01-01\n");
    command_line_expect (CALL (&place, "run", "in.csv", "--quiet", "--format", "vcf"), 1, NULL,
                         "VCF has no place for records of the kind patient; give another --format");
    workplace_remove (&place);
}
