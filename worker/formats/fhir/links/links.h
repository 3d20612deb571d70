//  links.h: what a block's resources say of others that may stand anywhere in their file: which URLs they
//  ask for, which entries are not what their URL says. When all of it is known, it tells whether the file's
//  people have to be known before its records are read; and the gathering of these people.
#ifndef DMH_WORKER_FORMATS_FHIR_LINKS_LINKS_H
#define DMH_WORKER_FORMATS_FHIR_LINKS_LINKS_H

#include "worker/formats/fhir/scan.h"
#include "worker/formats/fhir/tree.h"

typedef struct fhir_links fhir_links_t;

//  NULL when out of memory.
fhir_links_t *fhir_links_new (void);
void fhir_links_destroy (fhir_links_t **self_p);
//  `people`: that what comes is put among (borrowed); NULL: it is noted.
void fhir_links_begin (fhir_links_t *self, people_t *people);

//  0, or -1 out of memory.
//  An entry, whatever its resource is.
int fhir_links_entry (fhir_links_t *self, const struct fhir_outline *outline);
//  The subject of a resource, of which a record gave that patient's id.
int fhir_links_subject (fhir_links_t *self, const tree_t *tree, struct text full_url, struct text id);
//  Something that nobody but the file's patients can tell.
int fhir_links_ask (fhir_links_t *self);

const struct link *fhir_links_list (const fhir_links_t *self, size_t *count);

#endif
