//  credential.c: see credential.h.
#include "messages/keys/credential.h"

#include <czmq.h>
#include <unistd.h>

//  A file wins over 40 characters that would also be a key.
static int s_server (const char *server, char out[KEY_TEXT_BYTES], struct error *error)
{
    struct key key;
    if (access (server, F_OK) != 0 && key_is_text (server)) {
        memcpy (out, server, KEY_TEXT_BYTES);
        return DMH_OK;
    }
    int rc = key_read (server, &key, error);
    if (rc != DMH_OK)
        return error_set (error, rc,
                          "--server-key takes the broker's server.pub, or the 40 characters of its "
                          "public key; %.200s is neither",
                          server);
    memcpy (out, key.public_text, KEY_TEXT_BYTES);
    key_forget (&key);
    return DMH_OK;
}

int credential_read (const char *key, const char *server, struct credential *out, struct error *error)
{
    bool has_key = key && *key, has_server = server && *server;
    *out = (struct credential){.server = ""};
    if (!has_key && !has_server)
        return DMH_OK;
    if (!has_server)
        return error_set (error, DMH_USAGE, "--key needs --server-key too: the broker's server.pub");
    if (!has_key)
        return error_set (error, DMH_USAGE,
                          "--server-key needs --key too: the NAME.key that dmh keys new made");
    int rc = key_read (key, &out->own, error);
    if (rc == DMH_OK && !*out->own.secret_text)
        rc = error_set (error, DMH_USAGE,
                        "--key %.200s holds no secret; take the NAME.key that was made with it", key);
    return rc == DMH_OK ? s_server (server, out->server, error) : rc;
}

bool credential_is (const struct credential *self)
{
    return self && *self->server;
}

int credential_show (const struct credential *self, void *socket)
{
    if (!credential_is (self))
        return 0;
    void *handle = zsock_resolve (socket);
    bool good = zmq_setsockopt (handle, ZMQ_CURVE_SERVERKEY, self->server, KEY_TEXT_BYTES) == 0 &&
                zmq_setsockopt (handle, ZMQ_CURVE_PUBLICKEY, self->own.public_text, KEY_TEXT_BYTES) == 0 &&
                zmq_setsockopt (handle, ZMQ_CURVE_SECRETKEY, self->own.secret_text, KEY_TEXT_BYTES) == 0;
    return good ? 0 : -1;
}
