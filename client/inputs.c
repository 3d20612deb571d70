//  inputs.c: see inputs.h.
#define _GNU_SOURCE
#include "inputs.h"

#include "../messages/uri.h"
#include "glyph.h"
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SPOOL_BYTES = 256 * 1024 };

void inputs_name (const char *name, char out[NAME_BYTES])
{
    size_t used = 0;
    while (*name && used + 5 < NAME_BYTES) {
        size_t n = glyph_bytes (name);
        if (n == 1)
            out[used++] = (unsigned char) *name < 0x20 || *name == 0x7f ? '?' : *name == '/' ? '_' : *name;
        else if (n) {
            memcpy (out + used, name, n);
            used += n;
        } else
            out[used++] = '?';
        name += n ? n : 1;
    }
    out[used] = 0;
    if (!used)
        memcpy (out, "input", sizeof "input");
}

//  Standard input to <spool>/stdin.
static int s_spool (char *spool, char *path, struct error *error)
{
    const char *temporary = getenv ("TMPDIR");
    snprintf (spool, PATH_MAX, "%s/dmh-XXXXXX", temporary && *temporary ? temporary : "/tmp");
    if (!mkdtemp (spool)) {
        int rc =
            error_set (error, DMH_IO, "standard input cannot be kept in %s: %s", spool, strerror (errno));
        *spool = 0;
        return rc;
    }
    snprintf (path, PATH_MAX, "%.*s/stdin", PATH_MAX - 8, spool);
    int file = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    char *buffer = malloc (SPOOL_BYTES);
    int rc = file < 0 || !buffer ? DMH_IO : DMH_OK;
    ssize_t n;
    while (rc == DMH_OK && (n = read (0, buffer, SPOOL_BYTES)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        for (ssize_t done = 0, put; rc == DMH_OK && done < n; done += put)
            if ((put = write (file, buffer + done, (size_t) (n - done))) <= 0)
                rc = DMH_IO;
        if (n < 0)
            rc = DMH_IO;
    }
    if (rc != DMH_OK)
        error_set (error, rc, "standard input cannot be kept in %s: %s", path, strerror (errno));
    if (file >= 0)
        close (file);
    free (buffer);
    return rc;
}

static int s_find (const char *word, struct input *input, struct error *error)
{
    char path[PATH_MAX];
    struct stat about;
    if (!*word)
        return error_set (error, DMH_BAD_INPUT,
                          "an input's name is empty; give a path, or - for standard input");
    if (!realpath (word, path))
        return error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", word, strerror (errno));
    if (stat (path, &about) != 0)
        return error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", word, strerror (errno));
    if (S_ISDIR (about.st_mode))
        return error_set (error, DMH_BAD_INPUT, "%s is a folder; give the files in it", word);
    if (!S_ISREG (about.st_mode))
        return error_set (error, DMH_BAD_INPUT,
                          "%s is no regular file; give - and send it through standard input", word);
    if (access (path, R_OK) != 0)
        return error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", word, strerror (errno));
    input->bytes = (uint64_t) about.st_size;
    return uri_from_path (path, input->uri, sizeof input->uri, error);
}

int inputs_find (const char *const *words, size_t count, struct asked_input **out, char *spool,
                 struct error *error)
{
    *spool = 0;
    struct asked_input *inputs = calloc (count ? count : 1, sizeof *inputs);
    if (!inputs)
        return error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; i < count; i++) {
        struct asked_input *asked = &inputs[i];
        const char *slash = strrchr (words[i], '/');
        asked->word = words[i];
        inputs_name (slash && slash[1] ? slash + 1 : words[i], asked->input.name);
        if (strcmp (words[i], "-") != 0) {
            s_find (words[i], &asked->input, &asked->error);
            continue;
        }
        char path[PATH_MAX];
        snprintf (asked->input.name, NAME_BYTES, "stdin");
        if (*spool)
            error_set (&asked->error, DMH_BAD_INPUT, "- is given twice; standard input can be read once");
        else if (s_spool (spool, path, &asked->error) == DMH_OK)
            s_find (path, &asked->input, &asked->error);
    }
    *out = inputs;
    return DMH_OK;
}
