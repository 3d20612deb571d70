//  standstill.h: why the jobs that are followed do not move: nobody answers, a worker was lost, none is
//  there, or all are busy. Never prints.
#ifndef DMH_CLIENT_CONNECTION_STANDSTILL_H
#define DMH_CLIENT_CONNECTION_STANDSTILL_H

#include "client/connection/connection.h"

enum { STANDSTILL_BYTES = 256 };

//  What is said of a broker that does not answer.
extern const char STANDSTILL_SILENT[];

struct standstill {
    connection_t *connection;
    int64_t heard_at;    //  when the broker last answered or spoke
    int64_t moved_at;    //  when a job last did
    int64_t asked_at;    //  when the workers were last asked for
    int64_t looked_at;
    char reason[STANDSTILL_BYTES];
};

void standstill_begin (struct standstill *self, connection_t *connection);
//  The broker spoke; and a job moved.
void standstill_heard (struct standstill *self);
void standstill_moved (struct standstill *self);

//  How long nobody has answered, in ms.
int64_t standstill_silence (const struct standstill *self);

//  The reason, borrowed until the next call; NULL: something moves, or nobody knows. `records` [count] are
//  the jobs. `ask`: the broker may be asked for its workers; false within a request.
const char *standstill_reason (struct standstill *self, struct job_record *const *records, size_t count,
                               bool ask);

#endif
