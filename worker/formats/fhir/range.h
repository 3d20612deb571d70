//  range.h: of an observation's reference ranges the one that is the patient's. Pure. Standard: FHIR R4,
//  Observation.referenceRange: `age` and `appliesTo` say whose it is, several `appliesTo` hold together.
#ifndef DMH_WORKER_FORMATS_FHIR_RANGE_H
#define DMH_WORKER_FORMATS_FHIR_RANGE_H

#include "worker/formats/fhir/links/people.h"
#include "worker/formats/fhir/tree.h"

//  Whether one of them, from `first` on, is said to be an age's or a group's.
bool fhir_range_is_somebodys (const tree_t *tree, uint32_t first);

//  The one that is for this person at this time (n = 0: not known): of those that fit the one that says most
//  of whom it is for, then one that says normal, then one that says nothing. TREE_NONE: none is, or several
//  that differ are alike. `person` may be NULL: nothing is known, and only ranges for all fit. What told
//  which one is is noted as taken.
uint32_t fhir_range_choose (tree_t *tree, uint32_t first, const struct person *person, struct text time);

#endif
