//  network.c: see network.h.
#define _GNU_SOURCE
#include "test/support/hosts/network.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { FRAME_BYTES = 1514, FLYING_MAX = 8192, ADDRESS_BYTES = 6 };

struct flying {
    int64_t due_ms;
    size_t to, n;
    unsigned char bytes[FRAME_BYTES];
};

struct network {
    size_t count;
    int hosts[NETWORK_HOSTS_MAX];     //  namespaces
    int cables[NETWORK_HOSTS_MAX];    //  tap devices
    int stop;                         //  an eventfd
    pthread_t thread;
    bool running;
    pthread_mutex_t lock;    //  of what follows
    struct network_link links[NETWORK_HOSTS_MAX];
    uint64_t lost;
    pthread_cond_t lost_more;
    //  The switch alone:
    uint64_t dice;
    struct flying *flying[FLYING_MAX];    //  as they came
    size_t flying_count;
};

static int64_t s_now_ms (void)
{
    struct timespec now;
    clock_gettime (CLOCK_MONOTONIC, &now);
    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static unsigned s_dice (network_t *self, unsigned below)
{
    self->dice = self->dice * 6364136223846793005u + 1442695040888963407u;
    return below ? (unsigned) (self->dice >> 33) % below : 0;
}

static bool s_is_lost (network_t *self, const struct network_link *link)
{
    return link->cut || s_dice (self, 100) < link->loss_percent;
}

static void s_carry (network_t *self, size_t from, size_t to, const unsigned char *bytes, size_t n)
{
    pthread_mutex_lock (&self->lock);
    const struct network_link one = self->links[from], other = self->links[to];
    bool lost = s_is_lost (self, &one) || s_is_lost (self, &other) || self->flying_count == FLYING_MAX;
    self->lost += lost;
    pthread_cond_broadcast (&self->lost_more);
    pthread_mutex_unlock (&self->lock);
    struct flying *frame = lost ? NULL : malloc (sizeof *frame);
    if (!frame)
        return;
    unsigned delay =
        one.delay_ms + other.delay_ms + s_dice (self, one.jitter_ms + 1) + s_dice (self, other.jitter_ms + 1);
    frame->due_ms = s_now_ms () + delay;
    frame->to = to;
    frame->n = n;
    memcpy (frame->bytes, bytes, n);
    self->flying[self->flying_count++] = frame;
}

//  A host's address at the switch ends with its number; whatever is not for one host is for all.
static void s_take (network_t *self, size_t from)
{
    unsigned char bytes[FRAME_BYTES];
    ssize_t n;
    while ((n = read (self->cables[from], bytes, sizeof bytes)) > 2 * ADDRESS_BYTES)
        for (size_t to = 0; to < self->count; to++)
            if (to != from && (bytes[0] & 1 || bytes[ADDRESS_BYTES - 1] == to + 1))
                s_carry (self, from, to, bytes, (size_t) n);
}

//  Delivers what is due; how long until the next is, -1 when nothing flies.
static int s_deliver (network_t *self)
{
    int64_t now = s_now_ms (), next = INT64_MAX;
    size_t kept = 0;
    for (size_t i = 0; i < self->flying_count; i++) {
        struct flying *frame = self->flying[i];
        if (frame->due_ms > now) {
            next = frame->due_ms < next ? frame->due_ms : next;
            self->flying[kept++] = frame;
            continue;
        }
        //  A full queue of the host loses it, as everywhere.
        if (write (self->cables[frame->to], frame->bytes, frame->n) < 0) {
            pthread_mutex_lock (&self->lock);
            self->lost++;
            pthread_mutex_unlock (&self->lock);
        }
        free (frame);
    }
    self->flying_count = kept;
    return kept ? (int) (next - now) : -1;
}

static void *s_switch (void *context)
{
    network_t *self = context;
    struct pollfd items[NETWORK_HOSTS_MAX + 1] = {{.fd = self->stop, .events = POLLIN}};
    for (size_t i = 0; i < self->count; i++)
        items[i + 1] = (struct pollfd){.fd = self->cables[i], .events = POLLIN};
    while (!items[0].revents) {
        int wait_ms = s_deliver (self);
        if (poll (items, self->count + 1, wait_ms) <= 0)
            continue;
        for (size_t i = 0; i < self->count; i++)
            if (items[i + 1].revents)
                s_take (self, i);
    }
    for (size_t i = 0; i < self->flying_count; i++)
        free (self->flying[i]);
    return NULL;
}

const char *network_address (size_t host)
{
    static __thread char text[32];
    snprintf (text, sizeof text, "10.77.0.%zu", host + 1);
    return text;
}

static bool s_configure (int fd, unsigned long request, const char *name, short flags, const char *address)
{
    struct ifreq wish = {.ifr_flags = flags};
    snprintf (wish.ifr_name, sizeof wish.ifr_name, "%s", name);
    if (address) {
        struct sockaddr_in at = {.sin_family = AF_INET};
        inet_pton (AF_INET, address, &at.sin_addr);
        memcpy (&wish.ifr_addr, &at, sizeof at);
    }
    return ioctl (fd, request, &wish) == 0;
}

//  A fresh namespace around this thread with an interface in it; the other end of its cable, or -1.
static int s_make_host (size_t host)
{
    struct ifreq wish = {.ifr_flags = IFF_TAP | IFF_NO_PI, .ifr_name = "eth0"};
    int cable = unshare (CLONE_NEWNET) == 0 ? open ("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC) : -1;
    int fd = cable >= 0 ? socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
    bool good = fd >= 0 && ioctl (cable, TUNSETIFF, &wish) == 0;
    if (good) {
        wish.ifr_hwaddr.sa_family = ARPHRD_ETHER;
        memcpy (wish.ifr_hwaddr.sa_data, "\x02\0\0\0\0", ADDRESS_BYTES - 1);
        wish.ifr_hwaddr.sa_data[ADDRESS_BYTES - 1] = (char) (host + 1);
        good = ioctl (fd, SIOCSIFHWADDR, &wish) == 0 &&
               s_configure (fd, SIOCSIFFLAGS, "lo", IFF_UP | IFF_RUNNING, NULL) &&
               s_configure (fd, SIOCSIFADDR, "eth0", 0, network_address (host)) &&
               s_configure (fd, SIOCSIFNETMASK, "eth0", 0, "255.255.255.0") &&
               s_configure (fd, SIOCSIFFLAGS, "eth0", IFF_UP | IFF_RUNNING, NULL);
    }
    int why = errno;
    if (fd >= 0)
        close (fd);
    if (!good && cable >= 0) {
        close (cable);
        cable = -1;
    }
    errno = why;
    return cable;
}

static void s_write (const char *path, const char *text)
{
    int fd = open (path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write (fd, text, strlen (text)) < 0)
        fprintf (stderr, "%s: %s\n", path, strerror (errno));    //  what needs it says so
    if (fd >= 0)
        close (fd);
}

//  Who is not root may be it in a namespace of users, and make networks there.
static void s_become_able (void)
{
    char users[48], groups[48];
    snprintf (users, sizeof users, "%u %u 1", geteuid (), geteuid ());
    snprintf (groups, sizeof groups, "%u %u 1", getegid (), getegid ());
    if (geteuid () == 0 || unshare (CLONE_NEWUSER) != 0)
        return;
    s_write ("/proc/self/setgroups", "deny");
    s_write ("/proc/self/uid_map", users);
    s_write ("/proc/self/gid_map", groups);
}

network_t *network_new (size_t count, uint64_t seed, char reason[NETWORK_REASON_BYTES])
{
    network_t *self = calloc (1, sizeof *self);
    cr_assert (self && count <= NETWORK_HOSTS_MAX);
    self->dice = seed * 0x9e3779b97f4a7c15u + 1;
    self->stop = eventfd (0, EFD_CLOEXEC);
    pthread_mutex_init (&self->lock, NULL);
    pthread_cond_init (&self->lost_more, NULL);
    s_become_able ();
    bool good = self->stop >= 0;
    for (; good && self->count < count; self->count += good) {
        size_t host = self->count;
        self->cables[host] = s_make_host (host);
        self->hosts[host] =
            self->cables[host] >= 0 ? open ("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC) : -1;
        good = self->hosts[host] >= 0;
    }
    if (good) {
        self->running = pthread_create (&self->thread, NULL, s_switch, self) == 0;
        good = self->running;
    }
    if (!good) {
        snprintf (reason, NETWORK_REASON_BYTES, "no network namespace with a tap interface here: %s",
                  strerror (errno));
        network_destroy (&self);
    }
    return self;
}

void network_destroy (network_t **self_p)
{
    network_t *self = *self_p;
    if (!self)
        return;
    if (self->running) {
        eventfd_write (self->stop, 1);
        pthread_join (self->thread, NULL);
    }
    for (size_t i = 0; i < self->count; i++) {
        close (self->cables[i]);
        close (self->hosts[i]);
    }
    close (self->stop);
    pthread_cond_destroy (&self->lost_more);
    pthread_mutex_destroy (&self->lock);
    free (self);
    *self_p = NULL;
}

void network_enter (const network_t *self, size_t host)
{
    cr_assert_eq (setns (self->hosts[host], CLONE_NEWNET), 0, "%s", strerror (errno));
}

void network_set_link (network_t *self, size_t host, const struct network_link *link)
{
    pthread_mutex_lock (&self->lock);
    self->links[host] = *link;
    pthread_mutex_unlock (&self->lock);
}

uint64_t network_lost (network_t *self)
{
    pthread_mutex_lock (&self->lock);
    uint64_t lost = self->lost;
    pthread_mutex_unlock (&self->lock);
    return lost;
}

void network_await_lost (network_t *self, uint64_t least)
{
    pthread_mutex_lock (&self->lock);
    while (self->lost < least)
        pthread_cond_wait (&self->lost_more, &self->lock);
    pthread_mutex_unlock (&self->lock);
}
