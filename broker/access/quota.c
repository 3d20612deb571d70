//  quota.c: see quota.h.
#include "broker/access/quota.h"

#include "messages/base/table.h"

#include <czmq.h>

struct client {
    uint64_t open, bytes;
    uint64_t tokens;    //  thousandths of a request
    int64_t at;         //  when they were counted
};

//  A job and whose it is.
struct charge {
    struct client *client;
    uint64_t bytes;
    char job[ID_BYTES];
};

struct quota {
    struct quota_limits limits;
    zhashx_t *clients;          //  name → struct client, owned
    struct table charges;       //  by job; owned
    struct client others;       //  those beyond the bound
    char (*taken)[ID_BYTES];    //  since the last keep or undo
    size_t taken_count, taken_room;
};

static void s_free (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

quota_t *quota_new (void)
{
    quota_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->clients = zhashx_new ();
    self->charges = (struct table){.key_offset = offsetof (struct charge, job)};
    if (!self->clients) {
        quota_destroy (&self);
        return NULL;
    }
    zhashx_set_destructor (self->clients, s_free);
    return self;
}

void quota_limit (quota_t *self, const struct quota_limits *limits)
{
    self->limits = *limits;
}

void quota_destroy (quota_t **self_p)
{
    quota_t *self = *self_p;
    if (!self)
        return;
    size_t at = 0;
    for (void *charge; (charge = table_next (&self->charges, &at));)
        free (charge);
    table_clear (&self->charges);
    zhashx_destroy (&self->clients);
    free (self->taken);
    free (self);
    *self_p = NULL;
}

//  Clients without an open job that could ask at full rate again are like new ones.
static void s_forget_idle (quota_t *self, int64_t now)
{
    zlistx_t *names = zhashx_keys (self->clients);
    for (const char *name = names ? zlistx_first (names) : NULL; name; name = zlistx_next (names)) {
        const struct client *client = zhashx_lookup (self->clients, name);
        if (client->open == 0 && now - client->at >= 1000)
            zhashx_delete (self->clients, name);
    }
    zlistx_destroy (&names);
}

static struct client *s_client (quota_t *self, const char *name, int64_t now)
{
    struct client *client = zhashx_lookup (self->clients, name);
    if (client)
        return client;
    if (zhashx_size (self->clients) >= QUOTA_CLIENTS_MAX && now - self->others.at >= 1000)
        s_forget_idle (self, now);
    client = zhashx_size (self->clients) < QUOTA_CLIENTS_MAX ? calloc (1, sizeof *client) : NULL;
    if (!client)
        return &self->others;
    client->at = now;
    client->tokens = self->limits.rate * 1000;
    zhashx_insert (self->clients, name, client);
    return client;
}

int quota_ask (quota_t *self, const char *client_name, int64_t now, struct error *error)
{
    if (self->limits.rate == 0)
        return DMH_OK;
    struct client *client = s_client (self, client_name, now);
    int64_t passed = now - client->at;
    uint64_t most = self->limits.rate * 1000;
    if (passed > 0) {
        uint64_t ms = passed > 1000 ? 1000 : (uint64_t) passed;
        client->tokens =
            client->tokens + ms * self->limits.rate > most ? most : client->tokens + ms * self->limits.rate;
        client->at = now;
    }
    if (client->tokens < 1000)
        return error_set (error, DMH_UNAVAILABLE,
                          "a client may ask %llu times a second here (--client-rate); try again later",
                          (unsigned long long) self->limits.rate);
    client->tokens -= 1000;
    return DMH_OK;
}

static int s_check_jobs (const quota_t *self, uint64_t open, uint64_t count, struct error *error)
{
    uint64_t most = self->limits.jobs;
    if (most && count > most)
        return error_set (error, DMH_TOO_LARGE,
                          "a client may have %llu jobs open here (--client-jobs), and %llu were submitted at "
                          "once; submit fewer at a time",
                          (unsigned long long) most, (unsigned long long) count);
    if (most && open + count > most)
        return error_set (error, DMH_UNAVAILABLE,
                          "%llu of your jobs are open, and a client may have %llu here (--client-jobs); try "
                          "again when some have ended",
                          (unsigned long long) open, (unsigned long long) most);
    return DMH_OK;
}

static int s_check_bytes (const quota_t *self, uint64_t open, uint64_t bytes, struct error *error)
{
    uint64_t most = self->limits.bytes;
    if (most && bytes > most)
        return error_set (
            error, DMH_TOO_LARGE,
            "a client may have inputs of %llu bytes in work here (--client-bytes), and these are %llu; "
            "split them",
            (unsigned long long) most, (unsigned long long) bytes);
    if (most && open > most - bytes)
        return error_set (
            error, DMH_UNAVAILABLE,
            "your open jobs read %llu bytes, and a client may have %llu in work here (--client-bytes); "
            "try again when some have ended",
            (unsigned long long) open, (unsigned long long) most);
    return DMH_OK;
}

int quota_check (quota_t *self, const char *client_name, uint64_t count, uint64_t bytes, struct error *error)
{
    const struct client *client = zhashx_lookup (self->clients, client_name);
    if (!client && zhashx_size (self->clients) >= QUOTA_CLIENTS_MAX)
        client = &self->others;
    int rc = s_check_jobs (self, client ? client->open : 0, count, error);
    return rc == DMH_OK ? s_check_bytes (self, client ? client->bytes : 0, bytes, error) : rc;
}

static bool s_note (quota_t *self, const char *job)
{
    if (self->taken_count == self->taken_room) {
        size_t room = self->taken_room ? self->taken_room * 2 : 64;
        void *more = realloc (self->taken, room * sizeof *self->taken);
        if (!more)
            return false;
        self->taken = more;
        self->taken_room = room;
    }
    snprintf (self->taken[self->taken_count++], ID_BYTES, "%s", job);
    return true;
}

//  Out of memory: the job counts for nobody.
void quota_take (quota_t *self, const char *client_name, const char *job, uint64_t bytes)
{
    if (table_find (&self->charges, job))
        return;
    bool has_room = table_reserve (&self->charges, self->charges.count + 1) == 0;
    struct charge *charge = has_room ? calloc (1, sizeof *charge) : NULL;
    if (!charge || !s_note (self, job)) {
        free (charge);
        return;
    }
    snprintf (charge->job, sizeof charge->job, "%s", job);
    charge->client = s_client (self, client_name, 0);
    charge->client->open++;
    charge->bytes = bytes < UINT64_MAX - charge->client->bytes ? bytes : 0;
    charge->client->bytes += charge->bytes;
    table_put (&self->charges, charge);
}

void quota_keep (quota_t *self)
{
    self->taken_count = 0;
}

void quota_undo (quota_t *self)
{
    for (size_t i = 0; i < self->taken_count; i++)
        quota_end (self, self->taken[i]);
    self->taken_count = 0;
}

void quota_end (quota_t *self, const char *job)
{
    struct charge *charge = table_find (&self->charges, job);
    if (!charge)
        return;
    charge->client->open--;
    charge->client->bytes -= charge->bytes;
    table_remove (&self->charges, job);
    free (charge);
}
