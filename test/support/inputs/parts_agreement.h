//  parts_agreement.h: for tests and the fuzzer: a text that is cut into parts reads as the whole of it.
#ifndef DMH_TEST_SUPPORT_PARTS_AGREEMENT_H
#define DMH_TEST_SUPPORT_PARTS_AGREEMENT_H

#include "worker/input/text_parts.h"

//  How it is cut, and how it comes.
struct parts_way {
    uint64_t part_bytes;
    size_t step;     //  of text_parts_new
    size_t piece;    //  bytes that are fed at once
    size_t block;    //  in which each part is read again
};

//  NULL when n bytes in that dialect, which text_parts_allow has allowed, fail to be cut whatever the pieces,
//  or are cut into parts that lie one behind the other, are no larger than they may be, are the same whatever
//  the pieces, begin on the lines that they say, and hold the records of the whole, each read alone; else
//  what does not. *count (may be NULL): of the parts.
const char *parts_agreement (const struct dialect *dialect, const char *bytes, size_t n,
                             const struct parts_way *way, size_t *count);

#endif
