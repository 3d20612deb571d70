//  store_test.c: SQLite holds what store.h promises, as a file and in memory.
#include "test/support/stores/store_suite.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

//  One case of the suite, in a file and in memory.
static void s_hold (const char *name)
{
    const struct store_suite_case *one = STORE_SUITE;
    while (one->name && strcmp (one->name, name) != 0)
        one++;
    cr_assert_not_null (one->name, "no case has the name %s", name);
    struct workplace place;
    workplace_make (&place);
    struct store_suite_subject subject = {.lasts = true};
    snprintf (subject.url, sizeof subject.url, "sqlite:%s/folder/jobs.db", place.folder);
    subject.store = store_suite_open (subject.url);
    one->check (&subject);
    store_close (&subject.store);
    snprintf (subject.url, sizeof subject.url, "sqlite::memory:");
    subject.lasts = false;
    subject.store = store_suite_open (subject.url);
    one->check (&subject);
    store_close (&subject.store);
    workplace_remove (&place);
}

Test (store, keeps_every_field_of_a_job)
{
    s_hold ("keeps_every_field_of_a_job");
}

Test (store, keeps_a_change_with_the_outputs_of_the_result)
{
    s_hold ("keeps_a_change_with_the_outputs_of_the_result");
}

Test (store, a_group_is_kept_whole_or_not_at_all)
{
    s_hold ("a_group_is_kept_whole_or_not_at_all");
}

Test (store, takes_no_job_twice_and_no_place_of_a_submission_twice)
{
    s_hold ("takes_no_job_twice_and_no_place_of_a_submission_twice");
}

Test (store, answers_a_submit_key_with_its_jobs_in_the_order_of_the_inputs)
{
    s_hold ("answers_a_submit_key_with_its_jobs_in_the_order_of_the_inputs");
}

Test (store, lists_the_newest_first_by_state_and_after_a_job)
{
    s_hold ("lists_the_newest_first_by_state_and_after_a_job");
}

Test (store, counts_its_jobs_by_state)
{
    s_hold ("counts_its_jobs_by_state");
}

Test (store, tells_what_ended_of_late_and_what_waits_longest)
{
    s_hold ("tells_what_ended_of_late_and_what_waits_longest");
}

Test (store, gives_every_open_job_in_the_order_of_submission)
{
    s_hold ("gives_every_open_job_in_the_order_of_submission");
}

Test (store, gives_what_has_ended_in_the_order_of_its_end_and_counts_the_bytes)
{
    s_hold ("gives_what_has_ended_in_the_order_of_its_end_and_counts_the_bytes");
}

Test (store, forgets_a_job_that_has_ended_and_no_other)
{
    s_hold ("forgets_a_job_that_has_ended_and_no_other");
}

Test (store, keeps_submit_keys_by_owner)
{
    s_hold ("keeps_submit_keys_by_owner");
}

Test (store, lists_the_jobs_of_an_owner_and_knows_no_others)
{
    s_hold ("lists_the_jobs_of_an_owner_and_knows_no_others");
}

Test (store, counts_the_jobs_of_an_owner)
{
    s_hold ("counts_the_jobs_of_an_owner");
}

Test (store, gives_what_was_asked_to_leave_and_has_ended)
{
    s_hold ("gives_what_was_asked_to_leave_and_has_ended");
}

Test (store, gives_every_job_in_the_order_of_submission_in_portions)
{
    s_hold ("gives_every_job_in_the_order_of_submission_in_portions");
}

Test (store, counts_the_jobs_of_a_batch_and_sums_up_what_they_did)
{
    s_hold ("counts_the_jobs_of_a_batch_and_sums_up_what_they_did");
}

Test (store, gives_the_jobs_of_a_batch_in_their_order_by_state_and_from_a_position)
{
    s_hold ("gives_the_jobs_of_a_batch_in_their_order_by_state_and_from_a_position");
}

Test (store, answers_the_key_of_a_batch_and_the_jobs_at_its_places)
{
    s_hold ("answers_the_key_of_a_batch_and_the_jobs_at_its_places");
}

Test (store, forgets_a_batch_with_its_last_job)
{
    s_hold ("forgets_a_batch_with_its_last_job");
}

Test (store, finds_what_begins_so_and_batches_by_their_names)
{
    s_hold ("finds_what_begins_so_and_batches_by_their_names");
}

Test (store, knows_what_a_job_follows_and_what_follows_it)
{
    s_hold ("knows_what_a_job_follows_and_what_follows_it");
}

Test (store, neither_lists_nor_counts_what_a_split_job_is_made_of)
{
    s_hold ("neither_lists_nor_counts_what_a_split_job_is_made_of");
}

Test (store, keeps_what_a_split_job_is_made_of_as_any_job)
{
    s_hold ("keeps_what_a_split_job_is_made_of_as_any_job");
}

Test (store, knows_which_jobs_name_a_file)
{
    s_hold ("knows_which_jobs_name_a_file");
}

Test (store, knows_of_which_key_the_jobs_are_that_name_a_file)
{
    s_hold ("knows_of_which_key_the_jobs_are_that_name_a_file");
}

Test (store, finds_the_one_of_many_jobs_that_names_a_file_and_stays)
{
    s_hold ("finds_the_one_of_many_jobs_that_names_a_file_and_stays");
}

Test (store, knows_which_outputs_were_brought_from_a_worker)
{
    s_hold ("knows_which_outputs_were_brought_from_a_worker");
}
