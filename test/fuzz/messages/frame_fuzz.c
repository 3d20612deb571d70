//  frame_fuzz.c: any frames as an envelope, and what it holds as the body of the message that its kind names.
//  The input is frames one after the other, each with its length before it in two bytes.
#include "messages/codec/frame.h"
#include "test/support/peers/message_samples.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

static zmsg_t *s_message (const uint8_t *data, size_t n)
{
    zmsg_t *message = zmsg_new ();
    while (message && n >= 2) {
        size_t length = (size_t) data[0] << 8 | data[1];
        data += 2;
        n -= 2;
        length = length < n ? length : n;
        zmsg_addmem (message, data, length);
        data += length;
        n -= length;
    }
    return message;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    zmsg_t *message = s_message (data, n);
    struct frame frame;
    struct error error = {.code = DMH_OK};
    if (!message)
        return 0;
    int rc = frame_open (message, &frame, &error);
    //  What is accepted keeps the bounds; what is refused says why.
    if (rc == DMH_OK ? frame.body_bytes > BODY_BYTES_MAX || strlen (frame.kind) >= FRAME_KIND_MAX
                     : !*error.text)
        abort ();
    for (size_t m = 0; rc == DMH_OK && m < MESSAGE_COUNT; m++) {
        if (strcmp (MESSAGES[m]->name, frame.kind) != 0)
            continue;
        void *out = calloc (1, MESSAGES[m]->size);
        if (out && shape_decode (MESSAGES[m], frame.body, frame.body_bytes, out, &error) == DMH_OK)
            shape_clear (MESSAGES[m], out);
        free (out);
    }
    zmsg_destroy (&message);
    return 0;
}
