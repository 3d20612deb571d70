//  serve.c: in the place of a test program's run: mutants.py orders one test of one mutant after the other on
//  standard input, each in a process of its own that is a copy of this one. First all tests' names, then an
//  empty line; an order is "MUTANT SECONDS SUITE/NAME", its answer "0" when the test passed, or "1": it
//  failed, took longer, or more memory than MEMORY_PAGES.
#define _GNU_SOURCE
#include "test/mutants/mutant.h"
#include "test/support/plain/criterion/criterion.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MEMORY_PAGES = 2 << 18, LOOKS_A_SECOND = 20, ORDER_BYTES = 1024 };

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

static bool s_passes (pid_t child, double seconds)
{
    sigset_t ended;
    sigemptyset (&ended);
    sigaddset (&ended, SIGCHLD);
    struct timespec wait = {.tv_nsec = 1000000000 / LOOKS_A_SECOND};
    int status = -1;
    for (double looks = seconds * LOOKS_A_SECOND; looks > 0;) {
        if (waitpid (child, &status, WNOHANG) == child)
            return status == 0;
        if (s_memory_pages (child) > MEMORY_PAGES)
            break;
        if (sigtimedwait (&ended, NULL, &wait) < 0)
            looks--;
    }
    kill (child, SIGKILL);
    waitpid (child, NULL, 0);
    return false;
}

static void s_become (unsigned mutant, const struct plain_test *test, plain_body *body)
{
    char number[16];
    sigset_t none;
    sigemptyset (&none);
    sigprocmask (SIG_SETMASK, &none, NULL);
    int silence = open ("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd <= 2; fd++)
        dup2 (silence, fd);
    close (silence);
    setsid ();
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
        double seconds;
        char suite[ORDER_BYTES], name[ORDER_BYTES];
        if (sscanf (order, "%u %lf %[^/]/%s", &mutant, &seconds, suite, name) != 4)
            return 1;
        const struct plain_test *test = tests;
        while (test && (strcmp (test->suite, suite) != 0 || strcmp (test->name, name) != 0))
            test = test->next;
        pid_t child = fork ();
        if (child == 0 && test)
            s_become (mutant, test, body);
        bool passes = child > 0 && test && s_passes (child, seconds);
        s_end_orphans ();
        fprintf (answers, "%d\n", passes ? 0 : 1);
        fflush (answers);
    }
    return 0;
}
