//  api.c: see api.h.
#include "client/launch/kubernetes/api.h"

#include "client/launch/kubernetes/login.h"
#include "messages/base/narrow.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CALL_MS = 30000,
    ANSWER_MOST = 16 * 1024 * 1024,
    TRIES = 5,
    WAIT_MS = 250,
    WAIT_MS_MOST = 15000,
    URL_BYTES = 2048,
    MESSAGE_BYTES = 320
};

int kube_api_open (struct kube_api *self, const char *kubeconfig, const char *context, const char *space,
                   struct error *error)
{
    int rc = kube_login (&self->access, kubeconfig, context, space, error);
    self->again = false;
    self->session = rc == DMH_OK ? http_session_new () : NULL;
    if (rc != DMH_OK || self->session)
        return rc;
    kube_access_clear (&self->access);
    return error_set (error, DMH_INTERNAL, "out of memory");
}

void kube_api_close (struct kube_api *self)
{
    http_session_destroy (&self->session);
    kube_access_clear (&self->access);
}

//  One try.
static int s_send (struct kube_api *self, const struct kube_request *request, struct http_call *call,
                   struct error *error)
{
    char url[URL_BYTES], authorization[KUBE_TOKEN_BYTES + 32];
    const char *headers[] = {"Accept: application/json", "Content-Type: application/json", "User-Agent: dmh",
                             *self->access.token ? authorization : NULL, NULL};
    snprintf (authorization, sizeof authorization, "Authorization: Bearer %s", self->access.token);
    int n = snprintf (url, sizeof url, "%s/api/v1/namespaces/%s%s", self->access.server, self->access.space,
                      request->path);
    *call = (struct http_call){.session = self->session,
                               .method = request->method,
                               .url = url,
                               .headers = headers,
                               .body = request->body,
                               .body_bytes = request->body_bytes,
                               .trust = &self->access.trust,
                               .patience_ms = CALL_MS,
                               .answer_most = ANSWER_MOST};
    int rc = n < URL_BYTES ? http_call_run (call, error)
                           : error_set (error, DMH_USAGE, "the address of the API server is too long");
    call->url = NULL;
    call->headers = NULL;
    explicit_bzero (authorization, sizeof authorization);
    return rc;
}

//  Others changed what it counts by, a quota, at the same time. (What exists already is a 409, too.)
static bool s_is_contended (const struct http_call *call)
{
    return call->status == 409 && call->answer.at && strstr (call->answer.at, "\"Conflict\"");
}

static bool s_may_try_again (int rc, long status)
{
    return rc == DMH_UNAVAILABLE || (rc == DMH_OK && (status == 429 || (status >= 500 && status != 501)));
}

//  Until it is answered for good, or was tried often enough.
static int s_send_all (struct kube_api *self, const struct kube_request *request, struct http_call *call,
                       struct error *error)
{
    self->again = false;
    for (int try = 1;; try++) {
        int rc = s_send (self, request, call, error);
        int64_t wait_ms = call->retry_ms ? call->retry_ms : (int64_t) WAIT_MS << try;
        bool contended = rc == DMH_OK && s_is_contended (call);
        if (try == TRIES || wait_ms > WAIT_MS_MOST || (!contended && !s_may_try_again (rc, call->status)))
            return rc;
        self->again = self->again || (call->sent && !contended);
        http_call_clear (call);
        poll (NULL, 0, NARROW (int, wait_ms));
    }
}

//  What a Status says, or another answer's beginning.
static void s_message (const struct http_call *call, const struct json_value *answer, char out[MESSAGE_BYTES])
{
    const char *message = json_value_string (json_value_member (answer, "message"));
    snprintf (out, MESSAGE_BYTES, "%s", message ? message : call->answer.at ? call->answer.at : "");
    out[strcspn (out, "\r\n")] = 0;
    if (!*out)
        snprintf (out, MESSAGE_BYTES, "it says nothing more");
}

static int s_refused (const struct kube_api *self, const struct kube_request *request,
                      const struct http_call *call, const struct json_value *answer, struct error *error)
{
    char message[MESSAGE_BYTES] = "it does not like what it says";
    const char *doing = request->doing;
    bool names_only = call->status == 403 || call->status == 404 || call->status == 409 ||
                      call->status == 429;    //  whose answers repeat no field's value
    if (!request->secret || names_only)
        s_message (call, answer, message);
    switch (call->status) {
    case 401:
        return error_set (
            error, DMH_UNAUTHORIZED,
            "Kubernetes at %.200s does not know who asks (401); the credentials of %s%.100s are "
            "wrong or no longer valid",
            self->access.server, *self->access.context ? "the context " : "the pod", self->access.context);
    case 403:
        return error_set (error, DMH_UNAUTHORIZED, "Kubernetes does not let dmh %s: %s", doing, message);
    case 404:
        return error_set (error, DMH_NOT_FOUND, "Kubernetes cannot %s: %s", doing, message);
    case 409:
        return error_set (error, DMH_CONFLICT, "Kubernetes cannot %s: %s", doing, message);
    default:
        if (s_may_try_again (DMH_OK, call->status))
            return error_set (error, DMH_UNAVAILABLE, "Kubernetes cannot %s now (%ld): %s", doing,
                              call->status, message);
        return error_set (error, DMH_USAGE, "Kubernetes refuses to %s (%ld): %s", doing, call->status,
                          message);
    }
}

int kube_api_call (struct kube_api *self, const struct kube_request *request, struct json_value **answer,
                   struct error *error)
{
    struct http_call call;
    int rc = s_send_all (self, request, &call, error);
    struct json_value *root =
        rc == DMH_OK && call.answer.at
            ? json_value_new (call.answer.at, call.answer.used, JSON_VALUE_DEPTH_MAX, "Kubernetes", NULL)
            : NULL;
    if (rc == DMH_OK && (call.status < 200 || call.status > 299))
        rc = s_refused (self, request, &call, root, error);
    http_call_clear (&call);
    if (answer)
        *answer = NULL;
    if (rc == DMH_OK && answer)
        *answer = root;
    else
        json_value_destroy (&root);
    return rc;
}

void kube_api_text (struct kube_api *self, const char *path, char *text, size_t size)
{
    const struct kube_request request = {.method = "GET", .path = path, .doing = "read"};
    struct http_call call;
    int rc = s_send (self, &request, &call, NULL);
    bool good = rc == DMH_OK && call.status == 200 && call.answer.at;
    snprintf (text, size, "%s", good ? call.answer.at : "");
    http_call_clear (&call);
}
