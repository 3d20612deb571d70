//  http_call.h: one request by HTTP or HTTPS with its whole answer, by libcurl: for what is small, as the
//  calls of an API are. What is streamed uses libcurl itself, after http_ready. A redirection is an answer
//  and not followed, as a credential is for one server alone; a proxy is the environment's
//  to say, of HTTPS alone: it would read everything else.
#ifndef DMH_MESSAGES_HTTP_HTTP_CALL_H
#define DMH_MESSAGES_HTTP_HTTP_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "messages/base/buffer.h"
#include "messages/base/error.h"

//  Readies libcurl, once for the process, from any thread. Before the first handle.
void http_ready (void);

//  Whom the server has to be, and who asks. All are files (PEM); NULL: the system's authorities; no
//  certificate.
struct http_trust {
    const char *authority;
    const char *certificate, *key;
};

//  Calls to one server, one after the other, over a connection that stays open. Of one thread at a time.
typedef struct http_session http_session_t;
http_session_t *http_session_new (void);                //  NULL: out of memory
void http_session_destroy (http_session_t **self_p);    //  takes NULL

struct http_call {
    http_session_t *session;       //  may be NULL
    const char *method, *url;      //  https:// or http://
    const char *const *headers;    //  lines "Name: value", ended by NULL; may be NULL
    const void *body;              //  [body_bytes]; may be NULL
    size_t body_bytes;
    const struct http_trust *trust;       //  may be NULL
    int64_t patience_ms;                  //  for all of it; connecting has half of that
    size_t answer_most;                   //  bytes; a longer answer is an error
    bool (*cancelled) (void *context);    //  asked about once a second while it waits; may be NULL
    void *context;
    //  What came of it.
    long status;             //  200, 404 …; 0: there was no answer
    struct buffer answer;    //  terminated; `at` is NULL where it is empty
    int64_t retry_ms;        //  what Retry-After says; 0: nothing
    bool sent;               //  the request may have reached the server, whatever is known of its answer
};

//  Blocks. DMH_OK: there is an answer, whatever its status. Else a sentence without the headers or the body:
//  DMH_UNAVAILABLE: no answer, another time there may be one; DMH_UNAUTHORIZED: one side does not believe who
//  the other is; DMH_TOO_LARGE; DMH_CANCELLED; DMH_USAGE: the URL or a file of `trust` is none; DMH_INTERNAL.
//  http_call_clear it in any case.
int http_call_run (struct http_call *self, struct error *error);
void http_call_clear (struct http_call *self);

//  `text` as a value of a query, malloc'd and yours; NULL: out of memory.
char *http_escape (const char *text);

#endif
