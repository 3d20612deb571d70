//  socket_file_test.c: the file of a Unix socket: a live broker's is not taken, a dead one's is, another file
//  is not touched, and only one's own is removed.
#include "broker/access/socket_file.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

static struct workplace s_place;
static char s_endpoint[512];
static const char *s_path;

static void s_open (void)
{
    workplace_make (&s_place);
    snprintf (s_endpoint, sizeof s_endpoint, "ipc://%.90s/front", s_place.folder);
    s_path = s_endpoint + strlen ("ipc://");
}

static void s_close (void)
{
    workplace_remove (&s_place);
}

TestSuite (socket_file, .init = s_open, .fini = s_close);

//  Its lock is closed.
static void s_expect_claimed (void)
{
    struct error error = {.code = DMH_OK};
    int lock = -1;
    cr_assert_eq (socket_file_claim (s_endpoint, &lock, &error), DMH_OK, "%s", error.text);
    cr_assert_geq (lock, 0);
    close (lock);
}

static void s_expect_refused (int code, const char *part)
{
    struct error error = {.code = DMH_OK};
    int lock = -1;
    cr_assert_eq (socket_file_claim (s_endpoint, &lock, &error), code, "%s", error.text);
    cr_expect_eq (lock, -1);
    cr_expect_not_null (strstr (error.text, part), "%s", error.text);
}

Test (socket_file, of_a_live_broker_is_not_taken_and_what_a_dead_one_left_is)
{
    char said[64];
    s_expect_claimed ();
    zsock_t *live = zsock_new_checked (ZMQ_ROUTER, NULL, 0);
    cr_assert_eq (zsock_bind (live, "%s", s_endpoint), 0);
    snprintf (said, sizeof said, "process %d", (int) getpid ());
    s_expect_refused (DMH_UNAVAILABLE, said);
    cr_assert_eq (zsock_unbind (live, "%s", s_endpoint), 0);
    zsock_destroy (&live);
    zsys_shutdown ();    //  libzmq has closed it by then
    cr_assert_eq (access (s_path, F_OK), 0, "libzmq leaves the file behind");
    s_expect_claimed ();
}

Test (socket_file, another_file_of_that_name_stays)
{
    workplace_write (&s_place, "front", "data", 4);
    s_expect_refused (DMH_UNAVAILABLE, "is no socket");
    cr_expect_eq (access (s_path, F_OK), 0);
    socket_file_remove (s_endpoint);
    cr_expect_eq (access (s_path, F_OK), 0);
}

Test (socket_file, is_claimed_by_one_at_a_time)
{
    struct error error = {.code = DMH_OK};
    int lock = -1, other = open (s_place.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq (socket_file_claim (s_endpoint, &lock, &error), DMH_OK, "%s", error.text);
    cr_expect_eq (flock (other, LOCK_EX | LOCK_NB), -1);
    close (lock);
    cr_expect_eq (flock (other, LOCK_EX | LOCK_NB), 0);
    close (other);
}

Test (socket_file, is_removed_by_the_one_that_listens_there)
{
    zsock_t *own = zsock_new_checked (ZMQ_ROUTER, NULL, 0);
    cr_assert_eq (zsock_bind (own, "%s", s_endpoint), 0);
    socket_file_remove ("tcp://127.0.0.1:1");
    socket_file_remove ("");
    cr_assert_eq (access (s_path, F_OK), 0);
    socket_file_remove (s_endpoint);
    cr_expect_neq (access (s_path, F_OK), 0);
    zsock_destroy (&own);
}

Test (socket_file, a_folder_that_is_not_there_is_named)
{
    snprintf (s_endpoint, sizeof s_endpoint, "ipc://%.90s/none/front", s_place.folder);
    s_expect_refused (DMH_IO, "/none");
    snprintf (s_endpoint, sizeof s_endpoint, "ipc://@front");
    s_expect_refused (DMH_USAGE, "without a file");
}
