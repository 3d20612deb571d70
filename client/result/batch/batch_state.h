//  batch_state.h: what is known of a batch, for people and as JSON.
#ifndef DMH_CLIENT_RESULT_BATCH_BATCH_STATE_H
#define DMH_CLIENT_RESULT_BATCH_BATCH_STATE_H

#include "client/connection/connection.h"
#include "client/terminal/json_line.h"

//  The batch as one: how many of its jobs are in which state, its bytes and records, and the sentences of
//  those that failed; on standard output. Asks the broker for these. DMH_OK, or as a request.
int batch_state_show (const struct batch_record *batch, connection_t *connection, bool json,
                      struct error *error);

//  Its members in a line of JSON.
void batch_state_line (json_line_t *line, const struct batch_record *batch);

//  One word for all of it: running while a job runs, queued while one is, else failed, cancelled or done.
const char *batch_state_word (const struct batch_record *batch);

#endif
