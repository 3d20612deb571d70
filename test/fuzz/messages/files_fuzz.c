//  files_fuzz.c: any bytes as messages to the files service, over one store of 4 KiB: each is answered, the
//  store never has more than its room. First byte of a message: P for PUT, G for GET, p and g of one key, q
//  and h of another, else any kind; then two bytes body length, one byte payload length, body, payload.
#include "broker/files/service.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n);

enum { ROOM = 4096, HEAD_BYTES = 4 };

static const struct ticket_secret SECRET = {"0123456789abcdef0123456789abcde"};
static blob_store_t *s_vault;
static char s_folder[] = "/tmp/dmh-files-fuzz-XXXXXX";

static int s_forget (void *context, const struct listing_file *file)
{
    return blob_store_drop (context, file, NULL);
}

static void s_end (void)
{
    blob_store_list (s_vault, s_forget, s_vault, NULL);
    blob_store_destroy (&s_vault);
    rmdir (s_folder);
}

static void s_begin (void)
{
    if (!mkdtemp (s_folder) || !(s_vault = blob_store_new (s_folder, ROOM, NULL)))
        abort ();
    atexit (s_end);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t n)
{
    if (!s_vault)
        s_begin ();
    while (n > HEAD_BYTES) {
        const char *kind = strchr ("Ppq", *data) && *data   ? "PUT"
                           : strchr ("Ggh", *data) && *data ? "GET"
                                                            : "OTHER";
        const char *user = *data == 'p' || *data == 'g'   ? "anna456789012345678901234567890123456789"
                           : *data == 'q' || *data == 'h' ? "bert456789012345678901234567890123456789"
                                                          : NULL;
        size_t body = (size_t) data[1] * 256 + data[2], payload = data[3];
        data += HEAD_BYTES;
        n -= HEAD_BYTES;
        body = body < n ? body : n;
        payload = payload < n - body ? payload : n - body;
        zmsg_t *message = zmsg_new (), *answer;
        if (!message || zmsg_addstr (message, "DMH1") || zmsg_addstr (message, kind) ||
            zmsg_addmem (message, data, body) || (payload && zmsg_addmem (message, data + body, payload)))
            abort ();
        answer = files_answer (s_vault, user ? &SECRET : NULL, user, message);
        if (!answer || blob_store_used (s_vault) > ROOM)
            abort ();
        zmsg_destroy (&answer);
        zmsg_destroy (&message);
        data += body + payload;
        n -= body + payload;
    }
    if (blob_store_list (s_vault, s_forget, s_vault, NULL) != 0 || blob_store_used (s_vault) != 0)
        abort ();
    return 0;
}
