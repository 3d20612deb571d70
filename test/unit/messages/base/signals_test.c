//  signals_test.c: signals as a descriptor.
#include "messages/base/signals.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static int s_await (int descriptor)
{
    struct pollfd item = {.fd = descriptor, .events = POLLIN};
    cr_assert_eq (poll (&item, 1, 10000), 1, "no signal came");
    return signals_take (descriptor);
}

static void s_expect_default (int number)
{
    struct sigaction is;
    cr_assert_eq (sigaction (number, NULL, &is), 0);
    cr_expect_eq (is.sa_handler, SIG_DFL, "signal %d", number);
}

Test (signals, what_ends_a_program_is_heard_once_and_ends_nothing)
{
    int descriptor = signals_open ();
    cr_assert_geq (descriptor, 0);
    cr_expect_eq (signals_take (descriptor), 0, "nothing came yet, and nobody waits");
    cr_assert_eq (raise (SIGTERM), 0);
    cr_expect_eq (s_await (descriptor), SIGTERM);
    cr_assert_eq (raise (SIGINT), 0);
    cr_expect_eq (s_await (descriptor), SIGINT);
    cr_expect_eq (signals_take (descriptor), 0);
    s_expect_default (SIGPIPE);
    close (descriptor);
}

Test (signals, who_serves_hears_of_a_reload_and_outlives_a_reader)
{
    int descriptor = signals_open_serving (), ends[2];
    cr_assert_geq (descriptor, 0);
    cr_assert_eq (raise (SIGHUP), 0);
    cr_expect_eq (s_await (descriptor), SIGHUP);
    cr_assert_eq (pipe (ends), 0);
    close (ends[0]);
    cr_expect_eq (write (ends[1], "", 1), -1);
    close (ends[1]);
    close (descriptor);
}

Test (signals, a_terminal_that_goes_ends_who_does_not_serve, .signal = SIGHUP)
{
    cr_assert_geq (signals_open (), 0);
    raise (SIGHUP);
}
