//  decoder.h: what Content-Encoding did to a body, undone piece by piece: gzip, zstd, or nothing. Bounded by
//  who takes the bytes: that one's refusal ends it.
#ifndef DMH_CLIENT_GATEWAY_HTTP_DECODER_H
#define DMH_CLIENT_GATEWAY_HTTP_DECODER_H

#include "messages/base/error.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct decoder decoder_t;

//  Takes decoded bytes. DMH_OK to go on.
typedef int decoder_take_fn (void *context, const char *bytes, size_t n, struct error *error);

//  `encoding`: the value of Content-Encoding; NULL and identity: none. NULL with `error` set:
//  DMH_UNSUPPORTED, DMH_INTERNAL.
decoder_t *decoder_new (const char *encoding, decoder_take_fn *take, void *context, struct error *error);
void decoder_destroy (decoder_t **self_p);    //  takes NULL

//  Whether there is anything to undo.
bool decoder_unpacks (const decoder_t *self);

//  DMH_OK, DMH_MALFORMED (not of that encoding), or what `take` answered.
int decoder_feed (decoder_t *self, const char *bytes, size_t n, struct error *error);
//  DMH_OK, or DMH_MALFORMED: it was cut.
int decoder_finish (const decoder_t *self, struct error *error);

#endif
