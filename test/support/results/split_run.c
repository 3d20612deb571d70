//  split_run.c: see split_run.h.
#include "test/support/results/split_run.h"

#include "messages/uri.h"
#include "worker/parts/split_jobs.h"
#include "worker/results/attempt_folder.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    followed_task_fn *task;
    bool each;    //  a job for each part
} TASKS[] = {{TASK_CUT, cut_job, false},
             {TASK_SURVEY, survey_job, true},
             {TASK_PART, part_job, true},
             {TASK_WRITE, write_job, false}};

//  The result is followed by the jobs that come.
static void s_follow (struct split_run *self, const struct assignment *done)
{
    struct followed_result *result = &self->followed[self->followed_count];
    *result = (struct followed_result){.place = self->followed_count++};
    snprintf (result->job, sizeof result->job, "%s", done->job);
    snprintf (result->name, sizeof result->name, "%s", done->input.name);
    cr_assert_eq (uri_from_path (done->folder, result->uri, sizeof result->uri, &self->error), DMH_OK);
    result->outputs = self->news.outputs;
    result->outputs_count = self->news.outputs_count;
    self->news = (struct runner_news){.kind = ""};
}

//  As a slot does.
static int s_run (struct split_run *self, const struct assignment *assignment)
{
    zsock_send (actor_pipe (self->runner), "sp", "RUN", assignment);
    for (;;) {
        char *word = NULL;
        struct runner_news *news = NULL;
        cr_assert_eq (zsock_recv (actor_pipe (self->runner), "sp", &word, &news), 0);
        bool ended = !streq (word, "PROGRESS");
        if (ended) {
            self->news = *news;
            self->error = news->error;
        } else
            runner_news_clear (news);
        free (news);
        zstr_free (&word);
        if (ended)
            return self->error.code;
    }
}

static void s_start (struct split_run *self)
{
    int status = -1;
    self->harmonizers = harmonizers_new (self->threads, 1, &self->error);
    cr_assert_not_null (self->harmonizers, "%s", self->error.text);
    struct runner_place place = {.harmonizers = self->harmonizers, .slot = 0};
    self->runner = actor_new (runner_actor, &place);
    cr_assert (zsock_recv (actor_pipe (self->runner), "i", &status) == 0 && status == 0);
}

static int s_job (struct split_run *self, size_t task, size_t part)
{
    struct hand_driver driver = {.between = NULL};
    const char *slash = strrchr (self->input, '/');
    struct options options = *self->options;
    struct assignment assignment = {.attempt = 1,
                                    .options = &options,
                                    .catalog = self->catalog,
                                    .folder = self->folder,
                                    .results = self->results,
                                    .files = "",
                                    .key_memory = self->key_memory,
                                    .part = part,
                                    .parts = self->parts,
                                    .followed = self->followed,
                                    //  a survey knows of no other one
                                    .followed_count = task == 1   ? 1
                                                      : task == 2 ? 1 + self->parts
                                                                  : self->followed_count};
    snprintf (options.task, sizeof options.task, "%s", TASKS[task].name);
    snprintf (assignment.job, sizeof assignment.job, "%zu%zu%018zu", task, (size_t) 0, part);
    snprintf (assignment.correlation, sizeof assignment.correlation, "0123456789abcdef0123456789abcdef");
    snprintf (assignment.input.name, sizeof assignment.input.name, "%s", slash + 1);
    cr_assert_eq (
        uri_from_path (self->input, assignment.input.uri, sizeof assignment.input.uri, &self->error), DMH_OK);
    if (self->uri)
        snprintf (assignment.input.uri, sizeof assignment.input.uri, "%s", self->uri);
    snprintf (self->folder, sizeof self->folder, "%s/%s.1", self->results, assignment.job);
    hand_driver_make (&driver);
    if (self->before)
        self->before (self->context, self, TASKS[task].name, part);
    assignment.task = TASKS[task].task;
    self->code = self->runner ? s_run (self, &assignment)
                              : assignment.task (&assignment, &driver.task, &self->news, &self->error);
    self->passes[task] += driver.passes;
    self->reached = driver.reached;
    self->bytes = driver.bytes;
    if (self->code == DMH_OK && task < 3)
        s_follow (self, &assignment);
    return self->code;
}

int split_run (struct split_run *self)
{
    cr_assert_leq (self->parts, SPLIT_PARTS_MAX);
    self->code = DMH_OK;
    if (self->threads)
        s_start (self);
    for (size_t task = 0; self->code == DMH_OK && task < sizeof TASKS / sizeof *TASKS; task++)
        for (size_t part = 0; self->code == DMH_OK && part < (TASKS[task].each ? self->parts : 1); part++)
            s_job (self, task, part);
    actor_destroy (&self->runner);
    harmonizers_destroy (&self->harmonizers);
    return self->code;
}

void split_run_clear (struct split_run *self)
{
    for (size_t i = 0; i < self->followed_count; i++)
        free (self->followed[i].outputs);
    runner_news_clear (&self->news);
}
