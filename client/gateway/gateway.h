//  gateway.h: dmh-gateway: HTTP in front, the broker's protocol behind. What runs here: the threads of HTTP
//  (http/server), one that owns the connection to the broker (broker/exchange), those for what waits
//  or computes (broker/tasks). They share nothing but the calls that are under way: a call's connection is
//  suspended while one of the others has it. No job's state is kept here, so that any number of gateways can
//  run.
#ifndef DMH_CLIENT_GATEWAY_GATEWAY_H
#define DMH_CLIENT_GATEWAY_GATEWAY_H

#include "client/gateway/access/allowance.h"
#include "messages/keys/credential.h"

#include <stdint.h>

struct gateway_config {
    const char *listen;    //  ADDRESS:PORT; port 0: any
    const char *broker;    //  or a list of them with commas
    const struct credential *credential;
    const char *spool;                        //  a folder, made where it is absent
    uint64_t spool_bytes;                     //  of all files in it; 0: no limit
    uint64_t body_bytes;                      //  of a request
    uint64_t slow_seconds;                    //  see http/patience.h
    uint64_t address_connections;             //  of one address at once; 0: no limit
    struct allowance_limits of_token;         //  see access/allowance.h
    const char *host_names;                   //  NULL: those of this host
    const char *tls_certificate, *tls_key;    //  files; NULL: HTTP without TLS
    const char *tokens;                       //  a file; NULL: none are wanted
    uint64_t session_minutes;                 //  how long a browser's session lasts
    bool insecure;                            //  other hosts may come without tokens or without TLS
};

typedef struct gateway_service gateway_service_t;

//  `config` and what it points to are borrowed. NULL with `error` set: DMH_USAGE, DMH_IO, DMH_INTERNAL.
gateway_service_t *gateway_start (const struct gateway_config *config, struct error *error);
//  Where it listens: http://ADDRESS:PORT or https://…; borrowed.
const char *gateway_address (const gateway_service_t *self);
//  Reads the tokens again and says so in the log; a file that is wrong changes nothing. Who is not in it any
//  more is refused from now on, and follows no events any more.
void gateway_reload (gateway_service_t *self);
//  Calls that are under way are answered, most of them by 503. Takes NULL.
void gateway_stop (gateway_service_t **self_p);

#endif
