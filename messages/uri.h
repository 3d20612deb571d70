//  uri.h: file:///absolute/path ↔ path (RFC 8089). Every byte outside the unreserved set and '/' is
//  percent-encoded.
#ifndef DMH_URI_H
#define DMH_URI_H

#include <stddef.h>

#include "base/error.h"

//  `path` is absolute. out holds `size` bytes. DMH_OK, DMH_BAD_INPUT (not absolute), DMH_TOO_LARGE.
int uri_from_path (const char *path, char *out, size_t size, struct error *error);

//  DMH_OK; DMH_UNSUPPORTED for another scheme or host; DMH_MALFORMED for a bad escape or a NUL;
//  DMH_TOO_LARGE.
int uri_to_path (const char *uri, char *out, size_t size, struct error *error);

#endif
