//  table_page_test.c: pages of a table: whatever their size, together they are the table.
#define _GNU_SOURCE
#include "client/gateway/jobs/table_page.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int s_file (const char *text, size_t n)
{
    int fd = memfd_create ("table", MFD_CLOEXEC);
    cr_assert_eq (write (fd, text, n), (ssize_t) n);
    return fd;
}

static const char TABLE[] = "id,\"na\"\"me\",note\n"
                            "1,Ann,\n"
                            "2,\"Bo, b\",\"two\nlines\"\n"
                            "3,\"\",\"\"\"\"\n"
                            "4,é,x\n";

Test (table_page, pages_of_any_size_are_the_table_and_each_row_an_object)
{
    static const char OBJECTS[] = "{\"id\":\"1\",\"na\\\"me\":\"Ann\",\"note\":null}|"
                                  "{\"id\":\"2\",\"na\\\"me\":\"Bo, b\",\"note\":\"two\\nlines\"}|"
                                  "{\"id\":\"3\",\"na\\\"me\":null,\"note\":\"\\\"\"}|"
                                  "{\"id\":\"4\",\"na\\\"me\":\"é\",\"note\":\"x\"}|";
    int fd = s_file (TABLE, sizeof TABLE - 1);
    for (size_t limit = 1; limit < 6; limit++) {
        struct buffer all = {.at = NULL};
        size_t count = 0;
        uint64_t at = 0;
        do {
            struct table_page page;
            cr_assert_eq (table_page_read (fd, sizeof TABLE - 1, true, at, limit, &page, NULL), DMH_OK);
            cr_assert_leq (page.count, limit);
            cr_assert_eq (table_page_objects (&page, "|", &all, NULL), DMH_OK);
            all.at[all.used++] = '|';
            count += page.count;
            at = page.next;
            table_page_clear (&page);
        } while (at);
        cr_assert_eq (count, 4, "%zu", limit);
        cr_assert_eq (all.used, sizeof OBJECTS - 1);
        cr_assert_eq (memcmp (all.at, OBJECTS, all.used), 0, "%zu: %.*s", limit, (int) all.used, all.at);
        free (all.at);
    }
    close (fd);
}

Test (table_page, lines_of_ndjson_are_rows_with_or_without_an_end)
{
    static const char LINES[] = "{\"a\":1}\n{\"a\":\"\\\"\"}\n{\"a\":3}";
    int fd = s_file (LINES, sizeof LINES - 1);
    struct table_page page;
    struct buffer out = {.at = NULL};
    cr_assert_eq (table_page_read (fd, sizeof LINES - 1, false, 0, 2, &page, NULL), DMH_OK);
    cr_assert_eq (page.count, 2);
    uint64_t next = page.next;
    table_page_clear (&page);
    cr_assert_eq (table_page_read (fd, sizeof LINES - 1, false, next, 2, &page, NULL), DMH_OK);
    cr_assert_eq (page.count, 1);
    cr_assert_eq (page.next, 0);
    cr_assert_eq (table_page_objects (&page, ",", &out, NULL), DMH_OK);
    cr_assert_eq (out.used, 7);
    cr_assert_eq (memcmp (out.at, "{\"a\":3}", 7), 0);
    free (out.at);
    table_page_clear (&page);
    close (fd);
}

Test (table_page, a_table_without_rows_is_an_empty_page)
{
    int fd = s_file ("id,name\n", 8);
    struct table_page page;
    cr_assert_eq (table_page_read (fd, 8, true, 0, 5, &page, NULL), DMH_OK);
    cr_assert_eq (page.count, 0);
    cr_assert_eq (page.next, 0);
    table_page_clear (&page);
    cr_assert_eq (table_page_read (fd, 0, false, 0, 5, &page, NULL), DMH_OK);
    cr_assert_eq (page.count, 0);
    table_page_clear (&page);
    close (fd);
}

Test (table_page, no_cursor_leads_into_a_row_the_header_or_beyond_the_end)
{
    int fd = s_file (TABLE, sizeof TABLE - 1);
    for (uint64_t at = 1; at < sizeof TABLE + 5; at++) {
        struct table_page page;
        bool begins = at < sizeof TABLE - 1 && TABLE[at - 1] == '\n';
        cr_assert_eq (table_page_read (fd, sizeof TABLE - 1, true, at, 1, &page, NULL),
                      begins ? DMH_OK : DMH_MALFORMED, "%llu", (unsigned long long) at);
        table_page_clear (&page);
    }
    close (fd);
}

Test (table_page, a_page_holds_bounded_bytes_and_a_longer_row_is_refused)
{
    enum { ROW = 1 << 20, ROWS = 20 };
    char *text = malloc ((size_t) ROW * ROWS);
    memset (text, 'a', (size_t) ROW * ROWS);
    for (size_t i = 1; i <= ROWS; i++)
        text[ROW * i - 1] = '\n';
    int fd = s_file (text, (size_t) ROW * ROWS);
    struct table_page page;
    cr_assert_eq (table_page_read (fd, (uint64_t) ROW * ROWS, false, 0, 1000, &page, NULL), DMH_OK);
    cr_assert_leq (page.rows.used, TABLE_PAGE_BYTES_MAX);
    cr_assert_gt (page.count, 0);
    cr_assert_eq (page.next, page.count * ROW);
    table_page_clear (&page);
    close (fd);
    memset (text, 'a', (size_t) ROW * ROWS);
    fd = s_file (text, (size_t) ROW * ROWS);
    cr_assert_eq (table_page_read (fd, (uint64_t) ROW * ROWS, false, 0, 1, &page, NULL), DMH_TOO_LARGE);
    table_page_clear (&page);
    close (fd);
    free (text);
}
