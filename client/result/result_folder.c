//  result_folder.c: see result_folder.h.
#define _GNU_SOURCE
#include "client/result/result_folder.h"

#include "client/result/folder_tree.h"
#include "messages/base/digest.h"
#include "messages/base/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 256 * 1024 };

static const char FAILED[] = ".failed";

char *result_folder_name_of (const struct job_record *record, const char *name)
{
    char *named = NULL;
    const char *failed = job_state_is (record->state, JOB_FAILED) ? FAILED : "";
    return asprintf (&named, "%s%s", name, failed) < 0 ? NULL : named;
}

//  DMH_OK when nothing is at `to`; 1 when a result is there; else DMH_CONFLICT.
static int s_find_result (const char *to, struct error *error)
{
    struct stat about;
    if (lstat (to, &about) != 0)
        return errno == ENOENT ? DMH_OK : error_set (error, DMH_IO, "%s: %s", to, strerror (errno));
    char *report = folder_tree_join (to, "report.json");
    bool is_result = report && S_ISDIR (about.st_mode) && access (report, F_OK) == 0;
    free (report);
    if (is_result)
        return 1;
    return error_set (error, DMH_CONFLICT,
                      "%s is there already and is no result of dmh; give another folder with -o", to);
}

void result_folder_forget_failed (const char *folder, const char *name)
{
    struct error ignored;
    char *path = NULL;
    if (asprintf (&path, "%s/%s%s", folder, name, FAILED) < 0)
        return;
    if (s_find_result (path, &ignored) == 1)
        folder_tree_remove (path);
    free (path);
}

int result_folder_check (const char *to, struct error *error)
{
    int rc = s_find_result (to, error);
    return rc > 0 ? DMH_OK : rc;
}

static int s_make_above (const char *path, struct error *error)
{
    const char *slash = strrchr (path, '/');
    char *above = slash ? strndup (path, (size_t) (slash - path)) : NULL;
    int rc = above ? folder_make (above, error) : DMH_INTERNAL;
    free (above);
    return rc == DMH_INTERNAL ? error_set (error, rc, "out of memory") : rc;
}

int result_folder_move (const char *from, const char *to, const char *aside, struct error *error)
{
    int found = s_find_result (to, error);
    if (found < 0)
        return found;
    //  In one step where the file system can: whoever looks finds one of both.
    if (found && renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0) {
        folder_tree_remove (from);
        return DMH_OK;
    }
    int rc = found ? s_make_above (aside, error) : DMH_OK;
    if (rc != DMH_OK)
        return rc;
    if (found && rename (to, aside) != 0)
        return error_set (error, DMH_IO, "%s cannot be replaced: %s", to, strerror (errno));
    if (rename (from, to) != 0) {
        rc = error_set (error, DMH_IO, "the result cannot be moved to %s: %s", to, strerror (errno));
        if (found && rename (aside, to) != 0)
            rc = error_set (error, DMH_IO, "%s cannot be put back; it is now %s", to, aside);
        return rc;
    }
    if (found)
        folder_tree_remove (aside);
    return rc;
}

static int s_copy_bytes (int in, int out, digest_t *digest, uint64_t *bytes)
{
    char *buffer = malloc (COPY_BYTES);
    ssize_t n = buffer ? 0 : -1;
    *bytes = 0;
    while (buffer && (n = read (in, buffer, COPY_BYTES)) > 0) {
        digest_update (digest, buffer, (size_t) n);
        *bytes += (uint64_t) n;
        for (ssize_t done = 0, put; done < n; done += put)
            if ((put = write (out, buffer + done, (size_t) (n - done))) <= 0) {
                free (buffer);
                return -1;
            }
    }
    free (buffer);
    return n == 0 ? 0 : -1;
}

//  The folder that a result is copied from.
struct original {
    const char *path;
    int folder;
};

//  A worker that lies may have put a link there, to what it could not read itself.
static int s_copy (void *context, const struct output *output, const char *target, const char *said,
                   struct error *error)
{
    const struct original *original = context;
    char *source = folder_tree_join (original->path, output->name), hex[DIGEST_HEX_BYTES];
    digest_t *digest = digest_new ();
    int in = -1, out = -1, rc = DMH_IO;
    uint64_t bytes;
    if (!source || !digest) {
        rc = error_set (error, DMH_INTERNAL, "out of memory");
        goto cleanup;
    }
    in = openat (original->folder, output->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (in < 0) {
        error_set (error, rc, "%s cannot be read: %s", source, strerror (errno));
        goto cleanup;
    }
    out = open (target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (out < 0 || s_copy_bytes (in, out, digest, &bytes) != 0) {
        error_set (error, rc, "%s cannot be copied to %s: %s", source, said, strerror (errno));
        goto cleanup;
    }
    digest_hex (digest, hex);
    if (bytes != output->bytes || strcmp (hex, output->sha256) != 0) {
        rc = error_set (error, DMH_MALFORMED, "%s is not the file that the worker wrote: its SHA-256 differs",
                        source);
        goto cleanup;
    }
    rc = DMH_OK;
cleanup:
    if (in >= 0)
        close (in);
    if (out >= 0 && close (out) != 0 && rc == DMH_OK)
        rc = error_set (error, DMH_IO, "%s cannot be written: %s", said, strerror (errno));
    digest_destroy (&digest);
    free (source);
    return rc;
}

int result_folder_copy (const char *from, const struct output *outputs, size_t count,
                        const struct result_folder_check *check, const struct result_folder_room *room,
                        struct staged_result *out, struct error *error)
{
    struct original original = {from, open (from, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (original.folder < 0)
        return error_set (error, DMH_IO, "%s cannot be read: %s", from, strerror (errno));
    struct result_folder_source source = {s_copy, &original, NULL, check};
    int rc = result_folder_stage (&source, outputs, count, room, out, error);
    close (original.folder);
    return rc;
}

//  One that is found again by its name.
static int s_find_again (struct scratch_folder *self, const struct result_folder_room *room, const char *keep,
                         struct error *error)
{
    if (asprintf (&self->path, "%s/.dmh-%s", room->root, keep) < 0) {
        self->path = NULL;
        return error_set (error, DMH_INTERNAL, "out of memory");
    }
    if (mkdir (self->path, 0700) != 0 && errno != EEXIST) {
        int why = errno;
        free (self->path);    //  it is not ours to remove
        self->path = NULL;
        return error_set (error, DMH_IO, "%s cannot be written: %s", room->to, strerror (why));
    }
    self->lock = open (self->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (self->lock < 0 || flock (self->lock, LOCK_EX | LOCK_NB) != 0)
        return error_set (error, DMH_CONFLICT, "another dmh brings this result to %s already", room->to);
    return DMH_OK;
}

void result_folder_keep (const struct job_record *record, char out[RESULT_FOLDER_KEEP_BYTES])
{
    bool table = record->counts.read == UINT64_MAX;    //  as table_results.h has it
    snprintf (out, RESULT_FOLDER_KEEP_BYTES, "%s%s%s", record->job, table ? "-" : "",
              table ? record->kind : "");
}

void result_folder_forget_kept (const char *root, const struct job_record *record)
{
    struct scratch_folder kept = {.lock = -1};
    char keep[RESULT_FOLDER_KEEP_BYTES];
    result_folder_keep (record, keep);
    if (asprintf (&kept.path, "%s/.dmh-%s", root, keep) < 0)
        return;
    kept.lock = open (kept.path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (kept.lock >= 0 && flock (kept.lock, LOCK_EX | LOCK_NB) == 0)
        scratch_folder_remove (&kept);
    else
        scratch_folder_leave (&kept);
}

static int s_open_staged (struct staged_result *self, const struct result_folder_room *room, const char *keep,
                          struct error *error)
{
    int rc = keep ? s_find_again (&self->scratch, room, keep, error) : DMH_OK;
    if (rc != DMH_OK)
        return rc;
    self->folder =
        keep ? folder_tree_join (self->scratch.path, "fresh") : folder_tree_join (room->scratch, room->name);
    if (!self->folder)
        return error_set (error, DMH_INTERNAL, "out of memory");
    if (mkdir (self->folder, 0700) == 0 || (keep && errno == EEXIST))
        return DMH_OK;
    rc = error_set (error, DMH_IO, "%s cannot be written: %s", room->to, strerror (errno));
    free (self->folder);
    self->folder = NULL;
    return rc;
}

void staged_result_remove (struct staged_result *self)
{
    if (self->folder)
        folder_tree_remove (self->folder);
    free (self->folder);
    self->folder = NULL;
    if (self->scratch.path)
        scratch_folder_remove (&self->scratch);
}

void staged_result_leave (struct staged_result *self)
{
    if (!self->scratch.path) {
        staged_result_remove (self);
        return;
    }
    free (self->folder);
    self->folder = NULL;
    scratch_folder_leave (&self->scratch);
}

static int s_fetch (const struct result_folder_source *source, const struct output *output,
                    const char *folder, const char *to, struct error *error)
{
    const char *name = output->name;
    if (!*name || strchr (name, '/') || strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
        return error_set (error, DMH_MALFORMED, "the broker names an output that is no plain file name");
    char *target = folder_tree_join (folder, name), *said = folder_tree_join (to, name);
    int rc = target && said ? source->fetch (source->context, output, target, said, error)
                            : error_set (error, DMH_INTERNAL, "out of memory");
    free (target);
    free (said);
    return rc;
}

int result_folder_stage (const struct result_folder_source *source, const struct output *outputs,
                         size_t count, const struct result_folder_room *room, struct staged_result *out,
                         struct error *error)
{
    struct staged_result staged = {.scratch = {.lock = -1}};
    int rc = s_open_staged (&staged, room, source->keep, error);
    bool honest = true;
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        rc = s_fetch (source, &outputs[i], staged.folder, room->to, error);
    if (rc == DMH_OK && source->check) {
        rc = source->check->check (staged.folder, source->check->record, error);
        honest = rc == DMH_OK;
    }
    if (rc == DMH_OK)
        *out = staged;
    else if (honest)
        staged_result_leave (&staged);
    else
        staged_result_remove (&staged);
    return rc;
}
