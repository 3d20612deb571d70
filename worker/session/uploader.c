//  uploader.c: see uploader.h.
#include "worker/session/uploader.h"

#include "messages/base/log.h"
#include "messages/sockets/actor.h"
#include "worker/results/object_results.h"
#include "worker/results/upload.h"

#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct uploader {
    const char *results;
    const struct s3_name *objects;
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
    bool removes;    //  no outputs then
};

static void s_free (struct task **self_p)
{
    if (*self_p)
        free ((*self_p)->order.outputs);
    free (*self_p);
    *self_p = NULL;
}

static void s_hand_over (uploader_t *self, const struct task *task)
{
    const char *job = task->order.job;
    struct error error = {.code = DMH_OK};
    struct upload upload = {.files = task->files,
                            .route = self->route,
                            .credential = self->credential,
                            .objects = self->objects,
                            .stop = {NULL, self->stop, ZMQ_POLLIN, 0}};
    int rc = upload_result (&upload, self->results, &task->order, &error);
    if (rc == DMH_OK)
        log_event (LOG_LEVEL_INFO, "result.handed_over", job, NULL, NULL);
    else    //  that it is another worker's is nothing to worry about
        log_event (rc == DMH_NOT_FOUND ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, "result.not_handed_over", job,
                   NULL, "error", error.text, NULL);
}

static void s_remove (uploader_t *self, const struct task *task, zsock_t *pipe)
{
    const struct hand_over *order = &task->order;
    struct error error = {.code = DMH_OK};
    const struct object_results there = {.root = self->objects, .stop = {NULL, self->stop, ZMQ_POLLIN, 0}};
    int rc = object_results_check (self->objects, order->job, order->attempt, order->uri, &error);
    if (rc == DMH_OK)
        rc = object_results_remove (&there, order->job, order->attempt, &error);
    if (rc == DMH_OK)
        log_event (LOG_LEVEL_INFO, "result.removed", order->job, NULL, NULL);
    else
        log_event (rc == DMH_NOT_FOUND ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, "result.kept", order->job, NULL,
                   "error", error.text, NULL);
    zsock_send (pipe, "s8i", order->job, order->attempt, rc == DMH_OK);
}

static void s_run (zsock_t *pipe, void *args)
{
    uploader_t *self = args;
    zsock_signal (pipe, 0);
    for (;;) {
        char *word = NULL;
        struct task *task = NULL;
        bool good = zsock_recv (pipe, "sp", &word, &task) == 0 && word && streq (word, "TAKE") && task;
        zstr_free (&word);
        if (!good)
            break;
        if (task->removes)
            s_remove (self, task, pipe);
        else
            s_hand_over (self, task);
        s_free (&task);
        atomic_fetch_sub (&self->orders, 1);
    }
}

uploader_t *uploader_new (const char *results, const struct s3_name *objects,
                          const struct credential *credential, route_t *route)
{
    uploader_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->results = results;
    self->objects = objects;
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

//  Takes over the task, which may be NULL.
static bool s_take (uploader_t *self, struct task *task)
{
    if (!task)
        return false;
    atomic_fetch_add (&self->orders, 1);
    if (zsock_send (actor_pipe (self->actor), "sp", "TAKE", task) == 0)
        return true;
    atomic_fetch_sub (&self->orders, 1);
    s_free (&task);
    return false;
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
    if (!task->order.outputs)
        s_free (&task);
    else if (order->outputs_count)
        memcpy (task->order.outputs, order->outputs, order->outputs_count * sizeof *order->outputs);
    return s_take (self, task);
}

bool uploader_take_removal (uploader_t *self, const struct remove_result *removal)
{
    if (atomic_load (&self->orders) >= UPLOADER_ORDERS_MAX)
        return false;
    struct task *task = calloc (1, sizeof *task);
    if (!task)
        return false;
    memcpy (task->order.job, removal->job, sizeof task->order.job);
    memcpy (task->order.uri, removal->uri, sizeof task->order.uri);
    task->order.attempt = removal->attempt;
    task->removes = true;
    return s_take (self, task);
}

zsock_t *uploader_pipe (uploader_t *self)
{
    return actor_pipe (self->actor);
}

bool uploader_taken (uploader_t *self, struct removed *out)
{
    char *job = NULL;
    uint64_t attempt = 0;
    int removed = 0;
    bool is = zsock_recv (actor_pipe (self->actor), "s8i", &job, &attempt, &removed) == 0 && job;
    if (is) {
        *out = (struct removed){.attempt = attempt, .removed = removed};
        snprintf (out->job, sizeof out->job, "%s", job);
    }
    zstr_free (&job);
    return is;
}
