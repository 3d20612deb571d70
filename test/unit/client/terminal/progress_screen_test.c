//  progress_screen_test.c: progress as it is seen on terminals of several sizes.
#include "client/terminal/page.h"
#include "client/terminal/progress.h"
#include "messages/base/clock.h"
#include "test/support/processes/terminal.h"

#include <criterion/criterion.h>
#include <stdlib.h>

static int64_t s_now = 1000;

static int64_t s_clock (int which)
{
    (void) which;
    return s_now;
}

struct scene {
    struct terminal terminal;
    FILE *to;
    progress_t *progress;
};

//  A terminal where a line of something else stands.
static struct scene s_scene (unsigned short columns, unsigned short rows, size_t jobs)
{
    struct scene self;
    clock_replace (s_clock);
    setenv ("TERM", "xterm-256color", 1);
    terminal_open (&self.terminal, columns, rows);
    self.to = terminal_file (&self.terminal);
    fprintf (self.to, "$ dmh run\n");
    fflush (self.to);
    self.progress = progress_new (self.to, jobs);
    cr_assert_not_null (self.progress);
    return self;
}

static void s_end (struct scene *self)
{
    progress_destroy (&self->progress);
    fclose (self->to);
    terminal_close (&self->terminal);
    clock_replace (NULL);
}

static void s_take (struct scene *self, const char *name, enum job_state state, uint64_t done)
{
    struct event event = {.attempt = 1, .bytes_done = done, .bytes_total = 1000, .eta_ms = -1};
    snprintf (event.job, sizeof event.job, "%s", name);
    snprintf (event.name, sizeof event.name, "%s", name);
    job_state_set (event.state, state);
    event.counts.read = done / 5;
    if (state == JOB_RUNNING) {
        event.records_per_second = 120;
        event.eta_ms = 4000;
    }
    progress_take (self->progress, &event);
    terminal_take (&self->terminal);    //  it holds some lines only that nobody has read
}

//  The screen has these lines and the cursor stands below them.
static void s_expect (struct scene *self, const char *lines)
{
    int row, column, count = 0;
    char *screen = terminal_screen (&self->terminal);
    cr_expect_str_eq (screen, lines);
    for (const char *at = lines; *at; at++)
        count += *at == '\n';
    terminal_cursor (&self->terminal, &row, &column);
    cr_expect_eq (row, count, "the cursor is in line %d of\n%s", row, screen);
    cr_expect_eq (column, 0);
    free (screen);
}

//  "=" n times, one ">" and blanks, in brackets: a bar of `all` columns.
static const char *s_bar (int full, int all, char out[256])
{
    snprintf (out, 256, "[%.*s>%*s]", full,
              "====================================================================================",
              all - full - 1, "");
    return out;
}

Test (progress_screen, a_batch_is_a_line_over_the_bars_of_what_runs_at_any_width, .timeout = 60)
{
    static const struct {
        unsigned short columns;
        int whole, bar;    //  columns of the bars; 0: none
        int name;
        const char *tail;
    } WIDTHS[] = {{40, 0, 12, 19, "  50%"},
                  {80, 40, 25, 28, "  50%     120/s   00:04"},
                  {200, 40, 145, 28, "  50%     120/s   00:04"}};
    for (size_t i = 0; i < sizeof WIDTHS / sizeof *WIDTHS; i++) {
        char whole[256] = "", bar[256], expected[1024];
        struct scene scene = s_scene (WIDTHS[i].columns, 24, 3);
        progress_expect (scene.progress, 3000);
        s_take (&scene, "a.csv", JOB_DONE, 1000);
        s_now += 2000;    //  of 3000 bytes 1500 in 2 s, of records 300
        s_take (&scene, "b.csv", JOB_RUNNING, 500);
        s_take (&scene, "c.csv", JOB_QUEUED, 0);
        if (WIDTHS[i].whole)
            s_bar (WIDTHS[i].whole / 2, WIDTHS[i].whole, whole);
        snprintf (expected, sizeof expected, "$ dmh run\n1 of 3 files%s%s  50%% 150/s 00:02\n%-*s %s%s\n",
                  *whole ? " " : "", whole, WIDTHS[i].name, "b.csv",
                  s_bar (WIDTHS[i].bar / 2, WIDTHS[i].bar, bar), WIDTHS[i].tail);
        s_expect (&scene, expected);
        progress_clear (scene.progress);
        s_expect (&scene, "$ dmh run\n");
        s_end (&scene);
    }
}

Test (progress_screen, what_failed_so_far_stands_in_the_line_of_the_batch, .timeout = 60)
{
    struct scene scene = s_scene (80, 24, 3);
    s_take (&scene, "a.csv", JOB_FAILED, 0);
    s_take (&scene, "b.csv", JOB_FAILED, 0);
    s_now += 200;
    progress_tick (scene.progress, NULL);
    cr_expect (terminal_shows (&scene.terminal, "2 of 3 files, 2 failed ["));
    s_end (&scene);
}

Test (progress_screen, a_name_moves_nothing_whatever_it_holds, .timeout = 60)
{
    static const char *const NAMES[][2] = {
        {"患者検査結果.csv", "患者検査結果.csv"},
        {"Mu\xcc\x88ller e\xcc\x81.csv", "Mu\xcc\x88ller e\xcc\x81.csv"},
        {"a\x1b[2J\x1b[1;1Hb\r\n.csv", "a\\u001b[2J~\\u000a.csv"},    //  no escape is cut

        {"a\xff\xe2\x80\xae.csv", "a\\xff\\u202e.csv"},
        {"😀.csv", "😀.csv"}};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        char name[64], bar[256], expected[512];
        struct scene scene = s_scene (80, 24, 1);
        s_take (&scene, NAMES[i][0], JOB_RUNNING, 500);
        snprintf (name, sizeof name, "%s%*s", NAMES[i][1],
                  (int) (28 - page_columns (NAMES[i][1], strlen (NAMES[i][1]))), "");
        snprintf (expected, sizeof expected, "$ dmh run\n%s %s  50%%     120/s   00:04\n", name,
                  s_bar (12, 25, bar));
        s_expect (&scene, expected);
        s_end (&scene);
    }
}

Test (progress_screen, after_a_resize_nothing_is_left_of_what_was_drawn, .timeout = 60)
{
    struct scene scene = s_scene (200, 24, 1);
    char bar[256], expected[512];
    progress_clear (scene.progress);
    s_take (&scene, "a.csv", JOB_RUNNING, 500);
    for (unsigned short columns = 80; columns <= 120; columns += 20) {
        terminal_resize (&scene.terminal, columns, 24);
        s_now += 200;
        progress_tick (scene.progress, NULL);
        int bars = columns - 1 - 28 - 23 - 3;
        //  Where a narrower terminal broke the line of 199 columns, it stood in three; one that cuts it loses
        //  two lines above.
        snprintf (expected, sizeof expected, "%-28s %s  50%%     120/s   00:04\n", "a.csv",
                  s_bar (bars / 2, bars, bar));
        s_expect (&scene, expected);
    }
    cr_expect (strstr (scene.terminal.sent, "\r\033[3A"), "up by three lines from 199 columns in 80");
    s_end (&scene);
}

Test (progress_screen, there_are_never_more_lines_than_the_terminal_has, .timeout = 60)
{
    for (unsigned short rows = 2; rows < 24; rows++) {
        struct scene scene = s_scene (80, rows, 20);
        char name[16];
        for (int i = 0; i < 20; i++) {
            snprintf (name, sizeof name, "%d.csv", i);
            s_take (&scene, name, JOB_RUNNING, 500);
        }
        for (int i = 0; i < 3; i++) {
            s_now += 200;
            progress_tick (scene.progress, "waits for a free slot: all 20 are busy");
            terminal_take (&scene.terminal);
        }
        cr_expect (terminal_shows (&scene.terminal, "0 of 20 files ["), "%u rows", rows);
        cr_expect (rows < 3 || terminal_shows (&scene.terminal, "waits for"), "%u rows", rows);
        cr_expect (rows < 4 || terminal_shows (&scene.terminal, "0.csv"), "%u rows", rows);
        progress_clear (scene.progress);
        cr_expect (!terminal_shows (&scene.terminal, ".csv") && !terminal_shows (&scene.terminal, "files"),
                   "%u rows", rows);
        s_end (&scene);
    }
}

Test (progress_screen, a_terminal_of_ten_columns_gets_no_line_that_breaks, .timeout = 60)
{
    struct scene scene = s_scene (10, 24, 2);
    s_take (&scene, "a.csv", JOB_RUNNING, 500);
    s_take (&scene, "b.csv", JOB_QUEUED, 0);
    s_expect (&scene, "$ dmh run\n0 of 2 f~\na.csv   ~\n");
    s_end (&scene);
}

Test (progress_screen, no_colour_and_a_dumb_terminal_are_heeded, .timeout = 60)
{
    struct scene scene = s_scene (80, 24, 1);
    s_take (&scene, "a.csv", JOB_RUNNING, 500);
    terminal_take (&scene.terminal);
    cr_expect (strstr (scene.terminal.sent, "\033[36ma.csv"), "in colour: %s", scene.terminal.sent);
    s_end (&scene);
    setenv ("NO_COLOR", "1", 1);
    scene = s_scene (80, 24, 1);
    s_take (&scene, "a.csv", JOB_RUNNING, 500);
    cr_expect (terminal_shows (&scene.terminal, "a.csv                        [==="));
    cr_expect_null (strstr (scene.terminal.sent, "36m"), "no colour: %s", scene.terminal.sent);
    s_end (&scene);
    scene = s_scene (80, 24, 1);
    progress_destroy (&scene.progress);
    setenv ("TERM", "dumb", 1);
    scene.progress = progress_new (scene.to, 1);
    s_take (&scene, "a.csv", JOB_RUNNING, 500);
    fflush (scene.to);
    s_expect (&scene, "$ dmh run\na.csv: running\n");
    cr_expect_null (strchr (scene.terminal.sent, '\033'));
    s_end (&scene);
}

Test (progress_screen, files_on_their_way_to_the_broker_are_no_files_that_are_done, .timeout = 60)
{
    struct scene scene = s_scene (80, 24, 2);
    struct event event = {
        .job = "file-1", .name = "a.csv", .state = "sending", .bytes_done = 5, .bytes_total = 10};
    progress_expect (scene.progress, 20);
    progress_take (scene.progress, &event);
    cr_expect (terminal_shows (&scene.terminal, "0 of 2 files sent ["));
    event.bytes_done = 10;
    s_now += 200;
    progress_take (scene.progress, &event);
    cr_expect (terminal_shows (&scene.terminal, "1 of 2 files sent ["));
    s_take (&scene, "a.csv", JOB_RUNNING, 0);
    cr_expect (terminal_shows (&scene.terminal, "0 of 2 files ["));
    s_end (&scene);
}

Test (progress_screen, keys_that_are_echoed_meanwhile_break_no_line, .timeout = 60)
{
    struct scene scene = s_scene (80, 24, 2);
    s_take (&scene, "a.csv", JOB_RUNNING, 500);
    for (int i = 0; i < 3; i++) {
        fprintf (scene.to, "^Cabc");    //  as a terminal echoes what nobody reads
        fflush (scene.to);
        s_now += 200;
        progress_tick (scene.progress, NULL);
        terminal_take (&scene.terminal);
    }
    s_expect (&scene, "$ dmh run\n"
                      "0 of 2 files [>                                       ]   0% 167/s\n"
                      "a.csv                        [============>            ]  50%     120/s   00:04\n");
    progress_clear (scene.progress);
    s_expect (&scene, "$ dmh run\n");
    s_end (&scene);
}

Test (progress_screen, a_file_whose_parts_run_has_a_bar_though_it_is_queued_itself)
{
    struct scene scene = s_scene (80, 24, 1);
    s_take (&scene, "waits.csv", JOB_QUEUED, 0);
    s_expect (&scene, "$ dmh run\n");
    s_take (&scene, "waits.csv", JOB_QUEUED, 250);
    s_now += 1000;
    s_take (&scene, "waits.csv", JOB_QUEUED, 500);
    char *screen = terminal_screen (&scene.terminal);
    cr_expect (strstr (screen, "waits.csv") && strstr (screen, " 50%"), "%s", screen);
    free (screen);
    s_end (&scene);
}
