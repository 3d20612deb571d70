//  decimal_mark.h: whether 1,234 is one and a bit or a thousand and more, and what the values of a column say
//  about it. Pure functions.
#ifndef DMH_WORKER_RULES_NUMBERS_DECIMAL_MARK_H
#define DMH_WORKER_RULES_NUMBERS_DECIMAL_MARK_H

#include <stdbool.h>
#include <stdint.h>

//  What stands before the fraction; the other one may group thousands then.
enum decimal_mark { DECIMAL_POINT, DECIMAL_COMMA };

//  What one value says about its column: counts are summed over all values.
enum decimal_evidence {
    DECIMAL_EVIDENCE_NONE,        //  12, 1 234, 1'234, a number of JSON, no number
    DECIMAL_EVIDENCE_POINT,       //  5.4, 0.650, 1,234.5, 1,234,567: only a decimal point makes it a number
    DECIMAL_EVIDENCE_COMMA,       //  5,4, 0,650, 1.234,5, 1.234.567: only a decimal comma
    DECIMAL_EVIDENCE_AMBIGUOUS    //  1,234 and 1.234
};

struct decimal_votes {
    uint64_t point, comma;
};

//  "point" and "comma"; false for another word.
bool decimal_mark_of (const char *word, enum decimal_mark *out);
//  The sign itself, '.' or ','.
char decimal_mark_sign (enum decimal_mark mark);

//  The mark that evidence decides: the column's votes; without any, or as many of each, what the user has
//  `told` (NULL: nothing); else the votes of the whole file. *assumed: none of them decides, and it is the
//  point.
enum decimal_mark decimal_mark_decide (struct decimal_votes column, const enum decimal_mark *told,
                                       struct decimal_votes file, bool *assumed);

#endif
