//  job_message_test.c: what a message of a queue asks for.
#include "client/bridge/job_message.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SHA "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

static int s_read (const char *text, const char *id, struct job_message *out, struct error *error)
{
    error->code = DMH_OK;
    return job_message_read (text, strlen (text), id, out, error);
}

Test (job_message, has_id_inputs_and_options)
{
    struct job_message message;
    struct error error;
    cr_assert_eq (
        s_read ("{\"id\":\"a-1\",\"correlation_id\":\"0123456789abcdef0123456789abcdef\",\"inputs\":[\"/d/"
                "x.csv\","
                "{\"url\":\"file:///d/y%20z.csv\",\"name\":\"why\"},{\"sha256\":\"" SHA "\",\"bytes\":4}],"
                "\"options\":{\"format\":\"fhir\",\"date_order\":\"dmy\",\"strict\":true,\"no-header\":false,"
                "\"priority\":-3,\"threads\":2,\"batch\":\"night\",\"encoding\":null,"
                "\"mapping\":{\"dmh\":\"mapping/1\",\"columns\":{\"a\":[1,true,null]}}}}",
                "other", &message, &error),
        DMH_OK, "%s", error.text);
    cr_expect_str_eq (message.id, "a-1");
    cr_expect_str_eq (message.key, "a-1");
    cr_expect_str_eq (message.correlation, "0123456789abcdef0123456789abcdef");
    cr_expect_str_eq (message.batch, "night");
    cr_assert_eq (message.count, 3);
    cr_expect_eq (job_message_jobs (&message), 3);
    cr_expect_str_eq (message.inputs[0].path, "/d/x.csv");
    cr_expect_str_eq (message.inputs[0].name, "x.csv");
    cr_expect_str_eq (message.inputs[1].path, "/d/y z.csv");
    cr_expect_str_eq (message.inputs[1].name, "why");
    cr_expect_null (message.inputs[2].path);
    cr_expect_str_eq (message.inputs[2].sha256, SHA);
    cr_expect_eq (message.inputs[2].bytes, 4);
    const struct options *options = &message.arguments.options;
    cr_expect_str_eq (options->format, "fhir");
    cr_expect_str_eq (options->date_order, "dmy");
    cr_expect (options->strict && !options->no_header);
    cr_expect_eq (options->priority, -3);
    cr_expect_eq (options->threads, 2);
    cr_expect_str_eq (options->mapping, "{\"dmh\":\"mapping/1\",\"columns\":{\"a\":[1,true,null]}}");
    job_message_clear (&message);
}

Test (job_message, of_several_kinds_is_a_job_each)
{
    struct job_message message;
    struct error error;
    cr_assert_eq (
        s_read ("{\"id\":\"k\",\"inputs\":\"/d/bundle.json\",\"options\":{\"kind\":\"patient,lab_result\"}}",
                NULL, &message, &error),
        DMH_OK, "%s", error.text);
    cr_expect_eq (message.count, 1);
    cr_expect_eq (job_message_jobs (&message), 2);
    job_message_clear (&message);
}

Test (job_message, has_a_key_that_is_its_ids_alone)
{
    static const struct {
        const char *id, *key;    //  NULL: made of its SHA-256
    } CASES[] = {
        {"x", "x"},
        {"123456789012345678901234567890123456789", "123456789012345678901234567890123456789"},
        {"1234567890123456789012345678901234567890", NULL},
        {"with space", NULL},
        {"test", "test"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct job_message message;
        struct error error;
        cr_assert_eq (s_read ("{\"inputs\":[\"/a\"]}", CASES[i].id, &message, &error), DMH_OK, "%s",
                      error.text);
        cr_expect_str_eq (message.id, CASES[i].id);
        if (CASES[i].key)
            cr_expect_str_eq (message.key, CASES[i].key);
        else
            cr_expect (strncmp (message.key, "id-", 3) == 0 && strlen (message.key) == 35, "%s", message.key);
        job_message_clear (&message);
    }
}

Test (job_message, that_is_wrong_is_told_why)
{
    static const struct {
        const char *text, *says;
    } CASES[] = {
        {"", "not JSON"},
        {"7", "is no JSON object"},
        {"{\"id\":7,\"inputs\":[\"/a\"]}", "has no id"},
        {"{\"id\":\"\",\"inputs\":[\"/a\"]}", "has no id"},
        {"{\"id\":\"a\\u0007\",\"inputs\":[\"/a\"]}", "has no id"},
        {"{\"id\":\"a\",\"id\":\"b\",\"inputs\":[\"/a\"]}", "twice"},
        {"{\"id\":\"a\",\"inputs\":[]}", "no inputs"},
        {"{\"id\":\"a\",\"inputs\":[7]}", "a text or an object"},
        {"{\"id\":\"a\",\"inputs\":[\"a.csv\"]}", "is absolute"},
        {"{\"id\":\"a\",\"inputs\":[\"http://h/a\"]}", "is an absolute path"},
        {"{\"id\":\"a\",\"inputs\":[\"file://h/a\"]}", "is an absolute path"},
        {"{\"id\":\"a\",\"inputs\":[\"sha256:" SHA "\"]}", "needs its bytes"},
        {"{\"id\":\"a\",\"inputs\":[{\"sha256\":\"sha256:0a\",\"bytes\":4}]}", "is an absolute path"},
        {"{\"id\":\"a\",\"inputs\":[{\"name\":\"x\"}]}", "neither path, url nor sha256"},
        {"{\"id\":\"a\",\"inputs\":[{\"path\":\"/a\",\"url\":\"file:///b\"}]}", "url is wrong"},
        {"{\"id\":\"a\",\"inputs\":[{\"sha256\":\"" SHA "\",\"bytes\":-1}]}", "whole number"},
        {"{\"id\":\"a\",\"inputs\":[\"/a\"],\"options\":[]}", "options is no object"},
        {"{\"id\":\"a\",\"inputs\":[\"/a\"],\"options\":{\"strict\":[]}}", "option strict takes"},
        {"{\"id\":\"a\",\"inputs\":[\"/a\"],\"options\":{\"strict\":\"perhaps\"}}",
         "strict takes true or false"},
        {"{\"id\":\"a\",\"inputs\":[\"/a\"],\"options\":{\"threads\":1000}}", "threads takes a whole number"},
        {"{\"id\":\"a\",\"inputs\":[\"/a\"],\"options\":{\"output\":\"/etc\"}}", "there is no option"},
        {"{\"id\":\"a\",\"inputs\":[\"/a\"],\"options\":{\"mapping\":\"/etc/passwd\",\"mapping\":3}}",
         "mapping is an object"},
        {"{\"id\":\"a\",\"inputs\":[\"/a\"],\"options\":{\"mapping\":{\"joins\":[]}}}", "joins tables"},
        {"{\"id\":\"a\",\"inputs\":[\"/a\"],\"correlation_id\":\"ABC\"}", "correlation_id is 32 hex digits"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct job_message message;
        struct error error;
        cr_expect_lt (s_read (CASES[i].text, NULL, &message, &error), 0, "%s", CASES[i].text);
        cr_expect (strstr (error.text, CASES[i].says), "%s: %s", CASES[i].text, error.text);
        job_message_clear (&message);
    }
}

Test (job_message, beyond_its_bounds_is_too_large)
{
    struct job_message message;
    struct error error = {.code = DMH_OK};
    char *text = malloc (MESSAGE_BYTES_MAX + 2);
    cr_assert_not_null (text);
    memset (text, ' ', MESSAGE_BYTES_MAX + 1);
    cr_expect_eq (job_message_read (text, MESSAGE_BYTES_MAX + 1, "x", &message, &error), DMH_TOO_LARGE);
    cr_expect_str_eq (message.id, "x");
    job_message_clear (&message);
    size_t n = (size_t) sprintf (text, "{\"id\":\"a\",\"inputs\":[\"/a\"");
    for (int i = 0; i < INPUTS_MAX; i++)
        n += (size_t) sprintf (text + n, ",\"/a\"");
    n += (size_t) sprintf (text + n, "]}");
    cr_expect_eq (job_message_read (text, n, NULL, &message, &error), DMH_TOO_LARGE);
    job_message_clear (&message);
    free (text);
}
