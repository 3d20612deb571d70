//  result_file.c: see result_file.h.
#define _GNU_SOURCE
#include "client/gateway/broker/result_file.h"

#include "messages/base/clock.h"
#include "messages/base/narrow.h"
#include "messages/files/transfer.h"
#include "messages/uri.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, RETRY_FIRST_MS = 50, RETRY_MOST_MS = 500, BRING_AGAIN_MS = 3000 };

//  Its room is given back when nobody has it any more.
struct brought {
    char sha256[HEX_BYTES];
    int fd;
    uint64_t bytes;
    size_t holders;
    int64_t used_at;
};

struct result_files {
    const struct result_files_config *config;
    pthread_mutex_t lock;
    struct brought *kept[RESULT_FILES_KEPT];    //  NULL: none
};

static void s_free (const result_files_t *self, struct brought *brought)
{
    if (brought->fd >= 0)
        close (brought->fd);
    spool_give_back (self->config->spool, brought->bytes);
    free (brought);
}

void result_files_release (result_files_t *self, brought_t **brought_p)
{
    struct brought *brought = *brought_p;
    if (!brought)
        return;
    pthread_mutex_lock (&self->lock);
    bool last = --brought->holders == 0;
    pthread_mutex_unlock (&self->lock);
    if (last)
        s_free (self, brought);
    *brought_p = NULL;
}

//  Those that were not used since.
static void s_forget (result_files_t *self, int64_t since)
{
    for (size_t i = 0; i < RESULT_FILES_KEPT; i++) {
        pthread_mutex_lock (&self->lock);
        struct brought *old = self->kept[i] && self->kept[i]->used_at < since ? self->kept[i] : NULL;
        if (old)
            self->kept[i] = NULL;
        pthread_mutex_unlock (&self->lock);
        result_files_release (self, &old);
    }
}

//  The spool is full.
static void s_make_room (void *context)
{
    s_forget (context, INT64_MAX);
}

result_files_t *result_files_new (const struct result_files_config *config)
{
    result_files_t *self = calloc (1, sizeof *self);
    if (self) {
        self->config = config;
        pthread_mutex_init (&self->lock, NULL);
        spool_when_full (config->spool, s_make_room, self);
    }
    return self;
}

void result_files_destroy (result_files_t **self_p)
{
    result_files_t *self = *self_p;
    if (!self)
        return;
    spool_when_full (self->config->spool, NULL, NULL);
    s_forget (self, INT64_MAX);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

//  A descriptor of one that is kept; -1: it is not. Those that nobody used for a while go.
static int s_find (result_files_t *self, const char *sha256, brought_t **out)
{
    int fd = -1;
    int64_t now = clock_mono_ms ();
    s_forget (self, now - RESULT_FILES_KEPT_MS);
    pthread_mutex_lock (&self->lock);
    for (size_t i = 0; fd < 0 && i < RESULT_FILES_KEPT; i++) {
        struct brought *kept = self->kept[i];
        if (kept && streq (kept->sha256, sha256) && (fd = fcntl (kept->fd, F_DUPFD_CLOEXEC, 0)) >= 0) {
            kept->used_at = now;
            kept->holders++;
            *out = kept;
        }
    }
    pthread_mutex_unlock (&self->lock);
    return fd;
}

//  In the place of the same one that somebody else has brought, or of that which was not used for longest.
static void s_keep (result_files_t *self, struct brought *brought)
{
    pthread_mutex_lock (&self->lock);
    struct brought **place = &self->kept[0];
    for (size_t i = 0; i < RESULT_FILES_KEPT; i++) {
        if (self->kept[i] && streq (self->kept[i]->sha256, brought->sha256)) {
            place = &self->kept[i];
            break;
        }
        if (!self->kept[i] || (*place && self->kept[i]->used_at < (*place)->used_at))
            place = &self->kept[i];
    }
    struct brought *before = *place;
    *place = brought;
    brought->holders++;
    pthread_mutex_unlock (&self->lock);
    result_files_release (self, &before);
}

//  From the worker's folder, where its disk is this host's, too.
static int s_open_here (const struct job_record *record, const struct output *output)
{
    char folder[PATH_MAX];
    struct stat is;
    if (uri_to_path (record->result, folder, sizeof folder, NULL) != DMH_OK)
        return -1;
    int at = open (folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    const char *name = output->name, *slash = strchr (name, '/');
    if (at >= 0 && slash) {    //  of a job that joins: KIND/records.csv
        char kind[NAME_BYTES];
        snprintf (kind, sizeof kind, "%.*s", NARROW (int, slash - name), name);
        int below = openat (at, kind, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        close (at);
        at = below;
        name = slash + 1;
    }
    int fd = at >= 0 ? openat (at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    if (at >= 0)
        close (at);
    if (fd >= 0 &&
        (fstat (fd, &is) != 0 || !S_ISREG (is.st_mode) || (uint64_t) is.st_size != output->bytes)) {
        close (fd);
        fd = -1;
    }
    return fd;
}

//  What was asked of the broker, and its answer, for a thread that waits for it.
struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t told;
    bool is_told;
    int rc;
    struct error error;
};

static void s_told (void *context, int rc, void *answer, const struct error *error)
{
    struct waiting *waiting = context;
    (void) answer;
    pthread_mutex_lock (&waiting->lock);
    waiting->rc = rc;
    if (rc != DMH_OK)
        waiting->error = *error;
    waiting->is_told = true;
    pthread_cond_signal (&waiting->told);
    pthread_mutex_unlock (&waiting->lock);
}

//  Asks the worker that holds the result to leave it with the broker.
static int s_bring (const result_files_t *self, const char *job, const char *on_behalf_of,
                    struct error *error)
{
    struct job_request bring = {.request = ""};
    struct waiting waiting = {.rc = DMH_OK};
    snprintf (bring.job, sizeof bring.job, "%s", job);
    snprintf (bring.on_behalf_of, sizeof bring.on_behalf_of, "%s", on_behalf_of);
    pthread_mutex_init (&waiting.lock, NULL);
    pthread_cond_init (&waiting.told, NULL);
    int rc = exchange_ask (self->config->exchange, &bring_shape, &bring, &job_state_reply_shape, s_told,
                           &waiting, error);
    if (rc == DMH_OK) {
        pthread_mutex_lock (&waiting.lock);
        while (!waiting.is_told)
            pthread_cond_wait (&waiting.told, &waiting.lock);
        pthread_mutex_unlock (&waiting.lock);
        rc = waiting.rc;
        if (rc != DMH_OK)
            *error = waiting.error;
    }
    pthread_cond_destroy (&waiting.told);
    pthread_mutex_destroy (&waiting.lock);
    return rc;
}

//  Until it is there: its worker may have yet to leave it with the broker.
static int s_get (const result_files_t *self, transfer_t *transfer, const struct job_record *record,
                  const struct output *output, const char *on_behalf_of, int fd, struct error *error)
{
    bool on_demand = !uri_is_stored (record->result);
    int64_t until = clock_mono_ms () + PATIENCE_MS, asked_at = -1;
    for (int wait = RETRY_FIRST_MS;; wait = wait * 2 < RETRY_MOST_MS ? wait * 2 : RETRY_MOST_MS) {
        int rc = transfer_get (transfer, output->sha256, output->bytes, fd, error);
        int64_t now = clock_mono_ms ();
        if (rc != DMH_NOT_FOUND || !on_demand)
            return rc;
        if (now >= until)
            return error_set (error, DMH_UNAVAILABLE, "no worker brings the result now; try again later");
        if (asked_at < 0 || now - asked_at >= BRING_AGAIN_MS) {
            rc = s_bring (self, record->job, on_behalf_of, error);
            asked_at = now;
            if (rc == DMH_NOT_FOUND)
                return error_set (error, DMH_UNAVAILABLE,
                                  "the worker that holds the result is not connected; try again later");
            if (rc != DMH_OK)
                return rc;
        }
        struct pollfd stop = {.fd = tasks_stop (self->config->tasks), .events = POLLIN};
        if (poll (&stop, 1, wait) > 0)
            return error_set (error, DMH_CANCELLED, "the gateway ends; try again later");
    }
}

static int s_fetch (result_files_t *self, const struct job_record *record, const struct output *output,
                    const char *on_behalf_of, int fd, struct error *error)
{
    const struct result_files_config *config = self->config;
    const struct transfer_config transfer_config = {.endpoint = "",
                                                    .route = exchange_route (config->exchange),
                                                    .credential = config->credential,
                                                    .patience_ms = PATIENCE_MS,
                                                    .stop = {NULL, tasks_stop (config->tasks), ZMQ_POLLIN, 0},
                                                    .tickets = record->tickets,
                                                    .tickets_count = record->tickets_count};
    transfer_t *transfer = transfer_new (&transfer_config, error);
    int rc = transfer ? s_get (self, transfer, record, output, on_behalf_of, fd, error) : error->code;
    transfer_destroy (&transfer);
    return rc;
}

//  Brings it. NULL with `error` set.
static struct brought *s_take (result_files_t *self, const struct job_record *record,
                               const struct output *output, const char *on_behalf_of, struct error *error)
{
    spool_t *spool = self->config->spool;
    struct brought *got = calloc (1, sizeof *got);
    int rc =
        got ? spool_reserve (spool, output->bytes, error) : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc != DMH_OK) {
        free (got);
        return NULL;
    }
    *got = (struct brought){.bytes = output->bytes, .holders = 1, .used_at = clock_mono_ms ()};
    memcpy (got->sha256, output->sha256, sizeof got->sha256);
    got->fd = spool_open (spool, error);
    rc = got->fd < 0 ? error->code : s_fetch (self, record, output, on_behalf_of, got->fd, error);
    if (rc != DMH_OK) {
        s_free (self, got);
        return NULL;
    }
    s_keep (self, got);
    return got;
}

int result_files_open (result_files_t *self, const struct job_record *record, const struct output *output,
                       const char *on_behalf_of, brought_t **brought, struct error *error)
{
    *brought = NULL;
    if (exchange_shares_disk (self->config->exchange) && !uri_is_stored (record->result)) {
        int here = s_open_here (record, output);
        if (here >= 0)
            return here;
    }
    int fd = s_find (self, output->sha256, brought);
    if (fd >= 0)
        return fd;
    *brought = s_take (self, record, output, on_behalf_of, error);
    if (!*brought)
        return -1;
    fd = fcntl ((*brought)->fd, F_DUPFD_CLOEXEC, 0);
    if (fd < 0) {
        error_set (error, DMH_IO, "the gateway has no descriptor for the file: %s", strerror (errno));
        result_files_release (self, brought);
    }
    return fd;
}
