//  result_folder.h: where results go: names of result folders, moving, copying and removing them. Never
//  overwrites what is no result: a folder without report.json stays as it is.
#ifndef DMH_CLIENT_RESULT_RESULT_FOLDER_H
#define DMH_CLIENT_RESULT_RESULT_FOLDER_H

#include "messages/job.h"

//  Where a result goes: `name`, or of a job that a check failed name.failed. Yours to free; NULL: out of
//  memory.
char *result_folder_name_of (const struct job_record *record, const char *name);

//  A good result is at folder/name: removes the one that a check failed before, if there is one.
void result_folder_forget_failed (const char *folder, const char *name);

//  Whether a result may go to `to`: nothing is there, or a result of before. DMH_OK, DMH_CONFLICT, DMH_IO.
int result_folder_check (const char *to, struct error *error);

//  Moves the folder `from` to `to` (one file system). `to` is replaced when it holds a report.json; `aside`
//  is a path on that file system where the old one is kept meanwhile and removed at the end. DMH_OK,
//  DMH_CONFLICT, DMH_IO.
int result_folder_move (const char *from, const char *to, const char *aside, struct error *error);

//  Whether what came is the result of the job, before it has its name there.
struct result_folder_check {
    int (*check) (const char *folder, const struct job_record *record, struct error *error);
    const struct job_record *record;
};

//  Where the files of a result come from.
struct result_folder_source {
    //  Makes `target` from one output, checked by its SHA-256; with `keep` it may be there in part.
    int (*fetch) (void *context, const struct output *output, const char *target, struct error *error);
    void *context;
    //  Of a source that goes on where it stopped: the name of what is half there; or NULL.
    const char *keep;
    const struct result_folder_check *check;    //  NULL: none
};

//  Makes the folder `to` of the files of `outputs`, through a folder beside it that is renamed at the end;
//  replaces as result_folder_move does. When it fails, a source with `keep` leaves what it has beside `to`,
//  as .dmh-KEEP, for the next time, unless what came is not what `claim` says. DMH_OK, DMH_CONFLICT (also:
//  another process is at it), DMH_IO, DMH_MALFORMED (a file differs, a name is a path, or the claim is
//  wrong), or what `fetch` answered.
int result_folder_fill (const struct result_folder_source *source, const struct output *outputs, size_t count,
                        const char *to, struct error *error);

//  Copies the files of `outputs` from the folder `from` to the folder `to`, each checked by its SHA-256,
//  through a folder beside `to` that is renamed at the end. `check` as above. Replaces as
//  result_folder_move does. DMH_OK, DMH_CONFLICT, DMH_IO, DMH_MALFORMED (a file differs, or a name is a
//  path), or what the check answered.
int result_folder_copy (const char *from, const struct output *outputs, size_t count,
                        const struct result_folder_check *check, const char *to, struct error *error);

#endif
