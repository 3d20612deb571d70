//  fetched_files_test.c: files that an attempt fetches from the broker: for this user alone, and gone with
//  the attempt.
#include "test/support/results/stored_result.h"

#include "messages/base/digest.h"
#include "worker/input/fetched_files.h"
#include "worker/results/upload.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

static struct stored_result s_result;

static void s_setup (void)
{
    struct error error = {.code = DMH_OK};
    stored_result_make (&s_result);
    struct upload upload = {.files = s_result.endpoint, .stop = {NULL, -1, 0, 0}};
    cr_assert_eq (upload_result (&upload, s_result.results, &s_result.order, &error), DMH_OK, "%s",
                  error.text);
}

static void s_teardown (void)
{
    stored_result_remove (&s_result);
}

TestSuite (fetched_files, .init = s_setup, .fini = s_teardown, .timeout = 60);

static int s_fetch (struct fetched_files *fetched, const char *folder, const char *sha256,
                    struct error *error)
{
    static const struct options options = {.format = ""};
    struct input input = {.name = "people.csv", .uri = "sha256:", .bytes = 5};
    struct fetch fetch = {.input = &input,
                          .options = &options,
                          .folder = folder,
                          .job = "job",
                          .attempt = 3,
                          .files = s_result.endpoint,
                          .stop = {NULL, -1, 0, 0}};
    snprintf (input.sha256, sizeof input.sha256, "%s", sha256);
    return fetched_files_fetch (fetched, &fetch, error);
}

static void s_expect_hello (const char *path)
{
    char text[8] = "";
    FILE *file = fopen (path, "r");
    cr_assert_not_null (file, "%s", path);
    cr_expect_eq (fread (text, 1, sizeof text - 1, file), 5);
    cr_expect_str_eq (text, "hello");
    fclose (file);
}

Test (fetched_files, an_input_is_for_this_user_alone_whatever_the_umask_and_goes_with_its_attempt)
{
    struct fetched_files fetched = {.files = NULL};
    struct error error = {.code = DMH_OK};
    struct stat about;
    char name[800];
    umask (0);
    cr_assert_eq (s_fetch (&fetched, s_result.results, s_result.output.sha256, &error), DMH_OK, "%s",
                  error.text);
    s_expect_hello (fetched_files_input (&fetched));
    snprintf (name, sizeof name, "%s/.input-%s", s_result.results, s_result.output.sha256);
    cr_assert_eq (stat (name, &about), 0);
    cr_expect_eq (about.st_mode, S_IFREG | 0600);
    fetched_files_clear (&fetched);
    cr_expect_neq (access (name, F_OK), 0);
    cr_expect_null (fetched_files_input (&fetched));
}

Test (fetched_files, two_attempts_that_want_one_file_at_once_have_one_each)
{
    struct fetched_files one = {.files = NULL}, two = {.files = NULL};
    struct error error = {.code = DMH_OK};
    cr_assert_eq (s_fetch (&one, s_result.results, s_result.output.sha256, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (s_fetch (&two, s_result.results, s_result.output.sha256, &error), DMH_OK, "%s", error.text);
    fetched_files_clear (&one);
    s_expect_hello (fetched_files_input (&two));
    fetched_files_clear (&two);
}

Test (fetched_files, what_the_broker_has_not_or_nobody_names_is_said_by_the_input_s_name)
{
    static const struct {
        const char *sha256;
        int code;
    } CASES[] = {{"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9825", DMH_NOT_FOUND},
                 {"../../secret", DMH_BAD_INPUT},
                 {"", DMH_BAD_INPUT}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct fetched_files fetched = {.files = NULL};
        struct error error = {.code = DMH_OK};
        cr_expect_eq (s_fetch (&fetched, s_result.results, CASES[i].sha256, &error), CASES[i].code, "%s",
                      error.text);
        cr_expect (strstr (error.text, "people.csv"), "%s", error.text);
        fetched_files_clear (&fetched);
    }
    struct fetched_files fetched = {.files = NULL};
    struct error error = {.code = DMH_OK};
    cr_expect_eq (s_fetch (&fetched, "/nowhere", s_result.output.sha256, &error), DMH_IO);
    cr_expect (strstr (error.text, "people.csv cannot be kept in the results folder: No such file"), "%s",
               error.text);
    fetched_files_clear (&fetched);
}
