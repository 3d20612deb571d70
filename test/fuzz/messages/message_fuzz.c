//  message_fuzz.c: any bytes as the body of each message: refused, or decoded so that encoding gives a body
//  that decodes alike. The first byte picks the message.
#include "test/support/peers/message_samples.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    if (n == 0)
        return 0;
    const struct shape *shape = MESSAGES[data[0] % MESSAGE_COUNT];
    void *message = calloc (1, shape->size), *back = calloc (1, shape->size);
    void *body = NULL, *again = NULL;
    size_t body_n = 0, again_n = 0;
    if (message && back && shape_decode (shape, data + 1, n - 1, message, NULL) == DMH_OK &&
        shape_encode (shape, message, &body, &body_n, NULL) == DMH_OK) {
        if (shape_decode (shape, body, body_n, back, NULL) != DMH_OK ||
            shape_encode (shape, back, &again, &again_n, NULL) != DMH_OK || body_n != again_n ||
            memcmp (body, again, body_n) != 0)
            abort ();
    }
    if (message)
        shape_clear (shape, message);
    if (back)
        shape_clear (shape, back);
    free (message);
    free (back);
    free (body);
    free (again);
    return 0;
}
