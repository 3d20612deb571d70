//  input_encoder.c: see input_encoder.h.
#include "client/result/input_encoder.h"

#include "messages/text/utf8.h"

#include <errno.h>
#include <string.h>

//  What stands where iconv found no UTF-8: what charset_decode (worker/formats/encoding) made of bytes that
//  mean nothing in the input's encoding. Sets what it was there; returns how many bytes were taken. The one
//  byte behind UTF-16's last unit comes as U+FFFD.
static size_t s_stray (const struct input_encoder *self, const char *at, size_t n, char out[2], size_t *out_n)
{
    const unsigned char *bytes = (const unsigned char *) at;
    if (!self->wide) {
        *out = *at;
        *out_n = 1;
        return 1;
    }
    bool half = n >= 3 && bytes[0] == 0xed && bytes[1] >= 0xa0;
    unsigned unit = half ? 0xd000U | (bytes[1] & 0x3fU) << 6 | (bytes[2] & 0x3fU) : 0xfffd;
    out[self->little ? 0 : 1] = (char) (unit & 0xff);
    out[self->little ? 1 : 0] = (char) (unit >> 8);
    *out_n = 2;
    return half ? 3 : 1;
}

//  n bytes of UTF-8, with such strays in it, in the input's encoding.
int input_encoder_write (struct input_encoder *self, char *text, size_t n, struct error *error)
{
    if (!self->encodes) {
        fwrite (text, 1, n, self->to);
        return DMH_OK;
    }
    while (n) {
        char made[4096], *at = made;
        size_t room = sizeof made;
        size_t rc = iconv (self->encoder, &text, &n, &at, &room);
        int reason = errno;
        fwrite (made, 1, sizeof made - room, self->to);
        if (rc != SIZE_MAX || reason == E2BIG)
            continue;
        if (utf8_sequence (text, n) != 0)
            return error_set (error, DMH_UNSUPPORTED,
                              "a record that was set aside has a letter that the input's encoding has not");
        char stray[2];
        size_t stray_n, taken = s_stray (self, text, n, stray, &stray_n);
        fwrite (stray, 1, stray_n, self->to);
        text += taken;
        n -= taken;
    }
    return DMH_OK;
}

int input_encoder_open (struct input_encoder *self, const char *encoding, FILE *to, struct error *error)
{
    *self = (struct input_encoder){.to = to};
    if (!*encoding || strcmp (encoding, "UTF-8") == 0)
        return DMH_OK;
    self->encoder = iconv_open (encoding, "UTF-8");
    self->encodes = self->encoder != (iconv_t) -1;
    if (!self->encodes)
        return error_set (error, DMH_UNSUPPORTED, "the input's encoding %s cannot be written here", encoding);
    self->wide = strncmp (encoding, "UTF-16", 6) == 0;
    self->little = strcmp (encoding, "UTF-16LE") == 0;
    return self->wide ? input_encoder_write (self, (char[]){"\xef\xbb\xbf"}, 3, error) : DMH_OK;
}

void input_encoder_close (struct input_encoder *self)
{
    if (self->encodes)
        iconv_close (self->encoder);
    self->encodes = false;
}
