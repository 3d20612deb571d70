//  file_change.h: whether a file that was read is still as it was when it was opened, and still the one of
//  its name. Who writes into a file can put its mtime back, but not its ctime.
#ifndef DMH_MESSAGES_BASE_FILE_CHANGE_H
#define DMH_MESSAGES_BASE_FILE_CHANGE_H

#include <stdbool.h>
#include <sys/stat.h>

//  `opened`: what fstat said of the descriptor at first; `path`: what has to lead to it still. *changed
//  tells. 0, or -1 with errno: the file cannot be examined.
int file_change_check (int fd, const char *path, const struct stat *opened, bool *changed);

#endif
