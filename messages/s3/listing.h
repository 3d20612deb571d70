//  listing.h: what is below a prefix of a bucket, page by page (ListObjectsV2), in the order of its keys.
#ifndef DMH_MESSAGES_S3_LISTING_H
#define DMH_MESSAGES_S3_LISTING_H

#include "messages/s3/client.h"
#include "messages/s3/listing_page.h"

//  `prefix`: its key ends with "/" or is empty. `deep`: also what is in folders below it. Keys that no
//  s3_name may have, and those that end with "/" (the folders of some tools), are passed over. DMH_OK;
//  DMH_MALFORMED: the store's answer is none; DMH_TOO_LARGE: there are more than a million; what `fn` says;
//  else as s3_client_do.
int s3_listing_read (s3_client_t *client, const struct s3_name *prefix, bool deep, s3_listing_fn *fn,
                     void *context, struct error *error);

#endif
