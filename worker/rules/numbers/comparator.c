//  comparator.c: see comparator.h.
#include "worker/rules/numbers/comparator.h"

#include "worker/text/ascii.h"

#include <stdio.h>

#define WORDS(TEXT_, SIGN, RESULT)                                                                           \
    {                                                                                                        \
        {TEXT_, sizeof (TEXT_) - 1}, SIGN, RESULT                                                            \
    }

struct comparator {
    struct text words;    //  in lower case; one space stands for any spaces
    const char *sign;
    bool result;    //  before a result too; else before a limit alone
};

//  What stands before the number; by the first byte, and longer ones before their beginnings.
static const struct comparator BEFORE[] = {WORDS ("&ge;", ">=", true),
                                           WORDS ("&gt;=", ">=", true),
                                           WORDS ("&gt;", ">", true),
                                           WORDS ("&le;", "<=", true),
                                           WORDS ("&lt;=", "<=", true),
                                           WORDS ("&lt;", "<", true),
                                           WORDS ("a partir de", ">=", false),
                                           WORDS ("ab", ">=", false),
                                           WORDS ("above", ">", true),
                                           WORDS ("al menos", ">=", true),
                                           WORDS ("almeno", ">=", true),
                                           WORDS ("at least", ">=", true),
                                           WORDS ("at most", "<=", true),
                                           WORDS ("au moins", ">=", true),
                                           WORDS ("au plus", "<=", true),
                                           WORDS ("at\xc3\xa9", "<=", false),
                                           WORDS ("below", "<", true),
                                           WORDS ("beneden", "<", false),
                                           WORDS ("bis zu", "<=", false),
                                           WORDS ("bis", "<=", false),
                                           WORDS ("boven", ">", false),
                                           WORDS ("d\xc3\xa8s", ">=", false),
                                           WORDS ("desde", ">=", false),
                                           WORDS ("equal to or greater than", ">=", true),
                                           WORDS ("equal to or less than", "<=", true),
                                           WORDS ("exceeds", ">", true),
                                           WORDS ("fino a", "<=", false),
                                           WORDS ("from", ">=", false),
                                           WORDS ("ge", ">=", true),
                                           WORDS ("gr\xc3\xb6\xc3\x9f"
                                                  "er als",
                                                  ">", true),
                                           WORDS ("gr\xc3\xb6\xc3\x9f"
                                                  "er gleich",
                                                  ">=", true),
                                           WORDS ("gr\xc3\xb6\xc3\x9f"
                                                  "er",
                                                  ">", true),
                                           WORDS ("greater or equal to", ">=", true),
                                           WORDS ("greater than or equal to", ">=", true),
                                           WORDS ("greater than or equal", ">=", true),
                                           WORDS ("greater than", ">", true),
                                           WORDS ("greater then", ">", true),
                                           WORDS ("groesser als", ">", true),
                                           WORDS ("groter dan of gelijk aan", ">=", true),
                                           WORDS ("groter dan", ">", true),
                                           WORDS ("gt", ">", true),
                                           WORDS ("gte", ">=", true),
                                           WORDS ("h\xc3\xb6"
                                                  "chstens",
                                                  "<=", true),
                                           WORDS ("hasta", "<=", false),
                                           WORDS ("higher than", ">", true),
                                           WORDS ("inf\xc3\xa9rieur ou \xc3\xa9gal \xc3\xa0", "<=", true),
                                           WORDS ("inf\xc3\xa9rieur \xc3\xa0", "<", true),
                                           WORDS ("inf.", "<", false),
                                           WORDS ("inferior a", "<", true),
                                           WORDS ("inferior ou igual a", "<=", true),
                                           WORDS ("inferiore a", "<", true),
                                           WORDS ("jusqu'\xc3\xa0", "<=", false),
                                           WORDS ("kleiner als", "<", true),
                                           WORDS ("kleiner gleich", "<=", true),
                                           WORDS ("kleiner", "<", true),
                                           WORDS ("kleiner oder gleich", "<=", true),
                                           WORDS ("kleiner dan", "<", true),
                                           WORDS ("le", "<=", true),
                                           WORDS ("less or equal to", "<=", true),
                                           WORDS ("less than or equal to", "<=", true),
                                           WORDS ("less than or equal", "<=", true),
                                           WORDS ("less than", "<", true),
                                           WORDS ("less then", "<", true),
                                           WORDS ("lower than", "<", true),
                                           WORDS ("lt", "<", true),
                                           WORDS ("lte", "<=", true),
                                           WORDS ("m\xc3\xa1s de", ">", true),
                                           WORDS ("maggiore di", ">", true),
                                           WORDS ("maggiore o uguale a", ">=", true),
                                           WORDS ("maior que", ">", true),
                                           WORDS ("mais de", ">", true),
                                           WORDS ("max.", "<=", false),
                                           WORDS ("max", "<=", false),
                                           WORDS ("maximum", "<=", false),
                                           WORDS ("maximal", "<=", false),
                                           WORDS ("mayor de", ">", true),
                                           WORDS ("mayor o igual a", ">=", true),
                                           WORDS ("mayor que", ">", true),
                                           WORDS ("meer dan", ">", true),
                                           WORDS ("mehr als", ">", true),
                                           WORDS ("menor de", "<", true),
                                           WORDS ("menor o igual a", "<=", true),
                                           WORDS ("menor que", "<", true),
                                           WORDS ("menos de", "<", true),
                                           WORDS ("meno di", "<", true),
                                           WORDS ("min.", ">=", false),
                                           WORDS ("min", ">=", false),
                                           WORDS ("mindestens", ">=", true),
                                           WORDS ("minder dan", "<", true),
                                           WORDS ("minimum", ">=", false),
                                           WORDS ("minore di", "<", true),
                                           WORDS ("minore o uguale a", "<=", true),
                                           WORDS ("moins de", "<", true),
                                           WORDS ("more than", ">", true),
                                           WORDS ("more then", ">", true),
                                           WORDS ("no more than", "<=", true),
                                           WORDS ("no less than", ">=", true),
                                           WORDS ("not less than", ">=", true),
                                           WORDS ("not more than", "<=", true),
                                           WORDS ("oltre", ">", true),
                                           WORDS ("over", ">", true),
                                           WORDS ("pi\xc3\xb9 di", ">", true),
                                           WORDS ("plus de", ">", true),
                                           WORDS ("smaller than", "<", true),
                                           WORDS ("sup.", ">", false),
                                           WORDS ("sup\xc3\xa9rieur ou \xc3\xa9gal \xc3\xa0", ">=", true),
                                           WORDS ("sup\xc3\xa9rieur \xc3\xa0", ">", true),
                                           WORDS ("superior a", ">", true),
                                           WORDS ("superior ou igual a", ">=", true),
                                           WORDS ("superiore a", ">", true),
                                           WORDS ("t/m", "<=", false),
                                           WORDS ("tot", "<=", false),
                                           WORDS ("under", "<", true),
                                           WORDS ("unter", "<", true),
                                           WORDS ("up to", "<=", false),
                                           WORDS ("upto", "<=", false),
                                           WORDS ("vanaf", ">=", false),
                                           WORDS ("weniger als", "<", true),
                                           WORDS ("\xc3\xa0 partir de", ">=", false),
                                           WORDS ("\xc3\xbc"
                                                  "ber",
                                                  ">", true)};

//  What stands behind it.
static const struct comparator BEHIND[] = {
    WORDS ("or less", "<=", true),   WORDS ("or below", "<=", true),     WORDS ("or lower", "<=", true),
    WORDS ("or under", "<=", true),  WORDS ("or fewer", "<=", true),     WORDS ("and below", "<=", true),
    WORDS ("and under", "<=", true), WORDS ("or more", ">=", true),      WORDS ("or above", ">=", true),
    WORDS ("or higher", ">=", true), WORDS ("or greater", ">=", true),   WORDS ("or over", ">=", true),
    WORDS ("and above", ">=", true), WORDS ("and over", ">=", true),     WORDS ("and up", ">=", true),
    WORDS ("oder mehr", ">=", true), WORDS ("und mehr", ">=", true),     WORDS ("oder weniger", "<=", true),
    WORDS ("ou plus", ">=", true),   WORDS ("ou moins", "<=", true),     WORDS ("o m\xc3\xa1s", ">=", true),
    WORDS ("o menos", "<=", true),   WORDS ("ou mais", ">=", true),      WORDS ("ou menos", "<=", true),
    WORDS ("o meno", "<=", true),    WORDS ("o pi\xc3\xb9", ">=", true), WORDS ("of meer", ">=", true),
    WORDS ("of minder", "<=", true)};

static void s_skip_spaces (struct text *in)
{
    while (in->n && *in->at == ' ')
        *in = (struct text){in->at + 1, in->n - 1};
}

//  The bytes of `in` that the words take, any number of spaces for one; 0: they do not stand there.
static size_t s_match (struct text in, struct text words)
{
    size_t at = 0;
    for (size_t w = 0; w < words.n; w++) {
        if (at == in.n || to_lower (in.at[at]) != words.at[w])
            return 0;
        at++;
        while (words.at[w] == ' ' && at < in.n && in.at[at] == ' ')
            at++;
    }
    return at;
}

//  "=" or "equal to" behind a sign, perhaps with an "or" before it.
static bool s_equal (struct text *in)
{
    struct text rest = *in;
    s_skip_spaces (&rest);
    size_t taken = s_match (rest, TEXT ("or"));
    rest = (struct text){rest.at + taken, rest.n - taken};
    s_skip_spaces (&rest);
    bool worded = taken != 0;
    taken = s_match (rest, TEXT ("="));
    if (!taken && worded)
        taken = s_match (rest, TEXT ("equal to"));
    if (!taken)
        return false;
    *in = (struct text){rest.at + taken, rest.n - taken};
    return true;
}

static bool s_take_sign (struct text *in, char *out)
{
    struct text rest = *in;
    bool equal = s_match (rest, TEXT ("=")) != 0;
    if (equal) {
        rest = (struct text){rest.at + 1, rest.n - 1};
        s_skip_spaces (&rest);
    }
    if (rest.n == 0 || (*rest.at != '<' && *rest.at != '>'))
        return false;
    char sign = *rest.at;
    rest = (struct text){rest.at + 1, rest.n - 1};
    equal = s_equal (&rest) || equal;
    s_skip_spaces (&rest);
    if (rest.n == 0)
        return false;
    memcpy (out, (char[COMPARATOR_BYTES]){sign, equal ? '=' : '\0'}, COMPARATOR_BYTES);
    *in = rest;
    return true;
}

//  Whether a word ends here: "below5" is one, "lemon 5" has none.
static bool s_is_end (const struct comparator *comparator, struct text rest)
{
    bool letter = is_letter (comparator->words.at[comparator->words.n - 1]) ||
                  (unsigned char) comparator->words.at[comparator->words.n - 1] >= 0x80;
    return rest.n && !(letter && (is_letter (*rest.at) || (unsigned char) *rest.at >= 0x80));
}

//  The first entry of BEFORE that begins with the byte.
static size_t s_first (char byte)
{
    size_t low = 0, high = sizeof BEFORE / sizeof *BEFORE;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if ((unsigned char) BEFORE[middle].words.at[0] < (unsigned char) byte)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool s_take_words (struct text *in, bool limit, char *out)
{
    char byte = to_lower (*in->at);
    const struct comparator *longest = NULL;
    size_t taken = 0;
    for (size_t at = s_first (byte); at < sizeof BEFORE / sizeof *BEFORE; at++) {
        const struct comparator *comparator = &BEFORE[at];
        if (comparator->words.at[0] != byte)
            break;
        size_t n = comparator->result || limit ? s_match (*in, comparator->words) : 0;
        if (n > taken && s_is_end (comparator, (struct text){in->at + n, in->n - n})) {
            longest = comparator;
            taken = n;
        }
    }
    if (!longest)
        return false;
    struct text rest = {in->at + taken, in->n - taken};
    if (*rest.at == ':')
        rest = (struct text){rest.at + 1, rest.n - 1};
    s_skip_spaces (&rest);
    if (rest.n == 0)
        return false;
    snprintf (out, COMPARATOR_BYTES, "%s", longest->sign);
    *in = rest;
    return true;
}

//  "5 or more": the words end the text, with a space before them.
static bool s_take_behind (struct text *in, char *out)
{
    if (!is_letter (in->at[in->n - 1]) && (unsigned char) in->at[in->n - 1] < 0x80)
        return false;
    for (size_t i = 0; i < sizeof BEHIND / sizeof *BEHIND; i++) {
        size_t n = BEHIND[i].words.n;
        if (in->n < n + 2 || in->at[in->n - n - 1] != ' ' ||
            s_match ((struct text){in->at + in->n - n, n}, BEHIND[i].words) != n)
            continue;
        snprintf (out, COMPARATOR_BYTES, "%s", BEHIND[i].sign);
        *in = (struct text){in->at, in->n - n - 1};
        while (in->n && in->at[in->n - 1] == ' ')
            in->n--;
        return in->n > 0;
    }
    return false;
}

bool comparator_take (struct text *in, bool limit, char out[COMPARATOR_BYTES])
{
    if (in->n == 0)
        return false;
    unsigned char c = (unsigned char) *in->at;
    if (c == '<' || c == '>' || c == '=')
        return s_take_sign (in, out);
    if (c == '&' || is_letter ((char) c) || c >= 0x80)
        return s_take_words (in, limit, out);
    return s_take_behind (in, out);
}
