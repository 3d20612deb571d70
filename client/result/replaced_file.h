//  replaced_file.h: a small file that is replaced as a whole: whoever reads it finds the old one or the new
//  one.
#ifndef DMH_CLIENT_RESULT_REPLACED_FILE_H
#define DMH_CLIENT_RESULT_REPLACED_FILE_H

#include <stddef.h>

#include "messages/base/error.h"

//  folder/name (0600) of these bytes, synced, by way of folder/.dmh-NAME, which is nobody else's at a time:
//  hold a lock. What stands there, a link or a FIFO, is removed and never written to. DMH_OK, DMH_IO,
//  DMH_INTERNAL.
int replaced_file_write (const char *folder, const char *name, const char *bytes, size_t n,
                         struct error *error);

#endif
