//  actions.h: what the dispatcher has decided and the loop has not done yet, in order. Bounded by what it
//  decides in a turn.
#ifndef DMH_BROKER_DISPATCH_ACTIONS_H
#define DMH_BROKER_DISPATCH_ACTIONS_H

#include "broker/dispatch/action.h"

typedef struct actions actions_t;

actions_t *actions_new (void);    //  NULL when out of memory
void actions_destroy (actions_t **self_p);

//  An action as it is noted; a text may be NULL.
struct action_note {
    enum action_sort sort;
    const char *worker, *job;
    uint64_t attempt;
    unsigned tries;
    uint64_t deaths;
    const char *code, *message;
};

//  Notes an action at the end. Without memory there are some spare ones; what cannot be noted even so is
//  found again: leases end, and after a restart the store has it.
void actions_note (actions_t *self, const struct action_note *note);

//  The first one, off the actions; false when there is none.
bool actions_take (actions_t *self, struct action *out);

#endif
