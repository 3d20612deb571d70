//  assignment.c: see assignment.h.
#include "worker/results/assignment.h"

#include "worker/results/attempt_folder.h"
#include "worker/results/upload.h"

int assignment_fetch (const struct assignment *self, const struct followed_task *task,
                      const struct file_piece *pieces, size_t piece_count, struct fetched_files *files,
                      struct error *error)
{
    struct fetch fetch = {.input = &self->input,
                          .options = self->options,
                          .roots = self->roots,
                          .pieces = pieces,
                          .piece_count = piece_count,
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
    return fetched_files_fetch (files, &fetch, error);
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
