//  attempt_test.c: one attempt, driven by hand in one thread, so that a pass can be ended anywhere: no result
//  is ever made of a part of the input. And blocks whose output lies where 32 bits do not reach.
#define _GNU_SOURCE
#include "test/support/processes/workplace.h"

#include "messages/uri.h"
#include "worker/input/source.h"
#include "worker/pipeline/attempt.h"
#include "worker/pipeline/harmonizer.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

enum { BLOCK_BYTES = 4096, ROWS = 600 };

//  An attempt and what it borrows.
struct hand {
    struct workplace place;
    struct options options;
    struct assignment assignment;
    struct fetched_files fetched_files;
    catalog_t *catalog;
    char folder[300];
    struct attempt attempt;
};

static void s_prepare (struct hand *self, const char *name, const void *bytes, size_t n)
{
    struct error error = {.code = DMH_OK};
    char path[300];
    *self = (struct hand){.options = {.block_bytes = BLOCK_BYTES, .audit = "full"}};
    workplace_make (&self->place);
    workplace_write (&self->place, name, bytes, n);
    snprintf (path, sizeof path, "%s/%s", self->place.folder, name);
    snprintf (self->folder, sizeof self->folder, "%s/result", self->place.folder);
    struct assignment *assignment = &self->assignment;
    *assignment = (struct assignment){.job = "job", .attempt = 1};
    assignment->options = &self->options;
    assignment->folder = self->folder;
    assignment->results = self->place.folder;
    self->catalog = catalog_new (NULL, &error);
    cr_assert_not_null (self->catalog, "%s", error.text);
    assignment->catalog = self->catalog;
    snprintf (assignment->input.name, sizeof assignment->input.name, "%s", name);
    cr_assert_eq (uri_from_path (path, assignment->input.uri, sizeof assignment->input.uri, &error), DMH_OK);
    int rc = attempt_prepare (&self->attempt, assignment, &self->fetched_files, 1, &error);
    cr_assert_eq (rc, DMH_OK, "%s", error.text);
    self->attempt.pass.part_bytes = SIZE_MAX;
}

static void s_clear (struct hand *self)
{
    attempt_clear (&self->attempt);
    catalog_destroy (&self->catalog);
    workplace_remove (&self->place);
}

//  Reads, harmonizes and writes at most so many blocks; true: the input was over before. `block` is used as
//  it is after block_reset, with what `ready` does to it.
static bool s_pass (struct hand *self, struct block *block, size_t most, void (*ready) (struct block *))
{
    struct error error = {.code = DMH_OK};
    struct attempt *attempt = &self->attempt;
    harmonizer_t *harmonizer = harmonizer_new (&attempt->pass);
    cr_assert_not_null (harmonizer);
    int rc = 1;
    for (size_t i = 0; i < most && rc == 1; i++) {
        block_reset (block, attempt->block_bytes);
        if (ready)
            ready (block);
        rc = reader_fill (attempt->preparation.reader, &block->in, attempt->block_bytes, &block->first_line,
                          &error);
        cr_assert_geq (rc, 0, "%s", error.text);
        if (rc == 1) {
            harmonizer_harmonize (harmonizer, block);
            writer_take (attempt->writer, block);
            cr_assert_eq (writer_check (attempt->writer, &error), DMH_OK, "%s", error.text);
        }
    }
    harmonizer_destroy (&harmonizer);
    return rc == 0;
}

static struct block *s_block (const struct hand *self)
{
    struct block *block = block_new (self->attempt.plan.step_count, self->attempt.block_bytes);
    cr_assert_not_null (block);
    return block;
}

//  Passes over at most so many blocks, then ends the attempt; true: the input was over.
static bool s_finish_after (const char *name, const void *bytes, size_t n, size_t most)
{
    struct hand hand;
    struct error error = {.code = DMH_OK};
    struct runner_news news = {.kind = ""};
    s_prepare (&hand, name, bytes, n);
    struct block *block = s_block (&hand);
    bool over = s_pass (&hand, block, most, NULL);
    block_destroy (&block);
    int rc = attempt_finish (&hand.attempt, false, &news, &error);
    cr_assert_eq (rc, over ? DMH_OK : DMH_INTERNAL, "%s after %zu blocks: %d, %s", name, most, rc,
                  error.text);
    cr_assert (over || strstr (error.text, name), "%s", error.text);
    cr_assert_eq (access (hand.folder, F_OK) == 0, over, "%s after %zu blocks", name, most);
    cr_assert (!over || news.counts.read == ROWS, "%s: %d records", name, (int) news.counts.read);
    runner_news_clear (&news);
    s_clear (&hand);
    return over;
}

static void s_finish_anywhere (const char *name, const void *bytes, size_t n)
{
    size_t most = 0;
    while (!s_finish_after (name, bytes, n, most))
        most++;
    cr_assert_gt (most, 4, "%s: nothing was cut short", name);
}

static char *s_csv (size_t *n)
{
    char *text = malloc (ROWS * 64 + 64), *to = text;
    cr_assert_not_null (text);
    to += sprintf (to, "patient_id,given_name,birth_date\n");
    for (int i = 0; i < ROWS; i++)
        to += sprintf (to, "%d,Ann  Mary the %dth,03/25/1980\n", i, i);
    *n = (size_t) (to - text);
    return text;
}

Test (attempt, no_result_is_made_of_a_part_of_csv)
{
    size_t n;
    char *text = s_csv (&n);
    s_finish_anywhere ("in.csv", text, n);
    free (text);
}

Test (attempt, no_result_is_made_of_a_part_of_compressed_csv)
{
    size_t n, room;
    char *text = s_csv (&n);
    uLongf packed = compressBound (n) + 64;
    room = ZSTD_compressBound (n) > packed ? ZSTD_compressBound (n) : packed;
    unsigned char *out = malloc (room);
    cr_assert_not_null (out);
    z_stream stream = {.next_in = (unsigned char *) text, .avail_in = (unsigned) n, .next_out = out};
    stream.avail_out = (unsigned) room;
    cr_assert_eq (deflateInit2 (&stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    cr_assert_eq (deflate (&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd (&stream);
    s_finish_anywhere ("in.csv.gz", out, stream.total_out);
    s_finish_anywhere ("in.csv.zst", out, ZSTD_compress (out, room, text, n, 1));
    free (out);
    free (text);
}

Test (attempt, no_result_is_made_of_a_part_of_csv_in_another_encoding)
{
    size_t n;
    char *text = s_csv (&n), *wide = calloc (n + 1, 2);
    cr_assert_not_null (wide);
    memcpy (wide, "\xff\xfe", 2);
    for (size_t i = 0; i < n; i++)
        wide[2 + 2 * i] = text[i];
    s_finish_anywhere ("in.csv", wide, 2 * n + 2);
    free (wide);
    free (text);
}

//  ROWS records between `head` and `tail`, each `record` (%d: its number), `between` them.
static void s_finish_json (const char *name, const char *head, const char *record, const char *between,
                           const char *tail)
{
    char *text = malloc (ROWS * 160 + 256), *to = stpcpy (text, head);
    for (int i = 0; i < ROWS; i++) {
        const char *number = strstr (record, "%d");
        to += sprintf (to, "%.*s%d%s", (int) (number - record), record, i, number + 2);
        to = stpcpy (to, i + 1 < ROWS ? between : tail);
    }
    s_finish_anywhere (name, text, (size_t) (to - text));
    free (text);
}

Test (attempt, no_result_is_made_of_a_part_of_json)
{
    static const char RECORD[] =
        "{\"patient_id\":\"%d\",\"given_name\":\"Ann\",\"birth_date\":\"03/25/1980\"}";
    s_finish_json ("in.ndjson", "", RECORD, "\n", "\n");
    s_finish_json ("in.json", "[", RECORD, ",\n", "]\n");
    s_finish_json ("under.json", "{\"n\":1,\"patients\":[", RECORD, ",\n", "],\"more\":[1,2,3]}\n");
}

Test (attempt, no_result_is_made_of_a_part_of_fhir)
{
    static const char PATIENT[] = "{\"resourceType\":\"Patient\",\"id\":\"p%d\",\"gender\":\"female\"}";
    s_finish_json ("in.ndjson", "", PATIENT, "\n", "\n");
    s_finish_json ("in.json", "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[",
                   "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p%d\",\"gender\":\"female\"}}",
                   ",\n", "]}\n");
}

//  Nothing contradicts: that the pass was cut short is reason enough.
Test (attempt, a_pass_that_was_cut_short_is_followed_by_another_but_not_without_end)
{
    struct hand hand;
    struct error error = {.code = DMH_OK};
    bool again = false;
    size_t n;
    char *text = s_csv (&n);
    s_prepare (&hand, "in.csv", text, n);
    struct block *block = s_block (&hand);
    for (int pass = 1; pass < PASSES_MAX; pass++) {
        cr_assert_not (s_pass (&hand, block, 2, NULL));
        cr_assert_eq (attempt_reconsider (&hand.attempt, false, &again, &error), DMH_OK, "%s", error.text);
        cr_assert (again);
        cr_assert_eq (attempt_again (&hand.attempt, &error), DMH_OK, "%s", error.text);
    }
    cr_expect_eq (attempt_reconsider (&hand.attempt, false, &again, &error), DMH_INTERNAL);
    cr_expect (strstr (error.text, "in.csv was read 9 times"), "%s", error.text);
    cr_assert (s_pass (&hand, block, SIZE_MAX, NULL));
    cr_assert_eq (attempt_reconsider (&hand.attempt, true, &again, &error), DMH_OK, "%s", error.text);
    cr_expect_not (again);
    block_destroy (&block);
    s_clear (&hand);
    free (text);
}

static source_t *s_source (const char *path)
{
    struct error error = {.code = DMH_OK};
    source_t *source = source_new (NULL, path, "the file", &error);
    cr_assert_not_null (source, "%s", error.text);
    return source;
}

Test (attempt, a_digest_is_the_digest_of_all_bytes_of_the_file_or_none)
{
    struct workplace place;
    struct error error = {.code = DMH_OK};
    char path[300], bytes[100], hex[DIGEST_HEX_BYTES], want[DIGEST_HEX_BYTES];
    size_t got = 0;
    workplace_make (&place);
    workplace_write (&place, "in.csv", "patient_id,birth_date\n1,1980-03-25\n", 35);
    snprintf (path, sizeof path, "%s/in.csv", place.folder);
    source_t *source = s_source (path);
    for (size_t n = 0; n < 35; n++) {
        cr_assert_eq (source_rewind (source, CHARSET_UTF_8, &error), DMH_OK);
        cr_assert_eq (source_read (source, bytes, n, &got, &error), DMH_OK);
        cr_assert_eq (source_finish (source, hex, &error), DMH_INTERNAL, "after %zu bytes", n);
        cr_assert (strstr (error.text, "of the 35 bytes of the file"), "%s", error.text);
    }
    cr_assert_eq (source_rewind (source, CHARSET_UTF_8, &error), DMH_OK);
    cr_assert_eq (source_read (source, bytes, sizeof bytes, &got, &error), DMH_OK);
    cr_assert_eq (source_finish (source, hex, &error), DMH_OK, "%s", error.text);
    digest_of (bytes, got, want);
    cr_expect_str_eq (hex, want);
    source_destroy (&source);
    workplace_remove (&place);
}

//  Its content changes, and its mtime is put back; again until the clock of the file system has moved on.
static void s_overwrite (const char *path)
{
    struct stat before, after;
    cr_assert_eq (stat (path, &before), 0);
    int fd = open (path, O_WRONLY);
    cr_assert_geq (fd, 0);
    do {
        const struct timespec times[2] = {before.st_atim, before.st_mtim};
        cr_assert_eq (pwrite (fd, "2", 1, 22), 1);
        cr_assert_eq (futimens (fd, times), 0);
        cr_assert_eq (fstat (fd, &after), 0);
    } while (after.st_ctim.tv_sec == before.st_ctim.tv_sec &&
             after.st_ctim.tv_nsec == before.st_ctim.tv_nsec);
    cr_assert (after.st_size == before.st_size && after.st_mtim.tv_nsec == before.st_mtim.tv_nsec);
    close (fd);
}

//  A folder with another file of the same content takes the folder's name; the file itself is not touched.
static void s_put_another (const char *path)
{
    char folder[300], aside[320];
    snprintf (folder, sizeof folder, "%s", path);
    *strrchr (folder, '/') = 0;
    snprintf (aside, sizeof aside, "%s.aside", folder);
    cr_assert (rename (folder, aside) == 0 && mkdir (folder, 0700) == 0);
    FILE *file = fopen (path, "wb");
    cr_assert (file && fputs ("patient_id,birth_date\n1,1980-03-25\n", file) >= 0 && fclose (file) == 0);
}

Test (attempt, a_file_that_changes_while_it_is_read_is_noticed_whatever_its_mtime_says)
{
    static void (*const CHANGES[]) (const char *) = {s_overwrite, s_put_another};
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        struct workplace place;
        struct error error = {.code = DMH_OK};
        char path[300], bytes[100], hex[DIGEST_HEX_BYTES];
        size_t got = 0;
        workplace_make (&place);
        snprintf (path, sizeof path, "%s/in", place.folder);
        cr_assert_eq (mkdir (path, 0700), 0);
        workplace_write (&place, "in/in.csv", "patient_id,birth_date\n1,1980-03-25\n", 35);
        snprintf (path, sizeof path, "%s/in/in.csv", place.folder);
        source_t *source = s_source (path);
        cr_assert_eq (source_read (source, bytes, sizeof bytes, &got, &error), DMH_OK);
        CHANGES[i](path);
        cr_assert_eq (source_finish (source, hex, &error), DMH_BAD_INPUT, "change %zu", i);
        cr_assert (strstr (error.text, "changed while it was read"), "%s", error.text);
        source_destroy (&source);
        workplace_remove (&place);
    }
}

//  A file whose size is not that of its content cannot be told from one that was read in part.
Test (attempt, a_file_that_gives_more_than_its_size_is_refused)
{
    struct error error = {.code = DMH_OK};
    char bytes[4096], hex[DIGEST_HEX_BYTES];
    size_t got = 0;
    source_t *source = s_source ("/proc/version");
    cr_assert_eq (source_read (source, bytes, sizeof bytes, &got, &error), DMH_OK);
    cr_assert_gt (got, 0);
    cr_expect_eq (source_finish (source, hex, &error), DMH_BAD_INPUT);
    source_destroy (&source);
}

//  More than 32 bits reach, of address space alone.
static const size_t BEYOND = ((size_t) 1 << 32) + 4096, BEYOND_ROOM = (size_t) 1 << 20;

static struct buffer s_far_buffer (void)
{
    void *at = mmap (NULL, BEYOND + BEYOND_ROOM, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    cr_assert_neq (at, MAP_FAILED);
    return (struct buffer){at, BEYOND, BEYOND + BEYOND_ROOM};
}

static void s_far (struct block *block)
{
    free (block->out.at);
    free (block->notes.at);
    block->out = s_far_buffer ();
    block->notes = s_far_buffer ();
}

//  What one block with everything in it makes; `ready` as in s_pass.
static void s_written (void (*ready) (struct block *), const char *format, char **records, char **audit)
{
    struct hand hand;
    struct error error = {.code = DMH_OK};
    struct runner_news news = {.kind = ""};
    size_t n;
    char *text = s_csv (&n), name[40];
    s_prepare (&hand, "in.csv", text, n);
    snprintf (hand.options.format, sizeof hand.options.format, "%s", format);
    attempt_clear (&hand.attempt);
    int rc = attempt_prepare (&hand.attempt, &hand.assignment, &hand.fetched_files, 1, &error);
    cr_assert_eq (rc, DMH_OK, "%s", error.text);
    hand.attempt.block_bytes = 2 * n;
    hand.attempt.pass.part_bytes = SIZE_MAX;
    struct block *block = s_block (&hand);
    cr_assert_not (s_pass (&hand, block, 1, ready));
    if (ready) {
        cr_assert_gt (block->out.used, BEYOND);
        cr_assert_gt (block->notes.used, BEYOND);
        munmap (block->out.at, BEYOND + BEYOND_ROOM);
        munmap (block->notes.at, BEYOND + BEYOND_ROOM);
        block->out = block->notes = (struct buffer){NULL, 0, 0};
    }
    cr_assert (s_pass (&hand, block, 1, NULL));
    block_destroy (&block);
    cr_assert_eq (attempt_finish (&hand.attempt, false, &news, &error), DMH_OK, "%s", error.text);
    snprintf (name, sizeof name, "records.%s", strcmp (format, "csv") ? "ndjson" : "csv");
    *records = workplace_read (hand.folder, name, NULL);
    *audit = workplace_read (hand.folder, "audit.ndjson", NULL);
    cr_assert (*records && *audit);
    runner_news_clear (&news);
    s_clear (&hand);
    free (text);
}

Test (attempt, records_and_findings_beyond_4_gib_of_a_block_are_their_own)
{
    static const char *const OUTPUTS[] = {"csv", "ndjson", "fhir"};
    for (size_t i = 0; i < 3; i++) {
        char *near, *far, *near_audit, *far_audit;
        s_written (NULL, OUTPUTS[i], &near, &near_audit);
        s_written (s_far, OUTPUTS[i], &far, &far_audit);
        cr_expect (strcmp (near, far) == 0, "%s: other records", OUTPUTS[i]);
        cr_expect (strcmp (near_audit, far_audit) == 0, "%s: another audit", OUTPUTS[i]);
        free (near);
        free (far);
        free (near_audit);
        free (far_audit);
    }
}
