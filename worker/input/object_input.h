//  object_input.h: an input that lies in an object store, s3://bucket/key, as a file here. The worker fetches
//  it by itself, with the credentials of its own environment.
#ifndef DMH_WORKER_INPUT_OBJECT_INPUT_H
#define DMH_WORKER_INPUT_OBJECT_INPUT_H

#include "messages/base/digest.h"
#include "messages/files/file_piece.h"
#include "messages/job.h"
#include "messages/s3/object.h"
#include "worker/input/data_roots.h"

typedef struct object_input object_input_t;

//  Looks for the object of an input whose uri is s3:// (borrowed). `stop`, `moved` and `context` as of struct
//  s3_client_config. NULL with `error` set: DMH_UNAUTHORIZED where `roots` (NULL: anywhere) do not have it,
//  before the store is asked; DMH_BAD_INPUT: no credentials are found; else as s3_object_find.
object_input_t *object_input_new (const struct input *input, const data_roots_t *roots, zmq_pollitem_t stop,
                                  void (*moved) (void *context, uint64_t done, uint64_t total), void *context,
                                  struct error *error);
void object_input_destroy (object_input_t **self_p);

//  What stands for this object as it was found, and for no other and no other state of it. Returns out.
char *object_input_mark (const object_input_t *self, char out[DIGEST_HEX_BYTES]);

//  Brings all of it into the descriptor, going on with what is in it. As s3_object_get, and DMH_BAD_INPUT
//  where it has changed meanwhile.
int object_input_bring (object_input_t *self, int fd, struct error *error);

//  How large it is, and by which ETag its store tells this state of it from others (borrowed), as it was
//  found.
uint64_t object_input_bytes (const object_input_t *self);
const char *object_input_etag (const object_input_t *self);

//  Brings that piece of it, as far as there is one, to the same place of the descriptor. As
//  object_input_bring.
int object_input_bring_piece (object_input_t *self, struct file_piece piece, int fd, struct error *error);

//  All of the object of that URI in a file of `folder` without a name: its descriptor, yours to close.
//  `name`: as sentences call it. -1 with `error` set: DMH_IO; else as above.
int object_input_open (const char *uri, const char *name, const data_roots_t *roots, zmq_pollitem_t stop,
                       const char *folder, struct error *error);

#endif
