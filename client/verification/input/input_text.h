//  input_text.h: an input's text for a second reading: unpacked by zlib or libzstd, in UTF-8 by iconv,
//  through a window that grows with what is asked for. Shares no code with the worker's way. One thread.
#ifndef DMH_CLIENT_VERIFICATION_INPUT_INPUT_TEXT_H
#define DMH_CLIENT_VERIFICATION_INPUT_INPUT_TEXT_H

#include <stddef.h>

#include "messages/base/error.h"

typedef struct input_text input_text_t;

//  `encoding`, `compression`: as report.json has them ("UTF-8", "UTF-16LE", …; "gzip", "zstd" or ""). A
//  byte-order mark is passed over. NULL with `error` set, whose sentence names `path`.
input_text_t *input_text_new (const char *path, const char *encoding, const char *compression,
                              struct error *error);
void input_text_destroy (input_text_t **self_p);

//  Shows the text from where the reading stands: at least `want` bytes, fewer only where it ends. *at is
//  borrowed until the next call. DMH_OK; DMH_IO, DMH_BAD_INPUT (damaged), DMH_INTERNAL.
int input_text_show (input_text_t *self, size_t want, const char **at, size_t *n, struct error *error);

//  Goes on by n bytes of what was shown.
void input_text_skip (input_text_t *self, size_t n);

#endif
