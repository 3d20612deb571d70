//  unix_socket_test.c: which paths can be a Unix socket's, and who listens at one.
#include "messages/sockets/unix_socket.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

Test (unix_socket, endpoints_of_a_list_are_told_apart)
{
    cr_expect_str_eq (unix_socket_path ("ipc:///run/dmh/front"), "/run/dmh/front");
    cr_expect_null (unix_socket_path ("tcp://127.0.0.1:5570"));
    cr_expect (unix_socket_is_each ("ipc:///a"));
    cr_expect (unix_socket_is_each ("ipc:///a, ipc:///b"));
    cr_expect_not (unix_socket_is_each ("ipc:///a,tcp://127.0.0.1:5571"));
    cr_expect_not (unix_socket_is_each ("tcp://127.0.0.1:5571,ipc:///a"));
    cr_expect_not (unix_socket_is_each (""));
}

static void s_expect_refused (const char *endpoint, const char *part)
{
    struct error error = {.code = DMH_OK};
    cr_expect_eq (unix_socket_check (endpoint, &error), DMH_USAGE, "%s", endpoint);
    cr_expect_not_null (strstr (error.text, part), "%s", error.text);
}

Test (unix_socket, a_path_has_at_most_107_bytes_and_a_file)
{
    char endpoint[128] = "ipc:///";
    struct error error = {.code = DMH_OK};
    memset (endpoint + strlen (endpoint), 'x', 106);
    cr_expect_eq (unix_socket_check (endpoint, &error), DMH_OK, "%s", error.text);
    endpoint[strlen (endpoint)] = 'x';
    s_expect_refused (endpoint, "has 108 bytes and may have 107");
    s_expect_refused ("ipc://@dmh", "every user of this host may take");
    s_expect_refused ("ipc://", "names no file");
}

Test (unix_socket, its_listener_is_known_and_a_file_without_one_is_nobody_s)
{
    struct workplace place;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char endpoint[512];
    workplace_make (&place);
    snprintf (endpoint, sizeof endpoint, "ipc://%.90s/s", place.folder);
    cr_assert_eq (unix_socket_listener (endpoint), 0, "there is no such file");
    snprintf (address.sun_path, sizeof address.sun_path, "%.90s/s", place.folder);
    int fd = socket (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq (bind (fd, (struct sockaddr *) &address, sizeof address), 0);
    cr_assert_eq (unix_socket_listener (endpoint), 0, "nobody listens yet");
    cr_assert_eq (listen (fd, 0), 0);
    cr_expect_eq (unix_socket_listener (endpoint), getpid ());
    cr_expect_eq (unix_socket_listener (endpoint), -1, "its queue is full, and it is somebody's");
    close (fd);
    cr_expect_eq (access (address.sun_path, F_OK), 0);
    cr_expect_eq (unix_socket_listener (endpoint), 0, "left behind");
    cr_expect_eq (unix_socket_listener ("tcp://127.0.0.1:1"), 0);
    workplace_remove (&place);
}

Test (unix_socket, a_path_that_is_too_long_has_no_listener)
{
    char endpoint[512];
    snprintf (endpoint, sizeof endpoint, "ipc:///%0400d", 1);
    cr_expect_eq (unix_socket_listener (endpoint), 0);
    cr_expect_eq (unix_socket_listener ("tcp://127.0.0.1:1"), 0);
}
