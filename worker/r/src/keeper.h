//  keeper.h: a worker's session beside R: the thread that starts it, waits for SIGTERM, for R and for the
//  session's own end, and ends it. What R's thread does meanwhile holds up nothing here.
#ifndef DMHR_KEEPER_H
#define DMHR_KEEPER_H

#include "worker/r/src/handover.h"
#include "worker/session/config.h"

struct keeper {
    struct session_config config;    //  borrowed in its parts
    struct handover *handover;
    uint64_t drain_seconds;    //  at SIGTERM what runs has so long to finish; else it is queued again
    pthread_t thread;
    int ready, stop;    //  eventfds: its start is decided; R wants it to end
    struct error failure;
    bool started;
};

//  SIGTERM is the keeper's from now on. DMH_OK: the worker is at work; else why not, and nothing is left.
int keeper_open (struct keeper *self, struct error *error);

//  Ends the session: what runs goes back to the queue. SIGTERM is R's again. One that is not open is fine.
void keeper_close (struct keeper *self);

#endif
