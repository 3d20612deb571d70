//  subject.h: what the words of a command line mean: jobs and batches, each by its id or the unique beginning
//  of it, batches also by their names.
#ifndef DMH_CLIENT_CONNECTION_SUBJECT_H
#define DMH_CLIENT_CONNECTION_SUBJECT_H

#include "client/connection/connection.h"

struct subject {
    const char *word;    //  as given; borrowed
    char id[ID_BYTES];
    bool is_batch;
};

//  DMH_OK; DMH_NOT_FOUND; DMH_USAGE: it may mean several, which the sentence names; or as a request.
int subject_find (connection_t *connection, const char *word, struct subject *out, struct error *error);

//  The jobs of a batch (empty: of all) in that state (empty: all), in their order, one after the other.
//  `each` answers 0 to go on, and what else it answers is answered here; it may take over what the record
//  owns.
int subject_each_job (connection_t *connection, const char *batch, const char *state,
                      int (*each) (void *context, struct job_record *record), void *context,
                      struct error *error);

//  The jobs that the words mean, those of a batch in their order: *records [*count] are malloc'd and yours,
//  each to be cleared, also when it is not DMH_OK. Each is as it is now, with its outputs where `outputs`.
int subject_jobs (connection_t *connection, const char *const *words, size_t word_count, bool outputs,
                  struct job_record **records, size_t *count, struct error *error);

//  The same for all that are queued or running.
int subject_open_jobs (connection_t *connection, struct job_record **records, size_t *count,
                       struct error *error);

#endif
