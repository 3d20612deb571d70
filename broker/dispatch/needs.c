//  needs.c: see needs.h.
#include "broker/dispatch/needs.h"

#include "messages/s3/name.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MIB ((uint64_t) 1 << 20)

enum { STEPS = 4 };    //  of an octave
#define LEAST_BYTES (64 * MIB)

static bool s_ends_with (const char *name, const char *end)
{
    size_t n = strlen (name), m = strlen (end);
    return n >= m && strcmp (name + n - m, end) == 0;
}

//  What the job says. Else 64 MiB and the bytes of its input, of one that is compressed eight times as many.
//  Measured with tables of 1 to 4 million records: each leaves about 33 bytes (its key, to find its
//  repetition), which is its length in a table of few columns and less in any other; a column takes 1.5 KB,
//  so that 20,000 of them are within the 64 MiB, as are the blocks of its threads. An input whose records are
//  shorter than that takes more than is said here, up to four times: --job-memory is for those. What keys
//  take is bounded by --memory. Of a file that several workers share each part judges a range of the keys, as
//  many as a part has, and who writes the result may have to hold all of them.
static uint64_t s_memory (const struct input *input, const struct options *options)
{
    bool packed = s_ends_with (input->name, ".gz") || s_ends_with (input->name, ".zst");
    uint64_t most = LIMIT_BYTES_MOST / 16, bytes = input->bytes < most ? input->bytes : most;
    bool is_part = strcmp (options->task, TASK_PART) == 0;
    bool has_keys = !task_is_of_split (options->task) || is_part || strcmp (options->task, TASK_WRITE) == 0;
    if (options->job_memory)
        return options->job_memory < LIMIT_BYTES_MOST ? options->job_memory : LIMIT_BYTES_MOST;
    if (is_part && options->split_bytes && options->split_bytes < bytes)
        bytes = options->split_bytes;
    uint64_t keys = !has_keys ? 0 : packed ? 8 * bytes : bytes;
    return LEAST_BYTES + (options->memory && options->memory < keys ? options->memory : keys);
}

//  A kind that the job brings along has to be known by nobody. What an input is written in is found by who
//  opens it, unless the job says what is CSV's alone. What another task than a join writes is its own affair.
void needs_of (const struct input *input, const struct options *options, struct needs *out)
{
    *out = (struct needs){.memory = s_memory (input, options)};
    if (!options->schema)
        memcpy (out->words[NEED_KIND], options->kind, WORD_BYTES);
    if (*options->delimiter || options->no_header)
        snprintf (out->words[NEED_READ], WORD_BYTES, "csv");
    if (strcmp (input->uri, FOLLOWED_URI) == 0 || task_is_of_split (options->task))
        memcpy (out->words[NEED_TASK], options->task, WORD_BYTES);
    if (strcmp (out->words[NEED_TASK], TASK_STATISTICS) != 0)
        snprintf (out->words[NEED_WRITE], WORD_BYTES, "%s", *options->format ? options->format : "csv");
    if (s3_name_is (input->uri))
        snprintf (out->words[NEED_FETCH], WORD_BYTES, FETCH_S3);
}

uint64_t needs_level_bytes (size_t level)
{
    return (LEAST_BYTES << level / STEPS) / STEPS * (STEPS + level % STEPS);
}

size_t needs_level (uint64_t bytes)
{
    size_t level = 0;
    while (level + 1 < NEEDS_LEVELS && needs_level_bytes (level) < bytes)
        level++;
    return level;
}

struct abilities abilities_of (const struct ready *ready)
{
    return (struct abilities){{[NEED_KIND] = {ready->kinds, ready->kinds_count},
                               [NEED_READ] = {ready->formats, ready->formats_count},
                               [NEED_WRITE] = {ready->writes, ready->writes_count},
                               [NEED_TASK] = {ready->tasks, ready->tasks_count},
                               [NEED_FETCH] = {ready->fetches, ready->fetches_count}}};
}

bool abilities_copy (const struct abilities *abilities, struct abilities *out)
{
    struct abilities copy = {.lists = {{.count = 0}}};
    bool copied = true;
    for (size_t i = 0; i < NEED_WORDS; i++) {
        size_t count = abilities->lists[i].count;
        struct word *words = count ? calloc (count, sizeof *words) : NULL;
        copied = copied && (words || !count);
        if (!words)
            continue;
        memcpy (words, abilities->lists[i].words, count * sizeof *words);
        copy.lists[i].words = words;
        copy.lists[i].count = count;
    }
    if (!copied)
        abilities_clear (&copy);
    else
        *out = copy;
    return copied;
}

void abilities_clear (struct abilities *self)
{
    for (size_t i = 0; i < NEED_WORDS; i++)
        free (self->lists[i].words);
    *self = (struct abilities){.lists = {{.count = 0}}};
}

bool abilities_equal (const struct abilities *a, const struct abilities *b)
{
    for (size_t i = 0; i < NEED_WORDS; i++) {
        if (a->lists[i].count != b->lists[i].count)
            return false;
        for (size_t k = 0; k < a->lists[i].count; k++)
            if (strcmp (a->lists[i].words[k].word, b->lists[i].words[k].word) != 0)
                return false;
    }
    return true;
}

//  A worker that was written before there was a second task does not say that it knows the first, and one
//  that says of nothing that it fetches it does not.
static bool s_has_unsaid (enum need_word word, const char *needed)
{
    return word != NEED_FETCH && (word != NEED_TASK || strcmp (needed, TASK_JOIN) == 0);
}

bool abilities_have (const struct abilities *self, const struct needs *needs, enum need_word word)
{
    const char *needed = needs->words[word];
    size_t count = self->lists[word].count;
    if (!*needed || (count == 0 && s_has_unsaid (word, needed)))
        return true;
    for (size_t i = 0; i < count; i++)
        if (strcmp (self->lists[word].words[i].word, needed) == 0)
            return true;
    return false;
}

bool abilities_meet (const struct abilities *self, const struct needs *needs)
{
    for (size_t i = 0; i < NEED_WORDS; i++)
        if (!abilities_have (self, needs, (enum need_word) i))
            return false;
    return true;
}

char *needs_say (const struct needs *needs, enum need_word word, char out[2 * WORD_BYTES])
{
    static const char *const VERBS[NEED_WORDS] = {"knows the kind", "reads", "writes", "does the task",
                                                  "fetches from"};
    snprintf (out, 2 * WORD_BYTES, "%s %s", VERBS[word], needs->words[word]);
    return out;
}
