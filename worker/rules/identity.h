//  identity.h: identifiers with a form of their own: SSN, telephone, e-mail, postal code, state, UID, LOINC.
//  Pure functions. `in` is trimmed and not empty; *out is borrowed from `in` or lies in `scratch` (64 bytes
//  are enough, in.n + 8 for e-mail).
#ifndef DMH_IDENTITY_H
#define DMH_IDENTITY_H

#include "text.h"

//  `NNN-NN-NNNN` from nine digits with or without dashes or spaces. RULE_SSN_INVALID otherwise; RULE_SSN_AREA
//  (a warning, the value is standardized and stays) for areas 000, 666, 9xx, group 00, serial 0000. Source:
//  SSA, issuance rules.
enum rule ssn_standardize (struct text in, struct text *out, struct scratch *scratch);

//  E.164: +1NNNNNNNNNN from ten North American digits (or eleven with a leading 1) in any usual punctuation,
//  +… kept; an extension is taken off as invalid. Other national forms (7 … 15 digits, country not known)
//  stay as they are.
enum rule phone_standardize (struct text in, struct text *out, struct scratch *scratch);

//  local@domain with the domain in lower case (RFC 5321 syntax without quoted local parts).
enum rule email_standardize (struct text in, struct text *out, struct scratch *scratch);

//  US: `NNNNN` or `NNNNN-NNNN` (nine digits together are split). Other countries' codes: letters, digits,
//  space, dash, 3 … 10 of them, in upper case.
enum rule postal_code_standardize (struct text in, struct text *out, struct scratch *scratch);

//  US state, district or territory name or code → two-letter code (USPS). Others stay as they are
//  (RULE_NONE).
enum rule state_standardize (struct text in, struct text *out, struct scratch *scratch);

//  DICOM PS3.5 section 9.1: digits and points, at most 64, no part empty, no leading zero in a part of
//  several digits.
bool uid_is_valid (struct text in);

//  LOINC form NNNN…-N (1 to 7 digits, dash, digit) …
bool loinc_has_form (struct text in);
//  … with the right Mod 10 check digit (Luhn on the digits before the dash).
bool loinc_is_valid (struct text in);

#endif
