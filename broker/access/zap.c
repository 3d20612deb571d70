//  zap.c: see zap.h.
#include "broker/access/zap.h"

static const char VERSION[] = "1.0";

//  A frame as a word; false: too long, or not printable ASCII.
static bool s_word (zframe_t *frame, char out[ZAP_WORD_BYTES])
{
    const unsigned char *bytes = zframe_data (frame);
    size_t n = zframe_size (frame);
    if (n >= ZAP_WORD_BYTES)
        return false;
    for (size_t i = 0; i < n; i++)
        if (bytes[i] < 0x21 || bytes[i] > 0x7e)
            return false;
    memcpy (out, bytes, n);
    out[n] = 0;
    return true;
}

static int s_decode_id (zmsg_t *message, struct zap_request *out, struct error *error)
{
    zframe_t *version = zmsg_first (message), *id = zmsg_next (message);
    if (!version || !id || zframe_size (id) > ZAP_ID_BYTES_MAX)
        return error_set (error, DMH_MALFORMED, "a ZAP request begins with its version and its id");
    memcpy (out->id, zframe_data (id), zframe_size (id));
    out->id_bytes = zframe_size (id);
    if (!zframe_streq (version, VERSION))
        return error_set (error, DMH_UNSUPPORTED, "ZAP of another version than %s", VERSION);
    return DMH_OK;
}

int zap_decode (zmsg_t *message, struct zap_request *out, struct error *error)
{
    struct zap_request got = {.id_bytes = 0};
    char mechanism[ZAP_WORD_BYTES];
    *out = got;
    int rc = s_decode_id (message, &got, error);
    out->id_bytes = got.id_bytes;
    memcpy (out->id, got.id, got.id_bytes);
    if (rc != DMH_OK)
        return rc;
    zframe_t *domain = zmsg_next (message), *address = zmsg_next (message);
    zframe_t *identity = zmsg_next (message), *mechanisms = zmsg_next (message);
    zframe_t *credentials = zmsg_next (message);
    if (!domain || !address || !identity || !mechanisms || !s_word (domain, got.domain) ||
        !s_word (address, got.address) || !s_word (mechanisms, mechanism))
        return error_set (error, DMH_MALFORMED, "a ZAP request lacks frames, or holds one that is no word");
    if (!streq (mechanism, "CURVE"))
        return error_set (error, DMH_UNAUTHORIZED, "a peer came with %s instead of CURVE", mechanism);
    if (!credentials || zframe_size (credentials) != KEY_RAW_BYTES || zmsg_next (message))
        return error_set (error, DMH_MALFORMED, "a ZAP request by CURVE holds one key of %d bytes",
                          KEY_RAW_BYTES);
    if (!zmq_z85_encode (got.public_text, zframe_data (credentials), KEY_RAW_BYTES))
        return error_set (error, DMH_INTERNAL, "a key cannot be written as Z85");
    *out = got;
    return DMH_OK;
}

zmsg_t *zap_answer (const struct zap_request *request, const char *user)
{
    zmsg_t *answer = zmsg_new ();
    if (answer &&
        (zmsg_addstr (answer, VERSION) != 0 || zmsg_addmem (answer, request->id, request->id_bytes) != 0 ||
         zmsg_addstr (answer, user ? "200" : "400") != 0 ||
         zmsg_addstr (answer, user ? "welcome" : "this key is not allowed here") != 0 ||
         zmsg_addstr (answer, user ? user : "") != 0 || zmsg_addstr (answer, "") != 0))
        zmsg_destroy (&answer);
    return answer;
}
