//  admission.c: see admission.h.
#include "client/gateway/http/admission.h"

#include "messages/base/clock.h"

#include <string.h>

void admission_check (const struct admission *self, struct call *call, bool safe)
{
    static const enum token_role LEAST[] = {[CALL_READ] = ROLE_READ,
                                            [CALL_SUBMIT] = ROLE_SUBMIT,
                                            [CALL_ADMIN] = ROLE_ADMIN,
                                            [CALL_LOCAL] = ROLE_ADMIN};
    struct error error = {.code = DMH_OK};
    const struct caller_claim claim = {
        call_request_header (call, MHD_HTTP_HEADER_AUTHORIZATION),
        MHD_lookup_connection_value (call->connection, MHD_COOKIE_KIND, SESSION_COOKIE),
        call_request_header (call, FORGERY_HEADER), safe};
    if (!self->tokens || call->route->right == CALL_OPEN || (call->route->right == CALL_LOCAL && self->local))
        return;
    int rc = caller_find (self->tokens, self->sessions, &claim, &call->who, &error);
    if (rc == DMH_NOT_FOUND)
        call_problem (call, MHD_HTTP_UNAUTHORIZED, error_word (DMH_UNAUTHORIZED), error.text);
    else if (rc != DMH_OK)
        call_fail (call, &error);
    else if (call->who.token.role < LEAST[call->route->right])
        call_problem (call, MHD_HTTP_FORBIDDEN, error_word (DMH_UNAUTHORIZED),
                      "the role of this token does not allow it");
    else if (allowances_enter (self->allowances, call->who.token.name, call->route->takes_body,
                               clock_mono_ms (), &call->share, &error) == DMH_UNAVAILABLE)
        call_problem (call, MHD_HTTP_TOO_MANY_REQUESTS, error_word (DMH_UNAVAILABLE), error.text);
    else if (error.code != DMH_OK)
        call_fail (call, &error);
    else if (call->who.token.role != ROLE_ADMIN)
        memcpy (call->caller, call->who.token.name, sizeof call->caller);
}

void admission_check_again (const struct admission *self, struct call *call)
{
    if (*call->who.token.name && !caller_holds (&call->who, self->tokens, self->sessions))
        call_problem (call, MHD_HTTP_UNAUTHORIZED, error_word (DMH_UNAUTHORIZED),
                      "the token or the session was withdrawn meanwhile");
}
