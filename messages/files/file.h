//  file.h: the messages of the files socket: pieces of files that are named by their SHA-256.
//  PUT and CHUNK carry a payload behind the body. The codec bounds lengths; what a sha256 or an offset has to
//  be is checked by file_is_sha256 and by the broker's store of files.
#ifndef DMH_MESSAGES_FILES_FILE_H
#define DMH_MESSAGES_FILES_FILE_H

#include "messages/base/digest.h"
#include "messages/job.h"

enum {
    CHUNK_BYTES = 256 * 1024,
    CREDIT_CHUNKS = 8    //  in flight before the receiver's answer
};

//  One piece, its bytes are the payload; without payload the question how far the other side is.
struct put {
    char request[ID_BYTES];
    char sha256[DIGEST_HEX_BYTES];    //  of the whole file
    uint64_t bytes;                   //  of the whole file
    uint64_t offset;                  //  of the payload's first byte
    char ticket[TICKET_BYTES];        //  for whom it is left besides: a deposit; empty: for nobody
};
MESSAGE_DECLARE (put);

//  The next offset that is wanted; `bytes` when the file is whole, checked and kept.
struct stored {
    char request[ID_BYTES];
    char sha256[DIGEST_HEX_BYTES];
    uint64_t offset;
    bool whole;
};
MESSAGE_DECLARE (stored);

struct get {
    char request[ID_BYTES];
    char sha256[DIGEST_HEX_BYTES];
    uint64_t offset;
    uint64_t bytes;               //  at most CHUNK_BYTES are answered
    char ticket[TICKET_BYTES];    //  empty: it is the peer's own file
};
MESSAGE_DECLARE (get);

struct chunk {
    char request[ID_BYTES];
    char sha256[DIGEST_HEX_BYTES];
    uint64_t offset;
    uint64_t bytes;    //  of the whole file
};
MESSAGE_DECLARE (chunk);

//  64 hex digits in lower case, nothing else: such a text is safe as a file's name.
bool file_is_sha256 (const char *text);

#endif
