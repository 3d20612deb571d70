//  shape_walk.c: see shape_walk.h. The formats are those of the msgpack specification.
#include "messages/codec/shape_walk.h"

#include "messages/codec/bounds.h"

struct walk {
    const unsigned char *at, *end;
    struct error *error;
};

static int s_bad (struct walk *walk, const char *what)
{
    return error_set (walk->error, DMH_MALFORMED, "the body %s", what);
}

//  A big-endian count of 1, 2 or 4 bytes.
static int s_count (struct walk *walk, size_t width, size_t *out)
{
    if ((size_t) (walk->end - walk->at) < width)
        return s_bad (walk, "ends in the middle of a value");
    *out = 0;
    while (width--)
        *out = *out << 8 | *walk->at++;
    return DMH_OK;
}

static int s_skip (struct walk *walk, size_t n)
{
    if ((size_t) (walk->end - walk->at) < n)
        return s_bad (walk, "ends in the middle of a value");
    walk->at += n;
    return DMH_OK;
}

//  What a first byte says: `width` bytes of count follow it, then the value.
enum form { FORM_FIXED, FORM_BYTES, FORM_LIST, FORM_MAP, FORM_BAD };
struct lead {
    enum form form;
    size_t width;    //  bytes of count
    size_t count;    //  where the first byte holds it, or the fixed size
};

static struct lead s_lead (unsigned char byte)
{
    //  0xc0 … 0xdf: nil, unused, false, true, bin 8/16/32, ext 8/16/32, float 32/64, uint 8…64, int 8…64,
    //  fixext, str, array, map.
    static const struct lead TABLE[32] = {
        {FORM_FIXED, 0, 0}, {FORM_BAD, 0, 0},   {FORM_FIXED, 0, 0}, {FORM_FIXED, 0, 0}, {FORM_BYTES, 1, 0},
        {FORM_BYTES, 2, 0}, {FORM_BYTES, 4, 0}, {FORM_BAD, 0, 0},   {FORM_BAD, 0, 0},   {FORM_BAD, 0, 0},
        {FORM_FIXED, 0, 4}, {FORM_FIXED, 0, 8}, {FORM_FIXED, 0, 1}, {FORM_FIXED, 0, 2}, {FORM_FIXED, 0, 4},
        {FORM_FIXED, 0, 8}, {FORM_FIXED, 0, 1}, {FORM_FIXED, 0, 2}, {FORM_FIXED, 0, 4}, {FORM_FIXED, 0, 8},
        {FORM_FIXED, 0, 2}, {FORM_FIXED, 0, 3}, {FORM_FIXED, 0, 5}, {FORM_FIXED, 0, 9}, {FORM_FIXED, 0, 17},
        {FORM_BYTES, 1, 0}, {FORM_BYTES, 2, 0}, {FORM_BYTES, 4, 0}, {FORM_LIST, 2, 0},  {FORM_LIST, 4, 0},
        {FORM_MAP, 2, 0},   {FORM_MAP, 4, 0},
    };
    if (byte < 0x80 || byte >= 0xe0)
        return (struct lead){FORM_FIXED, 0, 0};
    if (byte < 0x90)
        return (struct lead){FORM_MAP, 0, byte & 15};
    if (byte < 0xa0)
        return (struct lead){FORM_LIST, 0, byte & 15};
    if (byte < 0xc0)
        return (struct lead){FORM_BYTES, 0, byte & 31};
    return TABLE[byte - 0xc0];
}

static int s_value (struct walk *walk, unsigned depth)
{
    if (walk->at == walk->end)
        return s_bad (walk, "ends where a value is expected");
    struct lead lead = s_lead (*walk->at++);
    size_t count = lead.count;
    if (lead.form == FORM_BAD)
        return s_bad (walk, "holds a type that DMH/1 does not use");
    if (lead.width && s_count (walk, lead.width, &count) != DMH_OK)
        return DMH_MALFORMED;
    if (lead.form == FORM_FIXED || lead.form == FORM_BYTES)
        return s_skip (walk, count);
    if (depth == BODY_DEPTH_MAX)
        return s_bad (walk, "is nested too deep");
    if (count > BODY_ENTRIES_MAX)
        return s_bad (walk, "has a map or list of too many entries");
    for (size_t i = lead.form == FORM_MAP ? 2 * count : count; i > 0; i--)
        if (s_value (walk, depth + 1) != DMH_OK)
            return DMH_MALFORMED;
    return DMH_OK;
}

int shape_walk (const unsigned char *bytes, size_t n, struct error *error)
{
    struct walk walk = {bytes, bytes + n, error};
    if (n > BODY_BYTES_MAX)
        return s_bad (&walk, "is longer than 64 KiB");
    int rc = s_value (&walk, 0);
    if (rc == DMH_OK && walk.at != walk.end)
        rc = s_bad (&walk, "has bytes after its end");
    return rc;
}
