//  sqlite_statements.h: what the job store asks of SQLite, prepared once; what postgres_statements.h is for
//  PostgreSQL.
#ifndef DMH_SQLITE_STATEMENTS_H
#define DMH_SQLITE_STATEMENTS_H

enum statement {
    SQL_ADD,
    SQL_CHANGE,
    SQL_FIND,
    SQL_FIND_KEY,
    SQL_PLACE,
    SQL_LIST,
    SQL_LIST_STATE,
    SQL_LIST_OWNER,
    SQL_LIST_OWNER_STATE,
    SQL_OPEN_JOBS,
    SQL_QUEUED_JOBS,
    SQL_QUEUED_JOBS_OWNER,
    SQL_EACH,
    SQL_EACH_PART,
    SQL_COUNTS,
    SQL_COUNTS_OWNER,
    SQL_RECENT,
    SQL_RECENT_OWNER,
    SQL_ENDED,
    SQL_FETCHED,
    SQL_LEAVING,
    SQL_RESULT_BYTES,
    SQL_REMOVE,
    SQL_ADD_BATCH,
    SQL_FIND_BATCH,
    SQL_FIND_BATCH_KEY,
    SQL_COUNT_BATCH,
    SQL_PUT_IN_BATCH,
    SQL_BATCH_JOBS,
    SQL_BATCH_JOBS_STATE,
    SQL_NAMED,
    SQL_NAMED_OWNER,
    SQL_BATCHES_FROM,
    SQL_BATCHES_FROM_OWNER,
    SQL_JOBS_FROM,
    SQL_JOBS_FROM_OWNER,
    SQL_ADD_FOLLOW,
    SQL_FOLLOWED,
    SQL_FOLLOWERS,
    SQL_NOTE_FILE,
    SQL_FILE_USES,
    SQL_FILE_USES_KEY,
    SQL_FILES_NOTED,
    SQL_SET_FILES_NOTED,
    SQL_COUNT
};

#define JOB_COLUMNS "sequence, submit_key, place, tries, input, options, record"

static const char *const SQL[SQL_COUNT] = {
    [SQL_ADD] = "INSERT INTO jobs (job, submit_key, place, state, tries, input, options, record, owner, "
                "part_of) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [SQL_CHANGE] = "UPDATE jobs SET state = ?2, tries = ?3, record = ?4, ended_at = ?5, fetched_at = ?6, "
                   "result_bytes = ?7, removal_at = ?8 WHERE job = ?1",
    [SQL_FIND] = "SELECT " JOB_COLUMNS " FROM jobs WHERE job = ?1",
    [SQL_FIND_KEY] = "SELECT job, place FROM jobs WHERE owner = ?2 AND submit_key = ?1 "
                     "AND place >= ?3 ORDER BY place",
    [SQL_PLACE] = "SELECT sequence FROM jobs WHERE job = ?1 AND owner = coalesce (?2, owner)",
    [SQL_LIST] = "SELECT record FROM jobs WHERE sequence < ?1 AND part_of = '' "
                 "ORDER BY sequence DESC LIMIT ?2",
    [SQL_LIST_STATE] = "SELECT record FROM jobs WHERE sequence < ?1 AND state = ?3 AND part_of = '' "
                       "ORDER BY sequence DESC LIMIT ?2",
    //  Of an owner who is none there is no index, see the migrations.
    [SQL_LIST_OWNER] = "SELECT record FROM jobs WHERE sequence < ?1 AND owner = ?4 AND owner <> '' "
                       "AND part_of = '' ORDER BY sequence DESC LIMIT ?2",
    [SQL_LIST_OWNER_STATE] = "SELECT record FROM jobs WHERE sequence < ?1 AND owner = ?4 AND owner <> '' "
                             "AND state = ?3 AND part_of = '' ORDER BY sequence DESC LIMIT ?2",
    //  Each of the four is in order by an index; SQLite merges them.
    [SQL_OPEN_JOBS] = "SELECT " JOB_COLUMNS " FROM jobs WHERE state = 'queued' AND part_of = '' "
                      "AND sequence > ?1 UNION ALL "
                      "SELECT " JOB_COLUMNS " FROM jobs WHERE state = 'running' AND part_of = '' "
                      "AND sequence > ?1 UNION ALL "
                      "SELECT " JOB_COLUMNS " FROM jobs WHERE state = 'queued' AND part_of <> '' "
                      "AND sequence > ?1 UNION ALL "
                      "SELECT " JOB_COLUMNS " FROM jobs WHERE state = 'running' AND part_of <> '' "
                      "AND sequence > ?1 ORDER BY sequence LIMIT ?2",
    [SQL_QUEUED_JOBS] = "SELECT " JOB_COLUMNS " FROM jobs WHERE state = 'queued' AND part_of = '' "
                        "AND sequence > ?1 ORDER BY sequence LIMIT ?2",
    [SQL_QUEUED_JOBS_OWNER] = "SELECT " JOB_COLUMNS " FROM jobs WHERE owner = ?3 AND owner <> '' "
                              "AND state = 'queued' AND part_of = '' AND sequence > ?1 "
                              "ORDER BY sequence LIMIT ?2",
    [SQL_EACH] = "SELECT " JOB_COLUMNS " FROM jobs "
                 "WHERE sequence > ?1 ORDER BY sequence LIMIT ?2",
    [SQL_EACH_PART] = "SELECT " JOB_COLUMNS " FROM jobs "
                      "WHERE sequence > ?1 AND part_of <> '' ORDER BY sequence LIMIT ?2",
    [SQL_COUNTS] = "SELECT state, jobs FROM job_counts",
    [SQL_COUNTS_OWNER] = "SELECT state, jobs FROM owner_counts WHERE owner = ?1",
    //  Of the minutes since; and the first one that is queued.
    [SQL_RECENT] = "SELECT state, sum (jobs) FROM ended_counts WHERE minute >= ?2 GROUP BY state "
                   "UNION ALL SELECT 'queued', (SELECT sequence FROM jobs WHERE state = 'queued' "
                   "AND part_of = '' ORDER BY sequence LIMIT 1)",
    [SQL_RECENT_OWNER] =
        "SELECT state, sum (jobs) FROM owner_ended_counts WHERE owner = ?1 AND minute >= ?2 GROUP BY state "
        "UNION ALL SELECT 'queued', (SELECT sequence FROM jobs WHERE owner = ?1 AND owner <> '' "
        "AND state = 'queued' AND part_of = '' ORDER BY sequence LIMIT 1)",
    [SQL_ENDED] =
        "SELECT ended_at, sequence, result_bytes, record FROM jobs WHERE ended_at >= 0 "
        "AND (ended_at, sequence) > (?1, ?2) AND ended_at < ?3 ORDER BY ended_at, sequence LIMIT ?4",
    [SQL_FETCHED] = "SELECT ended_at, sequence, result_bytes, record FROM jobs WHERE fetched_at >= 0 "
                    "AND (ended_at, sequence) > (?1, ?2) AND ended_at < ?3 "
                    "ORDER BY ended_at, sequence LIMIT ?4",
    [SQL_LEAVING] = "SELECT ended_at, sequence, result_bytes, record FROM jobs WHERE removal_at > 0 "
                    "AND (ended_at, sequence) > (?1, ?2) AND ended_at < ?3 "
                    "ORDER BY ended_at, sequence LIMIT ?4",
    [SQL_RESULT_BYTES] = "SELECT bytes FROM results",
    [SQL_REMOVE] = "DELETE FROM jobs WHERE job = ?1 AND ended_at >= 0",
    [SQL_ADD_BATCH] = "INSERT INTO batches (batch, owner, submit_key, name, total, submitted_at) "
                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    [SQL_FIND_BATCH] =
        "SELECT batch, owner, submit_key, name, total, submitted_at FROM batches WHERE batch = ?1",
    [SQL_FIND_BATCH_KEY] = "SELECT batch, owner, submit_key, name, total, submitted_at FROM batches "
                           "WHERE submit_key = ?1 AND owner = ?2",
    [SQL_COUNT_BATCH] = "SELECT state, jobs, bytes_done, bytes_total, read, written, duplicates, conflicts, "
                        "rejected FROM batch_sums WHERE batch = ?1",
    [SQL_PUT_IN_BATCH] = "INSERT INTO batch_jobs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) "
                         "ON CONFLICT (job) DO UPDATE SET state = ?4, bytes_done = ?5, bytes_total = ?6, "
                         "read = ?7, written = ?8, duplicates = ?9, conflicts = ?10, rejected = ?11",
    [SQL_BATCH_JOBS] = "SELECT record FROM batch_jobs JOIN jobs USING (job) WHERE batch = ?1 "
                       "AND position >= ?2 ORDER BY position LIMIT ?3",
    [SQL_BATCH_JOBS_STATE] = "SELECT record FROM batch_jobs INDEXED BY batch_jobs_by_state "
                             "JOIN jobs USING (job) WHERE batch = ?1 AND position >= ?2 "
                             "AND batch_jobs.state = ?4 ORDER BY position LIMIT ?3",
    [SQL_NAMED] = "SELECT batch, name FROM batches WHERE name = ?1 AND name <> '' "
                  "ORDER BY sequence DESC LIMIT ?3",
    [SQL_NAMED_OWNER] = "SELECT batch, name FROM batches WHERE owner = ?2 AND name = ?1 AND name <> '' "
                        "ORDER BY sequence DESC LIMIT ?3",
    //  ~ stands behind every letter of an id.
    [SQL_BATCHES_FROM] = "SELECT batch, name FROM batches WHERE batch >= ?1 AND batch < ?1 || '~' "
                         "ORDER BY batch LIMIT ?3",
    [SQL_BATCHES_FROM_OWNER] = "SELECT batch, name FROM batches WHERE owner = ?2 AND batch >= ?1 "
                               "AND batch < ?1 || '~' ORDER BY batch LIMIT ?3",
    [SQL_JOBS_FROM] = "SELECT job, record FROM jobs WHERE job >= ?1 AND job < ?1 || '~' AND part_of = '' "
                      "ORDER BY job LIMIT ?3",
    [SQL_JOBS_FROM_OWNER] = "SELECT job, record FROM jobs WHERE job >= ?1 AND job < ?1 || '~' "
                            "AND owner = ?2 AND owner <> '' AND part_of = '' ORDER BY job LIMIT ?3",
    [SQL_ADD_FOLLOW] = "INSERT INTO follows VALUES (?1, ?2, ?3)",
    [SQL_FOLLOWED] = "SELECT follows.place, followed, record FROM follows LEFT JOIN jobs ON job = followed "
                     "WHERE follower = ?1 AND follows.place >= ?2 ORDER BY follows.place LIMIT ?3",
    [SQL_FOLLOWERS] = "SELECT follower FROM follows WHERE followed = ?1 AND follower > ?2 "
                      "GROUP BY follower ORDER BY follower LIMIT ?3",
    [SQL_NOTE_FILE] = "INSERT OR IGNORE INTO job_files SELECT ?2, ?3, sequence FROM jobs WHERE job = ?1",
    //  CROSS: the file first.
    [SQL_FILE_USES] = "SELECT key, job_files.sequence, job FROM job_files CROSS JOIN jobs USING (sequence) "
                      "WHERE file = ?1 AND (key, job_files.sequence) > (?2, ?3) "
                      "ORDER BY key, job_files.sequence LIMIT ?4",
    [SQL_FILE_USES_KEY] =
        "SELECT key, job_files.sequence, job FROM job_files CROSS JOIN jobs USING (sequence) "
        "WHERE file = ?1 AND key = ?2 AND job_files.sequence > ?3 ORDER BY job_files.sequence LIMIT ?4",
    [SQL_FILES_NOTED] = "SELECT count (*) FROM files_noted",
    [SQL_SET_FILES_NOTED] = "INSERT INTO files_noted VALUES (1)",
};

#endif
