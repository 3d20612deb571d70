//  rows.c: the records of a block of FHIR resources. Those of another type are skipped unread; one of
//  ours gives a record, or one for each of its parts (Observation.component, ImagingStudy.series and
//  instance).
#include "worker/formats/fhir/columns.h"
#include "worker/formats/fhir/leftovers.h"
#include "worker/formats/fhir/links/links.h"
#include "worker/formats/fhir/links/reference.h"
#include "worker/formats/fhir/scan.h"
#include "worker/formats/json/split.h"
#include "worker/text/bytes.h"

#include <stdlib.h>

struct rows {
    const struct dialect *dialect;
    const struct fhir_kind *kind;
    tree_t *tree;
    fhir_columns_t *columns;
    fhir_leftovers_t *leftovers;
    fhir_links_t *links;    //  NULL: there are none, as records are of patients or all is known
    people_t *surveyed;     //  that links go among
    bool pending;           //  what is left of the tree is not counted yet
    bool late;              //  the last column, which the dialect does not have, has a value for a patient
    size_t person;          //  the column of the patient's id
    const char *at;
    size_t n, next;
    struct json_piece piece;
    size_t inner, inner_end;    //  a Bundle in a line: its entries that are left
    uint64_t lines;
    size_t counted;    //  bytes whose lines are in `lines`
    bool plain;
    bool failed;    //  out of memory
    //  The resource in work: parts that are left.
    uint32_t part, instance;
    size_t part_number;
    struct text origin;
    struct text origin_id;
    char url[FHIR_URL_BYTES];    //  of the entry, without escapes
    struct skipped_records *skipped;
    size_t skipped_count;
};

rows_t *fhir_rows_new (const struct dialect *dialect)
{
    rows_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->dialect = dialect;
    self->kind = dialect->kind ? fhir_kind_find (dialect->kind) : NULL;
    self->tree = tree_new ();
    self->columns = self->kind ? fhir_columns_new (self->kind, dialect->today) : NULL;
    self->person = self->columns ? fhir_columns_patient (self->columns) : 0;
    self->leftovers = fhir_leftovers_new ();
    bool links = self->kind && strcmp (self->kind->resource, "Patient") != 0 && !dialect->people;
    self->links = links ? fhir_links_new () : NULL;
    self->skipped = calloc (SKIPPED_NAMES_MAX, sizeof *self->skipped);
    if (!self->tree || !self->columns || !self->leftovers || !self->skipped || (links && !self->links))
        fhir_rows_destroy (&self);
    return self;
}

void fhir_rows_destroy (rows_t **self_p)
{
    rows_t *self = *self_p;
    if (!self)
        return;
    tree_destroy (&self->tree);
    fhir_columns_destroy (&self->columns);
    fhir_leftovers_destroy (&self->leftovers);
    fhir_links_destroy (&self->links);
    free (self->skipped);
    free (self);
    *self_p = NULL;
}

void fhir_rows_begin (rows_t *self, const char *bytes, size_t n)
{
    self->at = bytes;
    self->n = n;
    self->next = self->counted = self->inner = self->inner_end = 0;
    self->lines = 0;
    self->failed = self->pending = self->late = false;
    fhir_leftovers_clear (self->leftovers);
    if (self->links)
        fhir_links_begin (self->links, self->surveyed);
    self->part = self->instance = TREE_NONE;
    self->plain = bytes_is_plain (bytes, n);
    self->skipped_count = 0;
    self->piece = (struct json_piece){0};
}

//  The next entry of a Bundle in a line or an array, which is JSON; else the next of the file. *broken: it is
//  no JSON.
static bool s_find (rows_t *self, struct text *raw, bool *broken)
{
    size_t begin, end;
    *broken = false;
    if (self->inner && fhir_next_entry (self->at, self->inner_end, self->inner, &begin, &end)) {
        self->inner = end;
        *raw = (struct text){self->at + begin, end - begin};
        return true;
    }
    self->inner = 0;
    enum json_split split = json_split (self->dialect, self->at, self->n, true, self->next, &self->piece);
    if (split == JSON_OVER)
        return false;
    self->next = self->piece.end;
    *broken = split != JSON_PIECE || self->piece.broken;
    *raw = (struct text){self->at + self->piece.begin, self->piece.end - self->piece.begin};
    return true;
}

//  Lines before a byte of the block; never goes back.
static uint64_t s_lines (rows_t *self, const char *at)
{
    size_t to = (size_t) (at - self->at);
    if (to > self->counted) {
        self->lines += bytes_lines (self->at + self->counted, to - self->counted);
        self->counted = to;
    }
    return self->lines;
}

static void s_skip (rows_t *self, struct text type)
{
    struct skipped_records *skipped = self->skipped;
    if (!skipped)
        return;
    if (type.n >= sizeof skipped->name)
        type.n = sizeof skipped->name - 1;
    for (size_t i = 0; i < self->skipped_count; i++, skipped++)
        if (text_equal (text_of (skipped->name), type)) {
            skipped->count++;
            return;
        }
    if (self->skipped_count == SKIPPED_NAMES_MAX) {
        self->skipped[SKIPPED_NAMES_MAX - 1].count++;
        return;
    }
    *skipped = (struct skipped_records){.count = 1};
    memcpy (skipped->name, type.at, type.n);
    self->skipped_count++;
}

static void s_make_row (rows_t *self, struct text raw, enum fhir_level level, struct row *out)
{
    size_t count = fhir_columns_count (self->columns), names = self->dialect->name_count;
    *out = (struct row){.fields = fhir_columns_at (self->columns, level),
                        .count = count < names ? count : names,
                        .bare = fhir_columns_bare (self->columns, level),
                        .raw = raw,
                        .line = s_lines (self, raw.at),
                        .origin = self->origin,
                        .origin_id = self->origin_id};
    const people_t *people = self->dialect->people;
    if (people)
        people_servers (people, out->fields[self->person], out->servers);
    const struct text *last = &out->fields[count - 1];
    if (self->kind->late && names < count && last->n && out->fields[self->person].n)
        self->late = true;
}

//  The first of an array in a member; a lone object counts as one.
static uint32_t s_first (const rows_t *self, uint32_t node, const char *member)
{
    return member ? tree_first (self->tree, node, text_of (member)) : TREE_NONE;
}

//  The next part or what is in it as a record; false: none is left.
static bool s_next_part (rows_t *self, struct row *out)
{
    enum fhir_level level = FHIR_INNER;
    uint32_t node = self->instance;
    if (!node) {
        level = FHIR_PART;
        node = self->part;
        if (!node)
            return false;
        self->part = tree_next (self->tree, node);
        fhir_columns_take (self->columns, self->tree, node, level);
        if (self->kind->itself)
            fhir_columns_number (self->columns, level, ++self->part_number);
        self->instance = s_first (self, node, self->kind->inner);
        if (self->instance)
            return s_next_part (self, out);
    } else {
        self->instance = tree_next (self->tree, node);
        fhir_columns_take (self->columns, self->tree, node, level);
    }
    //  A part that is no object has no bytes of its own in the block.
    const struct tree_node *part = tree_at (self->tree, node);
    bool object = part->sort == TREE_OBJECT;
    s_make_row (self, object ? part->value : (struct text){self->at + self->counted, 0}, level, out);
    return true;
}

//  Whether an observation says something itself, or does for lack of parts. One that only names its members
//  is none.
static bool s_speaks (const rows_t *self)
{
    static const char VALUE[] = "value";
    const struct tree_node *root = tree_at (self->tree, TREE_ROOT);
    for (uint32_t at = root->first; at; at = tree_at (self->tree, at)->next) {
        struct text key = tree_at (self->tree, at)->key;
        if (key.n > sizeof VALUE - 1 && memcmp (key.at, VALUE, sizeof VALUE - 1) == 0)
            return true;
    }
    return !self->part && !tree_member (self->tree, TREE_ROOT, TEXT ("hasMember"));
}

//  What a reading of the resource alone does not see: bytes that are no UTF-8, and of an entry or a Bundle
//  what is around the resource. A resource that is skipped is looked at so too, or it could take others
//  along.
static enum rule s_judge_around (const rows_t *self, struct text raw, const struct fhir_outline *outline,
                                 bool ours)
{
    bool wrapped = outline->resource.at != raw.at;
    enum rule problem = ours && !self->plain ? bytes_encoding (raw) : RULE_NONE;
    if (problem == RULE_NONE && raw.n && raw.at[0] == '{' && (wrapped || !ours))
        problem = fhir_check_members (raw, wrapped ? outline->resource : (struct text){NULL, 0});
    if (problem == RULE_NONE && wrapped && !ours)
        problem = fhir_check_members (outline->resource, (struct text){NULL, 0});
    return problem;
}

//  Counts what no column took of the resource that is done. 0, or -1 out of memory.
static int s_end (rows_t *self)
{
    int rc = 0;
    if (self->pending) {
        tree_text (self->tree, TREE_ROOT, TEXT ("resourceType"));
        rc = fhir_leftovers_count (self->leftovers, self->tree, text_of (self->kind->resource));
        if (rc == 0 && self->links && fhir_columns_asks (self->columns))
            rc = fhir_links_ask (self->links);
    }
    self->pending = false;
    self->failed = rc != 0;
    return rc;
}

static int s_reject (rows_t *self, struct text raw, enum rule problem, struct row *out)
{
    s_make_row (self, raw, FHIR_RESOURCE, out);
    out->problem = problem;
    return 1;
}

static int s_begin (rows_t *self, const struct fhir_outline *outline)
{
    struct fhir_place place = {self->dialect->people, outline->full_url};
    return fhir_columns_begin (self->columns, outline->resource.n, place);
}

//  What the resource says of others. 0, or -1 out of memory.
static int s_link (rows_t *self, const struct fhir_outline *outline)
{
    struct text id = fhir_columns_at (self->columns, FHIR_RESOURCE)[self->person];
    int rc = self->links ? fhir_links_entry (self->links, outline) : 0;
    if (self->links && rc == 0)
        rc = fhir_links_subject (self->links, self->tree, outline->full_url, id);
    self->failed = rc != 0;
    return rc;
}

//  1: a record; 0: nothing that is one, go on; -1: out of memory.
static int s_resource (rows_t *self, struct text raw, const struct fhir_outline *outline, struct row *out)
{
    enum rule problem = s_judge_around (self, raw, outline, true);
    if (problem == RULE_NONE) {
        problem = tree_parse (self->tree, outline->resource);
        self->failed =
            tree_is_out_of_memory (self->tree) || (problem == RULE_NONE && s_begin (self, outline) != 0);
    }
    if (self->failed)
        return -1;
    if (problem != RULE_NONE)
        return s_reject (self, raw, problem, out);
    fhir_columns_take (self->columns, self->tree, TREE_ROOT, FHIR_RESOURCE);
    if (s_link (self, outline) != 0)
        return -1;
    if (fhir_columns_is_other (self->columns))
        return s_reject (self, raw, RULE_RECORD_SUBJECT, out);
    self->pending = true;
    if (outline->full_url.n)
        fhir_columns_name (self->columns, outline->full_url);
    struct text url_id = fhir_reference_id (outline->full_url);
    uint32_t id = tree_member (self->tree, TREE_ROOT, TEXT ("id"));
    self->origin_id = id ? tree_at (self->tree, id)->value : url_id;
    //  One with escapes does not lie in the block.
    if (self->origin_id.at < self->at || self->origin_id.at >= self->at + self->n)
        self->origin_id = (struct text){NULL, 0};
    self->part = s_first (self, TREE_ROOT, self->kind->part);
    self->instance = TREE_NONE;
    self->part_number = 0;
    if (!self->kind->itself) {
        if (self->part)
            return s_next_part (self, out);
        s_make_row (self, outline->resource, FHIR_RESOURCE, out);
        return 1;
    }
    if (s_speaks (self)) {
        fhir_columns_take (self->columns, self->tree, TREE_ROOT, FHIR_PART);
        s_make_row (self, outline->resource, FHIR_PART, out);
        return 1;
    }
    if (self->part)
        return s_next_part (self, out);
    s_skip (self, TEXT ("Observation.hasMember"));
    return 0;
}

//  A Bundle's entries come next, and a resource of another type is skipped: 0. 1: *out is why not.
static int s_skip_resource (rows_t *self, struct text raw, const struct fhir_outline *outline,
                            struct row *out)
{
    enum rule problem = s_judge_around (self, raw, outline, false);
    if (problem != RULE_NONE)
        return s_reject (self, raw, problem, out);
    if (outline->entries && !self->inner) {
        self->inner = (size_t) (raw.at - self->at) + outline->entries;
        self->inner_end = (size_t) (raw.at - self->at) + raw.n;
    } else
        //  An entry without a resource is a deletion, a response.
        s_skip (self, outline->type.n ? outline->type : TEXT ("entry"));
    self->failed = self->links && fhir_links_entry (self->links, outline) != 0;
    return self->failed ? -1 : 0;
}

int fhir_rows_next (rows_t *self, struct row *out)
{
    struct text raw;
    int rc = 0;
    bool broken;
    if (self->failed)
        return -1;
    if (self->part || self->instance)
        return s_next_part (self, out);
    while (rc == 0 && (rc = s_end (self)) == 0 && s_find (self, &raw, &broken)) {
        struct fhir_outline outline = fhir_read_outline (raw.at, raw.n);
        self->origin = outline.full_url;
        outline.full_url = fhir_reference_plain (outline.full_url, self->url);
        self->origin_id = (struct text){NULL, 0};
        bool empty =
            outline.type.n == 0 && raw.n && raw.at[0] == '{' && (self->dialect->entries || self->inner);
        if (broken)
            rc = s_reject (self, raw, RULE_RECORD_SYNTAX, out);
        else if ((outline.entries && !self->inner) || empty ||
                 (outline.type.n && !text_equal (outline.type, text_of (self->kind->resource))))
            rc = s_skip_resource (self, raw, &outline, out);
        else
            rc = s_resource (self, raw, &outline, out);
    }
    return rc;
}

const struct skipped_records *fhir_rows_skipped (const rows_t *self, size_t *count)
{
    *count = self->skipped_count;
    return self->skipped;
}

struct text fhir_rows_unknown (rows_t *self, size_t i)
{
    const char *names[FHIR_COLUMNS_MAX];
    size_t count = fhir_column_names (self->kind, names);
    return self->late && i == 0 ? text_of (names[count - 1]) : (struct text){NULL, 0};
}

const struct path_count *fhir_rows_left_over (rows_t *self, size_t *count)
{
    return fhir_leftovers_list (self->leftovers, count);
}

const struct link *fhir_rows_links (const rows_t *self, size_t *count)
{
    *count = 0;
    return self->links ? fhir_links_list (self->links, count) : NULL;
}

int fhir_rows_survey (const struct dialect *dialect, const char *bytes, size_t n, people_t *people)
{
    struct row row;
    int rc = -1;
    rows_t *self = fhir_rows_new (dialect);
    if (self && self->links) {
        self->surveyed = people;
        fhir_rows_begin (self, bytes, n);
        while ((rc = fhir_rows_next (self, &row)) == 1)
            ;
    }
    fhir_rows_destroy (&self);
    return rc;
}
