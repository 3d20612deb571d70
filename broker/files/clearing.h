//  clearing.h: what leaves a store of files: what nobody has used for long, and what jobs leave behind that
//  go for good. Knows no socket.
#ifndef DMH_BROKER_FILES_CLEARING_H
#define DMH_BROKER_FILES_CLEARING_H

#include <czmq.h>

#include "broker/files/blob_store.h"

//  Throws away what was last used before `before` and is not in `needed` (SHA-256 → anything), and parts that
//  rested for a day.
void clearing_sweep (blob_store_t *store, zhashx_t *needed, time_t before);

//  Throws away what `files` names (SHA-256 → int64_t, wall ms) and was not used after its time, and syncs.
//  `by_owner`: they are named as "SHA256 OWNER", and taken from that owner alone, see blob_store_disown.
//  false: something could not be removed.
bool clearing_remove (blob_store_t *store, bool by_owner, zhashx_t *files);

#endif
