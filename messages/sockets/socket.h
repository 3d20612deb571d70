//  socket.h: makes czmq's sockets where there may be no more descriptors: zsock_new ends the process then, as
//  libzmq's answer to it is asserted. Who makes a socket makes it here. sockets/ knows no message: what goes
//  over a socket, its maker says.
#ifndef DMH_MESSAGES_SOCKETS_SOCKET_H
#define DMH_MESSAGES_SOCKETS_SOCKET_H

#include <czmq.h>

//  NULL with errno (EMFILE, ENFILE): there are no descriptors left. zsock_destroy frees it. Any thread.
zsock_t *socket_new (int type);

#endif
