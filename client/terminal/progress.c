//  progress.c: see progress.h.
#include "client/terminal/progress.h"

#include "client/terminal/page.h"
#include "messages/base/clock.h"
#include "messages/text/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { NAME_COLUMNS = 28, DRAW_MS = 100, BARS_MAX = 16, WIDTH_LEAST = 20, WIDTH_MOST = 400 };

struct progress {
    FILE *to;
    bool bars, colour;
    size_t drawn;    //  lines of bars on the screen
    int64_t drawn_at;
    struct event *jobs;    //  those that were heard of
    size_t job_count, job_room;
};

//  Puts `name` in at most `columns` characters, padded with spaces when asked. Returns its bytes.
static size_t s_name (const char *name, size_t columns, bool pad, char *out)
{
    size_t column = page_cut (name, columns, out, PROGRESS_LINE_BYTES), used = strlen (out);
    for (; pad && column < columns; column++)
        out[used++] = ' ';
    out[used] = 0;
    return used;
}

static void s_left (int64_t eta_ms, char *out, size_t size)
{
    long long seconds = eta_ms / 1000 + (eta_ms % 1000 > 0);    //  rounded up; any value comes off the wire
    if (eta_ms < 0)
        snprintf (out, size, "--:--");
    else if (seconds < 3600)
        snprintf (out, size, "%02lld:%02lld", seconds / 60, seconds % 60);
    else if (seconds < 100 * 3600)
        snprintf (out, size, "%lldh%02lldm", seconds / 3600, seconds / 60 % 60);
    else
        snprintf (out, size, ">99h");
}

static void s_rate (double rate, char *out, size_t size)
{
    if (!(rate >= 0) || rate >= 1e12)
        snprintf (out, size, "-/s");
    else if (rate < 10e3)
        snprintf (out, size, "%.0f/s", rate);
    else if (rate < 10e6)
        snprintf (out, size, "%.0fk/s", rate / 1e3);
    else
        snprintf (out, size, "%.0fM/s", rate / 1e6);
}

static unsigned s_percent (const struct event *event)
{
    if (event->bytes_total == 0)
        return 0;
    double share = (double) event->bytes_done / (double) event->bytes_total;
    return share >= 1 ? 100 : (unsigned) (share * 100);
}

char *progress_bar (const struct event *event, size_t width, char out[PROGRESS_LINE_BYTES])
{
    width = width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
    unsigned percent = s_percent (event);
    char rate[24], left[24], tail[64];
    s_rate (event->records_per_second, rate, sizeof rate);
    s_left (event->eta_ms, left, sizeof left);
    bool wide = width >= 60;
    if (wide)
        snprintf (tail, sizeof tail, " %3u%% %9s %7s", percent, rate, left);
    else
        snprintf (tail, sizeof tail, " %3u%%", percent);
    size_t name_columns = wide ? NAME_COLUMNS : width / 2,
           used = s_name (event->name, name_columns, true, out);
    size_t bar = width - name_columns - strlen (tail) - 3;
    size_t full = bar * percent / 100;
    out[used++] = ' ';
    out[used++] = '[';
    for (size_t i = 0; i < bar; i++)
        out[used++] = i < full ? '=' : i == full && percent < 100 ? '>' : ' ';
    out[used++] = ']';
    snprintf (out + used, PROGRESS_LINE_BYTES - used, "%s", tail);
    return out;
}

char *progress_sentence (const struct event *event, char out[PROGRESS_LINE_BYTES])
{
    size_t used = s_name (event->name, 120, false, out), room = PROGRESS_LINE_BYTES - used;
    const struct counts *counts = &event->counts;
    if (job_state_is (event->state, JOB_DONE))
        snprintf (out + used, room,
                  ": done, %llu read, %llu written, %llu duplicates, %llu conflicts, %llu rejected",
                  (unsigned long long) counts->read, (unsigned long long) counts->written,
                  (unsigned long long) counts->duplicates, (unsigned long long) counts->conflicts,
                  (unsigned long long) counts->rejected);
    else if (job_state_is (event->state, JOB_FAILED))
        snprintf (out + used, room, ": failed");    //  the sentence comes at the end
    else if (job_state_is (event->state, JOB_RUNNING) && event->attempt > 1)
        snprintf (out + used, room, ": running, attempt %llu", (unsigned long long) event->attempt);
    else
        snprintf (out + used, room, ": %s", event->state);
    return out;
}

progress_t *progress_new (FILE *to, size_t job_count)
{
    progress_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    const char *term = getenv ("TERM"), *no_colour = getenv ("NO_COLOR");
    self->to = to;
    self->bars = isatty (fileno (to)) && term && *term && strcmp (term, "dumb") != 0;
    self->colour = self->bars && !(no_colour && *no_colour);
    self->job_room = job_count ? job_count : 1;
    self->jobs = calloc (self->job_room, sizeof *self->jobs);
    if (!self->jobs)
        progress_destroy (&self);
    return self;
}

//  Columns of the terminal, and how many bars it has lines for.
static size_t s_width (const progress_t *self, size_t *bars)
{
    struct winsize size = {.ws_row = 0};
    *bars = BARS_MAX;
    if (ioctl (fileno (self->to), TIOCGWINSZ, &size) != 0 || size.ws_col < WIDTH_LEAST)
        return 79;
    if (size.ws_row > 3 && size.ws_row - 3u < BARS_MAX)
        *bars = size.ws_row - 3u;
    return size.ws_col - 1u;    //  the last column would wrap on some terminals
}

void progress_clear (progress_t *self)
{
    if (!self || !self->drawn)
        return;
    fprintf (self->to, "\r\033[%zuA\033[J", self->drawn);
    fflush (self->to);
    self->drawn = 0;
}

//  On the move: a job, or a file that is not wholly where it goes.
static bool s_is_moving (const struct event *event)
{
    static const char *const WAYS[] = {"checking", "sending", "fetching"};
    for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++)
        if (strcmp (event->state, WAYS[i]) == 0)
            return event->bytes_done < event->bytes_total;
    return job_state_is (event->state, JOB_RUNNING);
}

static void s_draw (progress_t *self)
{
    char line[PROGRESS_LINE_BYTES];
    size_t bars, width = s_width (self, &bars), running = 0, queued = 0, ended = 0, drawn = 0;
    if (self->drawn)
        fprintf (self->to, "\r\033[%zuA", self->drawn);
    for (size_t i = 0; i < self->job_count; i++) {
        const struct event *job = &self->jobs[i];
        if (job_state_is (job->state, JOB_QUEUED))
            queued++;
        else if (!s_is_moving (job))
            ended++;
        else if (++running <= bars) {
            const char *on = self->colour ? "\033[36m" : "", *off = self->colour ? "\033[0m" : "";
            fprintf (self->to, "\033[K%s%s%s\n", on, progress_bar (job, width, line), off);
            drawn++;
        }
    }
    if (self->job_count > 1) {
        fprintf (self->to, "\033[K%zu running, %zu queued, %zu ended\n", running, queued, ended);
        drawn++;
    }
    fprintf (self->to, "\033[J");
    fflush (self->to);
    self->drawn = drawn;
    self->drawn_at = clock_mono_ms ();
}

static struct event *s_find (progress_t *self, const char *job)
{
    for (size_t i = 0; i < self->job_count; i++)
        if (strcmp (self->jobs[i].job, job) == 0)
            return &self->jobs[i];
    if (self->job_count == self->job_room)
        return NULL;
    return &self->jobs[self->job_count++];
}

void progress_take (progress_t *self, const struct event *event)
{
    struct event *known = s_find (self, event->job);
    if (!known)
        return;
    bool changed = strcmp (known->state, event->state) != 0 || known->attempt != event->attempt;
    *known = *event;
    if (self->bars && (changed || clock_mono_ms () - self->drawn_at >= DRAW_MS))
        s_draw (self);
    else if (!self->bars && changed) {
        char line[PROGRESS_LINE_BYTES];
        terminal_print (self->to, "%s\n", progress_sentence (event, line));
    }
}

void progress_destroy (progress_t **self_p)
{
    progress_t *self = *self_p;
    if (!self)
        return;
    if (self->jobs)
        progress_clear (self);
    free (self->jobs);
    free (self);
    *self_p = NULL;
}
