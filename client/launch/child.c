//  child.c: see child.h.
#define _GNU_SOURCE
#include "client/launch/child.h"

#include "messages/base/clock.h"
#include "messages/base/narrow.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IN, OUT, ERR, FAILED, PIPES };

//  A pipe of which [0] is read. Ends here do not block.
struct pipes {
    int ends[PIPES][2];
};

static void s_close (int *fd)
{
    if (*fd >= 0)
        close (*fd);
    *fd = -1;
}

static void s_close_all (struct pipes *self)
{
    for (size_t i = 0; i < PIPES; i++) {
        s_close (&self->ends[i][0]);
        s_close (&self->ends[i][1]);
    }
}

static int s_open (struct pipes *self)
{
    for (size_t i = 0; i < PIPES; i++)
        self->ends[i][0] = self->ends[i][1] = -1;
    for (size_t i = 0; i < PIPES; i++)
        if (pipe2 (self->ends[i], O_CLOEXEC) != 0)
            return -1;
    fcntl (self->ends[IN][1], F_SETFL, O_NONBLOCK);
    fcntl (self->ends[OUT][0], F_SETFL, O_NONBLOCK);
    fcntl (self->ends[ERR][0], F_SETFL, O_NONBLOCK);
    return 0;
}

static void s_become (const struct child *self, const struct pipes *pipes)
{
    sigset_t none;
    sigemptyset (&none);
    sigprocmask (SIG_SETMASK, &none, NULL);
    signal (SIGPIPE, SIG_DFL);
    if (dup2 (pipes->ends[IN][0], STDIN_FILENO) >= 0 && dup2 (pipes->ends[OUT][1], STDOUT_FILENO) >= 0 &&
        dup2 (pipes->ends[ERR][1], STDERR_FILENO) >= 0)
        execvp (self->words[0], self->words);
    int why = errno;
    ssize_t ignored = write (pipes->ends[FAILED][1], &why, sizeof why);
    (void) ignored;
    _exit (127);
}

//  Takes what is there; what finds no room is thrown away. false: its end.
static bool s_take (int fd, char *to, size_t *used)
{
    char bytes[4096];
    ssize_t n = read (fd, bytes, sizeof bytes);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    size_t room = CHILD_SAID_BYTES - 1 - *used, taken = (size_t) n < room ? (size_t) n : room;
    memcpy (to + *used, bytes, taken);
    *used += taken;
    to[*used] = 0;
    return n > 0;
}

//  Gives as much as is taken; false: all of it is given, or nobody takes more.
static bool s_give (const struct child *self, int fd, size_t *given)
{
    const char *input = self->input;
    if (*given == self->input_bytes)
        return false;
    ssize_t n = write (fd, input + *given, self->input_bytes - *given);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    *given += (size_t) n;
    return *given < self->input_bytes;
}

//  Until both have said their last. false: the time is over.
static bool s_talk (struct child *self, struct pipes *pipes)
{
    int64_t until = clock_mono_ms () + self->patience_ms;
    size_t given = 0, said = 0, complained = 0;
    if (self->input_bytes == 0)
        s_close (&pipes->ends[IN][1]);
    while (pipes->ends[OUT][0] >= 0 || pipes->ends[ERR][0] >= 0) {
        struct pollfd items[] = {{pipes->ends[IN][1], POLLOUT, 0},
                                 {pipes->ends[OUT][0], POLLIN, 0},
                                 {pipes->ends[ERR][0], POLLIN, 0}};
        int64_t left = until - clock_mono_ms ();
        if (left <= 0)
            return false;
        if (poll (items, 3, left > 60000 ? 60000 : NARROW (int, left)) < 0)
            continue;
        if (items[0].revents && !s_give (self, pipes->ends[IN][1], &given))
            s_close (&pipes->ends[IN][1]);
        if (items[1].revents && !s_take (pipes->ends[OUT][0], self->said, &said))
            s_close (&pipes->ends[OUT][0]);
        if (items[2].revents && !s_take (pipes->ends[ERR][0], self->complained, &complained))
            s_close (&pipes->ends[ERR][0]);
    }
    return true;
}

static int s_end (struct child *self, pid_t pid, bool in_time)
{
    int status = 0;
    if (!in_time)
        kill (pid, SIGKILL);
    while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
        ;
    self->status = WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
    return self->status;
}

//  Of this thread alone, as others may run children at the same time.
static void s_hold_pipe_signal (sigset_t *before)
{
    sigset_t pipe;
    sigemptyset (&pipe);
    sigaddset (&pipe, SIGPIPE);
    pthread_sigmask (SIG_BLOCK, &pipe, before);
}

//  One that has come is taken, unless it was held before.
static void s_let_pipe_signal_go (const sigset_t *before)
{
    static const struct timespec NOW = {0, 0};
    sigset_t pipe;
    sigemptyset (&pipe);
    sigaddset (&pipe, SIGPIPE);
    while (!sigismember (before, SIGPIPE) && sigtimedwait (&pipe, NULL, &NOW) == SIGPIPE)
        ;
    pthread_sigmask (SIG_SETMASK, before, NULL);
}

int child_run (struct child *self, struct error *error)
{
    struct pipes pipes;
    int why = 0;
    *self->said = *self->complained = 0;
    pid_t pid = s_open (&pipes) == 0 ? fork () : -1;
    if (pid < 0) {
        why = errno;
        s_close_all (&pipes);
        return error_set (error, DMH_INTERNAL, "%s cannot be run: %s", self->words[0], strerror (why));
    }
    if (pid == 0)
        s_become (self, &pipes);
    s_close (&pipes.ends[IN][0]);
    s_close (&pipes.ends[OUT][1]);
    s_close (&pipes.ends[ERR][1]);
    s_close (&pipes.ends[FAILED][1]);
    sigset_t before;
    s_hold_pipe_signal (&before);    //  it may read nothing
    bool in_time = s_talk (self, &pipes);
    s_let_pipe_signal_go (&before);
    s_end (self, pid, in_time);
    bool failed = read (pipes.ends[FAILED][0], &why, sizeof why) == (ssize_t) sizeof why;
    s_close_all (&pipes);
    if (failed)
        return error_set (error, why == ENOENT ? DMH_NOT_FOUND : DMH_INTERNAL, "%s cannot be run: %s",
                          self->words[0], strerror (why));
    if (!in_time)
        return error_set (error, DMH_UNAVAILABLE, "%s did not end within %lld s", self->words[0],
                          (long long) self->patience_ms / 1000);
    return DMH_OK;
}

const char *child_word (const struct child *self, char out[200])
{
    const char *text = *self->complained ? self->complained : self->said;
    size_t n = strlen (text);
    while (n && (text[n - 1] == '\n' || text[n - 1] == '\r' || text[n - 1] == ' '))
        n--;
    size_t from = n;
    while (from && text[from - 1] != '\n')
        from--;
    snprintf (out, 200, "%.*s", NARROW (int, n - from < 199 ? n - from : 199), text + from);
    if (!*out)
        snprintf (out, 200, "it said nothing");
    return out;
}
