//  vcf_input.c: see vcf_input.h.
#define _GNU_SOURCE
#include "client/verification/input/vcf_input.h"

#include "client/result/reading/report_values.h"
#include "client/verification/input/input_text.h"
#include "client/verification/input/vcf_values.h"
#include "messages/base/buffer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD = 64 * 1024, FIXED = VCF_VALUES_FIXED };

struct vcf_input {
    input_text_t *text;
    uint64_t line;           //  where the reading stands, from 1
    size_t length, whole;    //  of the line that is shown, without its end and with it; 0: none is
    struct buffer copy;      //  of the line, cut
    bool broken;
    size_t alt, alts;            //  which allele comes next, from 0, and how many the line has
    struct vcf_values values;    //  of the record
};

static int s_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading the input");
}

static int s_add (struct buffer *to, const char *text, size_t n)
{
    if (buffer_reserve (to, n + 1) != 0)
        return -1;
    memcpy (to->at + to->used, text, n);
    to->at[to->used + n] = 0;
    to->used += n + 1;
    return 0;
}

//  Shows the next line; self->whole 0: the input is over.
static int s_show (vcf_input_t *self, const char **at, struct error *error)
{
    size_t n = 0;
    for (size_t want = AHEAD;; want = 2 * n) {
        int rc = input_text_show (self->text, want, at, &n, error);
        if (rc != DMH_OK)
            return rc;
        const char *feed = n ? memchr (*at, '\n', n) : NULL;
        self->length = feed ? (size_t) (feed - *at) : n;
        self->whole = self->length + (feed != NULL);
        if (feed || n < want)
            break;
    }
    if (self->length && (*at)[self->length - 1] == '\r')
        self->length--;
    return DMH_OK;
}

static void s_pass (vcf_input_t *self)
{
    input_text_skip (self->text, self->whole);
    self->line++;
    self->alt = self->alts = 0;
}

static int s_read_header (vcf_input_t *self, struct error *error)
{
    const char *at;
    for (;;) {
        int rc = s_show (self, &at, error);
        if (rc != DMH_OK)
            return rc;
        bool tag = self->length > 2 && at[0] == '#' && at[1] == '#',
             names = self->length && at[0] == '#' && !tag;
        if (!tag && !names)
            return DMH_OK;
        if ((tag && vcf_values_define (&self->values, at, self->length) != 0) ||
            (names && vcf_values_name (&self->values, at, self->length) != 0))
            return s_memory (error);
        s_pass (self);
        if (names)
            return DMH_OK;
    }
}

vcf_input_t *vcf_input_new (const char *path, const struct json_value *report, struct error *error)
{
    const struct json_value *input = json_value_member (report, "input");
    vcf_input_t *self = calloc (1, sizeof *self);
    if (!self) {
        s_memory (error);
        return NULL;
    }
    self->line = 1;
    vcf_values_columns (&self->values, report_first (input, "columns"));
    self->text =
        input_text_new (path, report_text (input, "encoding"), report_text (input, "compression"), error);
    if (!self->text || s_read_header (self, error) != DMH_OK)
        vcf_input_destroy (&self);
    return self;
}

void vcf_input_destroy (vcf_input_t **self_p)
{
    vcf_input_t *self = *self_p;
    if (!self)
        return;
    input_text_destroy (&self->text);
    free (self->copy.at);
    vcf_values_clear (&self->values);
    free (self);
    *self_p = NULL;
}

int vcf_input_at (vcf_input_t *self, const char *broken, uint64_t *line, struct error *error)
{
    const char *at;
    for (;;) {
        int rc = s_show (self, &at, error);
        if (rc != DMH_OK || self->whole == 0)
            return rc;
        *line = self->line;
        self->broken = broken != NULL;
        if (self->length)
            return 1;
        s_pass (self);
    }
}

//  How many alternate alleles the line has that is shown; at least one record.
static size_t s_alleles (const char *at, size_t n)
{
    size_t count = 1, column = 0;
    for (size_t i = 0; i < n && column < 5; i++) {
        column += at[i] == '\t';
        count += column == 4 && at[i] == ',';
    }
    return count;
}

int vcf_input_take (vcf_input_t *self, struct error *error)
{
    const char *at;
    char *fields[FIXED + 1] = {NULL}, *line, *alt = NULL, *alts;
    int rc = s_show (self, &at, error);
    if (rc != DMH_OK)
        return rc;
    self->copy.used = 0;
    if (self->alts == 0)
        self->alts = s_alleles (at, self->length);
    if (s_add (&self->copy, at, self->length) != 0)
        return s_memory (error);
    line = self->copy.at;
    for (int f = 0; f <= FIXED; f++)
        fields[f] = strsep (&line, "\t");
    if (!fields[FIXED - 1])
        return error_set (error, DMH_MALFORMED, "line %" PRIu64 " of the input belongs to no record",
                          self->line);
    alts = fields[4];
    for (size_t i = 0; i <= self->alt; i++)
        alt = strsep (&alts, ",");
    if (vcf_values_take (&self->values, fields, line, alt, self->alts, self->alt + 1) != 0)
        return s_memory (error);
    if (++self->alt == self->alts)
        s_pass (self);
    return 1;
}

int vcf_input_claim (vcf_input_t *self, const char *raw, size_t n, struct error *error)
{
    const char *at;
    int rc = s_show (self, &at, error);
    if (rc != DMH_OK)
        return rc;
    if (self->length != n || memcmp (at, raw, n) != 0)
        return 0;
    if (self->alts == 0)
        self->alts = s_alleles (at, self->length);
    if (self->broken || ++self->alt == self->alts)
        s_pass (self);
    return 1;
}

size_t vcf_input_count (const vcf_input_t *self)
{
    return self->values.count;
}

struct input_value vcf_input_value (const vcf_input_t *self, size_t i)
{
    return vcf_values_at (&self->values, i);
}

struct input_value vcf_input_column (vcf_input_t *self, const char *name)
{
    return vcf_values_column (&self->values, name);
}
