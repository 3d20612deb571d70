//  server.h: HTTP by libmicrohttpd: its threads (epoll) read requests and write answers, and wait for nobody:
//  while others work on a call its connection is suspended. Checks what is the same for every call (path,
//  method, host, origin), reads bodies, logs each call. Knows no broker.
#ifndef DMH_CLIENT_GATEWAY_HTTP_SERVER_H
#define DMH_CLIENT_GATEWAY_HTTP_SERVER_H

#include "client/gateway/http/admission.h"

enum {
    SERVER_THREADS = 4,
    SERVER_CONNECTIONS = 4096,
    SERVER_IDLE_SECONDS = 30,
    SERVER_DRAIN_SECONDS = 2,
    SERVER_HEADER_BYTES = 32 * 1024
};

struct server_config {
    int listener;    //  a listening socket, the server's from now on
    struct gateway *gateway;
    const struct route *routes;
    size_t route_count;
    struct upload_limits limits;
    call_fn *unpack;    //  of a call whose upload is packed, in place of its handler, which it calls then
    unsigned slow_seconds;           //  see patience.h
    unsigned address_connections;    //  of one address at once; 0: as many as there are
    struct admission admission;
    const char *host_names;         //  see origin.h
    const char *tls_certificate;    //  texts in PEM; NULL: without TLS
    const char *tls_key;
};

typedef struct server server_t;

//  `config` and what it points to are borrowed. NULL with `error` set: DMH_INTERNAL, DMH_USAGE (TLS).
server_t *server_new (const struct server_config *config, struct error *error);
//  No connection is taken from now on.
void server_quiesce (server_t *self);
//  Waits until the answers of all calls that were finished have gone out, and no longer than
//  SERVER_DRAIN_SECONDS for those who do not read theirs.
void server_drain (server_t *self);
//  When every call has been finished. Takes NULL.
void server_destroy (server_t **self_p);

#endif
