//  huffman_fuzz.c: any bytes as a block of literals: zlib makes the same bytes of it again.
#include "worker/output/bgzf/huffman.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#define ZLIB_CONST
#include <zlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    size_t room = n + n / 4 + 600;
    unsigned char *out = malloc (room), *again = malloc (n + 1);
    size_t bytes = out && again ? huffman_deflate (data, n, out, room) : 0;
    if (bytes) {
        z_stream stream = {
            .next_in = out, .avail_in = (unsigned) bytes, .next_out = again, .avail_out = (unsigned) n + 1};
        if (bytes > room || inflateInit2 (&stream, -15) != Z_OK ||
            inflate (&stream, Z_FINISH) != Z_STREAM_END || stream.avail_in || stream.total_out != n ||
            memcmp (data, again, n) != 0)
            abort ();
        inflateEnd (&stream);
    }
    free (out);
    free (again);
    return 0;
}
