//  correlation.h: the id by which a request is found in all logs: from traceparent (W3C Trace Context) or
//  X-Correlation-ID, else a new one. Pure but for the new one.
#ifndef DMH_CLIENT_GATEWAY_HTTP_CORRELATION_H
#define DMH_CLIENT_GATEWAY_HTTP_CORRELATION_H

#include "messages/job.h"

//  `traceparent` and `given` are the headers' values or NULL. A traceparent that is none is passed over, as
//  the standard has it; of `given` a UUID loses its hyphens, and what is not 32 hex digits is hashed to them.
void correlation_of (const char *traceparent, const char *given, char out[CORRELATION_BYTES]);

#endif
