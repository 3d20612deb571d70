//  serve.c: in the place of a test program's run: mutants.py orders one test of one mutant after the other on
//  standard input, each in a process of its own that is a copy of this one. First all tests' names, then an
//  empty line; an order is "MUTANT SECONDS SUITE/NAME", its answer "0 SPENT" when the test passed, or
//  "1 SPENT": it failed, took longer, or more memory than MEMORY_PAGES.
#define _GNU_SOURCE
#include "test/mutants/mutant.h"
#include "test/support/plain/criterion/criterion.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MEMORY_PAGES = 2 << 18, LOOKS_A_SECOND = 20, ORDER_BYTES = 1024, PATH_BYTES = 80 };
enum { WALL_FACTOR = 30 };    //  of all time, that of others included: for what neither ends nor waits

static long s_memory_pages (pid_t process)
{
    char path[64];
    long all, resident = 0;
    snprintf (path, sizeof path, "/proc/%d/statm", (int) process);
    FILE *file = fopen (path, "re");
    if (!file)
        return 0;
    if (fscanf (file, "%ld %ld", &all, &resident) != 2)
        resident = 0;
    fclose (file);
    return resident;
}

//  What a test has left behind came to this process, as the reaper of its kin.
static void s_end_orphans (void)
{
    char path[64];
    int orphan, left = 1;
    snprintf (path, sizeof path, "/proc/self/task/%d/children", (int) getpid ());
    for (int round = 0; left && round < 100; round++) {
        FILE *file = fopen (path, "re");
        for (left = 0; file && fscanf (file, "%d", &orphan) == 1; left++) {
            kill (orphan, SIGKILL);
            waitpid (orphan, NULL, 0);
        }
        if (file)
            fclose (file);
    }
}

//  Whether a process, or one that it has begun, has a thread that runs, waits for a CPU or for the disk.
static bool s_is_at_work (int process)
{
    char path[PATH_BYTES], state = 'S';
    int begun;
    snprintf (path, sizeof path, "/proc/%d/task", process);
    DIR *threads = opendir (path);
    bool works = false;
    for (struct dirent *thread; threads && !works && (thread = readdir (threads));) {
        if (thread->d_name[0] == '.')
            continue;
        snprintf (path, sizeof path, "/proc/%d/task/%.20s/stat", process, thread->d_name);
        FILE *file = fopen (path, "re");
        works = file && fscanf (file, "%*d (%*[^)]) %c", &state) == 1 && (state == 'R' || state == 'D');
        if (file)
            fclose (file);
        snprintf (path, sizeof path, "/proc/%d/task/%.20s/children", process, thread->d_name);
        file = works ? NULL : fopen (path, "re");
        while (file && !works && fscanf (file, "%d", &begun) == 1)
            works = s_is_at_work (begun);
        if (file)
            fclose (file);
    }
    if (threads)
        closedir (threads);
    return works;
}

static double s_cpu_seconds (const struct rusage *used)
{
    return (double) (used->ru_utime.tv_sec + used->ru_stime.tv_sec) +
           (double) (used->ru_utime.tv_usec + used->ru_stime.tv_usec) / 1000000;
}

//  A test has so many seconds of CPU (s_become), and as many in which none of its threads would run: what
//  else the machine does takes nothing from it. `spent`: those that it took of both.
static bool s_passes (pid_t child, double seconds, double *spent)
{
    sigset_t ended;
    sigemptyset (&ended);
    sigaddset (&ended, SIGCHLD);
    struct timespec wait = {.tv_nsec = 1000000000 / LOOKS_A_SECOND};
    struct rusage used = {.ru_maxrss = 0};
    int status = -1, idle = 0;
    pid_t gone = 0;
    for (double looks = 0; looks < seconds * LOOKS_A_SECOND * WALL_FACTOR; looks++) {
        gone = wait4 (child, &status, WNOHANG, &used);
        if (gone == child || s_memory_pages (child) > MEMORY_PAGES || idle > seconds * LOOKS_A_SECOND)
            break;
        if (sigtimedwait (&ended, NULL, &wait) < 0 && !s_is_at_work (child))
            idle++;
    }
    if (gone != child) {
        kill (child, SIGKILL);
        wait4 (child, &status, 0, &used);
        status = -1;
    }
    *spent = s_cpu_seconds (&used) + (double) idle / LOOKS_A_SECOND;
    return status == 0;
}

static void s_become (unsigned mutant, double seconds, const struct plain_test *test, plain_body *body)
{
    char number[16];
    struct rlimit cpu = {.rlim_cur = (rlim_t) seconds + 1, .rlim_max = (rlim_t) seconds + 1};
    sigset_t none;
    sigemptyset (&none);
    sigprocmask (SIG_SETMASK, &none, NULL);
    int silence = open ("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd <= 2; fd++)
        dup2 (silence, fd);
    close (silence);
    setsid ();
    setrlimit (RLIMIT_CPU, &cpu);
    snprintf (number, sizeof number, "%u", mutant);
    setenv ("DMH_MUTANT", number, 1);
    mutant_alive = mutant;
    body (test);
}

int plain_serve (const struct plain_test *tests, plain_body *body)
{
    char order[ORDER_BYTES];
    sigset_t ended;
    sigemptyset (&ended);
    sigaddset (&ended, SIGCHLD);
    sigprocmask (SIG_BLOCK, &ended, NULL);
    prctl (PR_SET_CHILD_SUBREAPER, 1);
    FILE *answers = fdopen (fcntl (STDOUT_FILENO, F_DUPFD_CLOEXEC, 3), "w");
    FILE *orders = fdopen (fcntl (STDIN_FILENO, F_DUPFD_CLOEXEC, 3), "r");
    if (!answers || !orders)
        return 1;
    for (const struct plain_test *test = tests; test; test = test->next)
        if (!test->settings.disabled)
            fprintf (answers, "%s/%s\n", test->suite, test->name);
    fputc ('\n', answers);
    fflush (answers);
    while (fgets (order, sizeof order, orders)) {
        unsigned mutant;
        double seconds, spent = 0;
        char suite[ORDER_BYTES], name[ORDER_BYTES];
        if (sscanf (order, "%u %lf %[^/]/%s", &mutant, &seconds, suite, name) != 4)
            return 1;
        const struct plain_test *test = tests;
        while (test && (strcmp (test->suite, suite) != 0 || strcmp (test->name, name) != 0))
            test = test->next;
        pid_t child = fork ();
        if (child == 0 && test)
            s_become (mutant, seconds, test, body);
        bool passes = child > 0 && test && s_passes (child, seconds, &spent);
        s_end_orphans ();
        fprintf (answers, "%d %.2f\n", passes ? 0 : 1, spent);
        fflush (answers);
    }
    return 0;
}
