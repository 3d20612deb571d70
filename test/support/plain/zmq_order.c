//  zmq_order.c: linked into everything that is built for ThreadSanitizer: tells it that what was done before
//  a message was sent comes before what is done after one was received, which it cannot see because libzmq is
//  not instrumented. Stands in front of libzmq's functions of the same name. Orders a little more than is
//  true (any send before any later receive of the process).
#define _GNU_SOURCE
#include <dlfcn.h>
#include <zmq.h>

void __tsan_acquire (void *at);
void __tsan_release (void *at);

static char s_order;

#define REAL(NAME) ((__typeof__ (&NAME)) dlsym (RTLD_NEXT, #NAME))

int zmq_msg_send (zmq_msg_t *message, void *socket, int flags)
{
    __tsan_release (&s_order);
    return REAL (zmq_msg_send) (message, socket, flags);
}

int zmq_sendmsg (void *socket, zmq_msg_t *message, int flags)
{
    __tsan_release (&s_order);
    return REAL (zmq_sendmsg) (socket, message, flags);
}

int zmq_send (void *socket, const void *bytes, size_t n, int flags)
{
    __tsan_release (&s_order);
    return REAL (zmq_send) (socket, bytes, n, flags);
}

int zmq_msg_recv (zmq_msg_t *message, void *socket, int flags)
{
    int n = REAL (zmq_msg_recv) (message, socket, flags);
    __tsan_acquire (&s_order);
    return n;
}

int zmq_recvmsg (void *socket, zmq_msg_t *message, int flags)
{
    int n = REAL (zmq_recvmsg) (socket, message, flags);
    __tsan_acquire (&s_order);
    return n;
}

int zmq_recv (void *socket, void *bytes, size_t n, int flags)
{
    int got = REAL (zmq_recv) (socket, bytes, n, flags);
    __tsan_acquire (&s_order);
    return got;
}
