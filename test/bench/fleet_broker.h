//  fleet_broker.h: what a broker costs, as seen from another process: its CPU time and its memory.
#ifndef DMH_TEST_BENCH_FLEET_BROKER_H
#define DMH_TEST_BENCH_FLEET_BROKER_H

#include <sys/types.h>

struct broker_cost {
    double wall_ms;
    double cpu_us;    //  of all its threads, so far
    double rss_kb;
};

//  As it stands now; zeros where there is no such process.
struct broker_cost fleet_broker_cost (pid_t pid);

//  CPU of the broker since then, for each of `count`, in µs.
double fleet_broker_cpu_each (pid_t pid, const struct broker_cost *since, size_t count);

//  Of two doubles, for qsort.
int fleet_by_size (const void *a, const void *b);

#endif
