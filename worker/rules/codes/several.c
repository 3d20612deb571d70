//  several.c: see several.h. Called for what no spelling matches as a whole.
#include "worker/rules/codes/several.h"

#include "worker/text/ascii.h"

#include <strings.h>

enum { PARTS_MAX = 32, OTHER_LEAST = 4, VALUE_BYTES_MAX = 1024 };

//  What the parts have said so far.
struct said {
    struct text code;       //  n = 0: nothing yet
    struct text nothing;    //  a code that says nothing; n = 0: none
    bool mixed, known;      //  known: some part is a spelling of the field's own
    int other;
    bool others_differ;
};

static const char *const WORDS[] = {" and ", " und ", " et ", " y ", " e "};

//  Bytes of the separator at `at`; 0: none.
static size_t s_separator (struct text in, size_t at)
{
    if (strchr (";|~^,/+&\\\n\r\t", in.at[at]) && in.at[at])
        return 1;
    for (size_t i = 0; in.at[at] == ' ' && i < sizeof WORDS / sizeof *WORDS; i++) {
        size_t n = strlen (WORDS[i]);
        if (in.n - at > n && strncasecmp (in.at + at, WORDS[i], n) == 0)
            return n;
    }
    return 0;
}

//  Without spaces, quotes and brackets around it.
static struct text s_bare (struct text in)
{
    static const char AROUND[] = "\"'[]{}";
    in = text_trim (in);
    while (in.n && in.at[0] && strchr (AROUND, in.at[0]))
        in = text_trim ((struct text){in.at + 1, in.n - 1});
    while (in.n && in.at[in.n - 1] && strchr (AROUND, in.at[in.n - 1]))
        in = text_trim ((struct text){in.at, in.n - 1});
    return in;
}

static bool s_is_nothing (const struct several *self, struct text code)
{
    for (size_t i = 0; i < self->nothing_count; i++)
        if (text_equal (code, text_of (self->nothing[i])))
            return true;
    return false;
}

//  Whether the part is a spelling; if so it is heard.
static bool s_hear (const struct several *self, const value_map_t *codes, const value_map_t *also,
                    struct text part, struct said *said)
{
    struct text code;
    bool own = value_map_find (codes, part, &code) != RULE_CODE_UNMAPPED;
    //  Short spellings are the field's own.
    int other = also && part.n >= OTHER_LEAST ? value_map_entry (also, part) : VALUE_MAP_NONE;
    if (!own && other == VALUE_MAP_NONE)
        return false;
    said->known = said->known || own;
    if (own && s_is_nothing (self, code)) {
        if (!said->nothing.n || text_equal (code, text_of (self->nothing[0])))
            said->nothing = code;
        return true;
    }
    if (own && said->code.n && !text_equal (said->code, code))
        said->mixed = true;
    else if (own)
        said->code = code;
    if (other == VALUE_MAP_NONE)
        return true;
    if (said->other == VALUE_MAP_NONE)
        said->other = other;
    else if (!text_equal (value_map_code (also, said->other), value_map_code (also, other)))
        said->others_differ = true;
    return true;
}

//  Where parts begin, and end before their separators: begins [PARTS_MAX]. 0: there is one part, or too many.
static size_t s_cut (struct text in, size_t *begins, size_t *ends)
{
    size_t count = 1;
    begins[0] = 0;
    for (size_t at = 0, n; at < in.n; at++) {
        n = s_separator (in, at);
        if (n == 0)
            continue;
        if (count == PARTS_MAX)
            return 0;
        ends[count - 1] = at;
        begins[count++] = at + n;
        at += n - 1;
    }
    ends[count - 1] = in.n;
    return count > 1 ? count : 0;
}

//  Hears all parts, the longest that are spellings first. False: one is none.
static bool s_hear_all (const struct several *self, const value_map_t *codes, const value_map_t *also,
                        struct text in, struct said *said)
{
    size_t begins[PARTS_MAX], ends[PARTS_MAX], count = s_cut (in, begins, ends);
    for (size_t part = 0, last; part < count; part = last + 1) {
        last = part;
        if (s_bare ((struct text){in.at + begins[part], ends[part] - begins[part]}).n == 0)
            continue;
        bool heard = false;
        for (size_t end = count; !heard && end > part; end--) {
            struct text whole = s_bare ((struct text){in.at + begins[part], ends[end - 1] - begins[part]});
            heard = whole.n && s_hear (self, codes, also, whole, said);
            last = end - 1;
        }
        if (!heard)
            return false;
    }
    return count > 0;
}

enum rule several_find (const struct several *self, const value_map_t *codes, const value_map_t *also,
                        struct text in, struct text *out, int *other)
{
    struct said said = {.other = VALUE_MAP_NONE};
    struct text bare = s_bare (in);
    *other = VALUE_MAP_NONE;
    if (!self->may || in.n > VALUE_BYTES_MAX || bare.n == 0 ||
        (self->whole && missing_has (self->whole, bare)))
        return RULE_CODE_UNMAPPED;
    bool one = bare.n < in.n && s_hear (self, codes, also, bare, &said);
    if (!one && !s_hear_all (self, codes, also, in, &said))
        return RULE_CODE_UNMAPPED;
    if (!said.others_differ)
        *other = said.other;
    if (!said.known || (said.mixed && !self->mixed))
        return RULE_CODE_UNMAPPED;
    *out = said.mixed ? text_of (self->mixed) : said.code.n ? said.code : said.nothing;
    return said.mixed ? RULE_CODE_SEVERAL : RULE_CODE_MAPPED;
}
