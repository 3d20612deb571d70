//  patience.c: see patience.h. One that is ended stays in the list until libmicrohttpd has let it go.
#include "client/gateway/http/patience.h"

#include "messages/base/clock.h"
#include "messages/base/log.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

struct patient {
    int fd;
    enum patient_state state;
    int64_t since;     //  mono ms; in PATIENT_BODY: of the window
    uint64_t bytes;    //  in the window
    struct patient *before, *after;
};

struct patience {
    int64_t window;    //  ms
    pthread_mutex_t lock;
    pthread_cond_t ends;
    bool ending, has_thread;
    pthread_t thread;
    struct patient *first;
};

//  Each second, until it ends.
static void *s_run (void *context)
{
    patience_t *self = context;
    pthread_mutex_lock (&self->lock);
    while (!self->ending) {
        struct timespec until;
        clock_gettime (CLOCK_MONOTONIC, &until);
        until.tv_sec++;
        pthread_cond_timedwait (&self->ends, &self->lock, &until);
        pthread_mutex_unlock (&self->lock);
        patience_check (self, clock_mono_ms ());
        pthread_mutex_lock (&self->lock);
    }
    pthread_mutex_unlock (&self->lock);
    return NULL;
}

patience_t *patience_new (unsigned seconds)
{
    patience_t *self = calloc (1, sizeof *self);
    pthread_condattr_t monotonic;
    if (!self)
        return NULL;
    self->window = (int64_t) seconds * 1000;
    pthread_mutex_init (&self->lock, NULL);
    pthread_condattr_init (&monotonic);
    pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init (&self->ends, &monotonic);
    pthread_condattr_destroy (&monotonic);
    self->has_thread = pthread_create (&self->thread, NULL, s_run, self) == 0;
    if (!self->has_thread)
        patience_destroy (&self);
    return self;
}

void patience_destroy (patience_t **self_p)
{
    patience_t *self = *self_p;
    if (!self)
        return;
    if (self->has_thread) {
        pthread_mutex_lock (&self->lock);
        self->ending = true;
        pthread_cond_signal (&self->ends);
        pthread_mutex_unlock (&self->lock);
        pthread_join (self->thread, NULL);
    }
    pthread_cond_destroy (&self->ends);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

patient_t *patience_enter (patience_t *self, int fd)
{
    patient_t *patient = calloc (1, sizeof *patient);
    if (!patient)
        return NULL;
    pthread_mutex_lock (&self->lock);
    *patient = (struct patient){.fd = fd, .since = clock_mono_ms (), .after = self->first};
    if (self->first)
        self->first->before = patient;
    self->first = patient;
    pthread_mutex_unlock (&self->lock);
    return patient;
}

void patience_leave (patience_t *self, patient_t *patient)
{
    if (!patient)
        return;
    pthread_mutex_lock (&self->lock);
    if (patient->before)
        patient->before->after = patient->after;
    else
        self->first = patient->after;
    if (patient->after)
        patient->after->before = patient->before;
    pthread_mutex_unlock (&self->lock);
    free (patient);
}

void patience_turn (patience_t *self, patient_t *patient, enum patient_state state)
{
    if (!patient)
        return;
    pthread_mutex_lock (&self->lock);
    patient->state = state;
    patient->since = clock_mono_ms ();
    patient->bytes = 0;
    pthread_mutex_unlock (&self->lock);
}

void patience_heard (patience_t *self, patient_t *patient, size_t n)
{
    if (!patient)
        return;
    pthread_mutex_lock (&self->lock);
    patient->bytes += n;
    pthread_mutex_unlock (&self->lock);
}

static bool s_is_too_slow (const struct patient *patient, int64_t window, int64_t now)
{
    int64_t waited = now - patient->since;
    switch (patient->state) {
    case PATIENT_IDLE:
        return waited > 2 * window;
    case PATIENT_HEADERS:
        return waited > window;
    case PATIENT_BODY:
        return waited > window && patient->bytes < PATIENCE_BYTES_A_SECOND * (uint64_t) window / 1000;
    default:
        return false;
    }
}

size_t patience_check (patience_t *self, int64_t now)
{
    size_t count = 0;
    pthread_mutex_lock (&self->lock);
    for (struct patient *patient = self->first; patient; patient = patient->after) {
        if (s_is_too_slow (patient, self->window, now)) {
            shutdown (patient->fd, SHUT_RDWR);
            patient->state = PATIENT_ANSWER;    //  once is enough
            count++;
        } else if (patient->state == PATIENT_BODY && now - patient->since > self->window) {
            patient->since = now;
            patient->bytes = 0;
        }
    }
    pthread_mutex_unlock (&self->lock);
    if (count)
        log_event (LOG_LEVEL_WARNING, "http.too_slow", NULL, NULL, LOG_NUMBER ("connections", count), NULL);
    return count;
}
