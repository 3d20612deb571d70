//  access.h: what a worker shows to its broker, what of this host it may read, and by which key it signs.
#ifndef DMH_WORKER_SESSION_ACCESS_H
#define DMH_WORKER_SESSION_ACCESS_H

#include "messages/job.h"
#include "messages/keys/credential.h"
#include "messages/keys/signing_key.h"
#include "messages/s3/name.h"
#include "messages/sockets/socket_folder.h"
#include "worker/input/data_roots.h"

//  Where it is configured; each may be NULL or empty: it is not.
struct access_paths {
    const char *broker;    //  its back, or a list with commas
    const char *key, *server_key, *data_root, *sign_key, *results_to;
};

struct access {
    struct credential credential;
    data_roots_t *roots;        //  NULL: everything, for a broker that only this user reaches
    signing_key_t *sign_key;    //  NULL: it signs nothing
    struct s3_name objects;     //  where its results go; an empty bucket: they stay
};

//  The broker where none is named: this user's own at its Unix socket, whose folder is written to `folder`;
//  with a key it is another's, at the default port of this host, and `folder` is empty. Returns endpoint.
const char *access_broker (const char *key, char endpoint[URI_BYTES], char folder[SOCKET_FOLDER_BYTES]);

//  DMH_OK; DMH_USAGE: `results_to` is wrong, or there are no credentials for it; else what reads the files
//  answers. access_clear it in any case.
int access_open (const struct access_paths *paths, struct access *out, struct error *error);
void access_clear (struct access *self);

#endif
