//  capabilities.c: see capabilities.h.
#include "worker/session/capabilities.h"

#include "messages/version.h"
#include "worker/encoders/encoder.h"
#include "worker/join/join_job.h"
#include "worker/parts/split_jobs.h"
#include "worker/results/assignment.h"

#include <stdio.h>
#include <string.h>

static const struct named_task TASKS[] = {{TASK_JOIN, join_job},
                                          {TASK_CUT, cut_job},
                                          {TASK_SURVEY, survey_job},
                                          {TASK_PART, part_job},
                                          {TASK_WRITE, write_job}};
enum { TASK_COUNT = sizeof TASKS / sizeof *TASKS };

//  Those that are its configuration's, or its own.
static const struct named_task *s_tasks (const struct session_config *config, size_t *count)
{
    *count = config->tasks_count ? config->tasks_count : TASK_COUNT;
    return config->tasks_count ? config->tasks : TASKS;
}

//  A name that is longer than a word nobody can ask for.
static void s_add (struct word list[WORDS_MAX], size_t *count, const char *name)
{
    if (strlen (name) < WORD_BYTES && *count < WORDS_MAX)
        snprintf (list[(*count)++].word, WORD_BYTES, "%.31s", name);
}

void capabilities_of (const struct session_config *config, const catalog_t *catalog, struct capabilities *out)
{
    size_t tasks_count;
    const struct named_task *tasks = s_tasks (config, &tasks_count);
    *out = (struct capabilities){.kinds_count = 0};
    for (size_t i = 0; i < tasks_count; i++)
        s_add (out->tasks, &out->tasks_count, tasks[i].name);
    if (config->tasks_count) {
        memcpy (out->writes, out->tasks, sizeof out->writes);
        out->writes_count = out->tasks_count;
        return;
    }
    size_t kinds = catalog_size (catalog);
    for (size_t i = 0; kinds <= WORDS_MAX && i < kinds; i++)
        s_add (out->kinds, &out->kinds_count, catalog_at (catalog, i)->name);
    for (size_t i = 0; FORMATS[i]; i++)
        s_add (out->formats, &out->formats_count, FORMATS[i]->name);
    for (size_t i = 0; encoder_at (i); i++)
        s_add (out->writes, &out->writes_count, encoder_at (i)->name);
}

//  Of a broker that does not look at what its workers say.
static int s_unknown (const struct assignment *assignment, const struct followed_task *task,
                      struct runner_news *news, struct error *error)
{
    (void) task;
    (void) news;
    return error_set (error, DMH_UNSUPPORTED,
                      "%s: this worker (dmh-worker " DMH_VERSION
                      ") does not know the task “%s”; one that does "
                      "is newer, as is a broker that asks for it",
                      assignment->input.name, assignment->options->task);
}

followed_task_fn *capabilities_task (const struct session_config *config, const char *task)
{
    size_t count;
    const struct named_task *tasks = s_tasks (config, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp (task, tasks[i].name) == 0)
            return tasks[i].run;
    return *task ? s_unknown : NULL;
}
