//  document.h: a small JSON document being written with yajl_gen: one call a member. Used by report.c and
//  datapackage.c. The first failure sticks and shows in document_finish.
#ifndef DMH_WORKER_OUTPUT_DOCUMENT_H
#define DMH_WORKER_OUTPUT_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "worker/output/output_file.h"

typedef struct document document_t;

document_t *document_new (void);    //  NULL when out of memory
void document_destroy (document_t **self_p);

//  `key` is NULL inside an array and for the outermost object.
void document_object (document_t *self, const char *key);
void document_array (document_t *self, const char *key);
void document_close (document_t *self);                                         //  what was opened last
void document_string (document_t *self, const char *key, const char *value);    //  NULL: null
void document_number (document_t *self, const char *key, uint64_t value);
void document_real (document_t *self, const char *key, double value, int decimals);
void document_boolean (document_t *self, const char *key, bool value);

//  Writes the text with a line end. DMH_OK or DMH_INTERNAL.
int document_finish (document_t *self, output_file_t *file, struct error *error);

#endif
