//  block_codec.c: see block_codec.h. Rows, remarks and texts of records stand in the order of the records,
//  mostly one behind the other: what is written of a place is how far it is from the end of the one before.
#include "worker/pipeline/parts/block_codec.h"

#include "messages/base/narrow.h"
#include "worker/formats/format.h"

#include <stddef.h>
#include <string.h>

//  Bits of a verdict's first byte.
enum { WITH_ROW = 1, MADE = 2, REJECTED = 4, REMARKED = 8, RANKED = 16, KEYED = 32, ALL_BITS = 63 };

//  Where the verdict before has ended.
struct place {
    size_t out, raw, made;
    uint64_t line;
};

//  The stretch of `in` that holds the records as they stood; of long rows alone there is none.
static struct text s_stretch (const struct block *self)
{
    size_t begin = SIZE_MAX, end = 0;
    for (size_t i = 0; i < self->verdict_count; i++) {
        const struct verdict *verdict = &self->verdicts[i];
        if (verdict->made)
            continue;
        begin = verdict->raw_at < begin ? verdict->raw_at : begin;
        end = verdict->raw_at + verdict->raw_n > end ? verdict->raw_at + verdict->raw_n : end;
    }
    return end ? (struct text){self->in.at + begin, end - begin} : (struct text){self->in.at, 0};
}

static void s_pack_verdict (const struct verdict *verdict, bool with_key, size_t begin, struct place *place,
                            struct packer *to)
{
    bool keyed = with_key && (verdict->hash.key || verdict->hash.key_more || verdict->hash.content);
    char bytes[8 * PACK_NUMBER_BYTES + 2 * sizeof (uint64_t) + sizeof (uint32_t) + 1], *at = bytes;
    *at++ = (char) ((verdict->out_n ? WITH_ROW : 0) | (verdict->made ? MADE : 0) |
                    (verdict->rule != RULE_NONE ? REJECTED : 0) | (verdict->remark_n ? REMARKED : 0) |
                    (keyed && verdict->rank ? RANKED : 0) | (keyed ? KEYED : 0));
    size_t *raw = verdict->made ? &place->made : &place->raw;
    size_t raw_at = verdict->made ? verdict->raw_at : verdict->raw_at - begin;
    at = pack_number_at (at, raw_at - *raw);
    at = pack_number_at (at, verdict->raw_n);
    *raw = raw_at + verdict->raw_n;
    at = pack_number_at (at, verdict->line - place->line);
    place->line = verdict->line;
    if (verdict->out_n)
        at = pack_number_at (at, verdict->out_n);
    if (verdict->remark_n)
        at = pack_number_at (at, verdict->remark_n);
    if (verdict->rule != RULE_NONE) {
        at = pack_number_at (at, verdict->rule);
        at = pack_number_at (at, (uint64_t) (verdict->field - FIELD_NONE));
    }
    if (keyed) {
        memcpy (at, &verdict->hash.key, sizeof verdict->hash.key);
        memcpy (at + 8, &verdict->hash.content, sizeof verdict->hash.content);
        memcpy (at + 16, &verdict->hash.key_more, sizeof verdict->hash.key_more);
        at += 20;
    }
    if (keyed && verdict->rank)    //  of a record without a row nobody has set it
        at = pack_number_at (at, verdict->rank);
    pack_bytes (to, bytes, (size_t) (at - bytes));
}

void block_pack (const struct block *self, bool keyed, struct packer *to)
{
    struct text in = s_stretch (self);
    size_t begin = in.at == self->in.at ? 0 : (size_t) (in.at - self->in.at);
    struct place place = {0};
    pack_number (to, self->first_line);
    pack_number (to, self->position);
    pack_number (to, self->verdict_count);
    pack_number (to, self->remark_count);
    pack_number (to, self->in_at + begin);
    pack_number (to, in.n);
    pack_text (to, self->made.at, self->made.used);
    pack_text (to, self->out.at, self->out.used);
    pack_text (to, self->notes.at, self->notes.used);
    pack_text (to, self->unknown.at, self->unknown.used);
    pack_text (to, self->skipped.at, self->skipped.used);
    for (size_t i = 0; i < self->verdict_count; i++)
        s_pack_verdict (&self->verdicts[i], keyed, begin, &place, to);
    for (size_t i = 0; i < self->remark_count; i++) {
        const struct remark *remark = &self->remarks[i];
        pack_number (to, (uint64_t) (remark->field - FIELD_NONE));
        pack_number (to, remark->rule);
        pack_number (to, remark->raw_at);
        pack_number (to, remark->raw_n);
        pack_number (to, remark->to_n);
    }
}

static int s_fill (struct buffer *buffer, struct packed *from)
{
    size_t n;
    const char *at = packed_text (from, &n);
    buffer->used = 0;
    if (buffer_reserve (buffer, n + 1) != 0)    //  places of nothing are in it, too
        return -1;
    if (n)
        memcpy (buffer->at, at, n);
    buffer->used = n;
    return 0;
}

//  Moves *end over `n` bytes that stand `gap` behind it, within `all`. The place where they begin.
static size_t s_place (size_t *end, uint64_t gap, uint64_t n, size_t all, struct packed *from)
{
    if (gap > all - *end || n > all - *end - gap) {
        from->bad = true;
        return 0;
    }
    size_t at = *end + (size_t) gap;
    *end = at + (size_t) n;
    return at;
}

static int s_field (size_t fields, struct packed *from)
{
    return NARROW (int, packed_number_most (from, fields - 1 - (uint64_t) FIELD_NONE)) + FIELD_NONE;
}

static uint8_t s_rule (struct packed *from)
{
    return NARROW (uint8_t, packed_number_most (from, RULE_COUNT - 1));
}

static void s_unpack_verdict (struct block *self, struct verdict *verdict, size_t fields, struct place *place,
                              size_t *remarks, struct packed *from)
{
    const char *first = packed_bytes (from, 1);
    unsigned bits = first ? (unsigned char) *first : 0;
    *verdict = (struct verdict){.field = FIELD_NONE, .rule = RULE_NONE, .made = bits & MADE};
    from->bad = from->bad || bits > ALL_BITS;
    uint64_t gap = packed_number (from), n = packed_number (from);
    verdict->raw_n = (size_t) n;
    verdict->raw_at = bits & MADE ? s_place (&place->made, gap, n, self->made.used, from)
                                  : s_place (&place->raw, gap, n, self->in.used, from);
    verdict->line = place->line += packed_number (from);
    verdict->out_at = place->out;
    if (bits & WITH_ROW) {
        verdict->out_n = (size_t) packed_number (from);
        s_place (&place->out, 0, verdict->out_n, self->out.used, from);
    }
    verdict->remark_at = *remarks;
    if (bits & REMARKED) {
        verdict->remark_n = (size_t) packed_number_most (from, self->remark_count - *remarks);
        *remarks += verdict->remark_n;
    }
    if (bits & REJECTED) {
        verdict->rule = s_rule (from);
        verdict->field = (int16_t) s_field (fields, from);
    }
    const char *hash = bits & KEYED ? packed_bytes (from, 20) : NULL;
    if (hash) {
        memcpy (&verdict->hash.key, hash, 8);
        memcpy (&verdict->hash.content, hash + 8, 8);
        memcpy (&verdict->hash.key_more, hash + 16, 4);
    }
    verdict->rank = bits & RANKED ? packed_number (from) : 0;
}

static int s_unpack_remarks (struct block *self, uint64_t count, size_t fields, struct packed *from)
{
    for (uint64_t i = 0; i < count && !from->bad; i++) {
        struct remark *remark = block_add_remark (self);
        if (!remark)
            return -1;
        remark->field = (int16_t) s_field (fields, from);
        remark->rule = s_rule (from);
        size_t end = 0;
        uint64_t at = packed_number (from), raw_n = packed_number_most (from, self->notes.used);
        uint64_t to_n = packed_number_most (from, self->notes.used);
        remark->raw_at = s_place (&end, at, raw_n + to_n, self->notes.used, from);
        remark->raw_n = (size_t) raw_n;
        remark->to_n = (size_t) to_n;
    }
    return 0;
}

//  Whether the row is so many cells, which who takes them off does not ask.
static bool s_is_cells (struct text row, size_t cells)
{
    const char *at = row.at, *end = row.at + row.n;
    for (size_t i = 0; i < cells; i++) {
        size_t n = 0;
        for (; at < end && *at >= '0' && *at <= '9'; at++) {
            n = 10 * n + (size_t) (*at - '0');
            if (n > row.n)
                return false;
        }
        if (at == end || *at++ != ':' || n > (size_t) (end - at))
            return false;
        at += n;
    }
    return at == end;
}

//  Texts that are ended by NUL each, and rows of a struct, are whole.
static bool s_is_sound (const struct block *self, size_t cells)
{
    const struct buffer *unknown = &self->unknown, *skipped = &self->skipped;
    size_t each = sizeof (struct skipped_records);
    bool sound = (unknown->used == 0 || unknown->at[unknown->used - 1] == 0) && skipped->used % each == 0;
    for (size_t at = 0; sound && at < skipped->used; at += each) {
        const char *name = skipped->at + at + offsetof (struct skipped_records, name);
        sound = memchr (name, 0, sizeof ((struct skipped_records *) 0)->name) != NULL;
    }
    for (size_t i = 0; sound && cells && i < self->verdict_count; i++) {
        const struct verdict *verdict = &self->verdicts[i];
        sound = verdict->out_n == 0 ||
                s_is_cells ((struct text){self->out.at + verdict->out_at, verdict->out_n}, cells);
    }
    return sound;
}

int block_unpack (struct block *self, size_t fields, size_t cells, struct packed *from)
{
    struct place place = {0};
    size_t remarked = 0;
    self->first_line = packed_number (from);
    self->position = packed_number (from);
    uint64_t verdicts = packed_number (from), remarks = packed_number (from);
    self->in_at = packed_number (from);
    self->in.used = (size_t) packed_number_most (from, SIZE_MAX / 4);    //  not here before it is asked for
    struct buffer *const buffers[] = {&self->made, &self->out, &self->notes, &self->unknown, &self->skipped};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        if (s_fill (buffers[i], from) != 0)
            return -1;
    self->remark_count = (size_t) remarks;    //  as the verdicts are checked by it
    for (uint64_t i = 0; i < verdicts && !from->bad; i++) {
        struct verdict *verdict = block_add_verdict (self);
        if (!verdict)
            return -1;
        s_unpack_verdict (self, verdict, fields, &place, &remarked, from);
    }
    self->remark_count = 0;
    int rc = s_unpack_remarks (self, remarks, fields, from);
    if (rc == 0 && !from->bad && (remarked > self->remark_count || !s_is_sound (self, cells)))
        from->bad = true;
    if (from->bad)
        self->verdict_count = self->remark_count = 0;
    return rc;
}
