//  picture.c: see drawing.h: a picture that somebody else has made.
#include "client/drawing/drawing.h"
#include "client/drawing/markup.h"
#include "messages/base/narrow.h"

#include <openssl/evp.h>

void drawing_picture (FILE *page, const char *description, const void *svg, size_t n)
{
    enum { AT_ONCE = 3 * 1024 };
    const unsigned char *bytes = svg;
    unsigned char text[4 * AT_ONCE / 3 + 1];
    markup_print (page, "<img alt=\"%s\" src=\"data:image/svg+xml;base64,", description);
    for (size_t at = 0; at < n; at += AT_ONCE) {
        int more = NARROW (int, n - at < AT_ONCE ? n - at : AT_ONCE);
        int count = EVP_EncodeBlock (text, bytes + at, more);
        fwrite (text, 1, (size_t) count, page);
    }
    markup_print (page, "\"/>");
}
