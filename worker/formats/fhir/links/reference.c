//  reference.c: see reference.h. A reference that is not understood has no id: half of a URL is nobody's.
#define _GNU_SOURCE
#include "worker/formats/fhir/links/reference.h"

#include "worker/formats/json/lex.h"
#include "worker/text/ascii.h"

static const struct text NOTHING = {NULL, 0};

static bool s_begins (struct text in, struct text with)
{
    return in.n >= with.n && bytes_equal (in.at, with.at, with.n);
}

static struct text s_from (struct text in, size_t at)
{
    return (struct text){in.at + at, in.n - at};
}

//  What stands behind the last `byte`; all of it where there is none.
static struct text s_behind (struct text in, char byte)
{
    const char *at = in.n ? memrchr (in.at, byte, in.n) : NULL;
    return at ? s_from (in, (size_t) (at - in.at) + 1) : in;
}

static bool s_is_same_type (struct text in, struct text type)
{
    if (in.n != type.n)
        return false;
    for (size_t i = 0; i < in.n; i++)
        if (to_lower (in.at[i]) != to_lower (type.at[i]))
            return false;
    return true;
}

//  A type's name, as FHIR writes them.
static bool s_is_type (struct text in)
{
    for (size_t i = 0; i < in.n; i++) {
        char low = to_lower (in.at[i]);
        if (low < 'a' || low > 'z' || (i == 0 && low == in.at[i]))
            return false;
    }
    return in.n > 0;
}

//  identifier=system|7 or identifier=7, and nothing else to look for.
static struct text s_queried (struct text in)
{
    static const struct text KEY = {"identifier=", 11};
    if (!s_begins (in, KEY) || memchr (in.at, '&', in.n))
        return NOTHING;
    in = s_from (in, KEY.n);
    for (size_t at = 0; at + 3 <= in.n; at++)
        if (in.at[at] == '%' && in.at[at + 1] == '7' && to_lower (in.at[at + 2]) == 'c')
            return s_from (in, at + 3);
    return s_behind (in, '|');
}

static struct text s_without_version (struct text url)
{
    const char *history = url.n ? memmem (url.at, url.n, "/_history/", 10) : NULL;
    return history ? (struct text){url.at, (size_t) (history - url.at)} : url;
}

//  What a reference that is no part of the resource means.
static enum fhir_reference s_read (struct text in, struct text type, struct text *id)
{
    in = s_without_version (in);
    *id = NOTHING;
    if (s_begins (in, TEXT ("urn:")))
        *id = s_behind (in, ':');
    else if (in.n && !memchr (in.at, '#', in.n)) {
        const char *query = memchr (in.at, '?', in.n);
        size_t path = query ? (size_t) (query - in.at) : in.n;
        const char *slash = memrchr (in.at, '/', path);
        struct text last = s_from ((struct text){in.at, path}, slash ? (size_t) (slash - in.at) + 1 : 0);
        struct text before = s_behind ((struct text){in.at, slash ? (size_t) (slash - in.at) : 0}, '/');
        struct text named = query ? last : before;
        if ((query || slash) && !s_is_same_type (named, type))
            return s_is_type (named) ? FHIR_REFERENCE_OTHER : FHIR_REFERENCE_NONE;
        *id = query ? s_queried (s_from (in, path + 1)) : last;
    }
    return id->n ? FHIR_REFERENCE_ID : FHIR_REFERENCE_NONE;
}

static bool s_member_is (tree_t *tree, uint32_t node, struct text key, struct text value)
{
    uint32_t member = tree_member (tree, node, key);
    return member && text_equal (tree_at (tree, member)->value, value);
}

static bool s_is_record_number (tree_t *tree, uint32_t identifier)
{
    uint32_t coding = tree_first (tree, tree_member (tree, identifier, TEXT ("type")), TEXT ("coding"));
    for (; coding; coding = tree_next (tree, coding))
        if (s_member_is (tree, coding, TEXT ("code"), TEXT ("MR")))
            return true;
    return false;
}

//  The identifier that names a resource: a medical record number, else the first that is official, else the
//  first that is not an old one.
static struct text s_identifier (tree_t *tree, uint32_t resource)
{
    uint32_t best = tree_member (tree, resource, TEXT ("accessionIdentifier"));
    int best_rank = INT32_MAX;
    for (uint32_t at = tree_first (tree, resource, TEXT ("identifier")); at; at = tree_next (tree, at)) {
        bool old = s_member_is (tree, at, TEXT ("use"), TEXT ("old"));
        int rank = s_is_record_number (tree, at)                             ? 0
                   : s_member_is (tree, at, TEXT ("use"), TEXT ("official")) ? 1
                                                                             : 2;
        if (!old && rank < best_rank && tree_member (tree, at, TEXT ("value"))) {
            best = at;
            best_rank = rank;
        }
    }
    return tree_text (tree, best, TEXT ("value"));
}

uint32_t fhir_reference_contained (const tree_t *tree, struct text name)
{
    uint32_t at = tree_first (tree, TREE_ROOT, TEXT ("contained"));
    for (; at; at = tree_next (tree, at)) {
        uint32_t member = tree_member (tree, at, TEXT ("id"));
        if (member && text_equal (tree_at (tree, member)->value, name))
            break;
    }
    return at;
}

//  What is contained in the resource under that id.
static enum fhir_reference s_contained (tree_t *tree, struct text name, struct text type, struct text *id)
{
    uint32_t at = fhir_reference_contained (tree, name);
    if (!at)
        return FHIR_REFERENCE_NONE;
    tree_text (tree, at, TEXT ("id"));
    if (!text_equal (tree_text (tree, at, TEXT ("resourceType")), type))
        return FHIR_REFERENCE_OTHER;
    *id = s_identifier (tree, at);
    return id->n ? FHIR_REFERENCE_ID : FHIR_REFERENCE_NONE;
}

//  An entry of the file, else what the reference says itself.
static enum fhir_reference s_look_up (struct text reference, struct text type, const struct fhir_place *place,
                                      struct text *id)
{
    char room[FHIR_URL_BYTES];
    enum people_answer answer = PEOPLE_UNKNOWN;
    if (place->people && text_equal (type, TEXT ("Patient")))
        answer = people_find (place->people, fhir_reference_whole (reference, place->url, room), id);
    switch (answer) {
    case PEOPLE_PATIENT:
        return FHIR_REFERENCE_ID;
    case PEOPLE_OTHER:
        return FHIR_REFERENCE_OTHER;
    case PEOPLE_SEVERAL:
        return FHIR_REFERENCE_NONE;
    default:
        return s_read (reference, type, id);
    }
}

enum fhir_reference fhir_reference_read (tree_t *tree, uint32_t node, struct text type,
                                         const struct fhir_place *place, struct text *id)
{
    struct text reference = tree_text (tree, node, TEXT ("reference"));
    struct text said = s_behind (tree_text (tree, node, TEXT ("type")), '/');
    enum fhir_reference found = FHIR_REFERENCE_NONE;
    *id = NOTHING;
    if (said.n && !s_is_same_type (said, type))
        return FHIR_REFERENCE_OTHER;
    if (reference.n)
        found = reference.at[0] == '#' ? s_contained (tree, s_from (reference, 1), type, id)
                                       : s_look_up (reference, type, place, id);
    if (found != FHIR_REFERENCE_NONE)
        return found;
    uint32_t identifier = tree_member (tree, node, TEXT ("identifier"));
    *id = tree_text (tree, identifier, TEXT ("value"));
    return id->n ? FHIR_REFERENCE_ID : FHIR_REFERENCE_NONE;
}

struct text fhir_reference_server (struct text url)
{
    url = s_without_version (url);
    const char *id = url.n ? memrchr (url.at, '/', url.n) : NULL;
    const char *type = id ? memrchr (url.at, '/', (size_t) (id - url.at)) : NULL;
    if ((!s_begins (url, TEXT ("http://")) && !s_begins (url, TEXT ("https://"))) || !type ||
        id + 1 == url.at + url.n || memchr (url.at, '?', url.n) || memchr (url.at, '#', url.n) ||
        !s_is_type ((struct text){type + 1, (size_t) (id - type) - 1}))
        return NOTHING;
    return (struct text){url.at, (size_t) (type - url.at)};
}

struct text fhir_reference_plain (struct text quoted, char room[FHIR_URL_BYTES])
{
    struct scratch scratch = {room, 0, FHIR_URL_BYTES};
    struct text out;
    if (quoted.n == 0 || !memchr (quoted.at, '\\', quoted.n))
        return quoted;
    struct json_cursor in = {quoted.at - 1, quoted.at + quoted.n + 1, false};
    return quoted.n < FHIR_URL_BYTES && json_text (&in, &scratch, &out) == RULE_NONE ? out : NOTHING;
}

struct text fhir_reference_whole (struct text reference, struct text url, char room[FHIR_URL_BYTES])
{
    reference = s_without_version (reference);
    if (reference.n == 0 || reference.at[0] == '#')
        return NOTHING;
    if (s_begins (reference, TEXT ("urn:")) || memmem (reference.at, reference.n, "://", 3))
        return reference;
    struct text server = fhir_reference_server (url);
    size_t n = server.n + 1 + reference.n;
    if (server.n == 0 || n > FHIR_URL_BYTES)
        return NOTHING;
    memcpy (room, server.at, server.n);
    room[server.n] = '/';
    memcpy (room + server.n + 1, reference.at, reference.n);
    return (struct text){room, n};
}

struct text fhir_reference_id (struct text url)
{
    url = s_without_version (url);
    if (s_begins (url, TEXT ("urn:")))
        return s_behind (url, ':');
    return url.n && !memchr (url.at, '#', url.n) && !memchr (url.at, '?', url.n) ? s_behind (url, '/')
                                                                                 : NOTHING;
}
