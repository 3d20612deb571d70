//  terminal.c: see terminal.h.
#define _GNU_SOURCE
#include "test/support/processes/terminal.h"

#include "messages/base/clock.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>
#include <vterm.h>

enum { PATIENCE_MS = 20000, LINE_BYTES = 4096 };

void terminal_open (struct terminal *self, unsigned short columns, unsigned short rows)
{
    const struct winsize size = {.ws_row = rows, .ws_col = columns};
    *self = (struct terminal){.columns = columns, .rows = rows, .sent = calloc (1, 1)};
    cr_assert_eq (openpty (&self->master, &self->slave, NULL, NULL, &size), 0);
    fcntl (self->master, F_SETFL, O_NONBLOCK);
    fcntl (self->master, F_SETFD, FD_CLOEXEC);
    self->screen = vterm_new (rows, columns);
    cr_assert (self->screen && self->sent);
    vterm_set_utf8 (self->screen, 1);
    vterm_screen_reset (vterm_obtain_screen (self->screen), 1);
}

void terminal_close (struct terminal *self)
{
    if (self->pid) {
        kill (self->pid, SIGKILL);
        waitpid (self->pid, NULL, 0);
    }
    if (self->slave >= 0)
        close (self->slave);
    close (self->master);
    vterm_free (self->screen);
    free (self->sent);
}

void terminal_start (struct terminal *self, const struct workplace *place, const char *const argv[])
{
    char path[1024];
    const char *build = getenv ("DMH_BUILD");
    cr_assert_not_null (build, "DMH_BUILD names the folder of the programs");
    snprintf (path, sizeof path, "%s/%s", build, argv[0]);
    pid_t parent = getpid ();
    self->pid = fork ();
    cr_assert_geq (self->pid, 0);
    if (self->pid == 0) {    //  ends with the test, however that ends
        sigset_t none;
        sigemptyset (&none);
        sigprocmask (SIG_SETMASK, &none, NULL);
        prctl (PR_SET_PDEATHSIG, SIGKILL);
        if (getppid () != parent || login_tty (self->slave) != 0 || chdir (place->folder) != 0)
            _exit (126);
        execv (path, (char *const *) argv);
        _exit (127);
    }
    close (self->slave);    //  so that the end of the program is the end of what it says
    self->slave = -1;
}

FILE *terminal_file (struct terminal *self)
{
    int copy = dup (self->slave);
    FILE *file = copy < 0 ? NULL : fdopen (copy, "w");
    cr_assert_not_null (file);
    return file;
}

//  What is there now. false: nothing more will come.
static bool s_read (struct terminal *self)
{
    char bytes[4096];
    ssize_t n;
    while ((n = read (self->master, bytes, sizeof bytes)) > 0) {
        self->sent = realloc (self->sent, self->sent_bytes + (size_t) n + 1);
        cr_assert_not_null (self->sent);
        memcpy (self->sent + self->sent_bytes, bytes, (size_t) n);
        self->sent_bytes += (size_t) n;
        self->sent[self->sent_bytes] = 0;
        vterm_input_write (self->screen, bytes, (size_t) n);
    }
    return n < 0 && (errno == EAGAIN || errno == EINTR);
}

void terminal_take (struct terminal *self)
{
    s_read (self);
}

static char *s_line (struct terminal *self, int row, char line[LINE_BYTES])
{
    const VTermRect all = {row, row + 1, 0, self->columns};
    size_t n = vterm_screen_get_text (vterm_obtain_screen (self->screen), line, LINE_BYTES - 1, all);
    while (n && line[n - 1] == ' ')
        n--;
    line[n] = 0;
    return line;
}

bool terminal_shows (struct terminal *self, const char *text)
{
    char line[LINE_BYTES];
    s_read (self);
    for (int row = 0; row < self->rows; row++)
        if (strstr (s_line (self, row, line), text))
            return true;
    return false;
}

static void s_await (struct terminal *self, const char *text, bool there)
{
    struct pollfd item = {.fd = self->master, .events = POLLIN};
    int64_t until = clock_mono_ms () + PATIENCE_MS;
    for (bool more = true; terminal_shows (self, text) != there;) {
        int64_t left = until - clock_mono_ms ();
        more = more && left > 0 && poll (&item, 1, (int) left) == 1;
        char *screen = more ? NULL : terminal_screen (self);
        cr_assert (more, "“%s” is %s on the screen:\n%s", text, there ? "not" : "still", screen);
        more = s_read (self);
    }
}

void terminal_await (struct terminal *self, const char *text)
{
    s_await (self, text, true);
}

void terminal_await_gone (struct terminal *self, const char *text)
{
    s_await (self, text, false);
}

int terminal_end (struct terminal *self)
{
    struct pollfd item = {.fd = self->master, .events = POLLIN};
    int status = 0;
    while (s_read (self))
        cr_assert_eq (poll (&item, 1, PATIENCE_MS), 1, "the program does not end: %s", self->sent);
    cr_assert_eq (waitpid (self->pid, &status, 0), self->pid);
    self->pid = 0;
    return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}

char *terminal_screen (struct terminal *self)
{
    char line[LINE_BYTES], *text = NULL;
    size_t n = 0, whole = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    s_read (self);
    for (int row = 0; row < self->rows; row++) {
        fprintf (to, "%s\n", s_line (self, row, line));
        fflush (to);
        whole = *line ? n : whole;
    }
    fclose (to);
    text[whole] = 0;
    return text;
}

void terminal_cursor (struct terminal *self, int *row, int *column)
{
    VTermPos at;
    s_read (self);
    vterm_state_get_cursorpos (vterm_obtain_state (self->screen), &at);
    *row = at.row;
    *column = at.col;
}

void terminal_resize (struct terminal *self, unsigned short columns, unsigned short rows)
{
    const struct winsize size = {.ws_row = rows, .ws_col = columns};
    s_read (self);
    self->columns = columns;
    self->rows = rows;
    vterm_set_size (self->screen, rows, columns);
    cr_assert_eq (ioctl (self->master, TIOCSWINSZ, &size), 0);
}

void terminal_type (struct terminal *self, const char *keys)
{
    cr_assert_eq (write (self->master, keys, strlen (keys)), (ssize_t) strlen (keys));
}
