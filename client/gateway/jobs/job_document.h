//  job_document.h: a job as the API shows it: the members of --json, with its id, how far it is, and its
//  error, and without where on a server its result lies.
#ifndef DMH_CLIENT_GATEWAY_JOBS_JOB_DOCUMENT_H
#define DMH_CLIENT_GATEWAY_JOBS_JOB_DOCUMENT_H

#include "messages/job_json.h"

//  An object; `key` is NULL in an array, and for the whole document, which the caller closes.
void job_document_open (json_writer_t *json, const char *key, const struct job_record *record);

//  An entity tag of the job's state, in its quotes. Returns out.
enum { JOB_TAG_BYTES = 40 };
char *job_document_tag (const struct job_record *record, char out[JOB_TAG_BYTES]);

#endif
