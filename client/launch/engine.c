//  engine.c: see engine.h.
#include "client/launch/engine.h"

#include <string.h>

static const struct engine *const ENGINES[] = {&ENGINE_LOCAL, &ENGINE_SSH, &ENGINE_SLURM, &ENGINE_KUBERNETES};

const char ENGINE_NAMES[] = "local, ssh, slurm, kubernetes";

const struct engine *engine_find (const char *name)
{
    for (size_t i = 0; i < sizeof ENGINES / sizeof *ENGINES; i++)
        if (strcmp (name, ENGINES[i]->name) == 0)
            return ENGINES[i];
    return NULL;
}
