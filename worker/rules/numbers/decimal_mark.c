//  decimal_mark.c: see decimal_mark.h.
#include "worker/rules/numbers/decimal_mark.h"

#include <string.h>

bool decimal_mark_of (const char *word, enum decimal_mark *out)
{
    static const char *const WORDS[] = {"point", "comma"};
    for (int at = 0; word && at < 2; at++)
        if (strcmp (word, WORDS[at]) == 0) {
            *out = (enum decimal_mark) at;
            return true;
        }
    return false;
}

char decimal_mark_sign (enum decimal_mark mark)
{
    return mark == DECIMAL_COMMA ? ',' : '.';
}

static enum decimal_mark s_majority (struct decimal_votes votes)
{
    return votes.comma > votes.point ? DECIMAL_COMMA : DECIMAL_POINT;
}

enum decimal_mark decimal_mark_decide (struct decimal_votes column, const enum decimal_mark *told,
                                       struct decimal_votes file, bool *assumed)
{
    *assumed = false;
    if (column.point != column.comma)
        return s_majority (column);
    if (told)
        return *told;
    *assumed = file.point == file.comma;
    return s_majority (file);
}
