//  origins.h: the URLs under which the records of a pass stood in a Bundle (fullUrl), by the records'
//  numbers, for the message of a conflict: the same id at two servers is two persons. A URL that ends with
//  the resource's id costs a number, as its beginning is kept once for all.
#ifndef DMH_WORKER_PIPELINE_KEYS_ORIGINS_H
#define DMH_WORKER_PIPELINE_KEYS_ORIGINS_H

#include "worker/text/index.h"

#include "messages/base/buffer.h"

//  An entry's URL, and the id that its resource has, with which it mostly ends. Borrowed.
struct url {
    struct text whole, id;
};

struct origin {
    size_t at, n;    //  in texts
    bool named;      //  the id follows
};

struct origins {
    struct buffer texts, list,
        records;      //  of struct origin; of uint32_t, 0: none, else one more than its place
    char **starts;    //  what URLs that end with an id begin with, owned; [start_count]
    size_t start_count;
    text_index_t *by_start;    //  of those → their place in the list
};

//  Records come in the order of their numbers, from 1; those
//  without a URL need not. 0, or -1 out of memory.
int origins_put (struct origins *self, uint64_t record, struct url url);

//  Puts "; this one is https://b/Patient/7, that one https://a/Patient/7" behind the message on the record
//  whose URL this is, where the record `before` had another one. Cut at `size`.
void origins_say (const struct origins *self, uint64_t before, struct url url, char *message, size_t size);

void origins_clear (struct origins *self);    //  frees

#endif
