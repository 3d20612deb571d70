//  group_commit.c: see group_commit.h.
#define _GNU_SOURCE
#include "client/result/batch/group_commit.h"

#include "client/arguments/own_results.h"
#include "client/result/folder_tree.h"
#include "client/result/result_folder.h"
#include "messages/base/clock.h"
#include "messages/base/folder.h"
#include "messages/base/narrow.h"
#include "messages/files/folder_sync.h"
#include "messages/uri.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GROUP_MOST = 256, GROUP_MS = 100 };

static int s_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory");
}

int group_commit_open (struct group_commit *self, const char *folder, const char *root, size_t most,
                       struct error *error)
{
    *self = (struct group_commit){.folder = folder, .root = root, .root_fd = -1, .most = most};
    self->waiting = calloc (most + 1, sizeof *self->waiting);
    if (!self->waiting)
        return s_memory (error);
    self->root_fd = open (root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (self->root_fd >= 0)
        return DMH_OK;
    error_set (error, DMH_IO, "the folder %s cannot be opened: %s", folder, strerror (errno));
    group_commit_clear (self);
    return DMH_IO;
}

void group_commit_clear (struct group_commit *self)
{
    if (self->waiting && self->root_fd >= 0)
        close (self->root_fd);
    free (self->waiting);
    self->waiting = NULL;
    self->waiting_count = 0;
}

void group_commit_add (struct group_commit *self, struct outcome *outcome)
{
    if (self->waiting_count == 0)
        self->waits_since = clock_mono_ms ();
    self->waiting[self->waiting_count++] = outcome;
}

//  The folder of a name, as it is said and as it is; both yours to free. false: out of memory.
static bool s_paths (const struct group_commit *self, const char *name, char **said, char **absolute)
{
    *said = folder_tree_join (self->folder, name);
    *absolute = folder_tree_join (self->root, name);
    return *said && *absolute;
}

//  Between the root and the place.
static int s_make_above (const struct group_commit *self, const char *absolute, struct error *error)
{
    char *above = strndup (absolute, (size_t) (strrchr (absolute, '/') - absolute));
    int rc = !above                            ? s_memory (error)
             : strcmp (above, self->root) == 0 ? DMH_OK
                                               : folder_make (above, error);
    free (above);
    return rc;
}

//  Out of a folder that is looked into again: what is replaced must not be found there as what has come.
static int s_leave_own (const char *scratch, struct staged_result *staged, struct error *error)
{
    char *to = NULL;
    if (!staged->scratch.path)
        return DMH_OK;
    if (asprintf (&to, "%s/whole%s", scratch, strrchr (staged->scratch.path, '/') + 1) < 0)
        return s_memory (error);
    if (rename (staged->folder, to) != 0) {
        int rc = error_set (error, DMH_IO, "a result that has come cannot be moved to %s: %s", to,
                            strerror (errno));
        free (to);
        return rc;
    }
    free (staged->folder);
    staged->folder = to;
    return DMH_OK;
}

//  A good result stays beside one that a check failed: it is what its input was good for before.
static bool s_has_older (const struct group_commit *self, const struct outcome *outcome, const char *name)
{
    char *good = strcmp (name, outcome->place) != 0 ? folder_tree_join (self->root, outcome->place) : NULL;
    bool has = good && own_result_is (good);
    free (good);
    return has;
}

//  It is on the disk: it gets its name.
static void s_take (const struct group_commit *self, struct outcome *outcome, const char *name,
                    const char *scratch)
{
    char *said = NULL, *absolute = NULL, *aside = NULL;
    struct error *error = &outcome->error;
    int rc = s_paths (self, name, &said, &absolute) && (aside = scratch_folder_aside (scratch, name))
                 ? s_make_above (self, absolute, error)
                 : s_memory (error);
    if (rc == DMH_OK)
        rc = s_leave_own (scratch, &outcome->staged, error);
    if (rc == DMH_OK)
        rc = result_folder_move (outcome->staged.folder, absolute, aside, error);
    if (rc == DMH_OK && outcome->own)
        rc = uri_from_path (absolute, outcome->record.result, sizeof outcome->record.result, error);
    if (rc == DMH_OK) {
        staged_result_remove (&outcome->staged);
        outcome_arrived (outcome, said);
        said = NULL;
        outcome->has_older = s_has_older (self, outcome, name);
    }
    free (said);
    free (absolute);
    free (aside);
}

//  What keeps a failed job's result from its place is said behind why it failed.
static void s_complain (struct outcome *outcome)
{
    struct error why = outcome->error;
    if (outcome->own && why.code != DMH_OK && job_state_is (outcome->record.state, JOB_FAILED))
        error_set (&outcome->error, why.code, "%.250s; and all of it is lost: %.200s",
                   outcome->record.message, why.text);
}

static int s_sync_above (const char *root, const char *place, size_t n, struct error *error)
{
    char path[PATH_MAX];
    int rc = DMH_OK;
    snprintf (path, sizeof path, "%.*s", NARROW (int, n), place);
    for (char *end = path + n; rc == DMH_OK && end; end = strrchr (path, '/')) {
        *end = 0;
        char *folder = folder_tree_join (root, path);
        rc = folder ? folder_sync (folder, error) : s_memory (error);
        free (folder);
    }
    return rc;
}

//  The folders between the root and the results that came, and the root. Those of one folder mostly follow
//  each other.
static int s_sync_names (const char *root, struct outcome *const *outcomes, size_t count, struct error *error)
{
    const char *last = "";
    size_t last_n = 0;
    for (size_t i = 0; i < count; i++) {
        const char *place = outcomes[i]->folder && outcomes[i]->place ? outcomes[i]->place : "",
                   *slash = strrchr (place, '/');
        size_t n = slash ? (size_t) (slash - place) : 0;
        if (n == 0 || n >= PATH_MAX || (last_n == n && memcmp (last, place, n) == 0))
            continue;
        int rc = s_sync_above (root, place, n, error);
        if (rc != DMH_OK)
            return rc;
        last = place;
        last_n = n;
    }
    return folder_sync (root, error);
}

//  Their names, and then those who wait for that hear of them.
static void s_tell (struct group_commit *self, size_t count)
{
    struct error error = {.code = DMH_OK};
    int rc = s_sync_names (self->root, self->waiting, count, &error);
    size_t there = 0;
    for (size_t i = 0; i < count; i++) {
        struct outcome *outcome = self->waiting[i];
        if (outcome->folder && rc != DMH_OK)
            outcome->error = error;
        else if (outcome->folder)
            self->waiting[there++] = outcome;
    }
    self->waiting_count = there;    //  the others are nobody's any more
    if (there && self->committed)
        self->committed (self->context, self->waiting, there);
}

static void s_bring (struct group_commit *self, struct folder_sync_item *items, char **names,
                     const char *scratch)
{
    size_t count = self->waiting_count;
    bool good = true;
    for (size_t i = 0; good && i < count; i++) {
        const struct outcome *outcome = self->waiting[i];
        names[i] = result_folder_name_of (&outcome->record, outcome->place);
        char *said = names[i] ? folder_tree_join (self->folder, names[i]) : NULL;
        items[i] = (struct folder_sync_item){.folder = outcome->staged.folder, .said = said};
        good = said != NULL;
    }
    if (good)
        folder_sync_all (self->root_fd, items, count);
    for (size_t i = 0; i < count; i++) {
        struct outcome *outcome = self->waiting[i];
        if (!good)
            s_memory (&outcome->error);
        else if (items[i].error.code == DMH_OK)
            s_take (self, outcome, names[i], scratch);
        else {
            outcome->error = items[i].error;
            staged_result_remove (&outcome->staged);    //  what is read of it again may never reach the disk
        }
        s_complain (outcome);
        staged_result_leave (&outcome->staged);
        free (names[i]);
        free ((char *) (uintptr_t) items[i].said);
    }
    s_tell (self, count);
}

//  A good result stands there: the one that a check failed before goes. Its name is on the disk first, where
//  somebody waits for that.
static void s_forget_failed (const struct group_commit *self)
{
    for (size_t i = 0; i < self->waiting_count; i++) {
        const struct outcome *outcome = self->waiting[i];
        if (outcome->folder && outcome->error.code == DMH_OK &&
            job_state_is (outcome->record.state, JOB_DONE))
            result_folder_forget_failed (self->root, outcome->place);
    }
}

bool group_commit_bring (struct group_commit *self, const char *scratch, bool now)
{
    size_t count = self->waiting_count;
    if (count == 0 || (!now && count < GROUP_MOST && clock_mono_ms () - self->waits_since < GROUP_MS))
        return false;
    struct folder_sync_item *items = calloc (count, sizeof *items);
    char **names = calloc (count, sizeof *names);
    if (items && names) {
        s_bring (self, items, names, scratch);
        s_forget_failed (self);
    }
    for (size_t i = 0; (!items || !names) && i < count; i++) {
        s_memory (&self->waiting[i]->error);
        staged_result_leave (&self->waiting[i]->staged);
    }
    free (items);
    free (names);
    self->waiting_count = 0;
    return true;
}
