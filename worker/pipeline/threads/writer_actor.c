//  writer_actor.c: see writer_actor.h. A serial window puts the blocks in order.
#include "worker/pipeline/threads/writer_actor.h"

#include "messages/base/narrow.h"
#include "messages/sockets/socket.h"
#include "worker/pipeline/harmonizer.h"
#include "worker/pipeline/parts/part_sink.h"
#include "worker/pipeline/threads/block_socket.h"
#include "worker/pipeline/writer.h"

struct window {
    struct block **slots;    //  by serial modulo size: one array gives the order and the memory bound
    size_t size;
    uint64_t next;    //  serial of the next block in order
    size_t leaves;
    zsock_t *pipe, *back;
    struct stage_clock clock;
};

static void s_give (const struct pass *pass, struct block *block)
{
    if (pass->sink)
        part_sink_take (pass->sink, block);
    else
        writer_take (pass->writer, block);
}

//  A block that comes in parts keeps this thread until it is over: while it lasts there is no other's turn.
static void s_write (struct block *block)
{
    struct pass *pass = block->pass;
    bool more = block->rest;
    s_give (pass, block);
    while (more && !(block->cut = block->doomed || atomic_load (&pass->abandoned))) {
        more = harmonizer_go_on (block->rest, block);
        block->parts++;
        s_give (pass, block);
        atomic_fetch_add (&pass->parts, 1);
    }
    harmonizer_destroy (&block->rest);
}

//  All blocks of a pass come before its last LEAVE does, so that it leaves the window empty.
static void s_block (struct window *window, struct block *block)
{
    if (window->clock.passes == 0)
        stage_clock_join (&window->clock);
    window->slots[block->serial % window->size] = block;
    for (;;) {
        struct block **slot = &window->slots[window->next % window->size];
        if (!*slot || (*slot)->serial != window->next)
            return;
        struct block *next = *slot;
        *slot = NULL;
        window->next++;
        s_write (next);
        block_send (window->back, next);
    }
}

static void s_leave (struct window *window, const struct block *block)
{
    if (++window->leaves < block->pass->harmonizers)
        return;
    window->leaves = 0;
    window->next = 0;
    stage_clock_leave (&window->clock);
    zstr_send (window->pipe, "PASS");
}

static void s_take (void *window, struct block *block)
{
    if (block->sort == BLOCK_WORK)
        s_block (window, block);
    else
        s_leave (window, block);
}

void writer_actor (zsock_t *pipe, void *argument)
{
    struct writer_start start = *(const struct writer_start *) argument;
    struct window window = {.size = start.window,
                            .pipe = pipe,
                            .back = socket_new (ZMQ_PUSH),
                            .clock = {.stage = METRIC_STAGE_WRITE}};
    window.slots = calloc (start.window, sizeof *window.slots);
    bool good = window.slots && window.back;
    if (good) {
        zsock_set_sndhwm (window.back, NARROW (int, start.window) + 1);    //  all blocks of a job fit
        good = zsock_connect (window.back, "%s", start.back) == 0;
    }
    int why = good ? 0 : errno;
    zsock_signal (pipe, 0);
    zsock_send (pipe, "i", why);
    if (good)
        block_serve (pipe, start.pull, &window.clock, s_take, &window);
    zsock_destroy (&window.back);
    free (window.slots);
}
