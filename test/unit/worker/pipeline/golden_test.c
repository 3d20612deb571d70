//  golden_test.c: every case under fixtures/ inside this process: what was worked out by hand comes out, with
//  one thread and with several, and whatever is read at a time.
#include "test/support/results/golden_case.h"
#include "test/support/results/local_attempt.h"

#include <criterion/criterion.h>

#include "client/arguments/arguments.h"

//  The part of the cases that a test runs: those whose names begin from `from` on and before `before`.
static const char *s_from, *s_before;
static size_t s_threads;
static uint64_t s_block_bytes;

static void s_visit (const struct workplace *place, struct golden_case *golden)
{
    struct arguments arguments;
    struct error error = {.code = DMH_OK};
    struct workplace own = *place;
    if (strcmp (golden->name, s_from) < 0 || strcmp (golden->name, s_before) >= 0)
        return;
    //  Behind "dmh".
    cr_assert_eq (arguments_read (&arguments,
                                  ARGUMENTS_JOB | ARGUMENTS_WORK | ARGUMENTS_FOLDER | ARGUMENTS_QUIET, NULL,
                                  (int) golden->word_count - 1, (char **) golden->words + 1, &error),
                  DMH_OK, "%s: %s", golden->name, error.text);
    arguments.options.block_bytes = s_block_bytes;
    snprintf (own.folder + strlen (own.folder), sizeof own.folder - strlen (own.folder), "/%s", golden->name);
    cr_assert_eq (mkdir (own.folder, 0700), 0);
    struct local_attempt got = local_attempt_run_path (&own, golden->input, &arguments.options, s_threads);
    cr_assert (got.done, "%s: %s", golden->name, got.error.text);
    golden_case_check (golden, got.folder);
    arguments_clear (&arguments);
}

static void s_run (const char *from, const char *before, size_t threads, uint64_t block_bytes)
{
    struct workplace place;
    workplace_make (&place);
    s_from = from;
    s_before = before;
    s_threads = threads;
    s_block_bytes = block_bytes;
    golden_case_each (&place, s_visit);
    workplace_remove (&place);
}

Test (golden, cases_of_codes_columns_and_dates, .timeout = 300)
{
    s_run ("", "e", 1, 0);
}

Test (golden, cases_of_fhir, .timeout = 300)
{
    s_run ("e", "g", 1, 0);
}

Test (golden, cases_of_guards_imaging_and_json, .timeout = 300)
{
    s_run ("g", "l", 1, 0);
}

Test (golden, cases_of_laboratories, .timeout = 300)
{
    s_run ("l", "m", 1, 0);
}

Test (golden, cases_of_mappings_names_and_people, .timeout = 300)
{
    s_run ("m", "r", 1, 0);
}

Test (golden, cases_of_ranges_units_and_wide_tables, .timeout = 300)
{
    s_run ("r", "~", 1, 0);
}

Test (golden, all_cases_in_small_blocks_on_three_threads, .timeout = 600)
{
    s_run ("", "~", 3, 4096);
}
