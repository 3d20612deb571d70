//  leftovers.c: see leftovers.h. The paths are a tree of their own, whose steps are found by a hash of parent
//  and key; mostly it is the one behind the elder sibling's.
#include "worker/formats/fhir/leftovers.h"

#include "messages/base/buffer.h"

#include <stdlib.h>

enum { ROOT = 0, NOBODY = 0 };    //  nothing leads back to the root

struct step {
    size_t key_at, key_n;                 //  in keys
    uint32_t parent, last, next, hint;    //  last: of its children; next: its younger sibling
    uint64_t count;
};

struct fhir_leftovers {
    struct step *steps;
    uint32_t count, room;
    uint32_t *places;    //  steps by their parent and key, [2 * room], NOBODY: a free place
    uint32_t *met;       //  steps that have a count, in order of appearance, [count]
    size_t met_count;
    struct buffer keys, names;
    struct path_count *list;
    size_t list_room;
};

static bool s_is (const fhir_leftovers_t *self, uint32_t at, uint32_t parent, struct text key)
{
    const struct step *step = &self->steps[at];
    return step->parent == parent &&
           text_equal ((struct text){self->keys.at + step->key_at, step->key_n}, key);
}

//  The place of a step, or the free one that it would have. `room` is a power of two, half of it at least is
//  free.
static uint32_t *s_place (const fhir_leftovers_t *self, uint32_t parent, struct text key)
{
    uint64_t hash = parent * 0x9e3779b97f4a7c15u;
    for (size_t i = 0; i < key.n; i++)
        hash = (hash ^ (unsigned char) key.at[i]) * 0x100000001b3u;
    for (size_t at = hash >> 20;; at++) {
        uint32_t *place = &self->places[at & (2 * (size_t) self->room - 1)];
        if (*place == NOBODY || s_is (self, *place, parent, key))
            return place;
    }
}

static void s_index (fhir_leftovers_t *self)
{
    memset (self->places, 0, 2 * self->room * sizeof *self->places);
    for (uint32_t at = 1; at < self->count; at++) {
        const struct step *step = &self->steps[at];
        *s_place (self, step->parent, (struct text){self->keys.at + step->key_at, step->key_n}) = at;
    }
}

static bool s_grow (fhir_leftovers_t *self)
{
    uint32_t room = self->room ? self->room * 2 : 64;
    void *larger = realloc (self->steps, room * sizeof *self->steps);
    if (!larger)
        return false;
    self->steps = larger;
    larger = realloc (self->met, room * sizeof *self->met);
    if (!larger)
        return false;
    self->met = larger;
    larger = realloc (self->places, 2 * (size_t) room * sizeof *self->places);
    if (!larger)
        return false;
    self->places = larger;
    self->room = room;
    s_index (self);
    return true;
}

//  A step behind the parent's others; NOBODY: out of memory.
static uint32_t s_add (fhir_leftovers_t *self, uint32_t parent, struct text key)
{
    if ((self->count == self->room && !s_grow (self)) || buffer_reserve (&self->keys, key.n + 1) != 0)
        return NOBODY;
    uint32_t at = self->count++;
    self->steps[at] = (struct step){.key_at = self->keys.used, .key_n = key.n, .parent = parent};
    if (key.n)
        memcpy (self->keys.at + self->keys.used, key.at, key.n);
    self->keys.used += key.n;
    if (at == ROOT)
        return at;
    struct step *above = &self->steps[parent];
    if (above->last)
        self->steps[above->last].next = at;
    above->last = at;
    *s_place (self, parent, key) = at;
    return at;
}

//  The parent's step of that name, new where there is none; NOBODY: out of memory.
static uint32_t s_child (fhir_leftovers_t *self, uint32_t parent, struct text key)
{
    uint32_t at = self->steps[parent].hint;
    if (at == NOBODY || !s_is (self, at, parent, key))
        at = *s_place (self, parent, key);
    if (at == NOBODY)
        at = s_add (self, parent, key);
    if (at != NOBODY)
        self->steps[parent].hint = self->steps[at].next;
    return at;
}

static int s_value (fhir_leftovers_t *self, const tree_t *tree, uint32_t node, uint32_t parent,
                    struct text key);

static int s_members (fhir_leftovers_t *self, const tree_t *tree, uint32_t node, uint32_t at)
{
    int rc = 0;
    for (uint32_t member = tree_at (tree, node)->first; member && rc == 0;
         member = tree_at (tree, member)->next)
        rc = s_value (self, tree, member, at, tree_at (tree, member)->key);
    return rc;
}

//  A member's value or an array's; goes no deeper than trees are.
static int s_value (fhir_leftovers_t *self, const tree_t *tree, uint32_t node, uint32_t parent,
                    struct text key)
{
    const struct tree_node *value = tree_at (tree, node);
    if (value->sort == TREE_NULL || (value->sort == TREE_SCALAR && (value->used || value->value.n == 0)))
        return 0;
    if (value->sort == TREE_ARRAY) {
        int rc = 0;
        for (uint32_t item = value->first; item && rc == 0; item = tree_at (tree, item)->next)
            rc = s_value (self, tree, item, parent, key);
        return rc;
    }
    uint32_t at = s_child (self, parent, key);
    if (at == NOBODY)
        return -1;
    if (value->sort == TREE_OBJECT)
        return s_members (self, tree, node, at);
    if (self->steps[at].count++ == 0)
        self->met[self->met_count++] = at;
    return 0;
}

fhir_leftovers_t *fhir_leftovers_new (void)
{
    fhir_leftovers_t *self = calloc (1, sizeof *self);
    if (self && !s_grow (self))
        fhir_leftovers_destroy (&self);
    return self;
}

void fhir_leftovers_destroy (fhir_leftovers_t **self_p)
{
    fhir_leftovers_t *self = *self_p;
    if (!self)
        return;
    free (self->steps);
    free (self->met);
    free (self->places);
    free (self->keys.at);
    free (self->names.at);
    free (self->list);
    free (self);
    *self_p = NULL;
}

void fhir_leftovers_clear (fhir_leftovers_t *self)
{
    self->count = 0;
    memset (self->places, 0, 2 * self->room * sizeof *self->places);
    self->met_count = self->keys.used = self->names.used = 0;
}

int fhir_leftovers_count (fhir_leftovers_t *self, const tree_t *tree, struct text resource)
{
    if (self->count == 0)
        s_add (self, NOBODY, resource);
    if (self->count == 0)
        return -1;
    return s_members (self, tree, TREE_ROOT, ROOT);
}

//  The path of a step behind the names so far. 0, or -1 out of memory.
static int s_name (fhir_leftovers_t *self, uint32_t step)
{
    size_t n = 0;
    for (uint32_t at = step;; at = self->steps[at].parent) {
        n += self->steps[at].key_n + 1;
        if (at == ROOT)
            break;
    }
    if (buffer_reserve (&self->names, n) != 0)
        return -1;
    char *end = self->names.at + self->names.used + n;
    *--end = 0;
    for (uint32_t at = step;; at = self->steps[at].parent) {
        end -= self->steps[at].key_n;
        memcpy (end, self->keys.at + self->steps[at].key_at, self->steps[at].key_n);
        if (at == ROOT)
            break;
        *--end = '.';
    }
    self->names.used += n;
    return 0;
}

const struct path_count *fhir_leftovers_list (fhir_leftovers_t *self, size_t *count)
{
    *count = self->met_count ? 1 : 0;
    if (self->met_count > self->list_room) {
        struct path_count *list = realloc (self->list, self->met_count * sizeof *list);
        if (!list)
            return NULL;
        self->list = list;
        self->list_room = self->met_count;
    }
    self->names.used = 0;
    for (size_t i = 0; i < self->met_count; i++) {
        self->list[i] = (struct path_count){NULL, self->steps[self->met[i]].count};
        if (s_name (self, self->met[i]) != 0)
            return NULL;
    }
    char *name = self->names.at;
    for (size_t i = 0; i < self->met_count; i++, name += strlen (name) + 1)
        self->list[i].path = name;
    *count = self->met_count;
    return self->met_count ? self->list : NULL;
}
