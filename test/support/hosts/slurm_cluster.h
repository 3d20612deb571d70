//  slurm_cluster.h: for tests: a real Slurm in the workplace: munged, slurmctld and two slurmd, all on this
//  host and on reserved ports. They end with the test.
#ifndef DMH_TEST_SUPPORT_SLURM_CLUSTER_H
#define DMH_TEST_SUPPORT_SLURM_CLUSTER_H

#include "test/support/processes/workplace.h"

#include <sys/types.h>

enum { SLURM_NODES = 2, SLURM_NODE_CPUS = 2 };

struct slurm_cluster {
    const struct workplace *place;
    pid_t munged, controller, nodes[SLURM_NODES];
};

//  Sets SLURM_CONF. What is in the partition "urgent" takes its nodes from what is in the other one, which
//  has KillWait (30 s) from SIGTERM on. NULL: nodes n1 and n2 are idle; or why there is no cluster.
const char *slurm_cluster_open (struct slurm_cluster *self, const struct workplace *place);
void slurm_cluster_close (struct slurm_cluster *self);

#endif
