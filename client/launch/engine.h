//  engine.h: what starts workers somewhere: on this host, on others, on a cluster. One struct engine each,
//  and nothing else knows how they do it. An engine starts processes and ends them; whether a worker works is
//  the broker's to say.
#ifndef DMH_CLIENT_LAUNCH_ENGINE_H
#define DMH_CLIENT_LAUNCH_ENGINE_H

#include "client/launch/launched.h"

enum { ENGINE_TAIL_BYTES = 4096, ENGINE_WHY_BYTES = 256 };

//  How workers are started, the same for all of a launch. Borrowed; what is NULL or 0 is the worker's
//  default.
struct launch_plan {
    const char *worker;        //  dmh-worker, here
    const char *broker;        //  the back, as workers reach it
    const char *server_key;    //  the broker's; NULL: it has no keys, and neither have they
    const char *data_root, *results;
    uint64_t slots, threads, memory;
    const char *hosts, *ssh_config;    //  of ssh: the list of hosts, and a configuration
    const char *sbatch;                //  of slurm: further options of sbatch, with blanks between them
    const char *image, *kubeconfig, *context, *space;    //  of kubernetes; space: the namespace
};

enum engine_state {
    ENGINE_GONE,       //  it does not live, or never did
    ENGINE_WAITING,    //  it will be started, see `why`
    ENGINE_LIVES,
    ENGINE_UNKNOWN    //  its host cannot be asked now
};

//  What an engine knows of a worker that it started.
struct engine_sight {
    enum engine_state state;
    char why[ENGINE_WHY_BYTES];    //  in the engine's words; may be empty
};

struct engine {
    const char *name;
    bool elsewhere;    //  workers may be on other hosts, which reach this one by its network alone

    //  Everything that can be known before anything is started: programs, hosts, keys to get there. DMH_OK,
    //  or a sentence that says what is missing.
    int (*check) (const struct launch_plan *plan, size_t count, struct error *error);

    //  Starts each of workers [count], which have a name, are noted, and where the plan has a server_key have
    //  their pair in launched_path (".key"); sets host, place and reach. DMH_OK, or what went wrong first:
    //  those with a place are started all the same.
    int (*start) (const struct launch_plan *plan, struct launched *workers, size_t count,
                  struct error *error);

    //  How each of workers [count] is, into sights [count]. DMH_OK; DMH_UNAVAILABLE: it cannot be known now.
    int (*look) (const struct launched *workers, size_t count, struct engine_sight *sights,
                 struct error *error);

    //  Ends it where it is not gone by itself, as SIGTERM does, and removes what it had there besides its
    //  log: its key. One that is gone is fine. DMH_OK or DMH_UNAVAILABLE.
    int (*end) (const struct launched *worker, struct error *error);

    //  The last lines of its log, empty where there is none.
    void (*log) (const struct launched *worker, char tail[ENGINE_TAIL_BYTES]);
};

//  NULL: there is none of that name. What the names are: "local, …".
const struct engine *engine_find (const char *name);
extern const char ENGINE_NAMES[];

extern const struct engine ENGINE_LOCAL, ENGINE_SSH, ENGINE_SLURM, ENGINE_KUBERNETES;

#endif
