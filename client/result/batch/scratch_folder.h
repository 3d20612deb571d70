//  scratch_folder.h: a folder .dmh-XXXXXX where results are made before they have their names. It is locked
//  by the process that made it, so that the next one can tell what a dead one left.
#ifndef DMH_CLIENT_RESULT_BATCH_SCRATCH_FOLDER_H
#define DMH_CLIENT_RESULT_BATCH_SCRATCH_FOLDER_H

#include "messages/base/error.h"

struct scratch_folder {
    char *path;    //  NULL: none
    int lock;
};

//  Makes one in `folder`. DMH_OK, DMH_IO, DMH_INTERNAL.
int scratch_folder_make (struct scratch_folder *self, const char *folder, struct error *error);

//  An old result that is being replaced lies in it meanwhile, where no file system can exchange two folders:
//  below aside/ by its place in the folder. Yours to free; NULL: out of memory.
char *scratch_folder_aside (const char *path, const char *place);

//  Removes it with all it holds, but as a sweep does where old results are aside. Takes a zeroed one, and one
//  that was removed.
void scratch_folder_remove (struct scratch_folder *self);

//  Leaves it where it is, without its owner.
void scratch_folder_leave (struct scratch_folder *self);

//  Removes those in `folder` whose owner is gone. An old result that lies aside goes back to its place unless
//  a new one has come there; where it cannot, it stays. Both are said on standard error.
void scratch_folder_sweep (const char *folder);

#endif
