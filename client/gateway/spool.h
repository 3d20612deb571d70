//  spool.h: a file on its way through: one without a name in a folder, hashed as it is written, gone with the
//  process however that ends.
#ifndef DMH_CLIENT_GATEWAY_SPOOL_H
#define DMH_CLIENT_GATEWAY_SPOOL_H

#include "messages/base/error.h"

#include <stddef.h>
#include <stdint.h>

//  A descriptor to read and to write, of mode 0600. -1 with `error` set: DMH_IO.
int spool_open (const char *folder, struct error *error);

//  Appends all n bytes at `at`. DMH_OK, DMH_IO.
int spool_write (int fd, uint64_t at, const char *bytes, size_t n, struct error *error);

#endif
