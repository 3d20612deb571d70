//  call.h: one HTTP request from its first line to its answer. Its handler is called once, when the body is
//  there, while the connection is suspended; it answers at once or lets others do so later, from any thread:
//  whoever sets the answer calls call_finish, and the connection goes on. Whom it asks, handlers know.
//  One of call_reply, call_problem and their like a call.
#ifndef DMH_CLIENT_GATEWAY_HTTP_CALL_H
#define DMH_CLIENT_GATEWAY_HTTP_CALL_H

#include <microhttpd.h>

#include "client/gateway/access/caller.h"
#include "client/gateway/http/target.h"
#include "client/gateway/http/upload.h"
#include "messages/job.h"
#include "messages/json/writer.h"

struct gateway;
struct call;

typedef void call_fn (struct call *call);

//  Who may do it, by their tokens.
enum call_right {
    CALL_OPEN,
    CALL_SUBMIT,
    CALL_READ,
    CALL_ADMIN,
    CALL_LOCAL    //  as CALL_OPEN where no other host comes in, else as CALL_ADMIN
};

//  What is there under a path: "/api/v1/jobs/{job}"; {…} stands for any one segment.
struct route {
    const char *method, *path;
    call_fn *handler;
    enum call_right right;
    bool takes_body;    //  it is read into `upload`
};

enum { CALL_PARTS_MAX = 3, CALL_NAME_BYTES = 128 };

struct call {
    struct gateway *gateway;    //  borrowed
    struct MHD_Connection *connection;
    struct target target;
    struct error wrong;    //  of the target; checked when the connection is known
    const struct route *route;
    const char *parts[CALL_PARTS_MAX];    //  what stands for {…}
    char correlation[CORRELATION_BYTES];
    char caller[OWNER_NAME_BYTES];    //  on whose behalf; empty: without tokens
    struct caller who;                //  who asks
    bool is_head;
    upload_t *upload;    //  NULL: no body is taken
    struct share share;
    int64_t began_at;    //  mono ms
    int64_t whole_at;    //  mono us; when its last byte was here, 0 before
    enum { CALL_NEW, CALL_READING, CALL_WORKING } stage;
    //  The answer.
    unsigned status;
    struct MHD_Response *response;
    uint64_t read;    //  bytes of the body
    //  Of the handler; destroyed with the call.
    void *work;
    void (*work_destroy) (void *work);
};

//  Answers with that text of n bytes, which is copied.
void call_reply (struct call *self, unsigned status, const char *type, const char *text, size_t n);
//  With a JSON document, which is closed and destroyed.
void call_reply_json (struct call *self, unsigned status, json_writer_t **json);
//  With a response that was made elsewhere; NULL: out of memory.
void call_reply_with (struct call *self, unsigned status, struct MHD_Response *response);
//  Adds a header to the answer that is set.
void call_header (struct call *self, const char *name, const char *value);

//  Answers with application/problem+json (RFC 9457): a status and a code of PROTOCOL.md, by the error's code
//  or, of HTTP's own, as given.
void call_fail (struct call *self, const struct error *error);
void call_problem (struct call *self, unsigned status, const char *code, const char *sentence);

//  The answer is set: it goes out. Nothing of the call may be touched afterwards.
void call_finish (struct call *self);

//  Whether a body comes with the request.
bool call_has_body (const struct call *self);
//  Where the request ends and whom it is for stands once in it: a proxy in front that takes the other one of
//  two would see other requests than this one does (RFC 9112, 6.3). DMH_OK, DMH_MALFORMED.
int call_check_framing (const struct call *self, struct error *error);
//  A header of the request; NULL: there is none. Borrowed.
const char *call_request_header (const struct call *self, const char *name);
//  A value of the query; NULL: there is none.
const char *call_query (const struct call *self, const char *name);
//  A whole number of the query between the two; `otherwise` where it is absent. DMH_OK, DMH_MALFORMED.
int call_query_number (const struct call *self, const char *name, uint64_t least, uint64_t most,
                       uint64_t otherwise, uint64_t *out, struct error *error);

#endif
