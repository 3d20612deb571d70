//  signature.c: see signature.h.
#define _GNU_SOURCE
#include "worker/pipeline/signature.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  What was written, as the disk has it; free it. NULL with `error` set.
static char *s_read (const char *folder, const struct output *report, struct error *error)
{
    char *path = NULL, *bytes = malloc ((size_t) report->bytes + 1), hex[DIGEST_HEX_BYTES] = "";
    if (!bytes || asprintf (&path, "%s/%s", folder, report->name) < 0) {
        error_set (error, DMH_INTERNAL, "out of memory while signing %s", report->name);
        free (bytes);
        return NULL;
    }
    FILE *file = fopen (path, "rbe");
    size_t n = file ? fread (bytes, 1, (size_t) report->bytes + 1, file) : 0;
    bool good = n == report->bytes && strcmp (digest_of (bytes, n, hex), report->sha256) == 0;
    if (!file || ferror (file))
        error_set (error, DMH_IO, "%s cannot be read to be signed: %s", path, strerror (errno));
    else if (!good)
        error_set (error, DMH_IO, "%s is not what was written to it: the disk, or somebody, changed it",
                   path);
    if (file)
        fclose (file);
    free (path);
    if (good)
        return bytes;
    free (bytes);
    return NULL;
}

static int s_put (const char *folder, const unsigned char *signature, bool unsynced, struct output *out,
                  struct error *error)
{
    output_file_t *file = output_new (folder, "report.json.sig", error);
    if (!file)
        return error->code;
    output_leave_unsynced (file, unsynced);
    output_write (file, (const char *) signature, SIGNATURE_BYTES);
    int rc = output_finish (file, 0, out, error);
    output_destroy (&file);
    return rc;
}

int signature_write (const signing_key_t *key, const char *folder, const struct output *report, bool unsynced,
                     struct output *out, struct error *error)
{
    unsigned char signature[SIGNATURE_BYTES];
    char *bytes = s_read (folder, report, error);
    if (!bytes)
        return error->code;
    int rc = signing_key_sign (key, bytes, (size_t) report->bytes, signature, error);
    free (bytes);
    return rc == DMH_OK ? s_put (folder, signature, unsynced, out, error) : rc;
}
