//  uploader_test.c: a result that lies with a worker goes to the files service, and nothing else does.
#include "test/support/workplace.h"

#include "broker/files/service.h"
#include "messages/base/digest.h"
#include "messages/uri.h"
#include "worker/session/uploader.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

static struct workplace s_place;
static char s_results[600], s_store[600], s_endpoint[64];
static files_t *s_files;
static struct output s_output = {.name = "records.csv", .bytes = 5};
static struct hand_over s_order;

static void s_setup (void)
{
    struct error error = {.code = DMH_OK};
    char path[700];
    workplace_make (&s_place);
    snprintf (s_results, sizeof s_results, "%s/results", s_place.folder);
    snprintf (s_store, sizeof s_store, "%s/store", s_place.folder);
    snprintf (path, sizeof path, "%s/job.2", s_results);
    cr_assert (mkdir (s_results, 0700) == 0 && mkdir (path, 0700) == 0);
    workplace_write (&s_place, "results/job.2/records.csv", "hello", 5);
    workplace_write (&s_place, "secret", "hello", 5);
    digest_of ("hello", 5, s_output.sha256);
    s_order = (struct hand_over){.job = "job", .attempt = 2, .outputs = &s_output, .outputs_count = 1};
    cr_assert_eq (uri_from_path (path, s_order.uri, sizeof s_order.uri, &error), DMH_OK);
    blob_store_t *blob_store = blob_store_new (s_store, UINT64_MAX, &error);
    zsock_t *router = zsock_new (ZMQ_ROUTER);
    cr_assert (blob_store && router);
    snprintf (s_endpoint, sizeof s_endpoint, "tcp://127.0.0.1:%d", zsock_bind (router, "tcp://127.0.0.1:*"));
    s_files = files_new (&router, &blob_store, &error);
    cr_assert_not_null (s_files, "%s", error.text);
}

static void s_teardown (void)
{
    files_destroy (&s_files);
    workplace_remove (&s_place);
}

TestSuite (uploader, .init = s_setup, .fini = s_teardown, .timeout = 60);

static bool s_is_stored (void)
{
    char path[700];
    snprintf (path, sizeof path, "%s/%s", s_store, s_output.sha256);
    return access (path, F_OK) == 0;
}

static int s_do (struct error *error)
{
    return uploader_do (s_results, NULL, &s_order, s_endpoint, -1, error);
}

Test (uploader, a_result_is_left_with_the_broker_and_stays_here)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (s_do (&error), DMH_OK, "%s", error.text);
    cr_expect (s_is_stored ());
    char *text = workplace_read (s_results, "job.2/records.csv", NULL);
    cr_expect (text && streq (text, "hello"));
    free (text);
    cr_assert_eq (s_do (&error), DMH_OK, "again: %s", error.text);
}

Test (uploader, another_worker_s_folder_is_not_touched)
{
    struct error error = {.code = DMH_OK};
    snprintf (s_order.uri, sizeof s_order.uri, "file:///etc/job.2");
    cr_expect_eq (s_do (&error), DMH_NOT_FOUND);
    snprintf (s_order.job, sizeof s_order.job, "../job");
    cr_expect_eq (s_do (&error), DMH_MALFORMED);
    cr_expect_not (s_is_stored ());
}

Test (uploader, no_path_and_no_link_is_an_output)
{
    static const char *const NAMES[] = {"../../secret", "/etc/passwd", "", ".", "..", "link"};
    char from[700], to[700];
    snprintf (from, sizeof from, "%s/secret", s_place.folder);
    snprintf (to, sizeof to, "%s/job.2/link", s_results);
    cr_assert_eq (symlink (from, to), 0);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        struct error error = {.code = DMH_OK};
        snprintf (s_output.name, sizeof s_output.name, "%s", NAMES[i]);
        cr_expect_neq (s_do (&error), DMH_OK, "%s", NAMES[i]);
    }
    cr_expect_not (s_is_stored ());
}

Test (uploader, another_content_than_was_promised_is_refused)
{
    struct error error = {.code = DMH_OK};
    workplace_write (&s_place, "results/job.2/records.csv", "hullo", 5);
    cr_expect_eq (s_do (&error), DMH_CONFLICT, "%s", error.text);
    cr_expect_not (s_is_stored ());
}

Test (uploader, its_thread_does_as_it_is_told_and_ends_at_once)
{
    uploader_t *uploader = uploader_new (s_results, NULL);
    cr_assert_not_null (uploader);
    cr_assert (uploader_take (uploader, &s_order, s_endpoint));
    while (!s_is_stored ())
        zclock_sleep (1);    //  nothing tells of it but the file
    size_t taken = 0;
    while (taken < 2 * COURIER_ORDERS_MAX && uploader_take (uploader, &s_order, "tcp://127.0.0.1:1"))
        taken++;    //  nobody listens there
    cr_expect_lt (taken, 2 * COURIER_ORDERS_MAX, "a bounded queue");
    uploader_destroy (&uploader);
}
