//  result_file.h: a file of a job's result, wherever it lies: in a folder that this host sees, with the
//  broker's files service, or with a worker that is asked to leave it there. Files that had to be brought are
//  kept open for a moment, for who asks for the next page or range; nothing is left on the disk. Knows no
//  HTTP.
#ifndef DMH_CLIENT_GATEWAY_BROKER_RESULT_FILE_H
#define DMH_CLIENT_GATEWAY_BROKER_RESULT_FILE_H

#include "client/gateway/broker/exchange.h"
#include "client/gateway/broker/tasks.h"
#include "client/gateway/spool.h"

enum { RESULT_FILES_KEPT = 32, RESULT_FILES_KEPT_MS = 60000 };

typedef struct result_files result_files_t;
typedef struct brought brought_t;    //  a file that takes room in the spool

struct result_files_config {
    exchange_t *exchange;
    const tasks_t *tasks;
    const struct credential *credential;
    spool_t *spool;    //  where files are while they are open
};

//  `config` and what it points to are borrowed. NULL: out of memory.
result_files_t *result_files_new (const struct result_files_config *config);
void result_files_destroy (result_files_t **self_p);    //  takes NULL

//  Opens that output of a job that has a result; on behalf of whom: as in the requests. A descriptor of the
//  caller's, to be read by pread alone; *brought, where it had to be brought, is to be released when the
//  descriptor is closed (NULL: it was not). -1 with `error` set: DMH_UNAVAILABLE (nobody brings it now, or
//  the spool has no room), DMH_NOT_FOUND, DMH_IO, or as transfer_get. In a task: it waits.
int result_files_open (result_files_t *self, const struct job_record *record, const struct output *output,
                       const char *on_behalf_of, brought_t **brought, struct error *error);
void result_files_release (result_files_t *self, brought_t **brought_p);    //  takes NULL

#endif
