//  header.h: the names at the head of a file, to be looked up and to be told in a message.
//  Knows no kind.
#ifndef DMH_WORKER_RULES_BINDING_HEADER_HEADER_H
#define DMH_WORKER_RULES_BINDING_HEADER_HEADER_H

#include "worker/text/text.h"

enum { HEADER_NONE = -1, HEADER_LIST_BYTES = 200 };

typedef struct header header_t;

//  The names are copied as people see them (visible.h). `keys`: they are those of JSON objects, not of a
//  line. NULL when out of memory.
header_t *header_new (const struct text *names, size_t count, bool keys);
void header_destroy (header_t **self_p);

size_t header_count (const header_t *self);
//  Of how many names characters that nobody sees, or a spreadsheet's guard, were taken off.
size_t header_unseen (const header_t *self);
bool header_is_keys (const header_t *self);
const char *header_name (const header_t *self, size_t column);    //  borrowed

//  The column called `name`: byte for byte, else without case, spaces and punctuation; of several the first.
//  HEADER_NONE when there is none.
int header_find (const header_t *self, const char *name);

//  Sets a column aside: a mapping speaks for it, so its name does not. False when it is already.
bool header_claim (header_t *self, int column);
bool header_is_claimed (const header_t *self, size_t column);

//  Sets a column aside whose values contradict its name: no name binds it; a mapping may.
void header_bar (header_t *self, size_t column);
bool header_is_barred (const header_t *self, size_t column);
//  Neither claimed nor barred: its name may bind it.
bool header_is_free (const header_t *self, size_t column);

//  Whether a cell is nothing a column would be called: digits without a letter, or an e-mail address. What
//  looks like data must not be shown: it may be a patient's.
bool header_looks_like_data (const header_t *self);

//  Writes "a, b, c" or, when they do not fit, "a, b, … (40 columns)". Each name is cut at 40 bytes. `out`
//  holds HEADER_LIST_BYTES. Returns out.
char *header_list (const header_t *self, char *out);

#endif
