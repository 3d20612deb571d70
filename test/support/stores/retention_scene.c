//  retention_scene.c: see retention_scene.h.
#include "test/support/stores/retention_scene.h"

#include <criterion/criterion.h>
#include <czmq.h>

static void s_note (char *out, size_t *count, const char *job)
{
    if (*count < 500)
        out[*count] = *job;
    (*count)++;
}

static bool s_ask (void *context, const struct job_record *record)
{
    struct retention_scene *self = context;
    cr_assert_str_eq (record->state, "done");
    if (self->away || streq (record->host, "far"))
        return false;
    s_note (self->asked, &self->asked_count, record->job);
    if (++self->in_flight > self->most_in_flight)
        self->most_in_flight = self->in_flight;
    if (!self->silent)
        zlistx_add_end (self->answers, strdup (record->job));
    return true;
}

static void s_gone (void *context, const struct leaving *leaving)
{
    struct retention_scene *self = context;
    struct store_job found;
    cr_assert_eq (store_find (self->store, leaving->job, &found, NULL), DMH_NOT_FOUND);
    cr_expect_str_eq (leaving->correlation, "of it");
    s_note (self->gone, &self->gone_count, leaving->job);
}

static bool s_needs (void *context, const char *job)
{
    const struct retention_scene *self = context;
    return self->needed && streq (self->needed, job);
}

static void s_free_text (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

void retention_scene_open (struct retention_scene *self, const char *url, uint64_t days, uint64_t bytes)
{
    struct error error = {.code = DMH_OK};
    *self = (struct retention_scene){.failing = {.base = {.driver = &failing_store_driver}}, .now = 5000};
    self->store = self->failing.inner = store_open (url, &error);
    cr_assert_not_null (self->store, "%s", error.text);
    self->answers = zlistx_new ();
    zlistx_set_destructor (self->answers, s_free_text);
    self->retention = retention_new (
        &self->failing.base,
        &(struct retention_actions){.context = self, .ask = s_ask, .gone = s_gone, .needs = s_needs});
    cr_assert_not_null (self->retention);
    retention_limit (self->retention, &(struct retention_limits){days, bytes});
}

void retention_scene_close (struct retention_scene *self)
{
    retention_destroy (&self->retention);
    cr_expect_null (self->retention);
    zlistx_destroy (&self->answers);
    store_close (&self->store);
}

void retention_scene_put (struct retention_scene *self, const char *id, const char *state, int64_t ago,
                          bool fetched, uint64_t bytes)
{
    struct error error = {.code = DMH_OK};
    struct output output = {.name = "records.csv", .bytes = bytes};
    struct store_job job = {.record = {.state = "queued", .host = "near", .attempt = 1}};
    snprintf (job.record.job, ID_BYTES, "%s", id);
    snprintf (job.submit_key, ID_BYTES, "%s", id);
    snprintf (job.record.correlation, CORRELATION_BYTES, "of it");
    snprintf (job.input.uri, sizeof job.input.uri, "file:///in.csv");
    snprintf (job.input.name, sizeof job.input.name, "in.csv");
    cr_assert_eq (store_begin (self->store, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_add (self->store, &job, &error), DMH_OK, "%s", error.text);
    snprintf (job.record.state, sizeof job.record.state, "%s", state);
    if (streq (state, "done"))
        snprintf (job.record.result, sizeof job.record.result, "file:///results/%s.1", id);
    if (strstr (id, "stored"))
        snprintf (job.record.result, sizeof job.record.result, "sha256:");
    if (strstr (id, "far"))
        snprintf (job.record.host, sizeof job.record.host, "far");
    job.record.finished_at = RETENTION_SCENE_NOW - ago * RETENTION_SCENE_DAY;
    job.record.fetched_at = fetched ? RETENTION_SCENE_NOW : 0;
    job.record.outputs = &output;
    job.record.outputs_count = 1;
    cr_assert_eq (store_change (self->store, &job.record, 1, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (self->store, &error), DMH_OK, "%s", error.text);
}

static void s_answer (struct retention_scene *self)
{
    for (char *job; (job = zlistx_detach (self->answers, NULL)); free (job)) {
        retention_hear (self->retention, job, 1, "near");
        self->in_flight--;
    }
}

size_t retention_scene_live (struct retention_scene *self, int64_t until)
{
    size_t steps = 0;
    int64_t due;
    while ((due = retention_due (self->retention)) <= until) {
        struct error error = {.code = DMH_OK};
        self->now = due > self->now ? due : self->now;
        bool failed = self->failing.failed;
        int rc = retention_step (self->retention, self->now, RETENTION_SCENE_NOW, &error);
        cr_assert_eq (rc != DMH_OK, self->failing.failed && !failed, "%s", error.text);
        s_answer (self);
        cr_assert_lt (++steps, 100000, "it never rests");
    }
    self->now = until;
    return steps;
}

bool retention_scene_has (struct retention_scene *self, const char *job)
{
    struct store_job found;
    int rc = store_find (self->store, job, &found, NULL);
    if (rc == DMH_OK)
        store_job_clear (&found);
    return rc == DMH_OK;
}

void retention_scene_put_several (struct retention_scene *self)
{
    retention_scene_put (self, "a", "done", 9, false, 10);
    retention_scene_put (self, "b", "done", 40, false, 10);
    retention_scene_put (self, "c", "running", 50, false, 0);
    retention_scene_put (self, "d", "failed", 60, false, 0);
    retention_scene_put (self, "e", "done", 5, true, 10);
    retention_scene_put (self, "f", "done", 50, true, 10);
    retention_scene_put (self, "g", "cancelled", 3, false, 0);
    retention_scene_put (self, "h", "done", 2, true, 10);
    retention_scene_put (self, "i", "queued", 70, false, 0);
    retention_scene_put (self, "j", "done", 8, true, 10);
}

void retention_scene_put_many (struct retention_scene *self, int count)
{
    for (int i = 0; i < count; i++) {
        char id[ID_BYTES];
        snprintf (id, sizeof id, "%dth", i);
        retention_scene_put (self, id, "done", 40, false, 10);
    }
}
