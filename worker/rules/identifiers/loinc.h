//  loinc.h: LOINC codes as laboratories and interfaces write them. Pure functions.
#ifndef DMH_WORKER_RULES_IDENTIFIERS_LOINC_H
#define DMH_WORKER_RULES_IDENTIFIERS_LOINC_H

#include "worker/text/text.h"

//  The code of "2951-2", "LOINC:2951-2", "LN 2951-2", "2951-2^Sodium^LN" (HL7 v2 CWE, also as its alternate),
//  "http://loinc.org|2951-2", "002951-2", "2951‑2" with another hyphen; where its check digit is right.
//  RULE_NONE: it stands so, or is another code; RULE_LOINC_FORMAT: *out lies in `in` or `scratch`. Otherwise
//  *out is `in`: RULE_LOINC_CHECK: a LOINC code but for its check digit; RULE_LOINC_DATE: a date, as
//  spreadsheets make of 2345-7 ("7/1/2345", "Jul-45"); RULE_IDENTIFIER_DIGITS: see below. `in` is trimmed and
//  not empty.
enum rule loinc_standardize (struct text in, struct text *out, struct scratch *scratch);

//  The name that stands with the code in HL7's way; n = 0: none.
struct text loinc_name (struct text in);

//  Whether it is a number in scientific notation, as spreadsheets write long identifiers: 1.23457E+11.
bool identifier_lost_digits (struct text in);

#endif
