//  changed_input_test.c: an input that changes while it is hashed or sent to the broker is not taken for what
//  it was.
#define _GNU_SOURCE
#include "client/result/file_transfer.h"
#include "messages/uri.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *s_path;         //  of the input
static void (*s_change) (void);    //  what happens to it after so many reads; NULL: nothing
static int s_reads;

//  What the client reads its file by.
ssize_t pread (int fd, void *to, size_t n, off_t at)
{
    ssize_t got = (ssize_t) syscall (SYS_pread64, fd, to, n, at);
    void (*change) (void) = s_change;
    if (change && s_reads-- == 0) {
        s_change = NULL;
        change ();
    }
    return got;
}

static void s_append (void)
{
    FILE *file = fopen (s_path, "ab");
    cr_assert (file && fputs ("2,Bob\n", file) >= 0 && fclose (file) == 0);
}

static void s_replace (void)
{
    char other[600];
    snprintf (other, sizeof other, "%s.new", s_path);
    FILE *file = fopen (other, "wb");
    cr_assert (file && fputs ("patient_id,given_name\n2,Bob\n", file) >= 0 && fclose (file) == 0);
    cr_assert_eq (rename (other, s_path), 0);
}

static void s_overwrite (void)
{
    FILE *file = fopen (s_path, "r+b");
    cr_assert (file && fputs ("patient_id,given_name\n7", file) >= 0 && fclose (file) == 0);
}

//  It is hashed by a read and one at its end, then sent by a third.
static const struct {
    void (*change) (void);
    int reads;
} CHANGES[] = {{NULL, 0},      {s_append, 0},  {s_append, 1},    {s_append, 2},
               {s_replace, 0}, {s_replace, 2}, {s_overwrite, 0}, {s_overwrite, 1}};

Test (changed_input, is_not_sent_as_what_it_was, .timeout = 120)
{
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        struct workplace place;
        struct error error = {.code = DMH_OK};
        struct input input = {.name = "in.csv"};
        char path[512];
        workplace_make (&place);
        struct servers servers = {.place = &place};
        servers_start_broker (&servers, false);
        connection_t *connection = connection_new (servers.front, NULL, ANSWER_MS, -1, &error);
        cr_assert_not_null (connection, "%s", error.text);
        workplace_write (&place, "in.csv", "patient_id,given_name\n1,Ann\n", 28);
        snprintf (path, sizeof path, "%s/in.csv", place.folder);
        cr_assert_eq (uri_from_path (path, input.uri, sizeof input.uri, &error), DMH_OK);
        s_path = path;
        s_reads = CHANGES[i].reads;
        s_change = CHANGES[i].change;
        int rc = file_transfer_send (&(struct file_transfer){.connection = connection}, &input, &error);
        cr_expect_eq (rc, CHANGES[i].change ? DMH_CONFLICT : DMH_OK, "change %zu: %d %s", i, rc, error.text);
        cr_expect_eq (uri_is_stored (input.uri), rc == DMH_OK);
        connection_destroy (&connection);
        servers_stop (&servers);
        workplace_remove (&place);
    }
}
