//  measure.c: runs a command and appends what it took to a file: "seconds megabytes status CPU", wall time,
//  peak memory and CPU seconds of the command and its children. Called by test/bench/run.sh: measure FILE
//  COMMAND…  Links nothing of dmh.
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double s_now (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

int main (int argc, char **argv)
{
    if (argc < 3) {
        fprintf (stderr, "measure FILE COMMAND…\n");
        return 2;
    }
    double begin = s_now ();
    pid_t child = fork ();
    if (child == 0) {
        execvp (argv[2], argv + 2);
        perror (argv[2]);
        _exit (127);
    }
    int status = -1;
    struct rusage used;
    if (child < 0 || wait4 (child, &status, 0, &used) != child) {
        perror ("measure");
        return 1;
    }
    double wall = s_now () - begin;
    FILE *file = fopen (argv[1], "a");
    if (!file) {
        perror (argv[1]);
        return 1;
    }
    int code = WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
    double cpu = (double) (used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
                 (double) (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
    fprintf (file, "%.3f %.1f %d %.3f\n", wall, (double) used.ru_maxrss * 1024 / 1e6, code, cpu);
    fclose (file);
    return code;
}
