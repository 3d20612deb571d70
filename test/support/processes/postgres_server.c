//  postgres_server.c: see postgres_server.h. PostgreSQL does not run as root, so as root everything of it
//  belongs to another user.
#define _GNU_SOURCE
#include "test/support/processes/postgres_server.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WAITS_MAX = 600, WAIT_MS = 50 };

//  The server's programs are in no PATH on Debian: the newest version's folder there, else where pg_config
//  says that they are.
static bool s_find (struct postgres_server *self)
{
    char initdb[192];
    glob_t found;
    if (glob ("/usr/lib/postgresql/*/bin/initdb", 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++) {
            const char *path = found.gl_pathv[i];
            if (!*self->programs || strverscmp (path, self->programs) > 0)
                snprintf (self->programs, sizeof self->programs, "%.*s", (int) (strrchr (path, '/') - path),
                          path);
        }
    globfree (&found);
    FILE *answer = *self->programs ? NULL : popen ("pg_config --bindir 2>/dev/null", "r");
    if (answer && fgets (self->programs, sizeof self->programs, answer))
        self->programs[strcspn (self->programs, "\n")] = 0;
    if (answer)
        pclose (answer);
    snprintf (initdb, sizeof initdb, "%s/initdb", self->programs);
    return *self->programs && access (initdb, X_OK) == 0;
}

static const struct passwd *s_user (void)
{
    const struct passwd *user = getpwnam ("postgres");
    return user ? user : getpwnam ("nobody");
}

//  In the child: the user that PostgreSQL accepts, its output to a file in the folder, and its end when the
//  test's process ends.
static void s_become (const struct postgres_server *self)
{
    pid_t parent = getppid ();
    const struct passwd *user = s_user ();
    if (geteuid () == 0 &&
        (!user || setgroups (0, NULL) != 0 || setgid (user->pw_gid) != 0 || setuid (user->pw_uid) != 0))
        _exit (125);
    prctl (PR_SET_PDEATHSIG, SIGINT);
    if (getppid () != parent)
        _exit (125);
    char log[192];
    snprintf (log, sizeof log, "%s/log", self->folder);
    int fd = open (log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (fd < 0 || dup2 (fd, 1) < 0 || dup2 (fd, 2) < 0 || chdir (self->folder) != 0)
        _exit (125);
}

static pid_t s_start (const struct postgres_server *self, const char *program, char *argv[])
{
    char path[192];
    snprintf (path, sizeof path, "%s/%s", self->programs, program);
    argv[0] = path;    //  where they look for each other
    pid_t pid = fork ();
    cr_assert_geq (pid, 0);
    if (pid == 0) {
        s_become (self);
        execv (path, argv);
        _exit (127);
    }
    return pid;
}

static int s_wait (pid_t pid)
{
    int status = 0;
    while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}

static void s_pause (void)
{
    nanosleep (&(struct timespec){0, WAIT_MS * 1000000L}, NULL);
}

//  A server says that it is there by answering; there is no event to wait for.
static void s_await (const struct postgres_server *self)
{
    for (int i = 0; i < WAITS_MAX && PQping (self->url) != PQPING_OK; i++)
        s_pause ();
    cr_assert_eq (PQping (self->url), PQPING_OK, "PostgreSQL does not start, see %s/log", self->folder);
}

void postgres_server_again (struct postgres_server *self)
{
    char data[192];
    snprintf (data, sizeof data, "%s/data", self->folder);
    //  No test cuts the power, so the disk need not be waited for.
    char *argv[] = {NULL,
                    "-D",
                    data,
                    "-k",
                    self->folder,
                    "-c",
                    "listen_addresses=",
                    "-c",
                    "fsync=off",
                    "-c",
                    "max_connections=20",
                    NULL};
    self->pid = s_start (self, "postgres", argv);
    s_await (self);
}

bool postgres_server_start (struct postgres_server *self)
{
    memset (self, 0, sizeof *self);
    if (!s_find (self) || (geteuid () == 0 && !s_user ())) {
        printf ("SKIP: no PostgreSQL is installed here\n");
        return false;
    }
    snprintf (self->folder, sizeof self->folder, "/tmp/dmh-pg-XXXXXX");
    cr_assert_not_null (mkdtemp (self->folder));
    const struct passwd *user = s_user ();
    if (geteuid () == 0)
        cr_assert_eq (chown (self->folder, user->pw_uid, user->pw_gid), 0);
    char data[192];
    snprintf (data, sizeof data, "%s/data", self->folder);
    char *argv[] = {NULL,    "-D", data,   "-U",         "dmh",       "-A",
                    "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions",
                    NULL};
    cr_assert_eq (s_wait (s_start (self, "initdb", argv)), 0, "initdb failed, see %s/log", self->folder);
    snprintf (self->url, sizeof self->url, "postgresql://dmh@/postgres?host=%s", self->folder);
    postgres_server_again (self);
    return true;
}

void postgres_server_end (struct postgres_server *self, int signal)
{
    if (self->pid <= 0)
        return;
    kill (self->pid, signal);
    s_wait (self->pid);
    self->pid = 0;
}

static int s_remove (const char *path, const struct stat *stat, int type, struct FTW *at)
{
    (void) stat;
    (void) type;
    (void) at;
    return remove (path);
}

void postgres_server_stop (struct postgres_server *self)
{
    postgres_server_end (self, SIGINT);
    if (*self->folder)
        nftw (self->folder, s_remove, 16, FTW_DEPTH | FTW_PHYS);
    *self->folder = 0;
}

void postgres_server_run (struct postgres_server *self, const char *sql)
{
    PGconn *connection = PQconnectdb (self->url);
    PQclear (PQexec (connection, "SET client_min_messages = warning"));
    PGresult *result = PQexec (connection, sql);
    ExecStatusType status = PQresultStatus (result);
    bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    cr_expect (good, "%s: %s", sql, PQerrorMessage (connection));
    PQclear (result);
    PQfinish (connection);
}

char *postgres_server_ask (struct postgres_server *self, const char *sql, char out[POSTGRES_ANSWER_BYTES])
{
    PGconn *connection = PQconnectdb (self->url);
    PGresult *answer = PQexec (connection, sql);
    size_t n = 0;
    cr_assert_eq (PQresultStatus (answer), PGRES_TUPLES_OK, "%s: %s", sql, PQerrorMessage (connection));
    *out = 0;
    for (int r = 0; r < PQntuples (answer); r++)
        for (int c = 0; c < PQnfields (answer); c++) {
            const char *value = PQgetisnull (answer, r, c) ? "-" : PQgetvalue (answer, r, c);
            n += (size_t) snprintf (out + n, POSTGRES_ANSWER_BYTES - n, "%s%s",
                                    c   ? "|"
                                    : r ? "\n"
                                        : "",
                                    value);
            cr_assert_lt (n, POSTGRES_ANSWER_BYTES);
        }
    PQclear (answer);
    PQfinish (connection);
    return out;
}
