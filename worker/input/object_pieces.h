//  object_pieces.h: bytes of an object of a store, fetched when they are asked for: a chunk once, and more
//  ahead the longer it is read in its order. They lie in a file without a name. One thread.
#ifndef DMH_WORKER_INPUT_OBJECT_PIECES_H
#define DMH_WORKER_INPUT_OBJECT_PIECES_H

#include "worker/input/object_input.h"

typedef struct object_pieces object_pieces_t;

enum { OBJECT_CHUNK_BYTES = 256 * 1024 };

//  Of that object, which is its own now (*object_p is NULL in any case); the file lies in `folder`
//  (borrowed). NULL when out of memory.
object_pieces_t *object_pieces_new (object_input_t **object_p, const char *folder);
void object_pieces_destroy (object_pieces_t **self_p);

uint64_t object_pieces_bytes (const object_pieces_t *self);    //  of the whole object
//  The object. Borrowed.
object_input_t *object_pieces_object (object_pieces_t *self);

//  `n` bytes of it from `at` on, to `to`. DMH_OK; DMH_IO, also where it has not so many; as
//  object_input_bring_piece.
int object_pieces_read (object_pieces_t *self, uint64_t at, char *to, size_t n, struct error *error);

#endif
