//  commit_group.c: see commit_group.h. The first that finds nobody at the disk goes there for all that wait.
#include "worker/results/commit_group.h"

#include "messages/base/narrow.h"
#include "messages/files/folder_sync.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GROUP_MOST = 64 };

struct member {
    const char *from, *to;
    bool named, over;
    struct error error;
    struct member *next;
};

struct commit_group {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct member *waiting;
    bool busy;    //  somebody is at the disk
    int results;
};

commit_group_t *commit_group_new (const char *results)
{
    commit_group_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->results = open (results, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (self->results < 0) {
        free (self);
        return NULL;
    }
    pthread_mutex_init (&self->mutex, NULL);
    pthread_cond_init (&self->changed, NULL);
    return self;
}

void commit_group_destroy (commit_group_t **self_p)
{
    commit_group_t *self = *self_p;
    if (!self)
        return;
    pthread_cond_destroy (&self->changed);
    pthread_mutex_destroy (&self->mutex);
    close (self->results);
    free (self);
    *self_p = NULL;
}

static void s_above (const char *path, char out[PATH_MAX])
{
    const char *slash = strrchr (path, '/');
    size_t n = slash && slash > path ? (size_t) (slash - path) : 1;
    snprintf (out, PATH_MAX, "%.*s", NARROW (int, n), slash ? path : ".");
}

static void s_sync (struct member *members, int root)
{
    struct folder_sync_item items[GROUP_MOST];
    size_t count = 0;
    for (struct member *at = members; at; at = at->next)
        items[count++] = (struct folder_sync_item){.folder = at->from, .said = at->to};
    folder_sync_all (root, items, count);
    count = 0;
    for (struct member *at = members; at; at = at->next)
        at->error = items[count++].error;
}

//  All of them lie in one folder: that of a worker's results.
static void s_commit (struct member *members, int results)
{
    char root[PATH_MAX];
    struct error error = {.code = DMH_OK};
    s_above (members->to, root);
    s_sync (members, results);
    for (struct member *at = members; at; at = at->next) {
        if (at->error.code != DMH_OK)
            continue;
        at->named = rename (at->from, at->to) == 0;
        if (!at->named)
            error_set (&at->error, DMH_IO, "%s cannot get its name: %s", at->to, strerror (errno));
    }
    int rc = folder_sync (root, &error);
    for (struct member *at = members; at; at = at->next)
        if (rc != DMH_OK && at->named)
            at->error = error;
}

//  Those that wait, as many as one sync takes; they are the caller's then.
static struct member *s_take (commit_group_t *self)
{
    struct member *members = self->waiting, *last = members;
    for (size_t count = 1; last->next && count < GROUP_MOST; count++)
        last = last->next;
    self->waiting = last->next;
    last->next = NULL;
    return members;
}

int commit_group_finish (commit_group_t *self, const char *from, const char *to, bool *named,
                         struct error *error)
{
    struct member own = {.from = from, .to = to}, **end;
    pthread_mutex_lock (&self->mutex);
    for (end = &self->waiting; *end; end = &(*end)->next)
        ;
    *end = &own;
    while (!own.over) {
        if (self->busy) {
            pthread_cond_wait (&self->changed, &self->mutex);
            continue;
        }
        struct member *members = s_take (self);
        self->busy = true;
        pthread_mutex_unlock (&self->mutex);
        s_commit (members, self->results);
        pthread_mutex_lock (&self->mutex);
        self->busy = false;
        for (struct member *next; members; members = next) {
            next = members->next;
            members->over = true;
        }
        pthread_cond_broadcast (&self->changed);
    }
    pthread_mutex_unlock (&self->mutex);
    *named = own.named;
    if (own.error.code != DMH_OK)
        *error = own.error;
    return own.error.code;
}

size_t commit_group_waiting (commit_group_t *self)
{
    size_t count = 0;
    pthread_mutex_lock (&self->mutex);
    for (const struct member *at = self->waiting; at; at = at->next)
        count++;
    pthread_mutex_unlock (&self->mutex);
    return count;
}
