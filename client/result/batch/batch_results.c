//  batch_results.c: see batch_results.h.
#define _GNU_SOURCE
#include "client/result/batch/batch_results.h"

#include "client/arguments/own_results.h"
#include "client/result/batch/batch_index.h"
#include "client/result/batch/done_result.h"
#include "client/result/batch/result_owner.h"
#include "client/result/batch/result_places.h"
#include "client/result/batch/result_sync.h"
#include "client/result/batch/scratch_folder.h"
#include "client/result/folder_tree.h"
#include "client/result/result_folder.h"
#include "messages/base/clock.h"
#include "messages/base/folder.h"
#include "messages/base/narrow.h"
#include "messages/uri.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { GROUP_MOST = 256, GROUP_MS = 100 };    //  of results that share a sync

static int s_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory");
}

static int s_name (struct batch_results *self, const char *const *paths, struct error *error)
{
    int rc = result_places_name (paths, self->count, &self->places, error);
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++)
        self->outcomes[i].place = self->places[i];
    return rc;
}

//  A result stands alone: nothing of another may lie in it.
static int s_check_above (const struct batch_results *self, const struct outcome *outcome, char *to,
                          struct error *error)
{
    size_t root = strlen (self->root);
    for (char *slash = strrchr (to, '/'); slash && slash > to + root; slash = strrchr (to, '/')) {
        *slash = 0;
        if (own_result_is (to))
            return error_set (error, DMH_CONFLICT,
                              "%.120s: %.300s is a result, and no other can stand in it; remove it, or give "
                              "another folder with -o",
                              outcome->word, to);
    }
    return DMH_OK;
}

static int s_check (const struct batch_results *self, struct outcome *outcome, bool replace,
                    struct error *error)
{
    char *to = folder_tree_join (self->root, outcome->place);
    if (!to)
        return s_memory (error);
    if (result_owner_check (&outcome->input, to, replace, &outcome->error) == DMH_OK)
        s_check_above (self, outcome, to, &outcome->error);
    free (to);
    return outcome->error.code == DMH_INTERNAL ? s_memory (error) : DMH_OK;
}

//  What dead processes left beside the places, too, where results are copied.
static void s_sweep (const struct batch_results *self)
{
    char last[PATH_MAX] = "";
    scratch_folder_sweep (self->root);
    for (size_t i = 0; i < self->count; i++) {
        const char *slash = strrchr (self->places[i], '/');
        size_t n = slash ? (size_t) (slash - self->places[i]) : 0;
        if (n == 0 || (strncmp (last, self->places[i], n) == 0 && !last[n]))
            continue;    //  inputs of one folder stand together
        snprintf (last, sizeof last, "%.*s", NARROW (int, n), self->places[i]);
        char *folder = folder_tree_join (self->root, last);
        if (folder)
            scratch_folder_sweep (folder);
        free (folder);
    }
}

//  What the work on inputs of each kind is; read once.
struct works {
    const char *kinds[KINDS_MAX + 1];
    struct done_work at[KINDS_MAX + 1];
    size_t count;
};

//  NULL with `error` set.
static const struct done_work *s_work (struct works *self, const char *kind,
                                       const struct arguments *arguments, struct error *error)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->kinds[i] == kind)
            return &self->at[i];
    struct options options = arguments->options;
    if (kind)
        snprintf (options.kind, sizeof options.kind, "%s", kind);
    if (self->count > KINDS_MAX ||
        done_work_read (&self->at[self->count], &options, arguments->sign_key != NULL, error) != DMH_OK)
        return NULL;
    self->kinds[self->count] = kind;
    return &self->at[self->count++];
}

//  Passes over those whose result would be the same again.
static int s_skip (const struct batch_results *self, const struct arguments *arguments, struct error *error)
{
    struct works works = {.count = 0};
    for (size_t i = 0; i < self->count; i++) {
        struct outcome *outcome = &self->outcomes[i];
        if (!outcome_is_open (outcome))
            continue;
        const struct done_work *work = s_work (&works, outcome->kind, arguments, error);
        char *to = folder_tree_join (self->root, outcome->place),
             *said = folder_tree_join (self->folder, outcome->place);
        if (work && to && said &&
            done_result_is (to, &outcome->input, work, &outcome->record, outcome->input.sha256)) {
            outcome->skipped = true;
            uri_from_path (to, outcome->record.result, sizeof outcome->record.result, NULL);
            outcome_arrived (outcome, said);
            said = NULL;
        } else
            *outcome->input.sha256 = 0;
        bool starved = work && (!to || (!said && !outcome->skipped));
        free (to);
        free (said);
        if (!work)
            return error->code;
        if (starved)
            return s_memory (error);
    }
    return DMH_OK;
}

//  Files of those names that somebody else has put there stay.
static int s_check_index (const struct batch_results *self, struct error *error)
{
    static const char *const NAMES[] = {OWN_BATCH_JSON, OWN_BATCH_CSV};
    int rc = DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < sizeof NAMES / sizeof *NAMES; i++) {
        char *path = folder_tree_join (self->root, NAMES[i]);
        struct stat about;
        if (!path)
            rc = s_memory (error);
        else if (lstat (path, &about) == 0 && !own_index_is (path))
            rc = error_set (error, DMH_CONFLICT,
                            "%s is there already and is no index of dmh; give another folder with -o", path);
        free (path);
    }
    return rc;
}

static int s_open_index (struct batch_results *self, size_t passed_over, struct error *error)
{
    int rc = s_check_index (self, error);
    if (rc != DMH_OK)
        return rc;
    self->index = batch_index_new (self->root, self->outcomes, self->count, passed_over);
    return self->index ? batch_index_write (self->index, false, error) : s_memory (error);
}

//  Inputs for several kinds stand there once for each.
static size_t s_asked (const struct input_list *inputs, const struct arguments *arguments)
{
    return arguments->kind_count > 1 ? inputs->count / arguments->kind_count : inputs->count;
}

int batch_results_open (struct batch_results *self, const struct arguments *arguments,
                        const struct input_list *inputs, struct outcome *outcomes, struct error *error)
{
    const char *folder = arguments->folder ? arguments->folder : ".";
    *self = (struct batch_results){.outcomes = outcomes, .count = inputs->count, .folder = folder};
    int rc = folder_make (folder, error);
    if (rc == DMH_OK && !realpath (folder, self->root))
        rc = error_set (error, DMH_IO, "the folder %s cannot be used: %s", folder, strerror (errno));
    const char **paths = calloc (self->count + 1, sizeof *paths);
    self->waiting = calloc (self->count + 1, sizeof *self->waiting);
    if (!paths || !self->waiting)
        rc = s_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++)
        paths[i] = outcomes[i].place;
    if (rc == DMH_OK)
        rc = s_name (self, paths, error);
    free (paths);
    if (rc == DMH_OK)
        s_sweep (self);
    if (rc == DMH_OK && arguments->skip_done)
        rc = s_skip (self, arguments, error);
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++)
        if (outcome_is_open (&outcomes[i]))
            rc = s_check (self, &outcomes[i], arguments->replace, error);
    if (rc == DMH_OK && s_asked (inputs, arguments) > 1)
        rc = s_open_index (self, inputs->passed_count, error);
    return rc;
}

void batch_results_clear (struct batch_results *self)
{
    batch_index_destroy (&self->index);
    free (self->waiting);
    result_places_clear (&self->places, self->count);
}

void batch_results_changed (struct batch_results *self)
{
    if (self->index)
        batch_index_touch (self->index);
}

//  The folders between the root and the results. Those of one folder mostly follow each other.
static void s_sync_between (const struct batch_results *self)
{
    char last[PATH_MAX] = "";
    for (size_t i = 0; i < self->count; i++) {
        const char *place = self->outcomes[i].folder ? self->places[i] : "", *slash = strrchr (place, '/');
        size_t n = slash ? (size_t) (slash - place) : 0;
        if (n == 0 || n >= sizeof last || (strlen (last) == n && memcmp (last, place, n) == 0))
            continue;
        snprintf (last, sizeof last, "%.*s", NARROW (int, n), place);
        for (char *end = last + n; end; end = strrchr (last, '/')) {
            struct error ignored;
            *end = 0;
            char *path = folder_tree_join (self->root, last);
            if (path)
                result_sync_folder (path, &ignored);
            free (path);
        }
        snprintf (last, sizeof last, "%.*s", NARROW (int, n), place);
    }
}

int batch_results_close (struct batch_results *self, int rc, struct error *error)
{
    struct error why = {.code = DMH_OK};
    if (*self->root) {    //  the names of the results; that they are there is known
        s_sync_between (self);
        result_sync_folder (self->root, &why);
    }
    why.code = DMH_OK;
    int written = self->index ? batch_index_write (self->index, true, &why) : DMH_OK;
    if (rc != DMH_OK || written == DMH_OK)
        return rc;
    *error = why;
    return written;
}

//  The folder of the place, as it is said and as it is; both yours to free. false: out of memory.
static bool s_paths (const struct batch_results *self, const char *name, char **said, char **absolute)
{
    *said = folder_tree_join (self->folder, name);
    *absolute = folder_tree_join (self->root, name);
    return *said && *absolute;
}

//  Between the root and the place.
static int s_make_above (const struct batch_results *self, const char *absolute, struct error *error)
{
    char *above = strndup (absolute, (size_t) (strrchr (absolute, '/') - absolute));
    int rc = !above                            ? s_memory (error)
             : strcmp (above, self->root) == 0 ? DMH_OK
                                               : folder_make (above, error);
    free (above);
    return rc;
}

//  It is on the disk: it gets its name.
static void s_take (const struct batch_results *self, struct outcome *outcome, const char *from,
                    const char *aside)
{
    char *said = NULL, *absolute = NULL;
    bool good = job_state_is (outcome->record.state, JOB_DONE);
    struct error *error = &outcome->error;
    char *name = result_folder_name_of (&outcome->record, outcome->place);
    int rc = name && s_paths (self, name, &said, &absolute) ? s_make_above (self, absolute, error)
                                                            : s_memory (error);
    if (rc == DMH_OK)
        rc = result_folder_move (from, absolute, aside, error);
    if (rc == DMH_OK)
        rc = uri_from_path (absolute, outcome->record.result, sizeof outcome->record.result, error);
    if (rc == DMH_OK) {
        if (good)
            result_folder_forget_failed (self->root, outcome->place);
        outcome_arrived (outcome, said);
        said = NULL;
    }
    free (name);
    free (said);
    free (absolute);
}

void batch_results_add (struct batch_results *self, struct outcome *outcome)
{
    if (self->waiting_count == 0)
        self->waits_since = clock_mono_ms ();
    self->waiting[self->waiting_count++] = outcome;
}

//  What keeps a failed job's result from its place is said behind why it failed.
static void s_complain (struct outcome *outcome)
{
    struct error why = outcome->error;
    if (why.code != DMH_OK && job_state_is (outcome->record.state, JOB_FAILED))
        error_set (&outcome->error, why.code, "%.250s; and all of it is lost: %.200s",
                   outcome->record.message, why.text);
}

static void s_bring (struct batch_results *self, char **folders, const char *scratch)
{
    char aside[PATH_MAX + 32], path[PATH_MAX];
    struct error error = {.code = DMH_OK};
    size_t count = 0;
    for (size_t i = 0; i < self->waiting_count; i++) {
        struct outcome *outcome = self->waiting[i];
        if (uri_to_path (outcome->record.result, path, sizeof path, &outcome->error) != DMH_OK)
            continue;
        if (!(folders[count] = strdup (path)))
            s_memory (&outcome->error);
        else
            self->waiting[count++] = outcome;
    }
    result_sync (self->root, folders, count, &error);
    for (size_t i = 0; i < count; i++) {
        struct outcome *outcome = self->waiting[i];
        snprintf (aside, sizeof aside, "%s/aside-%zu", scratch, (size_t) (outcome - self->outcomes));
        if (error.code == DMH_OK)
            s_take (self, outcome, folders[i], aside);
        else
            outcome->error = error;
        s_complain (outcome);
        free (folders[i]);
    }
}

void batch_results_bring (struct batch_results *self, const char *scratch, bool now)
{
    if (self->waiting_count == 0 ||
        (!now && self->waiting_count < GROUP_MOST && clock_mono_ms () - self->waits_since < GROUP_MS))
        return;
    char **folders = calloc (self->waiting_count, sizeof *folders);
    if (folders)
        s_bring (self, folders, scratch);
    for (size_t i = 0; !folders && i < self->waiting_count; i++)
        s_memory (&self->waiting[i]->error);
    free (folders);
    self->waiting_count = 0;
    batch_results_changed (self);
}
