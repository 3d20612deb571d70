//  definition.c: see definition.h.
#include "worker/formats/vcf/definition.h"

#include "worker/text/ascii.h"

enum { PAIRS_MAX = 64 };

struct pair {
    struct text key, value;
};

static struct text s_from (struct text in, size_t at)
{
    return (struct text){in.at + at, in.n - at};
}

static size_t s_find (struct text in, char c)
{
    const char *at = in.n ? memchr (in.at, c, in.n) : NULL;
    return at ? (size_t) (at - in.at) : in.n;
}

//  Where a value ends that begins here: behind its closing quote, or at a comma. false: a quote is not
//  closed.
static bool s_value (struct text in, struct text *value, size_t *end)
{
    if (in.n && in.at[0] == '[') {    //  ##META's list of values
        size_t close = s_find (in, ']');
        *value = (struct text){in.at, close};
        *end = close + 1;
        return close < in.n && (*end == in.n || in.at[*end] == ',');
    }
    if (in.n == 0 || in.at[0] != '"') {
        *end = s_find (in, ',');
        *value = (struct text){in.at, *end};
        return true;
    }
    size_t at = 1;
    while (at < in.n && in.at[at] != '"')
        at += in.at[at] == '\\' ? 2 : 1;
    if (at >= in.n)
        return false;
    *value = (struct text){in.at + 1, at - 1};
    *end = at + 1;
    return *end == in.n || in.at[*end] == ',';
}

//  “key=value,key="value"” into pairs. The number of them, or -1: it is broken; -2: a key stands twice.
static int s_pairs (struct text in, struct pair pairs[PAIRS_MAX])
{
    int count = 0;
    while (in.n && count < PAIRS_MAX) {
        struct pair *pair = &pairs[count];
        size_t equal = s_find (in, '='), end;
        if (equal == 0 || equal == in.n || s_find (in, ',') < equal)
            return -1;
        pair->key = (struct text){in.at, equal};
        while (pair->key.n && *pair->key.at == ' ')    //  as many writers have it behind commas
            pair->key = s_from (pair->key, 1);
        in = s_from (in, equal + 1);
        if (pair->key.n == 0 || !s_value (in, &pair->value, &end))
            return -1;
        for (int i = 0; i < count; i++)
            if (text_equal (pairs[i].key, pair->key))
                return -2;
        count++;
        if (end + 1 == in.n)
            return -1;
        in = s_from (in, end < in.n ? end + 1 : end);
    }
    return count;
}

static struct text s_get (const struct pair *pairs, int count, struct text key)
{
    for (int i = 0; i < count; i++)
        if (text_equal (pairs[i].key, key))
            return pairs[i].value;
    return (struct text){NULL, 0};
}

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

static bool s_number (struct text in, unsigned minor, struct definition *out)
{
    static const struct {
        const char *word;
        enum value_number number;
        unsigned since;
    } WORDS[] = {
        {"A", NUMBER_ALTERNATE, 1},     {"R", NUMBER_ALLELE, 2},          {"G", NUMBER_GENOTYPE, 1},
        {".", NUMBER_ANY, 1},           {"P", NUMBER_PLOIDY, 4},          {"LA", NUMBER_LOCAL_ALTERNATE, 5},
        {"LR", NUMBER_LOCAL_ALLELE, 5}, {"LG", NUMBER_LOCAL_GENOTYPE, 5}, {"M", NUMBER_METHYLATION, 5}};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (text_equal (in, text_of (WORDS[i].word))) {
            out->number = WORDS[i].number;
            return minor >= WORDS[i].since;
        }
    out->number = NUMBER_FIXED;
    out->count = 0;
    for (size_t i = 0; i < in.n; i++) {
        if (!is_digit (in.at[i]) || out->count > UINT32_MAX)
            return false;
        out->count = out->count * 10 + digit_of (in.at[i]);
    }
    return in.n > 0;
}

static bool s_type (struct text in, struct definition *out)
{
    static const char *const TYPES[] = {"Integer", "Float", "Flag", "Character", "String"};
    for (int i = 0; i < 5; i++)
        if (text_equal (in, text_of (TYPES[i])))
            out->type = (enum value_type) (TYPE_INTEGER + i);
    return out->type != TYPE_NONE && !(out->type == TYPE_FLAG && out->of == DEFINITION_FORMAT);
}

//  Number and Type of INFO and FORMAT.
static enum definition_problem s_values (const struct pair *pairs, int count, unsigned minor,
                                         struct definition *out)
{
    if (!s_is_id (out->id))
        return DEFINITION_BAD_ID;
    if (!s_number (s_get (pairs, count, TEXT ("Number")), minor, out))
        return DEFINITION_BAD_NUMBER;
    if (!s_type (s_get (pairs, count, TEXT ("Type")), out))
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
    struct pair pairs[PAIRS_MAX];
    *out = (struct definition){.of = DEFINITION_OTHER, .length = UINT64_MAX};
    size_t equal = s_find (line, '=');
    if (line.n < 3 || line.at[0] != '#' || line.at[1] != '#' || equal == line.n || equal == 2)
        return DEFINITION_BROKEN;
    out->key = (struct text){line.at + 2, equal - 2};
    out->of = s_of (out->key);
    struct text value = s_from (line, equal + 1);
    if (value.n == 0 || value.at[0] != '<')
        return out->of == DEFINITION_OTHER ? DEFINITION_PLAIN : DEFINITION_BROKEN;
    if (value.n < 2 || value.at[value.n - 1] != '>')
        return DEFINITION_BROKEN;
    int count = s_pairs ((struct text){value.at + 1, value.n - 2}, pairs);
    if (count < 0)
        return count == -2 ? DEFINITION_KEY_TWICE : DEFINITION_BROKEN;
    out->id = s_get (pairs, count, TEXT ("ID"));
    out->description = s_get (pairs, count, TEXT ("Description"));
    if (out->of == DEFINITION_OTHER)
        return DEFINITION_GOOD;
    if (out->id.n == 0)
        return DEFINITION_NO_ID;
    enum definition_problem problem = DEFINITION_GOOD;
    if (out->of == DEFINITION_INFO || out->of == DEFINITION_FORMAT)
        problem = s_values (pairs, count, minor, out);
    if (out->of == DEFINITION_CONTIG)
        s_length (s_get (pairs, count, TEXT ("length")), &out->length);
    bool described = out->description.at || out->of == DEFINITION_CONTIG;
    return problem == DEFINITION_GOOD && !described ? DEFINITION_NO_DESCRIPTION : problem;
}
