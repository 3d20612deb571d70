//  record_hash.c: see record_hash.h.
#define XXH_INLINE_ALL
#include "worker/pipeline/keys/record_hash.h"

#include <xxhash.h>

static uint64_t s_hash_more (uint64_t before, struct text more)
{
    return more.n ? XXH3_64bits_withSeed (more.at, more.n, before) : before;
}

//  The canonical fields, and what else there is of it.
static uint64_t s_content (const struct encoded *encoded, bool owns, struct text rest, uint64_t seed)
{
    uint64_t whole = XXH3_64bits_withSeed (encoded->content.at, encoded->content.n, seed);
    if (owns)
        whole = s_hash_more (whole, encoded->own);
    return s_hash_more (whole, rest);
}

struct key_hash record_hash (const struct record *record, const struct encoded *encoded, bool owns,
                             struct text rest, uint64_t seed)
{
    const schema_t *schema = record->plan->schema;
    uint64_t content = s_content (encoded, owns, rest, seed);
    XXH128_hash_t key = {.low64 = seed ^ 1, .high64 = 0};
    bool any = false;
    for (size_t k = 0; k < schema->key_count; k++) {
        struct text value = record->values[schema->key[k]];
        if (value.n == 0)
            continue;
        XXH128_hash_t both = XXH3_128bits_withSeed (value.at, value.n, key.low64 + k);
        key = (XXH128_hash_t){.low64 = both.low64, .high64 = both.high64 ^ key.high64};
        any = true;
    }
    if (!any)    //  by another seed, so that both together tell contents apart
        key = (XXH128_hash_t){.low64 = s_content (encoded, owns, rest, seed ^ 1), .high64 = content};
    return (struct key_hash){key.low64, (uint32_t) key.high64, content};
}
