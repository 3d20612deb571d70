//  process_metrics.c: see process_metrics.h.
#include "messages/base/process_metrics.h"

#include "messages/text/terminal.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STAT_BYTES = 1024, STARTED_FIELD = 22 };

static void s_head (FILE *to, const char *name, const char *ending, const char *type, const char *help)
{
    terminal_print (to, "# HELP %s%s %s\n# TYPE %s%s %s\n", name, ending, help, name, ending, type);
}

static void s_gauge (FILE *to, const char *name, unsigned long long value, const char *help)
{
    s_head (to, name, "", "gauge", help);
    terminal_print (to, "%s %llu\n", name, value);
}

static void s_memory (FILE *to)
{
    unsigned long long size, resident;
    FILE *file = fopen ("/proc/self/statm", "re");
    if (!file)
        return;
    //  NOLINTNEXTLINE(cert-err34-c): the kernel's own numbers
    if (fscanf (file, "%llu %llu", &size, &resident) == 2) {
        unsigned long long page = (unsigned long long) sysconf (_SC_PAGESIZE);
        s_gauge (to, "process_virtual_memory_bytes", size * page, "Virtual memory.");
        s_gauge (to, "process_resident_memory_bytes", resident * page, "Resident memory.");
    }
    fclose (file);
}

static void s_cpu (FILE *to, const char *ending)
{
    struct rusage used;
    if (getrusage (RUSAGE_SELF, &used) != 0)
        return;
    long long us = (long long) (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
                   used.ru_utime.tv_usec + used.ru_stime.tv_usec;
    s_head (to, "process_cpu_seconds", ending, "counter", "Time of CPUs, of user and system together.");
    terminal_print (to, "process_cpu_seconds_total %lld.%06lld\n", us / 1000000, us % 1000000);
}

static void s_descriptors (FILE *to)
{
    struct rlimit limit;
    unsigned long long open = 0;
    DIR *folder = opendir ("/proc/self/fd");
    if (folder) {
        for (const struct dirent *entry; (entry = readdir (folder));)
            open += *entry->d_name != '.';
        closedir (folder);
        s_gauge (to, "process_open_fds", open - 1, "File descriptors that are open.");    //  without this one
    }
    if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        s_gauge (to, "process_max_fds", limit.rlim_cur, "File descriptors that may be open.");
}

//  When the system started, in seconds since 1970. 0: it does not say.
static unsigned long long s_boot (void)
{
    char line[STAT_BYTES];
    unsigned long long at = 0;
    FILE *file = fopen ("/proc/stat", "re");
    while (file && !at && fgets (line, sizeof line, file))
        if (strncmp (line, "btime ", 6) == 0)
            at = strtoull (line + 6, NULL, 10);
    if (file)
        fclose (file);
    return at;
}

//  The fields of /proc/self/stat follow the name in brackets, which may hold anything (proc(5)).
static void s_started (FILE *to)
{
    char text[STAT_BYTES];
    unsigned long long boot = s_boot ();
    long ticks = sysconf (_SC_CLK_TCK);
    FILE *file = fopen ("/proc/self/stat", "re");
    size_t n = file ? fread (text, 1, sizeof text - 1, file) : 0;
    if (file)
        fclose (file);
    text[n] = 0;
    const char *at = strrchr (text, ')');
    for (int field = 2; at && field < STARTED_FIELD; field++)
        at = strchr (at + 1, ' ');
    if (at && boot && ticks > 0)
        s_gauge (to, "process_start_time_seconds",
                 boot + strtoull (at, NULL, 10) / (unsigned long long) ticks,
                 "When it was started, in seconds since 1970.");
}

void process_metrics_write (bool total_in_name, FILE *to)
{
    s_memory (to);
    s_cpu (to, total_in_name ? "_total" : "");
    s_descriptors (to);
    s_started (to);
}
