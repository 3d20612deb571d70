//  series.c: see series.h.
#include "worker/rules/binding/columns/series.h"

#include "messages/base/narrow.h"
#include "worker/text/ascii.h"

enum { NUMBER_DIGITS_MAX = 2 };

//  The name without the number at its end. A survey tool's boxes to tick (race___1) are answers of yes and
//  no. n = 0: it has no number.
static struct text s_base (struct text name)
{
    struct text none = {NULL, 0};
    size_t digits = 0, signs = 0;
    while (digits < name.n && is_digit (name.at[name.n - digits - 1]))
        digits++;
    name.n -= digits;
    while (name.n && strchr (" _-.", name.at[name.n - 1]) && name.at[name.n - 1]) {
        name.n--;
        signs++;
    }
    return digits == 0 || digits > NUMBER_DIGITS_MAX || signs > 1 ? none : name;
}

static bool s_is_same (struct text a, struct text b)
{
    char folded[2][NAME_FOLD_BYTES];
    size_t n = text_fold (a, folded[0], NAME_FOLD_BYTES), m = text_fold (b, folded[1], NAME_FOLD_BYTES);
    return n == m && memcmp (folded[0], folded[1], n) == 0;
}

//  The strongest name of the field that stands with a number.
static struct text s_shared (const schema_t *schema, const header_t *header, int field, int *strength)
{
    struct text shared = {NULL, 0};
    for (size_t c = 0; c < header_count (header); c++) {
        struct text base = s_base (text_of (header_name (header, c)));
        const struct field_name *found =
            base.n && header_is_free (header, c) ? field_names_find (schema->names, base) : NULL;
        if (!found || found->field != field || (shared.n && *strength <= found->strength))
            continue;
        shared = base;
        *strength = found->strength;
    }
    return shared;
}

void series_find (const schema_t *schema, const header_t *header, int field, struct series *out)
{
    *out = (struct series){.count = 0};
    if (!schema->fields[field].several.may)
        return;
    struct text shared = s_shared (schema, header, field, &out->strength);
    for (size_t c = 0; shared.n && c < header_count (header); c++) {
        struct text name = text_of (header_name (header, c)), base = s_base (name);
        if (header_is_free (header, c) && out->count < DERIVED_COLUMNS_MAX &&
            s_is_same (base.n ? base : name, shared))
            out->columns[out->count++] = NARROW (int, c);
    }
    if (out->count < 2)
        out->count = 0;
}

bool series_has (const struct series *self, int column)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->columns[i] == column)
            return true;
    return false;
}
