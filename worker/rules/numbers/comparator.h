//  comparator.h: what stands before or behind a number and says on which side of it the truth lies: "<", "≥",
//  "less than", "bis", "or more". Pure.
#ifndef DMH_WORKER_RULES_NUMBERS_COMPARATOR_H
#define DMH_WORKER_RULES_NUMBERS_COMPARATOR_H

#include "worker/text/text.h"

enum { COMPARATOR_BYTES = 4 };

//  Takes a comparator off *in, spaces with it, and writes it as FHIR does (quantity-comparator: "<", "<=",
//  ">", ">="; terminated). `limit`: *in is a limit of a range, where more words mean one ("bis 7", "max. 7",
//  "up to 7" are limits and no results). false: there is none, or nothing is left; *in and *out stay. *in is
//  plain (number_plain) and trimmed.
bool comparator_take (struct text *in, bool limit, char out[COMPARATOR_BYTES]);

#endif
