//  sexed_range.h: reference ranges that differ by sex and stand in one text: "M: 13-17 F: 12-16". Pure.
#ifndef DMH_WORKER_RULES_NUMBERS_SEXED_RANGE_H
#define DMH_WORKER_RULES_NUMBERS_SEXED_RANGE_H

#include "worker/text/text.h"

enum sex { SEX_UNKNOWN, SEX_MALE, SEX_FEMALE };

//  "M", "female", "weiblich", "homme", "♀", in any case; SEX_UNKNOWN for anything else. `in` is trimmed.
enum sex sex_of (struct text in);

//  Whether a column of that name tells a person's sex.
bool sex_is_column (struct text name);

//  What of *in is the range of that sex, which *in becomes; all of it where it names no sex. false: it names
//  some, and that one is not among them or not known. *in is plain (plain_signs).
bool sexed_range_choose (struct text *in, enum sex sex);

#endif
