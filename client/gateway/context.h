//  context.h: what the handlers of calls share: the configuration, the connection to the broker and the
//  threads for files. Handlers include it, and nothing below them.
#ifndef DMH_CLIENT_GATEWAY_CONTEXT_H
#define DMH_CLIENT_GATEWAY_CONTEXT_H

#include "client/gateway/access/allowance.h"
#include "client/gateway/access/session.h"
#include "client/gateway/broker/exchange.h"
#include "client/gateway/broker/result_file.h"
#include "client/gateway/broker/tasks.h"
#include "client/gateway/broker/transfer_pool.h"

struct gateway {
    const struct credential *credential;
    exchange_t *exchange;
    //  For each kind of waiting its own threads, so that one holds up no other: sending files to the broker,
    //  bringing results, looking into files, unpacking.
    tasks_t *sending, *bringing, *looking, *unpacking;
    transfer_pool_t *transfers;
    result_files_t *result_files;
    spool_t *spool;
    tokens_t *tokens;    //  NULL: without; so is what follows
    sessions_t *sessions;
    allowances_t *allowances;
    bool tls;
};

#endif
