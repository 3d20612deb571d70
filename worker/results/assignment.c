//  assignment.c: see assignment.h.
#include "worker/results/assignment.h"

#include "worker/results/attempt_folder.h"
#include "worker/results/upload.h"

static struct fetch s_fetch (const struct assignment *self, const struct followed_task *task,
                             const struct input_pieces *pieces)
{
    return (struct fetch){.input = &self->input,
                          .options = self->options,
                          .roots = self->roots,
                          .pieces = pieces,
                          .folder = self->results,
                          .job = self->job,
                          .attempt = self->attempt,
                          .files = self->files,
                          .route = self->route,
                          .credential = self->credential,
                          .tickets = self->tickets,
                          .tickets_count = self->tickets_count,
                          .stop = task->stop,
                          .moved = task->moved,
                          .context = task->context};
}

int assignment_fetch (const struct assignment *self, const struct followed_task *task,
                      const struct input_pieces *pieces, struct fetched_files *files, struct error *error)
{
    const struct fetch fetch = s_fetch (self, task, pieces);
    return fetched_files_fetch (files, &fetch, error);
}

int assignment_fetch_more (const struct assignment *self, const struct followed_task *task,
                           const struct input_pieces *pieces, struct fetched_files *files,
                           struct error *error)
{
    const struct fetch fetch = s_fetch (self, task, pieces);
    return fetched_files_fetch_more (files, &fetch, error);
}

bool assignment_leaves (const struct assignment *self, const struct fetched_files *files)
{
    return self->objects || fetched_files_leave (files);
}

int assignment_upload (const struct assignment *self, const struct followed_task *task,
                       const struct output *outputs, size_t count, struct error *error)
{
    const struct upload upload = {.files = self->files,
                                  .route = self->route,
                                  .credential = self->credential,
                                  .deposit = self->deposit,
                                  .objects = self->objects,
                                  .job = self->job,
                                  .attempt = self->attempt,
                                  .stop = task->stop,
                                  .moved = task->moved,
                                  .context = task->context};
    struct error why = {.code = DMH_OK};
    int rc = upload_folder (&upload, self->folder, outputs, count, &why);
    attempt_folder_discard (self->folder);
    return rc == DMH_OK ? rc
                        : error_set (error, rc, "%s: its result cannot be handed over: %.300s",
                                     self->input.name, why.text);
}
