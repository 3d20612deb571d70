//  bcf_stage.h: of an input that is BCF the bytes that are pulled from the stage before as the VCF that they
//  stand for. One thread.
#ifndef DMH_WORKER_INPUT_BCF_STAGE_H
#define DMH_WORKER_INPUT_BCF_STAGE_H

#include "worker/formats/bcf/bcf_text.h"

typedef struct bcf_stage bcf_stage_t;

//  Up to n bytes into `to`; *over: there are no more.
typedef int (bcf_pull_fn) (void *context, char *to, size_t n, size_t *got, bool *over, struct error *error);

//  `name` is the input's, for messages; borrowed. NULL when out of memory.
bcf_stage_t *bcf_stage_new (bcf_pull_fn *pull, void *context, const char *name);
void bcf_stage_destroy (bcf_stage_t **self_p);
void bcf_stage_reset (bcf_stage_t *self);    //  it begins again

//  Text; less than n only when there is no more, which *over says. What `pull` answers; DMH_BAD_INPUT: it is
//  damaged, or cut off; DMH_INTERNAL.
int bcf_stage_read (bcf_stage_t *self, char *to, size_t n, size_t *got, bool *over, struct error *error);

#endif
