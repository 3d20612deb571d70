//  duckdb.c: see languages.h.
#include "client/report/loader/code_text.h"
#include "client/report/loader/languages.h"
#include "messages/text/quantity.h"

#include <stdlib.h>

static const char *s_type (enum loaded_type type)
{
    static const char *const TYPES[] = {"VARCHAR", "DOUBLE", "DATE", "TIMESTAMP", "TIMESTAMPTZ", "VARCHAR"};
    return TYPES[type];
}

static void s_dates_beside (const struct loaded *what, FILE *code)
{
    for (size_t i = 0; i < what->columns->count; i++) {
        char *name = what->forms[i].type == LOADED_MIXED ? loaded_date_name (what, i) : NULL;
        if (!name)
            continue;
        fputs (",\n  CAST(left(", code);
        code_sql_name (code, what->columns->at[i].name);
        fputs (", 10) AS DATE) AS ", code);
        code_sql_name (code, name);
        free (name);
    }
}

void loader_duckdb (const struct loaded *what, FILE *code)
{
    bool csv = what->columns->format == RECORDS_CSV;
    fprintf (code, "-- Loads %s of ", QUANTITY (what->records, "record"));
    code_comment (code, what->kind);
    fputs (" with their types; printed by dmh report --loader duckdb.\nCREATE TABLE ", code);
    code_sql_name (code, what->kind);
    fputs (" AS\nSELECT *", code);
    s_dates_beside (what, code);
    fputs (csv ? "\nFROM read_csv(" : "\nFROM read_json(", code);
    char path[4096 + 16];
    snprintf (path, sizeof path, "%s/%s", what->folder, csv ? "records.csv" : "records.ndjson");
    code_sql (code, path);
    fputs (csv ? ",\n  auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', nullstr "
                 "= '',\n  "
                 "columns = {\n"
               : ",\n  format = 'newline_delimited', columns = {\n",
           code);
    for (size_t i = 0; i < what->columns->count; i++) {
        fputs ("    ", code);
        code_sql (code, what->columns->at[i].name);
        fprintf (code, ": '%s'%s\n", s_type (what->forms[i].type), i + 1 < what->columns->count ? "," : "");
    }
    fputs ("  });\n", code);
}
