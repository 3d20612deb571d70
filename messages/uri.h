//  uri.h: file:///absolute/path ↔ path (RFC 8089). Every byte outside the unreserved set and '/' is
//  percent-encoded.
#ifndef DMH_URI_H
#define DMH_URI_H

#include <stddef.h>

#include "job.h"

//  `path` is absolute. out holds `size` bytes. DMH_OK, DMH_BAD_INPUT (not absolute), DMH_TOO_LARGE.
int uri_from_path (const char *path, char *out, size_t size, struct error *error);

//  DMH_OK; DMH_UNSUPPORTED for another scheme or host; DMH_MALFORMED for a bad escape or a NUL;
//  DMH_TOO_LARGE.
int uri_to_path (const char *uri, char *out, size_t size, struct error *error);

//  The endpoints of a list "tcp://a:5570,tcp://b:5570", spaces around them taken off, into out [max]. Their
//  number; 0 when one is empty or too long, or there are more than max.
size_t uri_list (const char *list, char out[][URI_BYTES], size_t max);

#endif
