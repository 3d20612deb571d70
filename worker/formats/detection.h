//  detection.h: what a file is, from its first bytes: its format and its dialect.
#ifndef DMH_WORKER_FORMATS_DETECTION_H
#define DMH_WORKER_FORMATS_DETECTION_H

#include "worker/formats/format.h"

//  Finds the format by content, encoding and dialect; `options` may be NULL. See struct format.sniff for
//  errors; empty files, directories' and pictures' bytes, NUL-ridden files, UTF-16 and the like end here with
//  one sentence that says what the file seems to be.
int dialect_find (const char *sample, size_t n, bool whole, const char *source,
                  const struct dialect_options *options, struct dialect *out, struct error *error);

//  DMH_BAD_INPUT for the first bytes of a file that is no text: a picture, an archive, a database … To be
//  asked before an encoding is guessed.
int dialect_refuse (const char *bytes, size_t n, const char *source, struct error *error);

//  Settles on the kind where a file holds several; once, before its names are used. `kind` may be NULL or
//  empty.
int dialect_choose (struct dialect *self, const char *kind, const char *source, struct error *error);

//  Adds the columns of a name that the format's `unknown` gave. DMH_OK, DMH_INTERNAL, DMH_TOO_LARGE.
int dialect_learn (struct dialect *self, struct text name);

#endif
