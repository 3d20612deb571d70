//  record_key.c: see record_key.h.
#include "worker/dataset/record_key.h"

#include "messages/base/narrow.h"

enum { KEYED = 1, KEYLESS = 2 };    //  what a key begins with

static int s_put (struct buffer *out, const void *bytes, size_t n)
{
    if (buffer_reserve (out, n + 1) != 0)
        return -1;
    memcpy (out->at + out->used, bytes, n);
    out->used += n;
    return 0;
}

//  One field of a key, behind its number and length.
static int s_put_field (struct buffer *key, const struct content *content, int field)
{
    struct text value = content->values[field];
    uint32_t head[2] = {(uint32_t) field, NARROW (uint32_t, value.n)};
    if (value.n == 0)
        return 0;
    return s_put (key, head, sizeof head) == 0 ? s_put (key, value.at, value.n) : -1;
}

//  Of variants, behind what a key begins with.
static int s_variant (struct buffer *key, const struct content *content, const struct key_columns *columns)
{
    static const char FIRST = KEYED;
    struct buffer *own = columns->made;
    key->used = 0;
    return variant_key_make (&columns->variants, content, columns->count, own) == 0 &&
                   s_put (key, &FIRST, sizeof FIRST) == 0
               ? s_put (key, own->at, own->used)
               : -1;
}

int record_key_make (struct buffer *key, const struct content *content, const struct key_columns *columns,
                     bool *keyed)
{
    const schema_t *schema = columns->schema;
    int rc = 0;
    *keyed = false;
    for (size_t k = 0; k < schema->key_count; k++)
        *keyed = *keyed || content->values[schema->key[k]].n;
    if (columns->are_variants)
        return s_variant (key, content, columns);
    key->used = 0;
    const char first = *keyed ? KEYED : KEYLESS;
    rc = s_put (key, &first, sizeof first);
    for (size_t k = 0; *keyed && rc == 0 && k < schema->key_count; k++)
        rc = s_put_field (key, content, schema->key[k]);
    for (size_t f = 0; !*keyed && rc == 0 && f < schema->field_count; f++)
        if (schema->fields[f].required)
            rc = s_put_field (key, content, NARROW (int, f));
    return rc;
}
