//  variant_key.c: see variant_key.h.
#include "worker/join/variant_key.h"

#include "worker/formats/vcf/key.h"
#include "worker/text/ascii.h"

#include <string.h>

//  Where the field stands; `missing`: nowhere.
static size_t s_field (const schema_t *schema, const char *name, size_t missing)
{
    for (size_t f = 0; f < schema->field_count; f++)
        if (strcmp (schema->fields[f].name, name) == 0)
            return f;
    return missing;
}

static size_t s_own (const struct joined_columns *columns, const char *name)
{
    for (size_t c = OWN_COLUMNS; c < columns->binding.column_count; c++)
        if (strcmp (columns->binding.columns[c].name, name) == 0)
            return columns->schema->field_count + c - OWN_COLUMNS;
    return columns->count;
}

bool variant_columns_find (const struct joined_columns *columns, struct variant_columns *out)
{
    const schema_t *schema = columns->schema;
    const size_t none = schema->field_count;
    *out = (struct variant_columns){.chrom = s_field (schema, "chrom", none),
                                    .pos = s_field (schema, "pos", none),
                                    .ref = s_field (schema, "ref", none),
                                    .alt = s_field (schema, "alt", none),
                                    .end = s_own (columns, "info_end"),
                                    .svlen = s_own (columns, "info_svlen"),
                                    .mate = s_own (columns, "info_mateid")};
    return strcmp (schema->name, "variant") == 0 && out->chrom < none && out->pos < none && out->ref < none &&
           out->alt < none;
}

static struct text s_value (const struct content *content, size_t column, size_t count)
{
    return column < count ? content->values[column] : (struct text){NULL, 0};
}

int variant_key_make (const struct variant_columns *columns, const struct content *content, size_t count,
                      struct buffer *out)
{
    struct vcf_key_parts parts = {.chrom = content->values[columns->chrom],
                                  .ref = content->values[columns->ref],
                                  .alt = content->values[columns->alt],
                                  .end = s_value (content, columns->end, count),
                                  .svlen = s_value (content, columns->svlen, count),
                                  .mate = s_value (content, columns->mate, count)};
    struct text pos = content->values[columns->pos];
    for (size_t i = 0; i < pos.n && is_digit (pos.at[i]); i++)
        parts.pos = parts.pos * 10 + digit_of (pos.at[i]);
    return vcf_key_make (&parts, out);
}
