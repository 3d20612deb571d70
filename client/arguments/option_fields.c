//  option_fields.c: see option_fields.h.
#define _GNU_SOURCE
#include "client/arguments/option_fields.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

//  Options of a job that are of a command line alone.
static const char *const NOT_TAKEN[] = {"mapping", "schema", "stdin-bytes", "json", "help", "version"};

static bool s_is_taken (const char *name)
{
    for (size_t i = 0; i < sizeof NOT_TAKEN / sizeof *NOT_TAKEN; i++)
        if (strcmp (NOT_TAKEN[i], name) == 0)
            return false;
    return true;
}

static bool s_is_one_of (const char *value, const char *const *words)
{
    while (*words && strcasecmp (value, *words) != 0)
        words++;
    return *words != NULL;
}

//  One field as a word of a command line, malloc'd; *word NULL: a flag that is off.
static int s_word (const struct setting *settings, size_t count, const struct option_field *field,
                   char **word, struct error *error)
{
    static const char *const ON[] = {"", "true", "1", "yes", "on", NULL};
    static const char *const OFF[] = {"false", "0", "no", "off", NULL};
    char name[WORD_BYTES];
    size_t i = 0;
    snprintf (name, sizeof name, "%s", field->name);
    for (char *at = name; *at; at++)
        *at = *at == '_' ? '-' : *at;
    if (!*name || strspn (name, "abcdefghijklmnopqrstuvwxyz-") != strlen (name))
        return error_set (error, DMH_USAGE, "there is no option “%.60s”", field->name);
    while (i < count && strcmp (settings[i].name, name) != 0)
        i++;
    bool is_flag = i < count && settings[i].flag;
    *word = NULL;
    if (is_flag && s_is_one_of (field->value, OFF))
        return DMH_OK;
    if (is_flag && !s_is_one_of (field->value, ON))
        return error_set (error, DMH_USAGE, "%s takes true or false, not “%.60s”", name, field->value);
    if (asprintf (word, is_flag ? "--%s" : "--%s=%s", name, field->value) >= 0)
        return DMH_OK;
    *word = NULL;
    return error_set (error, DMH_INTERNAL, "out of memory");
}

static int s_text (const char *what, const char *given, const char *name, char **text, char out[NAME_BYTES],
                   struct error *error)
{
    if (!given)
        return DMH_OK;
    if (!*given)
        return error_set (error, DMH_USAGE, "the %s is empty", what);
    snprintf (out, NAME_BYTES, "%s", name && *name ? name : what);
    *text = strdup (given);
    return *text ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
}

static int s_texts (struct options *options, const struct option_texts *texts, struct error *error)
{
    int rc = s_text ("mapping", texts->mapping, texts->mapping_name, &options->mapping, options->mapping_name,
                     error);
    if (rc == DMH_OK)
        rc = s_text ("schema", texts->schema, texts->schema_name, &options->schema, options->schema_name,
                     error);
    size_t bytes =
        (options->mapping ? strlen (options->mapping) : 0) + (options->schema ? strlen (options->schema) : 0);
    if (rc == DMH_OK && bytes > MAPPING_BYTES_MAX)
        rc = error_set (error, DMH_TOO_LARGE, "the schema and the mapping together are longer than 48 KiB");
    return rc;
}

//  Sentences are for a command line: without its hyphens they name a field.
static void s_rename (struct error *error)
{
    if (strncmp (error->text, "--", 2) == 0)
        memmove (error->text, error->text + 2, strlen (error->text + 2) + 1);
}

int option_fields_read (struct arguments *self, const struct option_field *fields, size_t count,
                        const struct option_texts *texts, struct error *error)
{
    struct setting all[OPTION_ROWS_MAX], settings[OPTION_ROWS_MAX];
    *self = (struct arguments){.schema = texts->schema, .split_bytes = SPLIT_BYTES_UNSAID};
    size_t all_count = option_rows (self, ARGUMENTS_JOB | ARGUMENTS_WORK | ARGUMENTS_BATCH, all), known = 0;
    for (size_t i = 0; i < all_count; i++)
        if (s_is_taken (all[i].name))
            settings[known++] = all[i];
    char **words = calloc (count + 2, sizeof *words);
    self->words = calloc (count + 2, sizeof *self->words);
    int rc = words && self->words ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
    int argc = 1;
    for (size_t i = 0; rc == DMH_OK && i < count; i++) {
        rc = s_word (settings, known, &fields[i], &words[argc], error);
        argc += rc == DMH_OK && words[argc];
    }
    if (rc == DMH_OK)
        rc = settings_read (settings, known, argc, words, self->words, &self->word_count, error);
    if (rc == DMH_OK)
        rc = s_texts (&self->options, texts, error);
    if (rc == DMH_OK)
        rc = arguments_check_job (self, error);
    if (rc != DMH_OK)
        s_rename (error);
    for (int i = 1; words && i < argc; i++)
        free (words[i]);
    free (words);
    return rc;
}
