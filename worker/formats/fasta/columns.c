//  columns.c: see columns.h.
#include "worker/formats/fasta/columns.h"

#include "messages/base/buffer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum column { ID, DESCRIPTION, ALPHABET, LENGTH, GC, AMBIGUOUS, MD5, GA4GH_SQ, SOURCE_ID, FIXED };
enum { NUMBER_BYTES = 24 };

const char *const FASTA_COLUMNS[] = {"sequence_id",     "description", "alphabet", "length",    "gc_fraction",
                                     "ambiguous_count", "md5",         "ga4gh_sq", "source_id", NULL};

struct fasta_columns {
    const struct dialect *dialect;
    struct text *fields;    //  [name_count]
    char numbers[FIXED][NUMBER_BYTES];
    struct buffer unknown;    //  names, each ended by NUL
};

fasta_columns_t *fasta_columns_new (const struct dialect *dialect)
{
    fasta_columns_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->dialect = dialect;
    self->fields = calloc (dialect->name_count + FIXED, sizeof *self->fields);
    if (!self->fields)
        fasta_columns_destroy (&self);
    return self;
}

void fasta_columns_destroy (fasta_columns_t **self_p)
{
    fasta_columns_t *self = *self_p;
    if (!self)
        return;
    free (self->fields);
    free (self->unknown.at);
    free (self);
    *self_p = NULL;
}

void fasta_columns_begin (fasta_columns_t *self)
{
    self->unknown.used = 0;
}

static size_t s_column (const struct dialect *dialect, struct text name)
{
    for (size_t i = 0; i < dialect->name_count; i++)
        if (text_equal (name, (struct text){dialect->names[i], dialect->name_bytes[i]}))
            return i;
    return dialect->name_count;
}

struct text fasta_columns_unknown (const fasta_columns_t *self, size_t i)
{
    for (size_t at = 0; at < self->unknown.used; at += strlen (self->unknown.at + at) + 1)
        if (i-- == 0)
            return text_of (self->unknown.at + at);
    return (struct text){NULL, 0};
}

//  A name met for the first time in this block. 0, or -1 out of memory.
static int s_gather (fasta_columns_t *self, struct text name)
{
    struct text known;
    for (size_t i = 0; (known = fasta_columns_unknown (self, i)).at; i++)
        if (text_equal (known, name))
            return 0;
    if (buffer_reserve (&self->unknown, name.n + 1) != 0)
        return -1;
    memcpy (self->unknown.at + self->unknown.used, name.at, name.n);
    self->unknown.used += name.n;
    self->unknown.at[self->unknown.used++] = 0;
    return 0;
}

static struct text s_count (char *to, uint64_t count)
{
    return (struct text){to, (size_t) snprintf (to, NUMBER_BYTES, "%" PRIu64, count)};
}

//  With six digits, as many of them as are needed.
static struct text s_fraction (char *to, uint64_t part, uint64_t whole)
{
    size_t n = (size_t) snprintf (to, NUMBER_BYTES, "%.6f", (double) part / (double) whole);
    while (to[n - 1] == '0')
        n--;
    return (struct text){to, to[n - 1] == '.' ? n - 1 : n};
}

struct text *fasta_columns_take (fasta_columns_t *self, const struct fasta_header *header,
                                 const struct residue_facts *facts)
{
    struct text *fields = self->fields;
    memset (fields, 0, self->dialect->name_count * sizeof *fields);
    fields[ID] = header->id;
    fields[DESCRIPTION] = header->description;
    fields[ALPHABET] = text_of (alphabet_name (facts->alphabet));
    fields[LENGTH] = s_count (self->numbers[LENGTH], facts->length);
    if (facts->acgt)
        fields[GC] = s_fraction (self->numbers[GC], facts->gc, facts->acgt);
    fields[AMBIGUOUS] = s_count (self->numbers[AMBIGUOUS], facts->ambiguous);
    fields[MD5] = text_of (facts->md5);
    fields[GA4GH_SQ] = text_of (facts->ga4gh_sq);
    fields[SOURCE_ID] = header->source;
    for (size_t p = 0; p < header->part_count; p++) {
        size_t at = s_column (self->dialect, header->parts[p].name);
        if (at < FIXED)    //  “[length=5]”: stays in the description
            continue;
        if (at < self->dialect->name_count)
            fields[at] = header->parts[p].value;
        else if (s_gather (self, header->parts[p].name) != 0)
            return NULL;
    }
    return fields;
}

int fasta_columns_learn (struct dialect *dialect, const struct fasta_header *header)
{
    for (size_t p = 0; p < header->part_count; p++)
        if (s_column (dialect, header->parts[p].name) == dialect->name_count &&
            dialect_add_name (dialect, header->parts[p].name) != DMH_OK)
            return -1;
    return 0;
}
