//  samtools_test.c: what samtools says of FASTA and of the letters that dmh writes: the same names, lengths,
//  digests and indexes.
#define _GNU_SOURCE
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>

//  Whether there is one to ask.
static bool s_is_there (void)
{
    if (system ("command -v samtools >/dev/null") == 0)
        return true;
    fprintf (stderr, "SKIP: samtools is not installed (make deps-test)\n");
    return false;
}

static void s_shell (const struct workplace *place, const char *words)
{
    char *command = NULL;
    cr_assert_gt (asprintf (&command, "cd '%s' && { %s; } 2>said", place->folder, words), 0);
    if (system (command) != 0) {
        char *said = workplace_read (place->folder, "said", NULL);
        cr_assert_fail ("%s: %s", words, said ? said : "");
    }
    free (command);
}

//  Sequences of every length around those of lines and blocks, some of many blocks, wrapped or not.
static void s_generate (const struct workplace *place, const char *line_end)
{
    static const int LENGTHS[] = {1, 59, 60, 61, 65279, 65280, 65281, 300000, 7};
    char path[512];
    snprintf (path, sizeof path, "%s/in.fa", place->folder);
    FILE *file = fopen (path, "w");
    unsigned seed = 11;
    cr_assert_not_null (file);
    for (int i = 0; i < 90; i++) {
        int n = LENGTHS[i % 9], width = i % 4 ? 60 + i % 3 * 10 : n;
        const char *letters = i % 5 ? "ACGTacgtNRYK" : "ACDEFGHIKLMNPQRSTVWY*";
        fprintf (file, ">seq%d number %d%s", i, i, line_end);
        for (int l = 0; l < n; l++) {
            seed = seed * 1103515245 + 12345;
            putc (letters[(seed >> 16) % strlen (letters)], file);
            if ((l + 1) % width == 0 || l + 1 == n)
                fputs (line_end, file);
        }
    }
    cr_assert_eq (fclose (file), 0);
}

static void s_run_with (const struct workplace *place, const char *input, const char *out, const char *more)
{
    char from[512], to[512], *said = NULL;
    snprintf (from, sizeof from, "%s/%s", place->folder, input);
    snprintf (to, sizeof to, "%s/%s", place->folder, out);
    const char *const words[] = {"dmh",           "run",   from,      "-o", to,
                                 "--block-bytes", "65536", "--quiet", more, NULL};
    cr_assert_eq (process_run (place, words, &said), 0, "%s", said);
    free (said);
}

static void s_run (const struct workplace *place, const char *input, const char *out)
{
    s_run_with (place, input, out, NULL);
}

//  The names, lengths and MD5 of samtools dict, against those of the table.
static void s_compare (const struct workplace *place, const char *out)
{
    char words[1024];
    snprintf (words, sizeof words,
              "samtools dict in.fa | sed -n "
              "'s/^@SQ.SN:\\([^\\t]*\\).LN:\\([0-9]*\\).M5:\\([0-9a-f]*\\).*/\\1,\\2,\\3/p' "
              ">dict && cut -d, -f1,4,7 %s/records.csv | sed 1d >table && test -s dict && cmp dict table",
              out);
    s_shell (place, words);
}

Test (samtools, has_the_same_names_lengths_and_digests, .timeout = 120)
{
    struct workplace place;
    if (!s_is_there ())
        return;
    workplace_make (&place);
    s_generate (&place, "\n");
    s_run (&place, "in.fa", "unix");
    s_compare (&place, "unix/in");
    s_shell (&place, "gzip -c in.fa >packed.fa.gz");
    s_run (&place, "packed.fa.gz", "gzip");
    s_compare (&place, "gzip/packed");
    s_generate (&place, "\r\n");
    s_run (&place, "in.fa", "dos");
    s_compare (&place, "dos/in");
    workplace_remove (&place);
}

Test (samtools, makes_the_same_indexes_of_the_letters_and_finds_a_part_by_ours, .timeout = 120)
{
    struct workplace place;
    if (!s_is_there ())
        return;
    workplace_make (&place);
    s_generate (&place, "\n");
    s_run (&place, "in.fa", "out");
    s_shell (&place,
             "samtools faidx out/in/records.fasta.gz seq7:299900-299999 | sed 1d | tr -d '\\n' >part && "
             "samtools faidx in.fa seq7:299900-299999 | sed 1d | tr -d '\\n' | tr a-z A-Z >wanted && "
             "test -s wanted && cmp part wanted");
    s_shell (&place,
             "mkdir again && cp out/in/records.fasta.gz again && samtools faidx again/records.fasta.gz && "
             "cmp again/records.fasta.gz.fai out/in/records.fasta.gz.fai && "
             "cmp again/records.fasta.gz.gzi out/in/records.fasta.gz.gzi && "
             "gzip -t out/in/records.fasta.gz");
    workplace_remove (&place);
}

Test (samtools, finds_letters_in_the_case_that_they_have_where_that_is_kept, .timeout = 120)
{
    struct workplace place;
    if (!s_is_there ())
        return;
    workplace_make (&place);
    s_generate (&place, "\r\n");
    s_run (&place, "in.fa", "upper");
    s_run_with (&place, "in.fa", "kept", "--keep-case");
    s_compare (&place, "kept/in");
    s_shell (&place, "samtools faidx kept/in/records.fasta.gz seq7 | sed 1d | tr -d '\\n' >whole && "
                     "samtools faidx in.fa seq7 | sed 1d | tr -d '\\n' >wanted && "
                     "grep -q [acgt] wanted && cmp whole wanted && "
                     "cmp kept/in/records.csv upper/in/records.csv && "
                     "cmp kept/in/records.fasta.gz.fai upper/in/records.fasta.gz.fai");
    char folder[512], *said = NULL;
    snprintf (folder, sizeof folder, "%s/kept/in", place.folder);
    const char *const verify[] = {"dmh", "verify", folder, NULL};
    cr_expect_eq (process_run (&place, verify, &said), 0, "%s", said);
    free (said);
    workplace_remove (&place);
}
