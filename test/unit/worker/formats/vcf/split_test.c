//  Lines with several alternate alleles as one record an allele. What is expected of A, R, G and GT is what
//  bcftools 1.16 makes of them (norm -m -any); of LA, LR and LG the example of VCF 4.5, section 5.4 (LAA).
#include "worker/formats/vcf/meta/header_read.h"
#include "worker/formats/vcf/split.h"

#include <criterion/criterion.h>
#include <stdio.h>

static const char HEADER[] = "##fileformat=VCFv4.5\n"
                             "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"x\">\n"
                             "##INFO=<ID=RR,Number=R,Type=Integer,Description=\"x\">\n"
                             "##INFO=<ID=GG,Number=G,Type=Float,Description=\"x\">\n"
                             "##INFO=<ID=DB,Number=0,Type=Flag,Description=\"x\">\n"
                             "##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x\">\n"
                             "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"x\">\n"
                             "##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"x\">\n"
                             "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"x\">\n"
                             "##FORMAT=<ID=AF,Number=A,Type=Float,Description=\"x\">\n"
                             "##FORMAT=<ID=LAA,Number=.,Type=Integer,Description=\"x\">\n"
                             "##FORMAT=<ID=LAD,Number=LR,Type=Integer,Description=\"x\">\n"
                             "##FORMAT=<ID=LPL,Number=LG,Type=Integer,Description=\"x\">\n"
                             "##FORMAT=<ID=LEC,Number=LA,Type=Integer,Description=\"x\">\n"
                             "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n";

//  “ALT INFO VALUES”, and what the records are: the same, one a line.
static const struct {
    const char *line, *records;
} CASES[] = {
    {"T AC=1 GT:AD 0/1:3,4", "T AC=1 0/1:3,4\n"},
    {". . GT 0", ". . 0\n"},
    {"T,G,A AC=1,2,3;RR=10,20,30,40;GG=1,2,3,4,5,6,7,8,9,10;DB GT:AD:PL:AF "
     "1/2:1,2,3,4:0,1,2,3,4,5,6,7,8,9:.1,.2,.3",
     "T AC=1;RR=10,20;GG=1,2,3;DB 1/0:1,2:0,1,2:.1\n"
     "G AC=2;RR=10,30;GG=1,4,6;DB 0/1:1,3:0,3,5:.2\n"
     "A AC=3;RR=10,40;GG=1,7,10;DB 0/0:1,4:0,6,9:.3\n"},
    //  one copy, three copies, phased, missing
    {"T,G . GT:PL 2:1,2,3", "T . 0:1,2\nG . 1:1,3\n"},
    {"T,G . GT:PL 0|1|2:1,2,3,4,5,6,7,8,9,10", "T . 0|1|0:1,2,3,4\nG . 0|0|1:1,5,8,10\n"},
    {"T,G AC=.;RR=. GT:PL:AD .|2:.:.,.,.", "T AC=.;RR=. .|0:.:.,.\nG AC=.;RR=. .|1:.:.,.\n"},
    {"T,G . GT:AD |1/2", "T . |1/0:\nG . |0/1:\n"},
    //  alleles of two digits
    {"A,A,A,A,A,A,A,A,A,T . GT 10/1",
     "A . 0/1\nA . 0/0\nA . 0/0\nA . 0/0\nA . 0/0\nA . 0/0\nA . 0/0\nA . 0/0\n"
     "A . 0/0\nT . 1/0\n"},
    //  another number of values than there should be
    {"T,G AC=1;RR=1,2;GG=1,2;DP=7,8 GT:AD:PL 0/1:5:1,2,3,4",
     "T AC=1;RR=1,2;GG=1,2;DP=7,8 0/1:5:1,2,3,4\nG AC=1;RR=1,2;GG=1,2;DP=7,8 0/0:5:1,2,3,4\n"},
    //  symbolic ones, a breakend, a block
    {"<DEL>,*,<*> AC=1,2,3 GT 2/3", "<DEL> AC=1 0/0\n* AC=2 1/0\n<*> AC=3 0/1\n"},
    {"C,T,<*>,A . GT:LAA:LAD:LPL:LEC 2/4:2,4:20,30,10:90,80,0,100,110,120:7,9",
     "C . 0/0:.:20:90:.\nT . 1/0:1:20,30:90,80,0:7\n<*> . 0/0:.:20:90:.\nA . 0/1:1:20,10:90,100,120:9\n"},
    {"C,G,T,<*> . GT:LAA:LAD:LPL 0/3:3:15,25:40,0,80",
     "C . 0/0:.:15:40\nG . 0/0:.:15:40\nT . 0/1:1:15,25:40,0,80\n<*> . 0/0:.:15:40\n"},
    {"A,T . GT:LAA:LAD:LPL 0/0::30:0", "A . 0/0::30:0\nT . 0/0::30:0\n"},
    //  a local value without LAA
    {"A,T . GT:LAD 0/1:1,2", "A . 0/1:1,2\nT . 0/0:1,2\n"},
};

static char *s_put (char *to, struct text text)
{
    return to + sprintf (to, "%.*s", (int) text.n, text.n ? text.at : "");
}

static char *s_print (char *to, const struct vcf_record *record)
{
    to = s_put (to, record->alt);
    *to++ = ' ';
    for (size_t i = 0; i < record->info_count; i++) {
        to += sprintf (to, "%s", i ? ";" : "");
        to = s_put (to, record->infos[i].id);
        to += sprintf (to, "%s", record->infos[i].value.at ? "=" : "");
        to = s_put (to, record->infos[i].value);
    }
    to += sprintf (to, "%s ", record->info_count ? "" : ".");
    for (size_t k = 0; k < record->key_count; k++) {
        to += sprintf (to, "%s", k ? ":" : "");
        to = s_put (to, record->values[k]);
    }
    return to + sprintf (to, "\n");
}

Test (split, deals_values_out_to_the_alleles_they_belong_to)
{
    vcf_header_t *header = NULL;
    struct error error;
    size_t end;
    cr_assert_eq (vcf_header_read (&header, HEADER, sizeof HEADER - 1, true, &end, "x", &error), DMH_OK, "%s",
                  error.text);
    struct vcf_line line;
    struct vcf_split split;
    vcf_line_init (&line, header);
    vcf_split_init (&split);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char alt[256], info[256], format[256], values[256], text[2048], got[4096] = "", *to = got;
        struct vcf_fault fault;
        cr_assert_eq (sscanf (CASES[i].line, "%255s %255s %255s %255s", alt, info, format, values), 4);
        snprintf (text, sizeof text, "1\t100\t.\tC\t%s\t.\t.\t%s\t%s\t%s", alt, info, format, values);
        cr_assert_eq (vcf_line_read (&line, text_of (text), &fault), 0);
        cr_assert_eq (fault.rule, RULE_NONE, "%s", CASES[i].line);
        size_t count = vcf_split_begin (&split, &line);
        for (size_t r = 0; r < count; r++)
            to = s_print (to, vcf_split_take (&split, r));
        cr_expect_str_eq (got, CASES[i].records, "%s\n%s", CASES[i].line, got);
    }
    vcf_split_clear (&split);
    vcf_line_clear (&line);
    vcf_header_destroy (&header);
}
