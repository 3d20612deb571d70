//  access.h: where an object store is and what is shown to it, found as other tools find it: the environment
//  (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_DEFAULT_REGION,
//  AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, AWS_CA_BUNDLE), below it the profile AWS_PROFILE (or default) of
//  ~/.aws/credentials and ~/.aws/config (AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE). Roles, single
//  sign-on, credential_process, web identities and the metadata service of an instance are not asked.
#ifndef DMH_MESSAGES_S3_ACCESS_H
#define DMH_MESSAGES_S3_ACCESS_H

#include <limits.h>

#include "messages/s3/name.h"

enum { S3_HOST_BYTES = 256, S3_TOKEN_BYTES = 8192, S3_URL_BYTES = 4096 };

struct s3_access {
    char access_key[256], secret_key[256];
    char session_token[S3_TOKEN_BYTES];    //  empty: none
    char region[64];
    char scheme[6], host[S3_HOST_BYTES];    //  of the endpoint, with its port where it names one
    char base[S3_HOST_BYTES];               //  path that stands before the bucket's; empty: none
    bool by_path;                           //  the bucket stands in the path, not in the host
    char ca_bundle[PATH_MAX];               //  empty: the system's
};

//  Finds it. DMH_OK; DMH_USAGE: there is none, or a setting is wrong. No sentence has a secret in it.
int s3_access_find (struct s3_access *out, struct error *error);

//  Wipes it.
void s3_access_clear (struct s3_access *self);

//  An endpoint, http:// or https://, a host, a port, a path. DMH_OK or DMH_USAGE.
int s3_access_set_endpoint (struct s3_access *self, const char *url, struct error *error);

//  Where a bucket's object is: the host as the header Host has it, and the path, percent-encoded. An empty
//  key is the bucket. A bucket with a dot in it stands in the path in any case: no certificate is for its
//  host. false: it does not fit.
bool s3_access_place (const struct s3_access *self, const struct s3_name *name, char host[S3_HOST_BYTES],
                      char path[S3_URL_BYTES]);

#endif
