//  bcf_stage.c: see bcf_stage.h.
#include "worker/input/bcf_stage.h"

#include <stdlib.h>

enum { STAGE_BYTES = 256 * 1024 };

struct bcf_stage {
    bcf_text_t *text;
    bcf_pull_fn *pull;
    void *context;
    const char *name;
    bool over;    //  there is no more to pull
    size_t begin, end;
    char at[STAGE_BYTES];
};

bcf_stage_t *bcf_stage_new (bcf_pull_fn *pull, void *context, const char *name)
{
    bcf_stage_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->text = bcf_text_new ();
    self->pull = pull;
    self->context = context;
    self->name = name;
    if (!self->text)
        bcf_stage_destroy (&self);
    return self;
}

void bcf_stage_destroy (bcf_stage_t **self_p)
{
    bcf_stage_t *self = *self_p;
    if (!self)
        return;
    bcf_text_destroy (&self->text);
    free (self);
    *self_p = NULL;
}

void bcf_stage_reset (bcf_stage_t *self)
{
    bcf_text_reset (self->text);
    self->over = false;
    self->begin = self->end = 0;
}

static int s_fill (bcf_stage_t *self, struct error *error)
{
    if (self->begin != self->end || self->over)
        return DMH_OK;
    self->begin = self->end = 0;
    return self->pull (self->context, self->at, STAGE_BYTES, &self->end, &self->over, error);
}

int bcf_stage_read (bcf_stage_t *self, char *to, size_t n, size_t *got, bool *over, struct error *error)
{
    *got = 0;
    while (*got < n) {
        size_t used = 0, made = 0;
        int rc = s_fill (self, error);
        if (rc != DMH_OK)
            return rc;
        struct text in = {self->at + self->begin, self->end - self->begin};
        rc = bcf_text_some (self->text, in, &used, to + *got, n - *got, &made, self->name, error);
        if (rc != DMH_OK)
            return rc;
        self->begin += used;
        *got += made;
        if (used == 0 && made == 0 && self->over)
            break;
    }
    *over = self->over && self->begin == self->end && *got < n;
    if (*over && !bcf_text_is_whole (self->text))
        return error_set (error, DMH_BAD_INPUT,
                          "%s ends in the middle of a BCF record; it seems to be cut off, send it again",
                          self->name);
    return DMH_OK;
}
