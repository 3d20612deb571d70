//  postgres_migrations.h: the tables of the job store in PostgreSQL, one step a version; what migrations.h is
//  for SQLite, and like there a step that was released is never changed. Included by postgres_link.c alone.
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
};
enum { MIGRATION_COUNT = sizeof MIGRATIONS / sizeof *MIGRATIONS };

#endif
