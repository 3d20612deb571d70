//  allowance.c: see allowance.h.
#include "client/gateway/access/allowance.h"

#include <czmq.h>

#include <pthread.h>

enum { THOUSAND = 1000 };    //  parts of a request

struct allowance {
    allowances_t *all;
    uint64_t calls, uploads, bytes, jobs;
    uint64_t left;    //  of the rate, in thousandths of a request
    int64_t at;       //  when that was so
};

struct allowances {
    struct allowance_limits limits;
    pthread_mutex_t lock;
    zhashx_t *names;    //  name → struct allowance, owned
};

static void s_free (void **item)
{
    free (*item);
    *item = NULL;
}

allowances_t *allowances_new (const struct allowance_limits *limits)
{
    allowances_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->limits = *limits;
    pthread_mutex_init (&self->lock, NULL);
    self->names = zhashx_new ();
    if (self->names)
        zhashx_set_destructor (self->names, s_free);
    else
        allowances_destroy (&self);
    return self;
}

void allowances_destroy (allowances_t **self_p)
{
    allowances_t *self = *self_p;
    if (!self)
        return;
    zhashx_destroy (&self->names);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

static uint64_t s_most (const allowances_t *self)
{
    return self->limits.rate * ALLOWANCE_SECONDS * THOUSAND;
}

//  With the lock. Those that have nothing under way and could ask at full rate again are like new ones.
static void s_forget_idle (allowances_t *self, int64_t now)
{
    zlistx_t *names = zhashx_keys (self->names);
    for (const char *name = names ? zlistx_first (names) : NULL; name; name = zlistx_next (names)) {
        const struct allowance *of = zhashx_lookup (self->names, name);
        if (of->calls == 0 && now - of->at >= ALLOWANCE_SECONDS * THOUSAND)
            zhashx_delete (self->names, name);
    }
    zlistx_destroy (&names);
}

static struct allowance *s_of (allowances_t *self, const char *name, int64_t now)
{
    struct allowance *of = zhashx_lookup (self->names, name);
    if (of)
        return of;
    if (zhashx_size (self->names) >= ALLOWANCE_NAMES_MAX)
        s_forget_idle (self, now);
    if ((of = calloc (1, sizeof *of))) {
        *of = (struct allowance){.all = self, .left = s_most (self), .at = now};
        zhashx_insert (self->names, name, of);
    }
    return of;
}

//  Takes one request of the rate.
static bool s_ask (struct allowance *of, int64_t now)
{
    uint64_t rate = of->all->limits.rate, most = s_most (of->all);
    if (now > of->at) {
        uint64_t ms = now - of->at > ALLOWANCE_SECONDS * THOUSAND ? ALLOWANCE_SECONDS * THOUSAND
                                                                  : (uint64_t) (now - of->at);
        of->left = of->left + ms * rate < most ? of->left + ms * rate : most;
        of->at = now;
    }
    if (rate && of->left < THOUSAND)
        return false;
    of->left -= rate ? THOUSAND : 0;
    return true;
}

static int s_too_many (const char *what, const char *option, uint64_t most, struct error *error)
{
    return error_set (error, DMH_UNAVAILABLE, "a token may have %llu %s here (--%s); try again later",
                      (unsigned long long) most, what, option);
}

static int s_check (struct allowance *of, bool uploads, int64_t now, struct error *error)
{
    const struct allowance_limits *limits = &of->all->limits;
    if (!s_ask (of, now))
        return s_too_many ("requests a second", "token-rate", limits->rate, error);
    if (limits->calls && of->calls >= limits->calls)
        return s_too_many ("requests under way", "token-calls", limits->calls, error);
    if (uploads && limits->uploads && of->uploads >= limits->uploads)
        return s_too_many ("uploads under way", "token-uploads", limits->uploads, error);
    return DMH_OK;
}

int allowances_enter (allowances_t *self, const char *name, bool uploads, int64_t now, struct share *out,
                      struct error *error)
{
    pthread_mutex_lock (&self->lock);
    struct allowance *of = s_of (self, name, now);
    int rc = of ? s_check (of, uploads, now, error) : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK) {
        of->calls++;
        of->uploads += uploads;
        *out = (struct share){.of = of, .uploads = uploads};
    }
    pthread_mutex_unlock (&self->lock);
    return rc;
}

void share_leave (struct share *self)
{
    struct allowance *of = self->of;
    if (!of)
        return;
    pthread_mutex_lock (&of->all->lock);
    of->calls--;
    of->uploads -= self->uploads;
    of->bytes -= self->bytes;
    of->jobs -= self->jobs;
    pthread_mutex_unlock (&of->all->lock);
    *self = (struct share){.of = NULL};
}

int share_add_bytes (struct share *self, uint64_t n, struct error *error)
{
    struct allowance *of = self->of;
    if (!of || !of->all->limits.spool_bytes)
        return DMH_OK;
    uint64_t most = of->all->limits.spool_bytes;
    if (n > most || self->bytes > most - n)
        return error_set (
            error, DMH_TOO_LARGE,
            "the body is larger than the %llu bytes that the uploads of a token may take (half of "
            "--spool-bytes)",
            (unsigned long long) most);
    pthread_mutex_lock (&of->all->lock);
    bool fits = n <= most && of->bytes <= most - n;
    of->bytes += fits ? n : 0;
    pthread_mutex_unlock (&of->all->lock);
    self->bytes += fits ? n : 0;
    return fits ? DMH_OK
                : error_set (error, DMH_UNAVAILABLE,
                             "the uploads of this token that are under way take the %llu bytes that they may "
                             "(half of --spool-bytes); try again later",
                             (unsigned long long) most);
}

void share_give_back_bytes (struct share *self, uint64_t n)
{
    struct allowance *of = self->of;
    if (!of || !of->all->limits.spool_bytes)
        return;
    pthread_mutex_lock (&of->all->lock);
    of->bytes -= n;
    pthread_mutex_unlock (&of->all->lock);
    self->bytes -= n;
}

void share_add_jobs (struct share *self, uint64_t n)
{
    struct allowance *of = self->of;
    if (!of)
        return;
    pthread_mutex_lock (&of->all->lock);
    of->jobs += n;
    pthread_mutex_unlock (&of->all->lock);
    self->jobs += n;
}

bool share_limits_jobs (const struct share *self)
{
    return self->of && self->of->all->limits.jobs;
}

int share_check_jobs (const struct share *self, uint64_t open, struct error *error)
{
    struct allowance *of = self->of;
    if (!share_limits_jobs (self))
        return DMH_OK;
    uint64_t most = of->all->limits.jobs;
    pthread_mutex_lock (&of->all->lock);
    uint64_t coming = of->jobs;
    pthread_mutex_unlock (&of->all->lock);
    if (self->jobs > most)
        return error_set (error, DMH_TOO_LARGE,
                          "a token may have %llu jobs here that have not ended (--token-jobs), and %llu were "
                          "sent at once; send fewer at a time",
                          (unsigned long long) most, (unsigned long long) self->jobs);
    if (open > most || coming > most - open)
        return error_set (error, DMH_UNAVAILABLE,
                          "%llu jobs of this token have not ended, and it may have %llu (--token-jobs); try "
                          "again when some have",
                          (unsigned long long) open, (unsigned long long) most);
    return DMH_OK;
}
