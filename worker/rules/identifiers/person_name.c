//  person_name.c: see person_name.h.
#include "worker/rules/identifiers/person_name.h"

#include "worker/text/ascii.h"

enum { WORDS_MAX = 24, WORD_BYTES = 16 };

static const char *const FORMS[NAME_FORMS] = {"family, given", "given family", "dicom", "hl7"};
static const char *const PARTS[NAME_PARTS] = {"family", "given", "middle", "prefix", "suffix"};

//  Without their points, in lower case. What is a family name as well (Do, Pa) is left out.
static const char *const TITLES[] = {"mr",  "mrs",      "ms",   "miss", "mx",   "dr",   "prof", "professor",
                                     "rev", "reverend", "fr",   "sir",  "dame", "lady", "lord", "hon",
                                     "sr",  "sra",      "srta", "herr", "frau", "mme",  "mlle", "doctor",
                                     "ing", "dipling",  "capt", "lt",   "sgt",  "col",  "maj",  NULL};
static const char *const SUFFIXES[] = {"jr",  "sr",  "junior", "senior", "ii",  "iii",  "iv",   "2nd", "3rd",
                                       "4th", "md",  "phd",    "dds",    "dmd", "rn",   "jd",   "esq", "mba",
                                       "mph", "dvm", "pharmd", "msc",    "bsc", "frcs", "facp", NULL};
//  Before a family name, and a part of it. No single letters: they are initials.
static const char *const PARTICLES[] = {
    "van", "von", "vom", "zu",   "zum", "zur", "de",  "del", "della", "der", "den", "di",    "da",
    "das", "do",  "dos", "du",   "des", "la",  "las", "le",  "lo",    "los", "ter", "ten",   "te",
    "tot", "bin", "ibn", "bint", "al",  "el",  "ap",  "af",  "av",    "st",  "san", "santa", NULL};

const char *name_part_word (enum name_part part)
{
    return PARTS[part];
}

bool name_form_of (const char *word, enum name_form *out)
{
    for (int form = 0; form < NAME_FORMS; form++)
        if (strcmp (word, FORMS[form]) == 0) {
            *out = (enum name_form) form;
            return true;
        }
    return false;
}

//  Whether the word, without its points and in lower case, stands in the list.
static bool s_listed (struct text word, const char *const *list)
{
    char plain[WORD_BYTES];
    size_t n = 0;
    for (size_t i = 0; i < word.n; i++) {
        if (word.at[i] == '.' || word.at[i] == ',')
            continue;
        if (n + 1 == sizeof plain)
            return false;
        plain[n++] = to_lower (word.at[i]);
    }
    plain[n] = 0;
    for (; n && *list; list++)
        if (strcmp (plain, *list) == 0)
            return true;
    return false;
}

//  From the first byte of one text to the last of another behind it.
static struct text s_span (struct text first, struct text last)
{
    return (struct text){first.at, (size_t) (last.at + last.n - first.at)};
}

//  The words between spaces; WORDS_MAX + 1 when there are more.
static size_t s_words (struct text in, struct text words[WORDS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < in.n;) {
        while (i < in.n && in.at[i] == ' ')
            i++;
        size_t begin = i;
        while (i < in.n && in.at[i] != ' ')
            i++;
        if (i == begin)
            break;
        if (count == WORDS_MAX)
            return WORDS_MAX + 1;
        words[count++] = (struct text){in.at + begin, i - begin};
    }
    return count;
}

//  What stands before the first `mark`, without spaces; *rest is what stands behind it, n = 0 and at NULL
//  where there is none.
static struct text s_until (struct text in, char mark, struct text *rest)
{
    const char *at = in.n ? memchr (in.at, mark, in.n) : NULL;
    size_t n = at ? (size_t) (at - in.at) : in.n;
    *rest = at ? (struct text){at + 1, in.n - n - 1} : (struct text){NULL, 0};
    return text_trim ((struct text){in.at, n});
}

static struct text s_bare (struct text word)
{
    while (word.n && word.at[word.n - 1] == ',')
        word.n--;
    return word;
}

//  family^given^middle^… in the order of `order`.
static bool s_split_carets (struct text in, const enum name_part order[NAME_PARTS],
                            struct text parts[NAME_PARTS])
{
    struct text rest = in;
    for (int i = 0; i < NAME_PARTS && rest.at; i++)
        parts[order[i]] = s_until (rest, '^', &rest);
    return true;    //  HL7 has components behind the fifth, which are no parts of the name
}

//  Titles off the front, suffixes off the end of words [*first, *last).
static void s_take_ends (const struct text *words, size_t *first, size_t *last, struct text parts[NAME_PARTS])
{
    size_t begin = *first, end = *last;
    while (begin + 1 < end && s_listed (words[begin], TITLES))
        begin++;
    if (begin > *first)
        parts[NAME_PREFIX] = s_span (words[*first], words[begin - 1]);
    while (end > begin + 1 && s_listed (words[end - 1], SUFFIXES))
        end--;
    if (end < *last)
        parts[NAME_SUFFIX] = s_span (words[end], s_bare (words[*last - 1]));
    *first = begin;
    *last = end;
}

//  The first given name and the others.
static void s_take_given (const struct text *words, size_t first, size_t last, struct text parts[NAME_PARTS])
{
    if (first < last)
        parts[NAME_GIVEN] = s_bare (words[first]);
    if (first + 1 < last)
        parts[NAME_MIDDLE] = s_span (words[first + 1], s_bare (words[last - 1]));
}

//  "Dr. Jane Q. Doe Jr.": the family name is the last word with the particles before it.
static bool s_split_given_first (struct text in, struct text parts[NAME_PARTS])
{
    struct text words[WORDS_MAX] = {{NULL, 0}};
    size_t first = 0, last = s_words (in, words);
    if (last == 0 || last > WORDS_MAX)
        return false;
    s_take_ends (words, &first, &last, parts);
    size_t family = last - 1;
    for (size_t i = last - 1; i > first + 1; i--)
        if (s_listed (words[i - 1], PARTICLES))
            family = i - 1;
        else if (family != i)
            break;
    for (size_t i = first; i < family; i++)
        if (words[i].n && words[i].at && words[i].at[words[i].n - 1] == ',')
            return false;
    parts[NAME_FAMILY] = s_span (words[family], s_bare (words[last - 1]));
    s_take_given (words, first, family, parts);
    return true;
}

//  Two suffixes, of the family name and behind all, as one.
static struct text s_join (struct text a, struct text b, struct scratch *scratch)
{
    if (a.n == 0 || b.n == 0)
        return a.n ? a : b;
    if (scratch->used + a.n + b.n + 1 > scratch->size)
        return a;
    char *to = scratch->at + scratch->used;
    memcpy (to, a.at, a.n);
    to[a.n] = ' ';
    memcpy (to + a.n + 1, b.at, b.n);
    scratch->used += a.n + 1 + b.n;
    return (struct text){to, a.n + 1 + b.n};
}

//  Whether each word is a suffix: "Jr.", "III MD".
static bool s_is_suffix (struct text in)
{
    struct text words[WORDS_MAX] = {{NULL, 0}};
    size_t count = s_words (in, words);
    for (size_t i = 0; i < count && count <= WORDS_MAX; i++)
        if (!s_listed (words[i], SUFFIXES))
            return false;
    return count > 0 && count <= WORDS_MAX;
}

//  "Doe Jr., Dr. Jane Q., MD"; also "Doe, Jr., Jane".
static bool s_split_family_first (struct text in, struct text parts[NAME_PARTS], struct scratch *scratch)
{
    struct text words[WORDS_MAX] = {{NULL, 0}}, rest, family = s_until (in, ',', &rest),
                behind[NAME_PARTS] = {{NULL, 0}};
    if (!rest.at || family.n == 0)
        return false;
    struct text given = s_until (rest, ',', &rest), end = {NULL, 0};
    if (s_is_suffix (given) && rest.at) {
        end = given;
        given = s_until (rest, ',', &rest);
    }
    if (rest.at && (rest = text_trim (rest)).n) {
        if (!s_is_suffix (rest))
            return false;
        end = s_join (end, rest, scratch);
    }
    size_t first = 0, last = s_words (family, words);
    if (last > WORDS_MAX)
        return false;
    s_take_ends (words, &first, &last, parts);
    parts[NAME_FAMILY] = s_span (words[first], s_bare (words[last - 1]));
    first = 0;
    last = s_words (given, words);
    if (last > WORDS_MAX)
        return false;
    if (last)
        s_take_ends (words, &first, &last, behind);
    s_take_given (words, first, last, parts);
    if (parts[NAME_PREFIX].n == 0)
        parts[NAME_PREFIX] = behind[NAME_PREFIX];
    parts[NAME_SUFFIX] = s_join (s_join (parts[NAME_SUFFIX], behind[NAME_SUFFIX], scratch), end, scratch);
    return true;
}

bool name_split (struct text in, enum name_form form, struct text parts[NAME_PARTS], struct scratch *scratch)
{
    static const enum name_part DICOM[] = {NAME_FAMILY, NAME_GIVEN, NAME_MIDDLE, NAME_PREFIX, NAME_SUFFIX};
    static const enum name_part HL7[] = {NAME_FAMILY, NAME_GIVEN, NAME_MIDDLE, NAME_SUFFIX, NAME_PREFIX};
    struct text ignored;
    bool good = false;
    memset (parts, 0, NAME_PARTS * sizeof *parts);
    switch (form) {
    case NAME_FAMILY_FIRST:
        good = s_split_family_first (in, parts, scratch);
        break;
    case NAME_GIVEN_FIRST:
        good = s_split_given_first (in, parts);
        break;
    case NAME_DICOM:
        good = s_split_carets (s_until (in, '=', &ignored), DICOM, parts);
        break;
    default:
        good = s_split_carets (s_until (in, '~', &ignored), HL7, parts);
        parts[NAME_FAMILY] = s_until (parts[NAME_FAMILY], '&', &ignored);
    }
    if (!good)
        memset (parts, 0, NAME_PARTS * sizeof *parts);
    return good;
}

static char *s_put (char *to, struct text part)
{
    if (part.n)
        memcpy (to, part.at, part.n);
    return to + part.n;
}

//  The parts in order, a space between those that are there.
static char *s_put_spaced (char *to, const struct text *parts, const enum name_part *order, int count)
{
    const char *start = to;
    for (int i = 0; i < count; i++) {
        if (parts[order[i]].n == 0)
            continue;
        if (to > start)
            *to++ = ' ';
        to = s_put (to, parts[order[i]]);
    }
    return to;
}

static char *s_put_carets (char *to, const struct text *parts, const enum name_part *order)
{
    char *end = to;
    for (int i = 0; i < NAME_PARTS; i++) {
        if (i)
            *to++ = '^';
        to = s_put (to, parts[order[i]]);
        if (parts[order[i]].n)
            end = to;
    }
    return end;    //  PS3.5: empty components at the end are left out, with their carets
}

size_t name_compose (const struct text parts[NAME_PARTS], enum name_form form, char *out)
{
    static const enum name_part DICOM[] = {NAME_FAMILY, NAME_GIVEN, NAME_MIDDLE, NAME_PREFIX, NAME_SUFFIX};
    static const enum name_part HL7[] = {NAME_FAMILY, NAME_GIVEN, NAME_MIDDLE, NAME_SUFFIX, NAME_PREFIX};
    static const enum name_part SPOKEN[] = {NAME_PREFIX, NAME_GIVEN, NAME_MIDDLE, NAME_FAMILY, NAME_SUFFIX};
    static const enum name_part BEFORE[] = {NAME_FAMILY, NAME_SUFFIX};
    static const enum name_part BEHIND[] = {NAME_PREFIX, NAME_GIVEN, NAME_MIDDLE};
    char *to = out;
    switch (form) {
    case NAME_DICOM:
        return (size_t) (s_put_carets (to, parts, DICOM) - out);
    case NAME_HL7:
        return (size_t) (s_put_carets (to, parts, HL7) - out);
    case NAME_GIVEN_FIRST:
        return (size_t) (s_put_spaced (to, parts, SPOKEN, 5) - out);
    default:
        to = s_put_spaced (to, parts, BEFORE, 2);
        if (parts[NAME_PREFIX].n || parts[NAME_GIVEN].n || parts[NAME_MIDDLE].n) {
            memcpy (to, ", ", 2);
            to = s_put_spaced (to + 2, parts, BEHIND, 3);
        }
        return (size_t) (to - out);
    }
}
