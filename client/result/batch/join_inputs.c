//  join_inputs.c: see join_inputs.h.
#include "client/result/batch/join_inputs.h"

#include "messages/uri.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool join_inputs_has (const struct outcome *outcome)
{
    return outcome->error.code == DMH_OK && outcome->folder &&
           (outcome->skipped || job_state_is (outcome->record.state, JOB_DONE));
}

bool join_inputs_any (const struct outcome *outcomes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (join_inputs_has (&outcomes[i]))
            return true;
    return false;
}

static const char *s_failure (const struct outcome *outcome)
{
    if (outcome->error.code != DMH_OK)
        return outcome->error.text;
    return *outcome->record.message ? outcome->record.message : outcome->record.state;
}

//  What its records say they are of: the file by itself, or its path below the folder that was given. Its
//  result's place has as many names.
static const char *s_file (const struct outcome *outcome)
{
    const char *file = outcome->word;
    size_t folders = 0;
    if (!file || strcmp (file, "-") == 0 || !outcome->place)
        return outcome->record.name;
    for (const char *at = outcome->place; (at = strchr (at, '/')); at++)
        folders++;
    for (const char *at = file + strlen (file); at > file; at--)
        if (at[-1] == '/' && folders-- == 0)
            return *at ? at : outcome->record.name;
    return file;
}

//  One that has the same name as others of its kind has to be told from them.
struct named {
    struct join_input *input;
    const struct outcome *outcome;
};

static int s_compare (const void *a, const void *b)
{
    const struct named *left = a, *right = b;
    const char *kind = left->outcome->kind, *other = right->outcome->kind;
    int order = strcmp (left->input->source_file, right->input->source_file);
    if (order == 0 && kind && other)
        order = strcmp (kind, other);
    return order ? order : (left->input > right->input) - (left->input < right->input);
}

static bool s_is_same (const struct named *a, const struct named *b)
{
    const char *kind = a->outcome->kind, *other = b->outcome->kind;
    return strcmp (a->input->source_file, b->input->source_file) == 0 &&
           (!kind || !other || strcmp (kind, other) == 0);
}

//  How many bytes of their absolute paths all of them share: folders that tell nothing apart.
static size_t s_shared (const struct named *group, size_t count)
{
    const char *first = group[0].outcome->word;
    size_t shared = strlen (first);
    for (size_t i = 1; i < count; i++) {
        const char *other = group[i].outcome->word;
        size_t n = 0;
        while (n < shared && first[n] == other[n])
            n++;
        shared = n;
    }
    while (shared > 0 && first[shared - 1] != '/')
        shared--;
    return *first == '/' ? shared : 0;
}

//  Each gets the path by which it was named.
static void s_name_by_path (const struct named *group, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!group[i].outcome->word || strcmp (group[i].outcome->word, "-") == 0)
            return;
    size_t shared = s_shared (group, count);
    for (size_t i = 0; i < count; i++) {
        const char *path = group[i].outcome->word + shared;
        while (strncmp (path, "./", 2) == 0)
            path += 2 + strspn (path + 2, "/");
        if (*path)
            group[i].input->source_file = path;
    }
}

//  Each gets the place of its result, which no other has.
static void s_name_by_place (const struct named *group, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (group[i].outcome->place)
            group[i].input->source_file = group[i].outcome->place;
}

static void s_each_group (struct named *sorted, size_t count, void (*name) (const struct named *, size_t))
{
    qsort (sorted, count, sizeof *sorted, s_compare);
    for (size_t i = 0, end; i < count; i = end) {
        for (end = i + 1; end < count && s_is_same (&sorted[i], &sorted[end]);)
            end++;
        if (end - i > 1)
            name (sorted + i, end - i);
    }
}

//  Where several files have one name, each is called by its path; the same path twice by its result.
static int s_tell_apart (struct join_input *inputs, const struct outcome *outcomes, size_t count)
{
    struct named *sorted = calloc (count + 1, sizeof *sorted);
    if (!sorted)
        return -1;
    for (size_t i = 0; i < count; i++)
        sorted[i] = (struct named){&inputs[i], &outcomes[i]};
    s_each_group (sorted, count, s_name_by_path);
    s_each_group (sorted, count, s_name_by_place);
    free (sorted);
    return 0;
}

struct join_input *join_inputs_new (const struct outcome *outcomes, size_t count, const char *folder)
{
    struct join_input *inputs = calloc (count + 1, sizeof *inputs);
    size_t n = strlen (folder);
    for (size_t i = 0; inputs && i < count; i++) {
        const struct outcome *outcome = &outcomes[i];
        inputs[i].source_file = s_file (outcome);
        const char *uri = named_input_uri (outcome->input);
        inputs[i].uri = uri_is_stored (uri) ? named_input_origin (outcome->input) : uri;
        if (!join_inputs_has (outcome)) {
            inputs[i].failure = s_failure (outcome);
            continue;
        }
        inputs[i].folder = inputs[i].result = outcome->folder;
        if (strncmp (outcome->folder, folder, n) == 0 && outcome->folder[n] == '/')
            inputs[i].result = outcome->folder + n + 1;
    }
    if (inputs && s_tell_apart (inputs, outcomes, count) != 0) {
        free (inputs);
        inputs = NULL;
    }
    return inputs;
}

static int s_say (struct named_input *self, const char *source_file, const char *place)
{
    struct input input;
    named_input_get (self, &input);
    snprintf (input.source_file, sizeof input.source_file, "%s", source_file);
    snprintf (input.stands_at, sizeof input.stands_at, "%s", place);
    return named_input_set (self, &input);
}

int join_inputs_name (struct outcome *outcomes, size_t count, struct error *error)
{
    struct join_input *inputs = join_inputs_new (outcomes, count, ".");
    int rc = inputs ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        const char *place = outcomes[i].place ? outcomes[i].place : "";
        if (strlen (inputs[i].source_file) >= SOURCE_BYTES || strlen (place) >= SOURCE_BYTES)
            rc = error_set (error, DMH_TOO_LARGE,
                            "%.200s…: a path of more than %d bytes cannot be named in a "
                            "joined table; give a folder that is nearer, or --base",
                            inputs[i].source_file, SOURCE_BYTES - 1);
        else if (s_say (outcomes[i].input, inputs[i].source_file, place) != DMH_OK)
            rc = error_set (error, DMH_INTERNAL, "out of memory");
    }
    free (inputs);
    return rc;
}
