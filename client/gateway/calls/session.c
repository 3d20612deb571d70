//  session.c: a token becomes a cookie, for a page, and goes again.
#include "client/gateway/access/caller.h"
#include "client/gateway/calls/calls.h"
#include "messages/base/narrow.h"

#include <stdio.h>

void call_open_session (struct call *call)
{
    char check[HEX_BYTES] = "", cookie[TOKEN_BYTES_MAX + 128];
    size_t n = 0;
    const char *token = caller_bearer (call_request_header (call, MHD_HTTP_HEADER_AUTHORIZATION), &n);
    bool opens = call->token && token && token_forgery_check (token, n, check);
    json_writer_t *json = json_writer_new (false);
    if (json) {
        json_writer_object (json, NULL);
        json_writer_string (json, "name", call->token ? call->token->name : NULL);
        json_writer_string (json, "role", token_role_word (call->token ? call->token->role : ROLE_ADMIN));
        json_writer_string (json, "csrf", opens ? check : NULL);
    }
    call_reply_json (call, MHD_HTTP_OK, &json);
    if (opens) {
        snprintf (cookie, sizeof cookie, SESSION_COOKIE "=%.*s; HttpOnly; SameSite=Strict; Path=/%s",
                  NARROW (int, n), token, call->gateway->tls ? "; Secure" : "");
        call_header (call, MHD_HTTP_HEADER_SET_COOKIE, cookie);
    }
    call_finish (call);
}

//  Whoever asks: the browser forgets the cookie, and with it the token.
void call_end_session (struct call *call)
{
    call_reply (call, MHD_HTTP_NO_CONTENT, NULL, "", 0);
    call_header (call, MHD_HTTP_HEADER_SET_COOKIE,
                 call->gateway->tls ? SESSION_COOKIE "=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0; Secure"
                                    : SESSION_COOKIE "=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    call_finish (call);
}
