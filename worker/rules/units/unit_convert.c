//  unit_convert.c: works out a conversion to a test's canonical unit from the algebra of units, the molar
//  mass and the valence of what is measured: at load for each known unit, later for others. Pure.
#include "worker/rules/units/unit_table.h"

#include <math.h>

enum { EXACT_POWER = 22, STRIPPED_BYTES = 128 };

//  value * 10^power; exact but for one rounding as far as ten's power is exact.
static double s_scale (double value, int power)
{
    if (power > EXACT_POWER || power < -EXACT_POWER)
        return value * pow (10, power);
    return power < 0 ? value / pow (10, -power) : value * pow (10, power);
}

static double s_power (double value, int exponent)
{
    return exponent == 1 ? value : pow (value, exponent);
}

//  Expresses equivalents in moles, and moles in grams where `to` is in grams (or the other way round).
static void s_bring_near (const struct test *test, struct ucum *from, const struct ucum *to)
{
    int equivalents = from->dimension[UCUM_EQUIVALENT] - to->dimension[UCUM_EQUIVALENT];
    if (equivalents && test->valence > 0) {
        from->factor *= s_power (test->valence, -equivalents);
        from->dimension[UCUM_EQUIVALENT] = to->dimension[UCUM_EQUIVALENT];
        from->dimension[UCUM_AMOUNT] = (short) (from->dimension[UCUM_AMOUNT] + equivalents);
    }
    int moles = from->dimension[UCUM_AMOUNT] - to->dimension[UCUM_AMOUNT];
    if (moles && test->molar_mass > 0) {
        from->factor *= s_power (test->molar_mass, moles);
        from->dimension[UCUM_AMOUNT] = to->dimension[UCUM_AMOUNT];
        from->dimension[UCUM_MASS] = (short) (from->dimension[UCUM_MASS] + moles);
    }
}

//  By the algebra alone. known = false where the dimensions differ.
static struct conversion s_algebra (const struct test *test, const struct ucum *unit, const struct ucum *to)
{
    struct conversion none = {.known = false};
    struct ucum from = *unit;
    if (!from.convertible || !to->convertible)
        return none;
    s_bring_near (test, &from, to);
    if (memcmp (from.dimension, to->dimension, sizeof from.dimension) != 0)
        return none;
    double factor = s_scale (from.factor / to->factor, from.power - to->power);
    struct conversion found = {factor, from.offset * factor - to->offset, true};
    return isfinite (found.factor) && isfinite (found.offset) && factor > 0 ? found : none;
}

//  The code without its annotations: %{Hb} is %.
static struct text s_strip (struct text code, char *out)
{
    size_t n = 0;
    bool inside = false;
    for (size_t at = 0; at < code.n && n < STRIPPED_BYTES; at++) {
        inside = inside || code.at[at] == '{';
        if (!inside)
            out[n++] = code.at[at];
        inside = inside && code.at[at] != '}';
    }
    return (struct text){out, n};
}

static bool s_is_annotated (struct text code)
{
    return code.n && memchr (code.at, '{', code.n);
}

static bool s_same (struct text a, struct text b)
{
    if (!s_is_annotated (a) && !s_is_annotated (b))
        return text_equal (a, b);
    char left[STRIPPED_BYTES], right[STRIPPED_BYTES];
    struct text stripped = s_strip (a, left);
    return text_equal (a, b) || (stripped.n && text_equal (stripped, s_strip (b, right)));
}

//  What stands in the last braces of the code; n = 0 without any.
static struct text s_annotation (struct text code)
{
    for (size_t at = code.n; at-- > 0;)
        if (code.at[at] == '{')
            return (struct text){code.at + at, code.n - at};
    return (struct text){code.at, 0};
}

//  Whether the braces say that something else is counted.
static bool s_contradicts (struct text a, struct text b)
{
    struct text left = s_annotation (a), right = s_annotation (b);
    return left.n && right.n && !text_equal (left, right);
}

struct conversion test_conversion (const struct test *self, struct text code, const struct ucum *from)
{
    struct conversion found = {1, 0, true};
    if (self->annotated && s_contradicts (code, self->shown.canonical))
        return (struct conversion){.known = false};
    if (s_same (code, self->shown.canonical))
        return found;
    for (size_t at = 0; at < self->bridge_count; at++)
        if (s_same (code, self->bridges[at].unit))
            return (struct conversion){self->bridges[at].factor, self->bridges[at].offset, true};
    found.known = false;
    if (self->algebra)
        found = s_algebra (self, from, &self->ucum);
    for (size_t at = 0; at < self->bridge_count && self->algebra && !found.known; at++) {
        const struct bridge *bridge = &self->bridges[at];
        found = s_algebra (self, from, &bridge->ucum);
        found.factor *= bridge->factor;
        found.offset = found.offset * bridge->factor + bridge->offset;
    }
    return found;
}
