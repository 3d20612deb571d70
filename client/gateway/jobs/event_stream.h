//  event_stream.h: Server-Sent Events (WHATWG HTML, 9.2) of one job or of all to one client. A client that
//  reads slowly gets the last state of each job and not each one; it costs bounded memory. Owned by the
//  response that it feeds.
#ifndef DMH_CLIENT_GATEWAY_JOBS_EVENT_STREAM_H
#define DMH_CLIENT_GATEWAY_JOBS_EVENT_STREAM_H

#include "client/gateway/context.h"
#include "client/gateway/http/call.h"

enum { EVENT_ID_BYTES = 96, EVENT_STREAM_JOBS_MAX = 1024 };

typedef struct event_stream event_stream_t;

//  Listens from now on, for as long as who asks may; `job` is empty for all that who asks may see. NULL: out
//  of memory, or too many listen.
event_stream_t *event_stream_new (const struct call *call, const char *job);
//  Before event_stream_response alone. Takes NULL.
void event_stream_destroy (event_stream_t **self_p);

//  `known`: the id of the last event that the client has (NULL: none), which is not sent again.
void event_stream_go_on (event_stream_t *self, const char *known);

//  What is known of a job now, where the feed has not told yet.
void event_stream_begin (event_stream_t *self, const struct event *event);

//  The response that sends it; it destroys the stream at its end. NULL: out of memory, the stream stays.
struct MHD_Response *event_stream_response (event_stream_t **self_p);

//  The id of an event: the revision of the job's record, which the broker keeps, so that any gateway goes on
//  from it; in a stream `of_all` behind the job's id and a colon. Returns out.
char *event_stream_id (const struct event *event, bool of_all, char out[EVENT_ID_BYTES]);

#endif
