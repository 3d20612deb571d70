//  zmtp_peer.h: for tests: a peer that speaks ZMTP 3.0 (mechanism NULL) byte by byte over a TCP connection of
//  its own, and so may stop, lie or never read where libzmq would not.
#ifndef DMH_TEST_SUPPORT_ZMTP_PEER_H
#define DMH_TEST_SUPPORT_ZMTP_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ZMTP_GREETING_BYTES = 64 };
enum { ZMTP_MORE = 1, ZMTP_LONG = 2, ZMTP_COMMAND = 4 };    //  flags of a frame

//  A connection to tcp://127.0.0.1:PORT on which nothing was said; -1.
int zmtp_connect (const char *endpoint);
const char *zmtp_greeting (void);
//  Greets, says READY as a socket of that type and hears the other's READY, before which libzmq takes nothing
//  else. false: it was closed.
bool zmtp_greet (int fd, const char *type);
//  Sends a frame's head with that length, whatever follows.
bool zmtp_send_head (int fd, unsigned flags, uint64_t length);
bool zmtp_send_frame (int fd, unsigned flags, const void *bytes, size_t n);

#endif
