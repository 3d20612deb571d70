//  work.c: the messages of the back socket as tables. See work.h.
#include "messages/work.h"

static const struct shape_field s_word[] = {
    SHAPE_FIELD_TEXT (struct word, word, true),
};
static const struct shape s_word_shape = SHAPE_OF ("word", struct word, s_word);

static const struct shape_field s_running_job[] = {
    SHAPE_FIELD_TEXT (struct running_job, job, true),
    SHAPE_FIELD_U64 (struct running_job, attempt, true),
    SHAPE_FIELD_U64 (struct running_job, bytes_done, false),
    SHAPE_FIELD_U64 (struct running_job, moved, false),
};
static const struct shape s_running_job_shape = SHAPE_OF ("running_job", struct running_job, s_running_job);

static const struct shape_field s_ready[] = {
    SHAPE_FIELD_TEXT (struct ready, worker, true),
    SHAPE_FIELD_TEXT (struct ready, host, false),
    SHAPE_FIELD_U64 (struct ready, pid, false),
    SHAPE_FIELD_U64 (struct ready, slots, true),
    SHAPE_FIELD_U64 (struct ready, threads, false),
    SHAPE_FIELD_LIST (struct ready, kinds, false, WORDS_MAX, &s_word_shape),
    SHAPE_FIELD_LIST (struct ready, formats, false, WORDS_MAX, &s_word_shape),
    SHAPE_FIELD_LIST (struct ready, writes, false, WORDS_MAX, &s_word_shape),
    SHAPE_FIELD_LIST (struct ready, tasks, false, WORDS_MAX, &s_word_shape),
    SHAPE_FIELD_LIST (struct ready, fetches, false, WORDS_MAX, &s_word_shape),
    SHAPE_FIELD_U64 (struct ready, memory, false),
    SHAPE_FIELD_TEXT (struct ready, version, false),
    SHAPE_FIELD_LIST (struct ready, running, false, 64, &s_running_job_shape),
    SHAPE_FIELD_TEXT (struct ready, disk, false),
    SHAPE_FIELD_TEXT (struct ready, roots, false),
};
const struct shape ready_shape = SHAPE_OF ("READY", struct ready, s_ready);
MESSAGE_DEFINE (ready);

static const struct shape_field s_registered[] = {
    SHAPE_FIELD_U64 (struct registered, heartbeat_ms, true),
    SHAPE_FIELD_U64 (struct registered, lease_ms, true),
    SHAPE_FIELD_TEXT (struct registered, feed, false),
    SHAPE_FIELD_TEXT (struct registered, files, false),
};
const struct shape registered_shape = SHAPE_OF ("REGISTERED", struct registered, s_registered);
MESSAGE_DEFINE (registered);

static const struct shape_field s_heartbeat[] = {
    SHAPE_FIELD_LIST (struct heartbeat, running, false, 64, &s_running_job_shape),
};
const struct shape heartbeat_shape = SHAPE_OF ("HEARTBEAT", struct heartbeat, s_heartbeat);
MESSAGE_DEFINE (heartbeat);

static const struct shape_field s_followed_result[] = {
    SHAPE_FIELD_U64 (struct followed_result, place, true),
    SHAPE_FIELD_TEXT (struct followed_result, job, true),
    SHAPE_FIELD_TEXT (struct followed_result, name, false),
    SHAPE_FIELD_TEXT (struct followed_result, kind, false),
    SHAPE_FIELD_TEXT (struct followed_result, uri, true),
    SHAPE_FIELD_LIST (struct followed_result, outputs, false, OUTPUTS_MAX, &output_shape),
    SHAPE_FIELD_LIST (struct followed_result, tickets, false, OUTPUTS_MAX + 1, &file_ticket_shape),
    SHAPE_FIELD_STRING (struct followed_result, input, false, URI_BYTES),
    SHAPE_FIELD_U64 (struct followed_result, input_bytes, false),
    SHAPE_FIELD_STRING (struct followed_result, source_file, false, SOURCE_BYTES),
    SHAPE_FIELD_STRING (struct followed_result, stands_at, false, SOURCE_BYTES),
};
static const struct shape s_followed_result_shape =
    SHAPE_OF ("followed_result", struct followed_result, s_followed_result);

static const struct shape_field s_job_order[] = {
    SHAPE_FIELD_TEXT (struct job_order, job, true),
    SHAPE_FIELD_TEXT (struct job_order, correlation, false),
    SHAPE_FIELD_U64 (struct job_order, attempt, true),
    SHAPE_FIELD_U64 (struct job_order, lease_ms, false),
    SHAPE_FIELD_STRUCT (struct job_order, input, true, &input_shape),
    SHAPE_FIELD_STRUCT (struct job_order, options, false, &options_shape),
    SHAPE_FIELD_LIST (struct job_order, tickets, false, 1 + TABLES_MAX, &file_ticket_shape),
    SHAPE_FIELD_TEXT (struct job_order, deposit, false),
    SHAPE_FIELD_LIST (struct job_order, followed, false, FOLLOWED_AT_ONCE, &s_followed_result_shape),
    SHAPE_FIELD_U64 (struct job_order, follows, false),
    SHAPE_FIELD_U64 (struct job_order, part, false),
    SHAPE_FIELD_U64 (struct job_order, parts, false),
    SHAPE_FIELD_U64 (struct job_order, split_bytes, false),
};
const struct shape job_order_shape = SHAPE_OF ("JOB", struct job_order, s_job_order);
MESSAGE_DEFINE (job_order);

static const struct shape_field s_followed[] = {
    SHAPE_FIELD_TEXT (struct followed, job, true),
    SHAPE_FIELD_U64 (struct followed, attempt, true),
    SHAPE_FIELD_U64 (struct followed, from, false),
    SHAPE_FIELD_BOOL (struct followed, bring, false),
};
const struct shape followed_shape = SHAPE_OF ("FOLLOWED", struct followed, s_followed);
MESSAGE_DEFINE (followed);

static const struct shape_field s_followed_results[] = {
    SHAPE_FIELD_TEXT (struct followed_results, job, true),
    SHAPE_FIELD_U64 (struct followed_results, attempt, true),
    SHAPE_FIELD_LIST (struct followed_results, followed, true, FOLLOWED_AT_ONCE, &s_followed_result_shape),
    SHAPE_FIELD_U64 (struct followed_results, follows, false),
};
const struct shape followed_results_shape = SHAPE_OF ("RESULTS", struct followed_results, s_followed_results);
MESSAGE_DEFINE (followed_results);

static const struct shape_field s_result[] = {
    SHAPE_FIELD_TEXT (struct result, job, true),
    SHAPE_FIELD_U64 (struct result, attempt, true),
    SHAPE_FIELD_TEXT (struct result, kind, false),
    COUNTS_FIELDS (struct result, counts),
    SHAPE_FIELD_U64 (struct result, bytes_done, false),
    SHAPE_FIELD_TEXT (struct result, uri, true),
    SHAPE_FIELD_LIST (struct result, outputs, false, OUTPUTS_MAX, &output_shape),
    SHAPE_FIELD_TEXT (struct result, code, false),
    SHAPE_FIELD_TEXT (struct result, message, false),
};
const struct shape result_shape = SHAPE_OF ("RESULT", struct result, s_result);
MESSAGE_DEFINE (result);

static const struct shape_field s_result_ack[] = {
    SHAPE_FIELD_TEXT (struct result_ack, job, true),
    SHAPE_FIELD_U64 (struct result_ack, attempt, true),
    SHAPE_FIELD_BOOL (struct result_ack, accepted, true),
};
const struct shape result_ack_shape = SHAPE_OF ("RESULT_ACK", struct result_ack, s_result_ack);
MESSAGE_DEFINE (result_ack);

static const struct shape_field s_fail[] = {
    SHAPE_FIELD_TEXT (struct fail, job, true),        SHAPE_FIELD_U64 (struct fail, attempt, true),
    SHAPE_FIELD_TEXT (struct fail, code, true),       SHAPE_FIELD_TEXT (struct fail, message, false),
    SHAPE_FIELD_BOOL (struct fail, retryable, false), SHAPE_FIELD_BOOL (struct fail, returned, false),
};
const struct shape fail_shape = SHAPE_OF ("FAIL", struct fail, s_fail);
MESSAGE_DEFINE (fail);

static const struct shape_field s_stop_job[] = {
    SHAPE_FIELD_TEXT (struct stop_job, job, true),
    SHAPE_FIELD_U64 (struct stop_job, attempt, true),
};
const struct shape stop_job_shape = SHAPE_OF ("CANCEL", struct stop_job, s_stop_job);
MESSAGE_DEFINE (stop_job);

static const struct shape_field s_hand_over[] = {
    SHAPE_FIELD_TEXT (struct hand_over, job, true),
    SHAPE_FIELD_U64 (struct hand_over, attempt, true),
    SHAPE_FIELD_TEXT (struct hand_over, uri, true),
    SHAPE_FIELD_LIST (struct hand_over, outputs, false, OUTPUTS_MAX, &output_shape),
    SHAPE_FIELD_TEXT (struct hand_over, deposit, false),
};
const struct shape hand_over_shape = SHAPE_OF ("HAND_OVER", struct hand_over, s_hand_over);
MESSAGE_DEFINE (hand_over);

static const struct shape_field s_remove_result[] = {
    SHAPE_FIELD_TEXT (struct remove_result, job, true),
    SHAPE_FIELD_U64 (struct remove_result, attempt, true),
    SHAPE_FIELD_TEXT (struct remove_result, uri, true),
};
const struct shape remove_result_shape = SHAPE_OF ("REMOVE", struct remove_result, s_remove_result);
MESSAGE_DEFINE (remove_result);

static const struct shape_field s_removed[] = {
    SHAPE_FIELD_TEXT (struct removed, job, true),
    SHAPE_FIELD_U64 (struct removed, attempt, true),
    SHAPE_FIELD_BOOL (struct removed, removed, true),
};
const struct shape removed_shape = SHAPE_OF ("REMOVED", struct removed, s_removed);
MESSAGE_DEFINE (removed);

static const struct shape_field s_drain[] = {
    SHAPE_FIELD_TEXT (struct drain, worker, false),
};
const struct shape drain_shape = SHAPE_OF ("DRAIN", struct drain, s_drain);
MESSAGE_DEFINE (drain);

static const struct shape_field s_bye[] = {
    SHAPE_FIELD_TEXT (struct bye, worker, false),
};
const struct shape bye_shape = SHAPE_OF ("BYE", struct bye, s_bye);
MESSAGE_DEFINE (bye);
