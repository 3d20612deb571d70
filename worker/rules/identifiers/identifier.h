//  identifier.h: identifiers and codes with a form of their own: SSN, postal code, UID, LOINC. Pure
//  functions. `in` is trimmed and not empty; *out is borrowed from `in` or lies in `scratch` (64 bytes are
//  enough).
#ifndef DMH_WORKER_RULES_IDENTIFIERS_IDENTIFIER_H
#define DMH_WORKER_RULES_IDENTIFIERS_IDENTIFIER_H

#include "worker/text/text.h"

//  One without a form of its own: as it is, in NFC, so that what looks the same is the same. RULE_TEXT_NFC
//  where that changes it; `scratch` needs 3 * in.n bytes, else it stays.
enum rule identifier_standardize (struct text in, struct text *out, struct scratch *scratch);

//  `NNN-NN-NNNN` from nine digits with or without dashes or spaces. RULE_SSN_INVALID otherwise, and for what
//  is never anybody's: area 000 or 666, group 00, serial 0000. RULE_SSN_AREA (a warning, the value is
//  standardized and stays) for areas from 900, which are no SSN's either, but a taxpayer's number or, as in
//  Synthea, made up on purpose. Source: SSA, POMS RM 10201.030 and the randomization of 2011.
enum rule ssn_standardize (struct text in, struct text *out, struct scratch *scratch);

//  US: `NNNNN` or `NNNNN-NNNN` (nine digits together are split). Other countries' codes: letters, digits,
//  space, dash, 3 … 10 of them, in upper case.
enum rule postal_code_standardize (struct text in, struct text *out, struct scratch *scratch);

//  DICOM PS3.5 section 9.1: digits and points, at most 64, no part empty, no leading zero in a part of
//  several digits.
bool uid_is_valid (struct text in);

//  Whether it is digits and points alone, with two points at least: no other form of an identifier, so that
//  a wrong one is a UID gone wrong.
bool uid_is_meant (struct text in);

//  LOINC form NNNN…-N (1 to 7 digits, dash, digit) …
bool loinc_has_form (struct text in);
//  … with the right Mod 10 check digit (Luhn on the digits before the dash).
bool loinc_is_valid (struct text in);

#endif
