//  plain_signs.h: the signs that numbers and dates are written with, in plain ASCII: full-width digits,
//  dashes, spaces of all widths, superscripts. Pure.
#ifndef DMH_WORKER_TEXT_PLAIN_SIGNS_H
#define DMH_WORKER_TEXT_PLAIN_SIGNS_H

#include "worker/text/text.h"

//  Texts that are longer are no numbers and no ranges.
enum { PLAIN_BYTES = 128 };
//  What stands for a decimal sign that never groups (5·4 of British journals, ٫ of Arabic).
#define PLAIN_DECIMAL '\1'

//  Writes the text with full-width forms, digits of Arabic, dashes, spaces, apostrophes, ≤ and ≥ as ASCII
//  ("-", " ", "'", "<=", ">="), 10³ as 10^3, letters of Latin-1 in lower case, without what nobody sees; the
//  rest as it is. *plain is trimmed; it is borrowed from `in` where that is ASCII, else it lies in `out`.
//  false: too long.
bool plain_signs (struct text in, char out[PLAIN_BYTES], struct text *plain);

#endif
