//  following_jobs.c: see following_jobs.h.
#include "client/result/following_jobs.h"

#include "client/result/batch/join_inputs.h"
#include "client/result/places/result_places.h"

#include <stdlib.h>
#include <string.h>

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory");
}

static int s_add (struct following_jobs *self, struct outcome *outcome, struct named_input *input,
                  const char *name, struct error *error)
{
    struct input jobs = {.uri = FOLLOWED_URI};
    snprintf (jobs.name, sizeof jobs.name, "%s", name);
    *outcome = (struct outcome){.word = name, .place = name, .input = input};
    memcpy (outcome->record.name, jobs.name, sizeof outcome->record.name);
    self->count++;
    return named_input_set (input, &jobs) == DMH_OK ? DMH_OK : s_no_memory (error);
}

//  Where the results would stand.
static int s_name_places (struct following_jobs *self, struct outcome *outcomes, size_t count,
                          struct error *error)
{
    const char **paths = calloc (count + 1, sizeof *paths);
    int rc = paths ? DMH_OK : s_no_memory (error);
    for (size_t i = 0; paths && i < count; i++)
        paths[i] = outcomes[i].place;
    if (rc == DMH_OK)
        rc = result_places_name (paths, count, &self->places, error);
    for (size_t i = 0; rc == DMH_OK && i < count; i++)
        outcomes[i].place = self->places[i];
    free (paths);
    return rc;
}

int following_jobs_add (struct following_jobs *self, const struct following_wish *wish,
                        struct outcome *outcomes, size_t count, struct error *error)
{
    struct outcome *next = outcomes + count;
    int rc = DMH_OK;
    *self = (struct following_jobs){.inputs = count};
    if (wish->join)
        rc = s_add (self, self->join = next++, &self->of_join, "joined", error);
    if (rc == DMH_OK && wish->then)
        rc = s_add (self, self->then = next, &self->of_then, wish->then, error);
    if (rc == DMH_OK && self->count && !wish->folder)
        rc = s_name_places (self, outcomes, count, error);
    return rc == DMH_OK && self->count ? join_inputs_name (outcomes, count, error) : rc;
}

void following_jobs_clear (struct following_jobs *self)
{
    result_places_clear (&self->places, self->places ? self->inputs : 0);
    named_input_clear (&self->of_join);
    named_input_clear (&self->of_then);
    *self = (struct following_jobs){.count = 0};
}
