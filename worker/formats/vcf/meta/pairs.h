//  pairs.h: what stands between the brackets of a line of VCF's header, key=value,key="value", as pairs.
//  Pure.
#ifndef DMH_WORKER_FORMATS_VCF_META_PAIRS_H
#define DMH_WORKER_FORMATS_VCF_META_PAIRS_H

#include "worker/text/text.h"

enum { PAIRS_MAX = 64 };

struct meta_pair {
    struct text key, value;    //  the value without its quotes
    char form;                 //  what it begins with: '"', '[', anything else; 0: nothing
};

//  The number of pairs, or -1: it is broken; -2: a key stands twice.
int pairs_read (struct text in, struct meta_pair pairs[PAIRS_MAX]);

//  The value of a key; {NULL, 0}: there is none.
struct text pairs_get (const struct meta_pair *pairs, int count, struct text key);

//  Where the first c stands; in.n: nowhere. What stands from a byte on.
size_t pairs_find (struct text in, char c);
struct text pairs_from (struct text in, size_t at);

#endif
