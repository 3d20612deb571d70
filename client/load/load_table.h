//  load_table.h: makes the table of a plan what the plan needs: makes it, or gives it columns that it lacks.
//  Its rows are never changed but by a date that comes to stand beside a text.
#ifndef DMH_CLIENT_LOAD_LOAD_TABLE_H
#define DMH_CLIENT_LOAD_LOAD_TABLE_H

#include "client/load/load_plan.h"
#include "client/load/postgres_session.h"

//  In one short transaction, so that who reads the table never waits for records. Sets `stored` of the
//  columns. `where`: for sentences: SCHEMA.TABLE. DMH_OK; DMH_BAD_INPUT where a column has a type that does
//  not hold what comes, or there are too many; else as postgres_session.h.
int load_table_ready (postgres_session_t *session, const char *schema, struct load_plan *plan,
                      const char *where, struct error *error);

//  "SCHEMA"."TABLE"; free it. NULL: out of memory.
char *load_table_name (postgres_session_t *session, const char *schema, const char *table);

//  The table of the loads, one in each schema.
#define LOADS_TABLE "dmh_load"

#endif
