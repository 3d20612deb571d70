//  command_line.c: see command_line.h.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 24 };

const char COMMAND_LINE_PATIENTS[] = "patient_id,given_name,family_name,birth_date,gender\n"
                                     "1,Ann,Lee,1980-02-03,F\n"
                                     "2,Bob,Ray,1975-11-30,M\n"
                                     "2,Bob,Ray,1975-11-30,M\n"
                                     "2,Bobby,Ray,1975-11-30,M\n"
                                     ",Nobody,Here,1990-01-01,M\n";

pid_t command_line_program (const struct workplace *place, const char *program, const char *log,
                            const char *in, const char *const *words)
{
    char *arguments[WORDS_MAX] = {(char *) program}, path[512], out[64], err[64];
    const char *build = getenv ("DMH_BUILD");
    snprintf (path, sizeof path, "%s/%s", build ? build : "build/release", program);
    snprintf (out, sizeof out, "%s.out", log);
    snprintf (err, sizeof err, "%s.err", log);
    for (size_t i = 0; words[i]; i++) {
        cr_assert_lt (i + 2, WORDS_MAX);
        arguments[i + 1] = (char *) words[i];
    }
    char *absolute = realpath (path, NULL);
    cr_assert_not_null (absolute, "%s is not built", path);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init (&actions);
    posix_spawn_file_actions_addchdir_np (&actions, place->folder);
    posix_spawn_file_actions_addopen (&actions, 0, in ? in : "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen (&actions, 1, out, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_addopen (&actions, 2, err, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    pid_t child;
    int rc = posix_spawn (&child, absolute, &actions, NULL, arguments, environ);
    cr_assert_eq (rc, 0, "%s cannot be started: %s", absolute, strerror (rc));
    posix_spawn_file_actions_destroy (&actions);
    free (absolute);
    return child;
}

pid_t command_line_start (const struct workplace *place, const char *const *words, const char *in)
{
    return command_line_program (place, "dmh", "call", in, words);
}

struct command_result command_line_end (const struct workplace *place, pid_t child)
{
    int status = 0;
    cr_assert_eq (waitpid (child, &status, 0), child);
    return (struct command_result){WIFEXITED (status) ? WEXITSTATUS (status) : -1,
                                   workplace_read (place->folder, "call.out", NULL),
                                   workplace_read (place->folder, "call.err", NULL)};
}

void command_result_clear (struct command_result *said)
{
    free (said->out);
    free (said->err);
    *said = (struct command_result){.out = NULL};
}

struct command_result command_line_run (const struct workplace *place, const char *in,
                                        const char *const *words)
{
    return command_line_end (place, command_line_start (place, words, in));
}

void command_line_expect (struct command_result said, int status, const char *on_out, const char *on_err)
{
    cr_expect_eq (said.status, status, "status %d, not %d; it said: %s%s", said.status, status, said.out,
                  said.err);
    if (on_out)
        cr_expect_not_null (strstr (said.out, on_out), "no “%s” on standard output: %s", on_out, said.out);
    if (on_err)
        cr_expect_not_null (strstr (said.err, on_err), "no “%s” on standard error: %s", on_err, said.err);
    command_result_clear (&said);
}

void command_line_write (const struct workplace *place, const char *name, const char *text)
{
    workplace_write (place, name, text, strlen (text));
}

bool command_line_has (const char *program)
{
    char path[1024];
    snprintf (path, sizeof path, "%s/%s", getenv ("DMH_BUILD"), program);
    return access (path, X_OK) == 0;
}
