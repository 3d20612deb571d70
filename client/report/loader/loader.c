//  loader.c: see loader.h.
#define _GNU_SOURCE
#include "client/report/loader/loader.h"

#include "client/report/loader/code_text.h"
#include "client/report/loader/languages.h"
#include "client/report/result_list.h"
#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *word;
    void (*write) (const struct loaded *what, FILE *code);
    bool plain;    //  names and path have to be such that they can be seen
} LOADERS[] = {[LOADER_PANDAS] = {"pandas", loader_pandas, false},
               [LOADER_DUCKDB] = {"duckdb", loader_duckdb, true},
               [LOADER_R] = {"r", loader_r, false},
               [LOADER_SQL] = {"sql", loader_sql, true}};

int loader_of (const char *word, enum loader *out, struct error *error)
{
    for (size_t i = LOADER_PANDAS; i < sizeof LOADERS / sizeof *LOADERS; i++)
        if (strcasecmp (LOADERS[i].word, word) == 0) {
            *out = (enum loader) i;
            return DMH_OK;
        }
    return error_set (error, DMH_USAGE, "--loader takes pandas, duckdb, r or sql, not “%s”", word);
}

char *loaded_date_name (const struct loaded *what, size_t column)
{
    char *name = NULL;
    for (unsigned at = 1; at == 1 || (name && columns_find (what->columns, name) != SIZE_MAX); at++) {
        free (name);
        int n = at == 1 ? asprintf (&name, "%s_date", what->columns->at[column].name)
                        : asprintf (&name, "%s_date_%u", what->columns->at[column].name, at);
        name = n < 0 ? NULL : name;
    }
    return name;
}

static int s_check_plain (const struct loaded *what, const char *word, struct error *error)
{
    bool plain = code_is_plain (what->folder) && code_is_plain (what->kind);
    for (size_t i = 0; i < what->columns->count; i++)
        plain = plain && code_is_plain (what->columns->at[i].name);
    return plain
               ? DMH_OK
               : error_set (
                     error, DMH_UNSUPPORTED,
                     "the path or a column of %s has a control character or one that nobody sees, which the "
                     "loader for %s cannot write; move the result, or take the loader for pandas",
                     what->folder, word);
}

static int s_write (const char *folder, enum loader loader, FILE *to, struct error *error)
{
    char path[PATH_MAX];
    struct columns columns = {.format = RECORDS_OTHER};
    struct column_form *forms = NULL;
    struct loaded what = {.columns = &columns};
    struct json_value *report = result_document_read (folder, "report.json", error);
    int rc = report ? columns_read (folder, report, &columns, error) : error->code;
    if (rc == DMH_OK && columns.format != RECORDS_CSV && columns.format != RECORDS_NDJSON)
        rc = error_set (error, DMH_UNSUPPORTED,
                        "the records of %s stand in no CSV and no NDJSON, which is what loaders read; run "
                        "again with --format csv",
                        folder);
    if (rc == DMH_OK && !realpath (folder, path))
        rc = error_set (error, DMH_IO, "%s cannot be read: %s", folder, strerror (errno));
    if (rc == DMH_OK && !(forms = column_forms_read (folder, &columns, &what.records, error)))
        rc = error->code;
    if (rc == DMH_OK) {
        what.folder = path;
        what.kind = report_text (json_value_member (report, "job"), "kind");
        what.forms = forms;
        rc = LOADERS[loader].plain ? s_check_plain (&what, LOADERS[loader].word, error) : DMH_OK;
    }
    if (rc == DMH_OK)
        LOADERS[loader].write (&what, to);
    if (rc == DMH_OK && (fflush (to) != 0 || ferror (to)))
        rc = error_set (error, DMH_IO, "the loader cannot be written: %s", strerror (errno));
    free (forms);
    columns_clear (&columns);
    json_value_destroy (&report);
    return rc;
}

int loader_write (const char *folder, enum loader loader, FILE *to, struct error *error)
{
    struct result_list list;
    int rc = result_list_find (folder, &list, error);
    if (rc != DMH_OK)
        return rc;
    if (list.count == 0)
        rc = error_set (error, DMH_NOT_FOUND, "%s holds no records, which is what loaders read", folder);
    else
        rc = list.count == 1 ? s_write (list.folders[0], loader, to, error)
                             : error_set (error, DMH_USAGE,
                                          "%s holds %zu results, and --loader is about one: name it, such as "
                                          "%s",
                                          folder, list.count, list.folders[0]);
    result_list_clear (&list);
    return rc;
}
