//  uploader.c: see uploader.h.
#include "worker/session/uploader.h"

#include "messages/base/log.h"
#include "messages/files/transfer.h"
#include "messages/sockets/actor.h"
#include "worker/results/attempt_folder.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000 };

struct uploader {
    const char *results;
    const struct credential *credential;
    actor_t *actor;
    int stop;                //  readable when it ends
    atomic_size_t orders;    //  that were taken and are not done
};

//  What goes to the thread.
struct parcel {
    struct hand_over order;    //  owns its outputs
    char files[URI_BYTES];
};

static void s_free (struct parcel **self_p)
{
    if (*self_p)
        free ((*self_p)->order.outputs);
    free (*self_p);
    *self_p = NULL;
}

static int s_put (transfer_t *transfer, int folder, const struct output *output, struct error *error)
{
    if (!*output->name || strchr (output->name, '/') || streq (output->name, ".") ||
        streq (output->name, ".."))
        return error_set (error, DMH_MALFORMED, "an output is named that is no plain file name");
    int fd = openat (folder, output->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return error_set (error, DMH_IO, "%s cannot be read: %s", output->name, strerror (errno));
    int rc = transfer_put (transfer, fd, output->sha256, output->bytes, error);
    close (fd);
    return rc;
}

int uploader_do (const char *results, const struct credential *credential, const struct hand_over *order,
                 const char *files, int stop, struct error *error)
{
    char name[ATTEMPT_FOLDER_BYTES];
    int rc = attempt_folder_find (results, order->job, order->attempt, order->uri, name, error);
    if (rc != DMH_OK)
        return rc;
    int root = open (results, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int folder = root >= 0 ? openat (root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    struct transfer_config config = {.endpoint = files,
                                     .credential = credential,
                                     .patience_ms = PATIENCE_MS,
                                     .stop = {NULL, stop, ZMQ_POLLIN, 0}};
    transfer_t *transfer = NULL;
    if (folder < 0)
        rc = error_set (error, DMH_IO, "the result %s cannot be read: %s", name, strerror (errno));
    else if (!(transfer = transfer_new (&config, error)))
        rc = error->code;
    for (size_t i = 0; rc == DMH_OK && i < order->outputs_count; i++)
        rc = s_put (transfer, folder, &order->outputs[i], error);
    transfer_destroy (&transfer);
    if (folder >= 0)
        close (folder);
    if (root >= 0)
        close (root);
    return rc;
}

static void s_run (zsock_t *pipe, void *args)
{
    uploader_t *self = args;
    zsock_signal (pipe, 0);
    for (;;) {
        char *word = NULL;
        struct parcel *parcel = NULL;
        struct error error = {.code = DMH_OK};
        bool good = zsock_recv (pipe, "sp", &word, &parcel) == 0 && word && streq (word, "TAKE") && parcel;
        zstr_free (&word);
        if (!good)
            break;
        const char *job = parcel->order.job;
        int rc =
            uploader_do (self->results, self->credential, &parcel->order, parcel->files, self->stop, &error);
        if (rc == DMH_OK)
            log_event (LOG_LEVEL_INFO, "result.handed_over", job, NULL, NULL);
        else    //  that it is another worker's is nothing to worry about
            log_event (rc == DMH_NOT_FOUND ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, "result.not_handed_over",
                       job, NULL, "error", error.text, NULL);
        s_free (&parcel);
        atomic_fetch_sub (&self->orders, 1);
    }
}

uploader_t *uploader_new (const char *results, const struct credential *credential)
{
    uploader_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->results = results;
    self->credential = credential;
    self->stop = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
    self->actor = self->stop >= 0 ? actor_new (s_run, self) : NULL;
    if (!self->actor)
        uploader_destroy (&self);
    return self;
}

void uploader_destroy (uploader_t **self_p)
{
    uploader_t *self = *self_p;
    if (!self)
        return;
    if (self->stop >= 0)
        eventfd_write (self->stop, 1);
    actor_destroy (&self->actor);
    if (self->stop >= 0)
        close (self->stop);
    free (self);
    *self_p = NULL;
}

bool uploader_take (uploader_t *self, const struct hand_over *order, const char *files)
{
    if (atomic_load (&self->orders) >= COURIER_ORDERS_MAX)
        return false;
    struct parcel *parcel = calloc (1, sizeof *parcel);
    if (!parcel)
        return false;
    parcel->order = *order;
    snprintf (parcel->files, sizeof parcel->files, "%s", files);
    parcel->order.outputs = calloc (order->outputs_count + 1, sizeof *parcel->order.outputs);
    if (parcel->order.outputs && order->outputs_count)
        memcpy (parcel->order.outputs, order->outputs, order->outputs_count * sizeof *order->outputs);
    atomic_fetch_add (&self->orders, 1);
    if (parcel->order.outputs && zsock_send (actor_pipe (self->actor), "sp", "TAKE", parcel) == 0)
        return true;
    atomic_fetch_sub (&self->orders, 1);
    s_free (&parcel);
    return false;
}
