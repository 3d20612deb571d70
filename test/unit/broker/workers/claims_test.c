//  claims_test.c: what is believed of a worker's words, and what is not.
#include "broker/workers/claims.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define SHA256 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HALF ((uint64_t) 1 << 63)

static struct result s_result (const char *uri)
{
    struct result result = {.job = "job-1", .attempt = 2, .kind = "patient", .counts = {10, 7, 1, 1, 1}};
    snprintf (result.uri, sizeof result.uri, "%s", uri);
    return result;
}

static const struct input HERE = {.uri = "file:///data/in.csv", .name = "in.csv"},
                          STORED = {.uri = "sha256:" SHA256, .name = "in.csv"};

Test (claims, counts_add_up_without_wrapping)
{
    static const struct {
        struct counts counts;
        bool right;
    } ROWS[] = {
        {{10, 7, 1, 1, 1}, true},
        {{0, 0, 0, 0, 0}, true},
        {{UINT64_MAX, UINT64_MAX, 0, 0, 0}, true},
        {{10, 7, 1, 1, 0}, false},
        {{10, 7, 1, 1, 2}, false},
        {{0, HALF, HALF, 0, 0}, false},
        {{4, HALF, HALF, 4, 0}, false},
        {{9, UINT64_MAX, 10, 0, 0}, false},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct result result = s_result ("file:///results/job-1.2");
        struct error error = {.code = DMH_OK};
        result.counts = ROWS[i].counts;
        int rc = claims_result (&result, &HERE, &error);
        cr_assert_eq (rc, ROWS[i].right ? DMH_OK : DMH_INTERNAL, "row %zu", i);
        cr_assert (ROWS[i].right || strstr (error.text, "do not add up"), "%s", error.text);
    }
}

Test (claims, a_result_lies_in_its_attempts_folder_or_where_the_input_came_from)
{
    static const struct {
        const char *uri;
        const struct input *input;
        bool right;
    } ROWS[] = {
        {"file:///results/job-1.2", &HERE, true},
        {"file:///a%20b/c/job-1.2", &HERE, true},
        {"file:///job-1.2", &HERE, true},
        {"sha256:", &STORED, true},
        {"file:///etc", &HERE, false},
        {"file:///results/job-1.1", &HERE, false},
        {"file:///results/job-2.2", &HERE, false},
        {"file:///results/job-1.2/", &HERE, false},
        {"file:///job-1.2/..", &HERE, false},
        {"file:///a/../job-1.2", &HERE, false},
        {"file:///a/xjob-1.2", &HERE, false},
        {"file:///a/%1b[2J/job-1.2", &HERE, false},
        {"file://host/job-1.2", &HERE, false},
        {"http://host/job-1.2", &HERE, false},
        {"", &HERE, false},
        {"sha256:", &HERE, false},
        {"file:///results/job-1.2", &STORED, false},
        {"s3://lab/kept/job-1.2", &HERE, true},
        {"s3://lab/kept/job-1.2", &STORED, true},
        {"s3://lab/job-1.2", &HERE, true},
        {"s3://lab/kept/job-1.1", &HERE, false},
        {"s3://lab/kept/job-1.2/", &HERE, false},
        {"s3://lab/kept/", &HERE, false},
        {"s3://lab/%2e%2e/job-1.2", &HERE, false},
        {"s3://lab/%1b[2J/job-1.2", &HERE, false},
        {"s3://Lab/job-1.2", &HERE, false},
        {"sha256:" SHA256, &STORED, false},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct result result = s_result (ROWS[i].uri);
        int rc = claims_result (&result, ROWS[i].input, NULL);
        cr_assert_eq (rc, ROWS[i].right ? DMH_OK : DMH_INTERNAL, "“%s”", ROWS[i].uri);
    }
}

Test (claims, outputs_are_plain_names_each_once_with_a_sha256)
{
    static const struct {
        struct output outputs[2];
        bool right;
    } ROWS[] = {
        {{{.name = "records.csv", .sha256 = SHA256}, {.name = "report.json", .sha256 = SHA256}}, true},
        {{{.name = "records.csv", .sha256 = SHA256}, {.name = "records.csv", .sha256 = SHA256}}, false},
        {{{.name = "records.csv", .sha256 = SHA256}, {.name = "report.json"}}, false},
        {{{.name = "records.csv", .sha256 = SHA256}, {.name = "..", .sha256 = SHA256}}, false},
        {{{.name = ".", .sha256 = SHA256}, {.name = "report.json", .sha256 = SHA256}}, false},
        {{{.name = "a/b", .sha256 = SHA256}, {.name = "report.json", .sha256 = SHA256}}, false},
        {{{.name = "a\nb", .sha256 = SHA256}, {.name = "report.json", .sha256 = SHA256}}, false},
        {{{.name = "", .sha256 = SHA256}, {.name = "report.json", .sha256 = SHA256}}, false},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct result result = s_result ("file:///results/job-1.2");
        struct output outputs[2];
        memcpy (outputs, ROWS[i].outputs, sizeof outputs);
        result.outputs = outputs;
        result.outputs_count = 2;
        cr_assert_eq (claims_result (&result, &HERE, NULL), ROWS[i].right ? DMH_OK : DMH_INTERNAL, "row %zu",
                      i);
    }
}

Test (claims, texts_that_would_write_on_a_terminal_are_refused_or_shown_clean)
{
    static const char *const TEXTS[] = {"a\033[2Jb", "a\nb", "a\302\233b", "a\342\200\256b"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        struct ready ready = {.worker = "w1", .slots = 1, .host = "h", .version = "1"};
        cr_assert_eq (claims_ready (&ready, NULL), DMH_OK);
        snprintf (ready.host, sizeof ready.host, "%s", TEXTS[i]);
        cr_assert_eq (claims_ready (&ready, NULL), DMH_MALFORMED, "host %zu", i);
        ready = (struct ready){.worker = "w1", .slots = 1};
        snprintf (ready.version, sizeof ready.version, "%s", TEXTS[i]);
        cr_assert_eq (claims_ready (&ready, NULL), DMH_MALFORMED, "version %zu", i);
        ready = (struct ready){.slots = 1};
        snprintf (ready.worker, sizeof ready.worker, "%s", TEXTS[i]);
        cr_assert_eq (claims_ready (&ready, NULL), DMH_MALFORMED, "worker %zu", i);
        char message[SENTENCE_BYTES], code[WORD_BYTES];
        snprintf (message, sizeof message, "%s", TEXTS[i]);
        snprintf (code, sizeof code, "%s", TEXTS[i]);
        claims_clean (message);
        claims_clean_code (code);
        cr_assert (message[0] == 'a' && message[1] == '\\' && message[strlen (message) - 1] == 'b', "%s",
                   message);
        cr_assert_str_eq (code, "internal");
    }
    char text[SENTENCE_BYTES] = "Größe", code[WORD_BYTES] = "bad_input";
    claims_clean (text);
    claims_clean_code (code);
    cr_assert_str_eq (text, "Größe");
    cr_assert_str_eq (code, "bad_input");
}

Test (claims, a_worker_has_an_id_and_slots)
{
    static const struct ready ROWS[] = {
        {.worker = "", .slots = 1}, {.worker = "w"}, {.worker = "w", .slots = 1025}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
        cr_assert_eq (claims_ready (&ROWS[i], NULL), DMH_MALFORMED);
}
