//  range.c: see range.h.
#include "worker/rules/numbers/range.h"

#include "worker/text/ascii.h"

enum { RANGE_BYTES = 96 };

//  What stands before the one end of a one-sided range, in lower case; longer ones before their beginnings.
static const struct {
    struct text words;
    bool high;
} ONE_SIDED[] = {{{"< or =", 6}, true},
                 {{"<or=", 4}, true},
                 {{"> or =", 6}, false},
                 {{">or=", 4}, false},
                 {{"up to", 5}, true},
                 {{"upto", 4}, true},
                 {{"less than or equal to", 21}, true},
                 {{"less than", 9}, true},
                 {{"not more than", 13}, true},
                 {{"at most", 7}, true},
                 {{"below", 5}, true},
                 {{"under", 5}, true},
                 {{"bis", 3}, true},
                 {{"greater than or equal to", 24}, false},
                 {{"greater than", 12}, false},
                 {{"more than", 9}, false},
                 {{"at least", 8}, false},
                 {{"above", 5}, false},
                 {{"over", 4}, false},
                 {{"from", 4}, false},
                 {{"ab", 2}, false}};

//  What stands between the two ends.
static const struct text BETWEEN[] = {{"-", 1},
                                      {"\xe2\x80\x93", 3},    //  en dash
                                      {"\xe2\x80\x94", 3},    //  em dash
                                      {"\xe2\x80\x90", 3},    //  hyphen
                                      {"\xe2\x80\x91", 3},    //  hyphen that does not break
                                      {"\xe2\x88\x92", 3},    //  minus
                                      {"~", 1},
                                      {"..", 2},
                                      {"to", 2},
                                      {"bis", 3}};

static bool s_begins (struct text in, struct text with)
{
    if (in.n < with.n)
        return false;
    for (size_t at = 0; at < with.n; at++)
        if (to_lower (in.at[at]) != with.at[at])
            return false;
    return true;
}

//  A number without a comparator.
static bool s_number (struct text in, struct number *out)
{
    enum rule rule = number_read (text_trim (in), out);
    return rule == RULE_NONE || rule == RULE_NUMBER_FORMAT;
}

static bool s_one_sided (struct text in, struct range *out)
{
    struct number number;
    for (size_t i = 0; i < sizeof ONE_SIDED / sizeof *ONE_SIDED; i++) {
        struct text words = ONE_SIDED[i].words;
        if (!s_begins (in, words) || !s_number ((struct text){in.at + words.n, in.n - words.n}, &number))
            continue;
        out->has_high = ONE_SIDED[i].high;
        out->has_low = !out->has_high;
        *(out->has_high ? &out->high : &out->low) = number;
        return true;
    }
    if (number_read (in, &number) != RULE_NUMBER_SPLIT)
        return false;
    out->has_high = number.comparator[0] == '<';
    out->has_low = !out->has_high;
    *(out->has_high ? &out->high : &out->low) = number;
    return true;
}

//  The first place where a number stands on either side.
static bool s_two_sided (struct text in, struct range *out)
{
    for (size_t at = 1; at + 1 < in.n; at++)
        for (size_t i = 0; i < sizeof BETWEEN / sizeof *BETWEEN; i++) {
            struct text rest = {in.at + at, in.n - at};
            if (!s_begins (rest, BETWEEN[i]))
                continue;
            rest = (struct text){rest.at + BETWEEN[i].n, rest.n - BETWEEN[i].n};
            if (!s_number ((struct text){in.at, at}, &out->low) || !s_number (rest, &out->high))
                continue;
            out->has_low = out->has_high = true;
            return true;
        }
    return false;
}

//  Without the unit at the end, and without brackets around it.
static struct text s_strip (struct text in, struct text unit)
{
    struct text end = {in.at + in.n - unit.n, unit.n};
    if (unit.n && in.n > unit.n && text_equal (end, unit))
        in = text_trim ((struct text){in.at, in.n - unit.n});
    bool round = in.n > 2 && in.at[0] == '(' && in.at[in.n - 1] == ')';
    bool square = in.n > 2 && in.at[0] == '[' && in.at[in.n - 1] == ']';
    return round || square ? text_trim ((struct text){in.at + 1, in.n - 2}) : in;
}

bool range_read (struct text in, struct text unit, struct range *out)
{
    if (in.n == 0 || in.n > RANGE_BYTES)
        return false;
    struct range got = {.has_low = false};
    struct text bare = s_strip (s_strip (in, unit), unit);
    if (bare.n == 0 || (!s_one_sided (bare, &got) && !s_two_sided (bare, &got)))
        return false;
    *out = got;
    return true;
}
