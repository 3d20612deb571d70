//  progress_line.c: see progress_line.h.
#include "client/terminal/progress_line.h"

#include "client/terminal/counts_text.h"
#include "client/terminal/page.h"
#include "messages/base/narrow.h"

#include <stdio.h>
#include <string.h>

enum { NAME_COLUMNS = 28, WIDTH_LEAST = 20, WIDTH_MOST = 400 };

//  Puts `name` in at most `columns` characters, padded with spaces when asked. Returns its bytes.
static size_t s_name (const char *name, size_t columns, bool pad, char *out)
{
    size_t column = page_cut_middle (name, columns, out, PROGRESS_LINE_BYTES), used = strlen (out);
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
    char counts[COUNTS_TEXT_BYTES];
    if (job_state_is (event->state, JOB_DONE))
        snprintf (out + used, room, ": done, %s", counts_text (&event->counts, false, counts));
    else if (job_state_is (event->state, JOB_FAILED))
        snprintf (out + used, room, ": failed");    //  the sentence comes at the end
    else if (job_state_is (event->state, JOB_RUNNING) && event->attempt > 1)
        snprintf (out + used, room, ": running, attempt %llu", (unsigned long long) event->attempt);
    else
        snprintf (out + used, room, ": %s", event->state);
    return out;
}

//  The rate, or the time left, behind a blank; nothing where it is not known.
static const char *s_tail (const struct progress_total *total, bool rate, char out[32])
{
    char text[24];
    *out = 0;
    if (rate)
        s_rate (total->records_per_second, text, sizeof text);
    else
        s_left (total->eta_ms, text, sizeof text);
    if (rate ? total->records_per_second > 0 : total->eta_ms >= 0)
        snprintf (out, 32, " %s", text);
    return out;
}

char *progress_batch (const struct progress_total *total, size_t width, char out[PROGRESS_LINE_BYTES])
{
    width = width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
    char files[80], failed[40] = "", percent[8], rate[32], left[32];
    const struct event whole = {.bytes_done = total->bytes_total ? total->bytes_done : total->ended,
                                .bytes_total = total->bytes_total ? total->bytes_total : total->files};
    snprintf (files, sizeof files, "%zu of %zu files%s", total->ended, total->files,
              total->sending ? " sent" : "");
    if (total->failed)
        snprintf (failed, sizeof failed, ", %zu failed", total->failed);
    snprintf (percent, sizeof percent, " %3u%%", s_percent (&whole));
    s_tail (total, true, rate);
    s_tail (total, false, left);
    //  From what is needed least.
    const char *parts[] = {rate, left, percent, failed};
    size_t used = strlen (files) + strlen (failed) + strlen (percent) + strlen (rate) + strlen (left);
    for (size_t i = 0; used > width && i < sizeof parts / sizeof *parts; i++) {
        used -= strlen (parts[i]);
        parts[i] = "";
    }
    size_t n = (size_t) snprintf (out, PROGRESS_LINE_BYTES, "%.*s%s", NARROW (int, width), files, parts[3]);
    if (width >= used + 13) {
        size_t bar = width - used - 3 < 40 ? width - used - 3 : 40, full = bar * s_percent (&whole) / 100;
        n += (size_t) snprintf (out + n, PROGRESS_LINE_BYTES - n, " [");
        for (size_t i = 0; i < bar; i++)
            out[n++] = i < full ? '=' : i == full && full < bar ? '>' : ' ';
        out[n++] = ']';
    }
    snprintf (out + n, PROGRESS_LINE_BYTES - n, "%s%s%s", parts[2], parts[0], parts[1]);
    return out;
}
