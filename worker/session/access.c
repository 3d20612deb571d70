//  access.c: see access.h.
#include "worker/session/access.h"

#include "messages/s3/access.h"
#include "messages/sockets/unix_socket.h"

#include <stdio.h>

static bool s_given (const char *text)
{
    return text && *text;
}

const char *access_broker (const char *key, char endpoint[URI_BYTES], char folder[SOCKET_FOLDER_BYTES])
{
    *folder = 0;
    if (s_given (key))
        snprintf (endpoint, URI_BYTES, "tcp://127.0.0.1:5571");
    else
        socket_folder_endpoint (socket_folder_path (folder), "back", endpoint, URI_BYTES);
    return endpoint;
}

//  A place for results, which there have to be credentials for.
static int s_read_objects (const char *told, struct s3_name *out, struct error *error)
{
    struct s3_access found;
    int rc = s3_name_read (told, out, error);
    if (rc == DMH_OK)
        rc = s3_access_find (&found, error);
    s3_access_clear (&found);
    return rc == DMH_OK ? rc : (error->code = DMH_USAGE);
}

int access_open (const struct access_paths *paths, struct access *out, struct error *error)
{
    *out = (struct access){.roots = NULL};
    int rc = credential_read (paths->key, paths->server_key, &out->credential, error);
    if (rc == DMH_OK && (s_given (paths->data_root) || credential_is (&out->credential) ||
                         !unix_socket_is_each (paths->broker))) {
        out->roots = data_roots_new (paths->data_root, error);
        rc = out->roots ? DMH_OK : error->code;
    }
    if (rc == DMH_OK && s_given (paths->sign_key)) {
        out->sign_key = signing_key_read (paths->sign_key, error);
        rc = out->sign_key ? DMH_OK : error->code;
    }
    return rc == DMH_OK && s_given (paths->results_to)
               ? s_read_objects (paths->results_to, &out->objects, error)
               : rc;
}

void access_clear (struct access *self)
{
    key_forget (&self->credential.own);
    signing_key_destroy (&self->sign_key);
    data_roots_destroy (&self->roots);
}
