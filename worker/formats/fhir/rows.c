//  rows.c: the records of a block of FHIR resources. Those of another type are passed by unread; one of
//  ours gives a record, or one for each of its parts (Observation.component, ImagingStudy.series and
//  instance).
#include "worker/formats/fhir/columns.h"
#include "worker/formats/fhir/scan.h"
#include "worker/text/bytes.h"

#include <stdlib.h>

struct rows {
    const struct dialect *dialect;
    const struct fhir_kind *kind;
    tree_t *tree;
    fhir_columns_t *columns;
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
    struct passed *passed;
    size_t passed_count;
};

rows_t *fhir_rows_new (const struct dialect *dialect)
{
    rows_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->dialect = dialect;
    self->kind = dialect->kind ? fhir_kind_find (dialect->kind) : NULL;
    self->tree = tree_new ();
    self->columns = self->kind ? fhir_columns_new (self->kind) : NULL;
    self->passed = calloc (PASSED_MAX, sizeof *self->passed);
    if (!self->tree || !self->columns || !self->passed)
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
    free (self->passed);
    free (self);
    *self_p = NULL;
}

void fhir_rows_begin (rows_t *self, const char *bytes, size_t n)
{
    self->at = bytes;
    self->n = n;
    self->next = self->counted = self->inner = self->inner_end = 0;
    self->lines = 0;
    self->failed = false;
    self->part = self->instance = TREE_NONE;
    self->plain = bytes_is_plain (bytes, n);
    self->passed_count = 0;
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

static void s_pass (rows_t *self, struct text type)
{
    struct passed *passed = self->passed;
    if (!passed)
        return;
    if (type.n >= sizeof passed->name)
        type.n = sizeof passed->name - 1;
    for (size_t i = 0; i < self->passed_count; i++, passed++)
        if (text_equal (text_of (passed->name), type)) {
            passed->count++;
            return;
        }
    if (self->passed_count == PASSED_MAX) {
        self->passed[PASSED_MAX - 1].count++;
        return;
    }
    *passed = (struct passed){.count = 1};
    memcpy (passed->name, type.at, type.n);
    self->passed_count++;
}

static void s_make_row (rows_t *self, struct text raw, enum fhir_level level, struct row *out)
{
    *out = (struct row){.fields = fhir_columns_at (self->columns, level),
                        .count = fhir_columns_count (self->columns),
                        .raw = raw,
                        .line = s_lines (self, raw.at)};
}

//  The first of an array in a member; a lone object counts as one.
static uint32_t s_first (const rows_t *self, uint32_t node, const char *member)
{
    uint32_t at = member ? tree_member (self->tree, node, text_of (member)) : TREE_NONE;
    return at && tree_at (self->tree, at)->sort == TREE_ARRAY ? tree_at (self->tree, at)->first : at;
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
        self->part = tree_at (self->tree, node)->next;
        fhir_columns_take (self->columns, self->tree, node, level);
        if (self->kind->itself)
            fhir_columns_number (self->columns, level, ++self->part_number);
        self->instance = s_first (self, node, self->kind->inner);
        if (self->instance)
            return s_next_part (self, out);
    } else {
        self->instance = tree_at (self->tree, node)->next;
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
//  what is around the resource. A resource that is passed by is looked at so too, or it could take others
//  along.
static enum rule s_judge_around (const rows_t *self, struct text raw, const struct fhir_seen *seen, bool ours)
{
    bool wrapped = seen->resource.at != raw.at;
    enum rule problem = ours && !self->plain ? bytes_encoding (raw) : RULE_NONE;
    if (problem == RULE_NONE && raw.n && raw.at[0] == '{' && (wrapped || !ours))
        problem = fhir_check_members (raw, ours ? seen->resource : (struct text){NULL, 0});
    if (problem == RULE_NONE && seen->entries && wrapped)
        problem = fhir_check_members (seen->resource, (struct text){NULL, 0});
    return problem;
}

static int s_reject (rows_t *self, struct text raw, enum rule problem, struct row *out)
{
    s_make_row (self, raw, FHIR_RESOURCE, out);
    out->problem = problem;
    return 1;
}

//  1: a record; 0: nothing that is one, go on; -1: out of memory.
static int s_resource (rows_t *self, struct text raw, const struct fhir_seen *seen, struct row *out)
{
    enum rule problem = s_judge_around (self, raw, seen, true);
    if (problem == RULE_NONE) {
        problem = tree_parse (self->tree, seen->resource);
        self->failed = tree_starved (self->tree) ||
                       (problem == RULE_NONE && fhir_columns_begin (self->columns, seen->resource.n) != 0);
    }
    if (self->failed)
        return -1;
    if (problem != RULE_NONE)
        return s_reject (self, raw, problem, out);
    fhir_columns_take (self->columns, self->tree, TREE_ROOT, FHIR_RESOURCE);
    if (seen->full_url.n)
        fhir_columns_name (self->columns, seen->full_url);
    self->part = s_first (self, TREE_ROOT, self->kind->part);
    self->instance = TREE_NONE;
    self->part_number = 0;
    if (!self->kind->itself) {
        if (self->part)
            return s_next_part (self, out);
        s_make_row (self, seen->resource, FHIR_RESOURCE, out);
        return 1;
    }
    if (s_speaks (self)) {
        fhir_columns_take (self->columns, self->tree, TREE_ROOT, FHIR_PART);
        s_make_row (self, seen->resource, FHIR_PART, out);
        return 1;
    }
    if (self->part)
        return s_next_part (self, out);
    s_pass (self, TEXT ("Observation.hasMember"));
    return 0;
}

//  A Bundle's entries come next, and a resource of another type is passed by: 0. 1: *out is why not.
static int s_pass_by (rows_t *self, struct text raw, const struct fhir_seen *seen, struct row *out)
{
    enum rule problem = s_judge_around (self, raw, seen, false);
    if (problem != RULE_NONE)
        return s_reject (self, raw, problem, out);
    if (seen->entries && !self->inner) {
        self->inner = (size_t) (raw.at - self->at) + seen->entries;
        self->inner_end = (size_t) (raw.at - self->at) + raw.n;
    } else
        //  An entry without a resource is a deletion, a response.
        s_pass (self, seen->type.n ? seen->type : TEXT ("entry"));
    return 0;
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
    while (rc == 0 && s_find (self, &raw, &broken)) {
        struct fhir_seen seen = fhir_see (raw.at, raw.n);
        bool empty = seen.type.n == 0 && raw.n && raw.at[0] == '{' && (self->dialect->entries || self->inner);
        if (broken)
            rc = s_reject (self, raw, RULE_RECORD_SYNTAX, out);
        else if ((seen.entries && !self->inner) || empty ||
                 (seen.type.n && !text_equal (seen.type, text_of (self->kind->resource))))
            rc = s_pass_by (self, raw, &seen, out);
        else
            rc = s_resource (self, raw, &seen, out);
    }
    return rc;
}

const struct passed *fhir_rows_passed (const rows_t *self, size_t *count)
{
    *count = self->passed_count;
    return self->passed;
}
