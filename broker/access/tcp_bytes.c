//  tcp_bytes.c: see tcp_bytes.h.
#include "broker/access/tcp_bytes.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

int64_t tcp_bytes_received (int fd)
{
    struct tcp_info info = {0};
    socklen_t n = sizeof info;
    size_t least = offsetof (struct tcp_info, tcpi_bytes_received) + sizeof info.tcpi_bytes_received;
    if (getsockopt (fd, IPPROTO_TCP, TCP_INFO, &info, &n) != 0 || n < least)
        return -1;
    return (int64_t) info.tcpi_bytes_received;
}
