//  header.c: see header.h.
#define _GNU_SOURCE
#include "worker/formats/vcf/header.h"

#include "messages/base/narrow.h"
#include "worker/formats/vcf/meta/reserved.h"
#include "worker/text/ascii.h"
#include "worker/text/index.h"

#include <stdio.h>
#include <stdlib.h>

struct vcf_index {
    text_index_t *infos, *formats, *contigs, *filters, *alts, *samples;
    text_index_t *names;    //  of columns in lower case, each with the last number that was tried for it
};

static struct vcf_index *s_index_new (void)
{
    struct vcf_index *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->infos = text_index_new ();
    self->formats = text_index_new ();
    self->contigs = text_index_new ();
    self->filters = text_index_new ();
    self->alts = text_index_new ();
    self->samples = text_index_new ();
    self->names = text_index_new ();
    return self;
}

static bool s_index_is_whole (const struct vcf_index *self)
{
    return self && self->infos && self->formats && self->contigs && self->filters && self->alts &&
           self->samples && self->names;
}

static void s_index_destroy (struct vcf_index *self)
{
    if (!self)
        return;
    text_index_destroy (&self->infos);
    text_index_destroy (&self->formats);
    text_index_destroy (&self->contigs);
    text_index_destroy (&self->filters);
    text_index_destroy (&self->alts);
    text_index_destroy (&self->samples);
    text_index_destroy (&self->names);
    free (self);
}

vcf_header_t *vcf_header_new (const char *text, size_t bytes)
{
    vcf_header_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->text = malloc (bytes + 1);
    self->index = s_index_new ();
    if (!self->text || !s_index_is_whole (self->index)) {
        vcf_header_destroy (&self);
        return NULL;
    }
    memcpy (self->text, text, bytes);
    self->text[bytes] = 0;
    self->bytes = bytes;
    return self;
}

void vcf_header_destroy (vcf_header_t **self_p)
{
    vcf_header_t *self = *self_p;
    if (!self)
        return;
    for (size_t i = 0; i < self->learned_count; i++)
        free (self->learned[i]);
    free (self->learned);
    free (self->problems);
    free (self->samples);
    free (self->alts);
    free (self->filters);
    free (self->contigs);
    free (self->formats);
    free (self->infos);
    free (self->lines);
    free (self->text);
    s_index_destroy (self->index);
    free (self);
    *self_p = NULL;
}

//  Room for one more in an array that grows by doubling, at each power of two. NULL: out of memory.
static void *s_grow (void *array, size_t count, size_t size)
{
    if (count & (count - 1))
        return array;
    return realloc (array, (count ? count * 2 : 1) * size);
}

#define ADD(ARRAY, COUNT, ...)                                                                               \
    do {                                                                                                     \
        void *grown = s_grow (ARRAY, COUNT, sizeof *(ARRAY));                                                \
        if (!grown)                                                                                          \
            return -1;                                                                                       \
        (ARRAY) = grown;                                                                                     \
        (ARRAY)[(COUNT)++] = __VA_ARGS__;                                                                    \
    } while (0)

static int s_find (const text_index_t *index, struct text id)
{
    return text_index_find (index, id);
}

int vcf_header_info (const vcf_header_t *self, struct text id)
{
    return s_find (self->index->infos, id);
}

int vcf_header_format (const vcf_header_t *self, struct text id)
{
    return s_find (self->index->formats, id);
}

int vcf_header_contig (const vcf_header_t *self, struct text id)
{
    return s_find (self->index->contigs, id);
}

int vcf_header_filter (const vcf_header_t *self, struct text id)
{
    return s_find (self->index->filters, id);
}

int vcf_header_alt (const vcf_header_t *self, struct text id)
{
    return s_find (self->index->alts, id);
}

int vcf_header_sample (const vcf_header_t *self, struct text name)
{
    return s_find (self->index->samples, name);
}

int vcf_header_add_tag (vcf_header_t *self, const struct vcf_tag *tag)
{
    bool info = tag->of == DEFINITION_INFO;
    text_index_t *index = info ? self->index->infos : self->index->formats;
    if (info)
        ADD (self->infos, self->info_count, *tag);
    else
        ADD (self->formats, self->format_count, *tag);
    return text_index_put (index, tag->id, NARROW (int, (info ? self->info_count : self->format_count) - 1));
}

int vcf_header_add_contig (vcf_header_t *self, struct vcf_contig contig)
{
    ADD (self->contigs, self->contig_count, contig);
    return text_index_put (self->index->contigs, contig.id, NARROW (int, self->contig_count - 1));
}

int vcf_header_add_filter (vcf_header_t *self, struct text id)
{
    ADD (self->filters, self->filter_count, id);
    return text_index_put (self->index->filters, id, NARROW (int, self->filter_count - 1));
}

int vcf_header_add_alt (vcf_header_t *self, struct text id)
{
    ADD (self->alts, self->alt_count, id);
    return text_index_put (self->index->alts, id, NARROW (int, self->alt_count - 1));
}

int vcf_header_add_sample (vcf_header_t *self, struct text name)
{
    ADD (self->samples, self->sample_count, name);
    return text_index_put (self->index->samples, name, NARROW (int, self->sample_count - 1));
}

int vcf_header_add_line (vcf_header_t *self, struct text line)
{
    ADD (self->lines, self->line_count, line);
    return 0;
}

int vcf_header_add_problem (vcf_header_t *self, struct vcf_problem problem)
{
    ADD (self->problems, self->problem_count, problem);
    return 0;
}

//  Keeps a copy of the text as long as the header. NULL: out of memory.
static char *s_keep (vcf_header_t *self, struct text text)
{
    void *grown = s_grow (self->learned, self->learned_count, sizeof *self->learned);
    if (!grown)
        return NULL;
    self->learned = grown;
    char *copy = malloc (text.n + 1);
    if (!copy)
        return NULL;
    memcpy (copy, text.at, text.n);
    copy[text.n] = 0;
    self->learned[self->learned_count++] = copy;
    return copy;
}

//  Takes a name that is not taken. 1: it was, *number is the last that was tried for it; 0; -1 out of memory.
static int s_claim (vcf_header_t *self, const char *name, int *number)
{
    char *lower = s_keep (self, text_of (name));
    if (!lower)
        return -1;
    for (char *c = lower; *c; c++)
        *c = to_lower (*c);
    *number = text_index_find (self->index->names, text_of (lower));
    return *number == TEXT_INDEX_NONE ? text_index_put (self->index->names, text_of (lower), 1) : 1;
}

static int s_set_number (vcf_header_t *self, const char *name, int number)
{
    char *lower = s_keep (self, text_of (name));
    if (!lower)
        return -1;
    for (char *c = lower; *c; c++)
        *c = to_lower (*c);
    return text_index_put (self->index->names, text_of (lower), number);
}

char *vcf_header_name (vcf_header_t *self, const char *name)
{
    char *out = strdup (name);
    int number = 1, ignored, rc = out ? s_claim (self, out, &number) : -1;
    bool again = rc == 1;
    while (rc == 1) {
        free (out);
        out = NULL;
        if (asprintf (&out, "%s_%d", name, ++number) < 0)
            out = NULL;
        rc = out ? s_claim (self, out, &ignored) : -1;
    }
    if (rc == 0 && again)
        rc = s_set_number (self, name, number);
    if (rc != 0) {
        free (out);
        return NULL;
    }
    return out;
}

int vcf_header_add (vcf_header_t *self, enum definition_of of, struct text id)
{
    char *copy = s_keep (self, id);
    if (!copy)
        return -1;
    const struct reserved *reserved = reserved_find (of, id, self->minor);
    const struct vcf_tag tag = {.id = {copy, id.n},
                                .of = of,
                                .number = reserved ? reserved->number : NUMBER_ANY,
                                .count = reserved ? reserved->count : 0,
                                .type = reserved ? reserved->type : TYPE_STRING,
                                .positive = reserved && reserved->positive,
                                .column = VCF_NO_COLUMN};
    if (vcf_header_add_tag (self, &tag) != 0)
        return -1;
    return NARROW (int, (of == DEFINITION_INFO ? self->info_count : self->format_count) - 1);
}
