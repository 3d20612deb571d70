//  removal_scene.c: see removal_scene.h.
#include "test/support/stores/removal_scene.h"

#include <criterion/criterion.h>
#include <czmq.h>

static void s_note (char out[512], const char *what)
{
    size_t n = strlen (out);
    cr_assert_lt (n, 511);
    out[n] = *what;
    out[n + 1] = 0;
}

static bool s_ask (void *context, const struct job_record *record)
{
    struct removal_scene *self = context;
    if (self->away)
        return false;
    s_note (self->asked, record->job);
    if (!self->silent)
        s_note (self->answers, record->job);
    return true;
}

static bool s_sweep (void *context, zhashx_t **files)
{
    struct removal_scene *self = context;
    if (self->no_files)
        return false;
    zlistx_t *names = zhashx_keys (*files);
    zlistx_set_comparator (names, (zlistx_comparator_fn *) strcmp);
    zlistx_sort (names);
    for (const char *name = zlistx_first (names); name; name = zlistx_next (names)) {
        s_note (self->swept, name);
        if (self->by_owner)    //  "i ANNA" is "iA"
            s_note (self->swept, name[2] ? name + 2 : "-");
        self->until = *(int64_t *) zhashx_lookup (*files, name);
    }
    zlistx_destroy (&names);
    zhashx_destroy (files);
    return true;
}

static void s_gone (void *context, const struct job_record *record)
{
    struct removal_scene *self = context;
    struct store_job found;
    cr_assert_eq (store_find (self->store, record->job, &found, NULL), DMH_NOT_FOUND);
    cr_expect_str_eq (record->removal_by, "anna");
    s_note (self->gone, record->job);
}

void removal_scene_start (struct removal_scene *self)
{
    self->removal = removal_new (&self->failing.base,
                                 &(struct removal_actions){self, s_ask, self->by_owner, s_sweep, s_gone});
    cr_assert_not_null (self->removal);
}

void removal_scene_open (struct removal_scene *self)
{
    struct error error = {.code = DMH_OK};
    *self = (struct removal_scene){.failing = {.base = {.driver = &failing_store_driver}}, .now = 5000};
    self->store = self->failing.inner = store_open ("sqlite::memory:", &error);
    cr_assert_not_null (self->store, "%s", error.text);
    removal_scene_start (self);
}

void removal_scene_close (struct removal_scene *self)
{
    removal_destroy (&self->removal);
    cr_expect_null (self->removal);
    store_close (&self->store);
}

struct store_job removal_scene_job (const char *id, const char *files, bool stored, int64_t removal_at)
{
    struct store_job job = {.place = 0};
    snprintf (job.record.job, sizeof job.record.job, "%s", id);
    snprintf (job.record.state, sizeof job.record.state, "done");
    snprintf (job.record.host, sizeof job.record.host, "near");
    snprintf (job.record.removal_by, sizeof job.record.removal_by, "anna");
    snprintf (job.record.result, sizeof job.record.result, "%s", stored ? "sha256:" : "file:///r");
    snprintf (job.submit_key, sizeof job.submit_key, "%s", id);
    snprintf (job.input.name, sizeof job.input.name, "x");
    snprintf (job.input.uri, sizeof job.input.uri, "%s%.1s", *files ? "sha256:" : "file:///x", files);
    snprintf (job.input.sha256, sizeof job.input.sha256, "%.1s", files);
    job.record.attempt = 1;
    job.record.finished_at = 1;
    job.record.removal_at = removal_at;
    job.record.outputs_count = *files ? strlen (files) - 1 : 0;
    job.record.outputs = calloc (job.record.outputs_count + 1, sizeof *job.record.outputs);
    for (size_t i = 0; i < job.record.outputs_count; i++) {
        snprintf (job.record.outputs[i].name, NAME_BYTES, "output");
        job.record.outputs[i].sha256[0] = files[i + 1];
    }
    return job;
}

void removal_scene_add (struct removal_scene *self, struct store_job *job)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (store_begin (self->store, &error), DMH_OK);
    cr_assert_eq (store_add (self->store, job, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_change (self->store, &job->record, 1, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (store_commit (self->store, &error), DMH_OK);
    store_job_clear (job);
}

void removal_scene_put_as (struct removal_scene *self, const char *owner, const char *id, const char *files,
                           bool stored, int64_t removal_at)
{
    struct store_job job = removal_scene_job (id, files, stored, removal_at);
    snprintf (job.record.owner, sizeof job.record.owner, "%s", owner);
    removal_scene_add (self, &job);
}

void removal_scene_put (struct removal_scene *self, const char *id, const char *files, bool stored,
                        int64_t removal_at)
{
    removal_scene_put_as (self, "", id, files, stored, removal_at);
}

void removal_scene_work (struct removal_scene *self)
{
    for (int i = 0; i < 100 && removal_due (self->removal) <= self->now; i++) {
        struct error error = {.code = DMH_OK};
        bool failed = self->failing.failed;
        int rc = removal_step (self->removal, self->now, &error);
        cr_assert_eq (rc != DMH_OK, self->failing.failed && !failed, "%s", error.text);
        for (const char *job = self->answers; *job; job++)
            removal_hear (self->removal, (const char[]){*job, 0}, 1, "near");
        *self->answers = 0;
        if (!self->slow_files)
            removal_swept (self->removal, true, self->now);
    }
    cr_assert_gt (removal_due (self->removal), self->now, "it never rests");
}

void removal_scene_expect_there (struct removal_scene *self, const char *jobs)
{
    struct job_record *records = NULL;
    size_t count = 0;
    char there[512] = "";
    struct store_selection all = {NULL, "", ""};
    cr_assert_eq (store_list (self->store, &all, 60, &records, &count, NULL), DMH_OK);
    for (size_t i = count; i > 0; i--)
        s_note (there, records[i - 1].job);
    free (records);
    cr_expect_str_eq (there, jobs);
}
