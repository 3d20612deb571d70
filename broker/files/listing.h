//  listing.h: which files a store has in its folder, a descriptor, and what they are. Changes nothing.
#ifndef DMH_BROKER_FILES_LISTING_H
#define DMH_BROKER_FILES_LISTING_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

#include "messages/base/error.h"

struct listing_file {
    const char *sha256, *name;    //  borrowed, for the call alone
    uint64_t bytes;               //  on disk
    int64_t used_at;              //  wall ms, when it was last written, asked for or begun to be read
    bool whole;                   //  else a part
};

typedef int (listing_tell) (void *context, const struct listing_file *file);

//  The same of a file that was looked at.
int64_t listing_used_at (const struct stat *found);

//  Tells each file; stops at the first code that is not DMH_OK and returns it. DMH_OK, DMH_IO.
int listing_each (int folder, listing_tell *tell, void *context, struct error *error);

#endif
