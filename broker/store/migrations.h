//  migrations.h: the tables of the job store in SQLite, one step a version.
//  A step that was released is never changed.
#ifndef DMH_MIGRATIONS_H
#define DMH_MIGRATIONS_H

//  Records, inputs and options are kept as the bodies of the protocol, so that a field more needs no new
//  column; what is searched for has a column of its own. How many jobs are in each state is counted along, so
//  that asking costs the same with ten jobs and with ten million.
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
    "CREATE INDEX jobs_by_state ON jobs (state, sequence);"
    "CREATE TABLE job_counts (state TEXT PRIMARY KEY, jobs INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TRIGGER job_added AFTER INSERT ON jobs BEGIN"
    " INSERT INTO job_counts VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET jobs = jobs + 1;"
    " END;"
    "CREATE TRIGGER job_changed AFTER UPDATE OF state ON jobs WHEN new.state <> old.state BEGIN"
    " UPDATE job_counts SET jobs = jobs - 1 WHERE state = old.state;"
    " INSERT INTO job_counts VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET jobs = jobs + 1;"
    " END;",
    //  What retention looks for. ended_at: -1 while the job is open, 0 where only the record says when.
    "ALTER TABLE jobs ADD COLUMN ended_at INTEGER NOT NULL DEFAULT -1;"
    "ALTER TABLE jobs ADD COLUMN fetched_at INTEGER NOT NULL DEFAULT -1;"
    "ALTER TABLE jobs ADD COLUMN result_bytes INTEGER NOT NULL DEFAULT 0;"
    "UPDATE jobs SET ended_at = 0 WHERE state IN ('done', 'failed', 'cancelled');"
    "CREATE INDEX jobs_by_end ON jobs (ended_at, sequence) WHERE ended_at >= 0;"
    "CREATE INDEX jobs_fetched ON jobs (ended_at, sequence) WHERE fetched_at >= 0;"
    "CREATE TABLE results (one INTEGER PRIMARY KEY CHECK (one = 1), bytes INTEGER NOT NULL);"
    "INSERT INTO results VALUES (1, 0);"
    "CREATE TRIGGER result_changed AFTER UPDATE OF result_bytes ON jobs"
    " WHEN new.result_bytes <> old.result_bytes BEGIN"
    " UPDATE results SET bytes = bytes + new.result_bytes - old.result_bytes;"
    " END;"
    "CREATE TRIGGER job_removed AFTER DELETE ON jobs BEGIN"
    " UPDATE job_counts SET jobs = jobs - 1 WHERE state = old.state;"
    " UPDATE results SET bytes = bytes - old.result_bytes WHERE old.result_bytes <> 0;"
    " END;",
};
enum { MIGRATION_COUNT = sizeof MIGRATIONS / sizeof *MIGRATIONS };

#endif
