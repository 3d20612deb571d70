//  batch_results.c: see batch_results.h.
#define _GNU_SOURCE
#include "client/result/batch/batch_results.h"

#include "client/arguments/own_results.h"
#include "client/result/batch/batch_index.h"
#include "client/result/batch/scratch_folder.h"
#include "client/result/folder_tree.h"
#include "client/result/places/done_result.h"
#include "client/result/places/fetched_places.h"
#include "client/result/places/result_owner.h"
#include "client/result/places/result_places.h"
#include "client/result/result_folder.h"
#include "messages/base/folder.h"
#include "messages/base/narrow.h"
#include "messages/text/terminal.h"
#include "messages/uri.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int s_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory");
}

static int s_name (struct batch_results *self, struct error *error)
{
    const char **paths = calloc (self->count + 1, sizeof *paths);
    for (size_t i = 0; paths && i < self->count; i++)
        paths[i] = self->outcomes[i].place;
    int rc = paths ? result_places_name (paths, self->count, &self->places, error) : s_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++)
        self->outcomes[i].place = self->places[i];
    free (paths);
    return rc;
}

//  A result stands alone: nothing of another may lie in it.
static int s_check_above (const struct batch_results *self, struct outcome *outcome, struct error *error)
{
    char *to = folder_tree_join (self->root, outcome->place);
    size_t root = strlen (self->root);
    if (!to)
        return s_memory (error);
    for (char *slash = strrchr (to, '/'); slash && slash > to + root; slash = strrchr (to, '/')) {
        *slash = 0;
        if (own_result_is (to)) {
            error_set (&outcome->error, DMH_CONFLICT,
                       "%.120s: %.300s is a result, and no other can stand in it; remove it, or give "
                       "another folder with -o",
                       outcome->word, to);
            break;
        }
    }
    free (to);
    return DMH_OK;
}

//  Where the tables of a join go no other result does.
static int s_check_joined (struct outcome *outcome)
{
    static const char JOINED[] = "joined/";
    if (strncmp (outcome->place, JOINED, sizeof JOINED - 1) != 0)
        return DMH_OK;
    return error_set (&outcome->error, DMH_CONFLICT,
                      "%.120s: its result would go below %s, which --join keeps for its tables; rename the "
                      "folder, or name the one above it",
                      outcome->word, JOINED);
}

static int s_check (const struct batch_results *self, struct outcome *outcome, bool replace,
                    struct error *error)
{
    char *to = folder_tree_join (self->root, outcome->place);
    if (!to)
        return s_memory (error);
    struct input input;
    named_input_get (outcome->input, &input);
    int rc = result_owner_check (&input, to, replace, &outcome->error);
    free (to);
    if (rc == DMH_INTERNAL)
        return s_memory (error);
    return rc == DMH_OK ? s_check_above (self, outcome, error) : DMH_OK;
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
        struct input input;
        named_input_get (outcome->input, &input);
        if (work && to && said &&
            done_result_is (to, &input, work, &outcome->record, outcome->input->sha256)) {
            outcome->skipped = true;
            uri_from_path (to, outcome->record.result, sizeof outcome->record.result, NULL);
            outcome_arrived (outcome, said);
            said = NULL;
        } else
            *outcome->input->sha256 = 0;
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

//  A result of the job that stands at its place already, whole.
static int s_skip_fetched (const struct batch_results *self, struct outcome *outcome, struct error *error)
{
    char *name = result_folder_name_of (&outcome->record, outcome->place),
         *to = name ? folder_tree_join (self->root, name) : NULL,
         *said = name ? folder_tree_join (self->folder, name) : NULL;
    int rc = to && said ? DMH_OK : s_memory (error);
    if (rc == DMH_OK && job_has_result (&outcome->record) && done_result_is_fetched (to, &outcome->record)) {
        outcome->skipped = true;
        result_folder_forget_kept (self->root, &outcome->record);
        outcome_arrived (outcome, said);
        said = NULL;
    }
    free (name);
    free (to);
    free (said);
    return rc;
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

static int s_open_folder (struct batch_results *self, const struct arguments *arguments,
                          struct outcome *outcomes, size_t count, struct error *error)
{
    const char *folder = arguments->folder ? arguments->folder : ".";
    *self = (struct batch_results){
        .outcomes = outcomes, .count = count, .folder = folder, .scratch = {.lock = -1}};
    int rc = folder_make (folder, error);
    if (rc == DMH_OK && !realpath (folder, self->root))
        rc = error_set (error, DMH_IO, "the folder %s cannot be used: %s", folder, strerror (errno));
    return rc == DMH_OK ? group_commit_open (&self->commit, folder, self->root, count, error) : rc;
}

int batch_results_open (struct batch_results *self, const struct arguments *arguments,
                        const struct input_list *inputs, struct outcome *outcomes, struct error *error)
{
    int rc = s_open_folder (self, arguments, outcomes, inputs->count, error);
    if (rc == DMH_OK)
        rc = s_name (self, error);
    if (rc == DMH_OK)
        s_sweep (self);
    if (rc == DMH_OK && arguments->skip_done)
        rc = s_skip (self, arguments, error);
    for (size_t i = 0; rc == DMH_OK && i < self->count; i++)
        if (outcome_is_open (&outcomes[i]))
            rc = arguments->join && s_check_joined (&outcomes[i]) != DMH_OK
                     ? DMH_OK
                     : s_check (self, &outcomes[i], arguments->replace, error);
    if (rc == DMH_OK && s_asked (inputs, arguments) > 1)
        rc = s_open_index (self, inputs->passed_count, error);
    return rc;
}

int batch_results_open_fetched (struct batch_results *self, const struct arguments *arguments,
                                struct outcome *outcomes, size_t count, struct error *error)
{
    int rc = s_open_folder (self, arguments, outcomes, count, error);
    if (rc == DMH_OK)
        rc = fetched_places_name (outcomes, count, self->root, arguments->replace, &self->places, error);
    if (rc == DMH_OK)
        s_sweep (self);
    for (size_t i = 0; rc == DMH_OK && arguments->skip_done && i < count; i++)
        rc = s_skip_fetched (self, &outcomes[i], error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        if (outcome_is_open (&outcomes[i]))
            rc = s_check_above (self, &outcomes[i], error);
    return rc == DMH_OK && count > 1 ? s_open_index (self, 0, error) : rc;
}

int batch_results_begin (struct batch_results *self, struct error *error)
{
    return scratch_folder_make (&self->scratch, self->root, error);
}

void batch_results_clear (struct batch_results *self)
{
    batch_index_destroy (&self->index);
    group_commit_clear (&self->commit);
    result_places_clear (&self->places, self->count);
}

void batch_results_changed (struct batch_results *self)
{
    if (self->index)
        batch_index_touch (self->index);
}

void batch_results_close (struct batch_results *self)
{
    scratch_folder_remove (&self->scratch);
    if (self->index)
        batch_index_write (self->index, true, &self->unindexed);
}

int batch_results_tell (const struct batch_results *self, int status)
{
    if (self->unindexed.code == DMH_OK)
        return status;
    terminal_print (stderr, "dmh: %s\n", self->unindexed.text);
    return status ? status : 1;
}

void batch_results_add (struct batch_results *self, struct outcome *outcome)
{
    group_commit_add (&self->commit, outcome);
}

void batch_results_bring (struct batch_results *self, bool now)
{
    if (group_commit_bring (&self->commit, self->scratch.path, now))
        batch_results_changed (self);
}
