//  reference.h: which resource a Reference means. Pure; what is contained is looked up in the tree, an entry
//  of the file's Bundles among its people where these are known.
#ifndef DMH_WORKER_FORMATS_FHIR_LINKS_REFERENCE_H
#define DMH_WORKER_FORMATS_FHIR_LINKS_REFERENCE_H

#include "worker/formats/fhir/links/people.h"
#include "worker/formats/fhir/tree.h"

//  Where a resource stands.
struct fhir_place {
    const people_t *people;    //  in its file; NULL: they are not known
    struct text url;           //  of its entry; n = 0: it has none
};

enum { FHIR_URL_BYTES = 2048 };

enum fhir_reference {
    FHIR_REFERENCE_NONE,     //  it says nothing, or nothing that leads to an id
    FHIR_REFERENCE_OTHER,    //  a resource of another type
    FHIR_REFERENCE_ID
};

//  Of the Reference at `node`, which should mean a resource of that type. FHIR_REFERENCE_ID: *id is its id,
//  or its identifier where it has no id for anybody else: Patient/7, https://…/Patient/7/_history/2,
//  urn:uuid:7, Patient?identifier=system|7 and 7 alone all mean 7; #p means the first identifier of what is
//  contained as p. Standard: FHIR R4 references (hl7.org/fhir/R4/references.html).
//  Where an entry has the URL of a reference to a Patient, it is that entry.
enum fhir_reference fhir_reference_read (tree_t *tree, uint32_t node, struct text type,
                                         const struct fhir_place *place, struct text *id);

//  The resource that is contained under that name, without '#'; TREE_NONE: none is.
uint32_t fhir_reference_contained (const tree_t *tree, struct text name);

//  The whole URL of a reference of a resource whose entry has that URL, without a version: itself, or behind
//  the same server's address. Borrowed from it or from `room`; {NULL, 0}: it has none.
struct text fhir_reference_whole (struct text reference, struct text url, char room[FHIR_URL_BYTES]);

//  A URL between its quotes in JSON without escapes: https:\/\/ is https://. Borrowed from it or from `room`.
struct text fhir_reference_plain (struct text quoted, char room[FHIR_URL_BYTES]);

//  The server of a resource's URL, http(s)://server/Type/id; {NULL, 0}: it is no such URL.
struct text fhir_reference_server (struct text url);

//  The id at the end of a reference or of an entry's URL; {NULL, 0} where there is none.
struct text fhir_reference_id (struct text url);

#endif
