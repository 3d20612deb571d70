//  blocks_ahead.c: see blocks_ahead.h. Empty blocks go to the thread, filled ones come back in order.
#include "worker/parts/blocks_ahead.h"

#include "messages/sockets/actor.h"

#include <stdlib.h>

struct blocks_ahead {
    struct block *blocks[BLOCKS_AHEAD];    //  owned
    size_t block_bytes;
    actor_t *reader;       //  while there is a file
    block_file_t *file;    //  its own meanwhile, borrowed
    struct block *taken;
    struct error why;    //  the reader's, until it has said that it failed
};

blocks_ahead_t *blocks_ahead_new (size_t fields, size_t block_bytes, struct error *error)
{
    blocks_ahead_t *self = calloc (1, sizeof *self);
    bool good = self;
    for (size_t i = 0; good && i < BLOCKS_AHEAD; i++)
        good = (self->blocks[i] = block_new (fields, 1)) != NULL;
    if (good)
        self->block_bytes = block_bytes;
    else {
        error_set (error, DMH_INTERNAL, "out of memory for blocks that are read");
        blocks_ahead_destroy (&self);
    }
    return self;
}

void blocks_ahead_destroy (blocks_ahead_t **self_p)
{
    blocks_ahead_t *self = *self_p;
    if (!self)
        return;
    blocks_ahead_end (self);
    for (size_t i = 0; i < BLOCKS_AHEAD; i++)
        block_destroy (&self->blocks[i]);
    free (self);
    *self_p = NULL;
}

//  Says of each block whether it is filled; behind the last one it only waits to be ended.
static void s_reader (zsock_t *pipe, void *argument)
{
    blocks_ahead_t *self = argument;
    int rc = 1;
    zsock_signal (pipe, 0);
    for (;;) {
        char *word = NULL;
        struct block *block = NULL;
        bool heard = zsock_recv (pipe, "sp", &word, &block) == 0 && word && streq (word, "FILL");
        zstr_free (&word);
        if (!heard)
            return;
        if (rc != 1)
            continue;
        block_reset (block, self->block_bytes);
        rc = block_file_next (self->file, block, &self->why);
        zsock_send (pipe, "ip", rc, block);
    }
}

static void s_give (blocks_ahead_t *self, struct block *block)
{
    zsock_send (actor_pipe (self->reader), "sp", "FILL", block);
}

int blocks_ahead_begin (blocks_ahead_t *self, block_file_t *file, struct error *error)
{
    blocks_ahead_end (self);
    self->file = file;
    self->reader = actor_new (s_reader, self);
    if (!self->reader)
        return error_set (error, DMH_INTERNAL, "a thread that reads blocks cannot be started");
    for (size_t i = 0; i < BLOCKS_AHEAD; i++)
        s_give (self, self->blocks[i]);
    return DMH_OK;
}

void blocks_ahead_end (blocks_ahead_t *self)
{
    actor_destroy (&self->reader);
    self->taken = NULL;
}

int blocks_ahead_next (blocks_ahead_t *self, struct block **block, struct error *error)
{
    int rc = DMH_INTERNAL;
    if (self->taken)
        s_give (self, self->taken);
    self->taken = NULL;
    if (zsock_recv (actor_pipe (self->reader), "ip", &rc, block) != 0)
        return error_set (error, DMH_INTERNAL, "the thread that reads blocks has stopped");
    self->taken = *block;
    if (rc < 0)
        *error = self->why;
    return rc;
}
