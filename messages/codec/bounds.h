//  bounds.h: how large a message may be. PROTOCOL.md says them to others.
#ifndef DMH_MESSAGES_CODEC_BOUNDS_H
#define DMH_MESSAGES_CODEC_BOUNDS_H

enum {
    BODY_BYTES_MAX = 64 * 1024,
    BODY_DEPTH_MAX = 8,
    BODY_ENTRIES_MAX = 256,    //  of a map; of a list unless its field says less
    PAYLOAD_BYTES_MAX = 1024 * 1024
};

#endif
