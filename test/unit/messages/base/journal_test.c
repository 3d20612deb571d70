//  journal_test.c: the fields of an entry of the journal: names that journald takes, values as they are, and
//  what there is no room for.
#include "messages/base/systemd.h"

#include <criterion/criterion.h>
#include <string.h>

static struct journal_entry s_entry;

static void s_expect_field (int i, const char *expected, size_t n)
{
    cr_assert_gt (s_entry.count, i);
    cr_expect_eq (s_entry.fields[i].iov_len, n, "%s", expected);
    cr_expect_eq (memcmp (s_entry.fields[i].iov_base, expected, n), 0, "%.*s is not %s", (int) n,
                  (const char *) s_entry.fields[i].iov_base, expected);
}

Test (journal, a_name_is_made_of_capitals_digits_and_underscores)
{
    static const struct {
        const char *prefix, *name, *field;
    } CASES[] = {{"DMH_", "az", "DMH_AZ=v"},     {"DMH_", "AZ09_", "DMH_AZ09_=v"},
                 {"D", "a.b-c d", "DA_B_C_D=v"}, {"D", "`{@[/:", "D______=v"},
                 {"", "event", "EVENT=v"},       {"MESSAGE", "", "MESSAGE=v"},
                 {"D", "\xc3\xa9", "D__=v"}};
    enum { COUNT = sizeof CASES / sizeof *CASES };
    for (int i = 0; i < COUNT; i++)
        journal_add (&s_entry, CASES[i].prefix, CASES[i].name, "v", 1);
    cr_assert_eq (s_entry.count, COUNT);
    for (int i = 0; i < COUNT; i++)
        s_expect_field (i, CASES[i].field, strlen (CASES[i].field));
}

Test (journal, a_value_is_any_bytes)
{
    journal_add (&s_entry, "A", "", "", 0);
    journal_add (&s_entry, "B", "", "a\0\n=b", 5);
    s_expect_field (0, "A=", 2);
    s_expect_field (1, "B=a\0\n=b", 7);
}

Test (journal, a_long_name_is_cut)
{
    char name[100], expected[JOURNAL_NAME_BYTES + 3];
    memset (name, 'n', sizeof name);
    memset (expected, 'N', sizeof expected);
    memcpy (expected, "DMH_", 4);
    memcpy (expected + JOURNAL_NAME_BYTES, "=v", 3);
    for (size_t n = 59; n <= 62; n++) {
        s_entry = (struct journal_entry){.count = 0};
        name[n] = 0;
        journal_add (&s_entry, "DMH_", name, "v", 1);
        name[n] = 'n';
        size_t length = n + 4 < JOURNAL_NAME_BYTES ? n + 4 : JOURNAL_NAME_BYTES;
        cr_expect_eq (s_entry.fields[0].iov_len, length + 2, "%zu", n);
    }
    s_expect_field (0, expected, JOURNAL_NAME_BYTES + 2);
}

Test (journal, a_field_without_room_is_left_out)
{
    static char value[JOURNAL_BYTES];
    for (int i = 0; i < JOURNAL_FIELDS + 3; i++)
        journal_add (&s_entry, "A", "", "v", 1);
    cr_expect_eq (s_entry.count, JOURNAL_FIELDS);
    //  "A=" and what fills the rest to the byte.
    s_entry = (struct journal_entry){.count = 0};
    journal_add (&s_entry, "A", "", value, sizeof value - 1);
    cr_expect_eq (s_entry.count, 0);
    journal_add (&s_entry, "A", "", value, sizeof value - 2 - 3);
    cr_expect_eq (s_entry.count, 1);
    journal_add (&s_entry, "B", "", "vv", 2);
    cr_expect_eq (s_entry.count, 1);
    journal_add (&s_entry, "B", "", "v", 1);
    cr_expect_eq (s_entry.count, 2);
    cr_expect_eq (s_entry.used, sizeof s_entry.bytes);
    s_expect_field (1, "B=v", 3);
    journal_add (&s_entry, "", "", "", 0);
    cr_expect_eq (s_entry.count, 2);
}
