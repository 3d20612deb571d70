//  capabilities.c: see capabilities.h.
#include "worker/session/capabilities.h"

#include "messages/version.h"
#include "worker/encoders/encoder.h"
#include "worker/results/assignment.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    followed_task_fn *task;
} TASKS[] = {{TASK_JOIN, join_job},
             {TASK_CUT, cut_job},
             {TASK_SURVEY, survey_job},
             {TASK_PART, part_job},
             {TASK_WRITE, write_job}};
enum { TASK_COUNT = sizeof TASKS / sizeof *TASKS };

//  A name that is longer than a word nobody can ask for.
static void s_add (struct word list[WORDS_MAX], size_t *count, const char *name)
{
    if (strlen (name) < WORD_BYTES && *count < WORDS_MAX)
        snprintf (list[(*count)++].word, WORD_BYTES, "%.31s", name);
}

void capabilities_of (const catalog_t *catalog, struct capabilities *out)
{
    *out = (struct capabilities){.kinds_count = 0};
    size_t kinds = catalog_size (catalog);
    for (size_t i = 0; kinds <= WORDS_MAX && i < kinds; i++)
        s_add (out->kinds, &out->kinds_count, catalog_at (catalog, i)->name);
    for (size_t i = 0; FORMATS[i]; i++)
        s_add (out->formats, &out->formats_count, FORMATS[i]->name);
    for (size_t i = 0; encoder_at (i); i++)
        s_add (out->writes, &out->writes_count, encoder_at (i)->name);
    for (size_t i = 0; i < TASK_COUNT; i++)
        s_add (out->tasks, &out->tasks_count, TASKS[i].name);
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

followed_task_fn *capabilities_task (const char *task)
{
    for (size_t i = 0; i < TASK_COUNT; i++)
        if (strcmp (task, TASKS[i].name) == 0)
            return TASKS[i].task;
    return *task ? s_unknown : NULL;
}
