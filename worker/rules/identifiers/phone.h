//  phone.h: telephone numbers. Pure functions. `in` is trimmed and not empty; *out is borrowed from `in` or
//  lies in `scratch` (64 bytes are enough).
#ifndef DMH_WORKER_RULES_IDENTIFIERS_PHONE_H
#define DMH_WORKER_RULES_IDENTIFIERS_PHONE_H

#include "worker/rules/identifiers/country.h"

//  What a number says by itself: +… in any usual punctuation becomes E.164, RULE_PHONE_FORMAT; another one of
//  7 to 15 digits stays as it stands, as nothing says of which country it is. An extension goes,
//  RULE_PHONE_EXTENSION. RULE_PHONE_INVALID for anything else.
enum rule phone_standardize (struct text in, struct text *out, struct scratch *scratch);

//  A number that phone_standardize has left as it stands, in E.164, as `country` dials it: 030 1234567 in
//  Germany is +49 30 …. False, *out untouched, when it does not fit the country.
bool phone_from_national (struct text in, const struct country *country, struct text *out,
                          struct scratch *scratch);

//  The same by its form alone: ten digits of the North American Numbering Plan, also after a 1 that is set
//  apart. Eleven unbroken digits may be a number of China.
bool phone_in_north_american_form (struct text in, struct text *out, struct scratch *scratch);

#endif
