//  patience_test.c: which connections are ended, and when. The times are said, but for those of entries.
#include "client/gateway/http/patience.h"
#include "messages/base/clock.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SECONDS = 3600 };    //  so that the thread itself ends none

static _Atomic int64_t s_now;
static patience_t *s_patience;
static int s_pair[2];
static patient_t *s_patient;

static int64_t s_clock (int which)
{
    (void) which;
    return atomic_load (&s_now);
}

static void s_begin (enum patient_state state)
{
    clock_replace (s_clock);
    atomic_store (&s_now, 1000);
    s_patience = patience_new (SECONDS);
    cr_assert_not_null (s_patience);
    cr_assert_eq (socketpair (AF_UNIX, SOCK_STREAM, 0, s_pair), 0);
    s_patient = patience_enter (s_patience, s_pair[0]);
    if (state != PATIENT_IDLE)
        patience_turn (s_patience, s_patient, state);
}

//  So many windows later.
static size_t s_check (int64_t windows, int64_t more)
{
    return patience_check (s_patience, 1000 + windows * SECONDS * 1000 + more);
}

static void s_end (bool ended)
{
    char byte;
    ssize_t n = recv (s_pair[1], &byte, 1, MSG_DONTWAIT);
    cr_expect_eq (n == 0, ended);
    patience_leave (s_patience, s_patient);
    cr_expect_eq (s_check (100, 0), 0, "it has gone");
    patience_destroy (&s_patience);
    cr_expect_null (s_patience);
    close (s_pair[0]);
    close (s_pair[1]);
}

Test (patience, headers_have_one_window)
{
    s_begin (PATIENT_HEADERS);
    cr_expect_eq (s_check (1, 0), 0);
    cr_expect_eq (s_check (1, 1), 1);
    cr_expect_eq (s_check (2, 1), 0, "once");
    s_end (true);
}

Test (patience, a_first_line_has_two)
{
    s_begin (PATIENT_IDLE);
    cr_expect_eq (s_check (2, 0), 0);
    cr_expect_eq (s_check (2, 1), 1);
    s_end (true);
}

Test (patience, an_answer_has_all_the_time_there_is)
{
    s_begin (PATIENT_ANSWER);
    cr_expect_eq (s_check (1000, 0), 0);
    s_end (false);
}

Test (patience, a_body_needs_its_bytes_in_each_window)
{
    s_begin (PATIENT_BODY);
    patience_heard (s_patience, s_patient, (size_t) PATIENCE_BYTES_A_SECOND * SECONDS);
    cr_expect_eq (s_check (1, 1), 0, "it has come fast enough");
    patience_heard (s_patience, s_patient, (size_t) PATIENCE_BYTES_A_SECOND * SECONDS - 1);
    cr_expect_eq (s_check (2, 1), 0, "the second window is not over");
    cr_expect_eq (s_check (2, 2), 1);
    s_end (true);
}
