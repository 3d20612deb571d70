//  free_port.h: for tests: endpoints on ports that nobody has. A port that a test leaves and binds again must
//  not be one that the system gives to connections: a client that tries to reach it could be given that very
//  port and connect to itself.
#ifndef DMH_TEST_SUPPORT_FREE_PORT_H
#define DMH_TEST_SUPPORT_FREE_PORT_H

enum { ENDPOINT_BYTES = 64 };

//  tcp://127.0.0.1:PORT, free a moment ago and not given out before by this process.
void free_endpoint (char out[ENDPOINT_BYTES]);

#endif
