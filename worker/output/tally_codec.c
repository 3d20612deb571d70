//  tally_codec.c: see tally_codec.h.
#include "worker/output/tally_codec.h"

#include "messages/base/narrow.h"

static void s_pack_mark (const struct mark *mark, struct packer *to)
{
    pack_number (to, mark->count);
    if (mark->count)
        pack_number (to, mark->first_line);
}

static void s_unpack_mark (struct mark *mark, struct packed *from)
{
    *mark = (struct mark){.count = packed_number (from)};
    if (mark->count)
        mark->first_line = packed_number (from);
}

static void s_pack_field (const struct field_tally *field, struct packer *to)
{
    for (int rule = 0; rule < RULE_COUNT; rule++)
        s_pack_mark (&field->rules[rule], to);
    s_pack_mark (&field->ambiguous, to);
    s_pack_mark (&field->both_marks, to);
    const uint64_t counts[] = {field->changed, field->missing, field->invalid,       field->dates,
                               field->mdy,     field->dmy,     field->decimal.point, field->decimal.comma,
                               field->partial, field->forms};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        pack_number (to, counts[i]);
    pack_number (to, field->first_both.count);
    for (size_t i = 0; i < field->first_both.count; i++)
        pack_text (to, field->first_both.at[i], field->first_both.n[i]);
    for (size_t v = 0; v <= OTHERS_MAX; v++) {
        pack_number (to, field->votes[v].filled);
        pack_number (to, field->votes[v].against);
    }
    for (int r = 0; r < REGIONS_MAX; r++)
        pack_number (to, field->regions[r]);
}

static void s_unpack_first (struct first_values *values, struct packed *from)
{
    uint64_t count = packed_number_most (from, FIRST_VALUES);
    *values = (struct first_values){.count = 0};
    for (uint64_t i = 0; i < count; i++) {
        size_t n;
        const char *at = packed_text (from, &n);
        if (n > FIRST_VALUE_BYTES)
            from->bad = true;
        if (!from->bad)
            first_values_add (values, (struct text){at, n});
    }
}

static void s_unpack_field (struct field_tally *field, struct packed *from)
{
    for (int rule = 0; rule < RULE_COUNT; rule++)
        s_unpack_mark (&field->rules[rule], from);
    s_unpack_mark (&field->ambiguous, from);
    s_unpack_mark (&field->both_marks, from);
    uint64_t *counts[] = {&field->changed,       &field->missing,       &field->invalid,
                          &field->dates,         &field->mdy,           &field->dmy,
                          &field->decimal.point, &field->decimal.comma, &field->partial};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        *counts[i] = packed_number (from);
    field->forms = NARROW (uint8_t, packed_number_most (from, UINT8_MAX));
    s_unpack_first (&field->first_both, from);
    for (size_t v = 0; v <= OTHERS_MAX; v++) {
        field->votes[v].filled = packed_number (from);
        field->votes[v].against = packed_number (from);
    }
    for (int r = 0; r < REGIONS_MAX; r++)
        field->regions[r] = packed_number (from);
}

void tally_pack (const struct tally *self, struct packer *to)
{
    pack_number (to, RULE_COUNT);
    pack_number (to, self->field_count);
    pack_number (to, self->foreign);
    for (size_t f = 0; f <= self->field_count; f++)
        s_pack_field (&self->fields[f], to);
}

void tally_unpack (struct tally *self, struct packed *from)
{
    uint64_t rules = packed_number (from), fields = packed_number (from);
    if (rules != RULE_COUNT || fields != self->field_count)
        from->bad = true;
    self->foreign = packed_number (from);
    for (size_t f = 0; f <= self->field_count && !from->bad; f++)
        s_unpack_field (&self->fields[f], from);
}
