//  reference.h: which resource a Reference means. Pure; what is contained is looked up in the tree, nothing
//  else is.
#ifndef DMH_WORKER_FORMATS_FHIR_REFERENCE_H
#define DMH_WORKER_FORMATS_FHIR_REFERENCE_H

#include "worker/formats/fhir/tree.h"

enum fhir_reference {
    FHIR_REFERENCE_NONE,     //  it says nothing, or nothing that leads to an id
    FHIR_REFERENCE_OTHER,    //  a resource of another type
    FHIR_REFERENCE_ID
};

//  Of the Reference at `node`, which should mean a resource of that type. FHIR_REFERENCE_ID: *id is its id,
//  or its identifier where it has no id for anybody else: Patient/7, https://…/Patient/7/_history/2,
//  urn:uuid:7, Patient?identifier=system|7 and 7 alone all mean 7; #p means the first identifier of what is
//  contained as p. Standard: FHIR R4 references (hl7.org/fhir/R4/references.html).
enum fhir_reference fhir_reference_read (tree_t *tree, uint32_t node, struct text type, struct text *id);

//  The id at the end of a reference or of an entry's URL; {NULL, 0} where there is none.
struct text fhir_reference_id (struct text url);

#endif
