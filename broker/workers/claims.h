//  claims.h: what a worker says, before the broker believes it: texts that may be shown, counts that add up,
//  a result that can be one of this attempt. Pure; knows no job but the one that is asked about.
#ifndef DMH_BROKER_WORKERS_CLAIMS_H
#define DMH_BROKER_WORKERS_CLAIMS_H

#include "messages/work.h"

//  DMH_OK, or DMH_MALFORMED: no id, no slots or too many, or a text that must not reach a terminal.
int claims_ready (const struct ready *ready, struct error *error);

//  DMH_OK, or DMH_INTERNAL with the sentence that the job fails by: `result` cannot be what an attempt at its
//  job has made of `input`.
int claims_result (const struct result *result, const struct input *input, struct error *error);

//  A sentence of a worker's as it may be shown: '?' for what must not reach a terminal.
void claims_clean (char text[SENTENCE_BYTES]);
//  A code of a worker's; "internal" in the place of what is no word.
void claims_clean_code (char code[WORD_BYTES]);

#endif
