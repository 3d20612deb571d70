//  simulation_test.c: the dispatcher through thousands of schedules (support/schedule.h). DMH_FAULT=all runs
//  100,000 of them, DMH_SEED=N that one alone and tells its story.
#include "test/support/schedule/schedule.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { FEW = 3000, ALL = 100000, THREADS_MAX = 16, STORY_BYTES = 20000 };

static atomic_uint_fast64_t s_next, s_broken;    //  seeds; s_broken 0: none so far
static uint64_t s_end;

static void *s_worker (void *unused)
{
    (void) unused;
    char why[SENTENCE_BYTES];
    schedule_t *schedule = schedule_new ();
    for (uint64_t seed; schedule && !s_broken && (seed = atomic_fetch_add (&s_next, 1)) <= s_end;)
        if (!schedule_run (schedule, seed, NULL, why))
            s_broken = seed;
    bool made = schedule;
    schedule_destroy (&schedule);
    return made ? NULL : (void *) &s_next;
}

//  The same seed again, and the end of what happened.
static void s_tell (uint64_t seed)
{
    char *story = NULL, why[SENTENCE_BYTES] = "nothing, this time";
    size_t n = 0;
    schedule_t *schedule = schedule_new ();
    FILE *to = open_memstream (&story, &n);
    cr_assert (schedule && to);
    schedule_run (schedule, seed, to, why);
    fclose (to);
    fprintf (stderr, "%s\nseed %llu: %s; DMH_SEED=%llu tells it again\n",
             story + (n > STORY_BYTES ? n - STORY_BYTES : 0), (unsigned long long) seed, why,
             (unsigned long long) seed);
    schedule_destroy (&schedule);
    free (story);
}

Test (simulation, whatever_happens_every_job_ends_once_and_no_slot_is_taken_twice, .timeout = 600)
{
    const char *all = getenv ("DMH_FAULT"), *one = getenv ("DMH_SEED");
    s_next = one ? strtoull (one, NULL, 10) : 1;
    s_end = one ? s_next : all && strcmp (all, "all") == 0 ? ALL : FEW;
    if (one)
        s_tell (s_next);
    pthread_t threads[THREADS_MAX];
    long count = sysconf (_SC_NPROCESSORS_ONLN);
    count = count < 1 ? 1 : count > THREADS_MAX ? THREADS_MAX : count;
    for (long i = 0; i < count; i++)
        cr_assert_eq (pthread_create (&threads[i], NULL, s_worker, NULL), 0);
    for (long i = 0; i < count; i++) {
        void *failed = NULL;
        pthread_join (threads[i], &failed);
        cr_assert_null (failed, "out of memory");
    }
    if (s_broken)
        s_tell (s_broken);
    cr_assert_eq (s_broken, 0, "seed %llu", (unsigned long long) s_broken);
}
