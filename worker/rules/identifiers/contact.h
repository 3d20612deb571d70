//  contact.h: e-mail addresses. Pure functions. `in` is trimmed and not empty; *out is
//  borrowed from `in` or lies in `scratch` (2 * in.n bytes are enough).
#ifndef DMH_WORKER_RULES_IDENTIFIERS_CONTACT_H
#define DMH_WORKER_RULES_IDENTIFIERS_CONTACT_H

#include "worker/text/text.h"

//  local@domain with the domain in lower case (RFC 5321 syntax without quoted local parts).
enum rule email_standardize (struct text in, struct text *out, struct scratch *scratch);

#endif
