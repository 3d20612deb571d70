//  brought_results.c: see brought_results.h. A folder that lies here is known by the sizes of its files and
//  the SHA-256 of its report, which has those of all others.
#define _GNU_SOURCE
#include "worker/join/inputs/brought_results.h"

#include "messages/base/clock.h"
#include "messages/base/digest.h"
#include "messages/uri.h"
#include "worker/input/object_input.h"
#include "worker/results/attempt_folder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, ASK_AGAIN_MS = 3000, WAIT_FIRST_MS = 50, WAIT_MOST_MS = 1000 };

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while bringing results");
}

static bool s_is_as_told (const char *folder, const struct output *output)
{
    char *path = NULL, hex[DIGEST_HEX_BYTES];
    struct stat about;
    struct error ignored;
    bool good = asprintf (&path, "%s/%s", folder, output->name) >= 0 && lstat (path, &about) == 0 &&
                S_ISREG (about.st_mode) && (uint64_t) about.st_size == output->bytes;
    if (good && streq (output->name, "report.json"))
        good = digest_of_file (path, hex, NULL, &ignored) == DMH_OK && streq (hex, output->sha256);
    free (path);
    return good;
}

//  Whether this worker may open it there: it is among its own results, or where inputs may be.
static bool s_may_open (const struct assignment *assignment, const char *folder)
{
    struct error ignored;
    int fd = -1;
    size_t n = strlen (assignment->results);
    if (!assignment->roots ||
        (strncmp (folder, assignment->results, n) == 0 && folder[n] == '/' && !strchr (folder + n + 1, '/')))
        return true;
    if (data_roots_find (assignment->roots, folder, &fd, &ignored) != DMH_OK)
        return false;
    close (fd);
    return true;
}

//  Its folder, where it lies here as its worker told; NULL: it does not. Yours to free.
static char *s_find_here (const struct assignment *assignment, const struct followed_result *result)
{
    char path[URI_BYTES];
    if (uri_is_stored (result->uri) || uri_to_path (result->uri, path, sizeof path, NULL) != DMH_OK ||
        !s_may_open (assignment, path))
        return NULL;
    for (size_t i = 0; i < result->outputs_count; i++)
        if (!s_is_as_told (path, &result->outputs[i]))
            return NULL;
    return strdup (path);
}

static int s_connect (struct brought_results *self, struct error *error)
{
    const struct assignment *assignment = self->assignment;
    self->config = (struct transfer_config){.endpoint = assignment->files,
                                            .route = assignment->route,
                                            .credential = assignment->credential,
                                            .tickets = self->tickets,
                                            .tickets_count = self->tickets_count,
                                            .patience_ms = PATIENCE_MS,
                                            .stop = self->task->stop,
                                            .moved = self->task->moved,
                                            .context = self->task->context};
    if (!self->transfer)
        self->transfer = transfer_new (&self->config, error);
    return self->transfer ? DMH_OK : error->code;
}

//  A file that is fetched. `pieces`: of it alone these; NULL: all of it.
struct wanted {
    const char *sha256;
    uint64_t bytes;
    const struct file_piece *pieces;
    size_t piece_count;
};

static int s_transfer (transfer_t *transfer, const struct wanted *wanted, int fd, struct error *error)
{
    int rc = DMH_OK;
    if (!wanted->pieces)
        return transfer_get (transfer, wanted->sha256, wanted->bytes, fd, error);
    for (size_t i = 0; rc == DMH_OK && i < wanted->piece_count; i++)
        rc = transfer_get_piece (transfer, wanted->sha256, wanted->bytes, wanted->pieces[i].at,
                                 wanted->pieces[i].bytes, fd, error);
    return rc;
}

//  One file, to `path`. `place`: of the result that its worker has to bring first; SIZE_MAX: the broker has
//  it.
static int s_get (struct brought_results *self, const struct wanted *wanted, const char *path, size_t place,
                  struct error *error)
{
    const struct followed_task *task = self->task;
    int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set (error, DMH_IO, "%s cannot be written: %s", path, strerror (errno));
    int64_t began = clock_mono_ms (), asked = 0;
    int rc = s_connect (self, error);
    for (int wait = WAIT_FIRST_MS; rc == DMH_OK; wait = 2 * wait < WAIT_MOST_MS ? 2 * wait : WAIT_MOST_MS) {
        rc = s_transfer (self->transfer, wanted, fd, error);
        int64_t now = clock_mono_ms ();
        if (rc != DMH_NOT_FOUND || place == SIZE_MAX)
            break;
        if (now - began >= PATIENCE_MS) {
            rc = error_set (error, DMH_UNAVAILABLE,
                            "the result of %s lies with another worker, and none of its host brings it; "
                            "start one there",
                            self->assignment->followed[place].name);
            break;
        }
        if (asked == 0 || now - asked >= ASK_AGAIN_MS) {
            task->bring (task->context, place);
            asked = now;
        }
        zmq_pollitem_t stop = task->stop;
        rc = zmq_poll (&stop, 1, wait) > 0
                 ? error_set (error, DMH_CANCELLED, "%s was cancelled", self->assignment->input.name)
                 : DMH_OK;
    }
    close (fd);
    return rc;
}

//  The folder in `folder` that the file is in, where it is in one: a table's of a job that joined.
static int s_make_above (const char *folder, const char *path, struct error *error)
{
    char *above = strdup (path), *slash = above ? strrchr (above, '/') : NULL;
    int rc = above ? DMH_OK : s_no_memory (error);
    if (slash && slash > above + strlen (folder)) {
        *slash = 0;
        if (mkdir (above, 0700) != 0 && errno != EEXIST)
            rc = error_set (error, DMH_IO, "%s cannot be made: %s", above, strerror (errno));
    }
    free (above);
    return rc;
}

//  One output of a result that does not lie here, to that name beside the others.
static int s_fetch_output (struct brought_results *self, size_t place, const struct output *output,
                           const char *name, const struct file_piece *pieces, size_t piece_count,
                           struct error *error)
{
    const struct followed_result *result = &self->assignment->followed[place];
    const char *folder = self->folders[place];
    char *path = NULL;
    if (!output_name_is_plain (output->name) || *output->name == '.')
        return error_set (error, DMH_UNSUPPORTED, "%s is no result that can be read", result->name);
    const struct wanted wanted = {output->sha256, output->bytes, pieces, piece_count};
    int rc = asprintf (&path, "%s/%s", folder, name) < 0 ? s_no_memory (error)
                                                         : s_make_above (folder, path, error);
    if (rc == DMH_OK)
        rc = s_get (self, &wanted, path, uri_is_stored (result->uri) ? SIZE_MAX : place, error);
    free (path);
    return rc;
}

//  The files of one result that are read.
static int s_fetch (struct brought_results *self, size_t place, struct error *error)
{
    const struct followed_result *result = &self->assignment->followed[place];
    char *folder = NULL;
    int rc = asprintf (&folder, "%s/.part-%zu", self->scratch, place) < 0 ? s_no_memory (error) : DMH_OK;
    if (rc != DMH_OK)
        return rc;
    self->folders[place] = folder;
    if (mkdir (folder, 0700) != 0)
        return error_set (error, DMH_IO, "%s cannot be made: %s", folder, strerror (errno));
    self->fetched[place] = true;
    for (size_t i = 0; rc == DMH_OK && i < result->outputs_count; i++)
        if (!self->wants || self->wants (result->outputs[i].name))
            rc = s_fetch_output (self, place, &result->outputs[i], result->outputs[i].name, NULL, 0, error);
    return rc;
}

static int s_gather_tickets (struct brought_results *self, struct error *error)
{
    const struct assignment *assignment = self->assignment;
    size_t count = assignment->tickets_count;
    for (size_t i = 0; i < assignment->followed_count; i++)
        count += assignment->followed[i].tickets_count;
    self->tickets = calloc (count + 1, sizeof *self->tickets);
    if (!self->tickets)
        return s_no_memory (error);
    for (size_t t = 0; t < assignment->tickets_count; t++)
        self->tickets[self->tickets_count++] = assignment->tickets[t];
    for (size_t i = 0; i < assignment->followed_count; i++)
        for (size_t t = 0; t < assignment->followed[i].tickets_count; t++)
            self->tickets[self->tickets_count++] = assignment->followed[i].tickets[t];
    return DMH_OK;
}

static int s_fetch_tables (struct brought_results *self, struct error *error)
{
    const struct options *options = self->assignment->options;
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < options->tables_count && i < TABLES_MAX; i++) {
        char *path = NULL;
        if (asprintf (&path, "%s/.table-%zu", self->scratch, i) < 0)
            return s_no_memory (error);
        self->tables[self->tables_count++] = path;
        const struct wanted wanted = {.sha256 = options->tables[i].sha256, .bytes = options->tables[i].bytes};
        rc = s_get (self, &wanted, path, SIZE_MAX, error);
    }
    return rc;
}

static int s_bring (struct brought_results *self, const struct assignment *assignment,
                    const struct followed_task *task, const char *scratch, bool (*wants) (const char *output),
                    struct error *error)
{
    size_t count = assignment->followed_count;
    *self = (struct brought_results){
        .assignment = assignment, .task = task, .scratch = scratch, .wants = wants, .input = -1};
    self->folders = calloc (count + 1, sizeof *self->folders);
    self->fetched = calloc (count + 1, sizeof *self->fetched);
    int rc = self->folders && self->fetched ? s_gather_tickets (self, error) : s_no_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        const struct followed_result *result = &assignment->followed[i];
        self->stored = self->stored || uri_is_stored (result->uri);
        if (!(self->folders[i] = s_find_here (assignment, result)))
            rc = s_fetch (self, i, error);
        if (rc == DMH_OK && !task->goes_on (task->context, NULL))
            rc = error_set (error, DMH_CANCELLED, "%s was cancelled", assignment->input.name);
    }
    return rc;
}

int brought_results_bring (struct brought_results *self, const struct assignment *assignment,
                           const struct followed_task *task, const char *scratch, struct error *error)
{
    int rc = s_bring (self, assignment, task, scratch, NULL, error);
    return rc == DMH_OK ? s_fetch_tables (self, error) : rc;
}

int brought_results_bring_some (struct brought_results *self, const struct assignment *assignment,
                                const struct followed_task *task, const char *scratch,
                                bool (*wants) (const char *output), struct error *error)
{
    return s_bring (self, assignment, task, scratch, wants, error);
}

//  `pieces`: they go to a file of their own, as it is not the whole one.
static char *s_output (struct brought_results *self, size_t place, const char *name,
                       const struct file_piece *pieces, size_t piece_count, struct error *error)
{
    const struct followed_result *result = &self->assignment->followed[place];
    const struct output *output = NULL;
    const char *ending = pieces && self->fetched[place] ? ".pieces" : "";
    char *path = NULL;
    for (size_t i = 0; i < result->outputs_count; i++)
        if (streq (result->outputs[i].name, name))
            output = &result->outputs[i];
    int rc = output ? DMH_OK : error_set (error, DMH_INTERNAL, "%s has no output %s", result->name, name);
    if (rc == DMH_OK && asprintf (&path, "%s/%s%s", self->folders[place], name, ending) < 0)
        rc = s_no_memory (error);
    if (rc == DMH_OK && self->fetched[place] && access (path, F_OK) != 0)
        rc = s_fetch_output (self, place, output, path + strlen (self->folders[place]) + 1, pieces,
                             piece_count, error);
    if (rc == DMH_OK)
        return path;
    free (path);
    return NULL;
}

char *brought_results_output (struct brought_results *self, size_t place, const char *output,
                              struct error *error)
{
    return s_output (self, place, output, NULL, 0, error);
}

char *brought_results_pieces (struct brought_results *self, size_t place, const char *output,
                              const struct file_piece *pieces, size_t piece_count, struct error *error)
{
    return s_output (self, place, output, pieces, piece_count, error);
}

const char *brought_results_input (void *context, size_t place, struct error *error)
{
    struct brought_results *self = context;
    const struct followed_result *result = &self->assignment->followed[place];
    const char *uri = result->input ? result->input : "";
    int rc;
    if (self->input >= 0)
        close (self->input);
    self->input = -1;
    if (uri_is_stored (uri)) {
        snprintf (self->input_path, sizeof self->input_path, "%s/.input", self->scratch);
        const struct wanted wanted = {.sha256 = uri + strlen ("sha256:"), .bytes = result->input_bytes};
        rc = s_get (self, &wanted, self->input_path, SIZE_MAX, error);
    } else if (s3_name_is (uri)) {
        self->input = object_input_open (uri, result->name, self->assignment->roots, self->task->stop,
                                         self->scratch, error);
        snprintf (self->input_path, sizeof self->input_path, "/proc/self/fd/%d", self->input);
        rc = self->input >= 0 ? DMH_OK : error->code;
    } else {
        rc = uri_to_path (uri, self->input_path, sizeof self->input_path, error);
        if (rc == DMH_OK && self->assignment->roots) {
            rc = data_roots_find (self->assignment->roots, self->input_path, &self->input, error);
            snprintf (self->input_path, sizeof self->input_path, "/proc/self/fd/%d", self->input);
        }
    }
    return rc == DMH_OK ? self->input_path : NULL;
}

void brought_results_clear (struct brought_results *self)
{
    if (self->input >= 0)
        close (self->input);
    for (size_t i = 0; self->folders && i < self->assignment->followed_count; i++) {
        if (self->fetched && self->fetched[i])
            attempt_folder_discard (self->folders[i]);
        free (self->folders[i]);
    }
    for (size_t i = 0; i < self->tables_count; i++) {
        unlink (self->tables[i]);
        free ((char *) (uintptr_t) self->tables[i]);
    }
    char *input = NULL;
    if (self->scratch && asprintf (&input, "%s/.input", self->scratch) >= 0)
        unlink (input);
    free (input);
    free (self->folders);
    free (self->fetched);
    free (self->tickets);
    transfer_destroy (&self->transfer);
    *self = (struct brought_results){.input = -1};
}
