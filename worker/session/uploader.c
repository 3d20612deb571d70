//  uploader.c: see uploader.h.
#include "worker/session/uploader.h"

#include "messages/base/log.h"
#include "messages/sockets/actor.h"
#include "worker/results/upload.h"

#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct uploader {
    const char *results;
    const struct credential *credential;
    route_t *route;
    actor_t *actor;
    int stop;                //  readable when it ends
    atomic_size_t orders;    //  that were taken and are not done
};

//  What goes to the thread.
struct task {
    struct hand_over order;    //  owns its outputs
    char files[URI_BYTES];
};

static void s_free (struct task **self_p)
{
    if (*self_p)
        free ((*self_p)->order.outputs);
    free (*self_p);
    *self_p = NULL;
}

static void s_run (zsock_t *pipe, void *args)
{
    uploader_t *self = args;
    zsock_signal (pipe, 0);
    for (;;) {
        char *word = NULL;
        struct task *task = NULL;
        struct error error = {.code = DMH_OK};
        bool good = zsock_recv (pipe, "sp", &word, &task) == 0 && word && streq (word, "TAKE") && task;
        zstr_free (&word);
        if (!good)
            break;
        const char *job = task->order.job;
        struct upload upload = {.files = task->files,
                                .route = self->route,
                                .credential = self->credential,
                                .stop = {NULL, self->stop, ZMQ_POLLIN, 0}};
        int rc = upload_result (&upload, self->results, &task->order, &error);
        if (rc == DMH_OK)
            log_event (LOG_LEVEL_INFO, "result.handed_over", job, NULL, NULL);
        else    //  that it is another worker's is nothing to worry about
            log_event (rc == DMH_NOT_FOUND ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, "result.not_handed_over",
                       job, NULL, "error", error.text, NULL);
        s_free (&task);
        atomic_fetch_sub (&self->orders, 1);
    }
}

uploader_t *uploader_new (const char *results, const struct credential *credential, route_t *route)
{
    uploader_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->results = results;
    self->credential = credential;
    self->route = route;
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
    if (atomic_load (&self->orders) >= UPLOADER_ORDERS_MAX)
        return false;
    struct task *task = calloc (1, sizeof *task);
    if (!task)
        return false;
    task->order = *order;
    snprintf (task->files, sizeof task->files, "%s", files);
    task->order.outputs = calloc (order->outputs_count + 1, sizeof *task->order.outputs);
    if (task->order.outputs && order->outputs_count)
        memcpy (task->order.outputs, order->outputs, order->outputs_count * sizeof *order->outputs);
    atomic_fetch_add (&self->orders, 1);
    if (task->order.outputs && zsock_send (actor_pipe (self->actor), "sp", "TAKE", task) == 0)
        return true;
    atomic_fetch_sub (&self->orders, 1);
    s_free (&task);
    return false;
}
