//  reserved_port.h: for tests: endpoints whose port stays theirs. The system picks the port and the test's
//  process keeps it bound, without listening, until it ends: nobody else is given it, for a listener or for a
//  connection. A socket with SO_REUSEADDR (libzmq's are such) is bound beside that, goes, and is bound again.
#ifndef DMH_TEST_SUPPORT_RESERVED_PORT_H
#define DMH_TEST_SUPPORT_RESERVED_PORT_H

enum { ENDPOINT_BYTES = 64 };

//  tcp://127.0.0.1:PORT.
void reserved_port_endpoint (char out[ENDPOINT_BYTES]);

//  Waits until nobody listens at an endpoint that was reserved: libzmq closes a listener in a thread of its
//  own, a moment after the socket is destroyed. (With a process that ended all its sockets are closed.)
void reserved_port_await_free (const char *endpoint);

#endif
