//  question.h: a call asks the broker.
#ifndef DMH_CLIENT_GATEWAY_JOBS_QUESTION_H
#define DMH_CLIENT_GATEWAY_JOBS_QUESTION_H

#include "client/gateway/context.h"
#include "client/gateway/http/call.h"

//  Asks the broker for a call; `answer` is called with the call as its context. What cannot be asked is
//  answered here.
void call_ask (struct call *call, const struct shape *request, void *message, const struct shape *shape,
               exchange_answer_fn *answer);

#endif
