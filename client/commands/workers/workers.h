//  workers.h: what dmh workers does, a function a verb. Each answers DMH_OK, or an error that is still to be
//  said; DMH_CANCELLED: interrupted.
#ifndef DMH_CLIENT_COMMANDS_WORKERS_WORKERS_H
#define DMH_CLIENT_COMMANDS_WORKERS_WORKERS_H

#include "client/commands/command.h"

int workers_list (const struct arguments *arguments, connection_t *connection, struct error *error);
int workers_launch (const struct arguments *arguments, connection_t *connection, struct error *error);
int workers_scale (const struct arguments *arguments, connection_t *connection, struct error *error);
int workers_drain (const struct arguments *arguments, connection_t *connection, struct error *error);

#endif
