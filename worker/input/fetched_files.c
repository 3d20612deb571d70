//  fetched_files.c: see fetched_files.h. An input lies in the results folder as .input-SHA256 while it is
//  needed, locked by the one who uses it; who finds it locked has a file of his own. In place of the SHA-256
//  of an object, which nobody knows, stands that of its name and its state.
#define _GNU_SOURCE
#include "worker/input/fetched_files.h"

#include "messages/base/clock.h"
#include "messages/files/file.h"
#include "messages/files/transfer.h"
#include "messages/uri.h"
#include "worker/input/object_input.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX ".input-"
enum { PATIENCE_MS = 60000, STALE_SECONDS = 24 * 60 * 60 };

//  0: the file is open and locked; 1: another one has it; -1: errno.
static int s_open (struct fetched_file *self)
{
    self->fd = open (self->name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (self->fd < 0)
        return -1;
    if (flock (self->fd, LOCK_EX | LOCK_NB) == 0)
        return 0;
    bool taken = errno == EWOULDBLOCK;
    close (self->fd);
    self->fd = -1;
    return taken ? 1 : -1;
}

//  A file of that size with holes where nobody looks.
static int s_make_holes (int fd, uint64_t bytes, struct error *error)
{
    bool made = ftruncate (fd, 0) == 0 && ftruncate (fd, (off_t) bytes) == 0;
    return made ? DMH_OK : error_set (error, DMH_IO, "it cannot be made: %s", strerror (errno));
}

static int s_get_pieces (transfer_t *transfer, const struct fetch *fetch, int fd, struct error *error)
{
    const struct input *input = fetch->input;
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < fetch->pieces->count; i++)
        rc = transfer_get_piece (transfer, input->sha256, input->bytes, fetch->pieces->at[i].at,
                                 fetch->pieces->at[i].bytes, fd, error);
    return rc;
}

//  Opens a file of that mark, this attempt's own where another one has it, or as it is not `whole`: pieces
//  are not what others may go on with. `what` it is, for messages.
static int s_keep (struct fetched_files *self, const struct fetch *fetch, bool whole, const char *mark,
                   const char *what, struct error *error)
{
    struct fetched_file *file = &self->files[self->count];
    file->fd = -1;
    int n = snprintf (file->name, sizeof file->name, "%s/" PREFIX "%s", fetch->folder, mark);
    bool fits = n < (int) sizeof file->name - 2 * ID_BYTES;
    int opened = !fits ? -1 : whole ? s_open (file) : 1;
    if (opened > 0) {
        snprintf (file->name + n, sizeof file->name - (size_t) n, ".%s.%" PRIu64 ".%zu", fetch->job,
                  fetch->attempt, self->count);
        opened = s_open (file);
    }
    if (opened != 0)
        return error_set (error, DMH_IO, "%s cannot be kept in the results folder: %s", what,
                          strerror (errno));
    self->count++;
    snprintf (file->path, sizeof file->path, "/proc/self/fd/%d", file->fd);
    return DMH_OK;
}

//  One file from the broker, or its pieces.
static int s_fetch (struct fetched_files *self, const struct fetch *fetch, transfer_t *transfer, bool whole,
                    const char *sha256, uint64_t bytes, const char *what, struct error *error)
{
    struct error why = {.code = DMH_OK};
    if (!file_is_sha256 (sha256))
        return error_set (error, DMH_BAD_INPUT, "%s is said to lie with the broker, but not by which SHA-256",
                          what);
    int rc = s_keep (self, fetch, whole, sha256, what, error);
    if (rc != DMH_OK)
        return rc;
    struct fetched_file *file = &self->files[self->count - 1];
    rc =
        whole ? transfer_get (transfer, sha256, bytes, file->fd, &why) : s_make_holes (file->fd, bytes, &why);
    if (rc == DMH_OK && !whole)
        rc = s_get_pieces (transfer, fetch, file->fd, &why);
    file->stays = whole && rc == DMH_UNAVAILABLE;
    return rc == DMH_OK ? rc : error_set (error, rc, "%s: %.300s", what, why.text);
}

//  The object, or its pieces.
static int s_bring_object (object_input_t *object, const struct input_pieces *pieces, int fd,
                           struct error *error)
{
    int rc = pieces ? DMH_OK : object_input_bring (object, fd, error);
    for (size_t i = 0; pieces && rc == DMH_OK && i < pieces->count; i++)
        rc = object_input_bring_piece (object, pieces->at[i], fd, error);
    return rc;
}

static object_input_t *s_find_object (const struct fetch *fetch, struct error *error)
{
    const struct input *input = fetch->input;
    const char *etag = fetch->pieces ? fetch->pieces->etag : "";
    object_input_t *object =
        object_input_new (input, fetch->roots, fetch->stop, fetch->moved, fetch->context, error);
    if (object && *etag && !streq (object_input_etag (object), etag)) {
        object_input_destroy (&object);
        error_set (error, DMH_BAD_INPUT, "%s changed while it was read; submit it again when it is complete",
                   input->name);
    }
    return object;
}

//  The input from an object store.
static int s_fetch_object (struct fetched_files *self, const struct fetch *fetch, struct error *error)
{
    char mark[DIGEST_HEX_BYTES];
    struct error why = {.code = DMH_OK};
    const char *name = fetch->input->name;
    object_input_t *object = s_find_object (fetch, error);
    int rc = object ? s_keep (self, fetch, !fetch->pieces, object_input_mark (object, mark), name, error)
                    : error->code;
    if (rc == DMH_OK) {
        struct fetched_file *file = &self->files[self->count - 1];
        snprintf (self->etag, sizeof self->etag, "%s", object_input_etag (object));
        if (fetch->pieces && s_make_holes (file->fd, object_input_bytes (object), &why) != DMH_OK)
            rc = error_set (error, why.code, "%s: %.300s", name, why.text);
        if (rc == DMH_OK)
            rc = s_bring_object (object, fetch->pieces, file->fd, error);
        file->stays = !fetch->pieces && rc == DMH_UNAVAILABLE;
    }
    if (rc == DMH_OK && fetch->pieces && !(self->pieces = object_pieces_new (&object, fetch->folder)))
        rc = error_set (error, DMH_INTERNAL, "out of memory while preparing %s", name);
    object_input_destroy (&object);
    return rc;
}

static struct transfer_config s_config (const struct fetch *fetch)
{
    return (struct transfer_config){.endpoint = fetch->files,
                                    .route = fetch->route,
                                    .credential = fetch->credential,
                                    .tickets = fetch->tickets,
                                    .tickets_count = fetch->tickets_count,
                                    .patience_ms = PATIENCE_MS,
                                    .stop = fetch->stop,
                                    .moved = fetch->moved,
                                    .context = fetch->context};
}

//  What lies with the broker.
static int s_fetch_stored (struct fetched_files *self, const struct fetch *fetch, struct error *error)
{
    const struct input *input = fetch->input;
    const struct options *options = fetch->options;
    const struct transfer_config config = s_config (fetch);
    transfer_t *transfer = transfer_new (&config, error);
    int rc = transfer ? DMH_OK : error->code;
    if (rc == DMH_OK && uri_is_stored (input->uri))
        rc = s_fetch (self, fetch, transfer, !fetch->pieces, input->sha256, input->bytes, input->name, error);
    for (size_t i = 0; rc == DMH_OK && i < options->tables_count; i++)
        rc = s_fetch (self, fetch, transfer, true, options->tables[i].sha256, options->tables[i].bytes,
                      "a table of the mapping", error);
    transfer_destroy (&transfer);
    return rc;
}

int fetched_files_fetch (struct fetched_files *self, const struct fetch *fetch, struct error *error)
{
    const struct input *input = fetch->input;
    bool stored = uri_is_stored (input->uri), object = s3_name_is (input->uri);
    *self = (struct fetched_files){.stored = stored, .moved = fetch->moved, .context = fetch->context};
    if (!stored && !object)
        return DMH_OK;
    self->files = calloc (1 + fetch->options->tables_count, sizeof *self->files);
    if (!self->files)
        return error_set (error, DMH_INTERNAL, "out of memory while preparing %s", input->name);
    int rc = object ? s_fetch_object (self, fetch, error) : DMH_OK;
    bool more = stored || fetch->options->tables_count;
    return rc == DMH_OK && more ? s_fetch_stored (self, fetch, error) : rc;
}

int fetched_files_fetch_more (struct fetched_files *self, const struct fetch *fetch, struct error *error)
{
    int fd = self->files[0].fd;
    const char *name = fetch->input->name;
    struct error why = {.code = DMH_OK};
    if (self->pieces)
        return s_bring_object (object_pieces_object (self->pieces), fetch->pieces, fd, error);
    const struct transfer_config config = s_config (fetch);
    transfer_t *transfer = transfer_new (&config, &why);
    int rc = transfer ? s_get_pieces (transfer, fetch, fd, &why) : why.code;
    transfer_destroy (&transfer);
    return rc == DMH_OK ? rc : error_set (error, rc, "%s: %.300s", name, why.text);
}

int fetched_files_peek (struct fetched_files *self, uint64_t at, char *to, size_t n, struct error *error)
{
    return object_pieces_read (self->pieces, at, to, n, error);
}

const char *fetched_files_input (const struct fetched_files *self)
{
    return self->count ? self->files[0].path : NULL;
}

void fetched_files_tables (const struct fetched_files *self, const char *out[TABLES_MAX], size_t *count)
{
    *count = 0;
    for (size_t i = 1; i < self->count; i++)
        out[(*count)++] = self->files[i].path;
}

bool fetched_files_leave (const struct fetched_files *self)
{
    return self->stored;
}

void fetched_files_clear (struct fetched_files *self)
{
    for (size_t i = 0; i < self->count; i++) {
        if (!self->files[i].stays)
            unlink (self->files[i].name);
        close (self->files[i].fd);
    }
    object_pieces_destroy (&self->pieces);
    free (self->files);
    self->files = NULL;
    self->count = 0;
}

void fetched_files_sweep (const char *folder)
{
    DIR *listing = opendir (folder);
    struct dirent *entry;
    struct stat about;
    while (listing && (entry = readdir (listing)) != NULL) {
        if (strncmp (entry->d_name, PREFIX, strlen (PREFIX)) != 0)
            continue;
        int fd = openat (dirfd (listing), entry->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, &about) == 0 &&
            (time_t) (clock_wall_ms () / 1000) - about.st_mtime > STALE_SECONDS)
            unlinkat (dirfd (listing), entry->d_name, 0);
        if (fd >= 0)
            close (fd);
    }
    if (listing)
        closedir (listing);
}
