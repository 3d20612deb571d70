//  admission.h: whether who asks may make a call: by a token or a session, and by the right of its route.
#ifndef DMH_CLIENT_GATEWAY_HTTP_ADMISSION_H
#define DMH_CLIENT_GATEWAY_HTTP_ADMISSION_H

#include "client/gateway/http/call.h"

//  Who may use a gateway.
struct admission {
    tokens_t *tokens;            //  NULL: whoever reaches it may do everything
    sessions_t *sessions;        //  NULL where there are no tokens
    allowances_t *allowances;    //  likewise
    bool local;                  //  it listens on loopback alone
};

//  Of a call whose route is known: fills its `who`, `caller` and `share`. An answer is set where it goes no
//  further.
void admission_check (const struct admission *self, struct call *call, bool safe);

//  Of one that was admitted, as long as its body took; an answer is set where it goes no further.
void admission_check_again (const struct admission *self, struct call *call);

#endif
