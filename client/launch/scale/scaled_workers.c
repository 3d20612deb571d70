//  scaled_workers.c: see scaled_workers.h.
#include "client/launch/scale/scaled_workers.h"

#include "client/launch/release.h"

enum { LOOK_MS = 5000 };

static size_t s_find (const struct scaled_workers *self, const char *name)
{
    size_t i = 0;
    while (i < self->count && !streq (self->noted[i].name, name))
        i++;
    return i;
}

static void s_remove (struct scaled_workers *self, size_t i)
{
    self->count--;
    self->workers[i] = self->workers[self->count];
    self->noted[i] = self->noted[self->count];
    self->since[i] = self->since[self->count];
}

static bool s_is_ours (const struct scaled_workers *self, const struct launched *noted)
{
    return streq (noted->engine, self->engine->name) && streq (noted->broker, self->broker);
}

//  Room for as many.
static bool s_grow (struct scaled_workers *self, size_t count)
{
    void *workers = realloc (self->workers, (count + 1) * sizeof *self->workers);
    if (workers)
        self->workers = workers;
    void *noted = realloc (self->noted, (count + 1) * sizeof *self->noted);
    if (noted)
        self->noted = noted;
    void *since = realloc (self->since, (count + 1) * sizeof *self->since);
    if (since)
        self->since = since;
    return workers && noted && since;
}

static void s_take_in (struct scaled_workers *self, const struct launched *noted, int64_t now)
{
    size_t i = s_find (self, noted->name);
    if (i == self->count) {
        self->workers[i] = (struct scaling_worker){.state = SCALING_STARTING};
        memcpy (self->workers[i].name, noted->name, sizeof noted->name);
        self->since[i] = (struct scaled_since){.at = now};
        self->count++;
    }
    self->noted[i] = *noted;    //  it may know its place by now
}

//  Those whose notes are gone were put away by somebody else.
static int s_read (struct scaled_workers *self, int64_t now, struct error *error)
{
    struct launched *all = NULL;
    size_t count = 0;
    int rc = launched_all (&all, &count, error);
    if (rc == DMH_OK && !s_grow (self, self->count + count))
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = self->count; rc == DMH_OK && i-- > 0;) {
        bool there = false;
        for (size_t k = 0; k < count && !there; k++)
            there = streq (all[k].name, self->noted[i].name);
        if (!there)
            s_remove (self, i);
    }
    for (size_t k = 0; rc == DMH_OK && k < count; k++)
        if (s_is_ours (self, &all[k]))
            s_take_in (self, &all[k], now);
    free (all);
    return rc;
}

//  One that the broker does not know, but knew, may come back: brokers start anew.
static void s_compare (struct scaled_workers *self, const struct worker_list *list, int64_t now)
{
    for (size_t i = 0; i < self->count; i++) {
        struct scaling_worker *worker = &self->workers[i];
        const struct worker_info *info = NULL;
        for (size_t k = 0; k < list->workers_count && !info; k++)
            if (streq (list->workers[k].worker, worker->name))
                info = &list->workers[k];
        if (info) {
            if (worker->state == SCALING_STARTING)
                self->tell (self->context, SCALED_CAME, worker->name, true);
            self->since[i].came = true;
            worker->state = info->draining ? SCALING_LEAVES : SCALING_WORKS;
            worker->busy = info->busy;
        } else if (worker->state == SCALING_WORKS) {
            worker->state = SCALING_STARTING;
            worker->busy = 0;
            self->since[i].at = now;
            self->looked_at = 0;
        } else if (worker->state == SCALING_LEAVES) {
            worker->busy = 0;
            self->since[i].at = 0;    //  it has left
            self->looked_at = 0;
        }
    }
}

//  Puts one away; what cannot be done now is tried again.
static void s_put_away (struct scaled_workers *self, size_t i, enum scaled_news news)
{
    if (release_worker (&self->noted[i], news == SCALED_LEFT, NULL) != DMH_OK)
        return;
    char name[KEY_NAME_BYTES];
    bool came = self->since[i].came;
    memcpy (name, self->noted[i].name, sizeof name);
    s_remove (self, i);
    self->tell (self->context, news, name, came);
}

//  Who has left, has ended, or does not come.
static int s_look (struct scaled_workers *self, int64_t now, struct error *error)
{
    struct engine_sight *sights = calloc (self->count + 1, sizeof *sights);
    if (!sights)
        return error_set (error, DMH_INTERNAL, "out of memory");
    int rc = self->engine->look (self->noted, self->count, sights, error);
    for (size_t i = self->count; rc == DMH_OK && i-- > 0;) {
        const struct scaling_worker *worker = &self->workers[i];
        bool gone = sights[i].state == ENGINE_GONE && *self->noted[i].place;
        if (worker->state == SCALING_LEAVES && self->since[i].at == 0)
            s_put_away (self, i, SCALED_LEFT);
        else if (worker->state == SCALING_STARTING && (gone || now - self->since[i].at >= self->patience_ms))
            s_put_away (self, i, SCALED_LOST);
    }
    free (sights);
    self->looked_at = now;
    return rc == DMH_UNAVAILABLE ? DMH_OK : rc;
}

static bool s_wants_look (const struct scaled_workers *self, int64_t now)
{
    bool starts = false;
    for (size_t i = 0; i < self->count; i++)
        starts = starts || self->workers[i].state != SCALING_WORKS;
    return starts && (self->looked_at == 0 || now - self->looked_at >= LOOK_MS);
}

int scaled_workers_refresh (struct scaled_workers *self, const struct worker_list *list, int64_t now,
                            struct error *error)
{
    int rc = s_read (self, now, error);
    if (rc != DMH_OK)
        return rc;
    s_compare (self, list, now);
    return s_wants_look (self, now) ? s_look (self, now, error) : DMH_OK;
}

void scaled_workers_clear (struct scaled_workers *self)
{
    free (self->workers);
    free (self->noted);
    free (self->since);
    self->workers = NULL;
    self->noted = NULL;
    self->since = NULL;
    self->count = 0;
}
