//  stage_clock_test.c: time at work and time that is waited are told apart; what is no pass's is not counted.
#include "worker/pipeline/threads/stage_clock.h"

#include "messages/base/clock.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static int64_t s_now = 1000;

static int64_t s_clock (int which)
{
    (void) which;
    return s_now;
}

static void s_expect (const char *stage, const char *busy, const char *waiting)
{
    char *text = NULL, line[96];
    size_t n = 0;
    FILE *to = open_memstream (&text, &n);
    cr_assert_not_null (to);
    metrics_write ("worker", "0", METRICS_PROMETHEUS, to);
    fclose (to);
    snprintf (line, sizeof line, "\ndmh_worker_stage_busy_seconds_total{stage=\"%s\"} %s\n", stage, busy);
    cr_expect_not_null (strstr (text, line), "no %sin %s", line, text);
    snprintf (line, sizeof line, "\ndmh_worker_stage_waiting_seconds_total{stage=\"%s\"} %s\n", stage,
              waiting);
    cr_expect_not_null (strstr (text, line), "no %sin %s", line, text);
    free (text);
}

Test (stage_clock, work_and_waiting_are_told_apart_while_there_is_a_pass)
{
    struct stage_clock clock = {.stage = METRIC_STAGE_HARMONIZE};
    clock_replace (s_clock);
    stage_clock_wait (&clock);
    s_now += 5000;    //  nobody has work for it
    stage_clock_work (&clock);
    stage_clock_join (&clock);
    s_now += 20;
    stage_clock_work (&clock);
    s_expect ("harmonize", "0.020000", "0.000000");
    s_now += 30;
    stage_clock_wait (&clock);
    s_now += 400;
    stage_clock_wait (&clock);
    s_expect ("harmonize", "0.050000", "0.400000");
    s_now += 1;
    stage_clock_work (&clock);
    s_now += 2;
    stage_clock_leave (&clock);
    s_now += 5000;
    stage_clock_wait (&clock);
    s_expect ("harmonize", "0.052000", "0.401000");
    s_expect ("read", "0.000000", "0.000000");
    clock_replace (NULL);
}

//  The threads of the harmonizers have several jobs at once.
Test (stage_clock, it_waits_as_long_as_one_of_its_passes_goes_on)
{
    struct stage_clock clock = {.stage = METRIC_STAGE_WRITE};
    clock_replace (s_clock);
    stage_clock_join (&clock);
    stage_clock_join (&clock);
    stage_clock_leave (&clock);
    s_now += 3000;
    stage_clock_leave (&clock);
    s_expect ("write", "0.000000", "3.000000");
    s_now += 5000;
    stage_clock_leave (&clock);    //  one too many changes nothing
    stage_clock_wait (&clock);
    s_expect ("write", "0.000000", "3.000000");
    clock_replace (NULL);
}
