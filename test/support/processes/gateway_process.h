//  gateway_process.h: for tests: dmh-gateway in front of servers, at a port that the system picks and the
//  gateway's log tells.
#ifndef DMH_TEST_SUPPORT_GATEWAY_PROCESS_H
#define DMH_TEST_SUPPORT_GATEWAY_PROCESS_H

#include "test/support/peers/http_client.h"
#include "test/support/processes/processes.h"

struct gateway_process {
    struct workplace place;
    struct servers servers;
    pid_t pid;
    unsigned port;
    const char *options[20];    //  further words, ended by NULL
};

struct gateway_token {
    const char *name, *role, *token;
};

//  A broker, a worker of four slots and a gateway that has found them, in a fresh folder.
void gateway_process_start (struct gateway_process *self);
//  The same without the worker, at a broker with keys, for those of `tokens` (ended by {NULL}).
void gateway_process_start_guarded (struct gateway_process *self, const struct gateway_token *tokens);
//  Writes the file of tokens that it has, anew.
void gateway_process_write_tokens (struct gateway_process *self, const struct gateway_token *tokens);
//  The gateway alone, for servers that may be there or not.
void gateway_process_start_alone (struct gateway_process *self);
//  SIGTERM; it has to end with 0, and so have the others.
void gateway_process_stop (struct gateway_process *self);

//  How many files the gateway has in its spool, and until there are so many.
int gateway_process_spooled (const struct gateway_process *self);
void gateway_process_await_spooled (const struct gateway_process *self, int count);

//  Until so many bytes are in it; with --metrics-listen alone.
void gateway_process_await_spool_bytes (const struct gateway_process *self, unsigned bytes);

//  Asks for the job until it has ended; its document. The test fails when it ends in another state.
struct http_answer gateway_process_await (struct gateway_process *self, const char *job, const char *state);

#endif
