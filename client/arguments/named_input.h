//  named_input.h: an input as it waits among many: what struct input says, in the memory that its texts need.
//  A folder of a hundred thousand files is as many of these; a struct input is made of one when it is asked
//  for.
#ifndef DMH_CLIENT_ARGUMENTS_NAMED_INPUT_H
#define DMH_CLIENT_ARGUMENTS_NAMED_INPUT_H

#include "messages/job.h"

//  Zeroed: says nothing. NULL texts are empty ones.
struct named_input {
    char *uri, *name, *origin, *place, *source_file, *stands_at;    //  each its own
    uint64_t bytes;
    char sha256[HEX_BYTES];
};

//  Says what `input` says. DMH_OK; DMH_INTERNAL: out of memory, and it is as before.
int named_input_set (struct named_input *self, const struct input *input);

//  *out: what it says.
void named_input_get (const struct named_input *self, struct input *out);

//  Its uri; "" where it has none, or self is NULL. Borrowed.
const char *named_input_uri (const struct named_input *self);

//  Where its submitter has it: its origin, or else its uri as above. Borrowed.
const char *named_input_origin (const struct named_input *self);

void named_input_clear (struct named_input *self);

#endif
