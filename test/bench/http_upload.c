//  http_upload.c: one large upload through a gateway. Called by test/bench/gateway.sh: http_upload PORT FILE.
//  Prints how long it took until the 202, in seconds. Asserts nothing.
#include "test/bench/http_connection.h"

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE_BYTES = 1024 * 1024 };

int main (int argc, char **argv)
{
    static char piece[PIECE_BYTES];
    static struct http_reply reply;
    struct stat about;
    if (argc != 3) {
        fprintf (stderr, "http_upload PORT FILE\n");
        return 2;
    }
    int file = open (argv[2], O_RDONLY | O_CLOEXEC), fd = http_open ((unsigned) strtoul (argv[1], NULL, 10));
    if (file < 0 || fstat (file, &about) != 0)
        err (1, "%s", argv[2]);
    double begun = http_now ();
    http_begin (fd, "/api/v1/jobs?name=large.csv&kind=lab_result", (size_t) about.st_size);
    for (ssize_t n; (n = read (file, piece, sizeof piece)) > 0;)
        http_send (fd, piece, (size_t) n);
    double sent = http_now ();
    http_answer (fd, 202, &reply);
    printf ("%.1f MB: sent after %.1f s, 202 after %.1f s\n", (double) about.st_size / 1e6,
            (sent - begun) / 1000, (http_now () - begun) / 1000);
    return 0;
}
