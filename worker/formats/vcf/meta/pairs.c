//  pairs.c: see pairs.h.
#include "worker/formats/vcf/meta/pairs.h"

#include <string.h>

struct text pairs_from (struct text in, size_t at)
{
    return (struct text){in.at + at, in.n - at};
}

size_t pairs_find (struct text in, char c)
{
    const char *at = in.n ? memchr (in.at, c, in.n) : NULL;
    return at ? (size_t) (at - in.at) : in.n;
}

//  Where a value ends that begins here: behind its closing quote, or at a comma. false: a quote is not
//  closed.
static bool s_value (struct text in, struct text *value, size_t *end)
{
    if (in.n && in.at[0] == '[') {    //  ##META's list of values
        size_t close = pairs_find (in, ']');
        *value = (struct text){in.at, close};
        *end = close + 1;
        return close < in.n && (*end == in.n || in.at[*end] == ',');
    }
    if (in.n == 0 || in.at[0] != '"') {
        *end = pairs_find (in, ',');
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

int pairs_read (struct text in, struct meta_pair pairs[PAIRS_MAX])
{
    int count = 0;
    while (in.n && count < PAIRS_MAX) {
        struct meta_pair *pair = &pairs[count];
        size_t equal = pairs_find (in, '='), end;
        if (equal == 0 || equal == in.n || pairs_find (in, ',') < equal)
            return -1;
        pair->key = (struct text){in.at, equal};
        while (pair->key.n && *pair->key.at == ' ')    //  as many writers have it behind commas
            pair->key = pairs_from (pair->key, 1);
        in = pairs_from (in, equal + 1);
        pair->form = in.n == 0 ? 0 : in.at[0];
        if (pair->key.n == 0 || !s_value (in, &pair->value, &end))
            return -1;
        for (int i = 0; i < count; i++)
            if (text_equal (pairs[i].key, pair->key))
                return -2;
        count++;
        if (end + 1 == in.n)
            return -1;
        in = pairs_from (in, end < in.n ? end + 1 : end);
    }
    return count;
}

struct text pairs_get (const struct meta_pair *pairs, int count, struct text key)
{
    for (int i = 0; i < count; i++)
        if (text_equal (pairs[i].key, key))
            return pairs[i].value;
    return (struct text){NULL, 0};
}
