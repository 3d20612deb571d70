//  unpacking.h: a packed body is unpacked before its call goes on: by a task, as it may take long.
#ifndef DMH_CLIENT_GATEWAY_JOBS_UNPACKING_H
#define DMH_CLIENT_GATEWAY_JOBS_UNPACKING_H

#include "client/gateway/http/call.h"

//  Calls the handler of the call's route when its upload is there, else answers why not.
void unpacking_begin (struct call *call);

#endif
