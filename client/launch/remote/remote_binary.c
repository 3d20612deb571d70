//  remote_binary.c: see remote_binary.h.
#include "client/launch/remote/remote_binary.h"

#include "client/launch/remote/ssh_call.h"
#include "messages/base/digest.h"
#include "messages/version.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { ANSWER_BYTES = 256 };

const char REMOTE_BINARY_CHOICE[] =
    "worker=\"$HOME/.local/lib/dmh/dmh-worker\"; [ -x \"$worker\" ] || worker=dmh-worker\n";

static const char ASK[] = "mine=\"$HOME/.local/lib/dmh/dmh-worker\"\n"
                          "echo \"dmh:machine $(uname -s) $(uname -m)\"\n"
                          "echo \"dmh:copy $([ -x \"$mine\" ] && sha256sum <\"$mine\" | cut -d' ' -f1)\"\n"
                          "echo \"dmh:installed $(dmh-worker --version 2>/dev/null | head -n 1)\"\n";

static const char COPY[] =
    "sh -c 'umask 022; d=\"$HOME/.local/lib/dmh\"; mkdir -p \"$d\" && cat >\"$d/dmh-worker.$$\" && "
    "chmod 755 \"$d/dmh-worker.$$\" && mv \"$d/dmh-worker.$$\" \"$d/dmh-worker\"'";

static const char TRY[] = "exec \"$worker\" --version >/dev/null\n";

//  The three numbers of "0.2.1"; false: it does not begin so.
static bool s_version (const char *text, unsigned long out[3])
{
    for (size_t i = 0; i < 3; i++) {
        char *end;
        if (*text < '0' || *text > '9')
            return false;
        out[i] = strtoul (text, &end, 10);
        text = end + (i < 2 && *end == '.');
    }
    return true;
}

//  Whether "dmh-worker 0.2.1" is not older than this dmh. Nothing that says so is.
static bool s_is_new (const char *installed)
{
    static const char NAME[] = "dmh-worker ";
    unsigned long there[3], here[3];
    if (strncmp (installed, NAME, sizeof NAME - 1) != 0 || !s_version (installed + sizeof NAME - 1, there) ||
        !s_version (DMH_VERSION, here))
        return false;
    for (size_t i = 0; i < 3; i++)
        if (there[i] != here[i])
            return there[i] > here[i];
    return true;
}

static int s_copy (const char *config, const char *host, const char *worker, struct error *error)
{
    struct stat about;
    int fd = open (worker, O_RDONLY | O_CLOEXEC);
    bool there = fd >= 0 && fstat (fd, &about) == 0 && about.st_size > 0;
    void *bytes = there ? mmap (NULL, (size_t) about.st_size, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    int why = errno, rc;
    if (fd >= 0)
        close (fd);
    if (bytes == MAP_FAILED)
        return error_set (error, DMH_IO, "%s cannot be read: %s", worker, strerror (why));
    rc = ssh_call_bytes (config, host, COPY, bytes, (size_t) about.st_size, error);
    munmap (bytes, (size_t) about.st_size);
    if (rc == DMH_IO) {
        char said[ANSWER_BYTES];
        snprintf (said, sizeof said, "%.250s", error->text);
        error_set (error, rc, "dmh-worker cannot be copied to %s", said);
    }
    return rc;
}

//  DMH_OK with *copy set where it has to be copied there.
static int s_compare (const char *host, const char *said, const char *worker, bool *copy, struct error *error)
{
    char machine[ANSWER_BYTES] = "", sum[ANSWER_BYTES] = "", installed[ANSWER_BYTES] = "", ours[ANSWER_BYTES],
         digest[DIGEST_HEX_BYTES];
    struct utsname here;
    if (!ssh_call_answer (said, "machine", machine, sizeof machine))
        return error_set (error, DMH_UNSUPPORTED, "%s has no shell that runs what it is told", host);
    ssh_call_answer (said, "copy", sum, sizeof sum);
    ssh_call_answer (said, "installed", installed, sizeof installed);
    if (!*sum && s_is_new (installed))
        return DMH_OK;
    uname (&here);
    snprintf (ours, sizeof ours, "%.60s %.60s", here.sysname, here.machine);
    if (strcmp (machine, ours) != 0)
        return error_set (error, DMH_UNSUPPORTED,
                          "%s is %.60s, and the dmh-worker of this host is for %.60s; install dmh %s there",
                          host, machine, ours, DMH_VERSION);
    int rc = digest_of_file (worker, digest, NULL, error);
    *copy = rc == DMH_OK && strcmp (sum, digest) != 0;
    return rc;
}

//  It may lack a library there.
static int s_try (const char *config, const char *host, char *said, struct error *error)
{
    struct shell_text script = {.failed = false};
    shell_text_add (&script, REMOTE_BINARY_CHOICE);
    shell_text_add (&script, TRY);
    int rc = ssh_call_script (config, host, &script, said, error);
    shell_text_clear (&script);
    if (rc != DMH_IO)
        return rc;
    char why[ANSWER_BYTES];
    snprintf (why, sizeof why, "%.250s", error->text);
    return error_set (error, DMH_UNSUPPORTED, "dmh-worker does not run on %s", why);
}

int remote_binary_provide (const char *config, const char *host, const char *worker, struct error *error)
{
    struct shell_text ask = {.failed = false};
    bool copy = false;
    char *said = calloc (1, CHILD_SAID_BYTES);
    if (!said)
        return error_set (error, DMH_INTERNAL, "out of memory");
    shell_text_add (&ask, ASK);
    int rc = ssh_call_script (config, host, &ask, said, error);
    shell_text_clear (&ask);
    if (rc == DMH_OK)
        rc = s_compare (host, said, worker, &copy, error);
    if (rc == DMH_OK && copy)
        rc = s_copy (config, host, worker, error);
    if (rc == DMH_OK)
        rc = s_try (config, host, said, error);
    free (said);
    return rc;
}
