//  worker_program.h: where dmh-worker is on this host.
#ifndef DMH_CLIENT_LAUNCH_WORKER_PROGRAM_H
#define DMH_CLIENT_LAUNCH_WORKER_PROGRAM_H

#include "client/launch/launched.h"

//  Beside this program, else on the PATH. DMH_OK or DMH_NOT_FOUND.
int worker_program_find (char out[LAUNCHED_PATH_BYTES], struct error *error);

#endif
