//  columns.c: see columns.h. No allocation per resource once the scratch has grown to its size.
#include "worker/formats/fhir/columns.h"

#include "worker/formats/fhir/choice.h"
#include "worker/formats/fhir/range.h"
#include "worker/formats/value_sort.h"

#include <stdio.h>
#include <stdlib.h>

enum { ID_ROOM = 24 };

struct row {
    size_t column;
    enum fhir_choice from;
    enum fhir_level level;
    tree_path_t *path;
    enum fhir_shape shape;
};

struct fhir_columns {
    struct row *rows;
    size_t row_count, column_count, id;
    const char *today;    //  borrowed
    bool other;           //  a reference to another type of resource was met
    bool asks;            //  a range was met that is for some people
    size_t patient;       //  the column of the patient's id
    struct fhir_place place;
    struct text fields[FHIR_LEVELS][FHIR_COLUMNS_MAX];
    unsigned char bare[FHIR_LEVELS][FHIR_COLUMNS_MAX];    //  FHIR writes numbers with a point
    struct scratch scratch;                               //  joined texts
    size_t used[FHIR_LEVELS];                             //  of it, when a level began
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

//  @name.family: from the one that is chosen. No path where there is no such choice.
static const char *s_read_choice (const char *path, enum fhir_choice *from)
{
    size_t n = path[0] == '@' ? strcspn (path, ".") : 0;
    *from = fhir_choice_find ((struct text){path, n});
    if (n == 0)
        return path;
    return *from == FHIR_WHOLE ? "" : path + n + (path[n] == '.');
}

fhir_columns_t *fhir_columns_new (const struct fhir_kind *kind, const char *today)
{
    const char *names[FHIR_COLUMNS_MAX] = {NULL};
    fhir_columns_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->today = today;
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
        to->path = tree_path_new (s_read_choice (from->path, &to->from));
        good = to->path != NULL;
        if (strcmp (from->column, kind->id) == 0)
            self->id = to->column;
        if (strcmp (from->column, "patient_id") == 0)
            self->patient = to->column;
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
int fhir_columns_begin (fhir_columns_t *self, size_t bytes, struct fhir_place place)
{
    size_t room = FHIR_LEVELS * (2 * bytes + ID_ROOM);
    if (self->scratch.size < room) {
        free (self->scratch.at);
        self->scratch.at = malloc (room);
        self->scratch.size = self->scratch.at ? room : 0;
    }
    self->scratch.used = 0;
    self->other = self->asks = false;
    self->place = place;
    memset (self->fields[FHIR_RESOURCE], 0, self->column_count * sizeof (struct text));
    memset (self->bare[FHIR_RESOURCE], VALUE_BARE, self->column_count);
    return self->scratch.at ? 0 : -1;
}

//  What a row leads to.
static struct text s_find (fhir_columns_t *self, const struct row *row, struct fhir_shaping *shaping)
{
    uint32_t found[FHIR_FOUND_MAX];
    bool objects = fhir_shape_is_of_objects (row->shape);
    bool several = row->shape == FHIR_WORDS || row->shape == FHIR_LINES;
    size_t count =
        tree_find (shaping->tree, shaping->from, row->path, objects, found, several ? FHIR_FOUND_MAX : 1);
    shaping->other = false;
    struct text value = count ? fhir_shape (shaping, row->shape, found, count) : (struct text){NULL, 0};
    self->other = self->other || (shaping->other && row->shape == FHIR_PATIENT);
    return count && row->shape == FHIR_NOTHING ? TEXT ("") : value;
}

//  When what is observed was so.
static struct text s_time (tree_t *tree)
{
    static const char *const TIMES[] = {"effectiveDateTime", "effectiveInstant"};
    for (size_t i = 0; i < sizeof TIMES / sizeof *TIMES; i++) {
        const struct tree_node *at = tree_at (tree, tree_member (tree, TREE_ROOT, text_of (TIMES[i])));
        if (at->sort == TREE_SCALAR && at->value.n)
            return at->value;
    }
    uint32_t start =
        tree_member (tree, tree_member (tree, TREE_ROOT, TEXT ("effectivePeriod")), TEXT ("start"));
    return tree_at (tree, start)->value;
}

//  Who the resource is about: somebody contained, or of the file. False: nobody is known.
static bool s_find_person (fhir_columns_t *self, tree_t *tree, struct person *out)
{
    uint32_t subject = tree_member (tree, TREE_ROOT, TEXT ("subject"));
    struct text reference = tree_at (tree, tree_member (tree, subject, TEXT ("reference")))->value;
    if (reference.n && reference.at[0] == '#') {
        uint32_t at = fhir_reference_contained (tree, (struct text){reference.at + 1, reference.n - 1});
        *out = people_read (tree_text (tree, at, TEXT ("birthDate")), tree_text (tree, at, TEXT ("gender")));
        return true;
    }
    self->asks = true;
    const struct person *found =
        self->place.people ? people_of (self->place.people, self->fields[FHIR_RESOURCE][self->patient])
                           : NULL;
    if (found)
        *out = *found;
    return found != NULL;
}

static uint32_t s_choose_range (fhir_columns_t *self, tree_t *tree, uint32_t node)
{
    uint32_t first = tree_first (tree, node, TEXT (FHIR_RANGES));
    struct person person;
    bool known = fhir_range_is_somebodys (tree, first) && s_find_person (self, tree, &person);
    return fhir_range_choose (tree, first, known ? &person : NULL,
                              known ? s_time (tree) : (struct text){NULL, 0});
}

void fhir_columns_take (fhir_columns_t *self, tree_t *tree, uint32_t node, enum fhir_level level)
{
    struct text *fields = self->fields[level];
    bool set[FHIR_COLUMNS_MAX] = {false}, chosen[FHIR_CHOICES] = {false};
    uint32_t choices[FHIR_CHOICES] = {TREE_NONE};
    struct fhir_shaping shaping = {
        .tree = tree, .place = &self->place, .scratch = &self->scratch, .part = node};
    if (level == FHIR_RESOURCE)
        self->used[level] = 0;
    else {
        memcpy (fields, self->fields[level - 1], self->column_count * sizeof *fields);
        memcpy (self->bare[level], self->bare[level - 1], self->column_count);
    }
    self->scratch.used = self->used[level];
    for (size_t r = 0; r < self->row_count; r++) {
        const struct row *row = &self->rows[r];
        if (row->level != level || set[row->column])
            continue;
        if (!chosen[row->from])
            choices[row->from] = row->from == FHIR_RANGE ? s_choose_range (self, tree, node)
                                                         : fhir_choose (tree, node, row->from, self->today);
        chosen[row->from] = true;
        shaping.from = choices[row->from];
        struct text value = shaping.from ? s_find (self, row, &shaping) : (struct text){NULL, 0};
        if (!value.at)
            continue;
        fields[row->column] = value;
        self->bare[level][row->column] = row->shape == FHIR_DIGITS ? VALUE_RANGE : VALUE_BARE;
        set[row->column] = true;
    }
    for (size_t below = level + 1; below < FHIR_LEVELS; below++)
        self->used[below] = self->scratch.used;
}

size_t fhir_columns_patient (const fhir_columns_t *self)
{
    return self->patient;
}

bool fhir_columns_is_other (const fhir_columns_t *self)
{
    return self->other;
}

bool fhir_columns_asks (const fhir_columns_t *self)
{
    return self->asks;
}

void fhir_columns_name (fhir_columns_t *self, struct text full_url)
{
    struct text *id = &self->fields[FHIR_RESOURCE][self->id];
    if (id->n == 0)
        *id = fhir_reference_id (full_url);
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

const unsigned char *fhir_columns_bare (const fhir_columns_t *self, enum fhir_level level)
{
    return self->bare[level];
}

struct text *fhir_columns_at (fhir_columns_t *self, enum fhir_level level)
{
    return self->fields[level];
}
