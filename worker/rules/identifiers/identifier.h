//  identifier.h: identifiers and codes with a form of their own: SSN, NPI, NHS number, telephone, e-mail,
//  postal code, state, UID, LOINC, SNOMED CT, ICD-10-CM. Pure functions. `in` is trimmed and not empty; *out
//  is borrowed from `in` or lies in `scratch` (64 bytes are enough, 2 * in.n for e-mail).
#ifndef DMH_WORKER_RULES_IDENTIFIERS_IDENTIFIER_H
#define DMH_WORKER_RULES_IDENTIFIERS_IDENTIFIER_H

#include "worker/text/text.h"

//  `NNN-NN-NNNN` from nine digits with or without dashes or spaces. RULE_SSN_INVALID otherwise, and for what
//  is never anybody's: area 000 or 666, group 00, serial 0000. RULE_SSN_AREA (a warning, the value is
//  standardized and stays) for areas from 900, which are no SSN's either, but a taxpayer's number or, as in
//  Synthea, made up on purpose. Source: SSA, POMS RM 10201.030 and the randomization of 2011.
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

//  The same for a number as `country` (a name or a code of it) dials it: 030 1234567 in Germany is +49 30 …
//  (identifiers/phone.c). False, *out untouched, when it begins with + or the country is none that is known
//  here; a number that does not fit the country stays as it is.
bool phone_dial (struct text in, struct text country, struct text *out, struct scratch *scratch);

//  US state, district or territory name or code → two-letter code (USPS). Others stay as they are
//  (RULE_NONE).
enum rule state_standardize (struct text in, struct text *out, struct scratch *scratch);

//  DICOM PS3.5 section 9.1: digits and points, at most 64, no part empty, no leading zero in a part of
//  several digits.
bool uid_is_valid (struct text in);

//  Whether it is digits and points alone, with two points at least: no other form of an identifier, so that
//  a wrong one is a UID gone wrong.
bool uid_is_meant (struct text in);

//  National Provider Identifier of the USA: ten digits that begin with 1 or 2, the last one by Luhn behind
//  80840, which a health card prints before it and which comes off. RULE_NPI_FORMAT, RULE_NPI_INVALID.
//  Source: CMS, NPI check digit (45 CFR 162.406).
enum rule npi_standardize (struct text in, struct text *out);

//  NHS number of England, Wales and the Isle of Man: ten digits, the last one by Mod 11; spaces or dashes as
//  3-3-4 come off. RULE_NHS_FORMAT, RULE_NHS_INVALID (also for one digit ten times). Source: NHS Data
//  Dictionary.
enum rule nhs_number_standardize (struct text in, struct text *out, struct scratch *scratch);

//  SNOMED CT identifier of a concept: 6 to 18 digits, no leading zero, partition 00 or 10 (11 digits and
//  more) before the check digit …
bool snomed_has_form (struct text in);
//  … which is right by Verhoeff. Source: SNOMED CT release file specification, 6.
bool snomed_is_valid (struct text in);
//  RULE_NONE for a valid one. Otherwise RULE_SNOMED_INVALID; with `open` another form is kept (RULE_NONE), a
//  wrong check digit too, with RULE_SNOMED_CHECK, a warning. *out is `in`.
enum rule snomed_standardize (struct text in, bool open, struct text *out);

//  ICD-10-CM: a letter, a digit, a digit or A or B; then, behind a point that may be missing, one to four
//  letters and digits. Written in upper case with the point. RULE_ICD10_FORMAT, RULE_ICD10_INVALID. Source:
//  CDC/NCHS, ICD-10-CM conventions. Whether such a code exists is not looked up.
enum rule icd10cm_standardize (struct text in, struct text *out, struct scratch *scratch);

//  LOINC form NNNN…-N (1 to 7 digits, dash, digit) …
bool loinc_has_form (struct text in);
//  … with the right Mod 10 check digit (Luhn on the digits before the dash).
bool loinc_is_valid (struct text in);

#endif
