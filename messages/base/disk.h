//  disk.h: which disks a process sees. Two processes with the same name run under the same kernel and in the
//  same mount namespace, so a path means the same file to both.
#ifndef DMH_MESSAGES_BASE_DISK_H
#define DMH_MESSAGES_BASE_DISK_H

#include <stdint.h>

enum { DISK_NAME_BYTES = 33 };    //  32 hex digits, with terminator

//  A digest of the kernel's boot id and of this process's mount namespace, which tells neither. Empty when
//  the kernel does not say; then nothing is shared with anybody. Returns out.
char *disk_name (char out[DISK_NAME_BYTES]);

//  Bytes that the disk of that file or folder has left for who is not root. 0: none, or that cannot be told.
uint64_t disk_free (const char *path);

#endif
