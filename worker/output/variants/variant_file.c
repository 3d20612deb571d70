//  variant_file.c: see variant_file.h.
#include "worker/output/variants/variant_file.h"

#include "messages/base/buffer.h"
#include "messages/base/narrow.h"
#include "worker/encoders/variant_row.h"
#include "worker/formats/vcf/meta/definition_read.h"
#include "worker/output/bgzf/tabix_index.h"
#include "worker/output/variants/record_sorter.h"
#include "worker/text/index.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { POSITION_BITS = 40, LAST_MINOR = 5 };

struct variant_file {
    output_file_t *records, *tbi;
    bgzf_t *bgzf;
    tabix_index_t *index;
    record_sorter_t *sorter;
    struct error failure;
    struct buffer header;
    struct text *contigs;    //  their names, in order; owned
    size_t contig_count, contig_size, declared;
    text_index_t *by_name;
    size_t last;    //  of the row before
    uint64_t count;
};

static void s_memory (variant_file_t *self)
{
    error_set (&self->failure, DMH_INTERNAL, "out of memory while making a result");
}

static void s_forget_contigs (variant_file_t *self)
{
    for (size_t i = 0; i < self->contig_count; i++)
        free ((char *) (uintptr_t) self->contigs[i].at);
    self->contig_count = self->declared = self->last = 0;
    text_index_destroy (&self->by_name);
}

variant_file_t *variant_file_new (const char *folder, struct output_budget *budget,
                                  const struct variant_limits *limits, struct error *error)
{
    variant_file_t *self = calloc (1, sizeof *self);
    if (!self) {
        error_set (error, DMH_INTERNAL, "out of memory while making a result");
        return NULL;
    }
    self->records = output_new (folder, "records.vcf.gz", error);
    self->tbi = self->records ? output_new (folder, "records.vcf.gz.tbi", error) : NULL;
    self->bgzf = self->tbi ? bgzf_new (self->records, BGZF_TEXT, limits->threads) : NULL;
    self->index = tabix_index_new ();
    self->sorter = record_sorter_new (folder, limits->sort_bytes);
    if (self->tbi && (!self->bgzf || !self->index || !self->sorter))
        error_set (error, DMH_INTERNAL, "out of memory while making a result");
    if (!self->bgzf || !self->index || !self->sorter) {
        variant_file_destroy (&self);
        return NULL;
    }
    output_share (self->records, budget);
    output_share (self->tbi, budget);
    return self;
}

void variant_file_destroy (variant_file_t **self_p)
{
    variant_file_t *self = *self_p;
    if (!self)
        return;
    bgzf_destroy (&self->bgzf);
    tabix_index_destroy (&self->index);
    record_sorter_destroy (&self->sorter);
    output_destroy (&self->records);
    output_destroy (&self->tbi);
    s_forget_contigs (self);
    free (self->contigs);
    free (self->header.at);
    free (self);
    *self_p = NULL;
}

void variant_file_leave_unsynced (variant_file_t *self, bool unsynced)
{
    output_leave_unsynced (self->records, unsynced);
    output_leave_unsynced (self->tbi, unsynced);
}

//  Its place; a name that has none is given the next one. SIZE_MAX: out of memory.
static size_t s_contig (variant_file_t *self, struct text name)
{
    int place = text_index_find (self->by_name, name);
    if (place != TEXT_INDEX_NONE)
        return (size_t) place;
    if (self->contig_count == self->contig_size) {
        size_t size = self->contig_size ? self->contig_size * 2 : 64;
        struct text *contigs = realloc (self->contigs, size * sizeof *contigs);
        if (!contigs)
            return SIZE_MAX;
        self->contigs = contigs;
        self->contig_size = size;
    }
    char *copy = malloc (name.n + 1);
    if (!copy)
        return SIZE_MAX;
    memcpy (copy, name.at, name.n);
    copy[name.n] = 0;
    self->contigs[self->contig_count] = (struct text){copy, name.n};
    if (text_index_put (self->by_name, self->contigs[self->contig_count], NARROW (int, self->contig_count)) !=
        0) {
        free (copy);
        return SIZE_MAX;
    }
    return self->contig_count++;
}

static struct text s_line (struct text text)
{
    const char *end = text.n ? memchr (text.at, '\n', text.n) : NULL;
    return (struct text){text.at, end ? (size_t) (end - text.at) : text.n};
}

//  The contigs that the header declares.
static int s_declare (variant_file_t *self, struct text header)
{
    while (header.n) {
        struct text line = s_line (header);
        struct definition definition;
        if (line.n > 9 && memcmp (line.at, "##contig=", 9) == 0 &&
            definition_read (line, LAST_MINOR, &definition) != DEFINITION_PLAIN && definition.id.n &&
            s_contig (self, definition.id) == SIZE_MAX)
            return -1;
        size_t n = line.n + (line.n < header.n);
        header = (struct text){header.at + n, header.n - n};
    }
    self->declared = self->contig_count;
    return 0;
}

void variant_file_begin (variant_file_t *self, struct text header)
{
    s_forget_contigs (self);
    self->by_name = text_index_new ();
    self->header.used = 0;
    if (!self->by_name || buffer_reserve (&self->header, header.n) != 0 || s_declare (self, header) != 0) {
        s_memory (self);
        return;
    }
    memcpy (self->header.at, header.at, header.n);
    self->header.used = header.n;
}

static void s_row (variant_file_t *self, const struct variant_row *row, struct text record, struct text name)
{
    size_t contig = self->last;
    if (contig >= self->contig_count || !text_equal (self->contigs[contig], name))
        contig = s_contig (self, name);
    if (contig == SIZE_MAX) {
        s_memory (self);
        return;
    }
    if (row->begin >= TABIX_POSITIONS) {
        error_set (&self->failure, DMH_BAD_INPUT,
                   "position %" PRIu64
                   " of contig %.60s lies beyond 2^29, which the index of a VCF file cannot "
                   "tell; give another --format",
                   row->begin + 1, self->contigs[contig].at);
        return;
    }
    self->last = contig;
    self->count++;
    uint64_t number = (uint64_t) contig << POSITION_BITS | row->begin;
    record_sorter_add (self->sorter, number, record, &self->failure);
}

void variant_file_rows (variant_file_t *self, const char *rows, size_t n)
{
    while (n && self->failure.code == DMH_OK) {
        struct variant_row row;
        memcpy (&row, rows, sizeof row);
        size_t bytes = sizeof row + (size_t) row.bytes;
        const char *line = rows + sizeof row, *tab = memchr (line, '\t', (size_t) row.bytes);
        s_row (self, &row, (struct text){rows, bytes}, (struct text){line, tab ? (size_t) (tab - line) : 0});
        rows += bytes;
        n -= bytes;
    }
}

int variant_file_check (const variant_file_t *self, struct error *error)
{
    if (self->failure.code != DMH_OK) {
        if (error)
            *error = self->failure;
        return self->failure.code;
    }
    int rc = output_check (self->records, error);
    return rc == DMH_OK ? output_check (self->tbi, error) : rc;
}

int variant_file_restart (variant_file_t *self, struct error *error)
{
    self->failure.code = DMH_OK;
    self->count = 0;
    bgzf_restart (self->bgzf);
    tabix_index_restart (self->index);
    record_sorter_restart (self->sorter);
    int rc = output_restart (self->records, error);
    return rc == DMH_OK ? output_restart (self->tbi, error) : rc;
}

//  The header, with a line for each contig that it does not declare before the names of the columns.
static void s_write_header (variant_file_t *self)
{
    struct text header = {self->header.at, self->header.used};
    size_t names = header.n;
    for (struct text rest = header; rest.n;) {
        struct text line = s_line (rest);
        size_t n = line.n + (line.n < rest.n);
        if (line.n > 1 && line.at[0] == '#' && line.at[1] != '#')
            names = (size_t) (line.at - header.at);
        rest = (struct text){rest.at + n, rest.n - n};
    }
    bgzf_write (self->bgzf, header.at, names);
    for (size_t i = self->declared; i < self->contig_count; i++) {
        bgzf_write (self->bgzf, "##contig=<ID=", 13);
        bgzf_write (self->bgzf, self->contigs[i].at, self->contigs[i].n);
        bgzf_write (self->bgzf, ">\n", 2);
    }
    bgzf_write (self->bgzf, header.at + names, header.n - names);
}

static int s_write_record (variant_file_t *self, size_t rank, struct text record)
{
    struct variant_row row;
    memcpy (&row, record.at, sizeof row);
    uint64_t from = bgzf_position (self->bgzf);
    bgzf_write (self->bgzf, record.at + sizeof row, (size_t) row.bytes);
    uint64_t end = row.end < TABIX_POSITIONS ? row.end : TABIX_POSITIONS;
    return tabix_index_add (self->index, rank, row.begin, end, from, bgzf_position (self->bgzf));
}

//  All of it, in order; names: of the contigs that have records.
static int s_write (variant_file_t *self, struct text *names, struct error *error)
{
    size_t ranks = 0, last = SIZE_MAX;
    uint64_t number;
    struct text record;
    int rc;
    s_write_header (self);
    while ((rc = record_sorter_next (self->sorter, &number, &record, error)) == 1) {
        size_t contig = (size_t) (number >> POSITION_BITS);
        if (contig != last)
            names[ranks++] = self->contigs[contig];
        last = contig;
        if (s_write_record (self, ranks - 1, record) != 0)
            return error_set (error, DMH_INTERNAL, "out of memory for the index of the records");
        rc = output_check (self->records, error);
        if (rc != DMH_OK)
            return rc;
    }
    return rc;
}

int variant_file_finish (variant_file_t *self, struct output out[VARIANT_FILES], struct error *error)
{
    int rc = variant_file_check (self, error);
    if (rc != DMH_OK)
        return rc;
    struct text *names = calloc (self->contig_count + 1, sizeof *names);
    if (!names)
        return error_set (error, DMH_INTERNAL, "out of memory while making a result");
    rc = s_write (self, names, error);
    if (rc == DMH_OK) {
        bgzf_finish (self->bgzf, NULL);
        rc = output_check (self->records, error);
    }
    if (rc == DMH_OK)
        tabix_index_write (self->index, names, self->bgzf, self->tbi);
    free (names);
    if (rc == DMH_OK)
        rc = output_finish (self->records, self->count, &out[0], error);
    return rc == DMH_OK ? output_finish (self->tbi, 0, &out[1], error) : rc;
}
