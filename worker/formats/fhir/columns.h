//  columns.h: one resource's values by column: the table's rows made ready, and followed into a tree
//  level by level.
#ifndef DMH_WORKER_FORMATS_FHIR_COLUMNS_H
#define DMH_WORKER_FORMATS_FHIR_COLUMNS_H

#include "worker/formats/fhir/links/reference.h"
#include "worker/formats/fhir/table.h"
#include "worker/formats/fhir/tree.h"

typedef struct fhir_columns fhir_columns_t;

enum { FHIR_COLUMNS_MAX = 48 };

//  The columns of a kind in the table's order, each once, into names [FHIR_COLUMNS_MAX]. Returns how many.
size_t fhir_column_names (const struct fhir_kind *kind, const char **names);

//  `today` (YYYY-MM-DD, borrowed) tells which of several names, addresses … are in use. NULL when out of
//  memory.
fhir_columns_t *fhir_columns_new (const struct fhir_kind *kind, const char *today);
void fhir_columns_destroy (fhir_columns_t **self_p);
size_t fhir_columns_count (const fhir_columns_t *self);

//  Begins a resource of `bytes` bytes that stands there (borrowed): all columns are empty. 0, or -1 out of
//  memory.
int fhir_columns_begin (fhir_columns_t *self, size_t bytes, struct fhir_place place);

//  Fills in what the node gives at `level` over what the levels above it gave; what an earlier node of this
//  level or a deeper one gave is forgotten.
void fhir_columns_take (fhir_columns_t *self, tree_t *tree, uint32_t node, enum fhir_level level);

//  The column of the patient's id.
size_t fhir_columns_patient (const fhir_columns_t *self);

//  Whether the resource is about something else than a patient.
bool fhir_columns_is_other (const fhir_columns_t *self);

//  Whether it would matter who is in the file: a reference range is for some people, and of the patient
//  nothing is known.
bool fhir_columns_asks (const fhir_columns_t *self);

//  The resource's id from the URL of its entry, where it has none of its own.
void fhir_columns_name (fhir_columns_t *self, struct text full_url);

//  Of the n-th part: its id is the resource's with ".n". Call after fhir_columns_take.
void fhir_columns_number (fhir_columns_t *self, enum fhir_level level, size_t n);

//  What each column is as of `level`: VALUE_BARE or VALUE_RANGE. Valid until the next take or begin.
const unsigned char *fhir_columns_bare (const fhir_columns_t *self, enum fhir_level level);

//  The columns as of `level`; the caller may not change them. Valid until the next take or begin.
struct text *fhir_columns_at (fhir_columns_t *self, enum fhir_level level);

#endif
