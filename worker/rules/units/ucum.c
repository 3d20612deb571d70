//  ucum.c: see ucum.h. A recursive descent over UCUM's grammar (section 2.4), bounded in length and depth.
#include "worker/rules/units/ucum.h"

#include "worker/text/ascii.h"

#include <math.h>

enum { CODE_BYTES = 128, DEPTH_MOST = 16, EXPONENT_DIGITS = 2, FACTOR_DIGITS = 9 };

struct prefix {
    const char *symbol;
    int power;        //  of ten
    double factor;    //  besides; 1 but for the binary ones
};

static const struct prefix PREFIXES[] = {{"Y", 24, 1},
                                         {"Z", 21, 1},
                                         {"E", 18, 1},
                                         {"P", 15, 1},
                                         {"T", 12, 1},
                                         {"G", 9, 1},
                                         {"M", 6, 1},
                                         {"k", 3, 1},
                                         {"h", 2, 1},
                                         {"da", 1, 1},
                                         {"d", -1, 1},
                                         {"c", -2, 1},
                                         {"m", -3, 1},
                                         {"u", -6, 1},
                                         {"n", -9, 1},
                                         {"p", -12, 1},
                                         {"f", -15, 1},
                                         {"a", -18, 1},
                                         {"z", -21, 1},
                                         {"y", -24, 1},
                                         {"Ki", 0, 1024.0},
                                         {"Mi", 0, 1048576.0},
                                         {"Gi", 0, 1073741824.0},
                                         {"Ti", 0, 1099511627776.0}};

struct reader {
    const char *at, *end;
    int depth;
};

static bool s_term (struct reader *reader, bool divide, struct ucum *out);

static const struct ucum ONE = {.factor = 1, .convertible = true};

static void s_multiply (struct ucum *self, const struct ucum *other, int exponent)
{
    self->factor *= exponent == 1 ? other->factor : pow (other->factor, exponent);
    self->power += other->power * exponent;
    for (size_t at = 0; at < UCUM_DIMENSIONS; at++)
        self->dimension[at] = (short) (self->dimension[at] + other->dimension[at] * exponent);
    self->convertible = self->convertible && other->convertible;
}

static bool s_atom (struct text symbol, int depth, struct ucum *out)
{
    const struct ucum_atom *atom = ucum_atom_find (symbol);
    struct prefix prefix = {"", 0, 1};
    for (size_t at = 0; !atom && at < sizeof PREFIXES / sizeof *PREFIXES; at++) {
        size_t n = strlen (PREFIXES[at].symbol);
        if (symbol.n <= n || memcmp (symbol.at, PREFIXES[at].symbol, n) != 0)
            continue;
        atom = ucum_atom_find ((struct text){symbol.at + n, symbol.n - n});
        atom = atom && atom->metric ? atom : NULL;
        prefix = PREFIXES[at];
    }
    if (!atom || depth >= DEPTH_MOST)
        return false;
    *out = ONE;
    out->power = prefix.power;
    out->factor = prefix.factor;
    if (atom->sort == UCUM_ARBITRARY)
        out->convertible = false;
    if (atom->sort == UCUM_BASE)
        out->dimension[atom->dimension] = 1;
    if (atom->sort != UCUM_DERIVED && atom->sort != UCUM_AFFINE)
        return true;
    struct reader inner = {atom->unit, atom->unit + strlen (atom->unit), depth + 1};
    struct ucum unit;
    if (!s_term (&inner, false, &unit))
        return false;
    s_multiply (out, &unit, 1);
    out->factor *= atom->factor;
    out->power += atom->power;
    out->offset = atom->offset;
    if (*prefix.symbol && atom->sort == UCUM_AFFINE)
        out->convertible = false;
    return true;
}

//  The symbol at the reader: letters, %, ' and _, and whatever stands in brackets; or 10* and 10^.
static struct text s_symbol (struct reader *reader)
{
    const char *first = reader->at;
    if (reader->end - first >= 3 && memcmp (first, "10", 2) == 0 && (first[2] == '*' || first[2] == '^')) {
        reader->at += 3;
        return (struct text){first, 3};
    }
    bool bracket = false;
    for (; reader->at < reader->end; reader->at++) {
        char c = *reader->at;
        if (c == '[' || c == ']')
            bracket = c == '[';
        else if (bracket ? (c <= ' ' || c > '~') : !is_letter (c) && c != '%' && c != '\'' && c != '_')
            break;
    }
    return (struct text){first, (size_t) (reader->at - first)};
}

static bool s_at_digit (const struct reader *reader)
{
    return reader->at < reader->end && is_digit (*reader->at);
}

//  Digits at the reader, at most `most`; false when there are none or more.
static bool s_number (struct reader *reader, int most, int *out)
{
    int n = 0;
    for (*out = 0; n < most && s_at_digit (reader); n++)
        *out = *out * 10 + (int) digit_of (*reader->at++);
    return n > 0 && !s_at_digit (reader);
}

static bool s_exponent (struct reader *reader, int *out)
{
    *out = 1;
    if (reader->at == reader->end || (*reader->at != '+' && *reader->at != '-' && !is_digit (*reader->at)))
        return true;
    bool negative = *reader->at == '-';
    if (!is_digit (*reader->at))
        reader->at++;
    if (!s_number (reader, EXPONENT_DIGITS, out))
        return false;
    *out = negative ? -*out : *out;
    return true;
}

//  {…}: says something, means nothing.
static bool s_annotation (struct reader *reader)
{
    const char *first = ++reader->at;
    for (; reader->at < reader->end && *reader->at != '}'; reader->at++)
        if (*reader->at < '!' || *reader->at > '~' || *reader->at == '{')
            return false;
    return reader->at < reader->end && reader->at++ > first;
}

static bool s_annotated (struct reader *reader)
{
    return reader->at == reader->end || *reader->at != '{' || s_annotation (reader);
}

static bool s_take (struct reader *reader, char wanted)
{
    if (reader->at == reader->end || *reader->at != wanted)
        return false;
    reader->at++;
    return true;
}

//  An annotation after a number or a parenthesis ("/100{WBC}", "g/(8.h){shift}") is beyond the grammar, but
//  in UCUM's own table of examples.
static bool s_component (struct reader *reader, struct ucum *out)
{
    *out = ONE;
    if (reader->at == reader->end)
        return false;
    if (*reader->at == '{')
        return s_annotation (reader);
    if (*reader->at == '(') {
        reader->at++;
        bool inner = ++reader->depth < DEPTH_MOST && s_term (reader, false, out);
        reader->depth--;
        return inner && s_take (reader, ')') && s_annotated (reader);
    }
    struct text symbol = s_symbol (reader);
    int number;
    if (symbol.n == 0) {
        if (!s_number (reader, FACTOR_DIGITS, &number) || number == 0)
            return false;
        out->factor = number;
        return s_annotated (reader);
    }
    struct ucum atom;
    if (!s_atom (symbol, reader->depth, &atom) || !s_exponent (reader, &number))
        return false;
    s_multiply (out, &atom, number);
    out->offset = atom.offset;
    if (atom.offset != 0 && number != 1)
        out->convertible = false;
    return s_annotated (reader);
}

//  Components joined by points and slashes, from left to right; `divide`: a slash stood before the first. A
//  temperature is a scale only where it stands alone.
static bool s_term (struct reader *reader, bool divide, struct ucum *out)
{
    *out = ONE;
    bool alone = !divide, more = true;
    while (more) {
        struct ucum component;
        if (!s_component (reader, &component))
            return false;
        s_multiply (out, &component, divide ? -1 : 1);
        divide = s_take (reader, '/');
        more = divide || s_take (reader, '.');
        alone = alone && !more;
        if (alone)
            out->offset = component.offset;
        else if (component.offset != 0)
            out->convertible = false;
    }
    return true;
}

bool ucum_read (struct text code, struct ucum *out)
{
    if (code.n == 0 || code.n > CODE_BYTES)
        return false;
    struct reader reader = {code.at, code.at + code.n, 0};
    bool divide = s_take (&reader, '/');
    struct ucum got;
    if (!s_term (&reader, divide, &got) || reader.at != reader.end)
        return false;
    *out = got;
    return true;
}

//  Whether the letters are a litre with its prefix: mol and cal are none.
static bool s_is_litre (struct text symbol)
{
    struct text prefix = {symbol.at, symbol.n - 1};
    if (symbol.at[symbol.n - 1] != 'l' || (symbol.n > 1 && ucum_atom_find (symbol)))
        return false;
    for (size_t at = 0; prefix.n && at < sizeof PREFIXES / sizeof *PREFIXES; at++)
        if (text_equal (prefix, text_of (PREFIXES[at].symbol)))
            return true;
    return prefix.n == 0;
}

size_t ucum_spell (struct text code, char *out)
{
    struct reader reader = {code.at, code.at + code.n, 0};
    memcpy (out, code.at, code.n);
    while (reader.at < reader.end) {
        if (*reader.at == '{') {
            while (reader.at < reader.end && *reader.at != '}')
                reader.at++;
            reader.at += reader.at < reader.end;
            continue;
        }
        struct text symbol = s_symbol (&reader);
        size_t last = (size_t) (reader.at - code.at) - 1;
        if (symbol.n == 0)
            reader.at++;
        else if (symbol.at[symbol.n - 1] == '^')
            out[last] = '*';
        else if (s_is_litre (symbol))
            out[last] = 'L';
    }
    return code.n;
}
