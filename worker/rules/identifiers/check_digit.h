//  check_digit.h: identifiers and codes that carry a check digit (NPI, NHS number, SNOMED CT), and ICD-10-CM,
//  which carries none. Pure functions. `in` is trimmed and not empty; *out is borrowed from `in` or lies in
//  `scratch` (64 bytes are enough).
#ifndef DMH_WORKER_RULES_IDENTIFIERS_CHECK_DIGIT_H
#define DMH_WORKER_RULES_IDENTIFIERS_CHECK_DIGIT_H

#include "worker/text/text.h"

//  National Provider Identifier of the USA: ten digits that begin with 1 or 2, the last one by Luhn behind
//  80840, which a health card prints before it and which comes off. RULE_NPI_FORMAT, RULE_NPI_INVALID.
//  Source: CMS, NPI check digit (45 CFR 162.406).
enum rule npi_standardize (struct text in, struct text *out);

//  NHS number of England, Wales and the Isle of Man: ten digits, the last one by Mod 11; spaces or dashes as
//  3-3-4 come off. RULE_NHS_FORMAT, RULE_NHS_INVALID (also for one digit ten times). Source: NHS Data
//  Dictionary.
enum rule nhs_number_standardize (struct text in, struct text *out, struct scratch *scratch);

//  SNOMED CT identifier of a concept: 6 to 18 digits, no leading zero, partition 00 or 10 (11 digits and
//  more) before the check digit, which is right by Verhoeff. Source: SNOMED CT release file specification, 6.
//  RULE_NONE for a valid one. Otherwise RULE_SNOMED_INVALID; with `open` another form is kept (RULE_NONE), a
//  wrong check digit too, with RULE_SNOMED_CHECK, a warning. *out is `in`.
enum rule snomed_standardize (struct text in, bool open, struct text *out);

//  ICD-10-CM: a letter, a digit, a digit or A or B; then, behind a point that may be missing, one to four
//  letters and digits. Written in upper case with the point. RULE_ICD10_FORMAT, RULE_ICD10_INVALID. Source:
//  CDC/NCHS, ICD-10-CM conventions. Whether such a code exists is not looked up.
enum rule icd10cm_standardize (struct text in, struct text *out, struct scratch *scratch);

#endif
