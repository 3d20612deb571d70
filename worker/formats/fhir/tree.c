//  tree.c: see tree.h. Without recursion.
#include "worker/formats/fhir/tree.h"

#include "worker/formats/json/lex.h"

#include <stdlib.h>

enum { DEPTH_MAX = 64, NODES_FIRST = 256, NODES_KEPT = 64 * 1024 };

struct tree {
    struct tree_node *nodes;    //  [0] is nobody
    uint32_t count, room;
    struct scratch scratch;    //  strings without their escapes
    uint32_t open[DEPTH_MAX], last[DEPTH_MAX];
    size_t depth;
    bool starved;    //  out of memory
};

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

//  A node behind the last one of what is open. False: there is no room for it.
static bool s_add (tree_t *self, struct tree_node node)
{
    if (self->count == self->room && !s_grow (self))
        return false;
    uint32_t at = self->count++;
    self->nodes[at] = node;
    if (self->depth) {
        size_t level = self->depth - 1;
        if (self->last[level])
            self->nodes[self->last[level]].next = at;
        else
            self->nodes[self->open[level]].first = at;
        self->last[level] = at;
    }
    return true;
}

//  Opens the container at in->at; its node is the last one.
static bool s_open (tree_t *self, struct json_cursor *in)
{
    if (self->depth == DEPTH_MAX)
        return false;
    self->open[self->depth] = self->count - 1;
    self->last[self->depth++] = TREE_NONE;
    in->at++;
    return true;
}

//  A value that begins at in->at. What it opens is left open.
static enum rule s_value (tree_t *self, struct json_cursor *in, struct text key)
{
    char first = in->at < in->end ? *in->at : 0;
    struct tree_node node = {.key = key, .sort = TREE_SCALAR};
    enum rule problem = RULE_NONE;
    bool container = first == '{' || first == '[';
    if (container) {
        node.sort = first == '{' ? TREE_OBJECT : TREE_ARRAY;
        node.value = (struct text){in->at, 0};
    } else if (first == '"')
        problem = json_text (in, &self->scratch, &node.value);
    else if (!json_scalar (in, &node.value))
        problem = RULE_RECORD_SYNTAX;
    else if (!node.value.at)
        node.sort = TREE_NULL;
    if (problem != RULE_NONE)
        return problem;
    return s_add (self, node) && (!container || s_open (self, in)) ? RULE_NONE : RULE_RECORD_SYNTAX;
}

//  Whether what is open has a member of that name, or as many as it may have.
static bool s_is_full (const tree_t *self, struct text key, bool *twice)
{
    size_t count = 0;
    for (uint32_t at = self->nodes[self->open[self->depth - 1]].first; at && !*twice;
         at = self->nodes[at].next) {
        *twice = text_equal (self->nodes[at].key, key);
        count++;
    }
    return *twice || count == TREE_MEMBERS_MAX;
}

//  A value with what stands before it: its key, in an object.
static enum rule s_item (tree_t *self, struct json_cursor *in)
{
    struct text key = {NULL, 0};
    if (self->nodes[self->open[self->depth - 1]].sort != TREE_OBJECT)
        return s_value (self, in, key);
    if (in->at == in->end || *in->at != '"')
        return RULE_RECORD_SYNTAX;
    enum rule problem = json_text (in, &self->scratch, &key);
    if (problem != RULE_NONE)
        return problem;
    json_skip (in);
    if (in->at == in->end || *in->at != ':')
        return RULE_RECORD_SYNTAX;
    in->at++;
    json_skip (in);
    bool twice = false;
    if (s_is_full (self, key, &twice))
        return twice ? RULE_RECORD_KEY_TWICE : RULE_RECORD_SYNTAX;
    return s_value (self, in, key);
}

//  What stands behind a value or an opening bracket: closing brackets, then a comma. False: neither. *more:
//  another value follows.
static bool s_close (tree_t *self, struct json_cursor *in, bool *more)
{
    for (*more = false; self->depth && !*more;) {
        struct tree_node *node = &self->nodes[self->open[self->depth - 1]];
        bool fresh = node->first == TREE_NONE;
        json_skip (in);
        char next = in->at < in->end ? *in->at : 0;
        if (next == (node->sort == TREE_ARRAY ? ']' : '}')) {
            node->value.n = (size_t) (++in->at - node->value.at);
            self->depth--;
        } else if (fresh)
            *more = true;
        else if (next == ',') {
            in->at++;
            *more = true;
        } else
            return false;
    }
    json_skip (in);
    return true;
}

tree_t *tree_new (void)
{
    tree_t *self = calloc (1, sizeof *self);
    if (self && !s_grow (self))
        tree_destroy (&self);
    return self;
}

void tree_destroy (tree_t **self_p)
{
    tree_t *self = *self_p;
    if (!self)
        return;
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

enum rule tree_parse (tree_t *self, struct text text)
{
    struct json_cursor in = {.at = text.at, .end = text.at + text.n};
    self->count = TREE_ROOT;
    self->depth = self->scratch.used = 0;
    s_shrink (self);
    self->nodes[TREE_NONE] = (struct tree_node){.sort = TREE_NULL};
    if (self->scratch.size < text.n) {
        free (self->scratch.at);
        self->scratch.at = malloc (text.n);
        self->scratch.size = self->scratch.at ? text.n : 0;
    }
    self->starved = self->scratch.size < text.n;
    if (self->starved || text.n == 0 || *text.at != '{')
        return RULE_RECORD_SYNTAX;
    enum rule problem = s_value (self, &in, (struct text){NULL, 0});
    for (bool more = true; problem == RULE_NONE && more;) {
        if (!s_close (self, &in, &more))
            problem = RULE_RECORD_SYNTAX;
        else if (more)
            problem = s_item (self, &in);
    }
    return problem == RULE_NONE && in.at < in.end ? RULE_RECORD_SYNTAX : problem;
}

bool tree_is_out_of_memory (const tree_t *self)
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

void tree_use (tree_t *self, uint32_t node)
{
    self->nodes[node].used = true;
}

struct text tree_text (tree_t *self, uint32_t object, struct text key)
{
    uint32_t member = tree_member (self, object, key);
    if (self->nodes[member].sort != TREE_SCALAR)
        return (struct text){NULL, 0};
    tree_use (self, member);
    return self->nodes[member].value;
}

uint32_t tree_first (const tree_t *self, uint32_t object, struct text key)
{
    uint32_t member = tree_member (self, object, key);
    return self->nodes[member].sort == TREE_ARRAY ? self->nodes[member].first : member;
}

uint32_t tree_next (const tree_t *self, uint32_t element)
{
    return self->nodes[element].key.at ? TREE_NONE : self->nodes[element].next;
}
