//  handover_test.c: a job on its way to R's thread and back, with threads of the test's for both.
#include "worker/r/src/handover.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

//  A runner's side: it waits in a thread of its own.
struct runner {
    struct handover *handover;
    pthread_t thread;
    int stop;
    atomic_size_t moves;
    struct handed_answer answer;
    struct error error;
    int rc;
};

static bool s_goes_on (void *context, const struct counts *so_far)
{
    struct runner *self = context;
    struct pollfd item = {.fd = self->stop, .events = POLLIN};
    (void) so_far;
    atomic_fetch_add (&self->moves, 1);
    return poll (&item, 1, 0) == 0;
}

static void *s_run (void *context)
{
    struct runner *self = context;
    const struct followed_task task = {
        .stop = {NULL, self->stop, ZMQ_POLLIN, 0}, .goes_on = s_goes_on, .context = self};
    struct handed handed = {.job = "j1", .out = strdup ("out"), .count = 1};
    handed.tables = calloc (1, sizeof *handed.tables);
    handed.tables[0] = (struct handed_table){strdup ("folder"), strdup ("source")};
    self->rc = handover_do (self->handover, &handed, &task, &self->answer, &self->error);
    handed_clear (&handed);
    return NULL;
}

static void s_begin (struct runner *self, struct handover *handover)
{
    *self = (struct runner){.handover = handover, .stop = eventfd (0, EFD_CLOEXEC)};
    //  Signals are for this thread, which is R's.
    sigset_t all, before;
    sigfillset (&all);
    pthread_sigmask (SIG_SETMASK, &all, &before);
    cr_assert_eq (pthread_create (&self->thread, NULL, s_run, self), 0);
    pthread_sigmask (SIG_SETMASK, &before, NULL);
}

static void s_stop (struct runner *self)
{
    eventfd_write (self->stop, 1);
}

static void s_end (struct runner *self)
{
    cr_assert_eq (pthread_join (self->thread, NULL), 0);
    close (self->stop);
}

static struct handed s_take (struct handover *handover)
{
    struct handed handed;
    enum handover_news news;
    while ((news = handover_take (handover, 60000, &handed)) == HANDOVER_NOTHING)
        ;
    cr_assert_eq (news, HANDOVER_JOB);
    return handed;
}

static volatile sig_atomic_t s_interrupts;

static void s_on_interrupt (int number)
{
    (void) number;
    s_interrupts++;
}

static void s_open (struct handover *handover)
{
    struct sigaction interrupt = {.sa_handler = s_on_interrupt};
    struct error error;
    sigaction (SIGINT, &interrupt, NULL);
    s_interrupts = 0;
    cr_assert_eq (handover_open (handover, &error), DMH_OK);
}

static void s_await_interrupt (void)
{
    for (int i = 0; s_interrupts == 0 && i < 6000; i++)
        poll (NULL, 0, 10);
    cr_assert_eq (s_interrupts, 1);
}

Test (handover, brings_a_job_to_R_and_its_answer_back, .timeout = 120)
{
    struct handover handover;
    struct runner runner;
    s_open (&handover);
    s_begin (&runner, &handover);
    struct handed handed = s_take (&handover);
    cr_expect_str_eq (handed.job, "j1");
    cr_expect_str_eq (handed.out, "out");
    cr_expect_str_eq (handed.tables[0].folder, "folder");
    cr_expect_str_eq (handed.tables[0].source, "source");
    handed_clear (&handed);
    cr_expect (handover_is_busy (&handover));
    cr_expect (handover_answer (&handover, &(struct handed_answer){.records = 7}));
    s_end (&runner);
    cr_expect_eq (runner.rc, DMH_OK);
    cr_expect_eq (runner.answer.records, 7);
    cr_expect_not (handover_is_busy (&handover));
    handover_close (&handover);
}

Test (handover, tells_that_R_gets_on_only_where_R_says_so, .timeout = 120)
{
    struct handover handover;
    struct runner runner;
    s_open (&handover);
    s_begin (&runner, &handover);
    struct handed handed = s_take (&handover);
    handed_clear (&handed);
    cr_expect_eq (atomic_load (&runner.moves), 0);
    handover_moved (&handover);
    for (int i = 0; atomic_load (&runner.moves) == 0 && i < 6000; i++)
        poll (NULL, 0, 10);
    cr_expect_eq (atomic_load (&runner.moves), 1);
    struct handed_answer answer = {.records = 0};
    error_set (&answer.error, DMH_BAD_INPUT, "no column");
    handover_answer (&handover, &answer);
    s_end (&runner);
    cr_expect_eq (runner.rc, DMH_OK, "R has answered");
    cr_expect_str_eq (runner.answer.error.text, "no column");
    handover_close (&handover);
}

Test (handover, of_a_job_that_R_has_not_begun_is_taken_back, .timeout = 120)
{
    struct handover handover;
    struct runner runner;
    struct handed handed;
    s_open (&handover);
    s_begin (&runner, &handover);
    struct pollfd given = {.fd = handover.to_r, .events = POLLIN};
    cr_assert_eq (poll (&given, 1, 60000), 1);
    s_stop (&runner);
    s_end (&runner);
    cr_expect_eq (runner.rc, DMH_CANCELLED);
    cr_expect_eq (handover_take (&handover, 0, &handed), HANDOVER_NOTHING);
    cr_expect_eq (s_interrupts, 0);
    cr_expect_not (handover_was_interrupted (&handover));
    handover_close (&handover);
}

Test (handover, interrupts_R_at_a_job_that_is_cancelled, .timeout = 120)
{
    struct handover handover;
    struct runner runner;
    s_open (&handover);
    s_begin (&runner, &handover);
    struct handed handed = s_take (&handover);
    handed_clear (&handed);
    s_stop (&runner);
    s_await_interrupt ();
    cr_expect (handover_was_interrupted (&handover));
    cr_expect_not (handover_was_interrupted (&handover), "it is asked once");
    handover_answer (&handover, &(struct handed_answer){.records = 1});
    s_end (&runner);
    cr_expect_eq (runner.rc, DMH_CANCELLED);
    cr_expect_not (handover_is_busy (&handover));
    handover_close (&handover);
}

Test (handover, gives_up_R_that_does_not_stop_and_takes_it_again_when_it_is_free, .timeout = 120)
{
    struct handover handover;
    struct runner first, second;
    struct handed none;
    s_open (&handover);
    s_begin (&first, &handover);
    struct handed handed = s_take (&handover);
    handed_clear (&handed);
    s_stop (&first);
    s_end (&first);
    cr_expect_eq (first.rc, DMH_CANCELLED);
    cr_expect (handover_is_busy (&handover), "R computes on");
    s_begin (&second, &handover);
    cr_expect_eq (handover_take (&handover, 100, &none), HANDOVER_NOTHING);
    cr_expect_not (handover_answer (&handover, &(struct handed_answer){.records = 1}), "nobody waits for it");
    handed = s_take (&handover);
    handed_clear (&handed);
    cr_expect (handover_answer (&handover, &(struct handed_answer){.records = 2}));
    s_end (&second);
    cr_expect_eq (second.answer.records, 2);
    handover_close (&handover);
}

Test (handover, that_R_leaves_interrupts_nobody, .timeout = 120)
{
    struct handover handover;
    struct runner runner;
    s_open (&handover);
    s_begin (&runner, &handover);
    struct handed handed = s_take (&handover);
    handed_clear (&handed);
    handover_give_up (&handover);
    s_stop (&runner);
    s_end (&runner);
    cr_expect_eq (runner.rc, DMH_CANCELLED);
    cr_expect_eq (s_interrupts, 0);
    handover_close (&handover);
}

Test (handover, ends_behind_what_was_given, .timeout = 120)
{
    struct handover handover;
    struct runner runner;
    struct handed none;
    s_open (&handover);
    s_begin (&runner, &handover);
    struct pollfd given = {.fd = handover.to_r, .events = POLLIN};
    cr_assert_eq (poll (&given, 1, 60000), 1);
    handover_end (&handover);
    struct handed handed = s_take (&handover);
    handed_clear (&handed);
    handover_answer (&handover, &(struct handed_answer){.records = 1});
    cr_expect_eq (handover_take (&handover, 60000, &none), HANDOVER_END);
    s_end (&runner);
    cr_expect_eq (runner.rc, DMH_OK);
    handover_close (&handover);
}
