//  phone.h: telephone numbers in the form of ITU-T E.164. Pure functions. `in` is trimmed and not empty; *out
//  is borrowed from `in` or lies in `scratch` (64 bytes are enough).
#ifndef DMH_WORKER_RULES_IDENTIFIERS_PHONE_H
#define DMH_WORKER_RULES_IDENTIFIERS_PHONE_H

#include "worker/text/text.h"

//  E.164: +1NNNNNNNNNN from ten North American digits (or eleven with a leading 1) in any usual punctuation,
//  +… kept; an extension is taken off as invalid. Other national forms (7 … 15 digits, country not known)
//  stay as they are.
enum rule phone_standardize (struct text in, struct text *out, struct scratch *scratch);

//  The same for a number as `country` (a name or a code of it) dials it: 030 1234567 in Germany is +49 30 …
//  False, *out untouched, when it begins with + or the country is none that is known
//  here; a number that does not fit the country stays as it is.
bool phone_from_national (struct text in, struct text country, struct text *out, struct scratch *scratch);

#endif
