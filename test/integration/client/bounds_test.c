//  bounds_test.c: what a small or hostile file may make of itself: output, unpacked input, what standard
//  input leaves on the disk, and memory. Each limit ends the job with a sentence that names its option.
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <zlib.h>

enum { ROWS = 20000, KEYS = 19000, RECORDS = 6000 };

//  `head`, then rows of one value, which are rejected: of two bytes each, a hundred and more of output.
static char *s_rows (const char *head, size_t *n)
{
    char *text = malloc (strlen (head) + 2 * ROWS + 1), *to = stpcpy (text, head);
    cr_assert_not_null (text);
    for (size_t i = 0; i < ROWS; i++)
        to = stpcpy (to, "x\n");
    *n = (size_t) (to - text);
    return text;
}

static const char HEAD[] = "patient_id,test_code,value\n1,GLU,5\n";

static void s_write_packed (const struct workplace *place, const char *name, const char *text, size_t n)
{
    uLongf room = compressBound (n) + 64;
    unsigned char *out = malloc (room);
    cr_assert_not_null (out);
    z_stream stream = {.next_in = (unsigned char *) (uintptr_t) text, .avail_in = (unsigned) n};
    stream.next_out = out;
    stream.avail_out = (unsigned) room;
    cr_assert_eq (deflateInit2 (&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    cr_assert_eq (deflate (&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd (&stream);
    workplace_write (place, name, out, stream.total_out);
    free (out);
}

Test (bounds, output_is_records_rejects_and_audit_and_has_a_limit, .timeout = 120)
{
    struct workplace place;
    size_t n;
    char *text = s_rows (HEAD, &n);
    workplace_make (&place);
    workplace_write (&place, "a.csv", text, n);
    command_line_expect (CALL (&place, "run", "a.csv", "-o", "out", "--output-bytes", "1000000", "--quiet"),
                         1, NULL,
                         "a.csv makes more than 1000000 bytes of records, rejects and audit; --output-bytes "
                         "allows more");
    command_line_expect (CALL (&place, "run", "a.csv", "-o", "out", "--output-bytes", "1000000", "--json"), 1,
                         "\"code\":\"too_large\"", NULL);
    command_line_expect (CALL (&place, "run", "a.csv", "-o", "out", "--quiet"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "verify", "out/a"), 0, NULL, NULL);
    free (text);
    workplace_remove (&place);
}

//  To the byte: what a result has is a limit that holds it, one less is not.
Test (bounds, the_limit_of_output_is_exact_whatever_the_threads_and_blocks, .timeout = 120)
{
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson"};
    static const char *const WAYS[][2] = {{"1", "4096"}, {"3", "65536"}};
    struct workplace place;
    char folder[512], enough[32], less[32];
    size_t n, total = 0;
    char *text = s_rows (HEAD, &n);
    workplace_make (&place);
    workplace_write (&place, "a.csv", text, n);
    command_line_expect (CALL (&place, "run", "a.csv", "-o", "out", "--quiet"), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/out/a", place.folder);
    for (size_t i = 0; i < 3; i++) {
        size_t bytes = 0;
        free (workplace_read (folder, FILES[i], &bytes));
        total += bytes;
    }
    snprintf (enough, sizeof enough, "%zu", total);
    snprintf (less, sizeof less, "%zu", total - 1);
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
        command_line_expect (CALL (&place, "run", "a.csv", "-o", "out", "--quiet", "--threads", WAYS[i][0],
                                   "--block-bytes", WAYS[i][1], "--output-bytes", enough),
                             0, NULL, NULL);
        command_line_expect (CALL (&place, "run", "a.csv", "-o", "out", "--quiet", "--threads", WAYS[i][0],
                                   "--block-bytes", WAYS[i][1], "--output-bytes", less),
                             1, NULL, "--output-bytes allows more");
    }
    free (text);
    workplace_remove (&place);
}

Test (bounds, what_a_compressed_input_unpacks_to_has_a_limit, .timeout = 120)
{
    struct workplace place;
    char limit[32], less[32];
    size_t n;
    char *text = s_rows (HEAD, &n);
    workplace_make (&place);
    s_write_packed (&place, "a.csv.gz", text, n);
    snprintf (limit, sizeof limit, "%zu", n);
    snprintf (less, sizeof less, "%zu", n - 1);
    command_line_expect (CALL (&place, "run", "a.csv.gz", "-o", "out", "--quiet", "--unpacked-bytes", limit),
                         0, NULL, NULL);
    command_line_expect (CALL (&place, "run", "a.csv.gz", "-o", "out", "--quiet", "--unpacked-bytes", less),
                         1, NULL, "--unpacked-bytes allows more");
    command_line_expect (CALL (&place, "inspect", "a.csv.gz", "--unpacked-bytes", "100"), 1, NULL,
                         "unpacked more than 100; --unpacked-bytes allows more");
    free (text);
    workplace_remove (&place);
}

//  In the folder of temporary files.
static size_t s_count (const char *folder)
{
    size_t count = 0;
    DIR *directory = opendir (folder);
    cr_assert_not_null (directory);
    for (struct dirent *entry; (entry = readdir (directory));)
        count += entry->d_name[0] != '.';
    closedir (directory);
    return count;
}

Test (bounds, standard_input_is_kept_up_to_a_limit_and_what_is_beyond_leaves_nothing, .timeout = 120)
{
    static const char *const COMMANDS[] = {"run", "submit", "inspect"};
    struct workplace place;
    char in[512], temporary[512];
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    snprintf (in, sizeof in, "%s/a.csv", place.folder);
    snprintf (temporary, sizeof temporary, "%s/tmp", place.folder);
    cr_assert_eq (mkdir (temporary, 0700), 0);
    setenv ("TMPDIR", temporary, 1);
    for (size_t i = 0; i < sizeof COMMANDS / sizeof *COMMANDS; i++) {
        command_line_expect (
            command_line_run (&place, in,
                              (const char *const[]){COMMANDS[i], "-", "--stdin-bytes", "100", NULL}),
            1, NULL, "standard input has more than 100 bytes");
        cr_expect_eq (s_count (temporary), 0, "%s left something", COMMANDS[i]);
    }
    char size[32];
    snprintf (size, sizeof size, "%zu", strlen (COMMAND_LINE_PATIENTS));
    command_line_expect (command_line_run (&place, in,
                                           (const char *const[]){"run", "-", "-o", "out", "--quiet",
                                                                 "--stdin-bytes", size, NULL}),
                         0, NULL, NULL);
    workplace_remove (&place);
}

Test (bounds, a_worker_has_the_last_word, .timeout = 120)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    size_t n;
    char *text = s_rows (HEAD, &n), *output = NULL;
    workplace_make (&place);
    workplace_write (&place, "a.csv", text, n);
    s_write_packed (&place, "b.csv.gz", text, n);
    servers_start_broker (&servers, false);
    const char *worker[] = {"dmh-worker",     "--broker", servers.back,       "--results", "results",
                            "--output-bytes", "100000",   "--unpacked-bytes", "20000",     NULL};
    servers.workers[0] = process_start (&place, "worker.log", worker);
    cr_expect_eq (servers_dmh (&servers,
                               (const char *const[]){"dmh", "submit", "--wait", "a.csv", "--output-bytes",
                                                     "1000000000", NULL},
                               &output),
                  1);
    cr_expect (strstr (output, "a.csv makes more than 100000 bytes") &&
                   strstr (output, "its worker allows no more (--output-bytes of dmh-worker)"),
               "%s", output);
    free (output);
    cr_expect_eq (
        servers_dmh (&servers, (const char *const[]){"dmh", "submit", "--wait", "b.csv.gz", NULL}, &output),
        1);
    cr_expect (strstr (output, "its worker allows no more (--unpacked-bytes of dmh-worker)"), "%s", output);
    free (output);
    servers_stop (&servers);
    free (text);
    workplace_remove (&place);
}

//  The first record has 19,000 keys, the others one, and all of them are written as wide as the first: what
//  made gigabytes of half a megabyte in memory.
Test (bounds, a_few_records_of_many_columns_need_no_more_memory_than_others, .timeout = 300)
{
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
    printf ("SKIP: a sanitizer has an allocator of its own\n");
#else
    struct workplace place;
    struct rusage used;
    char *text = malloc (KEYS * 16 + RECORDS * 32), *to = text;
    cr_assert_not_null (text);
    to += sprintf (to, "{\"patient_id\":\"p\"");
    for (int i = 0; i < KEYS; i++)
        to += sprintf (to, ",\"k%d\":1", i);
    to = stpcpy (to, "}\n");
    for (int i = 0; i < RECORDS; i++)
        to += sprintf (to, "{\"patient_id\":\"%d\"}\n", i);
    workplace_make (&place);
    workplace_write (&place, "a.ndjson", text, (size_t) (to - text));
    command_line_expect (
        CALL (&place, "run", "a.ndjson", "--kind", "patient", "-o", "out", "--threads", "2", "--quiet"), 0,
        NULL, NULL);
    cr_assert_eq (getrusage (RUSAGE_CHILDREN, &used), 0);
#ifndef DMH_SANITIZED    //  which has memory of its own
    cr_expect_lt (used.ru_maxrss, 100 * 1024, "%ld KiB", used.ru_maxrss);
#endif
    char path[512];
    size_t bytes = 0;
    snprintf (path, sizeof path, "%s/out/a", place.folder);
    free (workplace_read (path, "records.csv", &bytes));
    cr_expect_gt (bytes, (size_t) KEYS * RECORDS, "the output is large");
    free (text);
    workplace_remove (&place);
#endif
}
