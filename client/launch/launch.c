//  launch.c: see launch.h.
#include "client/launch/launch.h"

#include "client/launch/release.h"
#include "client/launch/worker_key.h"
#include "messages/base/clock.h"
#include "messages/base/random.h"

enum { ASK_MS = 100, ASK_MS_MOST = 1000, LOOKS = 4, CHANCE_DIGITS = 8 };

//  Names, keys and notes.
static int s_prepare (struct launch *self, size_t count, struct error *error)
{
    char chance[CHANCE_DIGITS + 1], name[64];
    random_hex (chance, CHANCE_DIGITS);
    self->workers = calloc (count, sizeof *self->workers);
    self->registered = calloc (count, sizeof *self->registered);
    if (!self->workers || !self->registered)
        return error_set (error, DMH_INTERNAL, "out of memory");
    int rc = DMH_OK;
    for (; rc == DMH_OK && self->count < count; self->count++) {
        struct launched *worker = &self->workers[self->count];
        snprintf (name, sizeof name, "%.10s-%s-%zu", self->engine->name, chance, self->count + 1);
        snprintf (worker->name, sizeof worker->name, "%.31s", name);
        snprintf (worker->engine, sizeof worker->engine, "%s", self->engine->name);
        snprintf (worker->broker, sizeof worker->broker, "%.255s", connection_back (self->connection));
        worker->at = clock_wall_ms ();
        if (self->keys)
            snprintf (worker->keys, sizeof worker->keys, "%s", self->keys);
        rc = launched_note (worker, error);
        if (rc == DMH_OK && self->keys)
            rc = worker_key_make (worker, error);
    }
    return rc;
}

//  Where each of them is; also after an error, as some may have started.
static int s_note_places (const struct launch *self, struct error *error)
{
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++)
        if (*self->workers[i].place)
            rc = launched_note (&self->workers[i], error);
    return rc;
}

static size_t s_missing (const struct launch *self)
{
    size_t missing = 0;
    for (size_t i = 0; i < self->count; i++)
        missing += !self->registered[i];
    return missing;
}

static int s_ask (struct launch *self, struct error *error)
{
    struct worker_list list;
    int rc = connection_workers (self->connection, &list, error);
    if (rc != DMH_OK)
        return rc;
    for (size_t i = 0; i < self->count; i++)
        for (size_t k = 0; !self->registered[i] && k < list.workers_count; k++)
            self->registered[i] = streq (self->workers[i].name, list.workers[k].worker);
    worker_list_clear (&list);
    return DMH_OK;
}

//  "none of 3 workers works", for the end of a sentence.
static const char *s_rest (const struct launch *self, char out[64])
{
    size_t came = self->count - s_missing (self);
    if (came)
        snprintf (out, 64, "%zu of %zu %s on", came, self->count, came == 1 ? "works" : "work");
    else
        snprintf (out, 64, self->count == 1 ? "nothing is left of it" : "none of %zu works", self->count);
    return out;
}

//  Whether one of those that have not come has ended; `sights` [count] is what the engine sees of all.
static int s_look (struct launch *self, struct engine_sight *sights, struct error *error)
{
    char rest[64];
    int rc = self->engine->look (self->workers, self->count, sights, error);
    if (rc == DMH_UNAVAILABLE)    //  it is asked again
        return DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++) {
        const struct launched *worker = &self->workers[i];
        if (self->registered[i] || sights[i].state != ENGINE_GONE)
            continue;
        rc = s_ask (self, error);    //  it may have come and gone
        if (rc != DMH_OK || self->registered[i])
            continue;
        self->engine->log (worker, self->tail);
        rc = error_set (error, DMH_INTERNAL,
                        "worker %s ended before it registered with the broker at %s%s%s; %s", worker->name,
                        self->plan.broker, *sights[i].why ? ": " : "", sights[i].why, s_rest (self, rest));
    }
    return rc;
}

//  The time is over.
static int s_too_late (struct launch *self, const struct engine_sight *sights, struct error *error)
{
    char rest[64];
    for (size_t i = 0; i < self->count; i++) {
        if (self->registered[i])
            continue;
        self->engine->log (&self->workers[i], self->tail);
        return error_set (
            error, DMH_INTERNAL,
            "worker %s has not registered with the broker at %s within %lld s%s%s%s, and was ended; %s",
            self->workers[i].name, self->plan.broker, (long long) self->patience_ms / 1000,
            *sights[i].why ? " (" : "", sights[i].why, *sights[i].why ? ")" : "", s_rest (self, rest));
    }
    return DMH_OK;
}

static int s_await (struct launch *self, struct error *error)
{
    struct engine_sight *sights = calloc (self->count, sizeof *sights);
    int64_t until = clock_mono_ms () + self->patience_ms;
    int rc = sights ? s_ask (self, error) : error_set (error, DMH_INTERNAL, "out of memory"),
        wait_ms = ASK_MS;
    for (size_t asked = 1; rc == DMH_OK && s_missing (self); asked++) {
        if (clock_mono_ms () >= until)
            rc = s_too_late (self, sights, error);
        else if (connection_pause (self->connection, wait_ms))
            rc = error_set (error, DMH_CANCELLED,
                            "interrupted; the workers come all the same, dmh workers names them");
        else
            rc = s_ask (self, error);
        if (rc == DMH_OK && s_missing (self) && asked % LOOKS == 0)
            rc = s_look (self, sights, error);
        wait_ms = wait_ms * 2 < ASK_MS_MOST ? wait_ms * 2 : ASK_MS_MOST;
    }
    free (sights);
    return rc;
}

//  Of those that have not come nothing is left.
static void s_undo (struct launch *self)
{
    for (size_t i = 0; i < self->count; i++)
        if (!self->registered[i])
            release_worker (&self->workers[i], false, NULL);
}

int launch_start (struct launch *self, size_t count, struct error *error)
{
    struct error unnoted = {.code = DMH_OK};
    int rc = self->engine->check (&self->plan, count, error);
    if (rc == DMH_OK && self->keys)
        rc = worker_key_check (self->keys, self->plan.server_key, error);
    if (rc == DMH_OK)
        rc = s_prepare (self, count, error);
    if (rc == DMH_OK) {
        rc = self->engine->start (&self->plan, self->workers, self->count, error);
        int noted = s_note_places (self, &unnoted);
        if (rc == DMH_OK && noted != DMH_OK)
            rc = error_set (error, noted, "%s", unnoted.text);
    }
    if (rc == DMH_OK && self->patience_ms)
        rc = s_await (self, error);
    if (rc != DMH_OK && rc != DMH_CANCELLED)
        s_undo (self);
    return rc;
}

void launch_clear (struct launch *self)
{
    free (self->workers);
    free (self->registered);
    self->workers = NULL;
    self->registered = NULL;
    self->count = 0;
}
