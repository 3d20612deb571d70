//  job_test.c: the words of jobs and batches, what there is of a result, what an event says of its job, and
//  how addresses are written.
#define _GNU_SOURCE
#include "messages/base/clock.h"
#include "messages/base/disk.h"
#include "messages/batch.h"
#include "messages/event.h"
#include "messages/uri.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

Test (job, states_are_their_words)
{
    static const struct {
        enum job_state state;
        const char *word;
        bool ended;
    } STATES[] = {{JOB_QUEUED, "queued", false},
                  {JOB_RUNNING, "running", false},
                  {JOB_DONE, "done", true},
                  {JOB_FAILED, "failed", true},
                  {JOB_CANCELLED, "cancelled", true}};
    for (size_t i = 0; i < JOB_STATE_COUNT; i++) {
        enum job_state state = JOB_STATE_COUNT;
        char word[WORD_BYTES];
        cr_expect_str_eq (job_state_word (STATES[i].state), STATES[i].word);
        cr_expect_eq (job_state_of (STATES[i].word, &state), DMH_OK);
        cr_expect_eq (state, STATES[i].state);
        cr_expect_eq (job_state_ended (STATES[i].state), STATES[i].ended);
        for (size_t j = 0; j < JOB_STATE_COUNT; j++)
            cr_expect_eq (job_state_is (STATES[i].word, STATES[j].state), i == j);
        job_state_set (word, STATES[i].state);
        cr_expect_str_eq (word, STATES[i].word);
    }
    enum job_state state;
    cr_expect_eq (job_state_of ("", &state), DMH_MALFORMED);
    cr_expect_eq (job_state_of ("doneX", &state), DMH_MALFORMED);
}

Test (job, a_result_is_there_when_it_was_kept)
{
    static const struct {
        const char *state, *result;
        bool has;
    } CASES[] = {
        {"done", "file:///r", true},   {"failed", "file:///r", true},     {"done", "", false},
        {"failed", "", false},         {"cancelled", "file:///r", false}, {"running", "file:///r", false},
        {"queued", "file:///r", false}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct job_record record = {.attempt = 1};
        snprintf (record.state, sizeof record.state, "%s", CASES[i].state);
        snprintf (record.result, sizeof record.result, "%s", CASES[i].result);
        cr_expect_eq (job_has_result (&record), CASES[i].has, "%s %s", CASES[i].state, CASES[i].result);
    }
    struct output outputs[2] = {{.name = "records.csv"}, {.name = "report.json"}};
    struct job_record record = {.outputs = outputs, .outputs_count = 2};
    cr_expect_eq (job_output (&record, "records.csv"), &outputs[0]);
    cr_expect_eq (job_output (&record, "report.json"), &outputs[1]);
    cr_expect_null (job_output (&record, "report"));
}

//  What is not said, 0 and any other number are three things.
Test (job, a_number_that_may_be_said_is_more_than_a_number)
{
    static const uint64_t SAID[] = {0, 1, 2, (uint64_t) 256 << 20, UINT64_MAX};
    for (size_t i = 0; i < sizeof SAID / sizeof *SAID; i++) {
        struct options options = {.split_bytes = SAID[i]}, got = {.split_bytes = 7};
        void *body = NULL;
        size_t n = 0;
        cr_assert_eq (shape_encode (&options_shape, &options, &body, &n, NULL), DMH_OK);
        cr_expect_eq (memmem (body, n, "split_bytes", 11) != NULL, SAID[i] != 0);
        cr_assert_eq (shape_decode (&options_shape, body, n, &got, NULL), DMH_OK);
        cr_expect_eq (got.split_bytes, SAID[i]);
        shape_clear (&options_shape, &got);
        free (body);
    }
    static const char NONE[] = "\x81\xabsplit_bytes\xc0", ZERO[] = "\x81\xabsplit_bytes\x00";
    static const char LESS[] = "\x81\xabsplit_bytes\xff";
    static const char MOST[] = "\x81\xabsplit_bytes\xcf\xff\xff\xff\xff\xff\xff\xff\xff";
    struct options got = {.split_bytes = 7};
    cr_expect_eq (shape_decode (&options_shape, LESS, sizeof LESS - 1, &got, NULL), DMH_MALFORMED);
    cr_expect_eq (shape_decode (&options_shape, MOST, sizeof MOST - 1, &got, NULL), DMH_MALFORMED);
    cr_expect_eq (got.split_bytes, 7, "what is malformed changes nothing");
    cr_assert_eq (shape_decode (&options_shape, ZERO, sizeof ZERO - 1, &got, NULL), DMH_OK);
    cr_expect_eq (got.split_bytes, 1);
    cr_assert_eq (shape_decode (&options_shape, NONE, sizeof NONE - 1, &got, NULL), DMH_OK);
    cr_expect_eq (got.split_bytes, 0);
}

Test (job, four_tasks_are_of_a_file_that_is_shared)
{
    cr_expect (task_is_of_split ("cut") && task_is_of_split ("survey") && task_is_of_split ("part") &&
               task_is_of_split ("write"));
    cr_expect_not (task_is_of_split ("") || task_is_of_split ("join") || task_is_of_split ("statistics"));
}

Test (job, counts_add_up)
{
    struct counts counts = {1, 2, 3, 4, 5}, more = {10, 20, 30, 40, 50};
    counts_add (&counts, &more);
    cr_expect (counts.read == 11 && counts.written == 22 && counts.duplicates == 33 &&
               counts.conflicts == 44 && counts.rejected == 55);
}

Test (job, a_copy_of_options_has_its_own_strings)
{
    char mapping[] = "{}", schema[] = "{\"a\":1}", folder[] = "/m";
    struct stored_file tables[2] = {{.sha256 = "aa", .bytes = 1}, {.sha256 = "bb", .bytes = 2}};
    struct options options = {.kind = "patient",
                              .mapping = mapping,
                              .mapping_folder = folder,
                              .schema = schema,
                              .tables = tables,
                              .tables_count = 2,
                              .threads = 3,
                              .strict = true},
                   copy, none = {.kind = ""};
    cr_assert (options_copy (&options, &copy));
    cr_expect_str_eq (copy.kind, "patient");
    cr_expect (copy.mapping != mapping && strcmp (copy.mapping, "{}") == 0);
    cr_expect (copy.schema != schema && strcmp (copy.schema, "{\"a\":1}") == 0);
    cr_expect (copy.mapping_folder != folder && strcmp (copy.mapping_folder, "/m") == 0);
    cr_expect (copy.tables != tables && copy.tables_count == 2 &&
               memcmp (copy.tables, tables, sizeof tables) == 0);
    cr_expect (copy.threads == 3 && copy.strict);
    shape_clear (&options_shape, &copy);
    cr_assert (options_copy (&none, &copy));
    cr_expect (!copy.mapping && !copy.schema && !copy.mapping_folder);
    shape_clear (&options_shape, &copy);
}

static int64_t s_clock (int which)
{
    (void) which;
    return 12345;
}

Test (job, an_event_says_what_its_record_says)
{
    struct job_record record = {.job = "j",
                                .correlation = "c",
                                .name = "n",
                                .state = "failed",
                                .kind = "patient",
                                .worker = "w",
                                .attempt = 3,
                                .bytes_done = 4,
                                .bytes_total = 5,
                                .counts = {6, 7, 8, 9, 10},
                                .code = "io",
                                .message = "m"};
    char topic[EVENT_TOPIC_BYTES];
    clock_replace (s_clock);
    struct event event = event_of (&record);
    clock_replace (NULL);
    cr_expect_str_eq (event.job, "j");
    cr_expect_str_eq (event.correlation, "c");
    cr_expect_str_eq (event.name, "n");
    cr_expect_str_eq (event.state, "failed");
    cr_expect_str_eq (event.kind, "patient");
    cr_expect_str_eq (event.worker, "w");
    cr_expect_str_eq (event.code, "io");
    cr_expect_str_eq (event.message, "m");
    cr_expect (event.attempt == 3 && event.bytes_done == 4 && event.bytes_total == 5);
    cr_expect (event.counts.read == 6 && event.counts.rejected == 10);
    cr_expect_eq (event.eta_ms, -1);
    cr_expect_eq (event.at, 12345);
    cr_expect_str_eq (event_topic ("abc", topic), "job/abc");
}

Test (job, a_batch_is_known_by_its_id_and_counts_its_jobs)
{
    static const struct {
        const char *id;
        bool is;
    } IDS[] = {{"b-0123456789abcdef", true},   {"b-0123456789abcde", false},
               {"b-0123456789abcdef0", false}, {"b-0123456789abcdeg", false},
               {"B-0123456789abcdef", false},  {"b_0123456789abcdef", false},
               {"0123456789abcdef01", false},  {"", false}};
    for (size_t i = 0; i < sizeof IDS / sizeof *IDS; i++)
        cr_expect_eq (batch_is_id (IDS[i].id), IDS[i].is, "%s", IDS[i].id);
    struct batch_record batch = {.queued = 1, .running = 20, .done = 300, .failed = 4000, .cancelled = 50000};
    cr_expect_eq (batch_ended (&batch), 54300);
    cr_expect_eq (batch_jobs (&batch), 54321);
    static const char *const WORDS[BATCH_ACTIONS] = {"", "cancel", "retry", "retry_failed", "remove"};
    enum batch_action action = BATCH_ACTIONS;
    for (size_t i = 0; i < BATCH_ACTIONS; i++) {
        cr_expect_str_eq (batch_action_word ((enum batch_action) i), WORDS[i]);
        cr_expect_eq (batch_action_of (WORDS[i], &action), DMH_OK);
        cr_expect_eq (action, (enum batch_action) i);
    }
    cr_expect_eq (batch_action_of ("again", &action), DMH_MALFORMED);
}

Test (job, an_endpoint_of_any_address_is_seen_from_where_its_broker_is_known)
{
    static const struct {
        const char *endpoint, *known, *seen;
    } CASES[] = {{"tcp://*:7071", "tcp://lab:7070", "tcp://lab:7071"},
                 {"tcp://0.0.0.0:7071", "tcp://10.0.0.1:7070", "tcp://10.0.0.1:7071"},
                 {"tcp://*:7071", "tcp://[::1]:7070", "tcp://[::1]:7071"},
                 {"tcp://lab:7071", "tcp://10.0.0.1:7070", "tcp://lab:7071"},
                 {"tcp://0.0.0.01:7071", "tcp://lab:7070", "tcp://0.0.0.01:7071"},
                 {"ipc:///run/x", "tcp://lab:7070", "ipc:///run/x"},
                 {"tcp://*:7071", "ipc:///run/x", "tcp://*:7071"},
                 {"tcp://*:7071", "tcp://:7070", "tcp://*:7071"},
                 {"tcp://*:7071", "lab", "tcp://*:7071"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char seen[URI_BYTES];
        uri_seen_from (CASES[i].endpoint, CASES[i].known, seen);
        cr_expect_str_eq (seen, CASES[i].seen);
    }
}

Test (job, a_stored_input_is_named_by_its_sum)
{
    char uri[URI_BYTES];
    cr_expect_str_eq (uri_from_sha256 ("abc", uri), "sha256:abc");
    cr_expect (uri_is_stored ("sha256:abc") && uri_is_stored ("sha256:"));
    cr_expect_not (uri_is_stored ("sha256"));
    cr_expect_not (uri_is_stored ("file:///sha256:"));
    cr_expect_not (uri_is_stored (""));
}

//  All processes of a host that see the same files, and no others.
Test (job, a_disk_has_one_name_of_32_digits)
{
    char one[DISK_NAME_BYTES], other[DISK_NAME_BYTES];
    cr_expect_str_eq (disk_name (one), disk_name (other));
    cr_expect (strlen (one) == 32 && strspn (one, "0123456789abcdef") == 32, "%s", one);
    cr_expect_gt (disk_free ("/"), 4096);
    cr_expect_eq (disk_free ("/nowhere/at/all"), 0);
}

Test (job, it_is_known_by_its_place_where_it_has_one)
{
    struct job_record record = {.name = "labs.csv"};
    cr_expect_str_eq (job_shown_name (&record), "labs.csv");
    snprintf (record.place, sizeof record.place, "a/labs.csv");
    cr_expect_str_eq (job_shown_name (&record), "a/labs.csv");
}

Test (job, its_outputs_are_plain_or_lie_in_a_folder_a_kind)
{
    static const struct {
        const char *name;
        bool plain;
    } NAMES[] = {{"records.csv", true}, {"patient/records.csv", true},
                 {"x", true},           {".x", true},
                 {"..x", true},         {"", false},
                 {".", false},          {"..", false},
                 {"a/b/c", false},      {"/a", false},
                 {"a/", false},         {"./a", false},
                 {"../a", false},       {"a/.", false},
                 {"a/..", false},       {"a/.b", true}};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        cr_expect_eq (output_name_is_plain (NAMES[i].name), NAMES[i].plain, "%s", NAMES[i].name);
    struct output output = {.name = "records.csv"};
    struct job_record record = {.outputs = &output, .outputs_count = 1};
    cr_expect_not (job_has_tables (&record));
    snprintf (output.name, sizeof output.name, "patient/records.csv");
    cr_expect (job_has_tables (&record));
    record.outputs_count = 0;
    cr_expect_not (job_has_tables (&record));
}

Test (job, a_name_that_is_written_as_an_id_is_told_from_others)
{
    cr_expect (batch_names_an_id ("0123456789abcdef0123"));
    cr_expect_not (batch_names_an_id ("0123456789abcdef012"));
    cr_expect_not (batch_names_an_id ("0123456789abcdef01234"));
    cr_expect_not (batch_names_an_id ("0123456789abcdefghij"), "twenty letters that are no digits");
    cr_expect (batch_names_an_id ("b-0123456789abcdef"));
    cr_expect_not (batch_names_an_id ("b-0123456789abcdeg"));
    cr_expect_not (batch_names_an_id ("night"));
}

//  RFC 3986, 2.1: two hexadecimal digits.
Test (job, a_path_in_a_uri_is_escaped_by_two_digits)
{
    static const struct {
        const char *uri, *path;    //  NULL: it is refused
    } CASES[] = {{"file:///a%20b", "/a b"}, {"file:///%4a%4A%09", "/JJ\t"}, {"file:///a%3:", NULL},
                 {"file:///a%:0", NULL},    {"file:///a%3", NULL},          {"file:///a%g0", NULL},
                 {"file:///a%0@", NULL},    {"file:///a%0`", NULL},         {"file:///a%/0", NULL}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char path[64] = "";
        int rc = uri_to_path (CASES[i].uri, path, sizeof path, NULL);
        cr_expect_eq (rc == DMH_OK, CASES[i].path != NULL, "%s", CASES[i].uri);
        if (CASES[i].path)
            cr_expect_str_eq (path, CASES[i].path);
    }
}
