//  default_broker.c: see default_broker.h.
#include "client/connection/default_broker.h"

#include "messages/sockets/socket_folder.h"
#include "messages/sockets/unix_socket.h"

#include <stdio.h>

int default_broker_find (bool keyed, char out[URI_BYTES], struct error *error)
{
    char folder[SOCKET_FOLDER_BYTES];
    if (keyed) {
        snprintf (out, URI_BYTES, "tcp://127.0.0.1:5570");
        return DMH_OK;
    }
    socket_folder_endpoint (socket_folder_path (folder), "front", out, URI_BYTES);
    int rc = socket_folder_check (folder, error);
    if (rc == DMH_OK)
        rc = unix_socket_check (out, error);
    if (rc == DMH_NOT_FOUND || (rc == DMH_OK && unix_socket_listener (out) == 0))
        rc =
            error_set (error, DMH_UNAVAILABLE,
                       "no broker of yours runs here, as nobody listens at %.300s; start dmh-broker, or name "
                       "another one by --broker or DMH_BROKER",
                       out);
    return rc;
}
