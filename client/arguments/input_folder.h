//  input_folder.h: the files of a folder that are inputs, in byte order of their paths. Follows no link, and
//  leaves out what is hidden, earlier results and whatever the command was given for something else.
#ifndef DMH_CLIENT_ARGUMENTS_INPUT_FOLDER_H
#define DMH_CLIENT_ARGUMENTS_INPUT_FOLDER_H

#include <sys/types.h>

#include "client/arguments/input_list.h"

enum { LEFT_OUT_MAX = 8 };

//  A file or a folder, whatever leads to it.
struct left_out {
    dev_t device;
    ino_t inode;
};

struct input_folder {
    bool recursive;
    struct left_out left_out[LEFT_OUT_MAX];
    size_t left_out_count;
    const struct options *options;    //  of the jobs, which say what is known
    int interrupt;                    //  -1: nobody interrupts
};

//  Leaves out what is at `path`, if something is. NULL is none.
void input_folder_leave_out (struct input_folder *self, const char *path);

//  Adds those of the folder `word`, which is at `path` (real and absolute); their places begin with `place`
//  (empty: with their path below it). A part that cannot be read is an input with an error, and so is a
//  folder without any. DMH_OK, DMH_CANCELLED, DMH_INTERNAL.
int input_folder_read (const struct input_folder *self, const char *word, const char *path, const char *place,
                       struct input_list *list, struct error *error);

#endif
