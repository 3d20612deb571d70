//  network.h: for tests: hosts of their own on one network: each a network namespace with one interface,
//  whose cable ends in a switch that is a thread of the test. There each link can be cut, made slow, made
//  lossy and restored, on any kernel that has namespaces and tun (no netem, no bridge, no program of another
//  package). Nothing is left behind however a test ends: namespaces and interfaces go with those who hold
//  them.
#ifndef DMH_TEST_SUPPORT_NETWORK_H
#define DMH_TEST_SUPPORT_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NETWORK_HOSTS_MAX = 8, NETWORK_REASON_BYTES = 160 };

//  What a link does to each frame, in both directions. Zeros: nothing.
struct network_link {
    bool cut;
    unsigned delay_ms, jitter_ms;    //  jitter: up to so much more, so that frames overtake each other
    unsigned loss_percent;
};

typedef struct network network_t;

//  Hosts 0 … count-1, all links whole; `seed` is of its dice. NULL where that is not allowed, and why. The
//  calling thread is on a host from then on. Before any other thread is started, as namespaces of a user who
//  is not root can be made only then.
network_t *network_new (size_t count, uint64_t seed, char reason[NETWORK_REASON_BYTES]);
void network_destroy (network_t **self_p);

//  From now on this thread, and the processes that it starts, are on that host.
void network_enter (const network_t *self, size_t host);
//  Its address as text, to be used at once or copied.
const char *network_address (size_t host);

void network_set_link (network_t *self, size_t host, const struct network_link *link);
//  Frames that came to the switch and did not leave it (cut or lost), since network_new.
uint64_t network_lost (network_t *self);
//  Waits until there are so many.
void network_await_lost (network_t *self, uint64_t least);

#endif
