//  inputs.c: see inputs.h.
#define _GNU_SOURCE
#include "client/arguments/inputs.h"

#include "client/result/result_folder.h"
#include "messages/base/utf8.h"
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

void inputs_name (const char *name, char out[NAME_BYTES])
{
    size_t used = 0;
    while (*name && used + 5 < NAME_BYTES) {
        size_t n = utf8_bytes (name);
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

//  Waits for standard input. DMH_CANCELLED: the user wants to stop.
static int s_wait (int interrupt)
{
    struct pollfd items[] = {{0, POLLIN, 0}, {interrupt, POLLIN, 0}};
    while (poll (items, interrupt >= 0 ? 2 : 1, -1) < 0 && errno == EINTR)
        ;
    return interrupt >= 0 && items[1].revents ? DMH_CANCELLED : DMH_OK;
}

//  Standard input to `file`, until its end.
static int s_pour (int file, int interrupt)
{
    char *buffer = malloc (SPOOL_BYTES);
    int rc = buffer ? DMH_OK : DMH_INTERNAL;
    for (ssize_t n = 1; rc == DMH_OK && n != 0;) {
        rc = s_wait (interrupt);
        n = rc == DMH_OK ? read (0, buffer, SPOOL_BYTES) : 0;
        if (n < 0 && errno != EINTR)
            rc = DMH_IO;
        for (ssize_t done = 0, put; rc == DMH_OK && done < n; done += put)
            if ((put = write (file, buffer + done, (size_t) (n - done))) <= 0)
                rc = DMH_IO;
    }
    free (buffer);
    return rc;
}

//  Standard input to <spool>/stdin.
static int s_spool (char *spool, char *path, int interrupt, struct error *error)
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
    int rc = file < 0 ? DMH_IO : s_pour (file, interrupt);
    if (file >= 0 && close (file) != 0 && rc == DMH_OK)
        rc = DMH_IO;
    if (rc == DMH_CANCELLED)
        error_set (error, rc, "interrupted");
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

int inputs_find (const char *const *words, size_t count, int interrupt, struct arguments_input **out,
                 char *spool, struct error *error)
{
    *spool = 0;
    struct arguments_input *inputs = calloc (count ? count : 1, sizeof *inputs);
    if (!inputs)
        return error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; i < count; i++) {
        struct arguments_input *arguments = &inputs[i];
        const char *slash = strrchr (words[i], '/');
        arguments->word = words[i];
        inputs_name (slash && slash[1] ? slash + 1 : words[i], arguments->input.name);
        if (strcmp (words[i], "-") != 0) {
            s_find (words[i], &arguments->input, &arguments->error);
            continue;
        }
        char path[PATH_MAX];
        snprintf (arguments->input.name, NAME_BYTES, "stdin");
        if (*spool)
            error_set (&arguments->error, DMH_BAD_INPUT, "- is given twice; standard input can be read once");
        else if (s_spool (spool, path, interrupt, &arguments->error) == DMH_OK)
            s_find (path, &arguments->input, &arguments->error);
        if (arguments->error.code == DMH_CANCELLED) {
            *error = arguments->error;
            free (inputs);
            return DMH_CANCELLED;
        }
    }
    *out = inputs;
    return DMH_OK;
}

//  bundle.json and patient make bundle-patient.json; where that is too long the stem loses its end.
static void s_name_kind (struct arguments_input *arguments, const char *kind)
{
    char stem[NAME_BYTES], name[2 * NAME_BYTES];
    result_folder_name (arguments->input.name, stem);
    size_t n = strlen (stem);
    if (strncmp (arguments->input.name, stem, n) != 0)
        n = strlen (arguments->input.name);
    const char *ending = arguments->input.name + n;
    size_t more = strlen (kind) + strlen (ending) + 2, kept = n;
    if (n + more > NAME_BYTES)
        for (kept = more < NAME_BYTES ? NAME_BYTES - more : 0; kept > 0 && (stem[kept] & 0xc0) == 0x80;)
            kept--;    //  between characters
    snprintf (name, sizeof name, "%.*s-%s%s", (int) kept, arguments->input.name, kind, ending);
    if (strlen (name) < NAME_BYTES)
        memcpy (arguments->input.name, name, strlen (name) + 1);
    arguments->kind = kind;
}

int inputs_spread (struct arguments_input **inputs, size_t *input_count, const char *const *kinds,
                   size_t count, struct error *error)
{
    if (count < 2)
        return DMH_OK;
    struct arguments_input *spread = calloc (*input_count * count, sizeof *spread), *to = spread;
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
