//  letters.c: see letters.h.
#include "worker/pipeline/letters.h"

#include "worker/output/sequences/spool.h"

#include <stdlib.h>

struct letters {
    spool_t *spool;    //  of the record that began in an earlier block
};

letters_t *letters_new (const char *folder)
{
    letters_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->spool = spool_new (folder);
    if (!self->spool)
        letters_destroy (&self);
    return self;
}

void letters_destroy (letters_t **self_p)
{
    letters_t *self = *self_p;
    if (!self)
        return;
    spool_destroy (&self->spool);
    free (self);
    *self_p = NULL;
}

void letters_restart (letters_t *self)
{
    spool_clear (self->spool);
}

struct text letters_raw (letters_t *self, const struct block *block, const struct verdict *verdict,
                         struct error *error)
{
    struct text raw = block_raw (block, verdict);
    if (!verdict->continued)
        return raw;
    if (spool_add (self->spool, raw, error) != DMH_OK || spool_text (self->spool, &raw, error) != DMH_OK)
        return (struct text){NULL, 0};
    return raw;
}

void letters_write (letters_t *self, const struct block *block, const struct verdict *verdict,
                    sequence_file_t *to, struct error *error)
{
    uint64_t at = 0;
    struct text piece;
    sequence_file_begin (to, block_title (block, verdict));
    if (verdict->continued)
        while (spool_read (self->spool, &at, &piece, error) == 1)
            sequence_file_feed (to, piece);
    sequence_file_feed (to, block_raw (block, verdict));
    sequence_file_end (to);
}

void letters_pass (letters_t *self, const struct verdict *verdict)
{
    if (verdict->continued)
        spool_clear (self->spool);
}

void letters_keep (letters_t *self, const struct block *block, struct error *error)
{
    if (block->open_at < block->in.used)
        spool_add (self->spool, (struct text){block->in.at + block->open_at, block->in.used - block->open_at},
                   error);
}
