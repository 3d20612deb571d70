//  listing_page.h: a page of what is below a prefix, as an object store answers it (ListBucketResult). Keys
//  are percent-encoded where it says so, as not every key can be XML. Pure.
#ifndef DMH_MESSAGES_S3_LISTING_PAGE_H
#define DMH_MESSAGES_S3_LISTING_PAGE_H

#include <stdint.h>

#include "messages/s3/name.h"

enum { S3_TOKEN_BYTES_MOST = 2048 };

//  Told of each object. DMH_OK, or what ends the listing.
typedef int s3_listing_fn (void *context, const struct s3_name *name, uint64_t bytes, struct error *error);

//  `next` is where the next page begins, empty: there is none. Keys that no s3_name may have, that end with
//  "/" or are not below `prefix` are passed over. DMH_OK; DMH_MALFORMED without a sentence: it is no such
//  page, or its end is not told; what `fn` says.
int listing_page_read (const struct s3_name *prefix, const char *bytes, size_t n, s3_listing_fn *fn,
                       void *context, char next[S3_TOKEN_BYTES_MOST], struct error *error);

#endif
