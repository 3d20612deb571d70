//  commit_group_test.c: results that come while one is written to the disk go there together.
#define _GNU_SOURCE
#include "messages/files/folder_sync.h"
#include "test/support/processes/workplace.h"
#include "worker/results/commit_group.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OTHERS = 6 };

static struct workplace s_place;
static commit_group_t *s_group;
static atomic_int s_fsyncs, s_groups, s_named;
static bool s_refuses;
static int s_marker;    //  a descriptor opened after the group's

static void s_path (char path[512], int number, const char *end)
{
    snprintf (path, 512, "%s/job-%d%s", s_place.folder, number, end);
}

static int s_named_count (void)
{
    char path[512];
    int count = 0;
    for (int i = 0; i <= OTHERS; i++) {
        s_path (path, i, "");
        count += access (path, F_OK) == 0;
    }
    return count;
}

//  The first one is at the disk until all others wait.
static int s_fsync (int fd)
{
    (void) fd;
    if (atomic_fetch_add (&s_fsyncs, 1) == 0)
        while (commit_group_waiting (s_group) < OTHERS)
            sched_yield ();
    atomic_store (&s_named, s_named_count ());
    return 0;
}

//  The descriptor was there before the first byte: it is not opened for the sync.
static int s_syncfs (int fd)
{
    cr_expect_lt (fd, s_marker, "the disk would not tell it what failed before");
    atomic_fetch_add (&s_groups, 1);
    cr_expect_eq (s_named_count (), 1, "one of them has its name before its bytes are on the disk");
    errno = ENOSPC;
    return s_refuses ? -1 : 0;
}

static void *s_finish (void *context)
{
    int number = *(const int *) context;
    char from[512], to[512];
    bool named = false;
    struct error error = {.code = DMH_OK};
    s_path (from, number, ".part");
    s_path (to, number, "");
    int rc = commit_group_finish (s_group, from, to, &named, &error);
    bool fails = s_refuses && number > 0;
    cr_expect_eq (rc, fails ? DMH_IO : DMH_OK, "%s", error.text);
    cr_expect_eq (named, !fails);
    cr_expect (!fails || strstr (error.text, to) == error.text, "its place is said: %s", error.text);
    return NULL;
}

static void s_run (void)
{
    pthread_t threads[OTHERS + 1];
    int numbers[OTHERS + 1];
    char path[512];
    workplace_make (&s_place);
    s_group = commit_group_new (s_place.folder);
    s_marker = open ("/dev/null", O_RDONLY | O_CLOEXEC);
    atomic_store (&s_fsyncs, 0);
    atomic_store (&s_groups, 0);
    folder_sync_replace (s_fsync, s_syncfs);
    for (int i = 0; i <= OTHERS; i++) {
        numbers[i] = i;
        s_path (path, i, ".part");
        cr_assert_eq (mkdir (path, 0700), 0);
        cr_assert_eq (pthread_create (&threads[i], NULL, s_finish, &numbers[i]), 0);
        while (i == 0 && atomic_load (&s_fsyncs) == 0)
            sched_yield ();
    }
    for (int i = 0; i <= OTHERS; i++)
        cr_assert_eq (pthread_join (threads[i], NULL), 0);
    folder_sync_replace (NULL, NULL);
    cr_expect_eq (atomic_load (&s_groups), 1, "%d syncs of the others", atomic_load (&s_groups));
    close (s_marker);
    commit_group_destroy (&s_group);
    cr_expect_null (s_group);
}

Test (commit_group, those_that_come_meanwhile_share_a_sync_and_the_one_of_their_names, .timeout = 60)
{
    s_refuses = false;
    s_run ();
    cr_expect_eq (s_named_count (), OTHERS + 1);
    cr_expect_eq (atomic_load (&s_named), OTHERS + 1, "the names are synced when all are there");
    workplace_remove (&s_place);
}

Test (commit_group, what_the_disk_refuses_has_no_name_and_says_which_it_would_have_had, .timeout = 60)
{
    s_refuses = true;
    s_run ();
    cr_expect_eq (s_named_count (), 1);
    workplace_remove (&s_place);
}
