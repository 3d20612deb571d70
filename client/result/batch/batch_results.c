//  batch_results.c: see batch_results.h.
#define _GNU_SOURCE
#include "client/result/batch/batch_results.h"

#include "client/arguments/own_results.h"
#include "client/result/batch/result_owner.h"
#include "client/result/batch/result_places.h"
#include "client/result/batch/scratch_folder.h"
#include "client/result/result_folder.h"
#include "messages/base/folder.h"
#include "messages/uri.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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
    char *to = result_folder_join (self->root, outcome->place);
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
        snprintf (last, sizeof last, "%.*s", (int) n, self->places[i]);
        char *folder = result_folder_join (self->root, last);
        if (folder)
            scratch_folder_sweep (folder);
        free (folder);
    }
}

int batch_results_open (struct batch_results *self, struct outcome *outcomes, size_t count,
                        const char *folder, bool replace, struct error *error)
{
    *self = (struct batch_results){.outcomes = outcomes, .count = count, .folder = folder};
    int rc = folder_make (folder, error);
    if (rc == DMH_OK && !realpath (folder, self->root))
        rc = error_set (error, DMH_IO, "the folder %s cannot be used: %s", folder, strerror (errno));
    const char **paths = calloc (count + 1, sizeof *paths);
    if (!paths)
        rc = s_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        paths[i] = outcomes[i].place;
    if (rc == DMH_OK)
        rc = s_name (self, paths, error);
    free (paths);
    if (rc == DMH_OK)
        s_sweep (self);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        if (outcome_is_open (&outcomes[i]))
            rc = s_check (self, &outcomes[i], replace, error);
    return rc;
}

void batch_results_clear (struct batch_results *self)
{
    result_places_clear (&self->places, self->count);
}

//  The folder of the place, as it is said and as it is; both yours to free. false: out of memory.
static bool s_paths (const struct batch_results *self, const char *name, char **said, char **absolute)
{
    *said = result_folder_join (self->folder, name);
    *absolute = result_folder_join (self->root, name);
    return *said && *absolute;
}

//  Between the root and the place.
static int s_make_above (const char *absolute, struct error *error)
{
    char *above = strndup (absolute, (size_t) (strrchr (absolute, '/') - absolute));
    int rc = above ? folder_make (above, error) : s_memory (error);
    free (above);
    return rc;
}

void batch_results_take (const struct batch_results *self, struct outcome *outcome, const char *aside)
{
    char from[PATH_MAX], *said = NULL, *absolute = NULL;
    bool good = job_state_is (outcome->record.state, JOB_DONE);
    struct error *error = &outcome->error;
    char *name = result_folder_name_of (&outcome->record, outcome->place);
    int rc = name && s_paths (self, name, &said, &absolute)
                 ? uri_to_path (outcome->record.result, from, sizeof from, error)
                 : s_memory (error);
    if (rc == DMH_OK)
        rc = s_make_above (absolute, error);
    if (rc == DMH_OK)
        rc = result_folder_move (from, absolute, aside, error);
    if (rc == DMH_OK)
        rc = uri_from_path (absolute, outcome->record.result, sizeof outcome->record.result, error);
    if (rc == DMH_OK) {
        if (good)
            result_folder_forget_failed (self->root, outcome->place);
        outcome->folder = said;
        said = NULL;
    } else if (!good) {
        struct error why = *error;
        error_set (error, rc, "%.250s; and all of it is lost: %.200s", outcome->record.message, why.text);
    }
    free (name);
    free (said);
    free (absolute);
}

size_t batch_results_open_count (const struct batch_results *self)
{
    size_t open = 0;
    for (size_t i = 0; i < self->count; i++)
        open += outcome_is_open (&self->outcomes[i]);
    return open;
}
