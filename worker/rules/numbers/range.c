//  range.c: see range.h.
#include "worker/rules/numbers/range.h"

#include "worker/text/ascii.h"
#include "worker/text/plain_signs.h"

//  What stands between the two ends; longer ones before their beginnings. A word stands alone. Those that
//  join need a word in front of the range: "between 3 and 5".
static const struct {
    struct text sign;
    bool joins;
} BETWEEN[] = {{TEXT ("..."), false},        {TEXT (".."), false},    {TEXT (" -- "), false},
               {TEXT ("-"), false},          {TEXT ("~"), false},     {TEXT (";"), false},
               {TEXT ("to"), false},         {TEXT ("bis"), false},   {TEXT ("tot"), false},
               {TEXT ("t/m"), false},        {TEXT ("a"), false},     {TEXT ("\xc3\xa0"), false},
               {TEXT ("at\xc3\xa9"), false}, {TEXT ("hasta"), false}, {TEXT ("through"), false},
               {TEXT ("and"), true},         {TEXT ("und"), true},    {TEXT ("et"), true},
               {TEXT ("en"), true},          {TEXT ("y"), true},      {TEXT ("e"), true}};

//  What may stand before a range and says no more than that it is one.
static const struct text LEADS[] = {
    TEXT ("from"),
    TEXT ("between"),
    TEXT ("von"),
    TEXT ("zwischen"),
    TEXT ("de"),
    TEXT ("entre"),
    TEXT ("desde"),
    TEXT ("da"),
    TEXT ("tra"),
    TEXT ("van"),
    TEXT ("tussen"),
    TEXT ("normal range"),
    TEXT ("normal"),
    TEXT ("norm"),
    TEXT ("ref. range"),
    TEXT ("ref range"),
    TEXT ("reference range"),
    TEXT ("reference"),
    TEXT ("ref."),
    TEXT ("ref"),
    TEXT ("range"),
    TEXT ("normbereich"),
    TEXT ("referenzbereich"),
};

static bool s_begins (struct text in, struct text with)
{
    if (in.n < with.n)
        return false;
    for (size_t at = 0; at < with.n; at++)
        if (to_lower (in.at[at]) != with.at[at])
            return false;
    return true;
}

static bool s_is_letter (char c)
{
    return is_letter (c) || (unsigned char) c >= 0x80;
}

static struct text s_from (struct text in, size_t at)
{
    return (struct text){in.at + at, in.n - at};
}

//  Whether a unit can begin at in [at], behind a digit.
static bool s_is_unit (struct text in, size_t at)
{
    while (at < in.n && in.at[at] == ' ')
        at++;
    if (at == in.n)
        return false;
    struct text rest = s_from (in, at);
    return s_is_letter (*rest.at) || strchr ("%/[{#", *rest.at) || s_begins (rest, TEXT ("10^")) ||
           s_begins (rest, TEXT ("10*"));
}

//  A number, and the unit behind it.
struct quantity {
    struct number number;
    struct text unit;
};

static bool s_quantity (struct text in, enum decimal_mark mark, struct quantity *out)
{
    in = text_trim (in);
    out->unit = (struct text){in.at, 0};
    enum rule rule = number_read_limit (in, mark, &out->number);
    for (size_t at = 1; rule == RULE_NUMBER_INVALID && at < in.n; at++) {
        bool end = is_digit (in.at[at - 1]) || in.at[at - 1] == '.';
        if (!end || !s_is_unit (in, at))
            continue;
        rule = number_read_limit (text_trim ((struct text){in.at, at}), mark, &out->number);
        out->unit = text_trim (s_from (in, at));
    }
    return rule != RULE_NUMBER_INVALID;
}

//  1/2020 has no unit behind its 1.
static bool s_has_letter (struct text in)
{
    for (size_t at = 0; at < in.n; at++)
        if (s_is_letter (in.at[at]) || in.at[at] == '%')
            return true;
    return false;
}

static bool s_is_bare (const struct quantity *quantity)
{
    return quantity->number.comparator[0] == '\0';
}

static bool s_tells (enum decimal_evidence evidence)
{
    return evidence == DECIMAL_EVIDENCE_POINT || evidence == DECIMAL_EVIDENCE_COMMA;
}

//  Two numbers of one range are written alike: what one shows is the other's too.
static bool s_read_ends (struct text left, struct text right, enum decimal_mark mark, struct quantity *low,
                         struct quantity *high, enum decimal_evidence *evidence)
{
    if (!s_quantity (left, mark, low) || !s_quantity (right, mark, high) || !s_is_bare (low) ||
        !s_is_bare (high))
        return false;
    enum decimal_evidence a = low->number.evidence, b = high->number.evidence;
    *evidence = s_tells (a) || (a == DECIMAL_EVIDENCE_AMBIGUOUS && !s_tells (b)) ? a : b;
    if (!s_tells (*evidence) || (a != DECIMAL_EVIDENCE_AMBIGUOUS && b != DECIMAL_EVIDENCE_AMBIGUOUS))
        return true;
    mark = *evidence == DECIMAL_EVIDENCE_COMMA ? DECIMAL_COMMA : DECIMAL_POINT;
    return s_quantity (left, mark, low) && s_quantity (right, mark, high);
}

//  Bytes of what stands between two ends at in [at]; 0: nothing does.
static size_t s_between (struct text in, size_t at, bool led)
{
    for (size_t i = 0; i < sizeof BETWEEN / sizeof *BETWEEN; i++) {
        struct text sign = BETWEEN[i].sign;
        if ((BETWEEN[i].joins && !led) || !s_begins (s_from (in, at), sign))
            continue;
        bool word = s_is_letter (*sign.at);
        bool alone = !s_is_letter (in.at[at - 1]) && at + sign.n < in.n && !s_is_letter (in.at[at + sign.n]);
        if (!word || alone)
            return sign.n;
    }
    return 0;
}

//  Keeps the unit of the range, unless it is the value's own. false: its two ends have two of them.
static bool s_keep_unit (struct text unit, struct text other, struct text own, struct range *out)
{
    if (unit.n && other.n && !text_equal (unit, other))
        return false;
    unit = unit.n ? unit : other;
    out->unit_n = 0;
    if (unit.n == 0 || text_equal (unit, own))
        return true;
    if (unit.n > RANGE_UNIT_BYTES || !s_has_letter (unit))
        return false;
    memcpy (out->unit, unit.at, unit.n);
    out->unit_n = unit.n;
    return true;
}

//  The first place where a number stands on either side.
static bool s_two_sided (struct text in, struct text own, enum decimal_mark mark, bool led, struct range *out)
{
    struct quantity low, high;
    for (size_t at = 1; at + 1 < in.n; at++) {
        size_t n = s_between (in, at, led);
        if (n == 0 ||
            !s_read_ends ((struct text){in.at, at}, s_from (in, at + n), mark, &low, &high, &out->evidence) ||
            !s_keep_unit (low.unit, high.unit, own, out))
            continue;
        out->low = low.number;
        out->high = high.number;
        return out->has_low = out->has_high = true;
    }
    return false;
}

static bool s_one_sided (struct text in, struct text own, enum decimal_mark mark, struct range *out)
{
    struct quantity quantity;
    if (!s_quantity (in, mark, &quantity) || !s_keep_unit (quantity.unit, (struct text){NULL, 0}, own, out))
        return false;
    out->evidence = quantity.number.evidence;
    out->lone = s_is_bare (&quantity);
    out->has_low = quantity.number.comparator[0] == '>';
    out->has_high = quantity.number.comparator[0] == '<';
    *(out->has_low ? &out->low : &out->high) = quantity.number;
    return true;
}

//  Without brackets around all of it.
static struct text s_unwrap (struct text in)
{
    bool round = in.n > 2 && in.at[0] == '(' && in.at[in.n - 1] == ')';
    bool square = in.n > 2 && in.at[0] == '[' && in.at[in.n - 1] == ']';
    struct text inner = {in.at + 1, in.n - 2};
    if ((!round && !square) || memchr (inner.at, in.at[0], inner.n))    //  (-2)-(3)
        return in;
    return text_trim (inner);
}

//  Without the value's own unit at the end, which may be none that anybody knows.
static struct text s_strip_unit (struct text in, struct text unit)
{
    bool ends = unit.n && in.n > unit.n && text_equal (s_from (in, in.n - unit.n), unit);
    return ends ? text_trim ((struct text){in.at, in.n - unit.n}) : in;
}

//  Without the words in front. Those that are comparators of one number too stay when nothing else is there.
static struct text s_strip_lead (struct text in, bool *led)
{
    *led = false;
    for (size_t i = 0; i < sizeof LEADS / sizeof *LEADS; i++) {
        size_t n = LEADS[i].n;
        if (!s_begins (in, LEADS[i]) || n == in.n || (in.at[n] != ' ' && in.at[n] != ':'))
            continue;
        *led = true;
        in = s_from (in, n);
        while (in.n && (*in.at == ' ' || *in.at == ':'))
            in = s_from (in, 1);
        return in;
    }
    return in;
}

bool range_read (struct text in, struct text unit, enum decimal_mark mark, enum sex sex, struct range *out)
{
    char buffer[PLAIN_BYTES], unit_buffer[PLAIN_BYTES];
    struct text plain, own;
    struct range got = {.has_low = false};
    bool led;
    if (in.n == 0 || !plain_signs (in, buffer, &plain) || !plain_signs (unit, unit_buffer, &own) ||
        !sexed_range_choose (&plain, sex))
        return false;
    struct text bare = s_unwrap (s_strip_unit (s_unwrap (plain), own));
    if (bare.n == 0)
        return false;
    struct text led_by = s_strip_lead (bare, &led);
    if (!(led && led_by.n && s_two_sided (led_by, own, mark, true, &got)) &&
        !s_two_sided (bare, own, mark, false, &got) && !s_one_sided (bare, own, mark, &got) &&
        !(led && led_by.n && s_one_sided (led_by, own, mark, &got)))
        return false;
    *out = got;
    return true;
}
