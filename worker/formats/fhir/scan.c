//  scan.c: see scan.h.
#include "worker/formats/fhir/scan.h"

#include "worker/formats/json/lex.h"
#include "worker/formats/json/scan.h"

//  Of the longest key that is read, each letter as \u0065.
enum { KEY_BYTES = 80 };

struct member {
    struct text key;
    size_t at, end;    //  of its value; end 0: it does not end within n
};

static size_t s_skip (const char *bytes, size_t n, size_t at, bool commas)
{
    while (at < n && (memchr (" \t\r\n", bytes[at], 4) || (commas && bytes[at] == ',')))
        at++;
    return at;
}

//  Past a member's value; 0: it does not end within n. A scalar ends where something else begins.
static size_t s_value_end (const char *bytes, size_t n, size_t at)
{
    if (memchr ("{[\"", bytes[at], 3))
        return json_end (bytes, n, at);
    while (at < n && !memchr (",]} \t\r\n", bytes[at], 7))
        at++;
    return at < n ? at : 0;
}

//  The next member of an object from *at on; false: no more, or none that begins within n.
static bool s_next_member (const char *bytes, size_t n, size_t *at, struct member *out)
{
    size_t key = s_skip (bytes, n, *at, true);
    size_t end = key < n && bytes[key] == '"' ? json_end (bytes, n, key) : 0;
    *at = key;
    if (end == 0)
        return false;
    size_t colon = s_skip (bytes, n, end, false);
    if (colon >= n || bytes[colon] != ':')
        return false;
    size_t value = s_skip (bytes, n, colon + 1, false);
    if (value >= n || memchr (",]}:", bytes[value], 4))
        return false;
    *out = (struct member){{bytes + key + 1, end - key - 2}, value, s_value_end (bytes, n, value)};
    *at = out->end;
    return true;
}

static bool s_is_key (const struct member *member, const char *key)
{
    return text_equal (member->key, text_of (key));
}

//  The text of a string member, without its quotes.
static struct text s_string (const char *bytes, const struct member *member)
{
    if (bytes[member->at] != '"' || member->end < member->at + 2)
        return (struct text){NULL, 0};
    return (struct text){bytes + member->at + 1, member->end - member->at - 2};
}

//  A type's name: letters, the first a capital.
static bool s_is_type (struct text type)
{
    for (size_t i = 0; i < type.n; i++)
        if ((type.at[i] < 'A' || type.at[i] > 'Z') && (i == 0 || type.at[i] < 'a' || type.at[i] > 'z'))
            return false;
    return type.n > 0;
}

//  Where keys are sorted, `entry` comes before `resourceType`: whether it is a Bundle's shows in its first
//  element.
static bool s_is_entries (const char *bytes, size_t n, size_t at)
{
    size_t begin = s_skip (bytes, n, at, false) + 1;
    struct member member;
    if (begin > n || bytes[begin - 1] != '{')
        return false;
    while (s_next_member (bytes, n, &begin, &member)) {
        if (s_is_key (&member, "resource") && bytes[member.at] == '{')
            return true;
        if (member.end == 0)
            return false;
    }
    return false;
}

static void s_outline_member (const char *bytes, size_t n, const struct member *member,
                              struct fhir_outline *outline, struct text *wrapped)
{
    char first = bytes[member->at];
    if (s_is_key (member, "resourceType") && s_is_type (s_string (bytes, member)))
        outline->type = s_string (bytes, member);
    else if (s_is_key (member, "fullUrl"))
        outline->full_url = s_string (bytes, member);
    else if (s_is_key (member, "resource") && first == '{')
        *wrapped = (struct text){bytes + member->at, (member->end ? member->end : n) - member->at};
    else if (s_is_key (member, "entry") && first == '[') {
        bool bundle = text_equal (outline->type, TEXT ("Bundle"));
        if (!bundle && outline->type.n == 0 && s_is_entries (bytes, n, member->at + 1)) {
            outline->type = TEXT ("Bundle");
            bundle = true;
        }
        outline->entries = bundle ? member->at + 1 : 0;
    }
}

struct fhir_outline fhir_read_outline (const char *bytes, size_t n)
{
    struct fhir_outline outline = {.resource = {bytes, n}};
    struct text wrapped = {NULL, 0};
    struct member member;
    if (n == 0 || bytes[0] != '{')
        return outline;
    for (size_t at = 1; s_next_member (bytes, n, &at, &member);) {
        s_outline_member (bytes, n, &member, &outline, &wrapped);
        bool bundle = text_equal (outline.type, TEXT ("Bundle"));
        if (member.end == 0 || (bundle ? outline.entries > 0 : outline.type.n > 0))
            break;
    }
    if (outline.type.n == 0 && wrapped.n) {
        struct fhir_outline inner = fhir_read_outline (wrapped.at, wrapped.n);
        inner.full_url = outline.full_url;
        if (inner.entries)
            inner.entries += (size_t) (wrapped.at - bytes);
        return inner;
    }
    return outline;
}

bool fhir_is_fhir (const char *bytes, size_t n)
{
    size_t at = s_skip (bytes, n, 0, false);
    if (at < n && bytes[at] == '[')
        at = s_skip (bytes, n, at + 1, false);
    return at < n && fhir_read_outline (bytes + at, n - at).type.n > 0;
}

bool fhir_next_entry (const char *bytes, size_t n, size_t at, size_t *begin, size_t *end)
{
    *begin = s_skip (bytes, n, at, true);
    *end = *begin < n && bytes[*begin] != ']' ? json_end (bytes, n, *begin) : 0;
    return *end > *begin;
}

//  Past the value at `at`, SIZE_MAX: it is none.
static size_t s_check_value (struct text in, size_t at, struct text known)
{
    size_t end = 0;
    if (known.at == in.at + at)
        return at + known.n;
    if (in.at[at] == '{' || in.at[at] == '[')
        return json_close_strictly (in.at, in.n, at, &end) == JSON_CLOSED ? end : SIZE_MAX;
    end = memchr (",]}:", in.at[at], 4) ? 0 : s_value_end (in.at, in.n, at);
    return end > at ? end : SIZE_MAX;
}

//  A key without its escapes, as far as it is one that is read.
static struct text s_plain (struct text key, char room[KEY_BYTES])
{
    struct scratch scratch = {room, 0, KEY_BYTES};
    if (key.n == 0 || key.n >= KEY_BYTES || !memchr (key.at, '\\', key.n))
        return key;
    struct json_cursor in = {key.at - 1, key.at + key.n + 1, false};
    struct text out;
    return json_text (&in, &scratch, &out) == RULE_NONE ? out : key;
}

enum rule fhir_check_members (struct text in, struct text known)
{
    char plain[KEY_BYTES];
    static const char *const READ[] = {"resourceType", "entry", "resource", "fullUrl"};
    bool seen[sizeof READ / sizeof *READ] = {false};
    size_t at = s_skip (in.at, in.n, 1, false);
    if (in.n > at && in.at[at] == '}')
        return at + 1 == in.n ? RULE_NONE : RULE_RECORD_SYNTAX;
    for (;; at = s_skip (in.at, in.n, at + 1, false)) {
        size_t end = at < in.n && in.at[at] == '"' ? json_end (in.at, in.n, at) : 0;
        struct text key = {in.at + at + 1, end - at - 2};
        at = s_skip (in.at, in.n, end, false);
        if (end == 0 || at >= in.n || in.at[at] != ':')
            return RULE_RECORD_SYNTAX;
        key = s_plain (key, plain);
        for (size_t i = 0; i < sizeof READ / sizeof *READ; i++) {
            if (!text_equal (key, text_of (READ[i])))
                continue;
            if (seen[i])
                return RULE_RECORD_KEY_TWICE;
            seen[i] = true;
        }
        at = s_skip (in.at, in.n, at + 1, false);
        at = at < in.n ? s_check_value (in, at, known) : SIZE_MAX;
        at = at < in.n ? s_skip (in.at, in.n, at, false) : in.n;
        if (at < in.n && in.at[at] == '}')
            return at + 1 == in.n ? RULE_NONE : RULE_RECORD_SYNTAX;
        if (at >= in.n || in.at[at] != ',')
            return RULE_RECORD_SYNTAX;
    }
}
