//  question.c: see question.h.
#include "client/gateway/jobs/question.h"

void call_ask (struct call *call, const struct shape *request, void *message, const struct shape *shape,
               exchange_answer_fn *answer)
{
    struct error error = {.code = DMH_OK};
    if (exchange_ask (call->gateway->exchange, request, message, shape, answer, call, &error) == DMH_OK)
        return;
    call_fail (call, &error);
    call_finish (call);
}
