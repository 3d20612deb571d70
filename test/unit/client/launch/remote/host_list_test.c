//  host_list_test.c: which lists of hosts are read, and what is said of others.
#include "client/launch/remote/host_list.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static int s_read (const char *text, struct host **hosts, size_t *count, struct error *error)
{
    struct workplace place;
    char path[300];
    workplace_make (&place);
    workplace_write (&place, "hosts", text, strlen (text));
    snprintf (path, sizeof path, "%s/hosts", place.folder);
    int rc = host_list_read (path, hosts, count, error);
    workplace_remove (&place);
    return rc;
}

Test (host_list, a_line_is_a_host_and_perhaps_its_slots_in_the_order_of_the_list)
{
    struct host *hosts;
    struct error error = {.code = DMH_OK};
    size_t count;
    cr_assert_eq (s_read ("\n# all of them\nb 8\n  a\t2 # small\r\nanna@[fe80::1%eth0] 64\nlast", &hosts,
                          &count, &error),
                  DMH_OK, "%s", error.text);
    cr_assert_eq (count, 4);
    const struct host *first = hosts;
    cr_assert (streq (first[0].name, "b") && first[0].slots == 8);
    cr_assert (streq (first[1].name, "a") && first[1].slots == 2);
    cr_assert (streq (first[2].name, "anna@[fe80::1%eth0]") && first[2].slots == 64);
    cr_assert (streq (first[3].name, "last") && first[3].slots == 0);
    free (hosts);
}

Test (host_list, what_is_no_host_is_refused_by_its_line)
{
    static const struct {
        const char *text, *part;
    } CASES[] = {{"", "names no host"},
                 {"# nobody\n", "names no host"},
                 {"a\n-oProxyCommand=touch\n", "line 2 is not HOST [SLOTS]"},
                 {"a;b\n", "line 1"},
                 {"-v\n", "line 1"},
                 {"$(id)\n", "line 1"},
                 {"a 0\n", "line 1"},
                 {"a 65\n", "line 1"},
                 {"a two\n", "line 1"},
                 {"a 2 3\n", "line 1"},
                 {"a 2x\n", "line 1"},
                 {"a 99999999999999999999\n", "line 1"},
                 {"a 1\nb\na 2\n", "line 3: the host a stands there twice"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct host *hosts;
        struct error error = {.code = DMH_OK};
        size_t count;
        cr_assert_eq (s_read (CASES[i].text, &hosts, &count, &error), DMH_USAGE, "%s", CASES[i].text);
        cr_assert (strstr (error.text, CASES[i].part), "%s: %s", CASES[i].text, error.text);
    }
    struct host *hosts;
    struct error error;
    size_t count;
    cr_assert_eq (host_list_read ("/nowhere/hosts", &hosts, &count, &error), DMH_NOT_FOUND);
}
