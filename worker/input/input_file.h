//  input_file.h: where the bytes of an input are: a file of the disk, opened where it is one that can be
//  read, or an object of a store, of which those come that are read.
#ifndef DMH_WORKER_INPUT_INPUT_FILE_H
#define DMH_WORKER_INPUT_INPUT_FILE_H

#include "worker/input/data_roots.h"
#include "worker/input/object_pieces.h"

#include <sys/stat.h>

struct input_file {
    int fd;
    char *path;                 //  by which it has to be the file still at the end
    object_pieces_t *pieces;    //  borrowed; NULL: it is a file
    uint64_t bytes;             //  when it was opened
    struct stat opened;         //  of a file
};

//  Opens the file at `path`, only when it leads into one of `roots` (NULL: anywhere). `name` is what messages
//  call it. input_file_close it in any case. DMH_OK; DMH_NOT_FOUND; DMH_UNAUTHORIZED; DMH_BAD_INPUT: it may
//  not be read, or is a folder or a device; DMH_IO: another time it may go; DMH_INTERNAL.
int input_file_open (struct input_file *self, const data_roots_t *roots, const char *path, const char *name,
                     struct error *error);
//  The same of an object, which is borrowed.
void input_file_open_object (struct input_file *self, object_pieces_t *pieces);
void input_file_close (struct input_file *self);

//  As many of n bytes from `at` on as there are. DMH_OK, DMH_IO; of an object as object_pieces_read.
int input_file_read (const struct input_file *self, const char *name, uint64_t at, char *to, size_t n,
                     size_t *got, struct error *error);

//  DMH_OK; DMH_BAD_INPUT: it is not the file any more that was opened; DMH_IO. Of an object each byte was.
int input_file_check (const struct input_file *self, const char *name, struct error *error);

#endif
