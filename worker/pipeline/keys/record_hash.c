//  record_hash.c: see record_hash.h.
#define XXH_INLINE_ALL
#include "worker/pipeline/keys/record_hash.h"

#include <xxhash.h>

//  A seed that has nothing to do with `seed` and those of other numbers: XXH3 adds its seed to short inputs,
//  so that with seeds that are neighbours some inputs that are neighbours, too, have one hash (splitmix64).
static uint64_t s_seed (uint64_t seed, uint64_t number)
{
    uint64_t bits = seed + (number + 1) * 0x9e3779b97f4a7c15u;
    bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9u;
    bits = (bits ^ bits >> 27) * 0x94d049bb133111ebu;
    return bits ^ bits >> 31;
}

static uint64_t s_hash_more (uint64_t before, struct text more)
{
    return more.n ? XXH3_64bits_withSeed (more.at, more.n, s_seed (before, 0)) : before;
}

//  The canonical fields, and what else there is of it.
static uint64_t s_content (const struct encoded *encoded, bool owns, struct text rest, uint64_t seed)
{
    uint64_t whole = XXH3_64bits_withSeed (encoded->content.at, encoded->content.n, seed);
    if (owns)
        whole = s_hash_more (whole, encoded->own);
    return s_hash_more (whole, rest);
}

//  Of a kind whose content is a few of its fields.
static uint64_t s_fields (const struct record *record, const schema_t *schema, uint64_t seed)
{
    uint64_t whole = seed;
    for (size_t i = 0; i < schema->content_count; i++) {
        struct text value = record->values[schema->content[i]];
        whole = XXH3_64bits_withSeed (value.at ? value.at : "", value.n, s_seed (whole, i));
    }
    return whole;
}

struct key_hash record_hash (const struct record *record, const struct encoded *encoded, bool owns,
                             struct text rest, struct text own_key, uint64_t seed)
{
    const schema_t *schema = record->plan->schema;
    uint64_t content =
        schema->content_count ? s_fields (record, schema, seed) : s_content (encoded, owns, rest, seed);
    XXH128_hash_t key = {.low64 = s_seed (seed, 0), .high64 = 0};
    bool any = false;
    if (own_key.n) {
        key = XXH3_128bits_withSeed (own_key.at, own_key.n, s_seed (seed, 0));
        return (struct key_hash){key.low64, (uint32_t) (key.high64 & UINT32_MAX), content};
    }
    for (size_t k = 0; k < schema->key_count; k++) {
        struct text value = record->values[schema->key[k]];
        if (value.n == 0)
            continue;
        XXH128_hash_t both = XXH3_128bits_withSeed (value.at, value.n, s_seed (key.low64, k));
        key = (XXH128_hash_t){.low64 = both.low64, .high64 = both.high64 ^ key.high64};
        any = true;
    }
    if (!any)    //  by another seed, so that both together tell contents apart
        key = (XXH128_hash_t){.low64 = s_content (encoded, owns, rest, s_seed (seed, 1)), .high64 = content};
    return (struct key_hash){key.low64, (uint32_t) (key.high64 & UINT32_MAX), content};
}
