//  group_commit.h: results that come to the disk together: several share one sync, and each gets its name
//  then.
#ifndef DMH_CLIENT_RESULT_BATCH_GROUP_COMMIT_H
#define DMH_CLIENT_RESULT_BATCH_GROUP_COMMIT_H

#include "client/result/outcome.h"

struct group_commit {
    const char *folder;          //  as given; borrowed
    const char *root;            //  the same, real and absolute; borrowed
    int root_fd;                 //  open since before any of their bytes was written
    struct outcome **waiting;    //  [waiting_count] with staged results; room for `most`
    size_t waiting_count, most;
    int64_t waits_since;    //  when the first of them came
    //  NULL, or called with those of a group whose names are on the disk, too.
    void (*committed) (void *context, struct outcome **outcomes, size_t count);
    void *context;
};

//  Of `most` results at most, below these folders, of which nothing is written yet. DMH_OK, DMH_INTERNAL or
//  DMH_IO; group_commit_clear it when it was opened; one that
//  is all zero is fine.
int group_commit_open (struct group_commit *self, const char *folder, const char *root, size_t most,
                       struct error *error);
void group_commit_clear (struct group_commit *self);

//  outcome->staged is to go to its place.
void group_commit_add (struct group_commit *self, struct outcome *outcome);

//  Brings those that were added: they are synced, several at once, get their names then, and these are
//  synced; their outcomes say where they are, or by their error why not. Without `now` only where it is time
//  to: many wait, or one for long enough. `scratch`: a folder on that file system for what is replaced
//  meanwhile. Whether any were brought.
bool group_commit_bring (struct group_commit *self, const char *scratch, bool now);

#endif
