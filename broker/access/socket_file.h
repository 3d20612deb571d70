//  socket_file.h: the file of a Unix socket that the broker binds. libzmq removes whatever has that name and
//  binds, so it is asked before whether the name is another broker's, or something else than a socket; and
//  libzmq leaves the file behind. No socket of libzmq's is touched here.
#ifndef DMH_BROKER_ACCESS_SOCKET_FILE_H
#define DMH_BROKER_ACCESS_SOCKET_FILE_H

#include "messages/base/error.h"

//  `endpoint` is an ipc:// one. DMH_OK: nobody listens there, what a dead process left behind may be
//  replaced, and no other broker binds in that folder until *lock, yours to close, is closed. Waits for
//  another one that does. DMH_USAGE: it cannot be a socket's name; DMH_UNAVAILABLE: another broker listens
//  there, or something else has that name; DMH_IO.
int socket_file_claim (const char *endpoint, int *lock, struct error *error);

//  Removes the file, before the socket is closed: only where this process listens there. Other endpoints are
//  fine.
void socket_file_remove (const char *endpoint);

#endif
