//  limits.h: how many descriptors this process may have, and how many are left. A program opens its limits
//  once; socket.c borrows from them. Says nothing and ends nothing.
#ifndef DMH_MESSAGES_SOCKETS_LIMITS_H
#define DMH_MESSAGES_SOCKETS_LIMITS_H

#include <stddef.h>

#include "messages/base/error.h"

//  Raises the soft limit of descriptors to the hard one (but for a few that socket_new alone may use),
//  libzmq's limit of sockets to as many, and starts libzmq. Call in main, when signals are blocked and no
//  other thread is there; a second call does nothing. DMH_OK; DMH_INTERNAL: there are not enough descriptors
//  or threads even for libzmq, which would end the process where it finds that out by itself.
int limits_open (struct error *error);

//  Descriptors that may be open at once, and that may be opened yet.
size_t limits_descriptors (void);
size_t limits_free (void);

//  Between the two the process has the few that are set aside, and no other thread lends. Do not nest.
void limits_lend (void);
void limits_take_back (void);

#endif
