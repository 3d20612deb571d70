//  socket.c: see socket.h. A socket of libzmq takes one descriptor, its mailbox's; libzmq may have as many
//  sockets as there are descriptors (limits.c), so whether there is one is the whole question. It is asked
//  with the descriptors that are set aside: what other threads open in between takes one of those.
#include "messages/sockets/socket.h"

#include "messages/sockets/limits.h"

#include <sys/eventfd.h>

zsock_t *socket_new (int type)
{
    zsock_t *self = NULL;
    limits_lend ();
    int probe = eventfd (0, EFD_CLOEXEC);
    if (probe >= 0) {
        close (probe);
        self = zsock_new_checked (type, NULL, 0);
    }
    limits_take_back ();
    return self;
}
