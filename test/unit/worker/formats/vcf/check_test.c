//  What is wrong with a line of VCF, by the rules of the specification (4.3 to 4.5, sections 1.6 and 5).
#include "worker/formats/vcf/checks/check.h"
#include "worker/formats/vcf/meta/header_read.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const char HEADER[] = "##fileformat=VCFv4.3\n"
                             "##contig=<ID=1,length=1000>\n"
                             "##FILTER=<ID=q10,Description=\"x\">\n"
                             "##ALT=<ID=DEL,Description=\"x\">\n"
                             "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"x\">\n"
                             "##INFO=<ID=RR,Number=R,Type=Float,Description=\"x\">\n"
                             "##INFO=<ID=DB,Number=0,Type=Flag,Description=\"x\">\n"
                             "##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n"
                             "##INFO=<ID=END,Number=1,Type=Integer,Description=\"x\">\n"
                             "##INFO=<ID=CH,Number=.,Type=Character,Description=\"x\">\n"
                             "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n"
                             "##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n"
                             "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"x\">\n"
                             "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\tT\n";

//  A line with spaces for tabs, “~” for a space; the fault, and the warnings.
static const struct {
    const char *line, *fault, *warnings;
} CASES[] = {
    {"1 5 . A C . . . GT 0/1 1|1", "", ""},
    {"1 5 . A C 9.5 PASS AC=1;DB;DP=7 GT:DP:PL 0/1:3:1,2,3 ./.", "", ""},
    {"1 5 . A <DEL>,*,C[1:7[ . q10 . GT 1/3 .", "", ""},
    {"1 0 . N . . . . GT 0 0", "", ""},
    {"1 1001 . N . . . . GT 0 0", "", ""},
    {"1 1002 . N . . . . GT 0 0", "", "vcf.pos_past_contig"},
    {"1 5 . A C . . . GT 0/1", "record.field_count", ""},
    {"1 5 . A C . . . GT 0/1 0/1 0/1", "record.field_count", ""},
    {"1 5 . A C . .", "record.field_count", ""},
    {"1 5x . A C . . . GT 0/1 0/1", "vcf.pos_invalid", ""},
    {"1 -5 . A C . . . GT 0/1 0/1", "vcf.pos_invalid", ""},
    {"a~b 5 . A C . . . GT 0/1 0/1", "vcf.chrom_invalid", ""},
    {"<1 5 . A C . . . GT 0/1 0/1", "vcf.chrom_invalid", ""},
    {"2 5 . A C . . . GT 0/1 0/1", "", "vcf.contig_undeclared"},
    {"<2> 5 . A C . . . GT 0/1 0/1", "", ""},
    {"1 5 . R C . . . GT 0/1 0/1", "vcf.ref_invalid", ""},
    {"1 5 . . C . . . GT 0/1 0/1", "vcf.ref_invalid", ""},
    {"1 5 . A R . . . GT 0/1 0/1", "vcf.alt_invalid", ""},
    {"1 5 . A C,,G . . . GT 0/1 0/1", "vcf.alt_invalid", ""},
    {"1 5 . A C,. . . . GT 0/1 0/1", "vcf.alt_invalid", ""},
    {"1 5 . A [1:7[ . . . GT 0/1 0/1", "vcf.alt_invalid", ""},
    {"1 5 . A A . . . GT 0/1 0/1", "", "vcf.alt_is_ref"},
    {"1 5 . A <INS> . . . GT 0/1 0/1", "", "vcf.alt_undeclared"},
    {"1 5 x;x A C . . . GT 0/1 0/1", "", "vcf.id_invalid"},
    {"1 5 ;x A C . . . GT 0/1 0/1", "", "vcf.id_invalid"},
    {"1 5 x;y A C . . . GT 0/1 0/1", "", ""},
    {"1 5 . A C -1 . . GT 0/1 0/1", "", "vcf.qual_negative"},
    {"1 5 . A C . q10;PASS . GT 0/1 0/1", "", "vcf.filter_invalid"},
    {"1 5 . A C . 0 . GT 0/1 0/1", "", "vcf.filter_invalid"},
    {"1 5 . A C . q10;s50 . GT 0/1 0/1", "", "vcf.filter_undeclared"},
    {"1 5 . A C . . AC=x GT 0/1 0/1", "", "vcf.info_type"},
    {"1 5 . A C . . AC=1.5 GT 0/1 0/1", "", "vcf.info_type"},
    {"1 5 . A C . . AC=2147483647 GT 0/1 0/1", "", ""},
    {"1 5 . A C . . AC=2147483648 GT 0/1 0/1", "", "vcf.info_type"},
    {"1 5 . A C . . DP=-1 GT 0/1 0/1", "", "vcf.info_range"},
    {"1 5 . A C . . DP GT 0/1 0/1", "", "vcf.info_type"},
    {"1 5 . A C . . DB=2 GT 0/1 0/1", "", "vcf.info_type"},
    {"1 5 . A C . . CH=a,b,%3B GT 0/1 0/1", "", ""},
    {"1 5 . A C . . CH=ab GT 0/1 0/1", "", "vcf.info_type"},
    {"1 5 . A C,G . . AC=1 GT 0/1 0/1", "", "vcf.info_count"},
    {"1 5 . A C,G . . AC=.,2;RR=1e-5,NaN,-.5 GT 0/1 0/1", "", ""},
    {"1 5 . A C . . RR=1e,2 GT 0/1 0/1", "", "vcf.info_type"},
    {"1 5 . A <DEL> . . END=4 GT 0/1 0/1", "", "vcf.end_before_pos"},
    {"1 5 . A C . . ZZ=1 GT 0/1 0/1", "", "vcf.info_undeclared"},
    {"1 5 . A C . . ;DB GT 0/1 0/1", "", "vcf.info_invalid"},
    {"1 5 . A C . . DB;DB GT 0/1 0/1", "", "vcf.info_invalid"},
    {"1 5 . A C . . DP=1;DP=2 GT 0/1 0/1", "vcf.info_twice", ""},
    {"1 5 . A C . . . GT::DP 0/1 0/1", "vcf.format_invalid", ""},
    {"1 5 . A C . . . GT:DP:DP 0/1 0/1", "vcf.format_invalid", ""},
    {"1 5 . A C . . . DP:GT 3:0/1 3:0/1", "", "vcf.gt_not_first"},
    {"1 5 . A C . . . GT:ZZ 0/1:3 0/1", "", "vcf.format_undeclared"},
    {"1 5 . A C . . . GT:DP 0/1:3:4 0/1", "vcf.sample_invalid", ""},
    {"1 5 . A C . . . GT 0/2 0/1", "vcf.genotype_invalid", ""},
    {"1 5 . A C . . . GT 0//1 0/1", "vcf.genotype_invalid", ""},
    {"1 5 . A C . . . GT 0/x 0/1", "vcf.genotype_invalid", ""},
    {"1 5 . A . . . . GT 0/1 0/0", "", "vcf.genotype_range"},
    {"1 5 . A C . . . GT:DP 0/1:x 0/1:y", "", "vcf.format_type"},
    {"1 5 . A C . . . GT:DP 0/1:3,4 0/1", "", "vcf.format_count"},
    {"1 5 . A C . . . GT:PL 0:1,2 0/1:1,2,3", "", ""},
    {"1 5 . A C . . . GT:PL 0:1,2,3 0/1:1,2,3", "", "vcf.format_count"},
    {"1 5 . A C . . . GT:PL 0/0/1:1,2,3,4 .:1,2,3", "", ""},
    {"1 5 . A C . . . GT:DP 0/1:-3 0/1", "", "vcf.format_range"},
};

static void s_look (struct vcf_line *line, size_t i)
{
    struct vcf_findings findings = {.fault = {RULE_NONE, NULL, {NULL, 0}}};
    char text[512], said[1024] = "";
    size_t n = 0;
    for (const char *at = CASES[i].line; *at; at++)
        text[n++] = (char) (*at == ' ' ? '\t' : *at == '~' ? ' ' : *at);
    cr_assert_eq (vcf_line_read (line, (struct text){text, n}, &findings.fault), 0);
    if (findings.fault.rule == RULE_NONE)
        vcf_check (line, &findings);
    for (size_t w = 0; w < findings.count; w++)
        snprintf (said + strlen (said), sizeof said - strlen (said), "%s%s", w ? " " : "",
                  RULE[findings.warnings[w].rule].name);
    cr_expect_str_eq (RULE[findings.fault.rule].name, CASES[i].fault, "%s: %s", CASES[i].line,
                      RULE[findings.fault.rule].name);
    if (findings.fault.rule == RULE_NONE)
        cr_expect_str_eq (said, CASES[i].warnings, "%s: %s", CASES[i].line, said);
}

Test (vcf_check, names_what_is_against_the_specification)
{
    vcf_header_t *header = NULL;
    struct error error;
    struct vcf_line line;
    size_t end;
    cr_assert_eq (vcf_header_read (&header, HEADER, sizeof HEADER - 1, true, &end, "x", &error), DMH_OK, "%s",
                  error.text);
    cr_assert_eq (header->problem_count, 0);
    vcf_line_init (&line, header);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        s_look (&line, i);
    vcf_line_clear (&line);
    vcf_header_destroy (&header);
}
