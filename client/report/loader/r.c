//  r.c: see languages.h.
#include "client/report/loader/code_text.h"
#include "client/report/loader/languages.h"
#include "messages/text/quantity.h"

#include <stdlib.h>

static void s_of (const struct loaded *what, const char *column, FILE *code)
{
    code_variable (code, what->kind);
    fputs ("[[", code);
    code_r (code, column);
    fputs ("]]", code);
}

static void s_classes (const struct loaded *what, FILE *code)
{
    fputs ("types <- c(\n", code);
    for (size_t i = 0; i < what->columns->count; i++) {
        fputs ("  ", code);
        code_r (code, what->columns->at[i].name);
        fprintf (code, " = \"%s\"%s\n", what->forms[i].type == LOADED_NUMBER ? "numeric" : "character",
                 i + 1 < what->columns->count ? "," : "");
    }
    fputs (")\n\n", code);
}

static void s_read (const struct loaded *what, FILE *code)
{
    code_variable (code, what->kind);
    if (what->columns->format == RECORDS_CSV) {
        fputs (" <- read.csv(\n  file.path(folder, \"records.csv\"), colClasses = unname(types), na.strings "
               "= \"\",\n  "
               "check.names = FALSE, encoding = \"UTF-8\"\n)\n",
               code);
        return;
    }
    fputs (" <- jsonlite::stream_in(file(file.path(folder, \"records.ndjson\"), encoding = \"UTF-8\"), "
           "verbose = FALSE)\n"
           "for (column in names(types)) ",
           code);
    code_variable (code, what->kind);
    fputs ("[[column]] <- as(", code);
    code_variable (code, what->kind);
    fputs ("[[column]], types[[column]])\n", code);
}

static void s_parse (const struct loaded *what, size_t i, FILE *code)
{
    const char *name = what->columns->at[i].name;
    enum loaded_type type = what->forms[i].type;
    s_of (what, name, code);
    fputs (type == LOADED_DATE ? " <- as.Date(" : " <- as.POSIXct(", code);
    if (type == LOADED_OFFSET)
        fputs ("sub(\"([+-][0-9]{2}):([0-9]{2})$\", \"\\\\1\\\\2\", sub(\"Z$\", \"+0000\", ", code);
    s_of (what, name, code);
    if (type == LOADED_OFFSET)
        fputs (")), format = \"%Y-%m-%dT%H:%M:%OS%z\", tz = \"UTC\")\n", code);
    else
        fputs (type == LOADED_DATE ? ", format = \"%Y-%m-%d\")\n"
                                   : ", format = \"%Y-%m-%dT%H:%M:%OS\", tz = \"UTC\")\n",
               code);
}

static void s_date_beside (const struct loaded *what, size_t i, FILE *code)
{
    char *name = loaded_date_name (what, i);
    if (!name)
        return;
    s_of (what, name, code);
    fputs (" <- as.Date(substr(", code);
    s_of (what, what->columns->at[i].name, code);
    fputs (", 1, 10), format = \"%Y-%m-%d\")  # dates, local times and offsets are mixed\n", code);
    free (name);
}

void loader_r (const struct loaded *what, FILE *code)
{
    fprintf (code, "# Loads %s of ", QUANTITY (what->records, "record"));
    code_comment (code, what->kind);
    fputs (" with their types; printed by dmh report --loader r.\nfolder <- ", code);
    code_r (code, what->folder);
    fputs ("\n", code);
    s_classes (what, code);
    s_read (what, code);
    for (size_t i = 0; i < what->columns->count; i++) {
        enum loaded_type type = what->forms[i].type;
        if (type == LOADED_DATE || type == LOADED_LOCAL || type == LOADED_OFFSET)
            s_parse (what, i, code);
        else if (type == LOADED_MIXED)
            s_date_beside (what, i, code);
    }
}
