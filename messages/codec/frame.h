//  frame.h: the envelope "DMH1" kind body [payload] around every message. Makes, opens and sends it on a
//  socket of the caller's. Never decodes a body.
#ifndef DMH_MESSAGES_CODEC_FRAME_H
#define DMH_MESSAGES_CODEC_FRAME_H

#include <czmq.h>

#include "messages/codec/shape.h"

#define FRAME_PROTOCOL "DMH1"
enum { FRAME_KIND_MAX = 16 };    //  bytes with terminator: A–Z and _

struct frame {
    char kind[FRAME_KIND_MAX];
    const void *body;    //  borrowed from the zmsg_t
    size_t body_bytes;
    const void *payload;    //  NULL without one
    size_t payload_bytes;
};

//  Takes the envelope apart; identity frames are off already. `message` stays the caller's and has to outlive
//  `out`. DMH_MALFORMED: too few or many frames, beyond the bounds, not a kind. DMH_UNSUPPORTED: another
//  protocol version.
int frame_open (zmsg_t *message, struct frame *out, struct error *error);

//  Encodes `message` by its shape (whose name is the kind) into an envelope. NULL with `error` set on
//  failure.
zmsg_t *frame_new (const struct shape *shape, const void *message, struct error *error);

//  Sends one frame without waiting, again when a signal interrupts it: the rest of a message that was begun
//  must follow. `more`: another one comes. false: the queue is full or the peer is gone, see zmq_errno.
bool frame_put (void *socket, const void *bytes, size_t n, bool more);

//  Sends an envelope on `socket` without waiting; `identity` (may be NULL, borrowed) goes in front on a
//  ROUTER. DMH_OK, DMH_UNAVAILABLE when the peer's queue is full or it is gone, or the encoder's error.
int frame_send (void *socket, zframe_t *identity, const struct shape *shape, const void *message,
                struct error *error);

#endif
