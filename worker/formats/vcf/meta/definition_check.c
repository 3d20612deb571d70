//  definition_check.c: see definition_check.h.
#include "worker/formats/vcf/meta/definition_check.h"

#include "worker/formats/vcf/meta/reserved.h"
#include "worker/text/ascii.h"

static bool s_is (struct text a, const char *b)
{
    return text_equal (a, text_of (b));
}

//  Letters, digits and `more`.
static bool s_is_of (struct text in, const char *more)
{
    for (size_t i = 0; i < in.n; i++)
        if (!is_digit (in.at[i]) && !is_letter (in.at[i]) && !strchr (more, in.at[i]))
            return false;
    return in.n > 0;
}

//  ID before Number before Type before Description, as far as they are there.
static bool s_is_ordered (const struct meta_pair *pairs, int count)
{
    static const char *const KEYS[] = {"ID", "Number", "Type", "Description"};
    int last = -1;
    for (int i = 0; i < count; i++)
        for (int k = 0; k < 4; k++)
            if (s_is (pairs[i].key, KEYS[k])) {
                if (k < last || (k == 0 && i))
                    return false;
                last = k;
            }
    return true;
}

static bool s_is_formed (const struct meta_pair *pairs, int count)
{
    for (int i = 0; i < count; i++) {
        if (s_is (pairs[i].key, "Description") && pairs[i].form != '"')
            return false;
        if (s_is (pairs[i].key, "Values") && pairs[i].form != '[')
            return false;
    }
    return true;
}

//  The kinds of structural variants that an ALT may be one of: “DEL:ME”; from 4.3 on what has no colon may be
//  anything.
static bool s_is_alt (struct text id, unsigned minor)
{
    static const char *const KINDS[] = {"DEL", "INS", "DUP", "INV", "CNV", "BND"};
    for (size_t i = 0; i < id.n; i++)
        if (id.at[i] <= ' ' || memchr ("<>,", id.at[i], 3))
            return false;
    size_t colon = pairs_find (id, ':');
    bool known = minor >= 3 && colon == id.n;
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        known = known || s_is ((struct text){id.at, colon}, KINDS[i]);
    return known && id.n > 0;
}

//  Of an older version there may be no ID. A contig's: section 1.4.7, where * may not come first.
static bool s_is_id (const struct definition *definition, unsigned minor)
{
    struct text id = definition->id;
    bool sample = s_is (definition->key, "SAMPLE");
    if (sample || s_is (definition->key, "PEDIGREE") || s_is (definition->key, "META"))
        return (id.n == 0 && minor < 3) || s_is_of (id, "_.-+/:#@=|~");
    if (definition->of == DEFINITION_ALT)
        return s_is_alt (id, minor);
    if (definition->of == DEFINITION_CONTIG)
        return s_is_of (id, "!#$%&*+./:;=?@^_|~-") && id.at[0] != '*' && id.at[0] != '=';
    if (definition->of == DEFINITION_FILTER)
        return !s_is (id, "0") && !memchr (id.at, ' ', id.n) && !memchr (id.at, ';', id.n);
    return true;
}

//  Number and Type where the specification wants none of them: as in META and, in older files, in ALT.
static enum definition_problem s_numbered (const struct meta_pair *pairs, int count, unsigned minor)
{
    struct definition read = {.of = DEFINITION_OTHER};
    struct text number = pairs_get (pairs, count, TEXT ("Number")),
                type = pairs_get (pairs, count, TEXT ("Type"));
    if (number.at && !definition_number (number, minor, &read))
        return DEFINITION_BAD_NUMBER;
    return type.at && !definition_type (type, &read) ? DEFINITION_BAD_TYPE : DEFINITION_GOOD;
}

static bool s_is_pedigree (const struct meta_pair *pairs, int count)
{
    for (int i = 0; i < count; i++)
        if (pairs[i].form != '"' && !s_is_of (pairs[i].value, "_.;-"))
            return false;
    return true;
}

//  Up to 4.2 a sample is a mixture of genomes: all four keys, of which one is quoted.
static bool s_is_mixture (const struct meta_pair *pairs, int count)
{
    for (int i = 0; i < count; i++)
        if (pairs[i].form == '"' && !s_is (pairs[i].key, "Description"))
            return false;
    return pairs_get (pairs, count, TEXT ("Genomes")).at && pairs_get (pairs, count, TEXT ("Mixture")).at &&
           pairs_get (pairs, count, TEXT ("Description")).at;
}

enum definition_problem definition_check (const struct definition *definition, const struct meta_pair *pairs,
                                          int count, unsigned minor)
{
    bool tag = definition->of == DEFINITION_INFO || definition->of == DEFINITION_FORMAT;
    bool meta = s_is (definition->key, "META"), alt = definition->of == DEFINITION_ALT;
    enum definition_problem problem = DEFINITION_GOOD;
    if (!s_is_id (definition, minor))
        return definition->id.n ? DEFINITION_BAD_ID : DEFINITION_NO_ID;
    if (meta || alt)
        problem = s_numbered (pairs, count, minor);
    if (problem != DEFINITION_GOOD)
        return problem;
    if (((tag || alt) || definition->of == DEFINITION_FILTER || meta) && !s_is_formed (pairs, count))
        return DEFINITION_UNQUOTED;
    bool led = !meta || s_is (pairs[0].key, "ID");
    if (!led || ((tag || alt) && !s_is_ordered (pairs, count)))
        return DEFINITION_ORDER;
    if (s_is (definition->key, "PEDIGREE") && !s_is_pedigree (pairs, count))
        return DEFINITION_BAD_VALUE;
    if (s_is (definition->key, "SAMPLE") && minor < 3 && !s_is_mixture (pairs, count))
        return DEFINITION_BAD_VALUE;
    const struct reserved *reserved = tag ? reserved_find (definition->of, definition->id, minor) : NULL;
    bool other = reserved && (reserved->number != definition->number || reserved->type != definition->type ||
                              (reserved->number == NUMBER_FIXED && reserved->count != definition->count));
    return other ? DEFINITION_RESERVED : DEFINITION_GOOD;
}

//  “scheme://host[:port]/path”, where a host is no number; or a path, as of assembly.
static bool s_is_url (struct text in)
{
    size_t colon = pairs_find (in, ':');
    if (in.n && in.at[0] == '<') {
        bool closed = in.n > 2 && in.at[in.n - 1] == '>';
        return closed && s_is_url ((struct text){in.at + 1, in.n - 2});
    }
    if (colon + 2 >= in.n || in.at[colon + 1] != '/' || in.at[colon + 2] != '/')
        return in.n > 0;
    struct text host = pairs_from (in, colon + 3);
    host.n = pairs_find (host, '/');
    host.n = pairs_find (host, ':');
    size_t digits = 0;
    while (digits < host.n && is_digit (host.at[digits]))
        digits++;
    return digits < host.n;
}

enum definition_problem definition_check_plain (struct text key, struct text value)
{
    bool url = s_is (key, "assembly") || s_is (key, "pedigreeDB");
    return url && !s_is_url (value) ? DEFINITION_BAD_VALUE : DEFINITION_PLAIN;
}
