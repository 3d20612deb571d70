//  value_map.h: a value map: spellings → code, compared without case, spaces and punctuation (text_fold).
//  Immutable; any thread.
#ifndef DMH_WORKER_RULES_CODES_VALUE_MAP_H
#define DMH_WORKER_RULES_CODES_VALUE_MAP_H

#include "worker/text/text.h"

typedef struct value_map value_map_t;

//  NULL when out of memory.
value_map_t *value_map_new (void);
void value_map_destroy (value_map_t **self_p);

//  Both strings are copied. A spelling that stands already keeps its first code. 0, or -1 out of memory.
int value_map_add (value_map_t *self, struct text spelling, struct text code);

//  Marks a spelling as one whose code is assumed. -1: it is none.
int value_map_assume (value_map_t *self, struct text spelling);

//  The code for a value: RULE_NONE when the value is the code itself byte for byte, RULE_CODE_MAPPED when
//  found in another spelling, RULE_CODE_ASSUMED in one of those, RULE_CODE_UNMAPPED when not. *out is
//  borrowed from the map. Hot path: no allocation.
enum rule value_map_find (const value_map_t *self, struct text value, struct text *out);

//  The same in two steps, the first of which can be remembered as a number: the entry of a value, at most
//  its number of spellings and codes; VALUE_MAP_NONE when there is none. Its code is borrowed from the map.
enum { VALUE_MAP_NONE = -1 };
int value_map_entry (const value_map_t *self, struct text value);
struct text value_map_code (const value_map_t *self, int entry);

#endif
