//  postgres_migrations.h: the tables of the job store in PostgreSQL, one step a version; what migrations.h is
//  for SQLite, and like there a step that was released is never changed.
#ifndef DMH_POSTGRES_MIGRATIONS_H
#define DMH_POSTGRES_MIGRATIONS_H

static const char *const MIGRATIONS[] = {
    "CREATE TABLE dmh.jobs ("
    " sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " job text NOT NULL UNIQUE,"
    " submit_key text NOT NULL,"
    " place bigint NOT NULL,"
    " state text NOT NULL,"
    " tries integer NOT NULL,"
    " input bytea NOT NULL,"
    " options bytea NOT NULL,"
    " record bytea NOT NULL,"
    " UNIQUE (submit_key, place));"
    "CREATE INDEX jobs_by_state ON dmh.jobs (state, sequence);"
    "CREATE TABLE dmh.job_counts (state text PRIMARY KEY, jobs bigint NOT NULL);"
    "CREATE FUNCTION dmh.count_job () RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF TG_OP = 'UPDATE' THEN"
    "  UPDATE dmh.job_counts SET jobs = jobs - 1 WHERE state = OLD.state;"
    " END IF;"
    " INSERT INTO dmh.job_counts VALUES (NEW.state, 1)"
    "  ON CONFLICT (state) DO UPDATE SET jobs = job_counts.jobs + 1;"
    " RETURN NULL;"
    " END $$;"
    "CREATE TRIGGER job_added AFTER INSERT ON dmh.jobs FOR EACH ROW EXECUTE FUNCTION dmh.count_job ();"
    "CREATE TRIGGER job_changed AFTER UPDATE OF state ON dmh.jobs FOR EACH ROW"
    " WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION dmh.count_job ();",
    //  What retention looks for. ended_at: -1 while the job is open, 0 where only the record says when.
    "ALTER TABLE dmh.jobs ADD COLUMN ended_at bigint NOT NULL DEFAULT -1,"
    " ADD COLUMN fetched_at bigint NOT NULL DEFAULT -1,"
    " ADD COLUMN result_bytes bigint NOT NULL DEFAULT 0;"
    "UPDATE dmh.jobs SET ended_at = 0 WHERE state IN ('done', 'failed', 'cancelled');"
    "CREATE INDEX jobs_by_end ON dmh.jobs (ended_at, sequence) WHERE ended_at >= 0;"
    "CREATE INDEX jobs_fetched ON dmh.jobs (ended_at, sequence) WHERE fetched_at >= 0;"
    "CREATE TABLE dmh.results (one integer PRIMARY KEY CHECK (one = 1), bytes numeric NOT NULL);"
    "INSERT INTO dmh.results VALUES (1, 0);"
    "CREATE FUNCTION dmh.change_result () RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " UPDATE dmh.results SET bytes = bytes + NEW.result_bytes - OLD.result_bytes;"
    " RETURN NULL;"
    " END $$;"
    "CREATE FUNCTION dmh.remove_job () RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " UPDATE dmh.job_counts SET jobs = jobs - 1 WHERE state = OLD.state;"
    " UPDATE dmh.results SET bytes = bytes - OLD.result_bytes WHERE OLD.result_bytes <> 0;"
    " RETURN NULL;"
    " END $$;"
    "CREATE TRIGGER result_changed AFTER UPDATE OF result_bytes ON dmh.jobs FOR EACH ROW"
    " WHEN (NEW.result_bytes <> OLD.result_bytes) EXECUTE FUNCTION dmh.change_result ();"
    "CREATE TRIGGER job_removed AFTER DELETE ON dmh.jobs FOR EACH ROW"
    " EXECUTE FUNCTION dmh.remove_job ();",
};
enum { MIGRATION_COUNT = sizeof MIGRATIONS / sizeof *MIGRATIONS };

#endif
