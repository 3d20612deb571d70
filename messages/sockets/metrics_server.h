//  metrics_server.h: what a program counts of itself over HTTP, for Prometheus and for those who watch
//  processes: /metrics, /healthz and /readyz. A thread of its own (libmicrohttpd), so that nobody who reads
//  slowly holds anything up; no value of a request reaches anybody.
#ifndef DMH_MESSAGES_SOCKETS_METRICS_SERVER_H
#define DMH_MESSAGES_SOCKETS_METRICS_SERVER_H

#include <stdbool.h>

#include "messages/base/error.h"

typedef struct metrics_server metrics_server_t;

//  Serves the metrics of that component and version (see metrics_write; both borrowed) at ADDRESS:PORT of
//  --metrics-listen and logs where; NULL: there is no such option, and no server. /readyz says 503 until
//  metrics_server_ready. DMH_OK and *out, or DMH_USAGE, DMH_UNAVAILABLE (it is taken), DMH_INTERNAL.
int metrics_server_open (const char *address, const char *component, const char *version,
                         metrics_server_t **out, struct error *error);
void metrics_server_destroy (metrics_server_t **self_p);    //  takes NULL

//  Whether the program can do its work now, for /readyz of this process. Any thread, also without a server.
void metrics_server_ready (bool ready);

#endif
