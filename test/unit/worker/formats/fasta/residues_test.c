//  What the letters of a sequence come to. Digests are those that the standards publish.
#include "worker/formats/fasta/residues.h"

#include <criterion/criterion.h>
#include <string.h>

static struct residue_facts s_facts (const char *letters, size_t step, enum residue_sort header,
                                     enum residue_sort file)
{
    struct residue_facts facts;
    residues_t *residues = residues_new ();
    cr_assert (residues);
    residues_begin (residues);
    residues_feed (residues, "stays of no", 11);
    residues_begin (residues);
    for (size_t at = 0, n = strlen (letters); at < n; at += step)
        residues_feed (residues, letters + at, n - at < step ? n - at : step);
    residues_end (residues, header, file, &facts);
    residues_destroy (&residues);
    return facts;
}

static struct residue_facts s_of (const char *letters)
{
    return s_facts (letters, SIZE_MAX, RESIDUES_ANY, RESIDUES_ANY);
}

//  RFC 1321 for MD5 of nothing and of an alphabet in upper case; GA4GH's refget and VRS pages for sha512t24u
//  of nothing and of ACGT; SAM's specification (1.3.2) for the M5 of a sequence with spaces, lower case,
//  points and digits.
Test (residues, has_the_digests_that_SAM_and_refget_publish)
{
    cr_expect_str_eq (s_of ("").md5, "d41d8cd98f00b204e9800998ecf8427e");
    cr_expect_str_eq (s_of ("").ga4gh_sq, "SQ.z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXc");
    cr_expect_str_eq (s_of ("ACGT").ga4gh_sq, "SQ.aKF498dAxcJAqme6QYQ7EZ07-fiw8Kw2");
    cr_expect_str_eq (s_of ("ac gt\r\n").ga4gh_sq, "SQ.aKF498dAxcJAqme6QYQ7EZ07-fiw8Kw2");
    cr_expect_str_eq (s_of ("ACGT").md5, "f1f8f4bf413b16ad135722aa4591043e");
    cr_expect_str_eq (s_of ("ACGT ACGT ACGT\nacgt acgt acgt\n... 12345!!!\n").md5,
                      "dfabdbb36e239a6da88957841f32b8e4");
}

Test (residues, counts_what_a_sequence_is_made_of)
{
    static const struct {
        const char *letters;
        enum alphabet alphabet;
        uint64_t length, gc, acgt, ambiguous;
    } CASES[] = {
        {"", ALPHABET_NONE, 0, 0, 0, 0},
        {"-*.", ALPHABET_NONE, 3, 0, 0, 0},
        {"ACGT", ALPHABET_DNA, 4, 2, 4, 0},
        {"acg\nu", ALPHABET_RNA, 4, 2, 4, 0},
        {"ACGTRYKMSWBDHVN", ALPHABET_DNA, 15, 2, 4, 11},
        {"ACGURYKMSWBDHVN", ALPHABET_RNA, 15, 2, 4, 11},
        {"NNNN--NN", ALPHABET_DNA, 8, 0, 0, 6},
        {"ACGTACGTACGTACGTACXX", ALPHABET_DNA, 20, 9, 18, 2},
        {"MVLSPADKTNVKAAWGKVGA*", ALPHABET_PROTEIN, 21, 0, 0, 0},
        {"MVLBZXJUO", ALPHABET_PROTEIN, 9, 0, 0, 4},
        {"XXXX", ALPHABET_PROTEIN, 4, 0, 0, 4},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct residue_facts facts = s_of (CASES[i].letters);
        cr_expect_eq (facts.alphabet, CASES[i].alphabet, "%s: %s", CASES[i].letters,
                      alphabet_name (facts.alphabet));
        cr_expect_eq (facts.length, CASES[i].length, "%s", CASES[i].letters);
        cr_expect_eq (facts.gc, CASES[i].gc, "%s", CASES[i].letters);
        cr_expect_eq (facts.acgt, CASES[i].acgt, "%s", CASES[i].letters);
        cr_expect_eq (facts.ambiguous, CASES[i].ambiguous, "%s", CASES[i].letters);
        cr_expect_not (facts.bad, "%s", CASES[i].letters);
    }
}

//  Letters that both have are what the header says, then what the file's others are, then bases.
Test (residues, are_what_header_and_file_say_where_the_letters_do_not)
{
    cr_expect_eq (s_facts ("MKVTSRYDGNHWACK", 99, RESIDUES_ANY, RESIDUES_ANY).alphabet, ALPHABET_DNA);
    cr_expect_eq (s_facts ("MKVTSRYDGNHWACK", 99, RESIDUES_ANY, RESIDUES_PROTEIN).alphabet, ALPHABET_PROTEIN);
    cr_expect_eq (s_facts ("MKVTSRYDGNHWACK", 99, RESIDUES_PROTEIN, RESIDUES_ANY).alphabet, ALPHABET_PROTEIN);
    cr_expect_eq (s_facts ("GAGA", 99, RESIDUES_PROTEIN, RESIDUES_NUCLEIC).alphabet, ALPHABET_PROTEIN);
    cr_expect_eq (s_facts ("GAGA", 99, RESIDUES_ANY, RESIDUES_PROTEIN).alphabet, ALPHABET_PROTEIN);
    cr_expect_eq (s_facts ("ACGTACGTACGTACGT", 99, RESIDUES_ANY, RESIDUES_PROTEIN).alphabet, ALPHABET_DNA);
    cr_expect_eq (s_facts ("MVLSPADKTNVKAAW", 99, RESIDUES_NUCLEIC, RESIDUES_NUCLEIC).alphabet,
                  ALPHABET_PROTEIN);
}

Test (residues, names_line_and_column_of_the_first_bad_byte_whatever_the_pieces)
{
    static const struct {
        const char *letters;
        uint64_t line, column;
        unsigned char byte;
    } CASES[] = {
        {"AC1T", 0, 3, '1'},
        {"ACGT\nAC?T\n!", 1, 3, '?'},
        {"ACGT\r\nACGT\r\nA@", 2, 2, '@'},
        {"ACGT\rACGT\rA@", 2, 2, '@'},
        {"\n\nAC>T", 2, 3, '>'},
        {"ACGTACGTACGT\nACGTEACGT\nAC1", 1, 5, 'E'},
        {"AC1\nACGTACGTACGTACGT\nACGTEACGT", 0, 3, '1'},
        {"MVLSP\nAD\xc3\xa4KT", 1, 3, 0xc3},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (size_t step = 1; step < 32; step++) {
            struct residue_facts facts = s_facts (CASES[i].letters, step, RESIDUES_ANY, RESIDUES_ANY);
            cr_assert (facts.bad, "%s in %zu", CASES[i].letters, step);
            cr_assert_eq (facts.first_bad.line, CASES[i].line, "%s in %zu", CASES[i].letters, step);
            cr_assert_eq (facts.first_bad.column, CASES[i].column, "%s in %zu", CASES[i].letters, step);
            cr_assert_eq (facts.first_bad.byte, CASES[i].byte, "%s in %zu", CASES[i].letters, step);
            cr_assert_str_eq (facts.ga4gh_sq, "");
        }
}
