//  told_ids.h: ids of messages whose end was told, the last of them: what a queue forgets that crashed.
//  Bounded: the oldest go first.
#ifndef DMH_CLIENT_BRIDGE_ENGINES_TOLD_IDS_H
#define DMH_CLIENT_BRIDGE_ENGINES_TOLD_IDS_H

#include <stdbool.h>
#include <stddef.h>

enum { TOLD_IDS_MAX = 200000 };

typedef struct told_ids told_ids_t;

told_ids_t *told_ids_new (size_t most);         //  NULL: out of memory
void told_ids_destroy (told_ids_t **self_p);    //  takes NULL

//  Where there is no memory it is forgotten.
void told_ids_add (told_ids_t *self, const char *id);
bool told_ids_has (const told_ids_t *self, const char *id);

#endif
