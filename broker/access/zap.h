//  zap.h: the frames of ZAP (RFC 27) by which libzmq asks who may connect, and our answer. Pure: no socket.
#ifndef DMH_BROKER_ACCESS_ZAP_H
#define DMH_BROKER_ACCESS_ZAP_H

#include <czmq.h>

#include "messages/base/error.h"
#include "messages/keys/key.h"

enum { ZAP_ID_BYTES_MAX = 255, ZAP_WORD_BYTES = 64 };

struct zap_request {
    unsigned char id[ZAP_ID_BYTES_MAX];
    size_t id_bytes;
    char domain[ZAP_WORD_BYTES];         //  of the socket that is connected to
    char address[ZAP_WORD_BYTES];        //  of the peer
    char public_text[KEY_TEXT_BYTES];    //  the peer's public key, Z85
};

//  Takes a request apart; the envelope (identity, empty frame) is off already. DMH_OK; DMH_MALFORMED;
//  DMH_UNSUPPORTED for another version; DMH_UNAUTHORIZED for another mechanism than CURVE. The id is filled
//  whenever it could be read, so that the request can be answered.
int zap_decode (zmsg_t *message, struct zap_request *out, struct error *error);

//  The answer, without envelope. `user`: the peer is let in and known by it; NULL: it is refused. NULL when
//  out of memory.
zmsg_t *zap_answer (const struct zap_request *request, const char *user);

#endif
