//  fetched_places.c: see fetched_places.h.
#define _GNU_SOURCE
#include "client/result/places/fetched_places.h"

#include "client/result/folder_tree.h"
#include "client/result/places/done_result.h"
#include "client/result/places/result_owner.h"
#include "client/result/places/result_places.h"
#include "messages/base/narrow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

//  A folder's name has 255 bytes, of which some are for the id, and for .failed.
enum { NAME_ROOM = 255 - ID_BYTES - 8 };

struct naming {
    struct outcome *outcomes;
    size_t count;
    const char *root;
    bool replace;
    char **places;         //  [count]
    zhashx_t *taken;       //  places that are given
    const char **paths;    //  [count] of one batch
    size_t *indices;       //  [count] whose those are
};

static int s_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory for the names of the results");
}

//  Another result, or whatever else, stands there; one that says the same is none that could be lost. DMH_OK
//  or DMH_INTERNAL.
static int s_look (const struct naming *self, const struct outcome *outcome, const char *place, bool *others,
                   struct error *error)
{
    struct stat about;
    char *name = result_folder_name_of (&outcome->record, place),
         *to = name ? folder_tree_join (self->root, name) : NULL;
    int rc = to ? DMH_OK : s_memory (error);
    if (rc == DMH_OK)
        *others = zhashx_lookup (self->taken, place) || (!self->replace && lstat (to, &about) == 0 &&
                                                         !result_owner_is_job (to, outcome->record.job) &&
                                                         !done_result_is_alike (to, &outcome->record));
    free (name);
    free (to);
    return rc;
}

//  path.JOBID, its last name cut at a letter's beginning. Yours to free.
static char *s_with_id (const char *place, const char *job)
{
    const char *slash = strrchr (place, '/'), *name = slash ? slash + 1 : place;
    size_t n = strlen (name);
    char *out = NULL;
    if (n > NAME_ROOM)
        for (n = NAME_ROOM; n > 0 && (name[n] & 0xc0) == 0x80;)
            n--;
    return asprintf (&out, "%.*s.%s", NARROW (int, name - place) + NARROW (int, n), place, job) < 0 ? NULL
                                                                                                    : out;
}

//  Takes over `place`.
static int s_settle (struct naming *self, size_t i, char *place, struct error *error)
{
    struct outcome *outcome = &self->outcomes[i];
    bool others = false;
    int rc = s_look (self, outcome, place, &others, error);
    if (rc == DMH_OK && others) {
        char *with_id = s_with_id (place, outcome->record.job);
        free (place);
        place = with_id;
        rc = place ? DMH_OK : s_memory (error);
    }
    if (rc != DMH_OK) {
        free (place);
        return rc;
    }
    self->places[i] = place;
    outcome->place = place;
    zhashx_insert (self->taken, place, place);
    return DMH_OK;
}

//  The outcomes from `first` on that are of its batch and have no place yet; of none, it alone.
static int s_name_batch (struct naming *self, size_t first, struct error *error)
{
    const char *batch = self->outcomes[first].record.batch;
    char **places = NULL;
    size_t count = 0;
    for (size_t i = first; i < self->count && (i == first || *batch); i++)
        if (!self->places[i] && strcmp (self->outcomes[i].record.batch, batch) == 0) {
            self->paths[count] = self->outcomes[i].word;
            self->indices[count++] = i;
        }
    int rc = result_places_name (self->paths, count, &places, error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        rc = s_settle (self, self->indices[i], places[i], error);
        places[i] = NULL;
    }
    result_places_clear (&places, count);
    return rc;
}

int fetched_places_name (struct outcome *outcomes, size_t count, const char *root, bool replace,
                         char ***places, struct error *error)
{
    struct naming self = {.outcomes = outcomes,
                          .count = count,
                          .root = root,
                          .replace = replace,
                          .places = calloc (count + 1, sizeof *self.places),
                          .taken = zhashx_new (),
                          .paths = calloc (count + 1, sizeof *self.paths),
                          .indices = calloc (count + 1, sizeof *self.indices)};
    int rc = self.places && self.taken && self.paths && self.indices ? DMH_OK : s_memory (error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        if (!self.places[i])
            rc = s_name_batch (&self, i, error);
    zhashx_destroy (&self.taken);
    free (self.paths);
    free (self.indices);
    if (rc == DMH_OK)
        *places = self.places;
    else
        result_places_clear (&self.places, count);
    return rc;
}
