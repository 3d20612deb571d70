//  unpack_test.c: compressed streams, whole, cut off and damaged.
#include "worker/formats/encoding/unpack.h"

#include <criterion/criterion.h>
#include <zlib.h>
#include <zstd.h>

static size_t s_gzip (const char *text, char *out, size_t room)
{
    z_stream stream = {.next_in = (unsigned char *) (uintptr_t) text, .avail_in = (unsigned) strlen (text)};
    stream.next_out = (unsigned char *) out;
    stream.avail_out = (unsigned) room;
    cr_assert_eq (deflateInit2 (&stream, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    cr_assert_eq (deflate (&stream, Z_FINISH), Z_STREAM_END);
    deflateEnd (&stream);
    return room - stream.avail_out;
}

//  Unpacks all of it into `out`, terminated.
static int s_unpack (const char *bytes, size_t n, char *out, size_t room, struct error *error)
{
    enum packing packing = packing_of (bytes, n);
    unpack_t *unpack = unpack_new (packing);
    struct text in = {bytes, n};
    size_t done = 0, used = 1, made = 0;
    int rc = DMH_OK;
    cr_assert_not_null (unpack);
    while (rc == DMH_OK && used + made > 0) {
        used = made = 0;
        rc = unpack_some (unpack, in, &used, out + done, room - 1 - done, &made, "it.gz", error);
        in = (struct text){in.at + used, in.n - used};
        done += made;
    }
    if (rc == DMH_OK && !unpack_is_whole (unpack))
        rc = unpack_truncated ("it.gz", packing, error);
    cr_assert (rc != DMH_OK || in.n == 0);
    out[done] = 0;
    unpack_destroy (&unpack);
    return rc;
}

Test (unpack, gzip_and_zstd_are_unpacked_members_and_padding_too)
{
    char packed[1024] = "", frame[512], out[64];
    struct error error = {.code = DMH_OK};
    size_t n = s_gzip ("a,b\n", packed, 256);
    size_t one = n;
    n += s_gzip ("1,2\n", packed + n, 256);
    cr_assert_eq (s_unpack (packed, n + 100, out, sizeof out, &error), DMH_OK, "%s",
                  error.text);    //  zeros behind
    cr_assert_str_eq (out, "a,b\n1,2\n");
    cr_assert_str_eq (packing_name (packing_of (packed, n)), "gzip");
    cr_assert_eq (s_unpack (packed, n - 3, out, sizeof out, &error), DMH_BAD_INPUT);
    cr_assert_not_null (strstr (error.text, "it.gz ends in the middle of its gzip stream"), "%s", error.text);
    packed[one + 12] ^= 0x55;
    cr_assert_eq (s_unpack (packed, n, out, sizeof out, &error), DMH_BAD_INPUT);
    cr_assert_not_null (strstr (error.text, "cannot be unpacked"), "%s", error.text);
    n = ZSTD_compress (frame, sizeof frame, "x;y\n", 4, 3);
    cr_assert_not (ZSTD_isError (n));
    cr_assert_eq (s_unpack (frame, n, out, sizeof out, &error), DMH_OK);
    cr_assert_str_eq (out, "x;y\n");
    cr_assert_str_eq (packing_name (packing_of (frame, n)), "zstd");
    cr_assert_eq (s_unpack (frame, n - 1, out, sizeof out, &error), DMH_BAD_INPUT);
}
