//  tree.h: one JSON value as a tree of nodes, in memory that is used again for the next one; and paths into
//  it. Knows no resource. Texts are borrowed from the input or the tree, valid until
//  the next tree_parse.
#ifndef DMH_WORKER_FORMATS_FHIR_TREE_H
#define DMH_WORKER_FORMATS_FHIR_TREE_H

#include "worker/text/text.h"

enum tree_sort { TREE_NULL, TREE_SCALAR, TREE_OBJECT, TREE_ARRAY };

enum { TREE_NONE = 0, TREE_ROOT = 1, TREE_NODES_MAX = 1 << 20, TREE_MEMBERS_MAX = 1024 };

struct tree_node {
    struct text key;      //  of an object's member
    struct text value;    //  a scalar's: text without escapes, digits as they stand; a container's: its bytes
    enum tree_sort sort;
    uint32_t first, next;    //  child, sibling; TREE_NONE: none
    bool used;               //  a scalar that was taken, or that told which one is
};

typedef struct tree tree_t;

tree_t *tree_new (void);    //  NULL when out of memory
void tree_destroy (tree_t **self_p);

//  Reads one object of UTF-8, which is the caller's to check. RULE_NONE, or RULE_RECORD_SYNTAX (also deeper
//  than 64 levels, more than TREE_NODES_MAX nodes, an object of more than TREE_MEMBERS_MAX), RULE_RECORD_NUL,
//  RULE_RECORD_KEY_TWICE. tree_is_out_of_memory: it found no memory, so that its answer says nothing of the
//  input.
enum rule tree_parse (tree_t *self, struct text in);
bool tree_is_out_of_memory (const tree_t *self);

const struct tree_node *tree_at (const tree_t *self, uint32_t node);

//  Notes that a scalar was taken.
void tree_use (tree_t *self, uint32_t node);

//  The member of an object, TREE_NONE when there is none.
uint32_t tree_member (const tree_t *self, uint32_t object, struct text key);

//  The text of an object's member, which is noted as taken; {NULL, 0} where it has none.
struct text tree_text (tree_t *self, uint32_t object, struct text key);

//  The first of what a member holds: of an array its first element, else the value itself, for which those
//  lists stand that somebody forgot; and the one behind it. TREE_NONE: there is none.
uint32_t tree_first (const tree_t *self, uint32_t object, struct text key);
uint32_t tree_next (const tree_t *self, uint32_t element);

//  A path: names joined by '.' ('*': every member), arrays gone through by themselves. After a name, in
//  brackets: [a.b=x] those of which a path gives x, [a.b!=x] those of which none does, [a] those that have
//  it, [!a] those that have not, [2] the third of those left, [2-] from the third on.
typedef struct tree_path tree_path_t;

//  `text` is borrowed and constant. NULL when out of memory or not well formed (a mistake of ours).
tree_path_t *tree_path_new (const char *text);
void tree_path_destroy (tree_path_t **self_p);

//  The scalars with text, or where `objects` is true the objects, that the path leads to from `node`, at most
//  `max`, in order. Returns how many. What the brackets compare is noted as taken where it is the same; what
//  is found is the caller's to note.
size_t tree_find (tree_t *self, uint32_t node, const tree_path_t *path, bool objects, uint32_t *out,
                  size_t max);

#endif
