//  spool.c: see spool.h.
#define _GNU_SOURCE
#include "client/gateway/spool.h"

#include "messages/base/metrics.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct spool {
    const char *folder;
    uint64_t most;
    pthread_mutex_t lock;    //  of what is below
    uint64_t used;
    void (*make_room) (void *context);
    void *context;
};

spool_t *spool_new (const char *folder, uint64_t most)
{
    spool_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->folder = folder;
    self->most = most;
    pthread_mutex_init (&self->lock, NULL);
    return self;
}

void spool_destroy (spool_t **self_p)
{
    spool_t *self = *self_p;
    if (!self)
        return;
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

void spool_when_full (spool_t *self, void (*make_room) (void *context), void *context)
{
    pthread_mutex_lock (&self->lock);
    self->make_room = make_room;
    self->context = context;
    pthread_mutex_unlock (&self->lock);
}

static bool s_reserve (spool_t *self, uint64_t n, void (**make_room) (void *context), void **context)
{
    pthread_mutex_lock (&self->lock);
    bool fits = !self->most || (n <= self->most && self->used <= self->most - n);
    self->used += fits ? n : 0;
    metrics_set (METRIC_GATEWAY_SPOOL_BYTES, 0, self->used);
    *make_room = self->make_room;
    *context = self->context;
    pthread_mutex_unlock (&self->lock);
    return fits;
}

int spool_reserve (spool_t *self, uint64_t n, struct error *error)
{
    void (*make_room) (void *context) = NULL;
    void *context = NULL;
    bool fits = s_reserve (self, n, &make_room, &context);
    if (!fits && make_room) {
        make_room (context);
        fits = s_reserve (self, n, &make_room, &context);
    }
    return fits ? DMH_OK
                : error_set (error, DMH_UNAVAILABLE,
                             "what is under way takes the %llu bytes of --spool-bytes; try again later",
                             (unsigned long long) self->most);
}

void spool_give_back (spool_t *self, uint64_t n)
{
    pthread_mutex_lock (&self->lock);
    self->used -= n;
    metrics_set (METRIC_GATEWAY_SPOOL_BYTES, 0, self->used);
    pthread_mutex_unlock (&self->lock);
}

//  Where the file system has no files without a name: one whose name goes at once.
static int s_open_named (const char *folder)
{
    char *path;
    if (asprintf (&path, "%s/upload-XXXXXX", folder) < 0)
        return -1;
    int fd = mkostemp (path, O_CLOEXEC);
    if (fd >= 0)
        unlink (path);
    free (path);
    return fd;
}

int spool_open (const spool_t *self, struct error *error)
{
    int fd = open (self->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR))
        fd = s_open_named (self->folder);
    if (fd < 0)
        error_set (error, DMH_IO, "the gateway cannot keep a file in its --spool: %s", strerror (errno));
    return fd;
}

int spool_write (int fd, uint64_t at, const char *bytes, size_t n, struct error *error)
{
    for (size_t done = 0; done < n;) {
        ssize_t put = pwrite (fd, bytes + done, n - done, (off_t) (at + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return error_set (error, DMH_IO, "the gateway's disk does not take the upload: %s",
                              put < 0 ? strerror (errno) : "it is full");
        done += (size_t) put;
    }
    return DMH_OK;
}
