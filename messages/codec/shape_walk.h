//  shape_walk.h: the bounds of a body, checked byte by byte before msgpack-c sees it, so that a claimed count
//  never makes anybody allocate. Allocates nothing.
#ifndef DMH_MESSAGES_CODEC_SHAPE_WALK_H
#define DMH_MESSAGES_CODEC_SHAPE_WALK_H

#include <stddef.h>

#include "messages/base/error.h"

//  One complete msgpack value of n bytes, nothing after it, within BODY_DEPTH_MAX and BODY_ENTRIES_MAX.
//  DMH_OK or DMH_MALFORMED.
int shape_walk (const unsigned char *bytes, size_t n, struct error *error);

#endif
