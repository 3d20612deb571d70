//  delivery.c: see delivery.h. An input lies in the results folder as .input-SHA256 while it is needed,
//  locked by the one who uses it; who finds it locked has a file of his own.
#define _GNU_SOURCE
#include "delivery.h"

#include "../../messages/carrier.h"
#include "../../messages/file.h"
#include "../../messages/uri.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX ".input-"
enum { PATIENCE_MS = 60000, STALE_SECONDS = 24 * 60 * 60 };

static carrier_t *s_carrier (const struct delivery *self, struct carrier_config *config, struct error *error)
{
    *config = (struct carrier_config){.endpoint = self->assignment->files,
                                      .credential = self->assignment->credential,
                                      .patience_ms = PATIENCE_MS,
                                      .stop = {zsock_resolve (self->pipe), 0, ZMQ_POLLIN, 0}};
    return carrier_new (config, error);
}

//  0: the file is open and locked; 1: another one has it; -1: errno.
static int s_open (struct delivery *self)
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

int delivery_bring (struct delivery *self, const struct assignment *assignment, zsock_t *pipe,
                    struct error *error)
{
    const struct input *input = &assignment->input;
    *self = (struct delivery){.assignment = assignment, .pipe = pipe, .fd = -1};
    if (!uri_is_stored (input->uri))
        return DMH_OK;
    if (!file_is_sha256 (input->sha256))
        return error_set (error, DMH_BAD_INPUT, "%s is said to lie with the broker, but not by which SHA-256",
                          input->name);
    int n = snprintf (self->name, sizeof self->name, "%s/" PREFIX "%s", assignment->results, input->sha256);
    int opened = n < (int) sizeof self->name - 2 * ID_BYTES ? s_open (self) : -1;
    if (opened > 0) {
        snprintf (self->name + n, sizeof self->name - (size_t) n, ".%s.%" PRIu64, assignment->job,
                  assignment->attempt);
        opened = s_open (self);
    }
    if (opened != 0)
        return error_set (error, DMH_IO, "%s cannot be kept in the results folder: %s", input->name,
                          strerror (errno));
    struct carrier_config config;
    struct error why = {.code = DMH_OK};
    carrier_t *carrier = s_carrier (self, &config, &why);
    int rc = carrier ? carrier_get (carrier, input->sha256, input->bytes, self->fd, &why) : why.code;
    carrier_destroy (&carrier);
    self->stays = rc == DMH_UNAVAILABLE;
    if (rc != DMH_OK)
        return error_set (error, rc, "%s: %.300s", input->name, why.text);
    snprintf (self->path, sizeof self->path, "/proc/self/fd/%d", self->fd);
    return DMH_OK;
}

static void s_remove (const struct assignment *assignment, const struct output *outputs, size_t count)
{
    char path[URI_BYTES + NAME_BYTES + 2];
    for (size_t i = 0; i < count; i++) {
        snprintf (path, sizeof path, "%s/%s", assignment->folder, outputs[i].name);
        unlink (path);
    }
    rmdir (assignment->folder);
}

int delivery_hand_over (struct delivery *self, const struct output *outputs, size_t count, bool *stored,
                        struct error *error)
{
    const struct assignment *assignment = self->assignment;
    *stored = false;
    if (self->fd < 0)
        return DMH_OK;
    struct carrier_config config;
    struct error why = {.code = DMH_OK};
    carrier_t *carrier = s_carrier (self, &config, &why);
    int rc = carrier ? DMH_OK : why.code;
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        char path[URI_BYTES + NAME_BYTES + 2];
        snprintf (path, sizeof path, "%s/%s", assignment->folder, outputs[i].name);
        int fd = open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (fd < 0)
            rc = error_set (&why, DMH_IO, "%s cannot be read: %s", outputs[i].name, strerror (errno));
        else
            rc = carrier_put (carrier, fd, outputs[i].sha256, outputs[i].bytes, &why);
        if (fd >= 0)
            close (fd);
    }
    carrier_destroy (&carrier);
    s_remove (assignment, outputs, count);
    *stored = rc == DMH_OK;
    return rc == DMH_OK ? rc
                        : error_set (error, rc, "%s: its result cannot be handed over: %.300s",
                                     assignment->input.name, why.text);
}

void delivery_clear (struct delivery *self)
{
    if (self->fd < 0)
        return;
    if (!self->stays)
        unlink (self->name);
    close (self->fd);
    self->fd = -1;
}

void delivery_sweep (const char *results)
{
    DIR *folder = opendir (results);
    struct dirent *entry;
    struct stat about;
    while (folder && (entry = readdir (folder)) != NULL) {
        if (strncmp (entry->d_name, PREFIX, strlen (PREFIX)) != 0)
            continue;
        int fd = openat (dirfd (folder), entry->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, &about) == 0 &&
            time (NULL) - about.st_mtime > STALE_SECONDS)
            unlinkat (dirfd (folder), entry->d_name, 0);
        if (fd >= 0)
            close (fd);
    }
    if (folder)
        closedir (folder);
}
