//  letters_test.c: dmh verify reads the letters of sequences again: they are those of the table, and of the
//  input, whoever has made all sums anew.
#include "test/support/processes/command_line.h"
#include "test/support/results/resealed_result.h"

#include <criterion/criterion.h>
#include <zlib.h>

static const char INPUT[] = ">a one\nACGT\nAC\n>none\n>sp|P1|X\nMVHLTPEEKS*\n>a\nAcGTac\n>bad\nA1\n";

//  Puts other letters in place of those in the result, under sums that are right.
static void s_forge (const char *folder, const char *letters)
{
    char path[600];
    snprintf (path, sizeof path, "%s/records.fasta.gz", folder);
    gzFile file = gzopen (path, "wb");
    cr_assert (file && gzputs (file, letters) == (int) strlen (letters) && gzclose (file) == Z_OK);
    resealed_hashes (folder);
}

static void s_expect (const char *format, const char *said)
{
    static const char *const FORGED[] = {
        ">a one\nACGTAG\n>P1\nMVHLTPEEKS*\n",                //  another letter
        ">a one\nACGTAC\n>P2\nMVHLTPEEKS*\n",                //  another name
        ">a one\nACGTAC\n",                                  //  one is missing
        ">a one\nACGTAC\n>P1\nMVHLTPEEKS*\n>more\nACGT\n"    //  one is too many
    };
    struct workplace place;
    char folder[512];
    workplace_make (&place);
    command_line_write (&place, "in.fa", INPUT);
    command_line_expect (CALL (&place, "run", "in.fa", "--quiet", "--format", format), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/in", place.folder);
    command_line_expect (CALL (&place, "verify", "in", "--input", "in.fa"), 0, "were found again", NULL);
    for (size_t i = 0; i < sizeof FORGED / sizeof *FORGED; i++) {
        s_forge (folder, FORGED[i]);
        command_line_expect (CALL (&place, "verify", "in", "--input", "in.fa"), 1, NULL, said);
    }
    s_forge (folder, ">a one\nACGTAC\n>P1\nMVHLTPEEKS*\n");
    command_line_expect (CALL (&place, "verify", "in", "--input", "in.fa"), 0, "were found again", NULL);
    workplace_remove (&place);
}

Test (letters, beside_a_table_are_those_that_it_tells_of, .timeout = 120)
{
    s_expect ("csv", "records.fasta.gz");
    s_expect ("sqlite", "records.fasta.gz");
}

Test (letters, without_a_table_are_those_of_the_input, .timeout = 120)
{
    s_expect ("fasta", "in");
}
