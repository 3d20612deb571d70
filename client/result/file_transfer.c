//  file_transfer.c: see file_transfer.h. A broker that falls silent is looked for again, as it may have
//  another address then, or be another one.
#include "client/result/file_transfer.h"

#include "client/arguments/input_name.h"
#include "client/connection/standstill.h"
#include "messages/base/clock.h"
#include "messages/base/digest.h"
#include "messages/base/file_change.h"
#include "messages/files/transfer.h"
#include "messages/uri.h"
#include "worker/inspect/inspection.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SILENCE_MS = 6000, PATIENCE_MS = 30000, READ_BYTES = 1024 * 1024 };

//  Whether the file lies in one of the folders of that list in the end, whatever links lead to it.
static bool s_lies_in (const char *roots, const char *path)
{
    char real[PATH_MAX];
    if (!*roots)
        return true;
    if (!realpath (path, real))
        return false;
    for (const char *at = roots; *at; at += *at == ',') {
        size_t n = strcspn (at, ",");
        if (strncmp (real, at, n) == 0 && real[n] == '/')
            return true;
        at += n;
    }
    return false;
}

//  Whether a file has to be sent.
static bool s_is_needed (const connection_t *connection, enum transfer_mode mode, const char *path)
{
    const char *roots = connection_roots (connection);
    return mode == TRANSFER_ALWAYS ||
           (mode == TRANSFER_AUTO && *connection_files (connection) && !(roots && s_lies_in (roots, path)));
}

bool file_transfer_is_needed (const connection_t *connection, enum transfer_mode mode, const char *uri)
{
    char path[PATH_MAX];
    return uri_to_path (uri, path, sizeof path, NULL) == DMH_OK && s_is_needed (connection, mode, path);
}

bool file_transfer_tables_are_needed (const connection_t *connection, enum transfer_mode mode,
                                      const struct options *options)
{
    char **paths = NULL;
    size_t count = 0;
    bool needed = false;
    if (inspection_tables (options, &paths, &count, NULL) != DMH_OK)
        return false;
    for (size_t i = 0; i < count; i++) {
        needed = needed || s_is_needed (connection, mode, paths[i]);
        free (paths[i]);
    }
    free (paths);
    return needed;
}

//  How far one file has come.
struct file_progress {
    struct file_transfer *file_transfer;
    const struct job_record *record;    //  whose output it is; NULL: it is sent
    struct event event;                 //  as progress has it
    uint64_t first;                     //  what was there when it began
    int64_t began_at, moved_at;
    bool silent;    //  which was said
};

static struct file_progress s_begin (struct file_transfer *file_transfer, const char *state, const char *name,
                                     uint64_t bytes)
{
    static unsigned count;
    struct file_progress self = {.file_transfer = file_transfer, .first = UINT64_MAX};
    self.event = (struct event){.bytes_total = bytes, .eta_ms = -1};
    snprintf (self.event.job, sizeof self.event.job, "file-%u", ++count);
    snprintf (self.event.name, sizeof self.event.name, "%s", name);
    snprintf (self.event.state, sizeof self.event.state, "%s", state);
    self.began_at = self.moved_at = clock_mono_ms ();
    return self;
}

static void s_say_silent (struct file_progress *self, bool silent)
{
    self->silent = silent;
    if (self->file_transfer->progress)
        progress_tick (self->file_transfer->progress, silent ? STANDSTILL_SILENT : NULL);
}

static void s_moved (void *context, uint64_t done, uint64_t total)
{
    struct file_progress *self = context;
    int64_t now = clock_mono_ms (), elapsed = now - self->began_at;
    if (self->first == UINT64_MAX)
        self->first = done;
    uint64_t came = done - self->first;
    if (done > self->event.bytes_done)    //  where it was before is no progress
        self->moved_at = now;
    self->event.bytes_done = done;
    self->event.bytes_total = total;
    if (elapsed > 0 && came) {
        self->event.records_per_second = (double) came * 1000 / (double) elapsed;
        self->event.eta_ms = (int64_t) ((double) (total - done) * (double) elapsed / (double) came);
    }
    if (self->silent)
        s_say_silent (self, false);
    if (self->file_transfer->progress)
        progress_take (self->file_transfer->progress, &self->event);
}

//  The SHA-256 of a whole file, and its bytes.
static int s_digest (struct file_progress *self, int fd, char sha256[HEX_BYTES], uint64_t *bytes,
                     struct error *error)
{
    digest_t *digest = digest_new ();
    char *block = malloc (READ_BYTES);
    int rc = digest && block ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    ssize_t got = 0;
    *bytes = 0;
    while (rc == DMH_OK && (got = pread (fd, block, READ_BYTES, (off_t) *bytes)) > 0) {
        digest_update (digest, block, (size_t) got);
        *bytes += (uint64_t) got;
        s_moved (self, *bytes, self->event.bytes_total > *bytes ? self->event.bytes_total : *bytes);
        if (connection_pause (self->file_transfer->connection, 0))
            rc = error_set (error, DMH_CANCELLED, "interrupted");
    }
    if (got < 0)
        rc = error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", self->event.name, strerror (errno));
    if (rc == DMH_OK)
        digest_hex (digest, sha256);
    digest_destroy (&digest);
    free (block);
    return rc;
}

//  The broker's files service while several files come and go: what is connected stays so.
struct file_service {
    char endpoint[URI_BYTES];
    struct transfer_config config;
    transfer_t *transfer;
};

void file_transfer_close (struct file_transfer *self)
{
    if (self->service)
        transfer_destroy (&self->service->transfer);
    free (self->service);
    self->service = NULL;
}

//  What is connected to where the service is now. NULL with `error` set.
static transfer_t *s_open (struct file_progress *progress, struct error *error)
{
    struct file_transfer *self = progress->file_transfer;
    const char *endpoint = connection_files (self->connection);
    if (self->service && strcmp (self->service->endpoint, endpoint) != 0)
        file_transfer_close (self);
    if (!self->service && !(self->service = calloc (1, sizeof *self->service))) {
        error_set (error, DMH_INTERNAL, "out of memory");
        return NULL;
    }
    struct file_service *service = self->service;
    snprintf (service->endpoint, sizeof service->endpoint, "%s", endpoint);
    service->config =
        (struct transfer_config){.endpoint = service->endpoint,
                                 .credential = connection_credential (self->connection),
                                 .patience_ms = SILENCE_MS,
                                 .stop = {NULL, connection_interrupt (self->connection), ZMQ_POLLIN, 0},
                                 .moved = s_moved,
                                 .tickets = progress->record ? progress->record->tickets : NULL,
                                 .tickets_count = progress->record ? progress->record->tickets_count : 0,
                                 .context = progress};
    if (!service->transfer)
        service->transfer = transfer_new (&service->config, error);
    return service->transfer;
}

//  What a transfer does for one file: transfer_put or transfer_get.
typedef int (transfer_fn) (transfer_t *transfer, int fd, const char *sha256, uint64_t bytes,
                           struct error *error);

static int s_put (transfer_t *transfer, int fd, const char *sha256, uint64_t bytes, struct error *error)
{
    return transfer_put (transfer, fd, sha256, bytes, error);
}

static int s_get (transfer_t *transfer, int fd, const char *sha256, uint64_t bytes, struct error *error)
{
    return transfer_get (transfer, sha256, bytes, fd, error);
}

static int s_transfer (struct file_progress *self, transfer_fn *transfer_file, int fd, const char *sha256,
                       uint64_t bytes, struct error *error)
{
    for (;;) {
        transfer_t *transfer = s_open (self, error);
        bool served = transfer != NULL;
        int rc = served ? transfer_file (transfer, fd, sha256, bytes, error) : error->code;
        if (rc == DMH_OK)
            return rc;
        file_transfer_close (self->file_transfer);    //  answers to this file are none to the next
        if (rc != DMH_UNAVAILABLE || !served || clock_mono_ms () - self->moved_at >= PATIENCE_MS)
            return rc;
        struct error why = {.code = DMH_OK};
        s_say_silent (self, true);
        if (connection_greet (self->file_transfer->connection, &why) == DMH_CANCELLED)
            return error_set (error, DMH_CANCELLED, "interrupted");
    }
}

//  What was sent is the file of that name, as it was all the while: not one that has grown, or was replaced.
static int s_check_same (const struct input *input, int fd, const char *path, const struct stat *opened,
                         struct error *error)
{
    bool changed = false;
    if (file_change_check (fd, path, opened, &changed) != 0)
        return error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", input->name, strerror (errno));
    return changed
               ? error_set (error, DMH_CONFLICT,
                            "%s changed while it was sent; submit it again when it is complete", input->name)
               : DMH_OK;
}

int file_transfer_send (struct file_transfer *self, struct input *input, struct error *error)
{
    struct stat opened;
    char path[PATH_MAX];
    int rc = uri_to_path (input->uri, path, sizeof path, error);
    if (rc != DMH_OK)
        return rc;
    int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0 || fstat (fd, &opened) != 0) {
        rc = error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", input->name, strerror (errno));
        if (fd >= 0)
            close (fd);
        return rc;
    }
    struct file_progress checked = s_begin (self, "checking", input->name, input->bytes);
    char sha256[HEX_BYTES];
    uint64_t bytes;
    rc = s_digest (&checked, fd, sha256, &bytes, error);
    if (rc == DMH_OK) {
        struct file_progress sent = s_begin (self, "sending", input->name, bytes);
        memcpy (sent.event.job, checked.event.job, sizeof sent.event.job);
        rc = s_transfer (&sent, s_put, fd, sha256, bytes, error);
    }
    if (rc == DMH_OK)
        rc = s_check_same (input, fd, path, &opened, error);
    close (fd);
    if (rc == DMH_OK) {
        if (!*input->origin)
            memcpy (input->origin, input->uri, sizeof input->origin);
        uri_from_sha256 (sha256, input->uri);
        memcpy (input->sha256, sha256, sizeof input->sha256);
        input->bytes = bytes;
    }
    return rc;
}

static int s_send_table (struct file_transfer *self, const char *path, struct stored_file *out,
                         struct error *error)
{
    struct input input = {.bytes = 0};
    struct stat about;
    errno = 0;
    if (stat (path, &about) != 0 || !S_ISREG (about.st_mode))
        return error_set (error, DMH_BAD_INPUT, "the mapping's table %s cannot be read: %s", path,
                          errno ? strerror (errno) : "it is no regular file");
    input.bytes = (uint64_t) about.st_size;
    input_name_plain (strrchr (path, '/') + 1, input.name);
    int rc = uri_from_path (path, input.uri, sizeof input.uri, error);
    if (rc == DMH_OK)
        rc = file_transfer_send (self, &input, error);
    if (rc == DMH_OK) {
        memcpy (out->sha256, input.sha256, sizeof out->sha256);
        out->bytes = input.bytes;
    }
    return rc;
}

int file_transfer_send_tables (struct file_transfer *self, struct options *options, struct error *error)
{
    char **paths = NULL;
    size_t count = 0;
    int rc = inspection_tables (options, &paths, &count, error);
    if (rc == DMH_OK && count && !(options->tables = calloc (count, sizeof *options->tables)))
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        options->tables_count = count;
    for (size_t i = 0; i < count; i++) {
        if (rc == DMH_OK)
            rc = s_send_table (self, paths[i], &options->tables[i], error);
        free (paths[i]);
    }
    free (paths);
    return rc;
}

int file_transfer_fetch (struct file_transfer *self, const struct job_record *record,
                         const struct output *output, const char *target, const char *said,
                         struct error *error)
{
    struct file_progress fetched = s_begin (self, "fetching", output->name, output->bytes);
    struct error why = {.code = DMH_OK};
    fetched.record = record;
    int fd = open (target, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set (error, DMH_IO, "%s cannot be made: %s", said, strerror (errno));
    int rc = s_transfer (&fetched, s_get, fd, output->sha256, output->bytes, &why);
    if (rc == DMH_IO)
        error_set (error, rc, "%s: %s", said, why.text);
    else if (rc != DMH_OK)
        *error = why;
    if (close (fd) != 0 && rc == DMH_OK)
        rc = error_set (error, DMH_IO, "%s cannot be written: %s", said, strerror (errno));
    return rc;
}
