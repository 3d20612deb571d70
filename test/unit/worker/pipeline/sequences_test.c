//  sequences_test.c: FASTA through reader, harmonizers and writer: the same whatever the blocks, the letters
//  beside the table, long records that are set aside.
#include "test/support/results/local_attempt.h"

#include <criterion/criterion.h>
#include <unistd.h>
#include <zlib.h>

enum { LONG = 9 * 1000 * 1000 };    //  more than is kept in memory of a record

struct text_file {
    char *at;
    size_t n;
};

//  Some of them have a line end at each place where a block may end, some none at all.
static struct text_file s_generate (unsigned seed, const char *line_end)
{
    static const char *const ALPHABETS[] = {"ACGT", "acgtN", "ACDEFGHIKLMNPQRSTVWY"};
    static const size_t LENGTHS[] = {0, 1, 59, 60, 61, 200, 5000, 70000};
    struct text_file file = {malloc (8 * 1024 * 1024), 0};
    char *to = file.at;
    for (unsigned i = 0; i < 300; i++) {
        seed = seed * 1103515245 + 12345;
        const char *letters = ALPHABETS[seed >> 16 & 3 ? (seed >> 16) % 3 : 0];
        size_t n = LENGTHS[(seed >> 20) % 8], width = seed >> 24 & 1 ? 60 : seed >> 25 & 1 ? 7 : SIZE_MAX;
        to += sprintf (to, ">s%u of %zu%s", i % 250, n, line_end);
        for (size_t l = 0; l < n; l++) {
            seed = seed * 1103515245 + 12345;
            *to++ = letters[(seed >> 16) % strlen (letters)];
            if (n == 5000 && l == 4321 && i % 3 == 0)
                *to++ = '?';
            if (l + 1 == n || (l + 1) % width == 0)
                to += sprintf (to, "%s", line_end);
        }
        if (i % 7 == 0)
            to += sprintf (to, "%s", line_end);
    }
    *to = 0;
    file.n = (size_t) (to - file.at);
    return file;
}

static const char *const FILES[] = {"records.csv",          "records.fasta.gz", "records.fasta.gz.fai",
                                    "records.fasta.gz.gzi", "rejects.csv",      "audit.ndjson"};
enum { FILE_COUNT = sizeof FILES / sizeof *FILES };

static void s_read (const struct local_attempt *got, struct text_file files[FILE_COUNT])
{
    for (size_t f = 0; f < FILE_COUNT; f++) {
        files[f].at = workplace_read (got->folder, FILES[f], &files[f].n);
        cr_assert_not_null (files[f].at, "%s", FILES[f]);
    }
}

static void s_free (struct text_file files[FILE_COUNT])
{
    for (size_t f = 0; f < FILE_COUNT; f++)
        free (files[f].at);
}

Test (sequences, come_out_the_same_whatever_the_size_of_a_block)
{
    static const uint64_t BLOCKS[] = {1021, 4096, 65536, 16 * 1024 * 1024};
    static const char *const ENDS[] = {"\n", "\r\n", "\r"};
    struct workplace place;
    struct text_file whole[FILE_COUNT], parts[FILE_COUNT];
    workplace_make (&place);
    for (size_t e = 0; e < 3; e++) {
        struct text_file input = s_generate (7, ENDS[e]);
        workplace_write (&place, "in.fa", input.at, input.n);
        for (size_t b = sizeof BLOCKS / sizeof *BLOCKS; b-- > 0;) {
            struct options options = {.block_bytes = BLOCKS[b]};
            struct local_attempt got = local_attempt_run (&place, "in.fa", &options, 1 + b % 3);
            cr_assert (got.done, "%s", got.error.text);
            cr_assert_str_eq (got.kind, "sequence");
            cr_assert_eq (got.counts.read, 300);
            cr_assert_gt (got.counts.conflicts, 20);
            cr_assert_gt (got.counts.rejected, 3);
            s_read (&got, b + 1 == sizeof BLOCKS / sizeof *BLOCKS ? whole : parts);
            if (b + 1 == sizeof BLOCKS / sizeof *BLOCKS)
                continue;
            for (size_t f = 0; f < FILE_COUNT; f++)
                cr_assert (whole[f].n == parts[f].n && memcmp (whole[f].at, parts[f].at, whole[f].n) == 0,
                           "%s in blocks of %d", FILES[f], (int) BLOCKS[b]);
            s_free (parts);
        }
        s_free (whole);
        free (input.at);
    }
    workplace_remove (&place);
}

static char *s_letters (const char *folder, size_t *n)
{
    char path[1024];
    snprintf (path, sizeof path, "%s/records.fasta.gz", folder);
    gzFile file = gzopen (path, "rb");
    cr_assert_not_null (file);
    char *text = malloc (64 * 1024 * 1024);
    int got = gzread (file, text, 64 * 1024 * 1024 - 1);
    cr_assert_geq (got, 0);
    cr_assert_eq (gzclose (file), Z_OK);
    text[got] = 0;
    *n = (size_t) got;
    return text;
}

static void s_expect_letters (struct workplace *place, const char *input, const char *letters,
                              const char *fai)
{
    struct options options = {.block_bytes = 4096};
    size_t n;
    workplace_write (place, "in.fa", input, strlen (input));
    struct local_attempt got = local_attempt_run (place, "in.fa", &options, 2);
    cr_assert (got.done, "%s", got.error.text);
    char *text = s_letters (got.folder, &n),
         *index = workplace_read (got.folder, "records.fasta.gz.fai", NULL);
    cr_expect_str_eq (text, letters);
    cr_expect_str_eq (index, fai);
    free (text);
    free (index);
}

//  Offsets and lengths are counted by hand.
Test (sequences, letters_stand_beside_the_table_in_upper_case_and_lines_of_sixty_with_an_index)
{
    struct workplace place;
    workplace_make (&place);
    s_expect_letters (
        &place, ">a  first one \nacgt\nAC GT-*\n>none\n>b\nT\n>a again\nACGTACGT-*\n>a other\nA\n>c?\nA?\n",
        ">a first one\nACGTACGT-*\n>b\nT\n", "a\t10\t13\t10\t11\nb\t1\t27\t1\t2\n");
    s_expect_letters (&place,
                      ">sp|P1|X\nMVHLTPEEKSAVTALWGKVNVDEVGGEALGRLLVVYPWTQRFFESFGDLSTPDAVMGNPKVKAHGKKV",
                      ">P1\nMVHLTPEEKSAVTALWGKVNVDEVGGEALGRLLVVYPWTQRFFESFGDLSTPDAVMGNPK\nVKAHGKKV\n",
                      "P1\t68\t4\t60\t61\n");
    s_expect_letters (&place, ">\n", "", "");
    workplace_remove (&place);
}

//  Of two sequences of one name, each many blocks long, one is written and the other stands in rejects.csv as
//  it was.
Test (sequences, longer_than_is_kept_in_memory_are_written_or_set_aside_whole)
{
    struct workplace place;
    workplace_make (&place);
    char *input = malloc (2 * LONG + 64), *to = input;
    for (int i = 0; i < 2; i++) {
        to += sprintf (to, ">long\n");
        for (int l = 0; l < LONG; l++)
            *to++ = l % 61 == 60 ? '\n' : "ACGT"[(l * 7 + i * (l > 5000000)) & 3];
        *to++ = '\n';
    }
    workplace_write (&place, "in.fa", input, (size_t) (to - input));
    struct options options = {.block_bytes = 65536};
    struct local_attempt got = local_attempt_run (&place, "in.fa", &options, 2);
    cr_assert (got.done, "%s", got.error.text);
    cr_assert_eq (got.counts.written, 1);
    cr_assert_eq (got.counts.conflicts, 1);
    size_t n, record = (size_t) (to - input) / 2;
    char *letters = s_letters (got.folder, &n), *rejects = workplace_read (got.folder, "rejects.csv", NULL);
    cr_expect (n == record && memcmp (letters, input, n) == 0, "%zu of %zu bytes", n, record);
    char *raw = strstr (rejects, ">long");
    cr_assert_not_null (raw);
    cr_expect_eq (memcmp (raw, input + record, record - 1), 0);
    cr_expect_eq (strncmp (raw + record - 1, "\",\n", 4), 0);
    free (rejects);
    free (letters);
    free (input);
    workplace_remove (&place);
}

Test (sequences, of_the_last_one_of_a_name_the_letters_are_those_that_stand)
{
    struct workplace place;
    struct options options = {.on_conflict = "last"};
    size_t n;
    workplace_make (&place);
    const char input[] = ">a\nAAAA\n>b\nCCCC\n>a\nGGGG\n";
    workplace_write (&place, "in.fa", input, sizeof input - 1);
    struct local_attempt got = local_attempt_run (&place, "in.fa", &options, 2);
    cr_assert (got.done, "%s", got.error.text);
    char *letters = s_letters (got.folder, &n);
    cr_expect_str_eq (letters, ">b\nCCCC\n>a\nGGGG\n");
    free (letters);
    workplace_remove (&place);
}

//  Nothing is lost: what has no place there is set aside.
Test (sequences, as_fasta_are_their_letters_alone_and_one_without_a_letter_is_rejected)
{
    struct workplace place;
    struct options options = {.format = "fasta"};
    size_t n;
    workplace_make (&place);
    const char input[] = ">a one\nACGT\n>none\n>a\nacgt\n>b\nTT\n";
    workplace_write (&place, "in.fa", input, sizeof input - 1);
    struct local_attempt got = local_attempt_run (&place, "in.fa", &options, 2);
    cr_assert (got.done, "%s", got.error.text);
    cr_expect_eq (got.counts.written, 2);
    cr_expect_eq (got.counts.duplicates, 1);
    cr_expect_eq (got.counts.rejected, 1);
    char *letters = s_letters (got.folder, &n), *rejects = workplace_read (got.folder, "rejects.csv", NULL);
    cr_expect_str_eq (letters, ">a one\nACGT\n>b\nTT\n");
    cr_expect_not_null (strstr (rejects,
                                "\n2,3,rejected,sequence.empty,,the record names a sequence without a letter,"
                                ">none,\n"));
    cr_expect_null (workplace_read (got.folder, "records.csv", NULL));
    free (rejects);
    free (letters);
    workplace_remove (&place);
}

Test (sequences, are_the_only_kind_of_fasta_and_of_nothing_else)
{
    static const struct {
        const char *text, *kind, *says;
    } CASES[] = {
        {">a\nACGT\n", "patient", "is FASTA, which is read as sequence, not as patient"},
        {"sequence_id,md5\n1,2\n", "sequence",
         "is csv, and records of the kind sequence come from fasta alone"},
        {"sequence_id,md5,length\n1,2,3\n", "", "no kind of record"},
    };
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct options options = {.format = ""};
        snprintf (options.kind, sizeof options.kind, "%s", CASES[i].kind);
        workplace_write (&place, "in", CASES[i].text, strlen (CASES[i].text));
        struct local_attempt got = local_attempt_run (&place, "in", &options, 1);
        cr_assert_not (got.done);
        cr_expect_not_null (strstr (got.error.text, CASES[i].says), "%s", got.error.text);
    }
    workplace_remove (&place);
}
