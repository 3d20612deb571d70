//  uri.h: file:///absolute/path ↔ path (RFC 8089). Every byte outside the unreserved set and '/' is
//  percent-encoded.
#ifndef DMH_MESSAGES_URI_H
#define DMH_MESSAGES_URI_H

#include <stdbool.h>
#include <stddef.h>

#include "messages/job.h"

//  `path` is absolute. out holds `size` bytes. DMH_OK, DMH_BAD_INPUT (not absolute), DMH_TOO_LARGE.
int uri_from_path (const char *path, char *out, size_t size, struct error *error);

//  DMH_OK; DMH_UNSUPPORTED for another scheme or host; DMH_MALFORMED for a bad escape or a NUL;
//  DMH_TOO_LARGE.
int uri_to_path (const char *uri, char *out, size_t size, struct error *error);

//  Where the file of a URI is, as people write it: the path, or s3://bucket/key; false: neither, or longer
//  than `out`.
bool uri_to_place (const char *uri, char *out, size_t size);

//  "sha256:" and 64 hex digits in lower case: a file that the broker keeps. A result's is "sha256:" alone, as
//  each of its outputs has a SHA-256 of its own.
bool uri_is_stored (const char *uri);
//  Of a file; out holds URI_BYTES.
char *uri_from_sha256 (const char *sha256, char *out);

//  `endpoint` as a peer was told it, seen from here: a host of "*" is the one of `known`, the endpoint by
//  which the broker was reached.
void uri_seen_from (const char *endpoint, const char *known, char out[URI_BYTES]);

//  The endpoints of a list "tcp://a:5570,tcp://b:5570", spaces around them taken off, into out [max]. Their
//  number; 0 when one is empty or too long, or there are more than max.
size_t uri_list (const char *list, char out[][URI_BYTES], size_t max);

#endif
