//  job_message.h: a message of a queue that asks for jobs: one JSON object with an id, inputs and options.
//  Decodes it and nothing else: opens no file, speaks to nobody. Its form is told in dmh-bridge(1).
#ifndef DMH_CLIENT_BRIDGE_JOB_MESSAGE_H
#define DMH_CLIENT_BRIDGE_JOB_MESSAGE_H

#include "client/arguments/arguments.h"

enum {
    MESSAGE_ID_BYTES = 256,    //  terminated
    MESSAGE_BYTES_MAX = 1024 * 1024
};

//  An input: a path of the bridge's host, or, where `path` is NULL, a file that the broker keeps.
struct message_input {
    char *path;
    char name[NAME_BYTES];     //  empty: not said
    char sha256[HEX_BYTES];    //  of one that is kept
    uint64_t bytes;            //  of one that is kept
};

struct job_message {
    char id[MESSAGE_ID_BYTES];
    char key[ID_BYTES];                     //  the submit key: of the id alone
    char correlation[CORRELATION_BYTES];    //  empty: not said
    char batch[NAME_BYTES];                 //  a batch's name; empty: not said
    struct arguments arguments;             //  its `options` and `kinds`
    struct message_input *inputs;
    size_t count;
};

//  Reads n bytes. `id` is what the queue itself calls the message, for one that says none; empty or NULL:
//  nothing. job_message_clear `out` in any case; its `id` is filled wherever it was found. DMH_OK;
//  DMH_MALFORMED, DMH_USAGE (an option), DMH_TOO_LARGE with a sentence for whoever wrote the message;
//  DMH_INTERNAL, out of memory.
int job_message_read (const char *text, size_t n, const char *id, struct job_message *out,
                      struct error *error);
void job_message_clear (struct job_message *self);

//  How many jobs it asks for: each input as each kind.
size_t job_message_jobs (const struct job_message *self);

#endif
