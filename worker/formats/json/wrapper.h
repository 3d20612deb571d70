//  wrapper.h: an object that is no record but holds the records: {"exported": …, "patients": [{…}, …]}.
#ifndef DMH_WORKER_FORMATS_JSON_WRAPPER_H
#define DMH_WORKER_FORMATS_JSON_WRAPPER_H

#include <stdbool.h>
#include <stddef.h>

//  The place behind the '[' of the array of records in the one object that begins at `begin` of the sample; 0
//  when there is none for sure. For sure: it is the one member that is an array of objects, and the only
//  member, or at least four fifths of the object's bytes with two elements or more. Objects of FHIR
//  (resourceType) are left to others.
size_t json_find_wrapped (const char *bytes, size_t n, size_t begin, bool whole);

#endif
