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

Test (variants, in_conflict_are_told_as_lines, .timeout = 120)
{
    struct workplace place;
    size_t n;
    workplace_make (&place);
    command_line_write (&place, "in.vcf",
                        "##fileformat=VCFv4.2\n"
                        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
                        "1\t200\trs1\tA\tC\t.\t.\t.\n"
                        "1\t200\trs2\tA\tC\t.\t.\t.\n");
    command_line_expect (CALL (&place, "run", "in.vcf", "--quiet", "--format", "vcf"), 0, NULL, NULL);
    char *audit = workplace_read (place.folder, "in/audit.ndjson", &n);
    cr_assert_not_null (audit);
    cr_expect_not_null (strstr (audit, "\"row\":\"1\\t200\\trs2\\tA\\tC\\t.\\t.\\t.\"}"), "%s", audit);
    free (audit);
    command_line_expect (CALL (&place, "verify", "in"), 0, "whole", NULL);
    command_line_expect (CALL (&place, "verify", "in", "--input", "in.vcf"), 0, "sorted as VCF", NULL);
    workplace_remove (&place);
}

//  GCACAT: the second CA is left out, which is the first one, to the left.
Test (variants, that_were_aligned_stand_in_their_input, .timeout = 120)
{
    static const char *const AUDIT[] = {"summary", "full"};
    static const char *const EVENTS[][3] = {{"\"field\":\"pos\",\"count\":1,",
                                             "\"field\":\"ref\",\"count\":1,",
                                             "\"field\":\"alt\",\"count\":1,"},
                                            {"\"field\":\"pos\",\"raw\":\"3\",\"value\":\"1\"}",
                                             "\"field\":\"ref\",\"raw\":\"ACA\",\"value\":\"GCA\"}",
                                             "\"field\":\"alt\",\"raw\":\"A\",\"value\":\"G\"}"}};
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "in.fa", ">1\nGCACAT\n");
    command_line_write (&place, "in.vcf",
                        "##fileformat=VCFv4.2\n"
                        "##INFO=<ID=END,Number=1,Type=Integer,Description=\"End\">\n"
                        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
                        "1\t3\t.\tACA\tA\t.\t.\tEND=5\n");
    for (size_t i = 0; i < sizeof AUDIT / sizeof *AUDIT; i++) {
        command_line_expect (CALL (&place, "run", "in.vcf", "--quiet", "--reference", "in.fa", "--audit",
                                   (char *) AUDIT[i], "--replace"),
                             0, NULL, NULL);
        char *audit = workplace_read (place.folder, "in/audit.ndjson", NULL);
        cr_assert_not_null (audit);
        for (size_t e = 0; e < 3; e++)
            cr_expect_not_null (strstr (audit, EVENTS[i][e]), "%s: %s", EVENTS[i][e], audit);
        free (audit);
        command_line_expect (CALL (&place, "verify", "in", "--input", "in.vcf"), 0, "1 written at its place",
                             NULL);
    }
    workplace_remove (&place);
}

//  Contigs of GRCh38 by their lengths; most are named without chr.
Test (variants, name_the_contigs_of_mates_as_all_others, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "in.vcf",
                        "##fileformat=VCFv4.3\n"
                        "##contig=<ID=1,length=248956422,assembly=GRCh38>\n"
                        "##contig=<ID=2,length=242193529,assembly=GRCh38>\n"
                        "##contig=<ID=X,length=156040895,assembly=GRCh38>\n"
                        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
                        "1\t5\tW\tG\tG]chr2:9]\t.\t.\t.\n"
                        "chr2\t9\tV\tT\tT]1:5]\t.\t.\t.\n"
                        "X\t9\tU\tT\t[<chr1>:5[T\t.\t.\t.\n"
                        "X\t19\tS\tT\tT.\t.\t.\t.\n");
    command_line_expect (CALL (&place, "run", "in.vcf", "--quiet", "--format", "vcf"), 0, NULL, NULL);
    char *text = s_read (&place), *records = strstr (text, "INFO\n");
    cr_assert_not_null (records);
    cr_expect_str_eq (records, "INFO\n1\t5\tW\tG\tG]2:9]\t.\t.\t.\n"
                               "2\t9\tV\tT\tT]1:5]\t.\t.\t.\n"
                               "X\t9\tU\tT\t[<chr1>:5[T\t.\t.\t.\n"
                               "X\t19\tS\tT\tT.\t.\t.\t.\n");
    free (text);
    command_line_expect (CALL (&place, "run", "in.vcf", "--quiet", "--replace"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "verify", "in", "--input", "in.vcf"), 0, "4 written at their place",
                         NULL);
    workplace_remove (&place);
}

Test (variants, of_no_samples_have_no_format, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "in.vcf",
                        "##fileformat=VCFv4.2\n"
                        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\n"
                        "1\t200\trs1\tA\tC\t.\t.\t.\tGT\n"
                        "1\t300\trs1\tA\tC,G\t.\t.\t.\tGT\n");
    command_line_expect (CALL (&place, "run", "in.vcf", "--quiet", "--format", "vcf"), 0, NULL, NULL);
    char *text = s_read (&place), *names = strstr (text, "#CHROM");
    cr_assert_not_null (names);
    cr_expect_str_eq (names, "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
                             "1\t200\trs1\tA\tC\t.\t.\t.\n"
                             "1\t300\trs1\tA\tC\t.\t.\t.\n"
                             "1\t300\trs1\tA\tG\t.\t.\t.\n");
    free (text);
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
