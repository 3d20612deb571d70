//  text_file_test.c: a mapping or schema is read as a whole or not at all.
#define _GNU_SOURCE
#include "client/arguments/text_file.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <dlfcn.h>
#include <stdio.h>
#include <sys/stat.h>

static const char *s_path;         //  of the file that is read
static void (*s_change) (void);    //  what happens to it once it was; NULL: nothing

size_t fread (void *to, size_t size, size_t count, FILE *file)
{
    size_t (*real) (void *, size_t, size_t, FILE *) = NULL;
    *(void **) &real = dlsym (RTLD_NEXT, "fread");
    size_t got = real (to, size, count, file);
    void (*change) (void) = s_change;
    s_change = NULL;
    if (change)
        change ();
    return got;
}

static void s_append (void)
{
    FILE *file = fopen (s_path, "ab");
    cr_assert (file && fputs ("}", file) >= 0 && fclose (file) == 0);
}

static void s_replace (void)
{
    char other[600];
    snprintf (other, sizeof other, "%s.new", s_path);
    FILE *file = fopen (other, "wb");
    cr_assert (file && fputs ("{\"kind\":\"x\"}", file) >= 0 && fclose (file) == 0);
    cr_assert_eq (rename (other, s_path), 0);
}

Test (text_file, one_that_changes_while_it_is_read_is_refused)
{
    static void (*const CHANGES[]) (void) = {NULL, s_append, s_replace};
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        struct workplace place;
        struct error error = {.code = DMH_OK};
        char path[512], name[NAME_BYTES], *text = NULL;
        workplace_make (&place);
        workplace_write (&place, "m.json", "{\"kind\":\"y\"}", 12);
        snprintf (path, sizeof path, "%s/m.json", place.folder);
        s_path = path;
        s_change = CHANGES[i];
        int rc = text_file_read ("the mapping", path, &text, name, &error);
        cr_expect_eq (rc, i ? DMH_USAGE : DMH_OK, "change %zu: %s", i, error.text);
        cr_expect (!i || strstr (error.text, "m.json changed while it was read"), "%s", error.text);
        if (rc == DMH_OK) {
            cr_expect_str_eq (text, "{\"kind\":\"y\"}");
            cr_expect_str_eq (name, "m.json");
            free (text);
        }
        workplace_remove (&place);
    }
}
