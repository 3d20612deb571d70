//  together_test.c: many at once, bounded, and what is said of those that fail.
#include "client/launch/remote/together.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MANY = 100 };

struct seen {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t calls[MANY], now, most;
    size_t meet;    //  so many wait until they are together
    size_t bad;     //  those below fail
};

static int s_one (void *context, size_t i, struct error *error)
{
    struct seen *self = context;
    pthread_mutex_lock (&self->lock);
    self->calls[i]++;
    self->most = ++self->now > self->most ? self->now : self->most;
    pthread_cond_broadcast (&self->changed);
    while (self->most < self->meet)
        pthread_cond_wait (&self->changed, &self->lock);
    self->now--;
    pthread_mutex_unlock (&self->lock);
    return i < self->bad ? error_set (error, DMH_IO, "number %zu fails", i) : DMH_OK;
}

static struct seen s_seen (void)
{
    return (struct seen){.lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
}

Test (together, each_is_done_once_and_as_many_at_once_as_may_be, .timeout = 60)
{
    struct seen seen = s_seen ();
    struct error error = {.code = DMH_OK};
    seen.meet = TOGETHER_WIDTH;    //  they would wait for ever, were they fewer
    cr_assert_eq (together_run (MANY, s_one, &seen, &error), DMH_OK);
    for (size_t i = 0; i < MANY; i++)
        cr_assert_eq (seen.calls[i], 1);
    cr_assert_eq (seen.most, TOGETHER_WIDTH);
    cr_assert_eq (together_run (0, s_one, &seen, &error), DMH_OK);
    cr_assert_eq (error.code, DMH_OK);
}

Test (together, of_those_that_fail_the_first_in_order_is_said_and_none_more_begins, .timeout = 60)
{
    struct seen seen = s_seen ();
    struct error error = {.code = DMH_OK};
    seen.meet = TOGETHER_WIDTH;
    seen.bad = TOGETHER_WIDTH;    //  all that begin, and they begin together
    cr_assert_eq (together_run (MANY, s_one, &seen, &error), DMH_IO);
    cr_assert_str_eq (error.text, "number 0 fails");
    for (size_t i = 0; i < MANY; i++)
        cr_assert_eq (seen.calls[i], i < TOGETHER_WIDTH ? 1 : 0);
}
