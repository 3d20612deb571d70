//  upload.c: see upload.h.
#include "worker/results/upload.h"

#include "messages/base/narrow.h"
#include "messages/files/transfer.h"
#include "worker/results/attempt_folder.h"

#include <fcntl.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000 };

//  A file of the folder, or of one in it; no link leads out of it.
static int s_open (int folder, const char *name)
{
    const char *slash = strchr (name, '/');
    char above[NAME_BYTES];
    if (!slash)
        return openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    snprintf (above, sizeof above, "%.*s", NARROW (int, slash - name), name);
    int between = openat (folder, above, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (between < 0)
        return -1;
    int fd = openat (between, slash + 1, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), why = errno;
    close (between);
    errno = why;
    return fd;
}

static int s_put (transfer_t *transfer, int folder, const struct output *output, struct error *error)
{
    if (!output_name_is_plain (output->name))
        return error_set (error, DMH_MALFORMED, "an output is named that is no plain file name");
    int fd = s_open (folder, output->name);
    if (fd < 0)
        return error_set (error, DMH_IO, "%s cannot be read: %s", output->name, strerror (errno));
    int rc = transfer_put (transfer, fd, output->sha256, output->bytes, error);
    close (fd);
    return rc;
}

//  `folder` is a descriptor, or -1 with errno; it is closed. `name` is what a sentence calls it.
static int s_put_all (const struct upload *self, const char *deposit, int folder, const char *name,
                      const struct output *outputs, size_t count, struct error *error)
{
    if (folder < 0)
        return error_set (error, DMH_IO, "the result %s cannot be read: %s", name, strerror (errno));
    struct transfer_config config = {.endpoint = self->files,
                                     .route = self->route,
                                     .credential = self->credential,
                                     .deposit = deposit,
                                     .patience_ms = PATIENCE_MS,
                                     .stop = self->stop,
                                     .moved = self->moved,
                                     .context = self->context};
    transfer_t *transfer = transfer_new (&config, error);
    int rc = transfer ? DMH_OK : error->code;
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        rc = s_put (transfer, folder, &outputs[i], error);
    transfer_destroy (&transfer);
    close (folder);
    return rc;
}

int upload_folder (const struct upload *self, const char *path, const struct output *outputs, size_t count,
                   struct error *error)
{
    int folder = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return s_put_all (self, self->deposit, folder, path, outputs, count, error);
}

int upload_result (const struct upload *self, const char *results, const struct hand_over *order,
                   struct error *error)
{
    char name[ATTEMPT_FOLDER_BYTES];
    int rc = attempt_folder_find (results, order->job, order->attempt, order->uri, name, error);
    if (rc != DMH_OK)
        return rc;
    int root = open (results, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int folder = root >= 0 ? openat (root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    rc = s_put_all (self, order->deposit, folder, name, order->outputs, order->outputs_count, error);
    if (root >= 0)
        close (root);
    return rc;
}
