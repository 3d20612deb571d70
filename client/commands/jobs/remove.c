//  remove.c: dmh remove: jobs leave for good, with their inputs and results. It waits until they have, but
//  not for a worker that is away.
#include "client/commands/command.h"
#include "client/connection/follow.h"
#include "client/connection/subject.h"
#include "client/terminal/json_line.h"
#include "messages/base/clock.h"
#include "messages/base/signals.h"
#include "messages/text/terminal.h"

enum { LOOK_MS = 50, LOOK_MS_MOST = 1000 };

//  A job that was asked to leave.
struct removal {
    char job[ID_BYTES];
    struct job_record record;    //  as it was last seen
    bool asked, gone;
    struct error error;    //  why it was not asked, or cannot be seen
};

static void s_take (struct removal *self, struct job_record *now)
{
    shape_clear (&job_record_shape, &self->record);
    self->record = *now;
}

static void s_ask (struct removal *self, connection_t *connection)
{
    struct job_record now;
    self->asked = connection_remove (connection, self->job, &now, &self->error) == DMH_OK;
    if (self->asked)
        s_take (self, &now);
}

static void s_look (struct removal *self, connection_t *connection)
{
    struct job_record now;
    struct error error = {.code = DMH_OK};
    int rc = connection_status (connection, self->job, &now, &error);
    if (rc == DMH_OK)
        s_take (self, &now);
    else if (rc == DMH_NOT_FOUND)
        self->gone = true;
    else
        self->error = error;
}

//  Until each of them is gone, or waits for a worker, or the time is over. true: interrupted.
static bool s_await (struct removal *removals, size_t count, connection_t *connection, int64_t until)
{
    int wait_ms = LOOK_MS;
    for (size_t i = 0; i < count;) {
        struct removal *one = &removals[i];
        if (one->asked && !one->gone && one->error.code == DMH_OK)
            s_look (one, connection);
        if (!one->asked || one->gone || one->error.code != DMH_OK || one->record.removal_waits ||
            clock_mono_ms () >= until) {
            i++;
            continue;
        }
        if (connection_pause (connection, wait_ms))
            return true;
        wait_ms = wait_ms * 2 < LOOK_MS_MOST ? wait_ms * 2 : LOOK_MS_MOST;
    }
    return false;
}

static void s_line (const struct removal *self)
{
    json_line_t *line = json_line_new ();
    json_line_text (line, "job", self->job);
    json_line_flag (line, "removed", self->gone);
    json_line_time (line, "removal_at", self->record.removal_at);
    json_line_text (line, "waits_for", self->record.removal_waits && !self->gone ? self->record.host : NULL);
    json_line_text (line, "message", self->error.code ? self->error.text : NULL);
    json_line_print (&line, stdout);
}

static void s_say (const struct removal *self)
{
    if (self->gone)
        terminal_print (stdout, "%s is removed\n", self->job);
    else if (self->record.removal_waits)
        terminal_print (stdout, "%s leaves when a worker of host %s is connected, which has its result\n",
                        self->job, self->record.host);
    else
        terminal_print (stdout, "%s leaves\n", self->job);
}

static int s_end (const struct arguments *arguments, const struct removal *removals, size_t count)
{
    int status = EXIT_DONE;
    for (size_t i = 0; i < count; i++) {
        if (arguments->json)
            s_line (&removals[i]);
        else if (removals[i].error.code == DMH_OK && !arguments->quiet)
            s_say (&removals[i]);
        if (removals[i].error.code != DMH_OK)
            status = command_refuse (&removals[i].error);
    }
    return status;
}

//  What the words mean: a job each, or those of a batch, which leaves from its end, so that no job is held up
//  by one that leaves before it.
struct found_jobs {
    struct removal *removals;
    size_t count;
};

static struct removal *s_add (struct found_jobs *self)
{
    struct removal *removals = realloc (self->removals, (self->count + 1) * sizeof *removals);
    if (!removals)
        return NULL;
    self->removals = removals;
    removals[self->count] = (struct removal){.job = ""};
    return &removals[self->count++];
}

static int s_add_job (void *context, struct job_record *record)
{
    struct removal *removal = s_add (context);
    if (removal)
        memcpy (removal->job, record->job, sizeof removal->job);
    return removal ? DMH_OK : DMH_INTERNAL;
}

//  A word that means nothing ends nothing but itself.
static int s_find (const struct arguments *arguments, connection_t *connection, struct removal **removals,
                   size_t *count, struct error *error)
{
    struct found_jobs found = {.count = 0};
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < arguments->word_count; i++) {
        struct subject subject;
        struct error why = {.code = DMH_OK};
        size_t first = found.count;
        rc = subject_find (connection, arguments->words[i], &subject, &why);
        if (rc == DMH_OK && subject.is_batch)
            rc = subject_each_job (connection, subject.id, "", s_add_job, &found, &why);
        for (size_t a = first, b = found.count; rc == DMH_OK && b > a + 1; a++) {
            struct removal other = found.removals[a];
            found.removals[a] = found.removals[--b];
            found.removals[b] = other;
        }
        if (rc == DMH_OK && subject.is_batch)
            continue;
        struct removal *removal = rc == DMH_UNAVAILABLE || rc == DMH_CANCELLED ? NULL : s_add (&found);
        if (!removal) {
            rc = error_set (error, rc == DMH_OK ? DMH_INTERNAL : rc, "%s",
                            rc == DMH_OK ? "out of memory" : why.text);
            break;
        }
        snprintf (removal->job, sizeof removal->job, "%s", rc == DMH_OK ? subject.id : arguments->words[i]);
        removal->error = why;
        rc = DMH_OK;
    }
    *removals = found.removals;
    *count = found.count;
    return rc;
}

int command_remove (struct arguments *arguments)
{
    struct error error = {.code = DMH_OK};
    size_t count = 0;
    int64_t timeout_ms = (int64_t) arguments->timeout * 1000;
    struct removal *removals = NULL;
    connection_t *connection = command_connect (arguments, signals_open (), &error);
    if (connection && s_find (arguments, connection, &removals, &count, &error) == DMH_OK)
        for (size_t i = 0; i < count; i++)
            if (removals[i].error.code == DMH_OK)
                s_ask (&removals[i], connection);
    if (error.code == DMH_OK && s_await (removals, count, connection, clock_mono_ms () + timeout_ms))
        error_set (&error, DMH_CANCELLED, "interrupted; what was asked to leave does");
    int status = error.code == DMH_OK ? s_end (arguments, removals, count) : command_refuse (&error);
    for (size_t i = 0; removals && i < count; i++)
        shape_clear (&job_record_shape, &removals[i].record);
    free (removals);
    connection_destroy (&connection);
    zsys_shutdown ();
    return status;
}
