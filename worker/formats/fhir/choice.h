//  choice.h: of several names, addresses, numbers and reference ranges the one that is the patient's. Pure.
#ifndef DMH_WORKER_FORMATS_FHIR_CHOICE_H
#define DMH_WORKER_FORMATS_FHIR_CHOICE_H

#include "worker/formats/fhir/tree.h"

#define FHIR_RANGES "referenceRange"

enum fhir_choice {
    FHIR_WHOLE,      //  no choice: the object itself
    FHIR_NAME,       //  HumanName; a maiden name is none
    FHIR_ADDRESS,    //  Address
    FHIR_PHONE,      //  ContactPoint; telephone before text messages
    FHIR_EMAIL,
    FHIR_RANGE,    //  Observation.referenceRange, of one of whom nothing is known (range.h)
    FHIR_CHOICES
};

//  The word for a choice in paths ("@name"); FHIR_WHOLE for another.
enum fhir_choice fhir_choice_find (struct text word);

//  The one of the object's names, addresses …; TREE_NONE where none is. Those in use `today` (YYYY-MM-DD)
//  come before those whose period is over or to come, then as their use says (official, usual, none; home,
//  mobile, none, work), nicknames and old ones last.
uint32_t fhir_choose (tree_t *tree, uint32_t node, enum fhir_choice choice, const char *today);

#endif
