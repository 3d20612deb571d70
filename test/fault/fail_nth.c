//  fail_nth.c: a shared object for LD_PRELOAD that makes calls of the project's programs fail: allocations,
//  writes, fsyncs, renames, statements of SQL, files that are opened, sockets and threads. Loaded by
//  test/fault alone; the programs know nothing of it.
//    DMH_FAIL_KIND   alloc | place (of the allocations at each place, told by its callers, the first) |
//                    write | sync | rename | sql | open (no descriptor for a file or a folder) |
//                    socket (none for a socket) | thread: which calls are counted, from the start of main; or
//                    of PostgreSQL's statements (sql: libpq has no memory): refused (the server says no) |
//                    cut (the connection ends before) | deaf (it ends behind it, before the answer); or
//                    held: an fsync or a rename that waits, see DMH_FAIL_WHILE
//    DMH_FAIL_AT     the n-th of them fails; 0: none, they are counted
//    DMH_FAIL_HOW    once (if not said) | on: all behind it fail as well | kill: the process is killed
//    DMH_FAIL_WHILE  instead of DMH_FAIL_AT: all of them fail for as long as this file is there; held: all of
//    them
//                    wait until somebody opens this FIFO for writing
//    DMH_FAIL_MARK   the file that is made when a call has been made to fail
//  Counted are calls by the program's own code and by SQLite (the caller's address says whose it is). libzmq
//  and czmq end the process when they get no memory, by their own choice, so theirs are left alone. So are
//  their descriptors and threads, which the program sees to instead:
//  - zsock_new and zactor_new assert what zmq_socket answers, and zactor_new waits for ever for a thread that
//    did not start: the program calls neither. socket_new asks for a descriptor by eventfd first, which is
//    the call that fails here, and actor_new starts its thread itself.
//  - zmq_socket by itself answers NULL, but only czmq calls it; the descriptor behind it is the one that was
//    asked for.
//  - libzmq's context asserts its epoll descriptors (epoll.cpp) and its two threads (thread.cpp,
//    posix_assert). limits_open asks for as many descriptors and threads at once before it starts libzmq:
//    those calls fail here.
//  - accept, socket and connect of libzmq's I/O thread answer EMFILE and are tried again by libzmq;
//    hostile_clients_test and limits_test run out of descriptors in earnest.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind {
    KIND_NONE,
    KIND_ALLOC,
    KIND_PLACE,
    KIND_WRITE,
    KIND_SYNC,
    KIND_RENAME,
    KIND_OPEN,
    KIND_SOCKET,
    KIND_THREAD,
    KIND_SQL,
    KIND_REFUSED,
    KIND_CUT,
    KIND_DEAF,
    KIND_HELD
};
enum { CALLERS = 10, PLACES = 1 << 16 };
enum { RANGES_MAX = 16, SQLITE_FULL_CODE = 13, SEEN = 0x20 };    //  SEEN: what ferror asks glibc's flags for

struct range {
    uintptr_t from, to;
};

static struct range s_ranges[RANGES_MAX];
static int s_range_count, s_program_ranges;    //  the program's come first
static enum kind s_kind;
static const char *s_mark, *s_while;
static long s_at;
static bool s_goes_on, s_kills;
static atomic_long s_count;

#define REAL(NAME) ((__typeof__ (&NAME)) s_real (#NAME))

static void *s_real (const char *name)
{
    return dlsym (RTLD_NEXT, name);
}

//  The pages of code of the program (which comes first) and of SQLite.
static int s_take (struct dl_phdr_info *info, size_t size, void *context)
{
    bool *first = context;
    bool ours = *first || strstr (info->dlpi_name, "libsqlite3");
    (void) size;
    for (int i = 0; ours && i < info->dlpi_phnum && s_range_count < RANGES_MAX; i++) {
        const ElfW (Phdr) *part = &info->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (part->p_flags & PF_X)) {
            uintptr_t from = info->dlpi_addr + part->p_vaddr;
            s_ranges[s_range_count++] = (struct range){from, from + part->p_memsz};
        }
    }
    if (*first)
        s_program_ranges = s_range_count;
    *first = false;
    return 0;
}

__attribute__ ((constructor)) static void s_begin (void)
{
    static const char *const KINDS[] = {"",       "alloc",  "place", "write",   "sync", "rename", "open",
                                        "socket", "thread", "sql",   "refused", "cut",  "deaf",   "held"};
    void *callers[CALLERS];
    bool first = true;
    const char *kind = getenv ("DMH_FAIL_KIND"), *at = getenv ("DMH_FAIL_AT"), *how = getenv ("DMH_FAIL_HOW");
    s_mark = getenv ("DMH_FAIL_MARK");
    s_while = getenv ("DMH_FAIL_WHILE");
    s_at = at ? strtol (at, NULL, 10) : 0;
    s_goes_on = how && strcmp (how, "on") == 0;
    s_kills = how && strcmp (how, "kill") == 0;
    dl_iterate_phdr (s_take, &first);
    for (int i = KIND_ALLOC; kind && i <= KIND_HELD; i++)
        if (strcmp (kind, KINDS[i]) == 0)
            s_kind = (enum kind) i;
    backtrace (callers, CALLERS);    //  the first one loads a library
}

//  With no number to fail at, the mark tells how many calls there were.
__attribute__ ((destructor)) static void s_end (void)
{
    if (s_at || s_while || !s_mark)
        return;
    char digits[24];
    int n = snprintf (digits, sizeof digits, "%ld", atomic_load (&s_count));
    s_kind = KIND_NONE;
    int fd = REAL (open) (s_mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ssize_t ignored = fd >= 0 ? REAL (write) (fd, digits, (size_t) n) : 0;
    (void) ignored;
    close (fd);
}

//  Whether the call of that number is to fail.
static bool s_is_it (long number)
{
    return s_at && (number == s_at || (s_goes_on && number > s_at));
}

static _Atomic uint64_t s_places[PLACES];    //  hashes of their callers
//  What unwinds the stack may allocate.
static __thread bool s_unwinds __attribute__ ((tls_model ("initial-exec")));

//  Whether nobody allocated here before.
static bool s_is_new_place (void)
{
    void *callers[CALLERS];
    uint64_t hash = 0xcbf29ce484222325u;
    s_unwinds = true;
    int count = backtrace (callers, CALLERS);
    s_unwinds = false;
    for (int i = 0; i < count; i++)
        hash = (hash ^ (uintptr_t) callers[i]) * 0x100000001b3u;
    for (uint64_t i = 0, at = hash >> 48; i < PLACES; i++, at++) {
        uint64_t there = 0;
        if (atomic_compare_exchange_strong (&s_places[at % PLACES], &there, hash))
            return true;
        if (there == hash)
            return false;
    }
    return false;
}

//  Whether this call is to fail. Touches nothing but errno, which the caller sets.
static bool s_fails (enum kind kind, const void *caller)
{
    uintptr_t at = (uintptr_t) caller;
    bool ours = false;
    if (kind != s_kind)
        return false;
    //  A statement that SQLite runs inside of another one is its own matter.
    int count = kind >= KIND_SQL && kind <= KIND_DEAF ? s_program_ranges : s_range_count;
    for (int i = 0; i < count; i++)
        ours = ours || (at >= s_ranges[i].from && at < s_ranges[i].to);
    if (!ours || (kind == KIND_PLACE && s_unwinds))
        return false;
    int number = errno;
    if (kind == KIND_PLACE && !s_is_new_place ())
        return errno = number, false;
    bool fails = s_while ? access (s_while, F_OK) == 0 : s_is_it (atomic_fetch_add (&s_count, 1) + 1);
    if (fails && s_mark)
        close (REAL (open) (s_mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (fails && s_kills)
        kill (getpid (), SIGKILL);
    errno = number;
    return fails;
}

static bool s_no_memory (const void *caller)
{
    bool fails = s_fails (KIND_ALLOC, caller) || s_fails (KIND_PLACE, caller);
    if (fails)
        errno = ENOMEM;
    return fails;
}

#define CALLER __builtin_return_address (0)

extern void *__libc_malloc (size_t);
extern void *__libc_calloc (size_t, size_t);
extern void *__libc_realloc (void *, size_t);

void *malloc (size_t n)
{
    return s_no_memory (CALLER) ? NULL : __libc_malloc (n);
}

void *calloc (size_t n, size_t size)
{
    return s_no_memory (CALLER) ? NULL : __libc_calloc (n, size);
}

void *realloc (void *old, size_t n)
{
    return s_no_memory (CALLER) ? NULL : __libc_realloc (old, n);
}

char *strdup (const char *text)
{
    size_t n = strlen (text) + 1;
    char *copy = s_no_memory (CALLER) ? NULL : __libc_malloc (n);
    return copy ? memcpy (copy, text, n) : NULL;
}

char *strndup (const char *text, size_t most)
{
    size_t n = strnlen (text, most);
    char *copy = s_no_memory (CALLER) ? NULL : __libc_malloc (n + 1);
    if (copy) {
        memcpy (copy, text, n);
        copy[n] = 0;
    }
    return copy;
}

//  What asprintf is with _FORTIFY_SOURCE, and without.
int __asprintf_chk (char **out, int flag, const char *form, ...);
int __asprintf_chk (char **out, int flag, const char *form, ...)
{
    (void) flag;
    *out = NULL;
    if (s_no_memory (CALLER))
        return -1;
    va_list args;
    va_start (args, form);
    int n = vasprintf (out, form, args);
    va_end (args);
    return n;
}

int asprintf (char **out, const char *form, ...)
{
    *out = NULL;
    if (s_no_memory (CALLER))
        return -1;
    va_list args;
    va_start (args, form);
    int n = vasprintf (out, form, args);
    va_end (args);
    return n;
}

//  A disk that is full; only files have one, and only who writes hears of it (fclose ends a reading, too).
static bool s_is_full (int fd, const void *caller)
{
    struct stat about;
    if (s_kind != KIND_WRITE || fstat (fd, &about) != 0 || !S_ISREG (about.st_mode) || fd == STDERR_FILENO ||
        (fcntl (fd, F_GETFL) & O_ACCMODE) == O_RDONLY)
        return false;
    bool fails = s_fails (KIND_WRITE, caller);
    if (fails)
        errno = ENOSPC;
    return fails;
}

ssize_t write (int fd, const void *bytes, size_t n)
{
    return s_is_full (fd, CALLER) ? -1 : REAL (write) (fd, bytes, n);
}

ssize_t writev (int fd, const struct iovec *parts, int count)
{
    return s_is_full (fd, CALLER) ? -1 : REAL (writev) (fd, parts, count);
}

ssize_t pwrite (int fd, const void *bytes, size_t n, off_t at)
{
    return s_is_full (fd, CALLER) ? -1 : REAL (pwrite) (fd, bytes, n, at);
}

ssize_t pwrite64 (int fd, const void *bytes, size_t n, off64_t at)
{
    return s_is_full (fd, CALLER) ? -1 : REAL (pwrite64) (fd, bytes, n, at);
}

//  Statement and stream by stdio write inside of libc, so the calls of the program are counted instead.
size_t fwrite (const void *bytes, size_t size, size_t n, FILE *to)
{
    if (!s_is_full (fileno (to), CALLER))
        return REAL (fwrite) (bytes, size, n, to);
    to->_flags |= SEEN;
    return 0;
}

int fclose (FILE *file)
{
    bool fails = s_is_full (fileno (file), CALLER);
    int rc = REAL (fclose) (file);
    if (fails)
        errno = ENOSPC;
    return fails ? EOF : rc;
}

static void s_hold (const void *caller)
{
    if (s_fails (KIND_HELD, caller))
        close (REAL (open) (s_while, O_RDONLY | O_CLOEXEC));
}

static bool s_is_broken (const void *caller)
{
    s_hold (caller);
    bool fails = s_fails (KIND_SYNC, caller);
    if (fails)
        errno = EIO;
    return fails;
}

int fsync (int fd)
{
    return s_is_broken (CALLER) ? -1 : REAL (fsync) (fd);
}

int fdatasync (int fd)
{
    return s_is_broken (CALLER) ? -1 : REAL (fdatasync) (fd);
}

int syncfs (int fd)
{
    return s_is_broken (CALLER) ? -1 : REAL (syncfs) (fd);
}

int rename (const char *from, const char *to)
{
    s_hold (CALLER);
    if (s_fails (KIND_RENAME, CALLER)) {
        errno = EIO;
        return -1;
    }
    return REAL (rename) (from, to);
}

int renameat (int from_at, const char *from, int to_at, const char *to)
{
    if (s_fails (KIND_RENAME, CALLER)) {
        errno = EIO;
        return -1;
    }
    return REAL (renameat) (from_at, from, to_at, to);
}

int renameat2 (int from_at, const char *from, int to_at, const char *to, unsigned flags)
{
    if (s_fails (KIND_RENAME, CALLER)) {
        errno = EIO;
        return -1;
    }
    return REAL (renameat2) (from_at, from, to_at, to, flags);
}

//  There are no descriptors left.
static bool s_is_out (enum kind kind, const void *caller)
{
    bool fails = s_fails (kind, caller);
    if (fails)
        errno = EMFILE;
    return fails;
}

//  The mode, where the flags say that there is one.
#define MODE(FLAGS, MODE_)                                                                                   \
    mode_t MODE_ = 0;                                                                                        \
    if ((FLAGS) & (O_CREAT | __O_TMPFILE)) {                                                                 \
        va_list list;                                                                                        \
        va_start (list, FLAGS);                                                                              \
        MODE_ = va_arg (list, mode_t);                                                                       \
        va_end (list);                                                                                       \
    }

int open (const char *path, int flags, ...)
{
    MODE (flags, mode)
    return s_is_out (KIND_OPEN, CALLER) ? -1 : REAL (open) (path, flags, mode);
}

int open64 (const char *path, int flags, ...)
{
    MODE (flags, mode)
    return s_is_out (KIND_OPEN, CALLER) ? -1 : REAL (open64) (path, flags, mode);
}

int openat (int at, const char *path, int flags, ...)
{
    MODE (flags, mode)
    return s_is_out (KIND_OPEN, CALLER) ? -1 : REAL (openat) (at, path, flags, mode);
}

FILE *fopen (const char *path, const char *how)
{
    return s_is_out (KIND_OPEN, CALLER) ? NULL : REAL (fopen) (path, how);
}

DIR *opendir (const char *path)
{
    return s_is_out (KIND_OPEN, CALLER) ? NULL : REAL (opendir) (path);
}

int scandir (const char *path, struct dirent ***out, int (*take) (const struct dirent *),
             int (*compare) (const struct dirent **, const struct dirent **))
{
    return s_is_out (KIND_OPEN, CALLER) ? -1 : REAL (scandir) (path, out, take, compare);
}

int dup (int fd)
{
    return s_is_out (KIND_OPEN, CALLER) ? -1 : REAL (dup) (fd);
}

int inotify_init1 (int flags)
{
    return s_is_out (KIND_OPEN, CALLER) ? -1 : REAL (inotify_init1) (flags);
}

int signalfd (int fd, const sigset_t *signals, int flags)
{
    return s_is_out (KIND_OPEN, CALLER) ? -1 : REAL (signalfd) (fd, signals, flags);
}

int eventfd (unsigned count, int flags)
{
    return s_is_out (KIND_SOCKET, CALLER) ? -1 : REAL (eventfd) (count, flags);
}

int pthread_create (pthread_t *thread, const pthread_attr_t *how, void *(*run) (void *), void *argument)
{
    return s_fails (KIND_THREAD, CALLER) ? EAGAIN : REAL (pthread_create) (thread, how, run, argument);
}

//  SQLite's own calls of sqlite3_step are by sqlite3_exec, which counts once.
int sqlite3_step (void *statement);
int sqlite3_exec (void *db, const char *sql, void *each, void *context, char **error);
int sqlite3_step (void *statement)
{
    return s_fails (KIND_SQL, CALLER) ? SQLITE_FULL_CODE : REAL (sqlite3_step) (statement);
}

int sqlite3_exec (void *db, const char *sql, void *each, void *context, char **error)
{
    return s_fails (KIND_SQL, CALLER) ? SQLITE_FULL_CODE
                                      : REAL (sqlite3_exec) (db, sql, each, context, error);
}

//  libpq answers NULL when it has no memory.
void *PQexec (void *connection, const char *sql);
void *PQprepare (void *connection, const char *name, const char *sql, int n, const unsigned *types);
void *PQexecPrepared (void *connection, const char *name, int n, const char *const *values,
                      const int *lengths, const int *formats, int format);
int PQsocket (const void *connection);
void PQclear (void *result);

//  Whether a statement of PostgreSQL is to fail; it has failed before it is sent where the connection is cut.
static bool s_statement_fails (void *connection, const void *caller)
{
    bool fails = s_kind >= KIND_SQL && s_kind <= KIND_DEAF && s_fails (s_kind, caller);
    if (fails && s_kind == KIND_CUT)
        shutdown (PQsocket (connection), SHUT_RDWR);
    return fails;
}

//  What one that fails answers; `answer` is what it got, NULL where it was not sent.
static void *s_failed (void *connection, void *answer)
{
    switch (s_kind) {
    case KIND_REFUSED:
        return REAL (PQexec) (connection, "SELECT 1 / 0");
    case KIND_DEAF:
        PQclear (answer);
        shutdown (PQsocket (connection), SHUT_RDWR);
        return REAL (PQexec) (connection, "SELECT 1");
    default:
        return answer;
    }
}

static bool s_is_sent (bool fails)
{
    return !fails || s_kind == KIND_CUT || s_kind == KIND_DEAF;
}

void *PQexec (void *connection, const char *sql)
{
    bool fails = s_statement_fails (connection, CALLER);
    void *answer = s_is_sent (fails) ? REAL (PQexec) (connection, sql) : NULL;
    return fails ? s_failed (connection, answer) : answer;
}

void *PQprepare (void *connection, const char *name, const char *sql, int n, const unsigned *types)
{
    bool fails = s_statement_fails (connection, CALLER);
    void *answer = s_is_sent (fails) ? REAL (PQprepare) (connection, name, sql, n, types) : NULL;
    return fails ? s_failed (connection, answer) : answer;
}

void *PQexecPrepared (void *connection, const char *name, int n, const char *const *values,
                      const int *lengths, const int *formats, int format)
{
    bool fails = s_statement_fails (connection, CALLER);
    void *answer = s_is_sent (fails)
                       ? REAL (PQexecPrepared) (connection, name, n, values, lengths, formats, format)
                       : NULL;
    return fails ? s_failed (connection, answer) : answer;
}
