//  memory_test.c: what --dataset and --join take of memory over many records, as the system has measured it:
//  what the same command takes without them, --memory or 64 bytes a record, and room for their code, buffers
//  and pages of others.
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    FILES = 6,
    RECORDS = 50000,    //  a file
    BLOCK = 1000,       //  in which keys come in no order
    KIB = 1024,
    MEMORY = 4096 * KIB,
    ROOM = 10240 * KIB,
    RECORD_BYTES = 64
};

//  Each file has keys of its own, but for its first hundred records, which repeat those of the first file
//  (as they are, or every third with another city).
static void s_write (const struct workplace *place, int number)
{
    char path[512];
    snprintf (path, sizeof path, "%s/f%d.csv", place->folder, number);
    FILE *file = fopen (path, "w");
    cr_assert_not_null (file);
    fputs ("patient_id,city\n", file);
    for (int i = 0; i < RECORDS; i++) {
        int at = i - i % BLOCK + (i * 7919) % BLOCK;
        int key = i < 100 ? at : number * RECORDS + at;
        fprintf (file, "%08d,Rome %d\n", key, i < 100 && number && i % 3 == 0 ? -number : key);
    }
    cr_assert_eq (fclose (file), 0);
}

//  Bytes that dmh run with these words has taken at most; the inputs are harmonized already. A child begins
//  with what this process has, so it reads its files last.
static long s_taken (const struct workplace *place, const char *const *options)
{
    const char *words[32] = {"run",    "f0.csv", "f1.csv", "f2.csv", "f3.csv",     "f4.csv",
                             "f5.csv", "-q",     "-o",     "out",    "--skip-done"};
    size_t count = 11;
    struct rusage use;
    int status;
    while (*options)
        words[count++] = *options++;
    pid_t child = command_line_program (place, "dmh", "taken", NULL, words);
    cr_assert_eq (wait4 (child, &status, 0, &use), child);
    char *said = workplace_read (place->folder, "taken.err", NULL);
    cr_assert_eq (status, 0, "%s", said);
    free (said);
    return use.ru_maxrss * KIB;
}
#define TAKEN(PLACE, ...) s_taken (PLACE, (const char *const[]){__VA_ARGS__ __VA_OPT__ (, ) NULL})

static void s_make (struct workplace *place)
{
    workplace_make (place);
    for (int i = 0; i < FILES; i++)
        s_write (place, i);
    TAKEN (place, NULL);
}

static void s_expect (long taken, long without, long bound)
{
#ifdef DMH_SANITIZED
    (void) taken, (void) without, (void) bound;    //  its shadow is not the program's
#else
    cr_expect_leq (taken, without + bound + ROOM, "%ld bytes, %ld without, and it may take %ld", taken,
                   without, bound);
#endif
}

static char *s_export (const struct workplace *place, const char *set, const char *to, size_t *n)
{
    char folder[512];
    command_line_expect (CALL (place, "dataset", "export", set, "-o", to, "--memory", "1048576"), 0, NULL,
                         NULL);
    snprintf (folder, sizeof folder, "%s/%s/patient", place->folder, to);
    return workplace_read (folder, "records.csv", n);
}

Test (memory, of_a_data_set_is_bounded_and_its_records_are_the_same, .timeout = 600)
{
    struct workplace place;
    size_t n = 0, other_n = 0;
    s_make (&place);
    long without = TAKEN (&place, NULL);
    long small = TAKEN (&place, "--dataset", "small", "--memory", "4194304");
    s_expect (small, without, MEMORY);
    s_expect (TAKEN (&place, "--dataset", "small", "--memory", "4194304"), without, MEMORY);
    long large = TAKEN (&place, "--dataset", "large");
#ifndef DMH_SANITIZED
    cr_expect_gt (large, small + ROOM, "the set is too small to tell: %ld and %ld", large, small);
#endif
    char *few = s_export (&place, "small", "a", &n), *many = s_export (&place, "large", "b", &other_n);
    cr_assert (few && many && n == other_n && memcmp (few, many, n) == 0);
    //  5 * 100 keys of the later files are those of the first one.
    size_t lines = 0;
    for (const char *at = few; (at = strchr (at, '\n')); at++)
        lines++;
    cr_expect_eq (lines, 1 + FILES * RECORDS - (FILES - 1) * 100, "%zu", lines);
    free (few);
    free (many);
    workplace_remove (&place);
}

Test (memory, of_a_join_is_64_bytes_a_record, .timeout = 600)
{
    struct workplace place;
    s_make (&place);
    long without = TAKEN (&place, NULL);
    s_expect (TAKEN (&place, "--join"), without, (long) FILES * RECORDS * RECORD_BYTES);
    workplace_remove (&place);
}

//  Bytes that dmh run of that folder takes at most.
static long s_taken_by_folder (const struct workplace *place, const char *folder, const char *out)
{
    const char *words[] = {"run", folder, "-q", "-o", out, NULL};
    struct rusage use;
    int status;
    pid_t child = command_line_program (place, "dmh", out, NULL, words);
    cr_assert_eq (wait4 (child, &status, 0, &use), child);
    cr_assert_eq (status, 0);
    return use.ru_maxrss * KIB;
}

//  Bytes that a batch of so many files of 150,000 records each takes at most.
static long s_taken_by_large (const struct workplace *place, int count)
{
    char command[800], folder[32], out[40];
    snprintf (folder, sizeof folder, "large-%d", count);
    snprintf (out, sizeof out, "out-of-large-%d", count);
    snprintf (command, sizeof command,
              "cd '%s' && mkdir %s && awk 'BEGIN { print \"patient_id,city\"; for (i = 0; i < 150000; i++)"
              " printf \"%%08d,Rome %%d\\n\", i, i }' >%s/1.csv && "
              "for i in $(seq 2 %d); do ln %s/1.csv %s/$i.csv; done",
              place->folder, folder, folder, count, folder, folder);
    cr_assert_eq (system (command), 0, "%s", command);
    return s_taken_by_folder (place, folder, out);
}

//  What a job has taken is there for the next one, but for half a megabyte at most.
Test (memory, of_many_large_files_is_that_of_some, .timeout = 600)
{
    enum { SOME = 10, MANY = 60, LEFT_BYTES = 512 * KIB };
    struct workplace place;
    workplace_make (&place);
    long some = s_taken_by_large (&place, SOME);
    s_expect (s_taken_by_large (&place, MANY), some, (long) (MANY - SOME) * LEFT_BYTES);
    workplace_remove (&place);
}

//  Bytes that a batch of so many files of one record takes at most.
static long s_taken_by_files (const struct workplace *place, int count)
{
    char command[600], folder[32];
    snprintf (folder, sizeof folder, "in-%d", count);
    snprintf (
        command, sizeof command,
        "cd '%s' && mkdir %s && awk -v n=%d -v to=%s 'BEGIN { for (i = 0; i < n; i++) {"
        " file = to \"/\" i \".csv\"; print \"patient_id,city\\n\" i \",Rome\" >file; close (file) } }'",
        place->folder, folder, count, folder);
    cr_assert_eq (system (command), 0, "%s", command);
    char out[40];
    snprintf (out, sizeof out, "out-%d", count);
    return s_taken_by_folder (place, folder, out);
}

Test (memory, of_a_batch_is_25_kib_a_small_file, .timeout = 600)
{
    enum { FEW = 100, MANY = 2100, FILE_BYTES = 25 * KIB };
    struct workplace place;
    workplace_make (&place);
    long few = s_taken_by_files (&place, FEW);
    s_expect (s_taken_by_files (&place, MANY), few, (long) (MANY - FEW) * FILE_BYTES - ROOM);
    workplace_remove (&place);
}
