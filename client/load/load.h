//  load.h: the results of run or submit go into a database of PostgreSQL, each in a transaction of its own.
#ifndef DMH_CLIENT_LOAD_LOAD_H
#define DMH_CLIENT_LOAD_LOAD_H

#include "client/arguments/arguments.h"
#include "client/result/outcome.h"

//  Whether the database that --load names can be reached, before any work. DMH_OK, also without --load; else
//  a sentence.
int load_check (const struct arguments *arguments, int interrupt, struct error *error);

//  Loads what is done and here. A result that cannot be loaded stays where it is: its outcome says why.
//  DMH_OK, also without --load; DMH_CANCELLED with `error` set.
int load_outcomes (const struct arguments *arguments, struct outcome *outcomes, size_t count, int interrupt,
                   struct error *error);

//  Says how many records went into which table, a line each.
void load_summary (const struct outcome *outcomes, size_t count, FILE *to);

#endif
