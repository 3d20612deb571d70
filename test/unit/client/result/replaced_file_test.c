//  replaced_file_test.c: what somebody left under the name in between is never written to, and holds nobody
//  up.
#include "client/result/replaced_file.h"

#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

static struct workplace s_place;

static void s_make (void)
{
    workplace_make (&s_place);
}

static void s_remove (void)
{
    workplace_remove (&s_place);
}

TestSuite (replaced_file, .init = s_make, .fini = s_remove, .timeout = 10);

static void s_path (const char *name, char out[600])
{
    snprintf (out, 600, "%s/%s", s_place.folder, name);
}

static void s_expect (const char *name, const char *text)
{
    size_t n = 0;
    char *found = workplace_read (s_place.folder, name, &n);
    cr_assert_not_null (found);
    cr_expect_eq (n, strlen (text));
    cr_expect (memcmp (found, text, n) == 0);
    free (found);
}

static void s_write (const char *text)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (replaced_file_write (s_place.folder, "batch.json", text, strlen (text), &error), DMH_OK,
                  "%s", error.text);
    s_expect ("batch.json", text);
}

Test (replaced_file, a_file_of_somebody_else_under_the_name_in_between_stays_as_it_is)
{
    char victim[600], between[600];
    workplace_write (&s_place, "victim", "mine", 4);
    s_path ("victim", victim);
    s_path (".dmh-batch.json", between);
    cr_assert_eq (link (victim, between), 0);
    s_write ("first");
    cr_assert_eq (symlink (victim, between), 0);
    s_write ("second");
    s_expect ("victim", "mine");
    cr_expect_neq (access (between, F_OK), 0);
}

Test (replaced_file, a_fifo_there_holds_nobody_up)
{
    char between[600];
    s_path (".dmh-batch.json", between);
    cr_assert_eq (mkfifo (between, 0600), 0);
    s_write ("first");
}

Test (replaced_file, what_cannot_be_written_is_a_sentence_and_the_old_one_stays)
{
    char between[600];
    struct error error = {.code = DMH_OK};
    s_write ("first");
    s_path (".dmh-batch.json", between);
    cr_assert_eq (mkdir (between, 0700), 0);
    cr_expect_eq (replaced_file_write (s_place.folder, "batch.json", "second", 6, &error), DMH_IO);
    cr_expect_not_null (strstr (error.text, "batch.json cannot be written"));
    s_expect ("batch.json", "first");
}
