//  Lines of VCF's header, as the specification (4.3, 1.4; 4.4 and 4.5 for what they add) has them.
#include "worker/formats/vcf/meta/definition_read.h"

#include <criterion/criterion.h>

Test (definition, is_taken_apart_or_told_what_is_wrong_with_it)
{
    static const struct {
        const char *line;
        unsigned minor;
        enum definition_problem problem;
        enum definition_of of;
        const char *id;
        enum value_number number;
        uint64_t count;
        enum value_type type;
    } CASES[] = {
        {"##INFO=<ID=DP,Number=1,Type=Integer,Description=\"Total, depth\">", 3, DEFINITION_GOOD,
         DEFINITION_INFO, "DP", NUMBER_FIXED, 1, TYPE_INTEGER},
        {"##INFO=<ID=AF,Number=A,Type=Float,Description=\"a \\\"quoted\\\" word, and =\",Source=\"x\">", 3,
         DEFINITION_GOOD, DEFINITION_INFO, "AF", NUMBER_ALTERNATE, 0, TYPE_FLOAT},
        {"##INFO=<ID=DB,Number=0,Type=Flag,Description=\"\">", 3, DEFINITION_GOOD, DEFINITION_INFO, "DB",
         NUMBER_FIXED, 0, TYPE_FLAG},
        {"##INFO=<ID=1000G,Number=0,Type=Flag,Description=\"x\">", 3, DEFINITION_GOOD, DEFINITION_INFO,
         "1000G", NUMBER_FIXED, 0, TYPE_FLAG},
        {"##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"x\">", 2, DEFINITION_GOOD, DEFINITION_FORMAT,
         "AD", NUMBER_ALLELE, 0, TYPE_INTEGER},
        {"##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"x\">", 1, DEFINITION_BAD_NUMBER,
         DEFINITION_FORMAT, "AD", NUMBER_ALLELE, 0, TYPE_NONE},
        {"##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"x\">", 3, DEFINITION_GOOD, DEFINITION_FORMAT,
         "PL", NUMBER_GENOTYPE, 0, TYPE_INTEGER},
        {"##FORMAT=<ID=LPL,Number=LG,Type=Integer,Description=\"x\">", 5, DEFINITION_GOOD, DEFINITION_FORMAT,
         "LPL", NUMBER_LOCAL_GENOTYPE, 0, TYPE_INTEGER},
        {"##FORMAT=<ID=LPL,Number=LG,Type=Integer,Description=\"x\">", 4, DEFINITION_BAD_NUMBER,
         DEFINITION_FORMAT, "LPL", NUMBER_LOCAL_GENOTYPE, 0, TYPE_NONE},
        {"##FILTER=<ID=q10,Description=\"below 10\">", 3, DEFINITION_GOOD, DEFINITION_FILTER, "q10",
         NUMBER_FIXED, 0, TYPE_NONE},
        {"##ALT=<ID=DEL,Description=\"Deletion\">", 3, DEFINITION_GOOD, DEFINITION_ALT, "DEL", NUMBER_FIXED,
         0, TYPE_NONE},
        {"##contig=<ID=20,length=62435964,assembly=B36,md5=f126,species=\"Homo sapiens\",taxonomy=x>", 3,
         DEFINITION_GOOD, DEFINITION_CONTIG, "20", NUMBER_FIXED, 0, TYPE_NONE},
        {"##META=<ID=Assay,Type=String,Number=.,Values=[WholeGenome, Exome]>", 3, DEFINITION_GOOD,
         DEFINITION_OTHER, "Assay", NUMBER_FIXED, 0, TYPE_NONE},
        {"##META=<ID=Assay,Values=[WholeGenome, Exome>", 3, DEFINITION_BROKEN, DEFINITION_OTHER, "",
         NUMBER_FIXED, 0, TYPE_NONE},
        {"##fileDate=20090805", 3, DEFINITION_PLAIN, DEFINITION_OTHER, "", NUMBER_FIXED, 0, TYPE_NONE},
        {"##INFO=DP", 3, DEFINITION_BROKEN, DEFINITION_INFO, "", NUMBER_FIXED, 0, TYPE_NONE},
        {"##INFO=<ID=DP,Number=1,Type=Integer,Description=\"open>", 3, DEFINITION_BROKEN, DEFINITION_INFO, "",
         NUMBER_FIXED, 0, TYPE_NONE},
        {"##INFO=<ID=DP,Number=1,Type=Integer,Description=\"x\"", 3, DEFINITION_BROKEN, DEFINITION_INFO, "",
         NUMBER_FIXED, 0, TYPE_NONE},
        {"##INFO=<ID=DP,ID=DQ,Number=1,Type=Integer,Description=\"x\">", 3, DEFINITION_KEY_TWICE,
         DEFINITION_INFO, "", NUMBER_FIXED, 0, TYPE_NONE},
        {"##INFO=<Number=1,Type=Integer,Description=\"x\">", 3, DEFINITION_NO_ID, DEFINITION_INFO, "",
         NUMBER_FIXED, 0, TYPE_NONE},
        {"##INFO=<ID=1DP,Number=1,Type=Integer,Description=\"x\">", 3, DEFINITION_BAD_ID, DEFINITION_INFO,
         "1DP", NUMBER_FIXED, 0, TYPE_NONE},
        {"##INFO=<ID=DP,Number=-1,Type=Integer,Description=\"x\">", 3, DEFINITION_BAD_NUMBER, DEFINITION_INFO,
         "DP", NUMBER_FIXED, 0, TYPE_NONE},
        {"##INFO=<ID=DP,Number=1,Type=Int,Description=\"x\">", 3, DEFINITION_BAD_TYPE, DEFINITION_INFO, "DP",
         NUMBER_FIXED, 1, TYPE_NONE},
        {"##FORMAT=<ID=F,Number=0,Type=Flag,Description=\"x\">", 3, DEFINITION_BAD_TYPE, DEFINITION_FORMAT,
         "F", NUMBER_FIXED, 0, TYPE_FLAG},
        {"##INFO=<ID=DB,Number=1,Type=Flag,Description=\"x\">", 3, DEFINITION_FLAG_NUMBER, DEFINITION_INFO,
         "DB", NUMBER_FIXED, 1, TYPE_FLAG},
        {"##INFO=<ID=DP,Number=1,Type=Integer>", 3, DEFINITION_NO_DESCRIPTION, DEFINITION_INFO, "DP",
         NUMBER_FIXED, 1, TYPE_INTEGER},
        {"##INFO=<ID=DP,>", 3, DEFINITION_BROKEN, DEFINITION_INFO, "", NUMBER_FIXED, 0, TYPE_NONE},
        {"##=x", 3, DEFINITION_BROKEN, DEFINITION_OTHER, "", NUMBER_FIXED, 0, TYPE_NONE},
        {"#CHROM", 3, DEFINITION_BROKEN, DEFINITION_OTHER, "", NUMBER_FIXED, 0, TYPE_NONE},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct definition got;
        enum definition_problem problem = definition_read (text_of (CASES[i].line), CASES[i].minor, &got);
        cr_expect_eq (problem, CASES[i].problem, "%s: %d", CASES[i].line, (int) problem);
        cr_expect_eq (got.of, CASES[i].of, "%s", CASES[i].line);
        cr_expect (text_equal (got.id, text_of (CASES[i].id)), "%s", CASES[i].line);
        cr_expect_eq (got.number, CASES[i].number, "%s", CASES[i].line);
        cr_expect_eq (got.count, CASES[i].count, "%s", CASES[i].line);
        cr_expect_eq (got.type, CASES[i].type, "%s", CASES[i].line);
    }
}
