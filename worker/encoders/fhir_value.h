//  fhir_value.h: what a template makes of a field's value, and whether FHIR takes it there. Called by
//  encoders/fhir.c. Pure.
#ifndef DMH_WORKER_ENCODERS_FHIR_VALUE_H
#define DMH_WORKER_ENCODERS_FHIR_VALUE_H

#include "worker/text/text.h"

enum { SHAPE_ROOM = 128 };

//  false: FHIR does not take the value so. *out is borrowed from `in`, a constant or `room` [SHAPE_ROOM].
typedef bool (fhir_resource_shape_fn) (struct text in, struct text *out, char *room);

//  The shape called so; NULL when there is none.
fhir_resource_shape_fn *fhir_resource_shape_find (struct text name);

#endif
