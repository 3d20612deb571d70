//  dispatcher_fleet_test.c: the dispatcher with workers of which each can something else.
#include "broker/dispatch/dispatcher.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define MIB ((uint64_t) 1 << 20)

//  With commas between words; NULL: nothing is said.
struct said {
    const char *kinds, *writes;
    uint64_t memory;    //  MiB
};

static size_t s_words (const char *list, struct word out[8])
{
    size_t count = 0;
    for (const char *at = list; at && *at; count++) {
        size_t n = strcspn (at, ",");
        snprintf (out[count].word, sizeof out[count].word, "%.*s", (int) n, at);
        at += n + (at[n] == ',');
    }
    return count;
}

static void s_ready (dispatcher_t *dispatcher, const char *worker, uint64_t slots, struct said said)
{
    struct word kinds[8], writes[8];
    struct ready ready = {.slots = slots,
                          .kinds = kinds,
                          .kinds_count = s_words (said.kinds, kinds),
                          .writes = writes,
                          .writes_count = s_words (said.writes, writes),
                          .memory = said.memory * MIB};
    snprintf (ready.worker, sizeof ready.worker, "%s", worker);
    cr_assert_eq (dispatcher_ready (dispatcher, &ready, 0), DMH_OK);
}

//  `memory` in MiB, which is rounded up to a level.
static void s_open (dispatcher_t *dispatcher, const char *job, const char *kind, uint64_t memory)
{
    static uint64_t sequence;
    struct needs needs = {.memory = memory * MIB};
    snprintf (needs.words[NEED_KIND], WORD_BYTES, "%s", kind);
    struct opening opening = {.job = job, .sequence = ++sequence, .needs = &needs};
    cr_assert_eq (dispatcher_open (dispatcher, &opening, 0, 0), DMH_OK);
}

//  What is given now: "JOB WORKER" each, in order.
static void s_expect (dispatcher_t *dispatcher, const char *expected)
{
    char given[512] = "";
    struct action action;
    dispatcher_tick (dispatcher, 0);
    while (dispatcher_action (dispatcher, &action))
        if (action.sort == ACTION_GIVE)
            sprintf (given + strlen (given), "%s%s %s", *given ? ", " : "", action.job, action.worker);
    cr_assert_str_eq (given, expected);
}

static void s_expect_why (dispatcher_t *dispatcher, const char *job, const char *why)
{
    char text[SENTENCE_BYTES];
    cr_expect_eq (dispatcher_why (dispatcher, job, text), *why != 0, "%s: %s", job, text);
    cr_expect (*why ? strstr (text, why) != NULL : !*text, "%s: “%s” lacks “%s”", job, text, why);
}

Test (dispatcher_fleet, a_worker_gets_only_the_kinds_that_it_says)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "labs", 2, (struct said){.kinds = "lab_result,imaging_study"});
    s_ready (dispatcher, "people", 4, (struct said){.kinds = "patient"});
    s_open (dispatcher, "a", "lab_result", 0);
    s_open (dispatcher, "b", "lab_result", 0);
    s_open (dispatcher, "c", "lab_result", 0);
    s_open (dispatcher, "d", "patient", 0);
    s_open (dispatcher, "e", "", 0);
    s_expect (dispatcher, "a labs, b labs, d people, e people");
    s_expect_why (dispatcher, "c", "");
    cr_assert (dispatcher_result (dispatcher, "labs", "a", 1, 0));
    s_expect (dispatcher, "c labs");
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher_fleet, jobs_of_several_needs_go_in_one_order_whatever_comes_or_leaves)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    struct needs genome = {.words = {"genome"}};
    struct opening urgent = {.job = "urgent", .priority = 5, .sequence = 1000, .needs = &genome};
    s_ready (dispatcher, "busy", 1, (struct said){.kinds = NULL});
    s_open (dispatcher, "z", "", 64);
    s_expect (dispatcher, "z busy");
    s_open (dispatcher, "a", "patient", 64);
    s_open (dispatcher, "b", "genome", 64);
    s_open (dispatcher, "c", "patient", 64);
    s_open (dispatcher, "d", "lab_result", 100);
    cr_assert (dispatcher_cancel (dispatcher, "a", 0));
    s_ready (dispatcher, "w", 3, (struct said){.kinds = NULL});
    s_expect (dispatcher, "b w, c w, d w");
    s_open (dispatcher, "e", "patient", 64);
    s_open (dispatcher, "f", "genome", 64);
    cr_assert_eq (dispatcher_open (dispatcher, &urgent, 0, 0), DMH_OK);
    s_ready (dispatcher, "x", 8, (struct said){.kinds = NULL});
    s_expect (dispatcher, "urgent x, e x, f x");
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher_fleet, a_job_that_nobody_can_take_holds_up_none_behind_it_and_begins_when_somebody_comes)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_open (dispatcher, "a", "genome", 0);
    s_expect (dispatcher, "");
    s_expect_why (dispatcher, "a", "no worker is registered");
    s_ready (dispatcher, "w", 2, (struct said){.kinds = "patient"});
    s_open (dispatcher, "b", "patient", 0);
    s_expect (dispatcher, "b w");
    s_expect_why (dispatcher, "a", "no worker that is registered knows the kind genome");
    s_expect_why (dispatcher, "b", "");
    s_expect_why (dispatcher, "unknown", "");
    s_ready (dispatcher, "new", 1, (struct said){.kinds = "patient,genome"});
    s_expect (dispatcher, "a new");
    s_expect_why (dispatcher, "a", "");
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher_fleet, a_worker_that_says_something_else_when_it_registers_again_is_believed)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "w", 2, (struct said){.kinds = "patient"});
    s_open (dispatcher, "a", "genome", 0);
    s_expect (dispatcher, "");
    s_ready (dispatcher, "w", 2, (struct said){.kinds = "genome"});
    s_open (dispatcher, "b", "patient", 0);
    s_expect (dispatcher, "a w");
    s_expect_why (dispatcher, "b", "knows the kind patient");
    dispatcher_bye (dispatcher, "w", 0);
    s_expect (dispatcher, "");
    s_expect_why (dispatcher, "b", "no worker is registered");
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher_fleet, where_words_are_there_but_with_nobody_together_the_sentence_names_them_all)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    struct needs needs = {.words = {"patient", "", "fhir", ""}};
    s_ready (dispatcher, "v", 1, (struct said){.kinds = "patient", .writes = "csv"});
    s_ready (dispatcher, "w", 1, (struct said){.kinds = "lab_result", .writes = "csv,fhir"});
    cr_assert_eq (dispatcher_open (dispatcher, &(struct opening){.job = "a", .needs = &needs}, 0, 0), DMH_OK);
    s_expect (dispatcher, "");
    s_expect_why (dispatcher, "a", "one that knows the kind patient and one that writes fhir");
    dispatcher_drain (dispatcher, "w");
    s_expect_why (dispatcher, "a", "no worker that is registered writes fhir");
    dispatcher_drain (dispatcher, "v");
    s_expect_why (dispatcher, "a", "no worker is registered that takes jobs");
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher_fleet, what_a_worker_runs_never_needs_more_memory_than_it_has)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "w", 8, (struct said){.memory = 512});
    s_open (dispatcher, "big", "", 320);
    s_open (dispatcher, "a", "", 64);
    s_open (dispatcher, "b", "", 128);
    s_open (dispatcher, "c", "", 64);
    s_expect (dispatcher, "big w, a w, b w");
    s_expect_why (dispatcher, "c", "");
    cr_assert (dispatcher_result (dispatcher, "w", "b", 1, 0));
    s_expect (dispatcher, "c w");
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher_fleet, a_job_that_needs_more_than_any_worker_has_waits_and_says_so)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "w", 8, (struct said){.memory = 512});
    s_ready (dispatcher, "genes", 8, (struct said){.kinds = "genome", .memory = 4096});
    s_open (dispatcher, "big", "patient", 513);
    s_open (dispatcher, "a", "patient", 64);
    s_expect (dispatcher, "a w");
    s_expect_why (dispatcher, "big", "it needs 640 MiB of memory");
    s_expect_why (dispatcher, "big", "has 512 MiB");
    s_ready (dispatcher, "large", 1, (struct said){.memory = 640});
    s_expect (dispatcher, "big large");
    dispatcher_destroy (&dispatcher);
}

//  Else a night of small ones would keep it waiting for ever.
Test (dispatcher_fleet, one_worker_is_kept_for_a_job_that_there_is_no_room_for_while_others_go_on)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "v", 4, (struct said){.memory = 512});
    s_ready (dispatcher, "w", 4, (struct said){.memory = 512});
    s_open (dispatcher, "a", "", 128);
    s_open (dispatcher, "b", "", 160);
    s_expect (dispatcher, "a v, b w");
    s_open (dispatcher, "big", "", 512);
    for (int i = 0; i < 8; i++)
        s_open (dispatcher, (char[2]){(char) ('c' + i), 0}, "", 64);
    s_expect (dispatcher, "c w, d w, e w");    //  v has more room, and is kept
    cr_assert (dispatcher_result (dispatcher, "w", "c", 1, 0));
    s_expect (dispatcher, "f w");
    cr_assert (dispatcher_result (dispatcher, "v", "a", 1, 0));
    s_expect (dispatcher, "big v");
    cr_assert (dispatcher_result (dispatcher, "w", "d", 1, 0));
    cr_assert (dispatcher_result (dispatcher, "v", "big", 1, 0));
    s_expect (dispatcher, "g v, h v, i v, j v");
    dispatcher_destroy (&dispatcher);
}

Test (dispatcher_fleet, a_worker_that_was_kept_is_free_again_when_the_job_is_cancelled)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "w", 4, (struct said){.memory = 256});
    s_open (dispatcher, "a", "", 64);
    s_open (dispatcher, "big", "", 256);
    s_open (dispatcher, "b", "", 64);
    s_expect (dispatcher, "a w");
    cr_assert (dispatcher_cancel (dispatcher, "big", 0));
    s_expect (dispatcher, "b w");
    dispatcher_destroy (&dispatcher);
}

//  It was found with two workers that died; only one that can take it is asked to be idle for it.
Test (dispatcher_fleet, a_job_that_is_to_run_alone_waits_for_a_worker_that_can_take_it_and_holds_up_no_other)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    struct needs needs = {.words = {"genome"}, .memory = 256 * MIB};
    struct opening poison = {.job = "poison", .deaths = DEATHS_ALONE, .needs = &needs};
    cr_assert_eq (dispatcher_open (dispatcher, &poison, 0, 0), DMH_OK);
    s_ready (dispatcher, "small", 2, (struct said){.kinds = "genome,patient", .memory = 128});
    s_ready (dispatcher, "people", 2, (struct said){.kinds = "patient"});
    s_open (dispatcher, "a", "patient", 64);
    s_open (dispatcher, "b", "patient", 64);
    s_expect (dispatcher, "a people, b people");
    s_expect_why (dispatcher, "poison", "256 MiB");
    s_ready (dispatcher, "large", 2, (struct said){.kinds = "genome,patient", .memory = 256});
    s_open (dispatcher, "c", "genome", 64);
    s_expect (dispatcher, "poison large, c small");
    dispatcher_destroy (&dispatcher);
}

//  A file that several workers shared is one worker's now, while the attempt that was stopped has not let go.
Test (dispatcher_fleet, a_job_that_is_retried_while_its_attempt_stops_needs_what_it_needs_by_then)
{
    dispatcher_t *dispatcher = dispatcher_new (3);
    s_ready (dispatcher, "w", 1, (struct said){.kinds = "patient"});
    s_open (dispatcher, "a", "patient", 0);
    s_expect (dispatcher, "a w");
    cr_assert (dispatcher_cancel (dispatcher, "a", 0));
    s_open (dispatcher, "a", "imaging", 0);
    cr_assert (dispatcher_cancel (dispatcher, "a", 0));
    s_open (dispatcher, "a", "genome", 100);
    dispatcher_fail (dispatcher, "w", &(struct fail){.job = "a", .attempt = 1}, 0);
    s_expect (dispatcher, "");
    s_expect_why (dispatcher, "a", "genome");
    s_ready (dispatcher, "v", 1, (struct said){.kinds = "genome", .memory = 64});
    s_expect (dispatcher, "");
    s_ready (dispatcher, "u", 1, (struct said){.kinds = "genome", .memory = 300});
    s_expect (dispatcher, "a u");
    dispatcher_destroy (&dispatcher);
}
