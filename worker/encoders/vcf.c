//  vcf.c: variants as lines of VCF, which output/variants/ sorts, packs and indexes: a row is a struct
//  variant_row and its line. See encoder.h. What tells a record from another is the same as in a table: tags
//  in another order make no other one.
#define XXH_INLINE_ALL
#include "worker/encoders/escape.h"
#include "worker/encoders/layout.h"
#include "worker/encoders/variant_row.h"
#include "worker/formats/vcf/record.h"

#include <stdio.h>
#include <xxhash.h>

enum { FIXED_BYTES = 64, NUMBER_BYTES = 20 };

static bool s_takes (const char *kind)
{
    return strcmp (kind, "variant") == 0;
}

static char *s_label (const struct layout *layout, size_t i, char *to)
{
    (void) layout;
    (void) i;
    return to;
}

//  Whether the record is its line as it stands; a FORMAT without samples is left out.
static bool s_is_whole (const struct vcf_record *self)
{
    const char *begin = self->line.at, *end = begin + self->line.n;
    bool alike = self->header->sample_count || !self->header->genotypes;
    return alike && self->alleles <= 1 && self->chrom.at == begin && self->ref.at >= begin &&
           self->ref.at < end && self->ref.at[self->ref.n] == '\t' && self->alt.at > begin &&
           self->alt.at < end;
}

static size_t s_room (const struct layout *layout, const struct record *record, const struct row *row)
{
    const struct vcf_record *variant = row->variant;
    size_t room = sizeof (struct variant_row) + FIXED_BYTES + variant->line.n;
    for (size_t i = 0; i < layout->plan->content_count; i++)
        room += record->values[layout->plan->live[i]].n + 1;
    if (s_is_whole (variant))
        return room;
    room += variant->chrom.n + variant->id.n + variant->ref.n + variant->alt.n + variant->qual.n +
            variant->filter.n;
    for (size_t i = 0; i < variant->info_count; i++)
        room += variant->infos[i].id.n + variant->infos[i].value.n + 2;
    for (size_t k = 0; k < variant->key_count; k++)
        room += variant->key_ids[k].n + 1;
    for (size_t i = 0; i < variant->header->sample_count * variant->key_count; i++)
        room += variant->values[i].n + 1;
    return room + variant->header->sample_count * 2;
}

static char *s_put (char *to, struct text in)
{
    return escape_bytes (to, in.at, in.n);
}

static char *s_column (char *to, struct text in)
{
    to = in.n ? s_put (to, in) : s_put (to, TEXT ("."));
    *to++ = '\t';
    return to;
}

static char *s_number (char *to, uint64_t number)
{
    char digits[NUMBER_BYTES];
    size_t n = 0;
    do
        digits[n++] = (char) ('0' + number % 10);
    while (number /= 10);
    while (n)
        *to++ = digits[--n];
    return to;
}

static char *s_infos (char *to, const struct vcf_record *variant)
{
    if (variant->info_count == 0)
        *to++ = '.';
    for (size_t i = 0; i < variant->info_count; i++) {
        const struct vcf_info *info = &variant->infos[i];
        if (i)
            *to++ = ';';
        to = s_put (to, info->id);
        if (info->value.at) {
            *to++ = '=';
            to = s_put (to, info->value);
        }
    }
    return to;
}

static char *s_sample (char *to, const struct text *values, size_t count)
{
    *to++ = '\t';
    if (count == 0 || !values[0].at)
        *to++ = '.';
    for (size_t k = 0; k < count && values[k].at; k++) {
        if (k)
            *to++ = ':';
        to = s_put (to, values[k]);
    }
    return to;
}

static char *s_samples (char *to, const struct vcf_record *variant)
{
    size_t keys = variant->key_count;
    *to++ = '\t';
    if (keys == 0)
        *to++ = '.';
    for (size_t k = 0; k < keys; k++) {
        if (k)
            *to++ = ':';
        to = s_put (to, variant->key_ids[k]);
    }
    for (size_t s = 0; s < variant->header->sample_count; s++)
        to = s_sample (to, variant->values + s * keys, keys);
    return to;
}

static char *s_line (char *to, const struct vcf_record *variant)
{
    if (s_is_whole (variant))
        return s_put (to, variant->line);
    to = s_column (to, variant->chrom);
    to = s_number (to, variant->pos);
    *to++ = '\t';
    to = s_column (to, variant->id);
    to = s_column (to, variant->ref);
    to = s_column (to, variant->alt);
    to = s_column (to, variant->qual);
    to = s_column (to, variant->filter);
    to = s_infos (to, variant);
    return variant->header->sample_count ? s_samples (to, variant) : to;
}

//  Where the site ends: as END says, else behind REF; tabix has it so.
static uint64_t s_end (const struct vcf_record *variant, uint64_t begin)
{
    for (size_t i = 0; i < variant->info_count; i++) {
        const struct vcf_info *info = &variant->infos[i];
        uint64_t end = 0;
        size_t n = 0;
        if (!text_equal (info->id, TEXT ("END")))
            continue;
        for (; n < info->value.n && n < 18 && info->value.at[n] >= '0' && info->value.at[n] <= '9'; n++)
            end = end * 10 + (uint64_t) (info->value.at[n] - '0');
        if (n && n == info->value.n && end > begin)
            return end;
    }
    return begin + variant->ref.n;
}

static uint64_t s_hash (uint64_t seed, struct text id, struct text value)
{
    uint64_t tag = XXH3_64bits_withSeed (id.at, id.n, seed);
    return XXH3_64bits_withSeed (value.at ? value.at : "", value.n, tag + (value.at != NULL));
}

//  Of all tags with their values, whatever their order.
static uint64_t s_tags (const struct vcf_record *variant)
{
    uint64_t sum = 0;
    size_t keys = variant->key_count;
    for (size_t i = 0; i < variant->info_count; i++)
        sum += s_hash (0, variant->infos[i].id, variant->infos[i].value);
    for (size_t s = 0; s < variant->header->sample_count; s++)
        for (size_t k = 0; k < keys && variant->values[s * keys + k].at; k++)
            sum += s_hash (s + 1, variant->key_ids[k], variant->values[s * keys + k]);
    return sum;
}

static void s_write (const struct layout *layout, const struct record *record, const struct row *row,
                     struct text rest, char *start, struct encoded *out)
{
    (void) rest;
    const struct vcf_record *variant = row->variant;
    uint64_t tags = s_tags (variant);
    struct variant_row head = {.begin = variant->pos ? variant->pos - 1 : 0};
    char *line = start + sizeof head, *to = s_line (line, variant);
    *to++ = '\n';
    head.bytes = (uint64_t) (to - line);
    head.end = s_end (variant, head.begin);
    memcpy (start, &head, sizeof head);
    out->row = (struct text){start, (size_t) (to - start)};
    char *content = to;
    for (size_t i = 0; i < layout->plan->content_count; i++) {
        to = s_put (to, record->values[layout->plan->live[i]]);
        *to++ = '\t';
    }
    out->content = (struct text){content, (size_t) (to - content)};
    memcpy (to, &tags, sizeof tags);
    out->own = (struct text){to, sizeof tags};
}

const struct encoder ENCODER_VCF = {.name = "vcf",
                                    .file = "records.vcf.gz",
                                    .format = "vcf",
                                    .media_type = "application/gzip",
                                    .extras = true,
                                    .variants = true,
                                    .head = sizeof (struct variant_row),
                                    .takes = s_takes,
                                    .refusal = "VCF has no place for records of the kind",
                                    .label = s_label,
                                    .empty = "",
                                    .end = "",
                                    .room = s_room,
                                    .write = s_write};
