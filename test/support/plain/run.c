//  run.c: main of the tests under ThreadSanitizer and of those of mutants: each test in a process of its own,
//  one after the other. See criterion.h here.
#define _GNU_SOURCE
#include "test/support/plain/criterion/criterion.h"

#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

static struct plain_test *s_first, **s_last = &s_first;
static struct plain_suite *s_suites;
static int s_failures;    //  of the test that runs

enum { SECONDS_OF_A_TEST = 600, FAILED = 1 };

void plain_register (struct plain_test *test)
{
    *s_last = test;
    s_last = &test->next;
}

void plain_register_suite (struct plain_suite *suite)
{
    suite->next = s_suites;
    s_suites = suite;
}

static struct plain_settings s_settings_of_suite (const char *name)
{
    for (const struct plain_suite *suite = s_suites; suite; suite = suite->next)
        if (strcmp (suite->name, name) == 0)
            return suite->settings;
    return (struct plain_settings){.init = NULL};
}

void plain_check (bool ok, bool fatal, const char *file, int line, const char *what, const char *format, ...)
{
    if (ok)
        return;
    fprintf (stderr, "%s:%d: should be true: %s", file, line, what);
    if (*format) {
        va_list list;
        va_start (list, format);
        fputs (": ", stderr);
        vfprintf (stderr, format, list);
        va_end (list);
    }
    fputc ('\n', stderr);
    s_failures++;
    if (fatal)
        _exit (FAILED);
}

//  A signal has to end the test, which runs in a process of its own; in this one it has passed or failed.
static void s_await_signal (int signal)
{
    int status = -1;
    pid_t child = fork ();
    if (child == 0)
        return;
    bool ended = child > 0 && waitpid (child, &status, 0) == child;
    _exit (ended && WIFSIGNALED (status) && WTERMSIG (status) == signal ? 0 : FAILED);
}

static void s_body (const struct plain_test *test)
{
    if (test->settings.signal)
        s_await_signal (test->settings.signal);
    alarm (SECONDS_OF_A_TEST);
    struct plain_settings suite = s_settings_of_suite (test->suite);
    if (suite.init)
        suite.init ();
    if (test->settings.init)
        test->settings.init ();
    test->body ();
    if (test->settings.fini)
        test->settings.fini ();
    if (suite.fini)
        suite.fini ();
    exit (s_failures ? FAILED : 0);
}

//  0 when it passed. A race that TSan has found makes its exit code 66.
static int s_run (const struct plain_test *test)
{
    fflush (NULL);
    pid_t child = fork ();
    if (child == 0)
        s_body (test);
    int status = -1;
    if (child < 0 || waitpid (child, &status, 0) != child || status != 0) {
        fprintf (stderr, "[FAIL] %s::%s (%s %d)\n", test->suite, test->name,
                 WIFSIGNALED (status) ? "signal" : "exit",
                 WIFSIGNALED (status) ? WTERMSIG (status) : WEXITSTATUS (status));
        return FAILED;
    }
    return 0;
}

int main (void)
{
    int tested = 0, failed = 0;
    if (plain_serve)
        return plain_serve (s_first, s_body);
    for (const struct plain_test *test = s_first; test; test = test->next) {
        if (test->settings.disabled)
            continue;
        tested++;
        failed += s_run (test);
    }
    fprintf (stderr, "Synthesis: Tested: %d | Passing: %d | Failing: %d | Crashing: 0\n", tested,
             tested - failed, failed);
    return failed ? 1 : 0;
}
