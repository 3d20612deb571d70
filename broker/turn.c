//  turn.c: see turn.h.
#include "turn.h"

#include "../messages/frame.h"
#include "../messages/request.h"

struct change {
    struct job_record record;
    unsigned tries;
};

struct saying {
    void *to;
    zframe_t *identity;
    zmsg_t *message;
    bool accepts;    //  answers a submission
    char request[ID_BYTES];
};

struct turn {
    struct store_job *jobs;
    size_t job_count, job_room;
    struct change **changes;    //  by pointer: records are handed out
    size_t change_count, change_room;
    struct saying *sayings;
    size_t saying_count, saying_room;
};

//  Room for one more of `size` bytes; the array may move.
static int s_room (void **items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return 0;
    size_t more = *room ? *room * 2 : 16;
    void *larger = realloc (*items, more * size);
    if (!larger)
        return -1;
    *items = larger;
    *room = more;
    return 0;
}

turn_t *turn_new (void)
{
    return calloc (1, sizeof (turn_t));
}

static void s_clear_jobs (turn_t *self)
{
    for (size_t i = 0; i < self->job_count; i++)
        store_job_clear (&self->jobs[i]);
    self->job_count = 0;
}

static void s_clear_saying (struct saying *saying)
{
    zframe_destroy (&saying->identity);
    zmsg_destroy (&saying->message);
}

void turn_clear (turn_t *self)
{
    s_clear_jobs (self);
    for (size_t i = 0; i < self->change_count; i++) {
        shape_clear (&job_record_shape, &self->changes[i]->record);
        free (self->changes[i]);
    }
    for (size_t i = 0; i < self->saying_count; i++)
        s_clear_saying (&self->sayings[i]);
    self->change_count = self->saying_count = 0;
}

void turn_destroy (turn_t **self_p)
{
    turn_t *self = *self_p;
    if (!self)
        return;
    turn_clear (self);
    free (self->jobs);
    free (self->changes);
    free (self->sayings);
    free (self);
    *self_p = NULL;
}

int turn_add (turn_t *self, struct store_job *job)
{
    void *jobs = self->jobs;
    int rc = s_room (&jobs, self->job_count, &self->job_room, sizeof *self->jobs);
    self->jobs = jobs;
    if (rc != 0)
        return -1;
    self->jobs[self->job_count++] = *job;
    memset (job, 0, sizeof *job);
    return 0;
}

struct job_record *turn_change (turn_t *self, store_t *store, const char *job, unsigned **tries,
                                struct error *error)
{
    for (size_t i = self->change_count; i-- > 0;)
        if (streq (self->changes[i]->record.job, job)) {
            if (tries)
                *tries = &self->changes[i]->tries;
            return &self->changes[i]->record;
        }
    struct store_job found;
    void *changes = self->changes;
    if (s_room (&changes, self->change_count, &self->change_room, sizeof *self->changes) != 0) {
        error_set (error, DMH_INTERNAL, "out of memory while changing job %s", job);
        return NULL;
    }
    self->changes = changes;
    if (store_find (store, job, &found, error) != DMH_OK)
        return NULL;
    struct change *change = calloc (1, sizeof *change);
    if (change) {
        change->record = found.record;
        change->tries = found.tries;
        memset (&found.record, 0, sizeof found.record);
        self->changes[self->change_count++] = change;
        if (tries)
            *tries = &change->tries;
    } else
        error_set (error, DMH_INTERNAL, "out of memory while changing job %s", job);
    store_job_clear (&found);
    return change ? &change->record : NULL;
}

static struct saying *s_say (turn_t *self, void *to, zframe_t *identity, const struct shape *shape,
                             const void *message)
{
    void *sayings = self->sayings;
    int rc = s_room (&sayings, self->saying_count, &self->saying_room, sizeof *self->sayings);
    self->sayings = sayings;
    zmsg_t *frames = rc == 0 ? frame_new (shape, message, NULL) : NULL;
    if (!frames)
        return NULL;
    struct saying *saying = &self->sayings[self->saying_count++];
    *saying = (struct saying){.to = to, .identity = zframe_dup (identity), .message = frames};
    return saying;
}

int turn_say (turn_t *self, void *to, zframe_t *identity, const struct shape *shape, const void *message)
{
    return s_say (self, to, identity, shape, message) ? DMH_OK : DMH_INTERNAL;
}

int turn_accept (turn_t *self, void *to, zframe_t *identity, const struct shape *shape, const void *message,
                 const char *request)
{
    struct saying *saying = s_say (self, to, identity, shape, message);
    if (!saying)
        return DMH_INTERNAL;
    saying->accepts = true;
    snprintf (saying->request, sizeof saying->request, "%s", request);
    return DMH_OK;
}

int turn_find_key (const turn_t *self, const char *submit_key, struct store_job_id **ids, size_t *count)
{
    *ids = calloc (INPUTS_MAX, sizeof **ids);
    *count = 0;
    for (size_t i = 0; *ids && i < self->job_count && *count < INPUTS_MAX; i++)
        if (streq (self->jobs[i].submit_key, submit_key))
            memcpy ((*ids)[(*count)++].job, self->jobs[i].record.job, ID_BYTES);
    if (*count)
        return DMH_OK;
    free (*ids);
    *ids = NULL;
    return DMH_NOT_FOUND;
}

bool turn_is_empty (const turn_t *self)
{
    return self->job_count + self->change_count + self->saying_count == 0;
}

static int s_write (turn_t *self, store_t *store, struct error *error)
{
    if (self->job_count + self->change_count == 0)
        return DMH_OK;
    int rc = store_begin (store, error);
    for (size_t i = 0; rc == DMH_OK && i < self->job_count; i++)
        rc = store_add (store, &self->jobs[i], error);
    for (size_t i = 0; rc == DMH_OK && i < self->change_count; i++)
        rc = store_change (store, &self->changes[i]->record, self->changes[i]->tries, error);
    if (rc == DMH_OK)
        return store_commit (store, error);
    store_abandon (store);
    return rc;
}

//  A peer that is gone, or does not read, loses its message; requests are repeated, leases end.
static void s_send (struct saying *saying)
{
    zframe_t *identity = saying->identity;
    saying->identity = NULL;
    if (zmsg_prepend (saying->message, &identity) == 0)
        zmsg_send (&saying->message, saying->to);
    zframe_destroy (&identity);
    s_clear_saying (saying);
}

//  The submissions of the turn did not come about: said so, and forgotten.
static void s_refuse (turn_t *self, const struct error *why)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->saying_count; i++) {
        struct saying *saying = &self->sayings[i];
        if (!saying->accepts) {
            self->sayings[kept++] = *saying;
            continue;
        }
        struct problem problem = {.code = "unavailable"};
        memcpy (problem.request, saying->request, sizeof problem.request);
        snprintf (problem.message, sizeof problem.message, "%s", why->text);
        zmsg_destroy (&saying->message);
        saying->message = frame_new (&problem_shape, &problem, NULL);
        if (saying->message)
            s_send (saying);
        s_clear_saying (saying);
    }
    self->saying_count = kept;
    s_clear_jobs (self);
}

int turn_commit (turn_t *self, store_t *store, struct error *error)
{
    int rc = s_write (self, store, error);
    if (rc != DMH_OK) {
        s_refuse (self, error);
        return rc;
    }
    for (size_t i = 0; i < self->saying_count; i++)
        s_send (&self->sayings[i]);
    self->saying_count = 0;
    return DMH_OK;
}

const struct store_job *turn_opened (const turn_t *self, size_t *count)
{
    *count = self->job_count;
    return self->jobs;
}

const struct job_record *turn_changed (const turn_t *self, size_t i)
{
    return i < self->change_count ? &self->changes[i]->record : NULL;
}
