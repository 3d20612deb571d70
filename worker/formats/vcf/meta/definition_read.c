//  definition_read.c: see definition_read.h.
#include "worker/formats/vcf/meta/definition_read.h"

#include "worker/formats/vcf/meta/definition_check.h"
#include "worker/text/ascii.h"

#include <string.h>

static enum definition_of s_of (struct text key)
{
    static const char *const KEYS[] = {"INFO", "FORMAT", "FILTER", "ALT", "contig"};
    for (int i = 0; i < 5; i++)
        if (text_equal (key, text_of (KEYS[i])))
            return (enum definition_of) (DEFINITION_INFO + i);
    return DEFINITION_OTHER;
}

static bool s_is_id (struct text id)
{
    if (text_equal (id, TEXT ("1000G")))
        return true;
    for (size_t i = 0; i < id.n; i++) {
        char c = id.at[i], lower = (char) (c | 0x20);
        bool letter = (lower >= 'a' && lower <= 'z') || c == '_';
        if (!letter && (i == 0 || (!is_digit (c) && c != '.')))
            return false;
    }
    return id.n > 0;
}

//  Number and Type of INFO and FORMAT.
static enum definition_problem s_values (const struct meta_pair *pairs, int count, unsigned minor,
                                         struct definition *out)
{
    if (!s_is_id (out->id))
        return DEFINITION_BAD_ID;
    if (!definition_number (pairs_get (pairs, count, TEXT ("Number")), minor, out))
        return DEFINITION_BAD_NUMBER;
    if (!definition_type (pairs_get (pairs, count, TEXT ("Type")), out))
        return DEFINITION_BAD_TYPE;
    bool none = out->number == NUMBER_FIXED && out->count == 0;
    return none == (out->type == TYPE_FLAG) ? DEFINITION_GOOD : DEFINITION_FLAG_NUMBER;
}

//  A contig's; no number is none.
static void s_length (struct text in, uint64_t *out)
{
    uint64_t length = 0;
    for (size_t i = 0; i < in.n; i++) {
        if (!is_digit (in.at[i]) || length > UINT64_MAX / 16)
            return;
        length = length * 10 + digit_of (in.at[i]);
    }
    *out = in.n ? length : UINT64_MAX;
}

enum definition_problem definition_read (struct text line, unsigned minor, struct definition *out)
{
    struct meta_pair pairs[PAIRS_MAX];
    *out = (struct definition){.of = DEFINITION_OTHER, .length = UINT64_MAX};
    size_t equal = pairs_find (line, '=');
    if (line.n < 3 || line.at[0] != '#' || line.at[1] != '#' || equal == line.n || equal == 2)
        return DEFINITION_BROKEN;
    out->key = (struct text){line.at + 2, equal - 2};
    out->of = s_of (out->key);
    struct text value = pairs_from (line, equal + 1);
    if (value.n == 0)
        return DEFINITION_BROKEN;
    if (value.at[0] != '<' || text_equal (out->key, TEXT ("pedigreeDB"))) {
        enum definition_problem plain = definition_check_plain (out->key, value);
        return out->of == DEFINITION_OTHER ? plain : DEFINITION_BROKEN;
    }
    if (value.n < 2 || value.at[value.n - 1] != '>')
        return DEFINITION_BROKEN;
    int count = pairs_read ((struct text){value.at + 1, value.n - 2}, pairs);
    if (count < 0)
        return count == -2 ? DEFINITION_KEY_TWICE : DEFINITION_BROKEN;
    out->id = pairs_get (pairs, count, TEXT ("ID"));
    out->description = pairs_get (pairs, count, TEXT ("Description"));
    if (out->of == DEFINITION_OTHER)
        return definition_check (out, pairs, count, minor);
    if (out->id.n == 0)
        return DEFINITION_NO_ID;
    enum definition_problem problem = DEFINITION_GOOD;
    if (out->of == DEFINITION_INFO || out->of == DEFINITION_FORMAT)
        problem = s_values (pairs, count, minor, out);
    if (out->of == DEFINITION_CONTIG)
        s_length (pairs_get (pairs, count, TEXT ("length")), &out->length);
    bool described = out->description.at || out->of == DEFINITION_CONTIG;
    if (problem == DEFINITION_GOOD && !described)
        problem = DEFINITION_NO_DESCRIPTION;
    return problem == DEFINITION_GOOD ? definition_check (out, pairs, count, minor) : problem;
}
