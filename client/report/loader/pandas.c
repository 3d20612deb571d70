//  pandas.c: see languages.h.
#include "client/report/loader/code_text.h"
#include "client/report/loader/languages.h"
#include "messages/text/quantity.h"

#include <stdlib.h>

static bool s_is_time (const struct column_form *form)
{
    return form->type == LOADED_LOCAL || form->type == LOADED_OFFSET;
}

static void s_types (const struct loaded *what, FILE *code)
{
    fputs ("TYPES = {\n", code);
    for (size_t i = 0; i < what->columns->count; i++) {
        fputs ("    ", code);
        code_python (code, what->columns->at[i].name);
        fputs (what->forms[i].type == LOADED_NUMBER ? ": \"float64\",\n" : ": \"string\",\n", code);
    }
    fputs ("}\n\n", code);
}

static void s_read (const struct loaded *what, FILE *code)
{
    code_variable (code, what->kind);
    if (what->columns->format == RECORDS_CSV)
        fputs (" = pd.read_csv(\n    FOLDER / \"records.csv\", dtype=TYPES, keep_default_na=False, "
               "na_values=[\"\"], "
               "encoding=\"utf-8\"\n)\n",
               code);
    else
        fputs (
            " = pd.read_json(\n    FOLDER / \"records.ndjson\", lines=True, dtype=False, convert_axes=False, "
            "convert_dates=False,\n    encoding=\"utf-8\",\n).reindex(columns=list(TYPES)).astype(TYPES)\n",
            code);
}

static void s_of (const struct loaded *what, const char *column, FILE *code)
{
    code_variable (code, what->kind);
    fputs ("[", code);
    code_python (code, column);
    fputs ("]", code);
}

static const char *s_format (const struct column_form *form)
{
    static const char *const FORMATS[2][2] = {{"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f"},
                                              {"%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"}};
    return form->type == LOADED_DATE ? "%Y-%m-%d" : FORMATS[form->type == LOADED_OFFSET][form->fractions];
}

//  A column of dates or date-times; years beyond nanoseconds are objects of their own.
static void s_parse (const struct loaded *what, size_t i, FILE *code)
{
    const struct column_form *form = &what->forms[i];
    const char *name = what->columns->at[i].name;
    s_of (what, name, code);
    if (form->far) {
        fputs (" = ", code);
        s_of (what, name, code);
        fputs (form->type == LOADED_DATE ? ".map(date.fromisoformat, na_action=\"ignore\")" : "", code);
        fputs (form->type == LOADED_DATE ? "\n" : "  # text: years that a Timestamp cannot hold\n", code);
        return;
    }
    if (s_is_time (form) && form->fractions && form->whole_seconds) {
        fputs (" = pd.to_datetime(", code);
        s_of (what, name, code);
        fputs (".map(pd.Timestamp, na_action=\"ignore\"), utc=", code);
        fputs (form->type == LOADED_OFFSET ? "True)\n" : "False)\n", code);
        return;
    }
    fputs (" = pd.to_datetime(", code);
    s_of (what, name, code);
    fprintf (code, ", format=\"%s\"%s)\n", s_format (form), form->type == LOADED_OFFSET ? ", utc=True" : "");
}

//  Beside text that is a date, a local time or one with an offset: the date of each.
static void s_date_beside (const struct loaded *what, size_t i, FILE *code)
{
    char *name = loaded_date_name (what, i);
    if (!name || what->forms[i].far) {
        free (name);
        return;
    }
    s_of (what, name, code);
    fputs (" = pd.to_datetime(", code);
    s_of (what, what->columns->at[i].name, code);
    fputs (".str[:10], format=\"%Y-%m-%d\")  # dates, local times and offsets are mixed\n", code);
    free (name);
}

void loader_pandas (const struct loaded *what, FILE *code)
{
    fprintf (code, "# Loads %s of ", QUANTITY (what->records, "record"));
    code_comment (code, what->kind);
    fputs (" with their types; printed by dmh report --loader pandas.\nfrom datetime import date  # noqa: "
           "F401\nfrom "
           "pathlib import Path\n\nimport pandas as pd\n\nFOLDER = Path(",
           code);
    code_python (code, what->folder);
    fputs (")\n", code);
    s_types (what, code);
    s_read (what, code);
    for (size_t i = 0; i < what->columns->count; i++) {
        enum loaded_type type = what->forms[i].type;
        if (type == LOADED_DATE || s_is_time (&what->forms[i]))
            s_parse (what, i, code);
        else if (type == LOADED_MIXED)
            s_date_beside (what, i, code);
    }
}
