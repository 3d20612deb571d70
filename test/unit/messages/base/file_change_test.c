//  file_change_test.c: the ways that a file changes under who reads it.
#define _GNU_SOURCE
#include "messages/base/file_change.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char TEXT[] = "patient_id\n1\n";

static void s_write (const char *path, const char *text)
{
    FILE *file = fopen (path, "r+b");
    cr_assert (file && fputs (text, file) >= 0 && fclose (file) == 0);
}

static void s_nothing (const char *path)
{
    (void) path;
}

static void s_append (const char *path)
{
    FILE *file = fopen (path, "ab");
    cr_assert (file && fputs ("2\n", file) >= 0 && fclose (file) == 0);
}

static void s_overwrite (const char *path)
{
    s_write (path, "patient_id\n2\n");
}

static void s_truncate_and_grow (const char *path)
{
    cr_assert_eq (truncate (path, 0), 0);
    s_write (path, "patient_id\n3\n");
}

//  Another file of the same bytes takes its name.
static void s_replace (const char *path)
{
    char other[600];
    snprintf (other, sizeof other, "%s.new", path);
    FILE *file = fopen (other, "wb");
    cr_assert (file && fputs (TEXT, file) >= 0 && fclose (file) == 0);
    cr_assert_eq (rename (other, path), 0);
}

static void s_remove (const char *path)
{
    cr_assert_eq (unlink (path), 0);
}

Test (file_change, every_way_that_a_file_changes_is_noticed_whatever_its_mtime_says)
{
    static const struct {
        void (*change) (const char *path);
        bool changed;
    } CHANGES[] = {{s_nothing, false},          {s_append, true},  {s_overwrite, true},
                   {s_truncate_and_grow, true}, {s_replace, true}, {s_remove, true}};
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        struct workplace place;
        struct stat opened, now;
        char path[512];
        bool changed = false;
        workplace_make (&place);
        workplace_write (&place, "in.csv", TEXT, sizeof TEXT - 1);
        snprintf (path, sizeof path, "%s/in.csv", place.folder);
        int fd = open (path, O_RDONLY | O_CLOEXEC);
        cr_assert (fd >= 0 && fstat (fd, &opened) == 0);
        CHANGES[i].change (path);
        for (; CHANGES[i].changed;) {    //  its times are told by the tick of a clock
            cr_assert_eq (fstat (fd, &now), 0);
            if (now.st_ino != opened.st_ino || now.st_nlink == 0 ||
                memcmp (&now.st_ctim, &opened.st_ctim, sizeof now.st_ctim) != 0)
                break;
            CHANGES[i].change (path);
        }
        struct timespec before[2] = {opened.st_atim, opened.st_mtim};
        if (CHANGES[i].changed)
            cr_assert (utimensat (AT_FDCWD, path, before, 0) == 0 || access (path, F_OK) != 0);
        cr_assert_eq (file_change_check (fd, path, &opened, &changed), 0);
        cr_expect_eq (changed, CHANGES[i].changed, "change %zu", i);
        close (fd);
        cr_expect_eq (file_change_check (fd, path, &opened, &changed), -1);
        workplace_remove (&place);
    }
}
