//  variants_check.c: see variants_check.h. By zlib, and by other code than wrote the file.
#include "client/verification/variants_check.h"

#include "client/result/reading/result_file.h"
#include "messages/base/buffer.h"

#include <czmq.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

enum { PIECE_BYTES = 64 * 1024 };

struct variants {
    const char *name;
    gzFile file;
    struct buffer line;
    size_t used, at;      //  of the piece
    zhashx_t *contigs;    //  names to their places, from 1
    size_t columns, contig;
    uint64_t position, records;
    char piece[PIECE_BYTES];
};

static int s_wrong (const struct variants *self, const char *what, struct error *error)
{
    return error_set (error, DMH_MALFORMED, "%s: record %" PRIu64 " %s", self->name, self->records + 1, what);
}

static int s_memory (const struct variants *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %s", self->name);
}

//  The next line, terminated, without its end. 1, 0 at the end, or an error.
static int s_read_line (struct variants *self, struct error *error)
{
    self->line.used = 0;
    for (;;) {
        if (self->at == self->used) {
            int n = gzread (self->file, self->piece, PIECE_BYTES), why;
            if (n < 0 || (n == 0 && gzerror (self->file, &why) && why != Z_OK && why != Z_STREAM_END))
                return error_set (error, DMH_MALFORMED, "%s cannot be unpacked", self->name);
            if (n == 0 && self->line.used)
                return error_set (error, DMH_MALFORMED, "%s ends in the middle of a line", self->name);
            if (n == 0)
                return 0;
            self->at = 0;
            self->used = (size_t) n;
        }
        const char *end = memchr (self->piece + self->at, '\n', self->used - self->at);
        size_t n = (end ? (size_t) (end - self->piece) : self->used) - self->at;
        if (buffer_reserve (&self->line, n + 1) != 0)
            return s_memory (self, error);
        memcpy (self->line.at + self->line.used, self->piece + self->at, n);
        self->line.used += n;
        self->at += n + (end != NULL);
        if (end) {
            self->line.at[self->line.used] = 0;
            return 1;
        }
    }
}

static size_t s_columns (const char *line)
{
    size_t columns = 1;
    for (; *line; line++)
        columns += *line == '\t';
    return columns;
}

//  The place of a contig; one that has none gets the next.
static size_t s_place (struct variants *self, const char *contig)
{
    void *place = zhashx_lookup (self->contigs, contig);
    if (!place) {
        place = (void *) (uintptr_t) (zhashx_size (self->contigs) + 1);
        zhashx_insert (self->contigs, contig, place);
    }
    return (size_t) (uintptr_t) place;
}

static void s_declare (struct variants *self)
{
    char *id = strstr (self->line.at, "<ID=");
    if (!id)
        return;
    id += 4;
    id[strcspn (id, ",>")] = 0;
    s_place (self, id);
}

static int s_read_header (struct variants *self, struct error *error)
{
    int rc;
    while ((rc = s_read_line (self, error)) == 1) {
        if (strncmp (self->line.at, "##contig=", 9) == 0)
            s_declare (self);
        else if (strncmp (self->line.at, "#CHROM\t", 7) == 0) {
            self->columns = s_columns (self->line.at);
            return DMH_OK;
        } else if (strncmp (self->line.at, "##", 2) != 0)
            break;
    }
    return rc < 0
               ? rc
               : error_set (error, DMH_MALFORMED, "%s has no line of column names in its header", self->name);
}

static int s_record (struct variants *self, struct error *error)
{
    char *line = self->line.at, *tab = strchr (line, '\t'), *end = NULL;
    if (!tab || s_columns (line) != self->columns)
        return s_wrong (self, "has another number of columns than the header", error);
    *tab = 0;
    size_t contig = s_place (self, line);
    uint64_t position = strtoull (tab + 1, &end, 10);
    if (end == tab + 1 || *end != '\t')
        return s_wrong (self, "has a position that is no number", error);
    if (contig < self->contig || (contig == self->contig && position < self->position))
        return s_wrong (self, "stands behind one that it should be before", error);
    self->contig = contig;
    self->position = position;
    self->records++;
    return DMH_OK;
}

static int s_check (struct variants *self, struct error *error)
{
    int rc = s_read_header (self, error), more = 1;
    while (rc == DMH_OK && (more = s_read_line (self, error)) == 1)
        rc = s_record (self, error);
    return more < 0 ? more : rc;
}

int variants_check (const char *folder, const char *name, uint64_t *count, struct error *error)
{
    FILE *file = result_file_open (folder, name, error);
    if (!file)
        return error->code;
    int copy = dup (fileno (file)), rc;
    fclose (file);
    struct variants *self = calloc (1, sizeof *self);
    if (self) {
        self->name = name;
        self->contigs = zhashx_new ();
        self->file = copy < 0 ? NULL : gzdopen (copy, "rb");
    }
    if (!self || !self->contigs || !self->file)
        rc = error_set (error, DMH_INTERNAL, "out of memory while reading %s", name);
    else
        rc = s_check (self, error);
    if (self) {
        *count = self->records;
        if (self->file)
            gzclose (self->file);
        zhashx_destroy (&self->contigs);
        free (self->line.at);
    }
    if ((!self || !self->file) && copy >= 0)
        close (copy);
    free (self);
    return rc;
}
