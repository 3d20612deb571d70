//  hand_driver.c: see hand_driver.h.
#include "test/support/results/hand_driver.h"

#include "test/support/processes/workplace.h"
#include "worker/pipeline/harmonizer.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void s_take (const struct hand_driver *self, struct attempt *attempt, struct block *block)
{
    struct block *given = self->between ? self->between (self->context, &attempt->pass, block) : block;
    if (attempt->pass.sink)
        part_sink_take (attempt->pass.sink, given);
    else
        writer_take (attempt->writer, given);
    block->doomed = given->doomed;
}

//  Goes on until a block is doomed or the input is over.
static int s_blocks (struct hand_driver *self, struct attempt *attempt, struct block *block,
                     harmonizer_t *harmonizer, bool *whole, struct error *error)
{
    for (;;) {
        int rc = attempt_fill (attempt, block, attempt->block_bytes, error);
        if (rc <= 0) {
            *whole = rc == 0;
            return rc;
        }
        bool more = harmonizer_harmonize (harmonizer, block);
        for (s_take (self, attempt, block); more && !block->doomed; s_take (self, attempt, block))
            more = harmonizer_go_on (harmonizer, block);
        if (block->doomed)
            return DMH_OK;
    }
}

static int s_pass (void *context, struct attempt *attempt, bool *whole, struct error *error)
{
    struct hand_driver *self = context;
    struct block *block = attempt_block (attempt);
    harmonizer_t *harmonizer = harmonizer_new (&attempt->pass);
    self->passes++;
    *whole = false;
    int rc = block && harmonizer ? s_blocks (self, attempt, block, harmonizer, whole, error)
                                 : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = attempt_check (attempt, error);
    harmonizer_destroy (&harmonizer);
    block_destroy (&block);
    return rc;
}

static bool s_goes_on (void *context, const struct counts *so_far)
{
    (void) context;
    (void) so_far;
    return true;
}

static void s_reached (void *context, uint64_t done, uint64_t total)
{
    struct hand_driver *self = context;
    self->reached = done;
    self->bytes = total;
}

void hand_driver_make (struct hand_driver *self)
{
    self->task = (struct followed_task){.stop = {NULL, -1, 0, 0},
                                        .goes_on = s_goes_on,
                                        .reached = s_reached,
                                        .pass = s_pass,
                                        .harmonizers = 1,
                                        .context = self};
}

//  A line of a report or datapackage that tells of when it was made.
static bool s_is_of_run (const char *line)
{
    static const char *const KEYS[] = {
        "\"id\":",      "\"correlation_id\":",     "\"started_at\":",      "\"finished_at\":",
        "\"wall_ms\":", "\"records_per_second\":", "\"bytes_per_second\":"};
    for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++)
        if (strncmp (line, KEYS[i], strlen (KEYS[i])) == 0)
            return true;
    return false;
}

static bool s_same_report (const char *one, const char *other)
{
    while (*one && *other) {
        size_t n = strcspn (one, "\n"), m = strcspn (other, "\n");
        if ((n != m || memcmp (one, other, n) != 0) && !(s_is_of_run (one) && s_is_of_run (other))) {
            fprintf (stderr, "report.json: %.*s\nand in the other: %.*s\n", (int) n, one, (int) m, other);
            return false;
        }
        one += n + (one[n] != 0);
        other += m + (other[m] != 0);
    }
    return *one == *other;
}

static bool s_same_file (const char *folder, const char *other, const char *name)
{
    size_t n = 0, m = 0;
    char *here = workplace_read (folder, name, &n), *there = workplace_read (other, name, &m);
    bool same = here && there;
    if (same && strcmp (name, "report.json") == 0)
        same = s_same_report (here, there);
    else
        same = same && n == m && memcmp (here, there, n) == 0;
    if (!same)
        fprintf (stderr, "%s of %s\n%.3000s\nand of %s\n%.3000s\n", name, folder,
                 here ? here : "is not there", other, there ? there : "is not there");
    free (here);
    free (there);
    return same;
}

static size_t s_count (const char *folder)
{
    size_t count = 0;
    DIR *listing = opendir (folder);
    while (listing && readdir (listing))
        count++;
    if (listing)
        closedir (listing);
    return count;
}

bool results_agree (const char *folder, const char *other)
{
    DIR *listing = opendir (folder);
    bool same = listing && s_count (folder) == s_count (other);
    for (struct dirent *entry; same && (entry = readdir (listing));)
        same = *entry->d_name == '.' || s_same_file (folder, other, entry->d_name);
    if (listing)
        closedir (listing);
    return same;
}
