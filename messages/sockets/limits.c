//  limits.c: see limits.h.
#define _GNU_SOURCE
#include "messages/sockets/limits.h"

#include "messages/base/narrow.h"

#include <czmq.h>

#include <dirent.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

enum {
    SET_ASIDE = 8,           //  other threads open less than this while one socket is made
    SOCKETS_MOST = 65535,    //  of a libzmq context
    //  libzmq's context: a mailbox each for its end, its reaper and its I/O thread, and an epoll for the
    //  latter two. Then a socket.
    LIBZMQ_DESCRIPTORS = 6,
    LIBZMQ_THREADS = 2
};

static pthread_mutex_t s_lending = PTHREAD_MUTEX_INITIALIZER;
static rlim_t s_hard;    //  0: the limits were not opened
static bool s_open;

static void s_set_soft (rlim_t soft)
{
    struct rlimit limit = {soft, s_hard};
    setrlimit (RLIMIT_NOFILE, &limit);
}

static void s_raise (void)
{
    struct rlimit limit;
    if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
        return;
    s_hard = limit.rlim_max;
    s_set_soft (s_hard > 4 * SET_ASIDE ? s_hard - SET_ASIDE : s_hard);
}

size_t limits_descriptors (void)
{
    struct rlimit limit = {.rlim_cur = 1024};
    getrlimit (RLIMIT_NOFILE, &limit);
    return limit.rlim_cur < SIZE_MAX / 2 ? (size_t) limit.rlim_cur : SIZE_MAX / 2;
}

size_t limits_free (void)
{
    size_t most = limits_descriptors (), used = 0;
    DIR *folder = opendir ("/proc/self/fd");    //  counts itself, which makes up for "." and ".." …
    for (const struct dirent *entry; folder && (entry = readdir (folder)) != NULL;)
        used += entry->d_name[0] != '.';
    if (folder) {
        closedir (folder);
        used--;    //  … but is closed by now
    } else
        used = most;    //  not one more could be opened
    return used < most ? most - used : 0;
}

static bool s_has_descriptors (void)
{
    int probes[LIBZMQ_DESCRIPTORS], count = 0;
    while (count < LIBZMQ_DESCRIPTORS && (probes[count] = eventfd (0, EFD_CLOEXEC)) >= 0)
        count++;
    int why = errno;
    bool all = count == LIBZMQ_DESCRIPTORS;
    while (count > 0)
        close (probes[--count]);
    errno = why;
    return all;
}

static void *s_wait (void *barrier)
{
    pthread_mutex_lock (barrier);
    pthread_mutex_unlock (barrier);
    return NULL;
}

//  As many at once as libzmq starts.
static bool s_has_threads (void)
{
    pthread_mutex_t barrier = PTHREAD_MUTEX_INITIALIZER;
    pthread_t threads[LIBZMQ_THREADS];
    int count = 0, why = 0;
    pthread_mutex_lock (&barrier);
    while (count < LIBZMQ_THREADS && (why = pthread_create (&threads[count], NULL, s_wait, &barrier)) == 0)
        count++;
    pthread_mutex_unlock (&barrier);
    bool all = count == LIBZMQ_THREADS;
    while (count > 0)
        pthread_join (threads[--count], NULL);
    errno = why;
    return all;
}

//  libzmq starts with the first socket; from then on it opens nothing that it cannot do without.
static void s_start_libzmq (void)
{
    void *context = zsys_init ();
    zsys_handler_set (NULL);
    rlim_t sockets = s_hard && s_hard < SOCKETS_MOST ? s_hard : SOCKETS_MOST;
    zmq_ctx_set (context, ZMQ_MAX_SOCKETS, NARROW (int, sockets));
    zsock_t *first = zsock_new_checked (ZMQ_PAIR, NULL, 0);
    zsock_destroy (&first);
}

int limits_open (struct error *error)
{
    if (s_open)
        return DMH_OK;
    s_raise ();
    if (!s_has_descriptors ())
        return error_set (error, DMH_INTERNAL,
                          "no files can be opened (%s): this process may have %zu; allow more with ulimit -n "
                          "or LimitNOFILE=",
                          strerror (errno), limits_descriptors ());
    if (!s_has_threads ())
        return error_set (
            error, DMH_INTERNAL,
            "no threads can be started (%s); allow more with ulimit -u or TasksMax=", strerror (errno));
    s_start_libzmq ();
    s_open = true;
    return DMH_OK;
}

void limits_lend (void)
{
    pthread_mutex_lock (&s_lending);
    if (s_open && s_hard > 4 * SET_ASIDE)
        s_set_soft (s_hard);
}

void limits_take_back (void)
{
    int why = errno;
    if (s_open && s_hard > 4 * SET_ASIDE)
        s_set_soft (s_hard - SET_ASIDE);
    pthread_mutex_unlock (&s_lending);
    errno = why;
}
