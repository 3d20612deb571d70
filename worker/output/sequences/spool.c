//  spool.c: see spool.h. The file is mapped where all of it is wanted at once, which is for a reject alone.
#include "worker/output/sequences/spool.h"

#include "messages/base/buffer.h"
#include "worker/memory/unnamed_file.h"

#include <stdlib.h>
#include <string.h>

enum { MEMORY_BYTES = 4 * 1024 * 1024, PIECE_BYTES = 256 * 1024 };

struct spool {
    const char *folder;
    struct buffer memory;    //  the text's last bytes, that are not in the file yet
    unnamed_file_t *file;    //  NULL: there is none
    char *piece;
};

spool_t *spool_new (const char *folder)
{
    spool_t *self = calloc (1, sizeof *self);
    if (self)
        self->folder = folder;
    return self;
}

void spool_destroy (spool_t **self_p)
{
    spool_t *self = *self_p;
    if (!self)
        return;
    unnamed_file_destroy (&self->file);
    free (self->memory.at);
    free (self->piece);
    free (self);
    *self_p = NULL;
}

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory for a record of many blocks");
}

static uint64_t s_filed (const spool_t *self)
{
    return self->file ? unnamed_file_bytes (self->file) : 0;
}

//  Moves what is in memory to the file.
static int s_flush (spool_t *self, struct error *error)
{
    uint64_t at;
    if (!self->file && !(self->file = unnamed_file_new (self->folder, "a long record")))
        return s_no_memory (error);
    int rc = unnamed_file_append (self->file, self->memory.at, self->memory.used, &at, error);
    self->memory.used = 0;
    return rc;
}

int spool_add (spool_t *self, struct text more, struct error *error)
{
    if (self->memory.used && self->memory.used + more.n > MEMORY_BYTES) {
        int rc = s_flush (self, error);
        if (rc != DMH_OK)
            return rc;
    }
    if (buffer_reserve (&self->memory, more.n) != 0)
        return s_no_memory (error);
    memcpy (self->memory.at + self->memory.used, more.at, more.n);
    self->memory.used += more.n;
    return DMH_OK;
}

int spool_read (spool_t *self, uint64_t *at, struct text *out, struct error *error)
{
    uint64_t filed = s_filed (self);
    if (*at >= filed) {
        size_t from = (size_t) (*at - filed);
        *out = (struct text){self->memory.at + from, self->memory.used - from};
        *at = filed + self->memory.used;
        return out->n ? 1 : 0;
    }
    if (!self->piece && !(self->piece = malloc (PIECE_BYTES)))
        return s_no_memory (error);
    uint64_t left = filed - *at;
    size_t n = left < PIECE_BYTES ? (size_t) left : PIECE_BYTES;
    int rc = unnamed_file_read (self->file, *at, self->piece, n, error);
    if (rc != DMH_OK)
        return rc;
    *out = (struct text){self->piece, n};
    *at += n;
    return 1;
}

int spool_text (spool_t *self, struct text *out, struct error *error)
{
    *out = (struct text){self->memory.at, self->memory.used};
    if (s_filed (self)) {
        int rc = self->memory.used ? s_flush (self, error) : DMH_OK;
        if (rc != DMH_OK)
            return rc;
        *out = (struct text){unnamed_file_map (self->file, error), s_filed (self)};
        if (!out->at)
            return error->code;
    }
    while (out->n && (out->at[out->n - 1] == '\n' || out->at[out->n - 1] == '\r'))
        out->n--;
    return DMH_OK;
}

void spool_clear (spool_t *self)
{
    unnamed_file_destroy (&self->file);
    self->memory.used = 0;
}
