//  socket_folder_test.c: where a user's sockets are, and which folders are not trusted with them.
#include "messages/sockets/socket_folder.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SOMEBODY = 65534 };

static struct workplace s_place;

static void s_open (void)
{
    workplace_make (&s_place);
}

static void s_close (void)
{
    workplace_remove (&s_place);
}

TestSuite (socket_folder, .init = s_open, .fini = s_close);

//  The path of a folder of the workplace's, made with that mode whatever the umask.
static const char *s_make (const char *name, mode_t mode)
{
    static char path[512];
    snprintf (path, sizeof path, "%s/%s", s_place.folder, name);
    cr_assert_eq (mkdir (path, 0700), 0);
    cr_assert_eq (chmod (path, mode), 0);
    return path;
}

static void s_expect (const char *path, int code, const char *part)
{
    struct error error = {.code = DMH_OK};
    cr_expect_eq (socket_folder_check (path, &error), code, "%s: %s", path, error.text);
    if (part)
        cr_expect_not_null (strstr (error.text, part), "%s: %s", path, error.text);
}

Test (socket_folder, is_that_of_the_session_else_one_of_the_user_s_own)
{
    static const struct {
        uid_t user;
        const char *runtime, *path;
    } CASES[] = {{1000, "/run/user/1000", "/run/user/1000/dmh"},
                 {0, "/run/user/0", "/run/user/0/dmh"},
                 {1000, NULL, "/tmp/dmh-1000"},
                 {1000, "", "/tmp/dmh-1000"},
                 {1000, "relative", "/tmp/dmh-1000"},
                 {0, NULL, "/run/dmh"}};
    char path[SOCKET_FOLDER_BYTES];
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        cr_expect_str_eq (socket_folder_path_of (CASES[i].user, CASES[i].runtime, path), CASES[i].path);
    char endpoint[64];
    cr_expect_str_eq (socket_folder_endpoint ("/run/dmh", "feed-in", endpoint, sizeof endpoint),
                      "ipc:///run/dmh/feed-in");
}

Test (socket_folder, is_made_with_0700_and_found_again)
{
    char path[512];
    struct stat about;
    struct error error = {.code = DMH_OK};
    snprintf (path, sizeof path, "%s/dmh", s_place.folder);
    s_expect (path, DMH_NOT_FOUND, path);
    umask (0);
    for (int i = 0; i < 2; i++)
        cr_assert_eq (socket_folder_make (path, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (stat (path, &about), 0);
    cr_expect_eq (about.st_mode & 0777, 0700);
    s_expect (path, DMH_OK, NULL);
    snprintf (path, sizeof path, "%s/none/dmh", s_place.folder);
    cr_expect_eq (socket_folder_make (path, &error), DMH_IO);
    cr_expect_not_null (strstr (error.text, "XDG_RUNTIME_DIR"), "%s", error.text);
    s_expect (path, DMH_NOT_FOUND, "none");
}

Test (socket_folder, others_may_do_nothing_there)
{
    static const mode_t MODES[] = {0755, 0770, 0701, 0710, 0720, 0500, 01777};
    char name[16];
    struct error error;
    for (size_t i = 0; i < sizeof MODES / sizeof *MODES; i++) {
        snprintf (name, sizeof name, "dmh%zu", i);
        const char *path = s_make (name, MODES[i]);
        s_expect (path, DMH_USAGE, "chmod 700");
        cr_expect_eq (socket_folder_make (path, &error), DMH_USAGE, "one that is there is no better");
    }
}

Test (socket_folder, is_no_link_and_no_file)
{
    char link[512];
    const char *there = s_make ("there", 0700);
    snprintf (link, sizeof link, "%s/link", s_place.folder);
    cr_assert_eq (symlink (there, link), 0);
    s_expect (link, DMH_USAGE, "is a link");
    workplace_write (&s_place, "file", "", 0);
    snprintf (link, sizeof link, "%s/file", s_place.folder);
    s_expect (link, DMH_USAGE, "is a file");
}

Test (socket_folder, stands_where_nobody_else_can_put_another_in_its_place)
{
    char path[600];
    static const struct {
        mode_t mode;
        int code;
    } CASES[] = {{0700, DMH_OK}, {0755, DMH_OK}, {0775, DMH_USAGE}, {0777, DMH_USAGE}, {01777, DMH_OK}};
    snprintf (path, sizeof path, "%s/dmh", s_make ("above", 0700));
    cr_assert_eq (mkdir (path, 0700), 0);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char above[600];
        snprintf (above, sizeof above, "%s/above", s_place.folder);
        cr_assert_eq (chmod (above, CASES[i].mode), 0);
        s_expect (path, CASES[i].code, CASES[i].code ? "above" : NULL);
    }
}

Test (socket_folder, is_this_user_s_own)
{
    if (geteuid () != 0) {
        printf ("SKIP: only root can give a folder to another user\n");
        return;
    }
    char path[600];
    const char *own = s_make ("dmh", 0700);
    cr_assert_eq (chown (own, SOMEBODY, SOMEBODY), 0);
    s_expect (own, DMH_USAGE, "belongs to another user (uid 65534)");
    snprintf (path, sizeof path, "%s/dmh", s_make ("above", 0755));
    cr_assert_eq (mkdir (path, 0700), 0);
    s_expect (path, DMH_OK, NULL);
    snprintf (path, sizeof path, "%s/above", s_place.folder);
    cr_assert_eq (chown (path, SOMEBODY, SOMEBODY), 0);
    snprintf (path, sizeof path, "%s/above/dmh", s_place.folder);
    s_expect (path, DMH_USAGE, "another user may put");
}
