//  progress.c: see progress.h.
#include "client/terminal/progress.h"

#include "client/terminal/page.h"
#include "client/terminal/progress_line.h"
#include "messages/base/clock.h"
#include "messages/text/terminal.h"

#include <czmq.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    DRAW_MS = 100,
    LINES_MAX = 18,
    FEW = 20,           //  jobs whose changes of state are a line each
    WHOLE_MS = 5000,    //  of more: how often the whole is said
    TRANSFERS = 16,     //  files on their way beside the jobs
    WHY_BYTES = 256,
    FRAME_BYTES = LINES_MAX * (PROGRESS_LINE_BYTES + 32)
};

struct progress {
    FILE *to;
    bool bars, colour;
    size_t drawn[LINES_MAX], drawn_count;    //  lines on the screen: their columns
    char frame[FRAME_BYTES];                 //  what is drawn at once, so that no echo of keys gets between
    size_t frame_bytes;
    int64_t began_at, drawn_at;
    uint64_t bytes;    //  of all jobs; 0: not known
    char why[WHY_BYTES];
    zhashx_t *places;      //  job → its event
    struct event *jobs;    //  [job_room], of which job_count were heard of
    size_t job_count, job_room;
    struct event transfers[TRANSFERS];
    size_t transfer_count, sent;    //  sent: files that are wholly there
    uint64_t sent_bytes;
};

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
    self->places = zhashx_new ();
    self->began_at = self->drawn_at = clock_mono_ms ();
    if (!self->jobs || !self->places)
        progress_destroy (&self);
    return self;
}

void progress_expect (progress_t *self, uint64_t bytes)
{
    self->bytes = bytes;
}

//  Columns of the terminal, and how many lines it has above the one that the cursor is in.
static size_t s_width (const progress_t *self, size_t *lines)
{
    struct winsize size = {.ws_row = 0};
    *lines = LINES_MAX;
    if (ioctl (fileno (self->to), TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
        return 79;
    if (size.ws_row > 1 && size.ws_row - 1u < LINES_MAX)
        *lines = size.ws_row - 1u;
    return size.ws_col - 1u;    //  the last column would wrap on some terminals
}

static void __attribute__ ((format (printf, 2, 3))) s_add (progress_t *self, const char *format, ...)
{
    va_list values;
    va_start (values, format);
    int n = vsnprintf (self->frame + self->frame_bytes, FRAME_BYTES - self->frame_bytes, format, values);
    va_end (values);
    if (n > 0 && (size_t) n < FRAME_BYTES - self->frame_bytes)
        self->frame_bytes += (size_t) n;
}

//  What was added, with nothing below it.
static void s_put_frame (progress_t *self)
{
    s_add (self, "\033[J");
    fwrite (self->frame, 1, self->frame_bytes, self->to);
    fflush (self->to);
    self->frame_bytes = 0;
}

//  To the first of the lines that are drawn; a terminal that is narrower now has broken some of them.
static void s_home (progress_t *self, size_t width)
{
    size_t rows = 0;
    for (size_t i = 0; i < self->drawn_count; i++)
        rows += self->drawn[i] > width + 1 ? (self->drawn[i] + width) / (width + 1) : 1;
    if (rows)
        s_add (self, "\r\033[%zuA", rows);
    self->drawn_count = 0;
}

//  One line of what is shown, as much of it as fits.
static void s_show (progress_t *self, const char *text, size_t width, bool coloured)
{
    const char *on = coloured && self->colour ? "\033[36m" : "", *off = *on ? "\033[0m" : "";
    char line[PROGRESS_LINE_BYTES];
    size_t columns = page_cut (text, width, line, sizeof line);
    s_add (self, "\r\033[K%s%s%s\n", on, line, off);
    self->drawn[self->drawn_count++] = columns;
}

void progress_clear (progress_t *self)
{
    size_t lines;
    if (!self || !self->drawn_count)
        return;
    s_home (self, s_width (self, &lines));
    s_put_frame (self);
}

static bool s_is_job (const struct event *event)
{
    enum job_state state;
    return job_state_of (event->state, &state) == DMH_OK;
}

//  On the move: a job, or one whose parts are, or a file that is not wholly where it goes.
static bool s_is_moving (const struct event *event)
{
    bool runs = job_state_is (event->state, JOB_RUNNING);
    bool has_begun = job_state_is (event->state, JOB_QUEUED) && event->bytes_done;    //  in parts
    return s_is_job (event) ? runs || has_begun : *event->state && event->bytes_done < event->bytes_total;
}

static struct progress_total s_total (const progress_t *self)
{
    struct progress_total total = {.files = self->job_room, .bytes_total = self->bytes, .eta_ms = -1};
    uint64_t records = 0, known = 0;
    for (size_t i = 0; i < self->job_count; i++) {
        const struct event *job = &self->jobs[i];
        enum job_state state = JOB_QUEUED;
        bool ended = job_state_of (job->state, &state) == DMH_OK && job_state_ended (state);
        total.ended += ended;
        total.failed += state == JOB_FAILED;
        total.bytes_done += ended ? job->bytes_total : job->bytes_done;
        known += job->bytes_total;
        records += job->counts.read;
    }
    if (self->job_count == 0) {    //  they are sent before there are jobs
        total.sending = self->transfer_count;
        total.ended = self->sent;
        total.bytes_done = self->sent_bytes;
    }
    if (total.bytes_total < known)
        total.bytes_total = self->bytes ? known : 0;
    int64_t elapsed = clock_mono_ms () - self->began_at;
    if (elapsed > 0)
        total.records_per_second = (double) records * 1000 / (double) elapsed;
    if (total.bytes_done && total.bytes_total >= total.bytes_done)
        total.eta_ms = (int64_t) ((double) (total.bytes_total - total.bytes_done) * (double) elapsed /
                                  (double) total.bytes_done);
    return total;
}

//  The bars of what is on the move, down to the line `last`.
static void s_show_bars (progress_t *self, const struct event *events, size_t count, size_t width,
                         size_t last)
{
    char line[PROGRESS_LINE_BYTES];
    for (size_t i = 0; i < count && self->drawn_count < last; i++)
        if (s_is_moving (&events[i]))
            s_show (self, progress_bar (&events[i], width, line), width, true);
}

static void s_draw (progress_t *self)
{
    char line[PROGRESS_LINE_BYTES];
    size_t lines, width = s_width (self, &lines), last = lines - (*self->why && lines > 1);
    s_home (self, width);
    if (self->job_room > 1) {
        struct progress_total total = s_total (self);
        s_show (self, progress_batch (&total, width, line), width, false);
    }
    s_show_bars (self, self->jobs, self->job_count, width, last);
    s_show_bars (self, self->transfers, self->transfer_count, width, last);
    if (*self->why && self->drawn_count < lines)
        s_show (self, self->why, width, false);
    s_put_frame (self);
    self->drawn_at = clock_mono_ms ();
}

//  Where there are no bars, and too many jobs for a line each.
static void s_say_whole (progress_t *self)
{
    char line[PROGRESS_LINE_BYTES];
    struct progress_total total = s_total (self);
    terminal_print (self->to, "%s\n", progress_batch (&total, 79, line));
    fflush (self->to);
    self->drawn_at = clock_mono_ms ();
}

//  A place for a transfer: that of one that is over, where none is left.
static struct event *s_find_transfer (progress_t *self, const char *id)
{
    struct event *over = NULL;
    for (size_t i = 0; i < self->transfer_count; i++) {
        if (strcmp (self->transfers[i].job, id) == 0)
            return &self->transfers[i];
        if (!over && !s_is_moving (&self->transfers[i]))
            over = &self->transfers[i];
    }
    if (self->transfer_count < TRANSFERS)
        return &self->transfers[self->transfer_count++];
    if (over)
        *over = (struct event){.job = ""};
    return over;
}

static struct event *s_find (progress_t *self, const struct event *event)
{
    if (!s_is_job (event))
        return s_find_transfer (self, event->job);
    struct event *known = zhashx_lookup (self->places, event->job);
    if (known || self->job_count == self->job_room)
        return known;
    known = &self->jobs[self->job_count];
    if (zhashx_insert (self->places, event->job, known) != 0)
        return NULL;
    self->job_count++;
    return known;
}

void progress_take (progress_t *self, const struct event *event)
{
    struct event *known = s_find (self, event);
    if (!known)
        return;
    bool changed = strcmp (known->state, event->state) != 0 || known->attempt != event->attempt;
    if (strcmp (event->state, "sending") == 0 && event->bytes_done == event->bytes_total &&
        (changed || known->bytes_done != known->bytes_total)) {
        self->sent++;
        self->sent_bytes += event->bytes_total;
    }
    *known = *event;
    bool few = self->job_room <= FEW, due = clock_mono_ms () - self->drawn_at >= DRAW_MS;
    if (self->bars && ((changed && few) || due))
        s_draw (self);
    else if (!self->bars && changed &&
             (few || (s_is_job (event) && job_state_is (event->state, JOB_FAILED)))) {
        char line[PROGRESS_LINE_BYTES];
        terminal_print (self->to, "%s\n", progress_sentence (event, line));
    } else if (!self->bars && !few && clock_mono_ms () - self->drawn_at >= WHOLE_MS)
        s_say_whole (self);
}

void progress_tick (progress_t *self, const char *why)
{
    bool news = why && strcmp (self->why, why) != 0;
    snprintf (self->why, sizeof self->why, "%s", why ? why : "");
    int64_t since = clock_mono_ms () - self->drawn_at;
    if (self->bars && since >= DRAW_MS)
        s_draw (self);
    if (!self->bars && news)
        terminal_print (self->to, "%s\n", why);
    if (!self->bars && self->job_room > FEW && since >= WHOLE_MS)
        s_say_whole (self);
}

void progress_destroy (progress_t **self_p)
{
    progress_t *self = *self_p;
    if (!self)
        return;
    if (self->jobs)
        progress_clear (self);
    zhashx_destroy (&self->places);
    free (self->jobs);
    free (self);
    *self_p = NULL;
}
