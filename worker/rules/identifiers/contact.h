//  contact.h: e-mail addresses and states of the USA. Pure functions. `in` is trimmed and not empty; *out is
//  borrowed from `in` or lies in `scratch` (2 * in.n bytes are enough).
#ifndef DMH_WORKER_RULES_IDENTIFIERS_CONTACT_H
#define DMH_WORKER_RULES_IDENTIFIERS_CONTACT_H

#include "worker/text/text.h"

//  local@domain with the domain in lower case (RFC 5321 syntax without quoted local parts).
enum rule email_standardize (struct text in, struct text *out, struct scratch *scratch);

//  US state, district or territory name or code → two-letter code (USPS). Others stay as they are
//  (RULE_NONE).
enum rule state_standardize (struct text in, struct text *out, struct scratch *scratch);

#endif
