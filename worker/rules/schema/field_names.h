//  field_names.h: under which names the fields of a kind are known: a column's name → field, and how
//  strongly. Compared as text_fold has it: no case, spaces, punctuation or byte-order mark. Filled while
//  a schema is read, then immutable; any thread may find.
#ifndef DMH_WORKER_RULES_SCHEMA_FIELD_NAMES_H
#define DMH_WORKER_RULES_SCHEMA_FIELD_NAMES_H

#include "worker/text/text.h"

//  Longer names, folded, are nobody's.
enum { NAME_FOLD_BYTES = 256 };

struct field_name {
    int field;
    int strength;    //  0 the field's own name, 1, 2 … the place of the alias; less is stronger
};

typedef struct field_names field_names_t;

field_names_t *field_names_new (void);    //  NULL when out of memory
void field_names_destroy (field_names_t **self_p);

//  `name` is copied. 0; 1: the name is empty, too long, or stands already (*other: whose it is, -1 nobody's),
//  nothing is changed; -1: out of memory.
int field_names_add (field_names_t *self, const char *name, struct field_name as, int *other);

//  NULL: no field has that name. Borrowed.
const struct field_name *field_names_find (const field_names_t *self, struct text name);

#endif
