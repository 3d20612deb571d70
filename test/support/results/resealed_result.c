//  resealed_result.c: see resealed_result.h.
#define _GNU_SOURCE
#include "test/support/results/resealed_result.h"

#include "messages/base/digest.h"
#include "test/support/processes/workplace.h"

#include <criterion/criterion.h>
#include <dirent.h>

static char *s_read (const char *folder, const char *name)
{
    char *text = workplace_read (folder, name, NULL);
    cr_assert_not_null (text, "%s/%s", folder, name);
    return text;
}

static void s_write (const char *folder, const char *name, const char *text)
{
    char path[700];
    snprintf (path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen (path, "wb");
    cr_assert (file && fputs (text, file) >= 0 && fclose (file) == 0, "%s", path);
}

//  Bytes [at, at + n) of the text become `to`.
static void s_splice (const char *folder, const char *name, const char *text, const char *at, size_t n,
                      const char *to)
{
    char *made = NULL;
    cr_assert_geq (asprintf (&made, "%.*s%s%s", (int) (at - text), text, to, at + n), 0);
    s_write (folder, name, made);
    free (made);
}

void resealed_replace (const char *folder, const char *name, const char *from, const char *to)
{
    char *text = s_read (folder, name), *at = strstr (text, from);
    cr_assert_not_null (at, "no “%s” in %s", from, name);
    s_splice (folder, name, text, at, strlen (from), to);
    free (text);
}

void resealed_drop_line (const char *folder, const char *name, const char *begin)
{
    char *text = s_read (folder, name), *at = text, *sought = NULL;
    cr_assert_geq (asprintf (&sought, "\n%s", begin), 0);
    if (strncmp (text, begin, strlen (begin)) != 0)
        at = strstr (text, sought);
    cr_assert_not_null (at, "no line “%s” in %s", begin, name);
    at += *at == '\n';
    s_splice (folder, name, text, at, strcspn (at, "\n") + 1, "");
    free (text);
    free (sought);
}

void resealed_chain (const char *folder)
{
    char *text = s_read (folder, "audit.ndjson"), *made = NULL, prev[DIGEST_HEX_BYTES], *rest = NULL;
    size_t seq = 0, n = 0;
    FILE *to = open_memstream (&made, &n);
    cr_assert_not_null (to);
    memset (prev, '0', sizeof prev - 1);
    prev[sizeof prev - 1] = 0;
    for (char *line = strtok_r (text, "\n", &rest); line; line = strtok_r (NULL, "\n", &rest)) {
        const char *event = strstr (line, ",\"event\":");
        char *anew = NULL;
        cr_assert_not_null (event);
        cr_assert_geq (asprintf (&anew, "{\"seq\":%zu,\"prev\":\"%s\"%s", ++seq, prev, event), 0);
        fprintf (to, "%s\n", anew);
        digest_of (anew, strlen (anew), prev);
        free (anew);
    }
    fclose (to);
    s_write (folder, "audit.ndjson", made);
    free (made);
    free (text);
}

//  The value behind `key` from `from` on becomes `value`, where `key` stands before `stop`.
static void s_set (const char *folder, const char *name, const char *from, const char *key, const char *value)
{
    char *text = s_read (folder, name), *at = strstr (text, from);
    at = at ? strstr (at, key) : NULL;
    cr_assert_not_null (at, "no %s behind %s in %s", key, from, name);
    at += strlen (key);
    s_splice (folder, name, text, at, strcspn (at, "\",\n"), value);
    free (text);
}

static void s_seal (const char *folder, const char *in, const char *file, const char *from, const char *hash)
{
    char path[700], hex[DIGEST_HEX_BYTES], bytes[24];
    struct error error;
    uint64_t n = 0;
    snprintf (path, sizeof path, "%s/%s", folder, file);
    cr_assert_eq (digest_of_file (path, hex, &n, &error), DMH_OK, "%s", error.text);
    snprintf (bytes, sizeof bytes, "%llu", (unsigned long long) n);
    s_set (folder, in, from, "\"bytes\": ", bytes);
    s_set (folder, in, from, hash, hex);
}

void resealed_hashes (const char *folder)
{
    DIR *names = opendir (folder);
    cr_assert_not_null (names);
    for (struct dirent *entry; (entry = readdir (names));) {
        char from[300], *package = s_read (folder, "datapackage.json");
        snprintf (from, sizeof from, "\"path\": \"%s\"", entry->d_name);
        if (strstr (package, from))
            s_seal (folder, "datapackage.json", entry->d_name, "\"path\":", "\"hash\": \"sha256:");
        free (package);
    }
    rewinddir (names);
    for (struct dirent *entry; (entry = readdir (names));) {
        char from[300];
        snprintf (from, sizeof from, "\"name\": \"%s\"", entry->d_name);
        char *report = s_read (folder, "report.json");
        if (strstr (report, from))
            s_seal (folder, "report.json", entry->d_name, from, "\"sha256\": \"");
        free (report);
    }
    closedir (names);
}
