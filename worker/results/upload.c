//  upload.c: see upload.h.
#define _GNU_SOURCE
#include "worker/results/upload.h"

#include "messages/base/narrow.h"
#include "messages/files/transfer.h"
#include "worker/results/attempt_folder.h"
#include "worker/results/object_results.h"

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

static struct transfer_config s_config (const struct upload *self, const char *deposit)
{
    return (struct transfer_config){.endpoint = self->files,
                                    .route = self->route,
                                    .credential = self->credential,
                                    .deposit = deposit,
                                    .patience_ms = PATIENCE_MS,
                                    .stop = self->stop,
                                    .moved = self->moved,
                                    .context = self->context};
}

//  `folder` is a descriptor, or -1 with errno; it is closed. `name` is what a sentence calls it.
static int s_put_all (const struct upload *self, const char *deposit, int folder, const char *name,
                      const struct output *outputs, size_t count, struct error *error)
{
    if (folder < 0)
        return error_set (error, DMH_IO, "the result %s cannot be read: %s", name, strerror (errno));
    struct transfer_config config = s_config (self, deposit);
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
    if (self->objects) {
        const struct object_results there = {self->objects, self->stop, self->moved, self->context};
        return object_results_put (&there, self->job, self->attempt, path, outputs, count, error);
    }
    int folder = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return s_put_all (self, self->deposit, folder, path, outputs, count, error);
}

//  From the object store by a file without a name.
static int s_pass_on (const struct upload *self, transfer_t *transfer, const char *results,
                      const struct hand_over *order, const struct output *output, struct error *error)
{
    const struct object_results there = {self->objects, self->stop, self->moved, self->context};
    if (!output_name_is_plain (output->name))
        return error_set (error, DMH_MALFORMED, "an output is named that is no plain file name");
    int fd = open (results, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return error_set (error, DMH_IO, "%s cannot be kept in the results folder: %s", output->name,
                          strerror (errno));
    int rc = object_results_get (&there, order->job, order->attempt, output->name, fd, error);
    if (rc == DMH_OK)
        rc = transfer_put (transfer, fd, output->sha256, output->bytes, error);
    close (fd);
    return rc;
}

static int s_pass_all_on (const struct upload *self, const char *results, const struct hand_over *order,
                          struct error *error)
{
    struct transfer_config config = s_config (self, order->deposit);
    int rc = object_results_check (self->objects, order->job, order->attempt, order->uri, error);
    transfer_t *transfer = rc == DMH_OK ? transfer_new (&config, error) : NULL;
    if (rc == DMH_OK && !transfer)
        rc = error->code;
    for (size_t i = 0; rc == DMH_OK && i < order->outputs_count; i++)
        rc = s_pass_on (self, transfer, results, order, &order->outputs[i], error);
    transfer_destroy (&transfer);
    return rc;
}

int upload_result (const struct upload *self, const char *results, const struct hand_over *order,
                   struct error *error)
{
    if (s3_name_is (order->uri))
        return s_pass_all_on (self, results, order, error);
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
