//  request.c: the messages of the front socket as tables. See request.h.
#include "messages/request.h"

static const struct shape_field s_hello[] = {
    SHAPE_FIELD_TEXT (struct hello, request, true),
    SHAPE_FIELD_TEXT (struct hello, correlation, false),
    SHAPE_FIELD_TEXT (struct hello, version, false),
    SHAPE_FIELD_TEXT (struct hello, disk, false),
};
const struct shape hello_shape = SHAPE_OF ("HELLO", struct hello, s_hello);
MESSAGE_DEFINE (hello);

static const struct shape_field s_welcome[] = {
    SHAPE_FIELD_TEXT (struct welcome, request, true),   SHAPE_FIELD_TEXT (struct welcome, version, true),
    SHAPE_FIELD_TEXT (struct welcome, broker_id, true), SHAPE_FIELD_TEXT (struct welcome, feed, false),
    SHAPE_FIELD_TEXT (struct welcome, files, false),    SHAPE_FIELD_BOOL (struct welcome, shares_disk, false),
    SHAPE_FIELD_TEXT (struct welcome, roots, false),    SHAPE_FIELD_TEXT (struct welcome, back, false),
};
const struct shape welcome_shape = SHAPE_OF ("WELCOME", struct welcome, s_welcome);
MESSAGE_DEFINE (welcome);

static const struct shape_field s_follow_entry[] = {
    SHAPE_FIELD_U64 (struct follow_entry, input, true),
    SHAPE_FIELD_TEXT (struct follow_entry, job, false),
    SHAPE_FIELD_U64 (struct follow_entry, at, false),
    SHAPE_FIELD_U64 (struct follow_entry, count, false),
};
static const struct shape s_follow_entry_shape = SHAPE_OF ("follow", struct follow_entry, s_follow_entry);

static const struct shape_field s_submit[] = {
    SHAPE_FIELD_TEXT (struct submit, request, true),
    SHAPE_FIELD_TEXT (struct submit, correlation, false),
    SHAPE_FIELD_TEXT (struct submit, submit_key, true),
    SHAPE_FIELD_LIST (struct submit, inputs, true, INPUTS_MAX, &input_shape),
    SHAPE_FIELD_STRUCT (struct submit, options, false, &options_shape),
    SHAPE_FIELD_TEXT (struct submit, on_behalf_of, false),
    SHAPE_FIELD_U64 (struct submit, total, false),
    SHAPE_FIELD_U64 (struct submit, at, false),
    SHAPE_FIELD_TEXT (struct submit, batch, false),
    SHAPE_FIELD_LIST (struct submit, follows, false, FOLLOWS_MAX, &s_follow_entry_shape),
};
const struct shape submit_shape = SHAPE_OF ("SUBMIT", struct submit, s_submit);
MESSAGE_DEFINE (submit);

static const struct shape_field s_job_id[] = {
    SHAPE_FIELD_TEXT (struct job_id, job, true),
};
static const struct shape s_job_id_shape = SHAPE_OF ("job_id", struct job_id, s_job_id);

static const struct shape_field s_accepted[] = {
    SHAPE_FIELD_TEXT (struct accepted, request, true),
    SHAPE_FIELD_TEXT (struct accepted, correlation, false),
    SHAPE_FIELD_LIST (struct accepted, jobs, true, INPUTS_MAX, &s_job_id_shape),
    SHAPE_FIELD_TEXT (struct accepted, batch, false),
    SHAPE_FIELD_U64 (struct accepted, known, false),
};
const struct shape accepted_shape = SHAPE_OF ("ACCEPTED", struct accepted, s_accepted);
MESSAGE_DEFINE (accepted);

static const struct shape_field s_job_request[] = {
    SHAPE_FIELD_TEXT (struct job_request, request, true),
    SHAPE_FIELD_TEXT (struct job_request, correlation, false),
    SHAPE_FIELD_TEXT (struct job_request, job, true),
    SHAPE_FIELD_TEXT (struct job_request, on_behalf_of, false),
};
const struct shape status_shape = SHAPE_OF ("STATUS", struct job_request, s_job_request);
const struct shape cancel_shape = SHAPE_OF ("CANCEL", struct job_request, s_job_request);
const struct shape retry_shape = SHAPE_OF ("RETRY", struct job_request, s_job_request);
const struct shape fetched_shape = SHAPE_OF ("FETCHED", struct job_request, s_job_request);
const struct shape bring_shape = SHAPE_OF ("BRING", struct job_request, s_job_request);
const struct shape remove_shape = SHAPE_OF ("REMOVE", struct job_request, s_job_request);

static const struct shape_field s_job_state_reply[] = {
    SHAPE_FIELD_TEXT (struct job_state_reply, request, true),
    SHAPE_FIELD_STRUCT (struct job_state_reply, job, true, &job_record_shape),
};
const struct shape job_state_reply_shape = SHAPE_OF ("JOB_STATE", struct job_state_reply, s_job_state_reply);
MESSAGE_DEFINE (job_state_reply);

static const struct shape_field s_list[] = {
    SHAPE_FIELD_TEXT (struct list, request, true), SHAPE_FIELD_TEXT (struct list, correlation, false),
    SHAPE_FIELD_TEXT (struct list, state, false),  SHAPE_FIELD_U64 (struct list, limit, false),
    SHAPE_FIELD_TEXT (struct list, after, false),  SHAPE_FIELD_TEXT (struct list, on_behalf_of, false),
    SHAPE_FIELD_TEXT (struct list, batch, false),  SHAPE_FIELD_I64 (struct list, since, false),
};
const struct shape list_shape = SHAPE_OF ("LIST", struct list, s_list);
MESSAGE_DEFINE (list);

static const struct shape_field s_jobs[] = {
    SHAPE_FIELD_TEXT (struct jobs, request, true),
    SHAPE_FIELD_LIST (struct jobs, jobs, true, INPUTS_MAX, &job_record_shape),
    SHAPE_FIELD_BOOL (struct jobs, more, false),
};
const struct shape jobs_shape = SHAPE_OF ("JOBS", struct jobs, s_jobs);
MESSAGE_DEFINE (jobs);

static const struct shape_field s_bare_request[] = {
    SHAPE_FIELD_TEXT (struct bare_request, request, true),
    SHAPE_FIELD_TEXT (struct bare_request, correlation, false),
    SHAPE_FIELD_TEXT (struct bare_request, on_behalf_of, false),
};
static const struct shape_field s_workers[] = {
    SHAPE_FIELD_TEXT (struct bare_request, request, true),
    SHAPE_FIELD_TEXT (struct bare_request, correlation, false),
    SHAPE_FIELD_TEXT (struct bare_request, on_behalf_of, false),
    SHAPE_FIELD_TEXT (struct bare_request, after, false),
};
const struct shape workers_shape = SHAPE_OF ("WORKERS", struct bare_request, s_workers);
const struct shape stats_shape = SHAPE_OF ("STATS", struct bare_request, s_bare_request);

static const struct shape_field s_drain_request[] = {
    SHAPE_FIELD_TEXT (struct drain_request, request, true),
    SHAPE_FIELD_TEXT (struct drain_request, correlation, false),
    SHAPE_FIELD_TEXT (struct drain_request, worker, true),
};
const struct shape drain_request_shape = SHAPE_OF ("DRAIN", struct drain_request, s_drain_request);

static const struct shape_field s_worker_info[] = {
    SHAPE_FIELD_TEXT (struct worker_info, worker, true),
    SHAPE_FIELD_TEXT (struct worker_info, host, false),
    SHAPE_FIELD_TEXT (struct worker_info, version, false),
    SHAPE_FIELD_U64 (struct worker_info, pid, false),
    SHAPE_FIELD_U64 (struct worker_info, slots, false),
    SHAPE_FIELD_U64 (struct worker_info, busy, false),
    SHAPE_FIELD_U64 (struct worker_info, threads, false),
    SHAPE_FIELD_I64 (struct worker_info, since, false),
    SHAPE_FIELD_I64 (struct worker_info, last_heard, false),
    SHAPE_FIELD_BOOL (struct worker_info, draining, false),
};
static const struct shape s_worker_info_shape = SHAPE_OF ("worker_info", struct worker_info, s_worker_info);

static const struct shape_field s_worker_list[] = {
    SHAPE_FIELD_TEXT (struct worker_list, request, true),
    SHAPE_FIELD_LIST (struct worker_list, workers, true, BODY_ENTRIES_MAX, &s_worker_info_shape),
    SHAPE_FIELD_BOOL (struct worker_list, more, false),
};
const struct shape worker_list_shape = SHAPE_OF ("WORKER_LIST", struct worker_list, s_worker_list);
MESSAGE_DEFINE (worker_list);

static const struct shape_field s_counters[] = {
    SHAPE_FIELD_TEXT (struct counters, request, true),
    SHAPE_FIELD_U64 (struct counters, queued, false),
    SHAPE_FIELD_U64 (struct counters, running, false),
    SHAPE_FIELD_U64 (struct counters, done, false),
    SHAPE_FIELD_U64 (struct counters, failed, false),
    SHAPE_FIELD_U64 (struct counters, cancelled, false),
    SHAPE_FIELD_U64 (struct counters, workers, false),
    SHAPE_FIELD_U64 (struct counters, slots, false),
    SHAPE_FIELD_U64 (struct counters, busy, false),
    SHAPE_FIELD_U64 (struct counters, submitted, false),
    SHAPE_FIELD_U64 (struct counters, retried, false),
    SHAPE_FIELD_U64 (struct counters, refused, false),
    SHAPE_FIELD_I64 (struct counters, started_at, false),
    SHAPE_FIELD_U64 (struct counters, removed, false),
    SHAPE_FIELD_U64 (struct counters, done_hour, false),
    SHAPE_FIELD_U64 (struct counters, failed_hour, false),
    SHAPE_FIELD_I64 (struct counters, oldest_at, false),
    SHAPE_FIELD_U64 (struct counters, kept_bytes, false),
    SHAPE_FIELD_U64 (struct counters, disk_free, false),
};
const struct shape counters_shape = SHAPE_OF ("COUNTERS", struct counters, s_counters);
MESSAGE_DEFINE (counters);

static const struct shape_field s_backup[] = {
    SHAPE_FIELD_TEXT (struct backup, request, true),
    SHAPE_FIELD_TEXT (struct backup, correlation, false),
    SHAPE_FIELD_TEXT (struct backup, copy, true),
    SHAPE_FIELD_U64 (struct backup, offset, false),
};
const struct shape backup_shape = SHAPE_OF ("BACKUP", struct backup, s_backup);
MESSAGE_DEFINE (backup);

static const struct shape_field s_backup_piece[] = {
    SHAPE_FIELD_TEXT (struct backup_piece, request, true),
    SHAPE_FIELD_TEXT (struct backup_piece, copy, true),
    SHAPE_FIELD_U64 (struct backup_piece, offset, true),
    SHAPE_FIELD_U64 (struct backup_piece, bytes, true),
};
const struct shape backup_piece_shape = SHAPE_OF ("BACKUP_PIECE", struct backup_piece, s_backup_piece);
MESSAGE_DEFINE (backup_piece);

static const struct shape_field s_problem[] = {
    SHAPE_FIELD_TEXT (struct problem, request, false),
    SHAPE_FIELD_TEXT (struct problem, code, true),
    SHAPE_FIELD_TEXT (struct problem, message, false),
};
const struct shape problem_shape = SHAPE_OF ("ERROR", struct problem, s_problem);
MESSAGE_DEFINE (problem);
