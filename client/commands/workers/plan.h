//  plan.h: how workers are to be launched, as the command line has it.
#ifndef DMH_CLIENT_COMMANDS_WORKERS_PLAN_H
#define DMH_CLIENT_COMMANDS_WORKERS_PLAN_H

#include "client/arguments/arguments.h"
#include "client/launch/launch.h"

//  What the plan and the launch point to.
struct plan_words {
    char worker[LAUNCHED_PATH_BYTES], keys[LAUNCHED_PATH_BYTES], ssh_config[LAUNCHED_PATH_BYTES];
};

//  *launch is ready but for its patience; it borrows from arguments, connection and words. DMH_OK, or
//  DMH_USAGE or DMH_NOT_FOUND with a sentence.
int plan_read (const struct arguments *arguments, connection_t *connection, struct launch *launch,
               struct plan_words *words, struct error *error);

#endif
