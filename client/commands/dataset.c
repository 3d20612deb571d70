//  dataset.c: dmh dataset show|check|export: a data set that --dataset has made.
#define _GNU_SOURCE
#include "worker/dataset/dataset.h"
#include "client/commands/command.h"
#include "client/connection/follow.h"
#include "client/result/batch/scratch_folder.h"
#include "client/terminal/json_line.h"
#include "client/terminal/table.h"
#include "messages/base/folder.h"
#include "messages/base/signals.h"
#include "messages/text/terminal.h"

#include <dirent.h>
#include <unistd.h>

struct shown {
    bool json;
    table_t *kinds, *inputs;
    size_t loaded;    //  inputs
};

static void s_counts (json_line_t *line, const struct counts *counts)
{
    json_line_object (line, "counts");
    json_line_number (line, "read", counts->read);
    json_line_number (line, "written", counts->written);
    json_line_number (line, "duplicates", counts->duplicates);
    json_line_number (line, "conflicts", counts->conflicts);
    json_line_number (line, "rejected", counts->rejected);
    json_line_close (line);
}

static void s_kind (void *context, const struct dataset_kind *kind)
{
    const struct shown *self = context;
    if (!self->json) {
        table_cell (self->kinds, kind->kind);
        table_number (self->kinds, kind->records);
        table_number (self->kinds, kind->set_aside);
        table_number (self->kinds, kind->columns);
        table_cell (self->kinds, *kind->on_conflict ? kind->on_conflict : "as the kind has it");
        return;
    }
    json_line_t *line = json_line_new ();
    json_line_text (line, "kind", kind->kind);
    json_line_number (line, "records", kind->records);
    json_line_number (line, "set_aside", kind->set_aside);
    json_line_number (line, "own_columns", kind->columns);
    json_line_text (line, "on_conflict", *kind->on_conflict ? kind->on_conflict : NULL);
    json_line_print (&line, stdout);
}

static void s_input (void *context, const struct dataset_input *input)
{
    struct shown *self = context;
    self->loaded++;
    const struct counts *c = &input->counts;
    const uint64_t numbers[] = {c->read,      c->written,  c->duplicates,
                                c->conflicts, c->rejected, input->replaced};
    if (!self->json) {
        table_number (self->inputs, input->load);
        table_time (self->inputs, input->loaded_at);
        table_cell (self->inputs, input->source_file);
        table_cell (self->inputs, input->kind);
        for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
            table_number (self->inputs, numbers[i]);
        return;
    }
    json_line_t *line = json_line_new ();
    json_line_number (line, "load", input->load);
    json_line_text (line, "loaded_at", input->loaded_at);
    json_line_text (line, "source_file", input->source_file);
    json_line_text (line, "sha256", input->sha256);
    json_line_text (line, "kind", input->kind);
    s_counts (line, c);
    json_line_number (line, "replaced", input->replaced);
    json_line_print (&line, stdout);
}

static void s_tables (struct shown *self)
{
    static const char *const KINDS[] = {"records", "set aside", "own columns"};
    static const char *const INPUTS[][2] = {{"read", "read"},    {"added", "added"},
                                            {"there", "there"},  {"conflicts", "confl"},
                                            {"rejected", "rej"}, {"replaced", "repl"}};
    self->kinds = table_new (stdout, true);
    table_column (self->kinds, "kind", TABLE_WHOLE);
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        table_column (self->kinds, KINDS[i], TABLE_RIGHT | (i ? TABLE_SPARE : TABLE_WHOLE));
    table_column (self->kinds, "which stands", TABLE_WRAP);
    self->inputs = table_new (stdout, true);
    table_column (self->inputs, "load", TABLE_RIGHT | TABLE_SPARE_LATER);
    table_column (self->inputs, "at", TABLE_SPARE);
    table_column (self->inputs, "file", TABLE_CUT);
    table_column (self->inputs, "kind", TABLE_SPARE);
    for (size_t i = 0; i < sizeof INPUTS / sizeof *INPUTS; i++) {
        table_column (self->inputs, INPUTS[i][0],
                      TABLE_RIGHT | (strcmp (INPUTS[i][0], "replaced") == 0 ? TABLE_SPARE_LATER : 0));
        table_short_name (self->inputs, INPUTS[i][1]);
    }
}

static int s_show (dataset_t *set, const struct arguments *arguments, struct error *error)
{
    struct shown shown = {.json = arguments->json};
    const struct dataset_listener listener = {s_kind, s_input, &shown};
    if (!shown.json)
        s_tables (&shown);
    int rc = dataset_show (set, &listener, error);
    if (!shown.json) {
        table_print (&shown.kinds);
        table_print (&shown.inputs);
        if (rc == DMH_OK && shown.loaded == 0 && !arguments->quiet)
            terminal_print (stdout, "%s: nothing was loaded yet\n", arguments->words[1]);
    }
    return rc;
}

static void s_found (void *context, const char *sentence)
{
    terminal_print (stderr, "dmh: %s: %s\n", *(const char **) context, sentence);
}

static int s_check (dataset_t *set, const struct arguments *arguments, struct error *error)
{
    uint64_t problems = 0;
    const char *folder = arguments->words[1];
    int rc = dataset_check (set, s_found, &folder, &problems, error);
    if (rc == DMH_OK && problems)
        return error_set (error, DMH_MALFORMED,
                          "%s is damaged; take it from a backup, or load its inputs again", folder);
    if (rc == DMH_OK && arguments->json) {
        json_line_t *line = json_line_new ();
        json_line_text (line, "dataset", folder);
        json_line_number (line, "problems", problems);
        json_line_print (&line, stdout);
    } else if (rc == DMH_OK && !arguments->quiet)
        terminal_print (stdout, "%s: whole\n", folder);
    return rc;
}

//  Made beside its place and renamed, so that it is whole or not there.
static int s_export (dataset_t *set, const struct arguments *arguments, struct error *error)
{
    const char *to = arguments->folder;
    struct scratch_folder scratch = {.lock = -1};
    char *fresh = NULL;
    if (!to)
        return error_set (error, DMH_USAGE, "dataset export needs -o DIR, a folder for the files");
    int empty = folder_is_empty (to);
    if (empty < 0)
        return error_set (error, DMH_IO, "%s cannot be read: %s", to, strerror (errno));
    if (!empty)
        return error_set (error, DMH_CONFLICT,
                          "%s is there already and is not empty; give another folder with -o", to);
    int rc = folder_make (to, error);
    if (rc == DMH_OK)
        rc = scratch_folder_make (&scratch, to, error);
    if (rc == DMH_OK && asprintf (&fresh, "%s/fresh", scratch.path) < 0)
        fresh = NULL;
    if (rc == DMH_OK)
        rc = fresh ? folder_make (fresh, error) : error_set (error, DMH_INTERNAL, "out of memory");
    if (rc == DMH_OK)
        rc = dataset_export (set, arguments->options.format, fresh, error);
    DIR *kinds = rc == DMH_OK ? opendir (fresh) : NULL;
    int why = 0;
    if (rc == DMH_OK && !kinds)
        rc = error_set (error, DMH_IO, "%s cannot be read: %s", fresh, strerror (errno));
    for (const struct dirent *entry; rc == DMH_OK && (entry = folder_next (kinds, &why));) {
        char *from = NULL, *place = NULL;
        if (entry->d_name[0] == '.')
            continue;
        if (asprintf (&from, "%s/%s", fresh, entry->d_name) < 0)
            from = NULL;
        if (asprintf (&place, "%s/%s", to, entry->d_name) < 0)
            place = NULL;
        if (!from || !place || rename (from, place) != 0)
            rc = error_set (error, DMH_IO, "%s cannot be written: %s", to, strerror (errno));
        free (from);
        free (place);
    }
    if (why)
        rc = error_set (error, DMH_IO, "%s cannot be read to its end: %s", fresh, strerror (why));
    if (kinds)
        closedir (kinds);
    scratch_folder_remove (&scratch);
    free (fresh);
    return rc;
}

int command_dataset (struct arguments *arguments)
{
    static const struct {
        const char *word;
        int (*run) (dataset_t *, const struct arguments *, struct error *);
    } WORDS[] = {{"show", s_show}, {"check", s_check}, {"export", s_export}};
    struct error error = {.code = DMH_OK};
    size_t i = 0, count = sizeof WORDS / sizeof *WORDS;
    while (i < count && strcmp (WORDS[i].word, arguments->words[0]) != 0)
        i++;
    if (i == count) {
        error_set (&error, DMH_USAGE,
                   "dataset takes show, check or export, and the folder of a data set, not “%s”",
                   arguments->words[0]);
        return command_refuse (&error);
    }
    int interrupt = signals_open ();
    dataset_t *set = dataset_open (arguments->words[1], false,
                                   arguments->options.memory ? arguments->options.memory : DATASET_MEMORY,
                                   interrupt, &error);
    int rc = set ? WORDS[i].run (set, arguments, &error) : error.code;
    dataset_destroy (&set);
    return rc == DMH_OK ? EXIT_DONE : command_refuse (&error);
}
