//  frame.c: see frame.h.
#include "messages/codec/frame.h"

static int s_kind (zframe_t *frame, char out[FRAME_KIND_MAX], struct error *error)
{
    size_t n = zframe_size (frame);
    const char *at = (const char *) zframe_data (frame);
    if (n == 0 || n >= FRAME_KIND_MAX)
        return error_set (error, DMH_MALFORMED, "the kind of a message is 1 to %d letters",
                          FRAME_KIND_MAX - 1);
    for (size_t i = 0; i < n; i++)
        if ((at[i] < 'A' || at[i] > 'Z') && at[i] != '_')
            return error_set (error, DMH_MALFORMED,
                              "the kind of a message is made of the letters A to Z and _");
    memcpy (out, at, n);
    out[n] = 0;
    return DMH_OK;
}

int frame_open (zmsg_t *message, struct frame *out, struct error *error)
{
    struct frame got = {.payload = NULL};
    size_t count = zmsg_size (message);
    zframe_t *protocol = zmsg_first (message);
    if (count < 1 || zframe_size (protocol) != 4 || memcmp (zframe_data (protocol), "DMH", 3) != 0)
        return error_set (error, DMH_MALFORMED, "a message begins with the frame " FRAME_PROTOCOL);
    if (!zframe_streq (protocol, FRAME_PROTOCOL))
        return error_set (error, DMH_UNSUPPORTED, "this side speaks " FRAME_PROTOCOL " alone");
    if (count < 3 || count > 4)
        return error_set (error, DMH_MALFORMED, "a message has 3 or 4 frames: protocol, kind, body, payload");
    zframe_t *kind = zmsg_next (message), *body = zmsg_next (message), *payload = zmsg_next (message);
    int rc = s_kind (kind, got.kind, error);
    if (rc != DMH_OK)
        return rc;
    got.body = zframe_data (body);
    got.body_bytes = zframe_size (body);
    if (got.body_bytes > BODY_BYTES_MAX)
        return error_set (error, DMH_MALFORMED, "the body is longer than 64 KiB");
    if (payload) {
        got.payload = zframe_data (payload);
        got.payload_bytes = zframe_size (payload);
        if (got.payload_bytes > PAYLOAD_BYTES_MAX)
            return error_set (error, DMH_MALFORMED, "the payload is longer than 1 MiB");
    }
    *out = got;
    return DMH_OK;
}

zmsg_t *frame_new (const struct shape *shape, const void *message, struct error *error)
{
    void *body = NULL;
    size_t n = 0;
    if (shape_encode (shape, message, &body, &n, error) != DMH_OK)
        return NULL;
    zmsg_t *frames = zmsg_new ();
    if (frames && zmsg_addstr (frames, FRAME_PROTOCOL) == 0 && zmsg_addstr (frames, shape->name) == 0 &&
        zmsg_addmem (frames, body, n) == 0) {
        free (body);
        return frames;
    }
    error_set (error, DMH_INTERNAL, "out of memory while sending %s", shape->name);
    zmsg_destroy (&frames);
    free (body);
    return NULL;
}

//  The frames of one message leave together or not at all: ZeroMQ refuses the first frame when it refuses
//  any.
bool frame_put (void *socket, const void *bytes, size_t n, bool more)
{
    void *handle = zsock_resolve (socket);
    int rc;
    do
        rc = zmq_send (handle, bytes, n, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0));
    while (rc < 0 && zmq_errno () == EINTR);
    return rc >= 0;
}

//  ZeroMQ takes all frames of a message or refuses the first.
int frame_send (void *socket, zframe_t *identity, const struct shape *shape, const void *message,
                struct error *error)
{
    void *body = NULL;
    size_t n = 0;
    int rc = shape_encode (shape, message, &body, &n, error);
    if (rc != DMH_OK)
        return rc;
    bool sent = !identity || frame_put (socket, zframe_data (identity), zframe_size (identity), true);
    sent = sent && frame_put (socket, FRAME_PROTOCOL, strlen (FRAME_PROTOCOL), true) &&
           frame_put (socket, shape->name, strlen (shape->name), true) && frame_put (socket, body, n, false);
    free (body);
    if (!sent)
        return error_set (error, DMH_UNAVAILABLE, "%s cannot be sent: %s", shape->name,
                          zmq_strerror (zmq_errno ()));
    return DMH_OK;
}
