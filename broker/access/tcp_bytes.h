//  tcp_bytes.h: how much has come on a TCP connection, by the kernel's count. A file
//  of its own, as the kernel's header and the C library's exclude each other.
#ifndef DMH_BROKER_ACCESS_TCP_BYTES_H
#define DMH_BROKER_ACCESS_TCP_BYTES_H

#include <stdint.h>

//  Bytes since it was accepted; -1: it is no TCP connection (any more), or the kernel does not tell.
int64_t tcp_bytes_received (int fd);

#endif
