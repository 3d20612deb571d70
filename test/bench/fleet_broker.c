//  fleet_broker.c: see fleet_broker.h.
#include "test/bench/fleet_broker.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static double s_seconds (clockid_t clock)
{
    struct timespec now = {.tv_sec = 0};
    return clock_gettime (clock, &now) == 0 ? (double) now.tv_sec + (double) now.tv_nsec / 1e9 : 0;
}

static double s_rss_kb (pid_t pid)
{
    char path[64], line[256];
    double kb = 0;
    snprintf (path, sizeof path, "/proc/%ld/status", (long) pid);
    FILE *file = fopen (path, "re");
    while (file && fgets (line, sizeof line, file))
        sscanf (line, "VmRSS: %lf", &kb);
    if (file)
        fclose (file);
    return kb;
}

struct broker_cost fleet_broker_cost (pid_t pid)
{
    clockid_t clock;
    struct broker_cost cost = {.wall_ms = s_seconds (CLOCK_MONOTONIC) * 1e3, .rss_kb = s_rss_kb (pid)};
    if (clock_getcpuclockid (pid, &clock) == 0)
        cost.cpu_us = s_seconds (clock) * 1e6;
    return cost;
}

double fleet_broker_cpu_each (pid_t pid, const struct broker_cost *since, size_t count)
{
    return (fleet_broker_cost (pid).cpu_us - since->cpu_us) / (double) (count ? count : 1);
}

int fleet_by_size (const void *a, const void *b)
{
    double x = *(const double *) a, y = *(const double *) b;
    return (x > y) - (x < y);
}
