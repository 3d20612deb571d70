//  writer_actor.c: the writer's thread: a serial window puts the blocks in order; each goes back to the
//  reader when it is taken.
#include "messages/sockets/socket.h"
#include "worker/pipeline/harmonizers.h"
#include "worker/pipeline/writer.h"

struct window {
    struct block **slots;    //  by serial modulo size: one array gives the order and the memory bound
    size_t size;
    uint64_t next;    //  serial of the next block in order
    size_t leaves;
};

//  All blocks of a pass come before its last LEAVE does, so that it leaves the window empty.
static void s_block (struct window *window, struct block *block, zsock_t *back)
{
    window->slots[block->serial % window->size] = block;
    for (;;) {
        struct block **slot = &window->slots[window->next % window->size];
        if (!*slot || (*slot)->serial != window->next)
            return;
        struct block *next = *slot;
        *slot = NULL;
        window->next++;
        writer_take (next->pass->writer, next);
        block_send (back, next);
    }
}

static void s_leave (struct window *window, const struct block *block, zsock_t *pipe)
{
    if (++window->leaves < block->pass->harmonizers)
        return;
    window->leaves = 0;
    window->next = 0;
    zstr_send (pipe, "PASS");
}

static void s_write (zsock_t *pipe, zsock_t *pull, zsock_t *back, struct window *window)
{
    zmq_pollitem_t items[] = {{zsock_resolve (pipe), 0, ZMQ_POLLIN, 0},
                              {zsock_resolve (pull), 0, ZMQ_POLLIN, 0}};
    for (;;) {
        if (zmq_poll (items, 2, -1) < 0) {
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
        for (struct block *block; items[1].revents && (block = block_receive (pull));)
            if (block->sort == BLOCK_WORK)
                s_block (window, block, back);
            else
                s_leave (window, block, pipe);
    }
}

void writer_actor (zsock_t *pipe, void *argument)
{
    struct writer_start start = *(const struct writer_start *) argument;
    struct window window = {.size = start.window};
    window.slots = calloc (start.window, sizeof *window.slots);
    zsock_t *back = socket_new (ZMQ_PUSH);
    bool good = window.slots && back;
    if (good) {
        zsock_set_sndhwm (back, (int) start.window + 1);    //  all blocks of a job fit
        good = zsock_connect (back, "%s", start.back) == 0;
    }
    int why = good ? 0 : errno;
    zsock_signal (pipe, 0);
    zsock_send (pipe, "i", why);
    if (good)
        s_write (pipe, start.pull, back, &window);
    zsock_destroy (&back);
    free (window.slots);
}
