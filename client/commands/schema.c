//  schema.c: dmh schema list, show KIND and check FILE.
#include "../command.h"
#include "../line.h"
#include "../look.h"

static int s_list (const struct look_kind *kinds, size_t count, bool json)
{
    for (size_t i = 0; i < count; i++) {
        const struct look_kind *kind = &kinds[i];
        if (!json) {
            printf ("%-14s  %-6s  %2zu fields  %s\n", kind->name, kind->version ? kind->version : "",
                    kind->field_count, kind->description ? kind->description : "");
            continue;
        }
        line_t *line = line_new ();
        line_text (line, "name", kind->name);
        line_text (line, "version", kind->version);
        line_text (line, "title", kind->title);
        line_text (line, "description", kind->description);
        line_number (line, "fields", kind->field_count);
        line_text (line, "sha256", kind->sha256);
        line_print (&line, stdout);
    }
    return EXIT_DONE;
}

//  The file as it stands is JSON over many lines; with --json it is one object a line.
static void s_show_json (const char *json)
{
    bool string = false;
    for (const char *at = json; *at; at++) {
        if (*at == '"')
            string = !string;
        if (string && *at == '\\' && at[1])
            putchar (*at++);
        if (string || !strchr (" \t\r\n", *at))
            putchar (*at);
    }
    putchar ('\n');
}

static void s_show (const struct look_kind *kind)
{
    printf ("%s %s\n%s\n\n", kind->name, kind->version ? kind->version : "",
            kind->description ? kind->description : "");
    printf ("%-18s  %-11s  %s\n", "field", "type", "column names that are known for it");
    for (size_t i = 0; i < kind->field_count; i++) {
        const struct look_field *field = &kind->fields[i];
        printf ("%-18s%s  %-11s  %.160s%s\n", field->name, field->required ? "*" : " ", field->type,
                field->aliases, strlen (field->aliases) > 160 ? "…" : "");
    }
    printf ("\n* must be present and valid in every record\n");
}

static int s_find (const struct look_kind *kinds, size_t count, const char *name, bool json)
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

static int s_check (const struct asked *asked)
{
    struct error error = {.code = DMH_OK};
    size_t fields = 0;
    const char *path = asked->words[1];
    int rc = look_check (path, &fields, &error);
    if (asked->json) {
        line_t *line = line_new ();
        line_text (line, "file", path);
        line_flag (line, "valid", rc == DMH_OK);
        line_number (line, "fields", fields);
        line_text (line, "message", error.text);
        line_print (&line, stdout);
    } else if (rc == DMH_OK)
        printf ("%s is a schema of %zu fields\n", path, fields);
    return rc == DMH_OK ? EXIT_DONE : command_refuse (&error);
}

int command_schema (struct asked *asked)
{
    const char *verb = asked->words[0];
    bool list = streq (verb, "list"), show = streq (verb, "show"), check = streq (verb, "check");
    struct error error = {.code = DMH_OK};
    if (!(list && asked->word_count == 1) && !((show || check) && asked->word_count == 2)) {
        error_set (&error, DMH_USAGE, "schema takes list, show KIND or check FILE, not “%s”%s", verb,
                   show    ? " without a KIND"
                   : check ? " without a FILE"
                           : "");
        return command_refuse (&error);
    }
    if (check)
        return s_check (asked);
    struct look_kind *kinds = NULL;
    size_t count = 0;
    if (look_kinds (&kinds, &count, &error) != DMH_OK)
        return command_refuse (&error);
    int status =
        list ? s_list (kinds, count, asked->json) : s_find (kinds, count, asked->words[1], asked->json);
    look_kinds_free (&kinds, count);
    return status;
}
