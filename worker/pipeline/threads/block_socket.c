//  block_socket.c: see block_socket.h.
#include "worker/pipeline/threads/block_socket.h"

#include "messages/sockets/socket_wait.h"

int block_send (zsock_t *socket, struct block *block)
{
    void *handle = zsock_resolve (socket);
    while (zmq_send (handle, &block, sizeof block, 0) < 0)
        if (errno != EINTR)
            return -1;
    return 0;
}

struct block *block_receive (zsock_t *socket)
{
    struct block *block = NULL;
    void *handle = zsock_resolve (socket);
    int rc;
    do
        rc = zmq_recv (handle, &block, sizeof block, ZMQ_DONTWAIT);
    while (rc < 0 && errno == EINTR);
    return rc == (int) sizeof block ? block : NULL;
}

void block_serve (zsock_t *pipe, zsock_t *pull, struct stage_clock *clock,
                  void (*take) (void *self, struct block *block), void *self)
{
    zmq_pollitem_t items[] = {{zsock_resolve (pipe), 0, ZMQ_POLLIN, 0},
                              {zsock_resolve (pull), 0, ZMQ_POLLIN, 0}};
    for (;;) {
        stage_clock_wait (clock);
        if (socket_wait (items, 2, -1) < 0) {
            if (errno == EINTR)
                continue;
            return;
        }
        if (items[0].revents) {
            char *word = zstr_recv (pipe);
            bool leave = !word || streq (word, "$TERM");
            zstr_free (&word);
            if (leave)
                return;
        }
        //  All that wait, before it is asked again whether some do.
        for (struct block *block; items[1].revents && (block = block_receive (pull));) {
            stage_clock_work (clock);
            take (self, block);
        }
        items[1].events = ZMQ_POLLIN | SOCKET_QUIET;    //  nothing was left in it
    }
}
