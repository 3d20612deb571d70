//  set_aside.h: the records that a result set aside (rejects.csv), in their order: which, why, with which
//  text.
#ifndef DMH_CLIENT_VERIFICATION_SET_ASIDE_H
#define DMH_CLIENT_VERIFICATION_SET_ASIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/error.h"

typedef struct set_aside set_aside_t;

//  Before the first one. NULL with `error` set.
set_aside_t *set_aside_new (const char *folder, struct error *error);
void set_aside_destroy (set_aside_t **self_p);

//  Goes to the next one. DMH_OK, also where there is none; else the file cannot be read.
int set_aside_next (set_aside_t *self, struct error *error);

//  Its number among the records of the input, its line; 0: there is none any more.
uint64_t set_aside_record (const set_aside_t *self);
uint64_t set_aside_line (const set_aside_t *self);
//  Whether it is no record of the input's format.
bool set_aside_is_broken (const set_aside_t *self);
//  As it stood in the input; borrowed until the next one.
const char *set_aside_text (const set_aside_t *self, size_t *n);

#endif
