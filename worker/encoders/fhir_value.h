//  fhir_value.h: what a template makes of a field's value, and whether FHIR takes it there. Pure.
#ifndef DMH_WORKER_ENCODERS_FHIR_VALUE_H
#define DMH_WORKER_ENCODERS_FHIR_VALUE_H

#include "worker/text/text.h"

enum { FHIR_VALUE_ROOM = 128 };

//  false: FHIR does not take the value so. *out is borrowed from `in`, a constant or `room`
//  [FHIR_VALUE_ROOM].
typedef bool (fhir_value_fn) (struct text in, struct text *out, char *room);

//  The shape called so; NULL when there is none.
fhir_value_fn *fhir_value_find (struct text name);

#endif
