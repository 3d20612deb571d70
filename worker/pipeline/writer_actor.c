//  writer_actor.c: the writer's thread: a serial window puts the blocks in order; each goes back to the
//  reader when it is taken.
#include "worker/pipeline/harmonizers.h"
#include "worker/pipeline/writer.h"

struct window {
    struct block **slots;    //  by serial modulo size: one array gives the order and the memory bound
    size_t size;
    uint64_t next;    //  serial of the next block in order
    size_t leaves;
};

static void s_block (struct window *window, struct block *block, const struct writer_start *start,
                     zsock_t *back)
{
    window->slots[block->serial % window->size] = block;
    for (;;) {
        struct block **slot = &window->slots[window->next % window->size];
        if (!*slot || (*slot)->serial != window->next)
            return;
        struct block *next = *slot;
        *slot = NULL;
        window->next++;
        writer_take (start->writer, next);
        block_send (back, next);
    }
}

static void s_write (zsock_t *pipe, zsock_t *pull, zsock_t *back, const struct writer_start *start,
                     struct window *window)
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
                s_block (window, block, start, back);
            else if (++window->leaves == start->harmonizers) {
                window->leaves = 0;
                window->next = 0;
                zstr_send (pipe, "PASS");
            }
    }
}

void writer_actor (zsock_t *pipe, void *argument)
{
    struct writer_start start = *(const struct writer_start *) argument;
    struct window window = {.size = start.window};
    window.slots = calloc (start.window, sizeof *window.slots);
    zsock_t *pull = zsock_new (ZMQ_PULL);
    zsock_t *back = zsock_new (ZMQ_PUSH);
    bool good = window.slots && pull && back;
    if (good) {
        //  All blocks of the job fit, so nobody ever waits for this queue.
        zsock_set_rcvhwm (pull, (int) start.window + 1);
        zsock_set_sndhwm (back, (int) start.window + 1);
        good = zsock_bind (pull, "%s", start.pull) >= 0 && zsock_connect (back, "%s", start.back) == 0;
    }
    zsock_signal (pipe, good ? 0 : 1);
    zsock_send (pipe, "i", good ? 0 : 1);
    if (good)
        s_write (pipe, pull, back, &start, &window);
    zsock_destroy (&pull);
    zsock_destroy (&back);
    free (window.slots);
}
