//  options_digest.h: one number for everything in a job's options that changes what its result says. Pure.
#ifndef DMH_MESSAGES_OPTIONS_DIGEST_H
#define DMH_MESSAGES_OPTIONS_DIGEST_H

#include "messages/job.h"

//  The SHA-256 of kind, format, date order, decimal mark, audit, mapping, schema, encoding, delimiter,
//  header, conflicts and checks that fail: two jobs with the same one, over the same bytes and tables, by
//  the same software, have the same records. What a job may take (threads, memory, time, bytes), where it
//  stands in the queue and how its end is judged are no part of it. Returns out; NULL out of memory.
char *options_digest (const struct options *options, char out[HEX_BYTES]);

#endif
