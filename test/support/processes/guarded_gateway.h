//  guarded_gateway.h: for tests: a gateway that has tokens, in front of a broker that has keys, without a
//  worker.
#ifndef DMH_TEST_SUPPORT_GUARDED_GATEWAY_H
#define DMH_TEST_SUPPORT_GUARDED_GATEWAY_H

#include "test/support/processes/gateway_process.h"

struct guarded_token {
    const char *name, *role, *token;
};

//  Lets in those tokens (ended by a NULL name); gateway_process_stop it. Up to 6 further words of
//  `self->options` stay.
void guarded_gateway_start (struct gateway_process *self, const struct guarded_token tokens[]);

#endif
