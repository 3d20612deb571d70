//  input_source.c: see input_source.h. A file is judged by where it was opened, whatever links led there.
#define _GNU_SOURCE
#include "client/bridge/input_source.h"

#include "messages/base/digest.h"
#include "messages/base/file_change.h"
#include "messages/files/transfer.h"
#include "messages/uri.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATIENCE_MS = 6000 };

char *input_source_roots (const char *list, struct error *error)
{
    char *roots = strdup ("");
    for (const char *at = list; roots && *at;) {
        size_t n = strcspn (at, ",");
        char *name = strndup (at, n), real[PATH_MAX], *more = NULL;
        struct stat is;
        bool good = name && realpath (name, real) && stat (real, &is) == 0 && S_ISDIR (is.st_mode) &&
                    !strchr (real, ',');
        if (name && !good)
            error_set (error, DMH_USAGE, "--data-root names %.200s, which is no folder here", name);
        else if (!name || asprintf (&more, "%s%s%s", roots, *roots ? "," : "", real) < 0)
            error_set (error, DMH_INTERNAL, "out of memory");
        free (roots);
        free (name);
        roots = more;
        at += n + (at[n] == ',');
    }
    if (!roots && (!error || error->code == DMH_OK))
        error_set (error, DMH_INTERNAL, "out of memory");
    return roots;
}

//  Whether a path without links lies in a folder of the list; all do in an empty list.
static bool s_lies_in (const char *roots, const char *path)
{
    if (!*roots)
        return true;
    for (const char *at = roots; *at; at += *at == ',') {
        size_t n = strcspn (at, ",");
        if (strncmp (path, at, n) == 0 && (path[n] == '/' || at[n - 1] == '/'))
            return true;
        at += n;
    }
    return false;
}

static int s_lies_elsewhere (const struct message_input *input, struct error *error)
{
    return error_set (error, DMH_BAD_INPUT, "%s lies in no folder of --data-root", input->name);
}

//  Whether what cannot be opened would lie in such a folder: of others nobody is told whether they are there.
static bool s_may_be_named (const char *roots, const char *path)
{
    char folder[PATH_MAX], real[PATH_MAX], inside[PATH_MAX + 1];
    struct stat is;
    snprintf (folder, sizeof folder, "%s", path);
    *strrchr (folder, '/') = 0;
    if (!realpath (*folder ? folder : "/", real) || (lstat (path, &is) == 0 && S_ISLNK (is.st_mode)))
        return false;
    snprintf (inside, sizeof inside, "%s/", real);    //  the folder itself is one of its own
    return s_lies_in (roots, inside);
}

static int s_open (const char *roots, const struct message_input *input, char real[PATH_MAX],
                   struct stat *opened, struct error *error)
{
    char self[64];
    if (!roots || !*roots)
        return error_set (
            error, DMH_BAD_INPUT,
            "this bridge takes no input by path; start it with --data-root, or leave the file with the "
            "broker and name it by its sha256");
    int fd = open (input->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), why = errno;
    if (fd < 0)
        return s_may_be_named (roots, input->path)
                   ? error_set (error, DMH_BAD_INPUT, "%s cannot be read: %s", input->name, strerror (why))
                   : s_lies_elsewhere (input, error);
    snprintf (self, sizeof self, "/proc/self/fd/%d", fd);
    ssize_t n = readlink (self, real, PATH_MAX - 1);
    real[n > 0 ? n : 0] = 0;
    int rc = DMH_OK;
    if (!s_lies_in (roots, real))
        rc = s_lies_elsewhere (input, error);
    else if (fstat (fd, opened) != 0 || !S_ISREG (opened->st_mode))
        rc = error_set (error, DMH_BAD_INPUT, "%s is no file", input->name);
    if (rc == DMH_OK)
        return fd;
    close (fd);
    return rc;
}

//  Leaves it with the broker.
static int s_send (connection_t *connection, int fd, const char *real, const struct stat *opened,
                   struct input *out, struct error *error)
{
    const struct transfer_config config = {.endpoint = connection_files (connection),
                                           .credential = connection_credential (connection),
                                           .patience_ms = PATIENCE_MS,
                                           .stop = {NULL, connection_interrupt (connection), ZMQ_POLLIN, 0}};
    bool changed = false;
    transfer_t *transfer = NULL;
    int rc = digest_of_fd (fd, out->name, out->sha256, &out->bytes, error);
    if (rc == DMH_OK)
        rc = (transfer = transfer_new (&config, error)) ? DMH_OK : error->code;
    if (rc == DMH_OK)
        rc = transfer_put (transfer, fd, out->sha256, out->bytes, error);
    transfer_destroy (&transfer);
    if (rc == DMH_OK && (file_change_check (fd, real, opened, &changed) != 0 || changed))
        rc = error_set (error, DMH_CONFLICT, "%s changed while it was sent", out->name);
    if (rc == DMH_OK) {
        memcpy (out->origin, out->uri, sizeof out->origin);
        uri_from_sha256 (out->sha256, out->uri);
    }
    return rc;
}

int input_source_find (connection_t *connection, const char *roots, const struct message_input *input,
                       struct input *out, struct error *error)
{
    char real[PATH_MAX];
    struct stat opened;
    *out = (struct input){.bytes = input->bytes};
    memcpy (out->name, input->name, sizeof out->name);
    if (!input->path) {
        memcpy (out->sha256, input->sha256, sizeof out->sha256);
        uri_from_sha256 (input->sha256, out->uri);
        return DMH_OK;
    }
    int fd = s_open (roots, input, real, &opened, error);
    if (fd < 0)
        return fd;
    const char *shared = connection_roots (connection);
    out->bytes = (uint64_t) opened.st_size;
    int rc = uri_from_path (real, out->uri, sizeof out->uri, error);
    if (rc == DMH_OK && *connection_files (connection) && !(shared && s_lies_in (shared, real)))
        rc = s_send (connection, fd, real, &opened, out, error);
    close (fd);
    return rc;
}
