//  pass_settings.h: all that a pass assumes which neither the job's options nor the first bytes of its input
//  tell, as data: what the values of all of the input showed, the seed of the key hashes, the day. Two
//  workers that have the same of it make the same of the same bytes.
#ifndef DMH_WORKER_PIPELINE_PARTS_PASS_SETTINGS_H
#define DMH_WORKER_PIPELINE_PARTS_PASS_SETTINGS_H

#include "messages/codec/pack.h"
#include "worker/output/date_evidence.h"
#include "worker/pipeline/unknown_names.h"

struct pass_settings {
    uint64_t seed;
    int64_t now;    //  wall ms: what lies in the future, whatever day the worker has
    bool told;      //  by values; else what follows is what a first pass assumes, and nothing is in it
    struct date_reading readings[FIELDS_MAX];
    enum decimal_mark marks[FIELDS_MAX];
    struct places places;
    struct buffer names;    //  keys of JSON that came behind the sample, in order, each ended by NUL
    int *barred;            //  columns whose values contradict their names, [barred_count]
    size_t barred_count;
};

void pass_settings_clear (struct pass_settings *self);    //  frees

//  What values show, of a pass over some of the input by these settings and that plan. `whole`: over all of
//  it, so that a column can be told from its name. *otherwise: it is not what the settings assume, and they
//  are other ones now. 0, or -1 out of memory.
int pass_settings_learn (struct pass_settings *self, const struct plan *plan, const struct tally *tally,
                         const unknown_names_t *unknown, bool whole, bool *otherwise);

void pass_settings_pack (const struct pass_settings *self, struct packer *to);
//  Into a zeroed one; pass_settings_clear it in any case. What is none makes `from` bad. 0, or -1 out of
//  memory.
int pass_settings_unpack (struct pass_settings *self, struct packed *from);

#endif
