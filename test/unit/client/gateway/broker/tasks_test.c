//  tasks_test.c: in which order tasks run, who waits for whom, and how they end.
#include "client/gateway/broker/tasks.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>

static sem_t s_begun, s_go, s_done;
static _Atomic int s_stopped, s_ran;

static void s_reset (void)
{
    sem_init (&s_begun, 0, 0);
    sem_init (&s_go, 0, 0);
    sem_init (&s_done, 0, 0);
    s_stopped = s_ran = 0;
}

static tasks_t *s_new (size_t threads)
{
    struct error error = {.code = DMH_OK};
    tasks_t *self = tasks_new (threads, &error);
    cr_assert_not_null (self, "%s", error.text);
    s_reset ();
    return self;
}

static void s_add (tasks_t *self, task_fn *task, void *context, const char *name)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (tasks_add (self, task, context, name, &error), DMH_OK, "%s", error.text);
}

//  Waits until it is let go.
static void s_wait (void *context, bool stopping)
{
    (void) context;
    s_stopped += stopping;
    sem_post (&s_begun);
    if (!stopping)
        sem_wait (&s_go);
    s_ran++;
}

static void s_tell (void *context, bool stopping)
{
    (void) context;
    s_stopped += stopping;
    s_ran++;
    sem_post (&s_done);
}

Test (tasks, of_one_name_that_are_slow_hold_up_nobody_else, .timeout = 60)
{
    tasks_t *tasks = s_new (4);
    for (int i = 0; i < 8; i++)
        s_add (tasks, s_wait, NULL, "anna");
    sem_wait (&s_begun);
    sem_wait (&s_begun);
    for (int i = 0; i < 100; i++) {
        s_add (tasks, s_tell, NULL, "ben");
        sem_wait (&s_done);    //  while anna's two do not end
    }
    cr_expect_eq (s_ran, 100);
    cr_expect_eq (sem_trywait (&s_begun), -1, "a third one of anna's has begun");
    for (int i = 0; i < 8; i++)
        sem_post (&s_go);
    for (int i = 0; i < 6; i++)
        sem_wait (&s_begun);
    tasks_destroy (&tasks);
    cr_expect_eq (s_ran, 108);
    cr_expect_eq (s_stopped, 0);
}

Test (tasks, of_nobody_in_particular_have_all_threads, .timeout = 60)
{
    tasks_t *tasks = s_new (3);
    for (int i = 0; i < 3; i++)
        s_add (tasks, s_wait, NULL, "");
    for (int i = 0; i < 3; i++)
        sem_wait (&s_begun);
    for (int i = 0; i < 3; i++)
        sem_post (&s_go);
    tasks_destroy (&tasks);
    cr_expect_eq (s_ran, 3);
}

//  Until the pool ends, as one does that waits for something else.
static void s_wait_for_end (void *context, bool stopping)
{
    tasks_t *tasks = context;
    cr_expect_not (stopping);
    cr_expect_not (tasks_are_ending (tasks));
    sem_post (&s_begun);
    struct pollfd stop = {.fd = tasks_stop (tasks), .events = POLLIN};
    cr_expect_eq (poll (&stop, 1, -1), 1);
    cr_expect (tasks_are_ending (tasks));
    s_ran++;
}

Test (tasks, that_run_are_told_of_the_end_and_those_that_wait_are_called_to_clean_up, .timeout = 60)
{
    struct error error = {.code = DMH_OK};
    tasks_t *tasks = s_new (1);
    s_add (tasks, s_wait_for_end, tasks, "anna");
    sem_wait (&s_begun);
    for (int i = 0; i < 5; i++)
        s_add (tasks, s_tell, NULL, "anna");
    tasks_end (tasks);
    cr_expect_eq (tasks_add (tasks, s_tell, NULL, "", &error), DMH_CANCELLED);
    tasks_join (tasks);
    cr_expect_eq (s_ran, 6);
    cr_expect_eq (s_stopped, 5);
    tasks_destroy (&tasks);
}

Test (tasks, that_wait_are_bounded, .timeout = 60)
{
    struct error error = {.code = DMH_OK};
    tasks_t *tasks = s_new (1);
    s_add (tasks, s_wait, NULL, "");
    sem_wait (&s_begun);
    for (int i = 0; i < TASKS_WAITING_MAX; i++)
        s_add (tasks, s_tell, NULL, "");
    cr_expect_eq (tasks_add (tasks, s_tell, NULL, "", &error), DMH_UNAVAILABLE);
    sem_post (&s_go);
    tasks_destroy (&tasks);
    cr_expect_eq (s_ran, 1 + TASKS_WAITING_MAX);
}
