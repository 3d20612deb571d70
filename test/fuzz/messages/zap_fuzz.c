//  zap_fuzz.c: any frames as a question of ZAP, and any bytes as a key file. The input is frames one after
//  the other, each with its length before it in a byte.
#include "broker/access/zap.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

//  What is taken is a name and a key; what is refused says why.
static void s_key (const uint8_t *data, size_t n)
{
    struct key key;
    struct error error = {.code = DMH_OK};
    int rc = key_decode ((const char *) data, n, &key, &error);
    if (rc == DMH_OK ? !key_is_name (key.name) || !key_is_text (key.public_text) : !*error.text)
        abort ();
}

static zmsg_t *s_message (const uint8_t *data, size_t n)
{
    zmsg_t *message = zmsg_new ();
    while (message && n >= 1) {
        size_t length = data[0];
        data++;
        n--;
        length = length < n ? length : n;
        zmsg_addmem (message, data, length);
        data += length;
        n -= length;
    }
    return message;
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    struct zap_request request;
    struct error error = {.code = DMH_OK};
    s_key (data, n);
    zmsg_t *message = s_message (data, n);
    if (!message)
        return 0;
    int rc = zap_decode (message, &request, &error);
    if (rc == DMH_OK ? !key_is_text (request.public_text) || request.id_bytes > ZAP_ID_BYTES_MAX
                     : !*error.text || *request.public_text)
        abort ();
    zmsg_t *answer = zap_answer (&request, rc == DMH_OK ? request.public_text : NULL);
    //  Six frames, and let in only with a key.
    if (answer && zmsg_size (answer) != 6)
        abort ();
    zmsg_destroy (&answer);
    zmsg_destroy (&message);
    return 0;
}
