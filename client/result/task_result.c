//  task_result.c: see task_result.h.
#define _GNU_SOURCE
#include "client/result/task_result.h"

#include "client/result/folder_tree.h"
#include "client/result/places/done_result.h"
#include "client/result/places/result_owner.h"

#include <stdlib.h>
#include <unistd.h>

//  Yours to free; NULL: out of memory.
static char *s_place (const struct arguments *arguments, const struct batch_results *results,
                      const struct outcome *outcome)
{
    const struct job_record *record = &outcome->record;
    char *place = NULL, *to = folder_tree_join (results->root, outcome->place);
    if (!to)
        return NULL;
    bool taken = !arguments->replace && access (to, F_OK) == 0 && !result_owner_is_job (to, record->job) &&
                 !done_result_is_alike (to, record);
    int n = taken ? asprintf (&place, "%s.%s", outcome->place, record->job)
                  : asprintf (&place, "%s", outcome->place);
    free (to);
    return n < 0 ? NULL : place;
}

int task_result_bring (struct file_transfer *transfer, const struct arguments *arguments,
                       const struct batch_results *results, struct outcome *outcome)
{
    struct group_commit commit = {.folder = NULL};
    const struct download_room room = {results->folder, results->root, results->scratch.path, "task"};
    const char *before = outcome->place;
    char *place = s_place (arguments, results, outcome);
    int rc = place ? group_commit_open (&commit, results->folder, results->root, 1, &outcome->error)
                   : error_set (&outcome->error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK) {
        outcome->place = place;
        rc = download_result (transfer, arguments->transfer_mode, &room, outcome);
        if (rc == DMH_OK) {
            group_commit_add (&commit, outcome);
            group_commit_bring (&commit, results->scratch.path, true);
            rc = outcome->error.code;
        }
        group_commit_clear (&commit);
    }
    outcome->place = before;
    free (place);
    return rc;
}
