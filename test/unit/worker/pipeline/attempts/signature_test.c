//  signature_test.c: report.json.sig: the signature of the report that was written, and none of another one.
#include "worker/pipeline/signature.h"

#include "test/support/processes/descriptors.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct workplace s_place;
static signing_key_t *s_key;
static struct error s_error;
static struct output s_report, s_out;
static int s_syncs;

static int s_sync_counting (int fd)
{
    (void) fd;
    s_syncs++;
    return 0;
}

static void s_setup (void)
{
    workplace_make (&s_place);
    s_key = signing_key_new (&s_error);
    cr_assert_not_null (s_key, "%s", s_error.text);
    s_report = (struct output){.name = "report.json", .bytes = 8};
    digest_of ("{\"a\": 1}", 8, s_report.sha256);
    workplace_write (&s_place, "report.json", "{\"a\": 1}", 8);
}

static void s_teardown (void)
{
    output_replace (NULL, NULL);
    signing_key_destroy (&s_key);
    workplace_remove (&s_place);
}

TestSuite (signature, .init = s_setup, .fini = s_teardown);

Test (signature, stands_beside_the_report_and_is_of_its_bytes)
{
    size_t n = 0, open = descriptors_count ();
    output_replace (NULL, s_sync_counting);
    cr_assert_eq (signature_write (s_key, s_place.folder, &s_report, false, &s_out, &s_error), DMH_OK, "%s",
                  s_error.text);
    cr_expect_eq (s_syncs, 1);
    cr_expect_eq (descriptors_count (), open);
    cr_expect_str_eq (s_out.name, "report.json.sig");
    cr_expect_eq (s_out.bytes, SIGNATURE_BYTES);
    cr_expect_eq (s_out.records, 0);
    char *signature = workplace_read (s_place.folder, "report.json.sig", &n);
    cr_assert (signature && n == SIGNATURE_BYTES);
    cr_expect (signing_key_signed (s_key, "{\"a\": 1}", 8, signature, n));
    free (signature);
    cr_expect_eq (signature_write (s_key, s_place.folder, &s_report, false, &s_out, &s_error), DMH_IO,
                  "it replaces none");
}

Test (signature, is_synced_by_whoever_takes_the_result_where_that_is_said)
{
    output_replace (NULL, s_sync_counting);
    cr_assert_eq (signature_write (s_key, s_place.folder, &s_report, true, &s_out, &s_error), DMH_OK);
    cr_expect_eq (s_syncs, 0);
}

Test (signature, is_none_of_a_report_that_is_not_what_was_written)
{
    static const char *const CHANGED[] = {"{\"a\": 2}", "{\"a\": 1} ", "{\"a\": 1", ""};
    for (size_t i = 0; i < sizeof CHANGED / sizeof *CHANGED; i++) {
        char path[600];
        snprintf (path, sizeof path, "%s/report.json.sig", s_place.folder);
        workplace_write (&s_place, "report.json", CHANGED[i], strlen (CHANGED[i]));
        cr_expect_eq (signature_write (s_key, s_place.folder, &s_report, false, &s_out, &s_error), DMH_IO);
        cr_expect (strstr (s_error.text, "/report.json is not what was written to it"), "%s", s_error.text);
        cr_expect_neq (access (path, F_OK), 0);
    }
    char path[600];
    snprintf (path, sizeof path, "%s/report.json", s_place.folder);
    cr_assert_eq (unlink (path), 0);
    cr_expect_eq (signature_write (s_key, s_place.folder, &s_report, false, &s_out, &s_error), DMH_IO);
    cr_expect (strstr (s_error.text, "/report.json cannot be read to be signed: No such file"), "%s",
               s_error.text);
}
