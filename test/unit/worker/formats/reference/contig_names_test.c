//  Names of contigs by the assembly of the file. Lengths and accessions are those of NCBI's assembly reports.
#include "worker/formats/reference/contig_names.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { CONTIGS_MAX = 3 };

struct file {
    struct named_contig contigs[CONTIGS_MAX];
    size_t count;
    const char *reference;
    enum contig_style style;
    const char *assembly, *becomes_style;
    const char *from[4], *to[4];
};

#define CHR1_38                                                                                              \
    {                                                                                                        \
        {"chr1", 4}, 248956422                                                                               \
    }
#define CHR1_37                                                                                              \
    {                                                                                                        \
        {"chr1", 4}, 249250621                                                                               \
    }

Test (contig_names, are_of_the_style_of_the_file_or_of_the_one_that_is_wanted)
{
    static const struct file FILES[] = {
        //  As the file has them.
        {{CHR1_38, {{"chr2", 4}, 242193529}},
         2,
         "",
         STYLE_KEPT,
         "GRCh38",
         "chr",
         {"chr1", "1", "NC_000001.11", "MT"},
         {"chr1", "chr1", "chr1", "chrM"}},
        {{{{"1", 1}, 249250621}},
         1,
         "",
         STYLE_KEPT,
         "GRCh37",
         "plain",
         {"chr1", "X", "NC_000023.10", "chrM"},
         {"1", "X", "X", "MT"}},
        {{{{"NC_060925.1", 11}, 248387328}},
         1,
         "",
         STYLE_KEPT,
         "T2T-CHM13v2.0",
         "refseq",
         {"chr22", "CP068277.2", "chrM"},
         {"NC_060946.1", "NC_060925.1", "chrM"}},
        //  As is wanted.
        {{CHR1_38},
         1,
         "",
         STYLE_REFSEQ,
         "GRCh38",
         "refseq",
         {"chr1", "chrX", "M", "chrUn_KI270302v1"},
         {"NC_000001.11", "NC_000023.11", "NC_012920.1", "chrUn_KI270302v1"}},
        {{CHR1_37}, 1, "", STYLE_GENBANK, "GRCh37", "genbank", {"chr1", "chrMT"}, {"CM000663.1", "J01415.2"}},
        {{CHR1_38}, 1, "", STYLE_PLAIN, "GRCh38", "plain", {"chr1", "chrM", "CM000685.2"}, {"1", "MT", "X"}},
        //  The reference tells where no length does.
        {{{{"chr1", 4}, 0}},
         1,
         "file:///x/hg19.fa",
         STYLE_REFSEQ,
         "GRCh37",
         "refseq",
         {"chr1"},
         {"NC_000001.10"}},
        {{{{"1", 1}, 0}}, 1, "GRCh38_full_analysis_set.fa", STYLE_CHR, "GRCh38", "chr", {"1"}, {"chr1"}},
        //  An accession tells by itself.
        {{{{"NC_000001.10", 12}, 0}}, 1, "", STYLE_CHR, "GRCh37", "chr", {"NC_000002.11"}, {"chr2"}},
        {{{{"a", 1}, 0}},
         0,
         "",
         STYLE_CHR,
         NULL,
         "chr",
         {"NC_000001.11", "CM000663.1", "1"},
         {"chr1", "chr1", "1"}},
        //  Nothing tells.
        {{{{"1", 1}, 1000}}, 1, "", STYLE_CHR, NULL, "chr", {"1", "chr1"}, {"1", "chr1"}},
        {{{{"1", 1}, 1000}}, 1, "mine.fa", STYLE_KEPT, NULL, "", {"1", "chr1"}, {"1", "chr1"}},
        {{{{"MT", 2}, 16569}}, 1, "", STYLE_CHR, NULL, "chr", {"MT"}, {"MT"}},
        //  hg19's chrM is not the mitochondrion of GRCh37.
        {{CHR1_37, {{"chrM", 4}, 16571}},
         2,
         "",
         STYLE_PLAIN,
         "GRCh37",
         "plain",
         {"chrM", "chr1"},
         {"chrM", "1"}},
    };
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        const struct file *file = &FILES[i];
        contig_names_t *names =
            contig_names_new (file->contigs, file->count, text_of (file->reference), file->style);
        cr_assert_not_null (names);
        const char *assembly = contig_names_assembly (names);
        cr_expect (!assembly == !file->assembly && (!assembly || strcmp (assembly, file->assembly) == 0),
                   "file %zu: %s", i, assembly ? assembly : "none");
        cr_expect_str_eq (contig_names_style (names), file->becomes_style, "file %zu", i);
        for (size_t n = 0; n < 4 && file->from[n]; n++) {
            struct text got = contig_names_find (names, text_of (file->from[n]));
            cr_expect (text_equal (got, text_of (file->to[n])), "file %zu: %s became %.*s", i, file->from[n],
                       (int) got.n, got.at);
        }
        contig_names_destroy (&names);
    }
}

Test (contig_names, know_their_styles_by_words)
{
    enum contig_style style;
    cr_expect (contig_style_of ("refseq", &style) && style == STYLE_REFSEQ);
    cr_expect (contig_style_of ("", &style) && style == STYLE_KEPT);
    cr_expect (!contig_style_of ("ucsc", &style));
}
