//  inspect.c: dmh inspect: what a file looks like, which column would feed which field and why, and what the
//  columns hold, without a rare value of anybody.
#include "client/arguments/inputs.h"
#include "client/commands/command.h"
#include "client/connection/follow.h"
#include "client/result/folder_tree.h"
#include "client/terminal/json_line.h"
#include "client/terminal/page.h"
#include "client/terminal/table.h"
#include "messages/base/narrow.h"
#include "messages/base/signals.h"
#include "messages/s3/name.h"
#include "messages/text/quantity.h"
#include "messages/text/terminal.h"
#include "messages/uri.h"
#include "worker/inspect/inspection_json.h"
#include "worker/inspect/mapping_draft.h"

#include <limits.h>

enum { NAME_COLUMNS = 24, FIELD_COLUMNS = 18, KIND_COLUMNS = 14, SHOWN_MAX = 8, TYPE_SHARE_LEAST = 20 };

static const char *s_delimiter (char delimiter)
{
    switch (delimiter) {
    case '^':
        return "caret";
    case '~':
        return "tilde";
    case ':':
        return "colon";
    case ' ':
        return "space";
    case ',':
        return "comma";
    case ';':
        return "semicolon";
    case '\t':
        return "tab";
    case '|':
        return "pipe";
    case 0:
        return NULL;
    default:
        return "another character";
    }
}

static void s_print_kind (const struct inspection *inspection)
{
    const char *reason = NULL;
    for (size_t i = 0; i < inspection->score_count && !reason; i++)
        if (streq (inspection->scores[i].kind, inspection->kind))
            reason = inspection->scores[i].reason;
    terminal_print (stdout, "kind       %s%s%s\n", inspection->kind, reason ? ": " : "",
                    reason ? reason : "");
}

static void s_print_head (const struct inspection *inspection)
{
    const char *delimiter = s_delimiter (inspection->delimiter);
    terminal_print (stdout, "format     %s\n", inspection->format);
    if (delimiter)
        terminal_print (stdout, "delimiter  %s\n", delimiter);
    if (inspection->escape)
        terminal_print (stdout, "quotes     inside a value are written %c\"\n", inspection->escape);
    if (inspection->lines_above)
        terminal_print (stdout, "above      %s above the header, passed over\n",
                        QUANTITY (inspection->lines_above, "line"));
    terminal_print (stdout, "encoding   %s%s\n", inspection->encoding,
                    inspection->bom ? ", with a byte-order mark" : "");
    if (*inspection->compression)
        terminal_print (stdout, "packed by  %s\n", inspection->compression);
    if (*inspection->kind)
        s_print_kind (inspection);
    if (inspection->column_count == 0)
        return;
    terminal_print (stdout, "profiled   %s: %s", inspection->whole ? "the whole file" : "the first 64 MiB",
                    QUANTITY (inspection->records, "record"));
    if (inspection->unusable)
        terminal_print (stdout, ", and %llu that cannot be read", (unsigned long long) inspection->unusable);
    terminal_print (stdout, "\n");
}

static size_t s_name_columns (const struct inspection *inspection, size_t most)
{
    size_t columns = 6;
    for (size_t i = 0; i < inspection->column_count && columns < most; i++) {
        char name[4 * NAME_COLUMNS + 16];
        size_t n = page_cut (inspection->columns[i].source, most, name, sizeof name);
        columns = n > columns ? n : columns;
    }
    return columns;
}

static void s_print_fields (const struct inspection *inspection, size_t width, size_t names)
{
    terminal_print (stdout, "\n");
    page_cell (stdout, "column", names);
    page_cell (stdout, "field", FIELD_COLUMNS);
    terminal_print (stdout, "why\n");
    for (size_t i = 0; i < inspection->column_count; i++) {
        const struct inspection_column *column = &inspection->columns[i];
        char label[4 * (NAME_COLUMNS + FIELD_COLUMNS) + 32];
        size_t used = page_cut (column->source, names, label, 4 * NAME_COLUMNS + 16), n = strlen (label);
        snprintf (label + n, sizeof label - n, "%*s%s", NARROW (int, names - used + 2), "",
                  column->field ? column->field : "-");
        page_wrap (stdout, width, 0, label, names + 2 + FIELD_COLUMNS, column->reason);
    }
}

static uint64_t s_percent (uint64_t part, uint64_t whole)
{
    return whole ? (part * 100 + whole / 2) / whole : 0;
}

//  A share that is not all is not shown as 100 %, one that is not nothing not as 0 %.
static void s_share (uint64_t part, uint64_t whole, char out[16])
{
    uint64_t percent = s_percent (part, whole);
    if (part && percent == 0)
        snprintf (out, 16, "<1 %%");
    else if (part < whole && percent == 100)
        snprintf (out, 16, ">99 %%");
    else
        snprintf (out, 16, "%llu %%", (unsigned long long) percent);
}

//  "integer, text": the types of at least 20 % of the values, the most frequent first; all of them when few.
static void s_types (const struct profile_summary *profile, char *out, size_t size)
{
    bool done[PROFILE_TYPES] = {false};
    size_t n = 0;
    *out = 0;
    for (int round = 0; round < PROFILE_TYPES && n < size; round++) {
        int best = -1;
        for (int type = 0; type < PROFILE_TYPES; type++)
            if (!done[type] && profile->types[type] &&
                (best < 0 || profile->types[type] > profile->types[best]))
                best = type;
        if (best < 0 || (round && s_percent (profile->types[best], profile->filled) < TYPE_SHARE_LEAST))
            break;
        done[best] = true;
        n += (size_t) snprintf (out + n, size - n, "%s%s", round ? ", " : "",
                                profile_type_word ((enum profile_type) best));
    }
    if (profile->filled == 0)
        snprintf (out, size, "-");
}

static void s_profile_row (table_t *table, const struct inspection_column *column)
{
    const struct profile_summary *profile = &column->profile;
    char share[16], distinct[32], length[48], types[64], patterns[256] = "";
    s_share (profile->filled, profile->records, share);
    snprintf (distinct, sizeof distinct, "%s%llu", profile->exact ? "" : "~",
              (unsigned long long) profile->distinct);
    if (profile->shortest == profile->longest)
        snprintf (length, sizeof length, "%zu", profile->longest);
    else
        snprintf (length, sizeof length, "%zu-%zu", profile->shortest, profile->longest);
    s_types (profile, types, sizeof types);
    for (size_t i = 0, n = 0; i < profile->pattern_count && i < 3 && n < sizeof patterns; i++)
        n += (size_t) snprintf (patterns + n, sizeof patterns - n, "%s%s", i ? "  " : "",
                                profile->patterns[i].text);
    table_cell (table, column->source);
    table_cell (table, share);
    table_cell (table, distinct);
    table_cell (table, length);
    table_cell (table, types);
    table_cell (table, patterns);
}

static void s_print_profiles (const struct inspection *inspection)
{
    table_t *table = table_new (stdout, true);
    table_column (table, "column", TABLE_WRAP);
    table_column (table, "filled", TABLE_RIGHT);
    table_column (table, "distinct", TABLE_RIGHT | TABLE_SPARE_LATER);
    table_column (table, "length", TABLE_RIGHT | TABLE_SPARE);
    table_column (table, "types", TABLE_WRAP);
    table_column (table, "patterns", TABLE_WRAP | TABLE_SPARE_LATER);
    for (size_t i = 0; i < inspection->column_count; i++)
        s_profile_row (table, &inspection->columns[i]);
    terminal_print (stdout, "\n");
    table_print (&table);
}

static void s_print_values (const struct inspection *inspection, uint64_t least, size_t width, size_t names)
{
    bool any = false;
    for (size_t i = 0; i < inspection->column_count; i++) {
        const struct inspection_column *column = &inspection->columns[i];
        char list[SHOWN_MAX * (PROFILE_VALUE_BYTES + 32)] = "";
        size_t n = 0,
               shown = column->profile.value_count < SHOWN_MAX ? column->profile.value_count : SHOWN_MAX;
        for (size_t v = 0; v < shown; v++)
            n += (size_t) snprintf (list + n, sizeof list - n, "%s%s ×%s%llu", v ? ", " : "",
                                    column->profile.values[v].text, column->profile.counted ? "" : "≥",
                                    (unsigned long long) column->profile.values[v].count);
        if (shown == 0)
            continue;
        if (!any)
            terminal_print (stdout, "\nvalues of at least %llu records and persons (--min-count)\n",
                            (unsigned long long) least);
        any = true;
        page_wrap (stdout, width, 0, column->source, names, list);
    }
}

static void s_print_scores (const struct inspection *inspection, size_t width)
{
    if (inspection->score_count)
        terminal_print (stdout, "\nkinds of records, by the share of their weight that is fed\n");
    for (size_t i = 0; i < inspection->score_count; i++) {
        char reason[320];
        snprintf (reason, sizeof reason, "%3.0f %%  %s", 100 * inspection->scores[i].score,
                  inspection->scores[i].reason);
        page_wrap (stdout, width, 0, inspection->scores[i].kind, KIND_COLUMNS, reason);
    }
}

static void s_print (const struct inspection *inspection, uint64_t least)
{
    size_t width = page_width (stdout), names = s_name_columns (inspection, width < 100 ? 18 : NAME_COLUMNS);
    s_print_head (inspection);
    if (inspection->column_count == 0)
        return;
    s_print_fields (inspection, width, names);
    s_print_profiles (inspection);
    s_print_values (inspection, least, width, names);
    s_print_scores (inspection, width);
}

static void s_print_line (const char *input, const struct inspection *inspection)
{
    json_line_t *line = json_line_new ();
    json_line_text (line, "input", input);
    if (line)
        inspection_json (json_line_writer (line), inspection);
    json_line_print (&line, stdout);
}

static int s_answer (const struct arguments *arguments, const struct inspection *inspection)
{
    struct error error = {.code = DMH_OK};
    if (arguments->write_mapping && mapping_draft_write (inspection, arguments->options.mapping,
                                                         arguments->write_mapping, &error) != DMH_OK)
        return command_refuse (&error);
    if (arguments->json)
        s_print_line (arguments->words[0], inspection);
    else
        s_print (inspection, arguments->min_count);
    fflush (stdout);
    return *inspection->kind ? EXIT_DONE : command_refuse (&inspection->error);
}

//  A file here, or an object of a store.
static int s_look (const struct arguments *arguments, const struct named_input *named, int interrupt,
                   struct inspection *out, struct error *error)
{
    char path[PATH_MAX] = "";
    const char *word = arguments->words[0], *temporary = getenv ("TMPDIR");
    if (s3_name_is (named_input_uri (named))) {
        struct input input;
        named_input_get (named, &input);
        return inspection_of_object (&input, temporary && *temporary ? temporary : "/tmp", interrupt,
                                     &arguments->options, arguments->min_count, out, error);
    }
    int rc = uri_to_path (named_input_uri (named), path, sizeof path, error);
    return rc == DMH_OK ? inspection_of_file (path, strcmp (word, "-") == 0 ? "standard input" : word,
                                              &arguments->options, arguments->min_count, NULL, out, error)
                        : rc;
}

//  Only standard input is kept in a file that an interrupt would leave behind, and only an object is waited
//  for.
static int s_listen (const char *word)
{
    return strcmp (word, "-") == 0 || s3_name_is (word) ? signals_open () : -1;
}

int command_inspect (struct arguments *arguments)
{
    struct inspection inspection;
    struct error error = {.code = DMH_OK};
    if (arguments->kind_count > 1) {
        error_set (&error, DMH_USAGE, "inspect looks at a file as one kind; give one --kind");
        return command_refuse (&error);
    }
    struct input_list inputs = {.at = NULL};
    int interrupt = s_listen (arguments->words[0]), status;
    int rc = inputs_find (arguments, interrupt, &inputs, &error);
    if (rc == DMH_OK && inputs.count > 1)
        rc = error_set (&error, DMH_USAGE, "%s names %zu files, and inspect looks at one",
                        arguments->words[0], inputs.count);
    if (rc == DMH_OK && inputs.at[0].error.code != DMH_OK) {
        error = inputs.at[0].error;
        rc = error.code;
    }
    if (rc == DMH_OK)
        rc = s_look (arguments, &inputs.at[0].input, interrupt, &inspection, &error);
    if (rc == DMH_OK) {
        status = s_answer (arguments, &inspection);
        inspection_clear (&inspection);
    } else
        status = command_refuse (&error);
    if (*inputs.spool)
        folder_tree_remove (inputs.spool);
    input_list_clear (&inputs);
    return status;
}
