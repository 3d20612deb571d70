//  result_folder.h: where results go: names of result folders, moving, copying and removing them. Never
//  overwrites what is no result: a folder without report.json stays as it is.
#ifndef DMH_CLIENT_RESULT_RESULT_FOLDER_H
#define DMH_CLIENT_RESULT_RESULT_FOLDER_H

#include "client/result/batch/scratch_folder.h"
#include "messages/job.h"

//  Where a result goes: `name`, or of a job that a check failed name.failed. Yours to free; NULL: out of
//  memory.
char *result_folder_name_of (const struct job_record *record, const char *name);

//  A good result is at folder/name: removes the one that a check failed before, if there is one.
void result_folder_forget_failed (const char *folder, const char *name);

//  Whether a result may go to `to`: nothing is there, or a result of before. DMH_OK, DMH_CONFLICT, DMH_IO.
int result_folder_check (const char *to, struct error *error);

//  Moves the folder `from` to `to` (one file system). `to` is replaced when it holds a report.json; `aside`
//  is a path on that file system where the old one is kept meanwhile and removed at the end: that of `to`
//  below scratch/aside, see scratch_folder_sweep. DMH_OK, DMH_CONFLICT, DMH_IO.
int result_folder_move (const char *from, const char *to, const char *aside, struct error *error);

//  Whether what came is the result of the job, before it has its name there.
struct result_folder_check {
    int (*check) (const char *folder, const struct job_record *record, struct error *error);
    const struct job_record *record;
};

//  Where the files of a result come from.
struct result_folder_source {
    //  Makes `target` from one output, checked by its SHA-256; with `keep` it may be there in part. `said`:
    //  what sentences call it, as people know only the place that it goes to.
    int (*fetch) (void *context, const struct output *output, const char *target, const char *said,
                  struct error *error);
    void *context;
    //  Of a source that goes on where it stopped: the name of what is half there; or NULL.
    const char *keep;
    const struct result_folder_check *check;    //  NULL: none
};

//  Where a result waits for its name; all borrowed.
struct result_folder_room {
    const char *root;       //  the folder of the results, where .dmh-KEEP is looked for
    const char *scratch;    //  of those without `keep`: a folder in it that is swept
    const char *name;       //  that they have there
    const char *to;         //  the place that it is to go to, for sentences
};

//  A result that is here, whole, neither synced nor at its place.
struct staged_result {
    char *folder;                     //  absolute; NULL: none
    struct scratch_folder scratch;    //  of its own, around it; path NULL: it lies in somebody else's
};
//  It has gone to its place, or is not wanted: removes what is left of it. Takes zeroed ones.
void staged_result_remove (struct staged_result *self);
//  The same, but what has a folder of its own stays there for the next time.
void staged_result_leave (struct staged_result *self);

//  By which name what is half there of the job's result is found again; each table of a job that joins has
//  its own.
enum { RESULT_FOLDER_KEEP_BYTES = ID_BYTES + WORD_BYTES };
void result_folder_keep (const struct job_record *record, char out[RESULT_FOLDER_KEEP_BYTES]);

//  The job's result is at its place: removes root/.dmh-KEEP, which whoever brought it there and died has
//  left, but not one that another process is at.
void result_folder_forget_kept (const char *root, const struct job_record *record);

//  Brings the files of `outputs` into a folder. When it fails, a source with `keep` leaves what it has in
//  root/.dmh-KEEP for the next time, unless what came is not what `check` wants. DMH_OK: *out is to be moved
//  to its place and removed. DMH_CONFLICT (another process is at it), DMH_IO, DMH_MALFORMED (a file differs,
//  a name is a path, or the check said so), or what `fetch` answered.
int result_folder_stage (const struct result_folder_source *source, const struct output *outputs,
                         size_t count, const struct result_folder_room *room, struct staged_result *out,
                         struct error *error);

//  The same of the files in the folder `from`, which are copied; no link is followed.
int result_folder_copy (const char *from, const struct output *outputs, size_t count,
                        const struct result_folder_check *check, const struct result_folder_room *room,
                        struct staged_result *out, struct error *error);

#endif
