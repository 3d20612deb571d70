//  load_target.h: where --load and --load-schema say that records go, checked before any work.
#ifndef DMH_CLIENT_LOAD_LOAD_TARGET_H
#define DMH_CLIENT_LOAD_LOAD_TARGET_H

#include "client/arguments/arguments.h"

//  Whether the options go together: both of them, or none; a URI of PostgreSQL without a password in it;
//  records that are a table; `here`: results come to this machine. DMH_OK, or DMH_USAGE with a sentence that
//  never shows what may be a password.
int load_target_check (const struct arguments *arguments, bool here, struct error *error);

#endif
