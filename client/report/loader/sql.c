//  sql.c: see languages.h: PostgreSQL's dialect, for psql. All of it is done or nothing.
#include "client/report/loader/code_text.h"
#include "client/report/loader/languages.h"
#include "messages/text/quantity.h"

#include <stdlib.h>
#include <string.h>

static const char *s_type (enum loaded_type type)
{
    static const char *const TYPES[] = {"text", "numeric", "date", "timestamp", "timestamp with time zone",
                                        "text"};
    return TYPES[type];
}

static void s_table (const struct loaded *what, FILE *code)
{
    const char *key = what->columns->key;
    fputs ("CREATE TABLE ", code);
    code_sql_name (code, what->kind);
    fputs (" (\n", code);
    for (size_t i = 0; i < what->columns->count; i++) {
        const struct column *column = &what->columns->at[i];
        bool is_key = key && strcmp (key, column->name) == 0;
        fputs ("  ", code);
        code_sql_name (code, column->name);
        fprintf (code, " %s%s%s\n", s_type (what->forms[i].type),
                 is_key             ? " PRIMARY KEY"
                 : column->required ? " NOT NULL"
                                    : "",
                 i + 1 < what->columns->count ? "," : "");
    }
    fputs (");\n", code);
}

static void s_names (const struct loaded *what, FILE *code)
{
    for (size_t i = 0; i < what->columns->count; i++) {
        fputs (i ? ", " : "", code);
        code_sql_name (code, what->columns->at[i].name);
    }
}

static void s_path (const struct loaded *what, const char *name, FILE *code)
{
    char path[4096 + 16];
    snprintf (path, sizeof path, "%s/%s", what->folder, name);
    code_sql (code, path);
}

//  \copy has to stand on one line.
static void s_copy (const struct loaded *what, FILE *code)
{
    if (what->columns->format == RECORDS_CSV) {
        fputs ("\\copy ", code);
        code_sql_name (code, what->kind);
        fputs (" (", code);
        s_names (what, code);
        fputs (") FROM ", code);
        s_path (what, "records.csv", code);
        fputs (" WITH (FORMAT csv, HEADER true, NULL '', ENCODING 'UTF8')\n", code);
        return;
    }
    fputs ("CREATE TEMPORARY TABLE dmh_lines (line jsonb) ON COMMIT DROP;\n\\copy dmh_lines FROM ", code);
    s_path (what, "records.ndjson", code);
    //  Neither character stands in a line of JSON, so that each line is one value as it is.
    fputs (" WITH (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02', ENCODING 'UTF8')\nINSERT INTO ", code);
    code_sql_name (code, what->kind);
    fputs (" (", code);
    s_names (what, code);
    fputs (")\nSELECT\n", code);
    for (size_t i = 0; i < what->columns->count; i++) {
        fputs ("  (line ->> ", code);
        code_sql (code, what->columns->at[i].name);
        fprintf (code, ")::%s%s\n", s_type (what->forms[i].type), i + 1 < what->columns->count ? "," : "");
    }
    fputs ("FROM dmh_lines;\n", code);
}

static void s_dates_beside (const struct loaded *what, FILE *code)
{
    for (size_t i = 0; i < what->columns->count; i++) {
        char *name = what->forms[i].type == LOADED_MIXED ? loaded_date_name (what, i) : NULL;
        if (!name)
            continue;
        fputs ("-- Dates, local times and offsets are mixed: the date of each beside it.\nALTER TABLE ",
               code);
        code_sql_name (code, what->kind);
        fputs (" ADD COLUMN ", code);
        code_sql_name (code, name);
        fputs (" date;\nUPDATE ", code);
        code_sql_name (code, what->kind);
        fputs (" SET ", code);
        code_sql_name (code, name);
        fputs (" = left(", code);
        code_sql_name (code, what->columns->at[i].name);
        fputs (", 10)::date;\n", code);
        free (name);
    }
}

void loader_sql (const struct loaded *what, FILE *code)
{
    fprintf (code, "-- Loads %s of ", QUANTITY (what->records, "record"));
    code_comment (code, what->kind);
    fputs (" with their types into PostgreSQL: psql DATABASE -f FILE; printed by dmh report --loader sql.\n"
           "\\set ON_ERROR_STOP on\nSET client_encoding = 'UTF8';\nBEGIN;\n",
           code);
    s_table (what, code);
    s_copy (what, code);
    s_dates_beside (what, code);
    fputs ("COMMIT;\n", code);
}
