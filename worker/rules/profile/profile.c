//  profile.c: see profile.h.
#define XXH_INLINE_ALL
#include "worker/rules/profile/profile.h"

#include "worker/rules/dates/date.h"
#include "worker/rules/numbers/number.h"
#include "worker/rules/profile/frequent.h"
#include "worker/text/ascii.h"

#include <stdlib.h>
#include <xxhash.h>

enum {
    HASHES_ALL = 1 << 21,    //  of all columns together
    HASHES_MOST = 1 << 15,
    HASHES_LEAST = 64,
    PLACES_ALL = 1 << 16,
    PLACES_MOST = 256,
    PLACES_LEAST = 16,
    RUN_MAX = 8,
    DATE_DAY_BYTES = 10,
    TODAY = 99991231    //  dates are told by their form; none is in the future
};

static const char *const TYPE_WORDS[PROFILE_TYPES] = {"integer", "number",  "date", "datetime",
                                                      "time",    "boolean", "text"};

struct profile {
    uint64_t records, filled, markers, types[PROFILE_TYPES];
    size_t shortest, longest;
    //  Hashes of the distinct values whose last `level` bits are zero; 0 is a free slot.
    uint64_t *hashes;
    size_t room, used;
    unsigned level;
    bool zero;    //  a value hashed to 0
    frequent_t *values, *patterns;
    uint64_t last_hash;    //  of the value before, whose type and pattern are known
    enum profile_type last_type;
    char last_pattern[PROFILE_VALUE_BYTES + 1];
    size_t last_pattern_n;
};

static size_t s_share (size_t all, size_t columns, size_t least, size_t most)
{
    size_t share = most;
    while (share > least && share * columns > all)
        share /= 2;
    return share;
}

profile_t *profile_new (size_t columns, bool secret, bool crowd)
{
    profile_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    size_t places = s_share (PLACES_ALL, columns, PLACES_LEAST, PLACES_MOST);
    self->room = s_share (HASHES_ALL, columns, HASHES_LEAST, HASHES_MOST);
    self->hashes = calloc (self->room, sizeof *self->hashes);
    self->patterns = frequent_new (places, PROFILE_VALUE_BYTES, false);
    self->values = secret ? NULL : frequent_new (places, PROFILE_VALUE_BYTES, crowd);
    if (!self->hashes || !self->patterns || (!self->values && !secret))
        profile_destroy (&self);
    return self;
}

void profile_destroy (profile_t **self_p)
{
    profile_t *self = *self_p;
    if (!self)
        return;
    frequent_destroy (&self->values);
    frequent_destroy (&self->patterns);
    free (self->hashes);
    free (self);
    *self_p = NULL;
}

static bool s_is_sampled (const profile_t *self, uint64_t hash)
{
    return (hash & ((1ull << self->level) - 1)) == 0;
}

static void s_insert (profile_t *self, uint64_t hash)
{
    size_t mask = self->room - 1, at = (size_t) (hash >> 32) & mask;
    while (self->hashes[at] && self->hashes[at] != hash)
        at = (at + 1) & mask;
    self->used += self->hashes[at] == 0;
    self->hashes[at] = hash;
}

//  Half of the hashes go, and half of what comes counts for two (Wegman's adaptive sampling). In place, from
//  behind a free slot on, so that no chain is broken.
static void s_thin (profile_t *self)
{
    self->level++;
    self->used = 0;
    size_t gap = 0;
    while (self->hashes[gap])
        gap++;
    for (size_t step = 1; step <= self->room; step++) {
        uint64_t *slot = &self->hashes[(gap + step) & (self->room - 1)], hash = *slot;
        *slot = 0;
        if (hash && s_is_sampled (self, hash))
            s_insert (self, hash);
    }
}

static void s_count (profile_t *self, uint64_t hash)
{
    if (hash == 0) {
        self->zero = true;
        return;
    }
    if (!s_is_sampled (self, hash))
        return;
    s_insert (self, hash);
    while (self->used > self->room / 2)
        s_thin (self);
}

static size_t s_characters (struct text value)
{
    size_t count = 0;
    for (size_t i = 0; i < value.n; i++)
        count += (value.at[i] & 0xc0) != 0x80;
    return count;
}

void profile_add (profile_t *self, struct text value, uint64_t who, const missing_t *missing,
                  const missing_t *also)
{
    self->records++;
    value = value.n ? text_trim (value) : value;
    if (value.n == 0)
        return;
    if (missing_has (missing, value) || (also && missing_has (also, value))) {
        self->markers++;
        return;
    }
    uint64_t hash = XXH3_64bits (value.at, value.n);
    if (self->filled == 0 || hash != self->last_hash) {
        size_t characters = s_characters (value);
        if (self->filled == 0 || characters < self->shortest)
            self->shortest = characters;
        if (characters > self->longest)
            self->longest = characters;
        self->last_type = profile_type_of (value);
        self->last_pattern_n = profile_pattern (value, self->last_pattern);
        self->last_hash = hash;
        s_count (self, hash);
    }
    self->filled++;
    self->types[self->last_type]++;
    frequent_add (self->patterns, (struct text){self->last_pattern, self->last_pattern_n},
                  XXH3_64bits (self->last_pattern, self->last_pattern_n), 0);
    if (self->values)
        frequent_add (self->values, value, hash, who);
}

static size_t s_list (frequent_t *from, uint64_t least, struct profile_item *items)
{
    uint64_t count = 0;
    size_t listed = 0;
    for (; from && listed < PROFILE_TOP; listed++) {
        struct text text = frequent_at (from, listed, least, &count);
        if (!text.at)
            break;
        memcpy (items[listed].text, text.at, text.n);
        items[listed].text[text.n] = 0;
        items[listed].count = count;
    }
    return listed;
}

void profile_summarize (const profile_t *self, uint64_t least, struct profile_summary *out)
{
    *out = (struct profile_summary){.records = self->records,
                                    .filled = self->filled,
                                    .markers = self->markers,
                                    .distinct = ((uint64_t) self->used << self->level) + self->zero,
                                    .exact = self->level == 0,
                                    .shortest = self->shortest,
                                    .longest = self->longest,
                                    .counted = self->values && frequent_is_exact (self->values)};
    memcpy (out->types, self->types, sizeof out->types);
    uint64_t dates = self->types[PROFILE_DATE] + self->types[PROFILE_DATETIME];
    if (dates * 2 < self->filled)
        out->value_count = s_list (self->values, least, out->values);
    out->pattern_count = s_list (self->patterns, least, out->patterns);
}

const char *profile_type_word (enum profile_type type)
{
    return TYPE_WORDS[type];
}

static bool s_is_time (struct text value)
{
    size_t colons = 0;
    for (size_t i = 0; i < value.n; i++)
        if (value.at[i] == ':')
            colons++;
        else if (!is_digit (value.at[i]) && !(value.at[i] == '.' && colons == 2))
            return false;
    return (colons == 1 || colons == 2) && value.n >= 4 && is_digit (value.at[0]) &&
           (value.at[1] == ':' || value.at[2] == ':');
}

static bool s_is_boolean (struct text value)
{
    static const struct text WORDS[] = {TEXT ("true"), TEXT ("false"), TEXT ("yes"), TEXT ("no")};
    char lower[8];
    if (value.n > 5)
        return false;
    for (size_t i = 0; i < value.n; i++)
        lower[i] = to_lower (value.at[i]);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (text_equal ((struct text){lower, value.n}, WORDS[i]))
            return true;
    return false;
}

static bool s_is_dated (struct text value, enum profile_type *type)
{
    char out[64];
    size_t n = 0;
    enum date_evidence evidence;
    for (int order = 0; order < 2; order++) {
        enum date_order as = order ? DATE_ORDER_DMY : DATE_ORDER_MDY;
        if (RULE[datetime_standardize (value, as, TODAY, out, &n, &evidence)].sort == RULE_SORT_INVALID)
            continue;
        if (n < DATE_DAY_BYTES && (memcmp (out, "1800", 4) < 0 || memcmp (out, "2200", 4) > 0))
            continue;    //  2345-7 is a LOINC code, not a month
        *type = memchr (value.at, ':', value.n) ? PROFILE_DATETIME : PROFILE_DATE;
        return true;
    }
    return false;
}

enum profile_type profile_type_of (struct text value)
{
    size_t digits = 0, others = 0;
    enum profile_type type;
    struct number number;
    for (size_t i = 0; i < value.n; i++)
        if (is_digit (value.at[i]))
            digits++;
        else if (i || (value.at[0] != '-' && value.at[0] != '+'))
            others++;
    if (digits == 0)
        return s_is_boolean (value) ? PROFILE_BOOLEAN : PROFILE_TEXT;
    if (others == 0)
        return PROFILE_INTEGER;
    if (value.n > 40)
        return PROFILE_TEXT;
    if (s_is_time (value))
        return PROFILE_TIME;
    if (value.n >= 6 && s_is_dated (value, &type))
        return type;
    return number_read (value, DECIMAL_POINT, &number) != RULE_NUMBER_INVALID ? PROFILE_NUMBER : PROFILE_TEXT;
}

static char s_sign (unsigned char c)
{
    if (is_digit ((char) c))
        return '9';
    if (c >= 'A' && c <= 'Z')
        return 'A';
    return c >= 0x80 || (c >= 'a' && c <= 'z') ? 'a' : (char) c;
}

size_t profile_pattern (struct text value, char out[PROFILE_VALUE_BYTES + 1])
{
    size_t n = 0;
    for (size_t i = 0; i < value.n;) {
        char sign = s_sign ((unsigned char) value.at[i]);
        size_t run = 0;
        for (; i < value.n && s_sign ((unsigned char) value.at[i]) == sign; i++)
            run += (value.at[i] & 0xc0) != 0x80;
        size_t shown = run > RUN_MAX ? 1 : run;
        if (n + shown + 4 > PROFILE_VALUE_BYTES) {
            memcpy (out + n, "…", 3);
            n += 3;
            break;
        }
        memset (out + n, sign < 0x20 ? '?' : sign, shown);
        n += shown;
        if (run > RUN_MAX)
            out[n++] = '+';
    }
    out[n] = 0;
    return n;
}

bool profile_is_secret (struct text name)
{
    static const char *const WORDS[] = {
        "name",       "names",     "surname",  "forename", "ssn",     "social",   "phone",   "telephone",
        "tel",        "mobile",    "cell",     "fax",      "mail",    "email",    "address", "addr",
        "street",     "zip",       "postcode", "postal",   "birth",   "birthday", "dob",     "born",
        "death",      "died",      "mrn",      "id",       "ids",     "uid",      "uuid",    "guid",
        "identifier", "number",    "no",       "nr",       "num",     "account",  "license", "licence",
        "passport",   "insurance", "policy",   "guardian", "kin",     "contact",  "spouse",  "mother",
        "father",     "physician", "doctor",   "provider", "patient", "person",   "subject", "member",
        "note",       "notes",     "comment",  "comments", "remark",  "remarks",  "text",    "narrative",
        "latitude",   "longitude", "lat",      "lon",      "url",     "ip",       NULL};
    char snake[256];
    text_snake (name, snake, sizeof snake);
    for (char *at = snake, *rest = NULL; (at = strtok_r (at, "_0123456789", &rest)); at = NULL)
        for (size_t i = 0; WORDS[i]; i++)
            if (strcmp (at, WORDS[i]) == 0)
                return true;
    return false;
}
