//  migrations.h: the tables of the job store, one step a version. A step that was released is never changed.
#ifndef DMH_MIGRATIONS_H
#define DMH_MIGRATIONS_H

//  Records, inputs and options are kept as the bodies of the protocol, so that a field more needs no new
//  column; what is searched for has a column of its own.
static const char *const MIGRATIONS[] = {
    "CREATE TABLE jobs ("
    " sequence INTEGER PRIMARY KEY AUTOINCREMENT,"
    " job TEXT NOT NULL UNIQUE,"
    " submit_key TEXT NOT NULL,"
    " place INTEGER NOT NULL,"
    " state TEXT NOT NULL,"
    " tries INTEGER NOT NULL,"
    " input BLOB NOT NULL,"
    " options BLOB NOT NULL,"
    " record BLOB NOT NULL,"
    " UNIQUE (submit_key, place));"
    "CREATE INDEX jobs_by_state ON jobs (state, sequence);",
};
enum { MIGRATION_COUNT = sizeof MIGRATIONS / sizeof *MIGRATIONS };

#endif
