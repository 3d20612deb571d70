//  unix_socket.h: what is to be known of an ipc:// endpoint before libzmq is told of it: whether its path can
//  be a Unix socket's, and whether somebody listens there. Makes no socket of libzmq's.
#ifndef DMH_MESSAGES_SOCKETS_UNIX_SOCKET_H
#define DMH_MESSAGES_SOCKETS_UNIX_SOCKET_H

#include <stdbool.h>
#include <sys/types.h>

#include "messages/base/error.h"

enum { UNIX_SOCKET_PATH_MAX = 107 };    //  bytes; the kernel takes no longer one

//  The path of an ipc:// endpoint, borrowed; NULL: it is another kind of endpoint.
const char *unix_socket_path (const char *endpoint);

//  Whether every endpoint of a list with commas is of that kind.
bool unix_socket_is_each (const char *list);

//  `endpoint` is an ipc:// one. DMH_OK; DMH_USAGE: its path is empty, too long, or an abstract name (@…),
//  which no folder protects.
int unix_socket_check (const char *endpoint, struct error *error);

//  Who listens there: the process, 0: nobody (no such file, or one that a process left behind), -1: somebody,
//  but who is not told. Waits for nobody.
pid_t unix_socket_listener (const char *endpoint);

#endif
