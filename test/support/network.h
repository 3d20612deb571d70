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

enum { LAN_HOSTS_MAX = 8, LAN_REASON_BYTES = 160 };

//  What a link does to each frame, in both directions. Zeros: nothing.
struct lan_link {
    bool cut;
    unsigned delay_ms, jitter_ms;    //  jitter: up to so much more, so that frames overtake each other
    unsigned loss_percent;
};

typedef struct lan lan_t;

//  Hosts 0 … count-1, all links whole; `seed` is of its dice. NULL where that is not allowed, and why. The
//  calling thread is on a host from then on. Before any other thread is started, as namespaces of a user who
//  is not root can be made only then.
lan_t *lan_new (size_t count, uint64_t seed, char reason[LAN_REASON_BYTES]);
void lan_destroy (lan_t **self_p);

//  From now on this thread, and the processes that it starts, are on that host.
void lan_enter (const lan_t *self, size_t host);
//  Its address as text, to be used at once or copied.
const char *lan_address (size_t host);

void lan_set_link (lan_t *self, size_t host, const struct lan_link *link);
//  Frames that came to the switch and did not leave it (cut or lost), since lan_new.
uint64_t lan_lost (lan_t *self);
//  Waits until there are so many.
void lan_await_lost (lan_t *self, uint64_t least);

#endif
