//  workplace.c: see workplace.h.
#define _GNU_SOURCE
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

void workplace_make (struct workplace *self)
{
    const char *base = getenv ("TMPDIR");
    snprintf (self->folder, sizeof self->folder, "%s/dmh-test-XXXXXX", base && *base ? base : "/tmp");
    cr_assert_not_null (mkdtemp (self->folder));
    self->count = 0;
    zsys_init ();
    zsys_handler_set (NULL);
}

static int s_remove (const char *path, const struct stat *status, int flag, struct FTW *ftw)
{
    (void) status;
    (void) flag;
    (void) ftw;
    return remove (path);
}

void workplace_remove (struct workplace *self)
{
    nftw (self->folder, s_remove, 16, FTW_DEPTH | FTW_PHYS);
}

void workplace_write (const struct workplace *self, const char *name, const void *bytes, size_t n)
{
    char path[512];
    snprintf (path, sizeof path, "%s/%s", self->folder, name);
    FILE *file = fopen (path, "wb");
    cr_assert_not_null (file, "%s", path);
    cr_assert_eq (fwrite (bytes, 1, n, file), n);
    fclose (file);
}

char *workplace_read (const char *folder, const char *name, size_t *n)
{
    char path[1024];
    snprintf (path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen (path, "rb");
    if (!file)
        return NULL;
    fseek (file, 0, SEEK_END);
    size_t size = (size_t) ftell (file);
    rewind (file);
    char *text = malloc (size + 1);
    cr_assert_not_null (text);
    cr_assert_eq (fread (text, 1, size, file), size);
    text[size] = 0;
    fclose (file);
    if (n)
        *n = size;
    return text;
}
