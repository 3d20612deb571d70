//  line.c: see line.h.
#include "worker/formats/vcf/line.h"

#include "worker/text/ascii.h"

#include <stdlib.h>

void vcf_line_init (struct vcf_line *self, const vcf_header_t *header)
{
    *self = (struct vcf_line){.header = header};
}

void vcf_line_clear (struct vcf_line *self)
{
    free (self->alts);
    free (self->infos);
    free (self->stamps);
    free (self->keys);
    free (self->key_ids);
    free (self->values);
    free (self->format_text);
    *self = (struct vcf_line){.header = NULL};
}

//  Room for `count` in an array that has `*room`. 0, or -1 out of memory.
static int s_room (void **array, size_t *room, size_t count, size_t size)
{
    if (count <= *room)
        return 0;
    size_t larger = count < 16 ? 16 : count * 2;
    void *grown = larger > SIZE_MAX / size ? NULL : realloc (*array, larger * size);
    if (!grown)
        return -1;
    *array = grown;
    *room = larger;
    return 0;
}

//  The text up to the next `end` or the end of `in`, which is taken off with it. False: there was no `end`.
static inline bool s_take (struct text *in, char end, struct text *out)
{
    const char *at = in->n ? memchr (in->at, end, in->n) : NULL;
    *out = (struct text){in->at, at ? (size_t) (at - in->at) : in->n};
    size_t off = at ? out->n + 1 : out->n;
    in->at += off;
    in->n -= off;
    return at != NULL;
}

static inline bool s_is_missing (struct text in)
{
    return in.n == 1 && in.at[0] == '.';
}

static int s_fault (struct vcf_fault *out, enum rule rule, const char *field, struct text text)
{
    *out = (struct vcf_fault){rule, field, text};
    return 0;
}

static bool s_read_pos (struct text in, uint64_t *out)
{
    uint64_t pos = 0;
    if (in.n == 0 || in.n > 18)
        return false;
    for (size_t i = 0; i < in.n; i++) {
        if (!is_digit (in.at[i]))
            return false;
        pos = pos * 10 + digit_of (in.at[i]);
    }
    *out = pos;
    return true;
}

static int s_read_alts (struct vcf_line *self)
{
    struct text in = self->fixed[LINE_ALT], alt;
    self->alt_count = 0;
    if (s_is_missing (in))
        return 0;
    for (bool more = true; more; self->alt_count++) {
        more = s_take (&in, ',', &alt);
        if (s_room ((void **) &self->alts, &self->alt_room, self->alt_count + 1, sizeof alt) != 0)
            return -1;
        self->alts[self->alt_count] = alt;
    }
    return 0;
}

//  The place of a tag; mostly it is the one that stood there in the line before.
static inline int s_info_tag (const struct vcf_line *self, size_t at, struct text id, size_t known)
{
    int tag = at < known ? self->infos[at].tag : -1;
    if (tag >= 0 && text_equal (self->header->infos[tag].id, id))
        return tag;
    return vcf_header_info (self->header, id);
}

//  A stamp a tag, made with the first line.
static int s_begin_stamps (struct vcf_line *self)
{
    if (!self->stamps) {
        self->stamp_count = self->header->info_count;
        self->stamps = calloc (self->stamp_count + 1, sizeof *self->stamps);
    }
    self->stamp++;
    return self->stamps ? 0 : -1;
}

//  A tag that is not known yet is looked at in the next pass.
static inline void s_stamp (struct vcf_line *self, size_t at)
{
    int tag = self->infos[at].tag;
    if (tag < 0 || (size_t) tag >= self->stamp_count)
        return;
    if (self->stamps[tag] == self->stamp && self->info_repeats++ == 0)
        self->info_twice = at;
    self->stamps[tag] = self->stamp;
}

static int s_read_infos (struct vcf_line *self)
{
    struct text in = self->fixed[LINE_INFO], entry;
    size_t known = self->info_count, count = 0;
    self->info_twice = SIZE_MAX;
    self->info_repeats = 0;
    if (s_begin_stamps (self) != 0)
        return -1;
    if (s_is_missing (in) || in.n == 0) {
        self->info_count = 0;
        return 0;
    }
    for (bool more = true; more; count++) {
        more = s_take (&in, ';', &entry);
        if (s_room ((void **) &self->infos, &self->info_room, count + 1, sizeof *self->infos) != 0)
            return -1;
        struct vcf_info *info = &self->infos[count];
        const char *equal = entry.n ? memchr (entry.at, '=', entry.n) : NULL;
        struct text id = {entry.at, equal ? (size_t) (equal - entry.at) : entry.n};
        info->tag = s_info_tag (self, count, id, known);
        info->id = id;
        s_stamp (self, count);
        info->value = equal ? (struct text){equal + 1, entry.n - id.n - 1} : (struct text){NULL, 0};
    }
    self->info_count = count;
    return 0;
}

//  Mostly it is that of the line before.
static int s_read_format (struct vcf_line *self)
{
    struct text in = self->format, id;
    if (in.n == self->format_bytes && in.n && memcmp (in.at, self->format_text, in.n) == 0)
        return 0;
    self->key_count = 0;
    if (s_room ((void **) &self->format_text, &self->format_room, in.n, 1) != 0)
        return -1;
    if (in.n)
        memcpy (self->format_text, in.at, in.n);
    self->format_bytes = in.n;
    if (in.n == 0 || s_is_missing (in))
        return 0;
    in.at = self->format_text;
    for (bool more = true; more; self->key_count++) {
        size_t room = self->key_room;
        more = s_take (&in, ':', &id);
        if (s_room ((void **) &self->key_ids, &self->key_room, self->key_count + 1, sizeof id) != 0 ||
            s_room ((void **) &self->keys, &room, self->key_count + 1, sizeof *self->keys) != 0)
            return -1;
        self->key_ids[self->key_count] = id;
        self->keys[self->key_count] = vcf_header_format (self->header, id);
    }
    return 0;
}

//  The values of a sample, of which those at the end may be left out. False: there are more than keys.
static inline bool s_read_sample (const char *at, const char *end, struct text *values, size_t count)
{
    size_t i = 0;
    for (;;) {
        const char *begin = at;
        while (at < end && *at != ':')
            at++;
        if (i == count)
            return count == 0 && at == end && at - begin == 1 && *begin == '.';
        values[i++] = (struct text){begin, (size_t) (at - begin)};
        if (at == end)
            break;
        at++;
    }
    for (; i < count; i++)
        values[i] = (struct text){NULL, 0};
    return true;
}

static int s_read_samples (struct vcf_line *self, struct text in, struct vcf_fault *fault)
{
    size_t samples = self->header->sample_count, keys = self->key_count, read = 0;
    struct text sample;
    if (keys > VCF_KEYS_MOST || (keys && samples > VCF_LINE_VALUES_MOST / keys))
        return s_fault (fault, RULE_VCF_FORMAT, NULL, self->format);
    if (s_room ((void **) &self->values, &self->value_room, samples * keys + 1, sizeof *self->values) != 0)
        return -1;
    for (bool more = in.at != NULL; more; read++) {
        more = s_take (&in, '\t', &sample);
        if (read == samples)
            return s_fault (fault, RULE_FIELD_COUNT, NULL, self->text);
        if (!s_read_sample (sample.at, sample.at + sample.n, self->values + read * keys, keys))
            return s_fault (fault, RULE_VCF_SAMPLE, NULL, sample);
    }
    return read == samples ? 0 : s_fault (fault, RULE_FIELD_COUNT, NULL, self->text);
}

//  The columns before the samples. False: there are too few, or more than the file has.
static bool s_read_fixed (struct vcf_line *self, struct text *in, bool *more)
{
    *more = true;
    for (size_t i = 0; i < VCF_FIXED; i++) {
        if (!*more)
            return false;
        *more = s_take (in, '\t', &self->fixed[i]);
    }
    self->format = (struct text){NULL, 0};
    if (!self->header->genotypes)
        return !*more;
    if (*more)
        *more = s_take (in, '\t', &self->format);
    return self->format.at != NULL;
}

int vcf_line_read (struct vcf_line *self, struct text text, struct vcf_fault *fault)
{
    struct text in = text;
    bool more;
    *fault = (struct vcf_fault){RULE_NONE, NULL, {NULL, 0}};
    self->text = text;
    if (!s_read_fixed (self, &in, &more))
        return s_fault (fault, RULE_FIELD_COUNT, NULL, (struct text){NULL, 0});
    if (!s_read_pos (self->fixed[LINE_POS], &self->pos))
        return s_fault (fault, RULE_VCF_POS, "pos", self->fixed[LINE_POS]);
    if (s_read_alts (self) != 0 || s_read_infos (self) != 0 || s_read_format (self) != 0)
        return -1;
    if (!more)
        in = (struct text){NULL, 0};
    return self->header->genotypes ? s_read_samples (self, in, fault) : 0;
}
