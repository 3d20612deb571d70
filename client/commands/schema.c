//  schema.c: dmh schema list, show KIND and check FILE.
#include "client/commands/command.h"
#include "client/terminal/json_line.h"
#include "client/terminal/page.h"
#include "client/terminal/table.h"
#include "messages/text/quantity.h"
#include "messages/text/terminal.h"
#include "messages/text/utf8.h"
#include "worker/inspect/kind_page.h"

static void s_table (const struct kind_page *kinds, size_t count)
{
    table_t *table = table_new (stdout, false);
    table_column (table, "kind", TABLE_WHOLE);
    table_column (table, "version", TABLE_SPARE);
    table_column (table, "fields", TABLE_RIGHT | TABLE_SPARE_LATER);
    table_column (table, "what it is", TABLE_WRAP);
    for (size_t i = 0; i < count; i++) {
        table_cell (table, kinds[i].name);
        table_cell (table, kinds[i].version);
        table_cell (table, QUANTITY (kinds[i].field_count, "field"));
        table_cell (table, kinds[i].description);
    }
    table_print (&table);
}

static int s_list (const struct kind_page *kinds, size_t count, bool json)
{
    if (!json) {
        s_table (kinds, count);
        return EXIT_DONE;
    }
    for (size_t i = 0; i < count; i++) {
        const struct kind_page *kind = &kinds[i];
        json_line_t *line = json_line_new ();
        json_line_text (line, "name", kind->name);
        json_line_text (line, "version", kind->version);
        json_line_text (line, "title", kind->title);
        json_line_text (line, "description", kind->description);
        json_line_number (line, "fields", kind->field_count);
        json_line_text (line, "sha256", kind->sha256);
        json_line_print (&line, stdout);
    }
    return EXIT_DONE;
}

//  The file as it stands is JSON over many lines; with --json it is one object a line.
static void s_show_json (const char *json)
{
    bool string = false;
    char piece[UTF8_PIECE_BYTES];
    while (*json) {
        if (*json == '"')
            string = !string;
        bool escape = string && *json == '\\' && json[1], blank = !string && strchr (" \t\r\n", *json);
        for (int i = 0; i < (escape ? 2 : 1); i++) {
            json += utf8_piece (json, piece);
            if (!blank)
                terminal_print (stdout, "%s", piece);
        }
    }
    terminal_print (stdout, "\n");
}

static void s_show_field (const struct kind_page_field *field, size_t width)
{
    enum { INDENT = 4, ROOM = 10 };
    const struct {
        const char *label, *text;
    } rows[] = {
        {"meaning", field->description}, {"names", field->aliases}, {"stands in", field->otherwise},
        {"codes", field->codes},         {"rules", field->notes},   {"standard", field->standard},
    };
    terminal_print (stdout, "\n  %s%s  (%s)%s%s\n", field->name, field->required ? " *" : "", field->type,
                    field->title ? "  " : "", field->title ? field->title : "");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].text)
            page_wrap (stdout, width, INDENT, rows[i].label, ROOM, rows[i].text);
}

static void s_show_checks (const struct kind_page *kind, size_t width)
{
    page_wrap (stdout, width, 2, "key", 8, kind->key ? kind->key : "all fields together");
    char *checks = kind->checks ? strdup (kind->checks) : NULL, *rest = NULL;
    for (char *line = checks ? strtok_r (checks, "\n", &rest) : NULL; line;
         line = strtok_r (NULL, "\n", &rest))
        page_wrap (stdout, width, 2, "check", 8, line);
    free (checks);
    if (kind->missing)
        page_wrap (stdout, width, 2, "missing", 8, kind->missing);
}

static void s_show (const struct kind_page *kind)
{
    size_t width = page_width (stdout);
    terminal_print (stdout, "%s %s%s%s\n", kind->name, kind->version ? kind->version : "",
                    kind->title ? "  " : "", kind->title ? kind->title : "");
    if (kind->description)
        page_wrap (stdout, width, 2, NULL, 0, kind->description);
    terminal_print (stdout, "\n");
    s_show_checks (kind, width);
    terminal_print (stdout, "\nfields, * for those that every record needs\n");
    for (size_t i = 0; i < kind->field_count; i++)
        s_show_field (&kind->fields[i], width);
    terminal_print (stdout, "\nwhat the types do, by the names that reports use\n\n");
    for (size_t i = 0; i < kind->type_count; i++)
        page_wrap (stdout, width, 2, kind->types[i], 11, kind->rules[i] ? kind->rules[i] : "kept as it is");
}

static int s_find (const struct kind_page *kinds, size_t count, const char *name, bool json)
{
    struct error error;
    for (size_t i = 0; i < count; i++)
        if (streq (kinds[i].name, name)) {
            if (json)
                s_show_json (kinds[i].json);
            else
                s_show (&kinds[i]);
            return EXIT_DONE;
        }
    error_set (&error, DMH_USAGE, "there is no kind “%s”; dmh schema list names them", name);
    return command_refuse (&error);
}

static void s_check_line (const char *path, int rc, size_t fields, char *const *findings, size_t count,
                          const struct error *error)
{
    json_line_t *line = json_line_new ();
    json_line_text (line, "file", path);
    json_line_flag (line, "valid", rc == DMH_OK);
    json_line_number (line, "fields", fields);
    json_line_text (line, "message", rc == DMH_OK ? NULL : error->text);
    json_line_array (line, "findings");
    for (size_t i = 0; i < count; i++) {
        json_line_object (line, NULL);
        json_line_text (line, "message", findings[i]);
        json_line_close (line);
    }
    json_line_close (line);
    json_line_print (&line, stdout);
}

//  Every finding is a sentence on standard error.
static int s_check (const struct arguments *arguments)
{
    struct error error = {.code = DMH_OK};
    size_t fields = 0, count = 0;
    char **findings = NULL;
    const char *path = arguments->words[1];
    int rc = kind_page_check (path, &fields, &findings, &count, &error), status = EXIT_DONE;
    if (arguments->json)
        s_check_line (path, rc, fields, findings, count, &error);
    else if (rc == DMH_OK)
        terminal_print (stdout, "%s is a schema of %s\n", path, QUANTITY (fields, "field"));
    if (rc != DMH_OK)
        status = command_refuse (&error);
    for (size_t i = 1; i < count; i++) {    //  the first is in `error`
        struct error further = {.code = DMH_BAD_INPUT};
        snprintf (further.text, sizeof further.text, "%s", findings[i]);
        command_refuse (&further);
    }
    kind_page_findings_free (&findings, count);
    return status;
}

//  Kinds have no points and slashes in their names.
static bool s_is_file (const char *word)
{
    return strpbrk (word, "./");
}

static int s_show_file (const struct arguments *arguments)
{
    struct kind_page *kind = NULL;
    struct error error = {.code = DMH_OK};
    if (kind_page_of_file (arguments->words[1], &kind, &error) != DMH_OK)
        return command_refuse (&error);
    int status = s_find (kind, 1, kind->name, arguments->json);
    kind_page_free (&kind, 1);
    return status;
}

int command_schema (struct arguments *arguments)
{
    const char *verb = arguments->words[0];
    bool list = streq (verb, "list"), show = streq (verb, "show"), check = streq (verb, "check");
    struct error error = {.code = DMH_OK};
    if (!(list && arguments->word_count == 1) && !((show || check) && arguments->word_count == 2)) {
        error_set (&error, DMH_USAGE, "schema takes list, show KIND or check FILE, not “%s”%s", verb,
                   show    ? " without a KIND"
                   : check ? " without a FILE"
                           : "");
        return command_refuse (&error);
    }
    if (check)
        return s_check (arguments);
    struct kind_page *kinds = NULL;
    size_t count = 0;
    if (show && s_is_file (arguments->words[1]))
        return s_show_file (arguments);
    if (kind_page_all (&kinds, &count, &error) != DMH_OK)
        return command_refuse (&error);
    int status = list ? s_list (kinds, count, arguments->json)
                      : s_find (kinds, count, arguments->words[1], arguments->json);
    kind_page_free (&kinds, count);
    return status;
}
