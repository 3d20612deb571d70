//  dispatcher_play.c: see dispatcher_play.h.
#include "test/support/schedule/dispatcher_play.h"

#include "broker/dispatch/dispatcher.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARGS_MAX = 8, TEXT_BYTES = 2048 };

struct play {
    dispatcher_t *dispatcher;
    uint64_t sequence;
    int64_t now;
    int count;
    char *args[ARGS_MAX];
    char said[TEXT_BYTES];
};

static void s_say (struct play *play, const char *format, ...)
{
    size_t used = strlen (play->said);
    va_list list;
    va_start (list, format);
    vsnprintf (play->said + used, sizeof play->said - used, format, list);
    va_end (list);
}

//  "JOB.ATTEMPT" or "JOB.ATTEMPT+MOVED".
static struct running_job s_running (const char *text)
{
    struct running_job running = {.attempt = 0};
    const char *point = strchr (text, '.');
    cr_assert_not_null (point, "%s is no attempt", text);
    snprintf (running.job, sizeof running.job, "%.*s", (int) (point - text), text);
    char *rest = NULL;
    running.attempt = strtoul (point + 1, &rest, 10);
    running.moved = strtoul (rest, NULL, 10);
    return running;
}

static size_t s_all_running (struct play *play, int from, struct running_job out[ARGS_MAX])
{
    size_t count = 0;
    for (int i = from; i < play->count; i++)
        out[count++] = s_running (play->args[i]);
    return count;
}

//  open JOB [PRIORITY [STALL_MS [TIME_LIMIT_MS]]]
static void s_open (struct play *play)
{
    struct opening opening = {.job = play->args[1],
                              .priority = play->count > 2 ? atoi (play->args[2]) : 0,
                              .sequence = ++play->sequence,
                              .stall_ms = play->count > 3 ? atoi (play->args[3]) : 0,
                              .time_limit_ms = play->count > 4 ? atoi (play->args[4]) : 0};
    cr_assert_eq (dispatcher_open (play->dispatcher, &opening, 0, play->now), DMH_OK);
}

//  reopen JOB.ATTEMPT: a retry
static void s_reopen (struct play *play)
{
    struct running_job last = s_running (play->args[1]);
    struct opening opening = {.job = last.job, .sequence = ++play->sequence, .attempt = last.attempt};
    cr_assert_eq (dispatcher_open (play->dispatcher, &opening, 0, play->now), DMH_OK);
}

//  restore JOB.ATTEMPT WORKER TRIES [DEATHS [TIME_LIMIT_MS RAN_MS]]: it ran there when the broker ended
static void s_restore (struct play *play)
{
    struct running_job last = s_running (play->args[1]);
    struct opening opening = {.job = last.job,
                              .sequence = ++play->sequence,
                              .attempt = last.attempt,
                              .tries = (unsigned) atoi (play->args[3]),
                              .worker = play->args[2],
                              .deaths = play->count > 4 ? strtoul (play->args[4], NULL, 10) : 0,
                              .time_limit_ms = play->count > 6 ? atoi (play->args[5]) : 0,
                              .ran_ms = play->count > 6 ? atoi (play->args[6]) : 0};
    cr_assert_eq (dispatcher_open (play->dispatcher, &opening, 2 * LEASE_MS, play->now), DMH_OK);
}

//  ready WORKER SLOTS [JOB.ATTEMPT …]
static void s_ready (struct play *play)
{
    struct running_job running[ARGS_MAX];
    struct ready ready = {.slots = strtoul (play->args[2], NULL, 10), .running = running};
    snprintf (ready.worker, sizeof ready.worker, "%s", play->args[1]);
    ready.running_count = s_all_running (play, 3, running);
    cr_assert_eq (dispatcher_ready (play->dispatcher, &ready, play->now), DMH_OK);
}

//  beat WORKER [JOB.ATTEMPT …]
static void s_beat (struct play *play)
{
    struct running_job running[ARGS_MAX];
    size_t count = s_all_running (play, 2, running);
    if (!dispatcher_heartbeat (play->dispatcher, play->args[1], running, count, play->now))
        s_say (play, "> who is %s\n", play->args[1]);
}

//  result WORKER JOB.ATTEMPT
static void s_result (struct play *play)
{
    struct running_job done = s_running (play->args[2]);
    bool accepted = dispatcher_result (play->dispatcher, play->args[1], done.job, done.attempt, play->now);
    s_say (play, "> %s\n", accepted ? "accepted" : "refused");
}

//  fail WORKER JOB.ATTEMPT bad | again | returned
static void s_fail (struct play *play)
{
    struct running_job failed = s_running (play->args[2]);
    struct fail fail = {.attempt = failed.attempt, .code = "io", .message = "no space left"};
    memcpy (fail.job, failed.job, sizeof fail.job);
    fail.retryable = strcmp (play->args[3], "again") == 0;
    fail.returned = strcmp (play->args[3], "returned") == 0;
    if (!dispatcher_fail (play->dispatcher, play->args[1], &fail, play->now))
        s_say (play, "> refused\n");
}

static void s_drain (struct play *play)
{
    dispatcher_drain (play->dispatcher, play->args[1]);
}

static void s_bye (struct play *play)
{
    dispatcher_bye (play->dispatcher, play->args[1], play->now);
}

//  lost WORKER JOB.ATTEMPT: its JOB could not be sent
static void s_lost (struct play *play)
{
    struct running_job lost = s_running (play->args[2]);
    dispatcher_undelivered (play->dispatcher, play->args[1], lost.job, lost.attempt);
}

static void s_cancel (struct play *play)
{
    bool cancelled = dispatcher_cancel (play->dispatcher, play->args[1], play->now);
    s_say (play, "> %s\n", cancelled ? "cancelled" : "not open");
}

//  open? : how many are
static void s_count (struct play *play)
{
    s_say (play, "> %d\n", (int) dispatcher_open_count (play->dispatcher));
}

static void s_tick (struct play *play)
{
    (void) play;
}

static void s_act (struct play *play)
{
    static const struct {
        const char *verb;
        void (*act) (struct play *);
        int least;
    } VERBS[] = {{"open", s_open, 2},   {"reopen", s_reopen, 2}, {"restore", s_restore, 4},
                 {"ready", s_ready, 3}, {"beat", s_beat, 2},     {"result", s_result, 3},
                 {"fail", s_fail, 4},   {"drain", s_drain, 2},   {"bye", s_bye, 2},
                 {"lost", s_lost, 3},   {"cancel", s_cancel, 2}, {"open?", s_count, 1},
                 {"tick", s_tick, 1}};
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++)
        if (strcmp (VERBS[i].verb, play->args[0]) == 0) {
            cr_assert_geq (play->count, VERBS[i].least, "%s lacks a word", play->args[0]);
            VERBS[i].act (play);
            return;
        }
    cr_assert_fail ("there is no “%s” in plays", play->args[0]);
}

static void s_hear (struct play *play)
{
    struct action action;
    dispatcher_tick (play->dispatcher, play->now);
    while (dispatcher_action (play->dispatcher, &action)) {
        if (action.sort == ACTION_GONE)
            s_say (play, "> gone %s\n", action.worker);
        else if (action.sort == ACTION_GIVE)
            s_say (play, "> give %s.%d %s\n", action.job, (int) action.attempt, action.worker);
        else if (action.sort == ACTION_STOP)
            s_say (play, "> stop %s.%d %s\n", action.job, (int) action.attempt, action.worker);
        else if (action.sort == ACTION_QUEUED)
            s_say (play, "> queued %s.%d\n", action.job, (int) action.attempt);
        else
            s_say (play, "> failed %s.%d %s: %s\n", action.job, (int) action.attempt, action.code,
                   action.message);
    }
}

//  One line without >, in its own memory.
static void s_line (struct play *play, char *line)
{
    char *rest = line;
    play->now = strtol (line, &rest, 10);
    play->count = 0;
    for (char *word = strtok (rest, " "); word && play->count < ARGS_MAX; word = strtok (NULL, " "))
        play->args[play->count++] = word;
    play->said[0] = 0;
    s_act (play);
    s_hear (play);
}

void dispatcher_play (const char *name, const char *text)
{
    struct play play = {.dispatcher = dispatcher_new (PLAY_ATTEMPTS)};
    while (*text) {
        char line[256], expected[TEXT_BYTES] = "";
        size_t n = strcspn (text, "\n"), used = 0;
        snprintf (line, sizeof line, "%.*s", (int) n, text);
        text += n + (text[n] == '\n');
        while (*text == '>') {
            size_t more = strcspn (text, "\n") + 1;
            memcpy (expected + used, text, more);
            expected[used += more] = 0;
            text += more;
        }
        char said_of[256];
        snprintf (said_of, sizeof said_of, "%s", line);
        s_line (&play, line);
        if (strcmp (play.said, expected) != 0)
            cr_assert_fail ("%s, at “%s”:\n%s instead of\n%s", name, said_of, play.said, expected);
    }
    dispatcher_destroy (&play.dispatcher);
}
