//  key_answers.c: see key_answers.h.
#include "worker/pipeline/keys/key_answers.h"

#include <stdlib.h>
#include <string.h>

static int s_read (struct key_answers *self, struct error *error)
{
    struct buffer *buffer = &self->buffer;
    uint64_t left = self->end - self->at;
    size_t n = left < self->reading ? (size_t) left : self->reading;
    self->next = buffer->used = 0;
    if (n && buffer_reserve (buffer, n) != 0)
        return error_set (error, DMH_INTERNAL, "out of memory for the keys of its records");
    int rc = n ? self->read (self->context, self->at, buffer->at, n, error) : DMH_OK;
    if (rc == DMH_OK) {
        self->at += n;
        buffer->used = n;
    }
    return rc;
}

int key_answers_next (struct key_answers *self, struct key_answer *answer, struct error *error)
{
    int rc = self->next < self->buffer.used ? DMH_OK : s_read (self, error);
    if (rc != DMH_OK)
        return rc;
    if (self->next >= self->buffer.used)
        return 0;
    memcpy (answer, self->buffer.at + self->next, sizeof *answer);
    return 1;
}

void key_answers_pass (struct key_answers *self)
{
    self->next += sizeof (struct key_answer);
}

void key_answers_clear (struct key_answers *self)
{
    free (self->buffer.at);
    self->buffer = (struct buffer){.at = NULL};
}
