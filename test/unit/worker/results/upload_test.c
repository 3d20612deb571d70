//  upload_test.c: a result that lies with a worker goes to the files service, and nothing else does.
#include "test/support/results/stored_result.h"

#include "worker/results/upload.h"

#include <criterion/criterion.h>
#include <unistd.h>

static struct stored_result s_result;

static void s_setup (void)
{
    stored_result_make (&s_result);
}

static void s_teardown (void)
{
    stored_result_remove (&s_result);
}

TestSuite (upload, .init = s_setup, .fini = s_teardown, .timeout = 60);

static struct upload s_upload (void)
{
    return (struct upload){.files = s_result.endpoint, .stop = {NULL, -1, ZMQ_POLLIN, 0}};
}

static int s_do (struct error *error)
{
    struct upload upload = s_upload ();
    return upload_result (&upload, s_result.results, &s_result.order, error);
}

Test (upload, a_result_is_left_with_the_broker_and_stays_here)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (s_do (&error), DMH_OK, "%s", error.text);
    cr_expect (stored_result_is_there (&s_result));
    char *text = workplace_read (s_result.results, "job.2/records.csv", NULL);
    cr_expect (text && streq (text, "hello"));
    free (text);
    cr_assert_eq (s_do (&error), DMH_OK, "again: %s", error.text);
}

Test (upload, a_folder_s_outputs_are_left_with_the_broker)
{
    struct error error = {.code = DMH_OK};
    struct upload upload = s_upload ();
    cr_assert_eq (upload_folder (&upload, s_result.folder, &s_result.output, 1, &error), DMH_OK, "%s",
                  error.text);
    cr_expect (stored_result_is_there (&s_result));
    cr_expect_eq (upload_folder (&upload, "/nowhere", &s_result.output, 1, &error), DMH_IO);
    cr_expect (strstr (error.text, "/nowhere"), "%s", error.text);
}

Test (upload, another_worker_s_folder_is_not_touched)
{
    struct error error = {.code = DMH_OK};
    snprintf (s_result.order.uri, sizeof s_result.order.uri, "file:///etc/job.2");
    cr_expect_eq (s_do (&error), DMH_NOT_FOUND);
    snprintf (s_result.order.job, sizeof s_result.order.job, "../job");
    cr_expect_eq (s_do (&error), DMH_MALFORMED);
    cr_expect_not (stored_result_is_there (&s_result));
}

Test (upload, no_path_and_no_link_is_an_output)
{
    static const char *const NAMES[] = {"../../secret", "/etc/passwd", "", ".", "..", "link"};
    char from[700], to[800];
    snprintf (from, sizeof from, "%s/secret", s_result.place.folder);
    snprintf (to, sizeof to, "%s/link", s_result.folder);
    cr_assert_eq (symlink (from, to), 0);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        struct error error = {.code = DMH_OK};
        struct upload upload = s_upload ();
        snprintf (s_result.output.name, sizeof s_result.output.name, "%s", NAMES[i]);
        cr_expect_neq (s_do (&error), DMH_OK, "%s", NAMES[i]);
        cr_expect_neq (upload_folder (&upload, s_result.folder, &s_result.output, 1, &error), DMH_OK, "%s",
                       NAMES[i]);
    }
    cr_expect_not (stored_result_is_there (&s_result));
}

Test (upload, another_content_than_was_promised_is_refused)
{
    struct error error = {.code = DMH_OK};
    workplace_write (&s_result.place, "results/job.2/records.csv", "hullo", 5);
    cr_expect_eq (s_do (&error), DMH_CONFLICT, "%s", error.text);
    cr_expect_not (stored_result_is_there (&s_result));
}
