//  socket_wait.h: waits for sockets as zmq_poll does, with fewer system calls. zmq_poll asks every socket
//  before it waits and every socket again after it, and each question is a system call or two; here only
//  those are asked again whose descriptor has become readable.
#ifndef DMH_MESSAGES_SOCKETS_SOCKET_WAIT_H
#define DMH_MESSAGES_SOCKETS_SOCKET_WAIT_H

#include <czmq.h>

//  Beside ZMQ_POLLIN in `events`: this socket had nothing when it was asked last, or received from, and has
//  not been sent to, asked or received from since. Only its descriptor can have news, and before that it is
//  not asked.
enum { SOCKET_QUIET = 1 << 12 };

//  Waits until one of the items is ready, at most wait_ms (negative: for ever), and fills their `revents`.
//  How many are ready, or -1 with errno (EINTR, ETERM, ENOTSOCK), as of zmq_poll.
int socket_wait (zmq_pollitem_t *items, int count, long wait_ms);

#endif
