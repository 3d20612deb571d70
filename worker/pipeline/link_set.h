//  link_set.h: what the blocks of a pass say of the rest of their file, and whether that makes it necessary
//  to know the file's people before its records are read. 16 bytes a link. One thread.
#ifndef DMH_WORKER_PIPELINE_LINK_SET_H
#define DMH_WORKER_PIPELINE_LINK_SET_H

#include "messages/base/buffer.h"

#include <stdbool.h>

//  Adds a block's (struct link, formats/format.h). 0, or -1 out of memory.
int link_set_add (struct buffer *self, const struct buffer *block);

//  Whether what is asked for is another than it seems, there are several servers, or something of a patient
//  is asked for. Puts the links in order. Independent of the order in which they came.
bool link_set_asks (struct buffer *self);

#endif
