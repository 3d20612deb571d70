//  upload.h: leaves the outputs of an attempt with the broker's files service, for who does not see this
//  disk, or in an object store, where results of this worker go there. What lies here stays. Nothing but
//  files of the attempt's own folder is opened, and no link.
#ifndef DMH_WORKER_RESULTS_UPLOAD_H
#define DMH_WORKER_RESULTS_UPLOAD_H

#include <czmq.h>

#include "messages/files/route.h"
#include "messages/keys/credential.h"
#include "messages/work.h"

//  Where to, and until when; all borrowed.
struct upload {
    const char *files;                      //  endpoint of the files service
    route_t *route;                         //  in its place, as of struct transfer_config; or NULL
    const struct credential *credential;    //  shown to it; NULL: none
    const char
        *deposit;    //  the same, for whom the outputs are; NULL: nobody; upload_result takes its order's
    const struct s3_name *objects;    //  where results go in an object store; NULL: to the broker
    const char *job;                  //  of an attempt whose result goes there
    uint64_t attempt;
    zmq_pollitem_t stop;                                             //  readable when it is to end
    void (*moved) (void *context, uint64_t done, uint64_t total);    //  as of struct transfer_config
    void *context;
};

//  The outputs in the finished folder `path`. DMH_OK; DMH_IO: one cannot be read; DMH_MALFORMED: one has no
//  plain name; else as transfer_put, or object_results_put. Waits for the broker.
int upload_folder (const struct upload *self, const char *path, const struct output *outputs, size_t count,
                   struct error *error);

//  The outputs that the broker names, when they are a result in `results` (absolute), or one of this worker's
//  in the object store: to the broker. As upload_folder, and what attempt_folder_find or object_results_check
//  and object_results_get answer.
int upload_result (const struct upload *self, const char *results, const struct hand_over *order,
                   struct error *error);

#endif
