//  object_results.h: results that lie in an object store, below a folder of a bucket that the worker was
//  given
//  (--results-to): those of an attempt at ROOT/JOB.ATTEMPT/, their report.json last, so that a result is
//  whole or has none. With the credentials of the worker's own environment.
#ifndef DMH_WORKER_RESULTS_OBJECT_RESULTS_H
#define DMH_WORKER_RESULTS_OBJECT_RESULTS_H

#include "messages/s3/object.h"
#include "messages/work.h"

//  Where to, and until when; all borrowed.
struct object_results {
    const struct s3_name *root;                                      //  NULL: nowhere
    zmq_pollitem_t stop;                                             //  readable when it is to end
    void (*moved) (void *context, uint64_t done, uint64_t total);    //  as of struct s3_client_config
    void *context;
};

//  The URI of an attempt's result below `root`. DMH_OK; DMH_TOO_LARGE; DMH_MALFORMED: the job's name is no
//  id.
int object_results_uri (const struct s3_name *root, const char *job, uint64_t attempt, char uri[URI_BYTES],
                        struct error *error);

//  Whether `uri` is that very place; what else a message names is never asked for. DMH_OK; DMH_NOT_FOUND,
//  also where `root` is NULL.
int object_results_check (const struct s3_name *root, const char *job, uint64_t attempt, const char *uri,
                          struct error *error);

//  Puts the outputs of the finished folder `path` there, and removes what attempts of the job before this one
//  have left. DMH_OK: all of them are there; else none is, as far as the store can be reached: DMH_IO: one
//  cannot be read; DMH_BAD_INPUT: no credentials are found; else as s3_object_put.
int object_results_put (const struct object_results *self, const char *job, uint64_t attempt,
                        const char *path, const struct output *outputs, size_t count, struct error *error);

//  Brings one output of that result into an empty descriptor. As s3_object_get.
int object_results_get (const struct object_results *self, const char *job, uint64_t attempt,
                        const char *name, int fd, struct error *error);

//  Removes all that is there of that attempt, its report first. DMH_OK: nothing is, now or before; else as
//  s3_listing_read and s3_object_remove.
int object_results_remove (const struct object_results *self, const char *job, uint64_t attempt,
                           struct error *error);

#endif
