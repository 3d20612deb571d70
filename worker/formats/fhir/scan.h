//  scan.h: where FHIR resources stand in a file, by brackets and member names alone; what is in them is
//  the tree's to read. Pure; never reads past n.
#ifndef DMH_WORKER_FORMATS_FHIR_SCAN_H
#define DMH_WORKER_FORMATS_FHIR_SCAN_H

#include "worker/formats/format.h"

//  What an object is, as far as n bytes show.
struct fhir_outline {
    struct text type;        //  resourceType, as it stands between its quotes; n = 0: none
    struct text resource;    //  the resource: the object itself, or what it wraps (Bundle.entry.resource)
    struct text full_url;    //  of the wrapping entry; n = 0: none
    size_t entries;          //  of a Bundle: the first byte in the brackets of `entry`; 0: none
};

//  Of the object that begins at bytes [0]. It may be cut off: then what is seen counts.
struct fhir_outline fhir_read_outline (const char *bytes, size_t n);

//  Whether what begins so is a FHIR resource, a list of them or one a line.
bool fhir_is_fhir (const char *bytes, size_t n);

//  The next entry of a Bundle from `at` on: where it begins and ends (past its bracket). false: the list is
//  over, or nothing whole is left within n; *begin is where it stands then.
bool fhir_next_entry (const char *bytes, size_t n, size_t at, size_t *begin, size_t *end);

//  Whether the object is JSON by its brackets, strings, commas and keys, and has no key twice of those by
//  which Bundles and entries are read. `known`: a member's value that is not to be looked at; {NULL, 0}:
//  none. RULE_NONE, RULE_RECORD_SYNTAX, RULE_RECORD_KEY_TWICE.
enum rule fhir_check_members (struct text object, struct text known);

//  Same contracts as struct format's members.
rows_t *fhir_rows_new (const struct dialect *dialect);
void fhir_rows_destroy (rows_t **self_p);
void fhir_rows_begin (rows_t *self, const char *bytes, size_t n);
int fhir_rows_next (rows_t *self, struct row *out);
struct text fhir_rows_unknown (rows_t *self, size_t i);
const struct skipped_records *fhir_rows_skipped (const rows_t *self, size_t *count);
const struct path_count *fhir_rows_left_over (rows_t *self, size_t *count);
const struct link *fhir_rows_links (const rows_t *self, size_t *count);
int fhir_rows_survey (const struct dialect *dialect, const char *bytes, size_t n, people_t *people);

#endif
