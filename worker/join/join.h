//  join.h: one table a kind over the results of many inputs, in the inputs' order: the union of their
//  columns, duplicates and conflicts found across them. What was done with each record in its own input is
//  not done again; the results are all that is read.
#ifndef DMH_WORKER_JOIN_JOIN_H
#define DMH_WORKER_JOIN_JOIN_H

#include "worker/join/inputs/join_request.h"

//  Makes the tables, in the order in which their kinds come. joined [JOINED_KINDS_MAX] receives *count.
//  Inputs without a result are left out and named in the reports. On failure what was made is of no use.
//  DMH_OK, DMH_CANCELLED, DMH_UNSUPPORTED (a result of FHIR), DMH_BAD_INPUT, DMH_IO, DMH_MALFORMED,
//  DMH_TOO_LARGE, DMH_INTERNAL.
int join_results (const struct join_request *request, struct joined *joined, size_t *count,
                  struct error *error);

#endif
