//  tree.c: see tree.h. One yajl parser, made anew only after a failure.
#include "worker/formats/fhir/tree.h"

#include <stdlib.h>
#include <yajl/yajl_parse.h>

enum { DEPTH_MAX = 64, NODES_FIRST = 256, NODES_KEPT = 64 * 1024 };

struct tree {
    yajl_handle parser;
    struct text in;
    struct tree_node *nodes;    //  [0] is nobody
    uint32_t count, room;
    struct scratch scratch;    //  strings without their escapes
    struct text key;           //  of the value to come
    uint32_t open[DEPTH_MAX], last[DEPTH_MAX];
    size_t depth;
    enum rule problem;
    bool starved;    //  out of memory
};

static int s_refuse (tree_t *self, enum rule problem)
{
    self->problem = problem;
    return 0;    //  yajl stops
}

//  A text of yajl's: where it stands in the input it is borrowed from there, else kept.
static bool s_keep (tree_t *self, const char *at, size_t n, struct text *out)
{
    if (at >= self->in.at && at + n <= self->in.at + self->in.n) {
        *out = (struct text){at, n};
        return true;
    }
    if (self->scratch.used + n > self->scratch.size)
        return false;
    char *to = self->scratch.at + self->scratch.used;
    if (n)
        memcpy (to, at, n);
    self->scratch.used += n;
    *out = (struct text){to, n};
    return true;
}

static bool s_grow (tree_t *self)
{
    uint32_t room = self->room ? self->room * 2 : NODES_FIRST;
    if (room > TREE_NODES_MAX)
        return false;
    struct tree_node *nodes = realloc (self->nodes, room * sizeof *nodes);
    self->starved = !nodes;
    if (!nodes)
        return false;
    self->nodes = nodes;
    self->room = room;
    return true;
}

static int s_add (tree_t *self, enum tree_sort sort, struct text value)
{
    if (self->depth == 0 && (sort != TREE_OBJECT || self->count > TREE_ROOT))
        return s_refuse (self, RULE_RECORD_SYNTAX);    //  a record is one object
    if (self->count == self->room && !s_grow (self))
        return s_refuse (self, RULE_RECORD_SYNTAX);
    uint32_t at = self->count++;
    self->nodes[at] = (struct tree_node){.key = self->key, .value = value, .sort = sort};
    self->key.n = 0;
    if (self->depth) {
        size_t level = self->depth - 1;
        if (self->last[level])
            self->nodes[self->last[level]].next = at;
        else
            self->nodes[self->open[level]].first = at;
        self->last[level] = at;
    }
    if (sort == TREE_OBJECT || sort == TREE_ARRAY) {
        if (self->depth == DEPTH_MAX)
            return s_refuse (self, RULE_RECORD_SYNTAX);
        self->open[self->depth] = at;
        self->last[self->depth++] = TREE_NONE;
    }
    return 1;
}

static int s_null (void *context)
{
    return s_add (context, TREE_NULL, (struct text){NULL, 0});
}

static int s_boolean (void *context, int value)
{
    return s_add (context, TREE_SCALAR, value ? TEXT ("true") : TEXT ("false"));
}

static int s_scalar (tree_t *self, const char *at, size_t n)
{
    struct text value;
    if (n && memchr (at, 0, n))
        return s_refuse (self, RULE_RECORD_NUL);
    if (!s_keep (self, at, n, &value))
        return s_refuse (self, RULE_RECORD_SYNTAX);
    return s_add (self, TREE_SCALAR, value);
}

static int s_number (void *context, const char *digits, size_t n)
{
    return s_scalar (context, digits, n);
}

static int s_string (void *context, const unsigned char *text, size_t n)
{
    return s_scalar (context, (const char *) text, n);
}

//  Where the parser stands: behind the bracket that it has just seen.
static const char *s_here (const tree_t *self)
{
    return self->in.at + yajl_get_bytes_consumed (self->parser);
}

static int s_open_map (void *context)
{
    return s_add (context, TREE_OBJECT, (struct text){s_here (context) - 1, 0});
}

static int s_open_array (void *context)
{
    return s_add (context, TREE_ARRAY, (struct text){s_here (context) - 1, 0});
}

static int s_close (void *context)
{
    tree_t *self = context;
    struct tree_node *node = &self->nodes[self->open[--self->depth]];
    node->value.n = (size_t) (s_here (self) - node->value.at);
    return 1;
}

static int s_key (void *context, const unsigned char *key, size_t n)
{
    tree_t *self = context;
    if (memchr (key, 0, n))
        return s_refuse (self, RULE_RECORD_NUL);
    return s_keep (self, (const char *) key, n, &self->key) ? 1 : s_refuse (self, RULE_RECORD_SYNTAX);
}

static const yajl_callbacks CALLBACKS = {s_null,     s_boolean, NULL,    NULL,         s_number, s_string,
                                         s_open_map, s_key,     s_close, s_open_array, s_close};

static bool s_make_parser (tree_t *self)
{
    if (self->parser)
        yajl_free (self->parser);
    self->parser = yajl_alloc (&CALLBACKS, NULL, self);
    return self->parser && yajl_config (self->parser, yajl_allow_multiple_values, 1);
}

tree_t *tree_new (void)
{
    tree_t *self = calloc (1, sizeof *self);
    if (self && (!s_make_parser (self) || !s_grow (self)))
        tree_destroy (&self);
    return self;
}

void tree_destroy (tree_t **self_p)
{
    tree_t *self = *self_p;
    if (!self)
        return;
    if (self->parser)
        yajl_free (self->parser);
    free (self->nodes);
    free (self->scratch.at);
    free (self);
    *self_p = NULL;
}

//  What a giant made the tree grow by is given back.
static void s_shrink (tree_t *self)
{
    if (self->room <= NODES_KEPT)
        return;
    struct tree_node *nodes = realloc (self->nodes, NODES_KEPT * sizeof *nodes);
    if (nodes) {
        self->nodes = nodes;
        self->room = NODES_KEPT;
    }
}

enum rule tree_parse (tree_t *self, struct text in)
{
    self->in = in;
    self->count = TREE_ROOT;
    self->depth = self->scratch.used = 0;
    self->key = (struct text){NULL, 0};
    self->problem = RULE_NONE;
    self->starved = false;
    s_shrink (self);
    self->nodes[TREE_NONE] = (struct tree_node){.sort = TREE_NULL};
    if (self->scratch.size < in.n) {
        free (self->scratch.at);
        self->scratch.at = malloc (in.n);
        self->scratch.size = self->scratch.at ? in.n : 0;
    }
    self->starved = self->scratch.size < in.n || (!self->parser && !s_make_parser (self));
    if (self->starved)
        return RULE_RECORD_SYNTAX;
    yajl_status status = in.n && in.at[0] == '{'
                             ? yajl_parse (self->parser, (const unsigned char *) in.at, in.n)
                             : yajl_status_error;
    if (status == yajl_status_ok && self->depth == 0 && self->count > TREE_ROOT)
        return RULE_NONE;
    //  A parser that has stopped, or is in the middle of a value, cannot go on.
    s_make_parser (self);
    return self->problem != RULE_NONE ? self->problem : RULE_RECORD_SYNTAX;
}

bool tree_starved (const tree_t *self)
{
    return self->starved;
}

const struct tree_node *tree_at (const tree_t *self, uint32_t node)
{
    return &self->nodes[node];
}

uint32_t tree_member (const tree_t *self, uint32_t object, struct text key)
{
    if (self->nodes[object].sort != TREE_OBJECT)
        return TREE_NONE;
    for (uint32_t at = self->nodes[object].first; at; at = self->nodes[at].next)
        if (text_equal (self->nodes[at].key, key))
            return at;
    return TREE_NONE;
}
