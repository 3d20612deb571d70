//  link.c: see link.h.
#include "client/connection/link.h"

#include "messages/base/clock.h"
#include "messages/codec/frame.h"
#include "messages/sockets/socket.h"

enum { PORT_MAX = 65535 };

//  libzmq takes any number for a port, and of a larger one what is left of it in 16 bits.
static int s_check (const char *endpoint, struct error *error)
{
    const char *colon = strrchr (endpoint, ':');
    bool is_tcp = strncmp (endpoint, "tcp://", 6) == 0;
    if (is_tcp && colon > endpoint + 6 && strspn (colon + 1, "0123456789") == strlen (colon + 1) &&
        strlen (colon + 1) <= 5 && strtoul (colon + 1, NULL, 10) - 1 < PORT_MAX)
        return DMH_OK;
    return !is_tcp
               ? DMH_OK
               : error_set (error, DMH_USAGE,
                            "“%s” has no port from 1 to %d behind its host; give --broker tcp://HOST:5570",
                            endpoint, PORT_MAX);
}

int link_open (const struct credential *credential, int type, const char *endpoint, int queue, zsock_t **out,
               struct error *error)
{
    int rc = s_check (endpoint, error);
    if (rc != DMH_OK)
        return rc;
    zsock_t *socket = socket_new (type);
    if (!socket)
        return error_set (error, DMH_INTERNAL, "a socket to the broker cannot be made: %s", strerror (errno));
    zsock_set_linger (socket, 0);
    zsock_set_sndhwm (socket, queue);
    zsock_set_rcvhwm (socket, queue);
    *out = socket;
    if (credential_show (credential, socket) == 0 && zsock_connect (socket, "%s", endpoint) == 0)
        return DMH_OK;
    zsock_destroy (out);
    return error_set (error, DMH_USAGE, "“%s” is not the address of a broker; give --broker tcp://HOST:5570",
                      endpoint);
}

int link_take (zsock_t *link, const char *request, const struct shape *shape, void *out, struct error *error)
{
    zmsg_t *message = zmsg_recv_nowait (link);
    struct frame frame;
    int rc = message ? frame_open (message, &frame, error) : DMH_NOT_FOUND;
    if (rc == DMH_OK && streq (frame.kind, "ERROR")) {
        struct problem problem;
        rc = problem_decode (frame.body, frame.body_bytes, &problem, error);
        if (rc == DMH_OK && *problem.request && !streq (problem.request, request))
            rc = DMH_NOT_FOUND;
        else if (rc == DMH_OK)
            rc = error_set (error, error_code (problem.code), "%s", problem.message);
    } else if (rc == DMH_OK && streq (frame.kind, shape->name)) {
        rc = shape_decode (shape, frame.body, frame.body_bytes, out, error);
        if (rc == DMH_OK && !streq ((const char *) out, request)) {    //  `request` is first in every answer
            shape_clear (shape, out);
            rc = DMH_NOT_FOUND;
        }
    } else if (rc == DMH_OK)
        rc = DMH_NOT_FOUND;
    zmsg_destroy (&message);
    return rc;
}

int64_t link_next_wait (int64_t *patience, int64_t until)
{
    int64_t next = clock_mono_ms () + *patience;
    *patience *= 2;
    return next < until ? next : until;
}
