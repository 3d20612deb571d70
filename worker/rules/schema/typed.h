//  typed.h: whether a canonical value is of its field's type, as datapackage.json says it to others.
#ifndef DMH_WORKER_RULES_SCHEMA_TYPED_H
#define DMH_WORKER_RULES_SCHEMA_TYPED_H

#include "worker/rules/schema/field.h"
#include "worker/text/text.h"

//  A number is one of JSON without an exponent (RFC 8259, section 6); a date YYYY, YYYY-MM or YYYY-MM-DD of
//  the calendar; a date-time that or YYYY-MM-DDThh:mm:ss[.fff][Z or ±hh:mm]. Every other type is text.
//  `value` is not empty. Pure. Hot path.
bool value_is_typed (enum field_type type, struct text value);

#endif
