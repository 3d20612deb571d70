//  left_behind.c: see left_behind.h.
#define _GNU_SOURCE
#include "test/support/hosts/left_behind.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_BYTES = 65536 };

//  Whether that file of a process holds the text.
static bool s_holds (const char *pid, const char *file, const char *text)
{
    static char bytes[TEXT_BYTES];
    char path[300];
    snprintf (path, sizeof path, "/proc/%s/%s", pid, file);
    int fd = open (path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read (fd, bytes, sizeof bytes) : -1;
    if (fd >= 0)
        close (fd);
    return n > 0 && memmem (bytes, (size_t) n, text, strlen (text)) != NULL;
}

//  Calls `each` for every process of the folder but this one and its parent.
static void s_each (const char *folder, void (*each) (void *context, const char *pid), void *context)
{
    DIR *processes = opendir ("/proc");
    for (struct dirent *entry; processes && (entry = readdir (processes)) != NULL;) {
        int pid = atoi (entry->d_name);
        if (pid > 1 && pid != getpid () && pid != getppid () &&
            (s_holds (entry->d_name, "environ", folder) || s_holds (entry->d_name, "cmdline", folder)))
            each (context, entry->d_name);
    }
    if (processes)
        closedir (processes);
}

static void s_kill (void *context, const char *pid)
{
    (void) context;
    kill (atoi (pid), SIGKILL);
}

void left_behind_watch (const char *folder)
{
    int ends[2];
    char wait;
    cr_assert_eq (pipe2 (ends, O_CLOEXEC), 0);
    pid_t watcher = fork ();
    cr_assert_geq (watcher, 0);
    if (watcher > 0) {
        close (ends[0]);    //  the other end closes with the test
        return;
    }
    setsid ();
    close (ends[1]);
    for (int fd = 0; fd < 1024; fd++)
        if (fd != ends[0])
            close (fd);
    while (read (ends[0], &wait, 1) > 0)
        ;
    s_each (folder, s_kill, NULL);
    _exit (0);
}

struct count {
    const char *word;
    size_t count;
    int pid;
};

static void s_count (void *context, const char *pid)
{
    struct count *self = context;
    if (!s_holds (pid, "cmdline", self->word))
        return;
    self->count++;
    self->pid = atoi (pid);
}

size_t left_behind_count (const char *folder, const char *word, int *pid)
{
    struct count count = {.word = word};
    s_each (folder, s_count, &count);
    if (pid)
        *pid = count.pid;
    return count.count;
}
