//  runner_test.c: a slot's runner, its sockets and its writer do one job after another, at once with those of
//  other slots; what was cancelled or failed leaves nothing to the next.
#include "test/support/results/local_attempt.h"

#include "messages/base/metrics.h"
#include "messages/sockets/actor.h"
#include "messages/uri.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { SLOTS = 3, THREADS = 3, BIG = 60000, ROUNDS = 12, ATTEMPT_NAME = 64 };

//  What a slot is to do next, and what has to come of it.
enum play {
    PLAY_SMALL,
    PLAY_BIG,
    PLAY_CANCEL_BIG,
    PLAY_CANCEL_AT_ONCE,
    PLAY_BAD,
    PLAYS,
    PLAY_NO_FILES = PLAYS
};

struct lane {
    actor_t *runner;
    struct assignment assignment;
    struct options options;
    char folder[600];
    enum play play;
    bool runs;
};

static struct workplace s_place;
static harmonizers_t *s_harmonizers;
static catalog_t *s_catalog;
static struct lane s_lanes[SLOTS];
static unsigned s_jobs;

static void s_write_big (void)
{
    char *text = malloc ((size_t) BIG * 64 + 64), *at = text;
    cr_assert_not_null (text);
    at += sprintf (at, "Patient ID,First Name,Last Name,DOB,Sex\n");
    for (int i = 0; i < BIG; i++)
        at += sprintf (at, "P%d,Given%d,Family,%02d/28/1980,%s\n", i % (BIG - 500), i, i % 12 + 1,
                       i % 2 ? "M" : "female");
    workplace_write (&s_place, "big.csv", text, (size_t) (at - text));
    free (text);
}

static const char SMALL[] = "MRN,First Name,Last Name,DOB,Sex\n1,Ann,Doe,01/02/1970,F\n"
                            "2,Bob,Roe,02/13/1980,male\n2,Bob,Roe,02/13/1980,male\n,Cat,Moe,02/13/1980,x\n";

static void s_setup (void)
{
    struct error error = {.code = DMH_OK};
    workplace_make (&s_place);
    workplace_write (&s_place, "small.csv", SMALL, sizeof SMALL - 1);
    workplace_write (&s_place, "bad.csv", "nothing,to\nbe,known\n", 20);
    s_write_big ();
    s_catalog = catalog_new (NULL, &error);
    s_harmonizers = harmonizers_new (THREADS, SLOTS, &error);
    cr_assert (s_catalog && s_harmonizers, "%s", error.text);
    for (size_t i = 0; i < SLOTS; i++) {
        struct runner_place place = {s_harmonizers, i};
        int why = -1;
        s_lanes[i].runner = actor_new (runner_actor, &place);
        cr_assert_not_null (s_lanes[i].runner);
        cr_assert_eq (zsock_recv (actor_pipe (s_lanes[i].runner), "i", &why), 0);
        cr_assert_eq (why, 0);
    }
}

static void s_teardown (void)
{
    for (size_t i = 0; i < SLOTS; i++)
        actor_destroy (&s_lanes[i].runner);
    harmonizers_destroy (&s_harmonizers);
    catalog_destroy (&s_catalog);
    workplace_remove (&s_place);
}

TestSuite (runner, .init = s_setup, .fini = s_teardown, .timeout = 300);

static const char *s_input (enum play play)
{
    return play == PLAY_SMALL || play == PLAY_NO_FILES ? "small.csv"
           : play == PLAY_BAD                          ? "bad.csv"
                                                       : "big.csv";
}

static void s_start (size_t slot, enum play play, uint64_t threads)
{
    struct lane *self = &s_lanes[slot];
    struct error error = {.code = DMH_OK};
    char path[600];
    self->play = play;
    self->options = (struct options){.threads = threads, .block_bytes = 4096};
    self->assignment = (struct assignment){.attempt = 1,
                                           .options = &self->options,
                                           .slot = slot,
                                           .catalog = s_catalog,
                                           .folder = self->folder,
                                           .results = s_place.folder,
                                           .files = ""};
    snprintf (self->assignment.job, sizeof self->assignment.job, "job%u", ++s_jobs);
    snprintf (self->folder, sizeof self->folder, "%s/job%u.1", s_place.folder, s_jobs);
    snprintf (path, sizeof path, "%s/%s", s_place.folder, s_input (play));
    snprintf (self->assignment.input.name, sizeof self->assignment.input.name, "%s", s_input (play));
    cr_assert_eq (uri_from_path (path, self->assignment.input.uri, sizeof self->assignment.input.uri, &error),
                  DMH_OK);
    zsock_send (actor_pipe (self->runner), "sp", "RUN", &self->assignment);
    if (play == PLAY_CANCEL_AT_ONCE)
        zstr_send (actor_pipe (self->runner), "CANCEL");
    self->runs = true;
}

static void s_expect_same (const char *folder, const struct local_attempt *right)
{
    static const char *const PARTS[] = {"records.csv", "rejects.csv", "audit.ndjson"};
    for (size_t k = 0; k < sizeof PARTS / sizeof *PARTS; k++) {
        size_t n = 0, right_n = 0;
        char *text = workplace_read (folder, PARTS[k], &n),
             *base = workplace_read (right->folder, PARTS[k], &right_n);
        cr_assert (text && base && n == right_n && memcmp (text, base, n) == 0, "%s/%s is another one",
                   folder, PARTS[k]);
        free (text);
        free (base);
    }
}

static void s_expect_end (struct lane *self, const char *word, const struct runner_news *news,
                          const struct local_attempt *right)
{
    switch (self->play) {
    case PLAY_SMALL:
    case PLAY_BIG:
        cr_assert_str_eq (word, "DONE", "%s", news->error.text);
        cr_assert_eq (news->error.code, DMH_OK, "%s", news->error.text);
        cr_assert_eq (news->counts.read, right[self->play].counts.read);
        cr_assert_eq (news->counts.written, right[self->play].counts.written);
        s_expect_same (self->folder, &right[self->play]);
        break;
    case PLAY_CANCEL_AT_ONCE:
        //  It came too late when the job was over before it was looked for.
        cr_assert (news->error.code == DMH_CANCELLED || streq (word, "DONE"), "%s", news->error.text);
        break;
    case PLAY_CANCEL_BIG:
        cr_assert (news->error.code == DMH_CANCELLED || streq (word, "DONE"), "%s", news->error.text);
        break;
    case PLAY_NO_FILES:
        //  Another worker, or this one later, may have more luck.
        cr_assert_str_eq (word, "FAILED");
        cr_assert_eq (news->error.code, DMH_IO, "%s", news->error.text);
        break;
    default:
        cr_assert_str_eq (word, "FAILED");
        cr_assert_eq (news->error.code, DMH_BAD_INPUT, "%s", news->error.text);
    }
    if (!streq (word, "DONE"))
        cr_assert_neq (access (self->folder, F_OK), 0, "%s is left", self->folder);
}

//  The next word of a slot; a big one that is to be cancelled is, as soon as it says how far it is.
static void s_hear (struct lane *self, const struct local_attempt *right)
{
    char *word = NULL;
    struct runner_news *news = NULL;
    cr_assert_eq (zsock_recv (actor_pipe (self->runner), "sp", &word, &news), 0);
    cr_assert (word && news);
    //  Blocks of 4 KiB are taken whole, but for the last.
    if (streq (word, "PROGRESS") && news->moved > 0 && self->play == PLAY_BIG)
        cr_expect_geq (news->bytes_done / news->moved, 1024);
    if (!streq (word, "PROGRESS")) {
        s_expect_end (self, word, news, right);
        self->runs = false;
    } else if (self->play == PLAY_CANCEL_BIG)
        zstr_send (actor_pipe (self->runner), "CANCEL");
    runner_news_clear (news);
    free (news);
    zstr_free (&word);
}

Test (runner, jobs_one_after_another_and_at_once_leave_nothing_to_the_next)
{
    struct options options = {.block_bytes = 4096};
    const struct local_attempt right[2] = {local_attempt_run (&s_place, "small.csv", &options, 1),
                                           local_attempt_run (&s_place, "big.csv", &options, 1)};
    cr_assert (right[0].done && right[1].done && right[1].counts.read == BIG);
    size_t begun[SLOTS] = {0}, over = 0;
    for (size_t i = 0; i < SLOTS; i++)
        s_start (i, (enum play) (i % PLAYS), begun[i]++ % (THREADS + 1));
    while (over < SLOTS) {
        zmq_pollitem_t items[SLOTS];
        for (size_t i = 0; i < SLOTS; i++)
            items[i] = (zmq_pollitem_t){zsock_resolve (actor_pipe (s_lanes[i].runner)), 0, ZMQ_POLLIN, 0};
        cr_assert_gt (zmq_poll (items, SLOTS, 60000), 0);
        for (size_t i = 0; i < SLOTS; i++) {
            if (!items[i].revents)
                continue;
            s_hear (&s_lanes[i], right);
            if (s_lanes[i].runs)
                continue;
            if (begun[i] == ROUNDS)
                over++;
            else {
                enum play play = (enum play) ((i + begun[i]) % PLAYS);
                s_start (i, play, begun[i]++ % (THREADS + 1));
            }
        }
    }
}

Test (runner, a_cancel_that_came_too_late_is_not_the_next_jobs)
{
    struct options options = {.block_bytes = 4096};
    const struct local_attempt right[1] = {local_attempt_run (&s_place, "small.csv", &options, 1)};
    for (int i = 0; i < 50; i++) {
        s_start (0, PLAY_SMALL, 0);
        while (s_lanes[0].runs)
            s_hear (&s_lanes[0], right);
        zstr_send (actor_pipe (s_lanes[0].runner), "CANCEL");
    }
}

//  However soon after another one, and of what kind it is; the first word comes before any block is back.
Test (runner, each_job_says_at_once_what_it_reads)
{
    struct options options = {.block_bytes = 4096};
    const struct local_attempt right[1] = {local_attempt_run (&s_place, "small.csv", &options, 1)};
    for (int i = 0; i < 20; i++) {
        char *word = NULL;
        struct runner_news *news = NULL;
        s_start (0, PLAY_SMALL, 0);
        cr_assert_eq (zsock_recv (actor_pipe (s_lanes[0].runner), "sp", &word, &news), 0);
        cr_assert (word && news);
        cr_assert_str_eq (word, "PROGRESS");
        cr_expect_str_eq (news->kind, "patient");
        cr_expect_eq (news->bytes_total, sizeof SMALL - 1);
        cr_expect_eq (news->counts.read, 0);
        cr_expect_eq (news->bytes_done, 0);
        runner_news_clear (news);
        free (news);
        zstr_free (&word);
        while (s_lanes[0].runs)
            s_hear (&s_lanes[0], right);
    }
}

//  DONE or FAILED, yours to free, and *news with it.
static char *s_await_end (struct lane *self, struct runner_news **news)
{
    for (;;) {
        char *word = NULL;
        cr_assert_eq (zsock_recv (actor_pipe (self->runner), "sp", &word, news), 0);
        cr_assert (word && *news);
        if (!streq (word, "PROGRESS"))
            return word;
        runner_news_clear (*news);
        free (*news);
        zstr_free (&word);
    }
}

//  With none, one, two … descriptors left, until they are enough.
Test (runner, a_job_without_descriptors_may_be_tried_again_and_the_next_has_them)
{
    struct rlimit few = {256, 256};
    static int taken[256];
    size_t count = 0, failed = 0;
    cr_assert_eq (setrlimit (RLIMIT_NOFILE, &few), 0);
    for (bool done = false; !done; failed += !done) {
        while (count < 256 && (taken[count] = open ("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
            count++;
        for (size_t i = 0; i < failed; i++)
            close (taken[--count]);
        s_start (0, PLAY_NO_FILES, 0);
        struct runner_news *news = NULL;
        char *word = s_await_end (&s_lanes[0], &news);
        done = streq (word, "DONE");
        while (count > 0)
            close (taken[--count]);
        if (!done)
            s_expect_end (&s_lanes[0], word, news, NULL);
        runner_news_clear (news);
        free (news);
        zstr_free (&word);
    }
    cr_assert_gt (failed, 2);
    //  Not before: libzmq closes the sockets of a harmonizers that has ended some time later.
    struct options options = {.block_bytes = 4096};
    const struct local_attempt right = local_attempt_run (&s_place, "small.csv", &options, 1);
    s_expect_same (s_lanes[0].folder, &right);
}

//  That is more than 0.
static void s_expect_some (const char *text, const char *metric, const char *stage)
{
    char line[96];
    snprintf (line, sizeof line, "\ndmh_worker_stage_%s_seconds_total{stage=\"%s\"} ", metric, stage);
    const char *at = strstr (text, line);
    cr_assert_not_null (at, "no %s", line);
    cr_expect_gt (strtod (at + strlen (line), NULL), 0, "%s", line);
}

Test (runner, each_stage_says_how_long_it_worked_and_waited)
{
    static const char *const STAGES[] = {"read", "harmonize", "write"};
    struct runner_news *news = NULL;
    s_start (0, PLAY_BIG, 0);
    char *word = s_await_end (&s_lanes[0], &news), *text = NULL;
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert (to && streq (word, "DONE"), "%s", news->error.text);
    metrics_write ("worker", "0", METRICS_PROMETHEUS, to);
    fclose (to);
    for (size_t i = 0; i < sizeof STAGES / sizeof *STAGES; i++) {
        s_expect_some (text, "busy", STAGES[i]);
        s_expect_some (text, "waiting", STAGES[i]);
    }
    runner_news_clear (news);
    free (news);
    zstr_free (&word);
    free (text);
}

Test (runner, ends_in_the_middle_of_a_job_when_it_is_told_to)
{
    struct runner_news *news = NULL;
    s_start (1, PLAY_BIG, 0);
    zstr_send (actor_pipe (s_lanes[1].runner), "$TERM");
    char *word = s_await_end (&s_lanes[1], &news);
    cr_expect_str_eq (word, "FAILED");
    cr_expect_eq (news->error.code, DMH_CANCELLED, "%s", news->error.text);
    runner_news_clear (news);
    free (news);
    zstr_free (&word);
    actor_destroy (&s_lanes[1].runner);
    cr_assert_neq (access (s_lanes[1].folder, F_OK), 0);
}

//  Asks whether it is to go on until another word than the last has come, too.
static int s_hear_both (const struct assignment *assignment, const struct followed_task *task,
                        struct runner_news *news, struct error *error)
{
    (void) assignment, (void) news;
    zmq_pollitem_t stop = task->stop;
    while (task->goes_on (task->context, NULL))
        ;
    cr_assert_eq (zmq_poll (&stop, 1, -1), 1);
    cr_assert_not (task->goes_on (task->context, NULL));
    return error_set (error, DMH_CANCELLED, "it was cancelled");
}

//  It ends when it has said how its job went, whatever it hears behind that word.
Test (runner, a_word_behind_the_last_one_does_not_keep_it)
{
    static const struct followed_result FOLLOWED[1] = {{.kind = "patient"}};
    struct lane *self = &s_lanes[1];
    struct runner_news *news = NULL;
    zsock_t *pipe = actor_pipe (self->runner);
    self->assignment = (struct assignment){.job = "follows",
                                           .attempt = 1,
                                           .options = &self->options,
                                           .slot = 1,
                                           .catalog = s_catalog,
                                           .folder = self->folder,
                                           .results = s_place.folder,
                                           .files = "",
                                           .followed = FOLLOWED,
                                           .followed_count = 1,
                                           .task = s_hear_both};
    zsock_send (pipe, "sp", "RUN", &self->assignment);
    zstr_send (pipe, "$TERM");
    zstr_send (pipe, "CANCEL");
    char *word = s_await_end (self, &news);
    cr_expect_str_eq (word, "FAILED");
    cr_expect_eq (news->error.code, DMH_CANCELLED, "%s", news->error.text);
    cr_expect_eq (zsock_wait (pipe), 0);
    runner_news_clear (news);
    free (news);
    zstr_free (&word);
}
