//  number.h: numbers as laboratories write them. Pure functions; digits are kept, no binary floating point on
//  the way.
#ifndef DMH_WORKER_RULES_NUMBERS_NUMBER_H
#define DMH_WORKER_RULES_NUMBERS_NUMBER_H

#include "worker/rules/numbers/comparator.h"
#include "worker/rules/numbers/decimal_mark.h"
#include "worker/text/text.h"

enum { NUMBER_BYTES = 64, NUMBER_DIGITS = 40 };

struct number {
    char digits[NUMBER_BYTES];    //  plain decimal with '.', '-' in front when negative; unterminated
    size_t n;
    char comparator[COMPARATOR_BYTES];    //  "", "<", "<=", ">", ">=" (FHIR quantity-comparator); terminated
    unsigned significant;                 //  significant digits as shown: "0.050" 2, "1200" 4, "0" 1
    enum decimal_evidence evidence;       //  what the way it is written says about its column
};

//  Reads "7.40", "+3", ".5", "1,234.5", "1.234,5", "5,4", "1 234", "1'234", "12,34,567", "1.2e3", "1,5 x
//  10^3",
//  "< 5", "≥100", "less than 5", "５．４". A value that can be read one way only is read that way; "1,234"
//  and "1.234" as `mark` says. RULE_NONE: the digits are the input's bytes; RULE_NUMBER_FORMAT: written
//  otherwise; RULE_NUMBER_SPLIT: had a comparator; RULE_NUMBER_INVALID: no number ("NEG", "1:40", "3+", ""),
//  *out untouched. More than NUMBER_DIGITS is invalid. `in` is trimmed. Hot path.
enum rule number_read (struct text in, enum decimal_mark mark, struct number *out);

//  The same of a limit of a range, where "up to 5", "bis 5" and "max. 5" are comparators too.
enum rule number_read_limit (struct text in, enum decimal_mark mark, struct number *out);

//  Whether the text is a plain decimal as number_read writes it: a minus perhaps, digits without leading
//  zeros, a point and digits perhaps. Each is a number in JSON (RFC 8259, section 6) too.
bool number_is_decimal (struct text in);

//  Nearest double, for ranges and conversions. `digits` as number_read writes them.
double number_value (const char *digits, size_t n);

//  Writes `value` with `significant` digits (1 … 17), plain decimal, no exponent, trailing zeros kept to show
//  them. Returns the length; out holds NUMBER_BYTES. 0 when it takes more than NUMBER_DIGITS or is not
//  finite.
size_t number_write (double value, unsigned significant, char *out);

#endif
