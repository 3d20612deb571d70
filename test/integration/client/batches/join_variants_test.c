//  join_variants_test.c: variants of several files are told apart as those of one are: by alleles without
//  what both share, and symbolic ones by where they end, too (CONTRACT's section on variants).
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER                                                                                               \
    "##fileformat=VCFv4.2\n##contig=<ID=1>\n##ALT=<ID=DEL,Description=\"x\">\n"                              \
    "##INFO=<ID=END,Number=1,Type=Integer,Description=\"x\">\n"                                              \
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"

//  100 GCA>GCT is 102 A>T; the deletions end elsewhere, but for the last one.
static void s_write (const struct workplace *place)
{
    command_line_write (place, "a.vcf",
                        HEADER "1\t100\t.\tGCA\tGCT\t.\t.\t.\n1\t200\t.\tA\t<DEL>\t.\t.\tEND=300\n");
    command_line_write (place, "b.vcf",
                        HEADER "1\t102\t.\tA\tT\t.\t.\t.\n1\t200\t.\tA\t<DEL>\t.\t.\tEND=400\n"
                               "1\t200\t.\tA\t<DEL>\t.\t.\tEND=300\n");
}

static void s_expect_file (const struct workplace *place, const char *folder, const char *name,
                           const char *expected)
{
    char path[512];
    snprintf (path, sizeof path, "%s/%s", place->folder, folder);
    char *text = workplace_read (path, name, NULL);
    cr_assert_not_null (text, "%s/%s", folder, name);
    cr_expect_str_eq (text, expected);
    free (text);
}

static const char RECORDS[] =
    "chrom,pos,id,ref,alt,qual,filter,variant_type,source_file,source_record,info_end\n"
    "1,100,,GCA,GCT,,,snv,a.vcf,1,\n"
    "1,200,,A,<DEL>,,,symbolic,a.vcf,2,300\n"
    "1,200,,A,<DEL>,,,symbolic,b.vcf,2,400\n";

Test (join_variants, a_joined_table_has_each_allele_once, .timeout = 60)
{
    struct workplace place;
    workplace_make (&place);
    s_write (&place);
    command_line_expect (CALL (&place, "run", "a.vcf", "b.vcf", "-o", "out", "--join", "-q"), 0, NULL, NULL);
    s_expect_file (&place, "out/joined/variant", "records.csv", RECORDS);
    s_expect_file (
        &place, "out/joined/variant", "rejects.csv",
        "record,line,reason,rule,field,message,raw,raw_encoding,source_file,source_record\n"
        "3,6,conflict,record.conflict,chrom,has the key of record 1 and other content; that one is "
        "record 1 of a.vcf,1\t102\t.\tA\tT\t.\t.\t.,,b.vcf,1\n");
    workplace_remove (&place);
}

Test (join_variants, a_data_set_has_each_allele_once, .timeout = 60)
{
    struct workplace place;
    workplace_make (&place);
    s_write (&place);
    command_line_expect (CALL (&place, "run", "a.vcf", "-o", "one", "--dataset", "set", "-q"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "run", "b.vcf", "-o", "two", "--dataset", "set", "-q"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "dataset", "export", "set", "-o", "all", "-q"), 0, NULL, NULL);
    s_expect_file (&place, "all/variant", "records.csv", RECORDS);
    workplace_remove (&place);
}
