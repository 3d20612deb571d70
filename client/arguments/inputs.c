//  inputs.c: see inputs.h.
#define _GNU_SOURCE
#include "client/arguments/inputs.h"

#include "client/arguments/input_name.h"
#include "messages/base/narrow.h"
#include "messages/uri.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SPOOL_BYTES = 256 * 1024 };

//  Waits for standard input. DMH_CANCELLED: the user wants to stop.
static int s_wait (int interrupt)
{
    struct pollfd items[] = {{0, POLLIN, 0}, {interrupt, POLLIN, 0}};
    while (poll (items, interrupt >= 0 ? 2 : 1, -1) < 0 && errno == EINTR)
        ;
    return interrupt >= 0 && items[1].revents ? DMH_CANCELLED : DMH_OK;
}

//  Standard input to `file`, until its end. DMH_TOO_LARGE: it has more than `most` bytes, and none is kept.
static int s_pour (int file, uint64_t most, int interrupt)
{
    char *buffer = malloc (SPOOL_BYTES);
    int rc = buffer ? DMH_OK : DMH_INTERNAL;
    for (ssize_t n = 1; rc == DMH_OK && n != 0;) {
        rc = s_wait (interrupt);
        n = rc == DMH_OK ? read (0, buffer, SPOOL_BYTES) : 0;
        if (n < 0 && errno != EINTR)
            rc = DMH_IO;
        if (n > 0 && (uint64_t) n > most)
            rc = ftruncate (file, 0) == 0 ? DMH_TOO_LARGE : DMH_IO;
        most -= n > 0 ? (uint64_t) n : 0;
        for (ssize_t done = 0, put; rc == DMH_OK && done < n; done += put)
            if ((put = write (file, buffer + done, (size_t) (n - done))) <= 0)
                rc = DMH_IO;
    }
    free (buffer);
    return rc;
}

//  Standard input to <spool>/stdin.
static int s_spool (char *spool, char *path, uint64_t most, int interrupt, struct error *error)
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
    int rc = file < 0 ? DMH_IO : s_pour (file, most, interrupt);
    if (file >= 0 && close (file) != 0 && rc == DMH_OK)
        rc = DMH_IO;
    if (rc == DMH_CANCELLED)
        error_set (error, rc, "interrupted");
    else if (rc == DMH_TOO_LARGE)
        error_set (
            error, rc,
            "standard input has more than %llu bytes, and all of it is kept in %.300s first; give a file, or "
            "allow more with --stdin-bytes",
            (unsigned long long) most, spool);
    else if (rc != DMH_OK)
        error_set (error, rc, "standard input cannot be kept in %s: %s", path, strerror (errno));
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

int inputs_find (const char *const *words, size_t count, uint64_t most, int interrupt,
                 struct input_argument **out, char *spool, struct error *error)
{
    *spool = 0;
    struct input_argument *inputs = calloc (count ? count : 1, sizeof *inputs);
    if (!inputs)
        return error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; i < count; i++) {
        struct input_argument *argument = &inputs[i];
        const char *slash = strrchr (words[i], '/');
        argument->word = words[i];
        input_name_plain (slash && slash[1] ? slash + 1 : words[i], argument->input.name);
        if (strcmp (words[i], "-") != 0) {
            s_find (words[i], &argument->input, &argument->error);
            continue;
        }
        char path[PATH_MAX];
        snprintf (argument->input.name, NAME_BYTES, "stdin");
        if (*spool)
            error_set (&argument->error, DMH_BAD_INPUT, "- is given twice; standard input can be read once");
        else if (s_spool (spool, path, most, interrupt, &argument->error) == DMH_OK)
            s_find (path, &argument->input, &argument->error);
        if (argument->error.code == DMH_CANCELLED) {
            *error = argument->error;
            free (inputs);
            return DMH_CANCELLED;
        }
    }
    *out = inputs;
    return DMH_OK;
}

//  bundle.json and patient make bundle-patient.json; where that is too long the stem loses its end.
static void s_name_kind (struct input_argument *argument, const char *kind)
{
    char stem[NAME_BYTES], name[2 * NAME_BYTES];
    input_name_stem (argument->input.name, stem);
    size_t n = strlen (stem);
    if (strncmp (argument->input.name, stem, n) != 0)
        n = strlen (argument->input.name);
    const char *ending = argument->input.name + n;
    size_t more = strlen (kind) + strlen (ending) + 2, kept = n;
    if (n + more > NAME_BYTES)
        for (kept = more < NAME_BYTES ? NAME_BYTES - more : 0; kept > 0 && (stem[kept] & 0xc0) == 0x80;)
            kept--;    //  between characters
    snprintf (name, sizeof name, "%.*s-%s%s", NARROW (int, kept), argument->input.name, kind, ending);
    if (strlen (name) < NAME_BYTES)
        memcpy (argument->input.name, name, strlen (name) + 1);
    argument->kind = kind;
}

int inputs_spread (struct input_argument **inputs, size_t *input_count, const char *const *kinds,
                   size_t count, struct error *error)
{
    if (count < 2)
        return DMH_OK;
    struct input_argument *spread = calloc (*input_count * count, sizeof *spread), *to = spread;
    if (!spread)
        return error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; i < *input_count; i++)
        for (size_t k = 0; k < count; k++) {
            *to = (*inputs)[i];
            s_name_kind (to++, kinds[k]);
        }
    free (*inputs);
    *inputs = spread;
    *input_count *= count;
    return DMH_OK;
}
