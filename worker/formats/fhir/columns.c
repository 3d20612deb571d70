//  columns.c: see columns.h. No allocation per resource once the scratch has grown to its size.
#define _GNU_SOURCE
#include "worker/formats/fhir/columns.h"

#include <stdio.h>
#include <stdlib.h>

enum { FOUND_MAX = 16, ID_ROOM = 24 };

struct row {
    size_t column;
    enum fhir_level level;
    tree_path_t *path;
    enum fhir_shape shape;
};

struct fhir_columns {
    struct row *rows;
    size_t row_count, column_count, id;
    struct text fields[FHIR_LEVELS][FHIR_COLUMNS_MAX];
    struct scratch scratch;      //  joined texts
    size_t used[FHIR_LEVELS];    //  of it, when a level began
};

size_t fhir_column_names (const struct fhir_kind *kind, const char **names)
{
    size_t count = 0;
    for (size_t r = 0; r < kind->count; r++) {
        bool known = false;
        for (size_t c = 0; c < count; c++)
            known = known || strcmp (names[c], kind->rows[r].column) == 0;
        if (!known && count < FHIR_COLUMNS_MAX)
            names[count++] = kind->rows[r].column;
    }
    return count;
}

fhir_columns_t *fhir_columns_new (const struct fhir_kind *kind)
{
    const char *names[FHIR_COLUMNS_MAX] = {NULL};
    fhir_columns_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->column_count = fhir_column_names (kind, names);
    self->rows = calloc (kind->count, sizeof *self->rows);
    bool good = self->rows != NULL;
    for (size_t r = 0; good && r < kind->count; r++) {
        const struct fhir_row *from = &kind->rows[r];
        struct row *to = &self->rows[self->row_count++];
        while ((size_t) to->column + 1 < self->column_count && strcmp (names[to->column], from->column) != 0)
            to->column++;
        to->level = from->level;
        to->shape = from->shape;
        to->path = tree_path_new (from->path);
        good = to->path != NULL;
        if (strcmp (from->column, kind->id) == 0)
            self->id = to->column;
    }
    if (!good)
        fhir_columns_destroy (&self);
    return self;
}

void fhir_columns_destroy (fhir_columns_t **self_p)
{
    fhir_columns_t *self = *self_p;
    if (!self)
        return;
    for (size_t r = 0; r < self->row_count; r++)
        tree_path_destroy (&self->rows[r].path);
    free (self->rows);
    free (self->scratch.at);
    free (self);
    *self_p = NULL;
}

size_t fhir_columns_count (const fhir_columns_t *self)
{
    return self->column_count;
}

//  Each level joins at most what stands in the resource, and writes an id with a number.
int fhir_columns_begin (fhir_columns_t *self, size_t bytes)
{
    size_t room = FHIR_LEVELS * (2 * bytes + ID_ROOM);
    if (self->scratch.size < room) {
        free (self->scratch.at);
        self->scratch.at = malloc (room);
        self->scratch.size = self->scratch.at ? room : 0;
    }
    self->scratch.used = 0;
    memset (self->fields[FHIR_RESOURCE], 0, self->column_count * sizeof (struct text));
    return self->scratch.at ? 0 : -1;
}

static struct text s_join (fhir_columns_t *self, const struct text *found, size_t count, const char *between)
{
    size_t room = self->scratch.size - self->scratch.used, n = 0, separator = strlen (between);
    char *to = self->scratch.at + self->scratch.used;
    if (count == 1)
        return found[0];
    for (size_t i = 0; i < count && n + found[i].n + separator <= room; i++) {
        if (i) {
            memcpy (to + n, between, separator);
            n += separator;
        }
        memcpy (to + n, found[i].at, found[i].n);
        n += found[i].n;
    }
    self->scratch.used += n;
    return (struct text){to, n};
}

static bool s_begins (struct text in, struct text with)
{
    return in.n >= with.n && bytes_equal (in.at, with.at, with.n);
}

static struct text s_behind (struct text in, char last)
{
    const char *at = in.n ? memrchr (in.at, last, in.n) : NULL;
    return at ? (struct text){at + 1, (size_t) (in.at + in.n - at) - 1} : in;
}

//  Patient/7, https://…/Patient/7/_history/2, urn:uuid:7, Patient?identifier=system|7: always 7. A resource
//  in the resource (#p) has no id for anybody else.
static struct text s_referred (struct text in)
{
    const char *history = in.n ? memmem (in.at, in.n, "/_history/", 10) : NULL;
    if (history)
        in.n = (size_t) (history - in.at);
    if (in.n == 0 || in.at[0] == '#')
        return (struct text){NULL, 0};
    if (s_begins (in, TEXT ("urn:")))
        return s_behind (in, ':');
    if (memchr (in.at, '?', in.n) && memchr (in.at, '|', in.n))
        return s_behind (in, '|');
    return s_behind (in, '/');
}

//  dmh- and 32 hex digits: what dmh calls a resource whose record has no id.
static bool s_is_made (struct text in)
{
    if (in.n != 36 || !s_begins (in, TEXT ("dmh-")))
        return false;
    for (size_t i = 4; i < in.n; i++)
        if (!memchr ("0123456789abcdef", in.at[i], 16))
            return false;
    return true;
}

static struct text s_shape (fhir_columns_t *self, enum fhir_shape shape, const struct text *found,
                            size_t count)
{
    switch (shape) {
    case FHIR_WORDS:
        return s_join (self, found, count, " ");
    case FHIR_LINES:
        return s_join (self, found, count, ", ");
    case FHIR_RATIO:
        return s_join (self, found, count, ":");
    case FHIR_RANGE:
        return s_join (self, found, count, "-");
    case FHIR_REFERENCE:
        return s_referred (found[0]);
    case FHIR_OID:
        return s_begins (found[0], TEXT ("urn:oid:")) ? (struct text){found[0].at + 8, found[0].n - 8}
                                                      : found[0];
    case FHIR_ID:
        return s_is_made (found[0]) ? (struct text){NULL, 0} : found[0];
    case FHIR_NOTHING:
        return (struct text){NULL, 0};
    case FHIR_ONE:
        return count > 1 ? TEXT ("multiple") : found[0];
    default:
        return found[0];
    }
}

void fhir_columns_take (fhir_columns_t *self, const tree_t *tree, uint32_t node, enum fhir_level level)
{
    struct text *fields = self->fields[level], found[FOUND_MAX];
    bool set[FHIR_COLUMNS_MAX] = {false};
    if (level == FHIR_RESOURCE)
        self->used[level] = 0;
    else
        memcpy (fields, self->fields[level - 1], self->column_count * sizeof *fields);
    self->scratch.used = self->used[level];
    for (size_t r = 0; r < self->row_count; r++) {
        const struct row *row = &self->rows[r];
        if (row->level != level || set[row->column])
            continue;
        size_t max = row->shape == FHIR_FIRST ? 1 : FOUND_MAX;
        size_t count = tree_find (tree, node, row->path, found, max);
        struct text value = count ? s_shape (self, row->shape, found, count) : (struct text){NULL, 0};
        if (value.n == 0 && (count == 0 || row->shape != FHIR_NOTHING))
            continue;
        fields[row->column] = value;
        set[row->column] = true;
    }
    for (size_t below = level + 1; below < FHIR_LEVELS; below++)
        self->used[below] = self->scratch.used;
}

void fhir_columns_name (fhir_columns_t *self, struct text full_url)
{
    struct text *id = &self->fields[FHIR_RESOURCE][self->id];
    if (id->n == 0)
        *id = s_referred (full_url);
}

void fhir_columns_number (fhir_columns_t *self, enum fhir_level level, size_t n)
{
    struct text *id = &self->fields[level][self->id];
    char *to = self->scratch.at + self->scratch.used;
    if (id->n == 0 || self->scratch.used + id->n + ID_ROOM > self->scratch.size)
        return;
    memcpy (to, id->at, id->n);
    size_t bytes = id->n + (size_t) snprintf (to + id->n, ID_ROOM, ".%zu", n);
    self->scratch.used += bytes;
    *id = (struct text){to, bytes};
    for (size_t below = level + 1; below < FHIR_LEVELS; below++)
        self->used[below] = self->scratch.used;
}

struct text *fhir_columns_at (fhir_columns_t *self, enum fhir_level level)
{
    return self->fields[level];
}
