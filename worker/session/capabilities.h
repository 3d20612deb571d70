//  capabilities.h: what this worker can, as READY says it. The tables of kinds, formats, encoders and tasks
//  are what it is read from.
#ifndef DMH_WORKER_SESSION_CAPABILITIES_H
#define DMH_WORKER_SESSION_CAPABILITIES_H

#include "messages/work.h"
#include "worker/results/followed_task.h"
#include "worker/rules/schema/catalog.h"
#include "worker/session/config.h"

//  Lists for READY; one that would not fit is empty, which says that the worker can whatever there is.
struct capabilities {
    struct word kinds[WORDS_MAX], formats[WORDS_MAX], writes[WORDS_MAX], tasks[WORDS_MAX];
    size_t kinds_count, formats_count, writes_count, tasks_count;
};

//  One that does tasks of its configuration alone says in `writes` what no other job asks for, so that it is
//  given no input to harmonize.
void capabilities_of (const struct session_config *config, const catalog_t *catalog,
                      struct capabilities *out);

//  What is done for a job of that task; one that this worker does not know fails. NULL: there is none.
followed_task_fn *capabilities_task (const struct session_config *config, const char *task);

#endif
