//  fetched_files.h: what an attempt has brought from the broker before it begins, and hands over to it at its
//  end, where they share no disk. Called by the runner, in its thread.
#ifndef DMH_WORKER_INPUT_FETCHED_FILES_H
#define DMH_WORKER_INPUT_FETCHED_FILES_H

#include "worker/pipeline/runner.h"

//  A file that was brought.
struct fetched_file {
    int fd;
    char name[URI_BYTES];    //  of the file; removed by fetched_files_clear
    char path[32];           //  by which it is opened
    bool stays;              //  half brought: the next attempt goes on with it
};

struct fetched_files {
    const struct assignment *assignment;    //  borrowed
    zsock_t *pipe;                          //  readable when the session wants the attempt to end; borrowed
    struct fetched_file *files;             //  the input first, then the tables of its mapping
    size_t count;
};

//  Brings the input, when it lies with the broker, and the tables of its mapping that do; else does nothing.
//  What an attempt before has left half brought on this host is gone on with. fetched_files_clear it in any
//  case. DMH_OK; DMH_NOT_FOUND: the broker has one no longer; DMH_UNAVAILABLE; DMH_CANCELLED; as
//  transfer_get.
int fetched_files_bring (struct fetched_files *self, const struct assignment *assignment, zsock_t *pipe,
                         struct error *error);

//  Where the input is, NULL when it was not brought; where the tables are, their number in *count.
const char *fetched_files_input (const struct fetched_files *self);
void fetched_files_tables (const struct fetched_files *self, const char *out[TABLES_MAX], size_t *count);

//  Leaves the finished outputs with the broker when the input came from there, and removes the attempt's
//  folder, whatever comes of it. *stored: they are there. As transfer_put.
int fetched_files_hand_over (struct fetched_files *self, const struct output *outputs, size_t count,
                             bool *stored, struct error *error);

//  Removes what was brought. Takes zeroed ones.
void fetched_files_clear (struct fetched_files *self);

//  Removes what attempts that were killed have left half brought in `results`, a day after.
void fetched_files_sweep (const char *results);

#endif
