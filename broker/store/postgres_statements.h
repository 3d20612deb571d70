//  postgres_statements.h: what the job store asks of PostgreSQL, prepared on every connection.
#ifndef DMH_POSTGRES_STATEMENTS_H
#define DMH_POSTGRES_STATEMENTS_H

#include "broker/store/postgres_link.h"

#define JOB_COLUMNS "sequence, submit_key, place, tries::bigint, input, options, record"

static const struct postgres_statement STATEMENTS[] = {
    {"add", "INSERT INTO dmh.jobs (job, submit_key, place, state, tries, input, options, record, owner, "
            "part_of) VALUES ($1::text, $2::text, $3::bigint, $4::text, $5::bigint::integer, $6::bytea, "
            "$7::bytea, $8::bytea, $9::text, $10::text) "
            "RETURNING sequence"},
    {"change", "UPDATE dmh.jobs SET state = $2::text, tries = $3::bigint::integer, record = $4::bytea, "
               "ended_at = $5::bigint, fetched_at = $6::bigint, result_bytes = $7::bigint, "
               "removal_at = $8::bigint "
               "WHERE job = $1::text"},
    {"find", "SELECT " JOB_COLUMNS " FROM dmh.jobs "
             "WHERE job = $1::text"},
    {"find_key", "SELECT job, place FROM dmh.jobs WHERE owner = $3::text AND submit_key = $1::text "
                 "AND place >= $4::bigint ORDER BY place LIMIT $2::bigint"},
    {"place", "SELECT sequence FROM dmh.jobs WHERE job = $1::text AND owner = coalesce ($2::text, owner)"},
    {"list", "SELECT record FROM dmh.jobs WHERE sequence < $1::bigint AND part_of = '' "
             "ORDER BY sequence DESC LIMIT $2::bigint"},
    {"list_state", "SELECT record FROM dmh.jobs WHERE sequence < $1::bigint AND state = $3::text "
                   "AND part_of = '' ORDER BY sequence DESC LIMIT $2::bigint"},
    //  Of an owner who is none there is no index, see the migrations.
    {"list_owner", "SELECT record FROM dmh.jobs WHERE sequence < $1::bigint AND owner = $3::text "
                   "AND owner <> '' AND part_of = '' ORDER BY sequence DESC LIMIT $2::bigint"},
    {"list_owner_state", "SELECT record FROM dmh.jobs WHERE sequence < $1::bigint AND state = $3::text "
                         "AND owner = $4::text AND owner <> '' AND part_of = '' "
                         "ORDER BY sequence DESC LIMIT $2::bigint"},
    //  Each of the four is in order by an index.
    {"open_jobs", "(SELECT " JOB_COLUMNS " FROM dmh.jobs WHERE state = 'queued' AND part_of = '' "
                  "AND sequence > $1::bigint ORDER BY sequence LIMIT $2::bigint) UNION ALL "
                  "(SELECT " JOB_COLUMNS " FROM dmh.jobs WHERE state = 'running' AND part_of = '' "
                  "AND sequence > $1::bigint ORDER BY sequence LIMIT $2::bigint) UNION ALL "
                  "(SELECT " JOB_COLUMNS " FROM dmh.jobs WHERE state = 'queued' AND part_of <> '' "
                  "AND sequence > $1::bigint ORDER BY sequence LIMIT $2::bigint) UNION ALL "
                  "(SELECT " JOB_COLUMNS " FROM dmh.jobs WHERE state = 'running' AND part_of <> '' "
                  "AND sequence > $1::bigint ORDER BY sequence LIMIT $2::bigint) "
                  "ORDER BY sequence LIMIT $2::bigint"},
    {"queued", "SELECT " JOB_COLUMNS " FROM dmh.jobs WHERE state = 'queued' AND part_of = '' "
               "AND sequence > $1::bigint ORDER BY sequence LIMIT $2::bigint"},
    {"queued_owner", "SELECT " JOB_COLUMNS " FROM dmh.jobs WHERE owner = $3::text AND owner <> '' "
                     "AND state = 'queued' AND part_of = '' AND sequence > $1::bigint "
                     "ORDER BY sequence LIMIT $2::bigint"},
    {"each", "SELECT " JOB_COLUMNS " FROM dmh.jobs "
             "WHERE sequence > $1::bigint ORDER BY sequence LIMIT $2::bigint"},
    {"each_part", "SELECT " JOB_COLUMNS " FROM dmh.jobs "
                  "WHERE sequence > $1::bigint AND part_of <> '' ORDER BY sequence LIMIT $2::bigint"},
    {"counts", "SELECT state, jobs FROM dmh.job_counts"},
    {"counts_owner", "SELECT state, jobs FROM dmh.owner_counts WHERE owner = $1::text"},
    //  Of the minutes since; and the first one that is queued.
    {"recent", "SELECT state, sum (jobs)::bigint FROM dmh.ended_counts WHERE minute >= $1::bigint "
               "GROUP BY state UNION ALL SELECT 'queued', (SELECT sequence FROM dmh.jobs "
               "WHERE state = 'queued' AND part_of = '' ORDER BY sequence LIMIT 1)"},
    {"recent_owner", "SELECT state, sum (jobs)::bigint FROM dmh.owner_ended_counts WHERE owner = $2::text "
                     "AND minute >= $1::bigint GROUP BY state UNION ALL SELECT 'queued', (SELECT sequence "
                     "FROM dmh.jobs WHERE owner = $2::text AND owner <> '' AND state = 'queued' "
                     "AND part_of = '' ORDER BY sequence LIMIT 1)"},
    {"ended", "SELECT ended_at, sequence, result_bytes, record FROM dmh.jobs WHERE ended_at >= 0 "
              "AND (ended_at, sequence) > ($1::bigint, $2::bigint) AND ended_at < $3::bigint "
              "ORDER BY ended_at, sequence LIMIT $4::bigint"},
    {"fetched", "SELECT ended_at, sequence, result_bytes, record FROM dmh.jobs WHERE fetched_at >= 0 "
                "AND (ended_at, sequence) > ($1::bigint, $2::bigint) AND ended_at < $3::bigint "
                "ORDER BY ended_at, sequence LIMIT $4::bigint"},
    {"leaving", "SELECT ended_at, sequence, result_bytes, record FROM dmh.jobs WHERE removal_at > 0 "
                "AND (ended_at, sequence) > ($1::bigint, $2::bigint) AND ended_at < $3::bigint "
                "ORDER BY ended_at, sequence LIMIT $4::bigint"},
    {"result_bytes", "SELECT least (bytes, 9223372036854775807)::bigint FROM dmh.results"},
    {"remove", "DELETE FROM dmh.jobs WHERE job = $1::text AND ended_at >= 0"},
    {"add_batch", "INSERT INTO dmh.batches (batch, owner, submit_key, name, total, submitted_at) "
                  "VALUES ($1::text, $2::text, $3::text, $4::text, $5::bigint, $6::bigint)"},
    {"find_batch", "SELECT batch, owner, submit_key, name, total, submitted_at FROM dmh.batches "
                   "WHERE batch = $1::text"},
    {"find_batch_key", "SELECT batch, owner, submit_key, name, total, submitted_at FROM dmh.batches "
                       "WHERE submit_key = $1::text AND owner = $2::text"},
    {"count_batch", "SELECT state, jobs, bytes_done, bytes_total, read, written, duplicates, conflicts, "
                    "rejected FROM dmh.batch_sums WHERE batch = $1::text"},
    {"put_in_batch",
     "INSERT INTO dmh.batch_jobs VALUES ($1::text, $2::bigint, $3::text, $4::text, $5::bigint, $6::bigint, "
     "$7::bigint, $8::bigint, $9::bigint, $10::bigint, $11::bigint) ON CONFLICT (job) DO UPDATE SET "
     "state = excluded.state, bytes_done = excluded.bytes_done, bytes_total = excluded.bytes_total, "
     "read = excluded.read, written = excluded.written, duplicates = excluded.duplicates, "
     "conflicts = excluded.conflicts, rejected = excluded.rejected"},
    {"batch_jobs", "SELECT record FROM dmh.batch_jobs JOIN dmh.jobs USING (job) WHERE batch = $1::text "
                   "AND position >= $2::bigint ORDER BY position LIMIT $3::bigint"},
    {"batch_jobs_state", "SELECT record FROM dmh.batch_jobs JOIN dmh.jobs USING (job) WHERE batch = $1::text "
                         "AND position >= $2::bigint AND batch_jobs.state = $4::text "
                         "ORDER BY position LIMIT $3::bigint"},
    {"named", "SELECT batch, name FROM dmh.batches WHERE name = $1::text AND name <> '' "
              "ORDER BY sequence DESC LIMIT $2::bigint"},
    {"named_owner", "SELECT batch, name FROM dmh.batches WHERE owner = $3::text AND name = $1::text "
                    "AND name <> '' ORDER BY sequence DESC LIMIT $2::bigint"},
    //  ~ stands behind every letter of an id.
    {"batches_from", "SELECT batch, name FROM dmh.batches WHERE batch >= $1::text "
                     "AND batch < $1::text || '~' ORDER BY batch LIMIT $2::bigint"},
    {"batches_from_owner", "SELECT batch, name FROM dmh.batches WHERE owner = $3::text "
                           "AND batch >= $1::text AND batch < $1::text || '~' ORDER BY batch "
                           "LIMIT $2::bigint"},
    {"jobs_from", "SELECT job, record FROM dmh.jobs WHERE job COLLATE \"C\" >= $1::text "
                  "AND job COLLATE \"C\" < $1::text || '~' AND part_of = '' "
                  "ORDER BY job COLLATE \"C\" LIMIT $2::bigint"},
    {"jobs_from_owner", "SELECT job, record FROM dmh.jobs WHERE job COLLATE \"C\" >= $1::text "
                        "AND job COLLATE \"C\" < $1::text || '~' AND owner = $3::text AND owner <> '' "
                        "AND part_of = '' ORDER BY job COLLATE \"C\" LIMIT $2::bigint"},
    //  Ids have no spaces.
    {"add_follows", "INSERT INTO dmh.follows SELECT $1::text, place - 1, followed "
                    "FROM unnest (string_to_array ($2::text, ' ')) WITH ORDINALITY AS ids (followed, place)"},
    {"followed",
     "SELECT follows.place, followed, record FROM dmh.follows LEFT JOIN dmh.jobs ON job = followed "
     "WHERE follower = $1::text AND follows.place >= $2::bigint ORDER BY follows.place LIMIT $3::bigint"},
    {"followers", "SELECT follower FROM dmh.follows WHERE followed = $1::text AND follower > $2::text "
                  "GROUP BY follower ORDER BY follower LIMIT $3::bigint"},
    {"note_files", "INSERT INTO dmh.job_files SELECT file::bigint, $3::bigint, sequence "
                   "FROM dmh.jobs, unnest (string_to_array ($2::text, ' ')) AS files (file) "
                   "WHERE job = $1::text ON CONFLICT DO NOTHING"},
    {"file_uses", "SELECT key, sequence, job FROM dmh.job_files JOIN dmh.jobs USING (sequence) "
                  "WHERE file = $1::bigint AND (key, sequence) > ($2::bigint, $3::bigint) "
                  "ORDER BY key, sequence LIMIT $4::bigint"},
    {"file_uses_key", "SELECT key, sequence, job FROM dmh.job_files JOIN dmh.jobs USING (sequence) "
                      "WHERE file = $1::bigint AND key = $2::bigint AND sequence > $3::bigint "
                      "ORDER BY sequence LIMIT $4::bigint"},
    {"files_noted", "SELECT count (*) FROM dmh.files_noted"},
    {"set_files_noted", "INSERT INTO dmh.files_noted VALUES (1)"},
};

#endif
