//  export.c: the records of a data set as files that stand alone. See dataset.h.
#define _GNU_SOURCE
#include "messages/base/folder.h"
#include "worker/dataset/store.h"
#include "worker/join/content.h"
#include "worker/join/row_writer.h"
#include "worker/output/datapackage.h"
#include "worker/rules/dates/time_form.h"
#include "worker/rules/schema/read/read.h"

#include <stdlib.h>

enum { LOOK_RECORDS = 4096 };

//  One kind.
struct export
{
    dataset_t *set;
    uint64_t kind;
    char *folder;
    schema_t *schema;
    struct joined_columns columns;
    struct row_writer writer;
    struct text *values;    //  [columns.count]
    struct tally tally;
    output_file_t *records, *history;
    struct counts counts;
};

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while exporting a data set");
}

//  The own columns, in their order.
static int s_columns (struct export *self, struct error *error)
{
    sqlite3_stmt *list =
        store_prepare (self->set, "SELECT name FROM columns WHERE kind = ? ORDER BY place", error);
    char **names = NULL;
    size_t count = 0;
    int rc = list ? 1 : error->code;
    if (list)
        store_number (list, 1, self->kind);
    while (rc == 1 && (rc = store_step (self->set, list, error)) == 1) {
        char **more = realloc (names, (count + 1) * sizeof *more);
        if (more)
            names = more;
        if (!more || !(names[count] = strdup (store_column_string (self->set, list, 0))))
            rc = s_no_memory (error);
        else
            count++;
    }
    store_finish (&list);
    if (rc == DMH_OK)
        rc = joined_columns_make (&self->columns, self->schema, (const char *const *) names, count, NULL, 0,
                                  error);
    while (count)
        free (names[--count]);
    free (names);
    return rc;
}

//  Puts what is said of columns in their places. DMH_MALFORMED: it is not as it was written.
static int s_values (struct export *self, struct text rest, struct error *error)
{
    struct said said;
    while (content_next (&rest, &said)) {
        if (said.column >= self->columns.count)
            break;
        self->values[said.column] = said.value;
    }
    return rest.n == 0 ? DMH_OK
                       : error_set (error, DMH_MALFORMED,
                                    "%.200s is damaged; take it from a backup, or load its inputs again",
                                    self->set->path);
}

//  In which forms dates and date-times stand, for datapackage.json.
static void s_count_forms (struct export *self)
{
    for (size_t f = 0; f < self->schema->field_count; f++) {
        struct field_tally *tally = &self->tally.fields[f];
        enum field_type type = self->schema->fields[f].type;
        if (!self->values[f].n || (type != FIELD_DATE && type != FIELD_DATETIME))
            continue;
        tally->partial += self->values[f].n < DAY_BYTES;
        tally->forms |= (uint8_t) time_form_of (self->values[f]);
    }
}

static void s_cell (output_file_t *file, const char *text)
{
    output_csv (file, text_of (text));
    output_text (file, ",");
}

//  A record that does not stand: whence, since when, whose place it had or did not get, and its row.
static void s_history (struct export *self, sqlite3_stmt *row)
{
    for (int column = 0; column < 2; column++)
        s_cell (self->history, store_column_string (self->set, row, column));
    for (int column = 5; column < 8; column++)
        s_cell (self->history, store_column_string (self->set, row, column));
    output_csv (self->history, (struct text){self->writer.row.at, self->writer.row.used - 1});
    output_text (self->history, "\n");
}

static int s_row (struct export *self, sqlite3_stmt *row, struct error *error)
{
    memset (self->values, 0, self->columns.count * sizeof *self->values);
    int rc = s_values (self, store_column_bytes (self->set, row, 3), error);
    if (rc == DMH_OK)
        rc = s_values (self, store_column_bytes (self->set, row, 4), error);
    if (rc != DMH_OK)
        return rc;
    bool stands = store_column_number (row, 2);
    row_writer_set (&self->writer, self->values, text_of (store_column_string (self->set, row, 0)),
                    text_of (store_column_string (self->set, row, 1)));
    if (row_writer_encode (&self->writer) != 0)
        return s_no_memory (error);
    self->counts.read++;
    *(stands ? &self->counts.written : &self->counts.conflicts) += 1;
    s_count_forms (self);
    if (stands)
        output_write (self->records, self->writer.row.at, self->writer.row.used);
    else
        s_history (self, row);
    rc = output_check (self->records, error);
    if (rc == DMH_OK)
        rc = output_check (self->history, error);
    if (rc == DMH_OK && self->counts.read % LOOK_RECORDS == 0 && store_is_interrupted (self->set))
        rc = error_set (error, DMH_CANCELLED, "interrupted while a data set was exported");
    return rc;
}

static int s_rows (struct export *self, struct error *error)
{
    sqlite3_stmt *rows = store_prepare (
        self->set,
        "SELECT i.source_file, r.source_record, r.stands, r.content, r.others, l.loaded_at, o.loaded_at,"
        " (SELECT x.source_file || ' ' || s.source_record FROM records s JOIN inputs x USING (input)"
        "  WHERE s.kind = r.kind AND s.key = r.key AND s.stands = 1)"
        " FROM records r JOIN inputs i USING (input) JOIN loads l USING (load)"
        " LEFT JOIN loads o ON o.load = r.replaced_in WHERE r.kind = ? ORDER BY r.record",
        error);
    int rc = rows ? 1 : error->code;
    if (rows)
        store_number (rows, 1, self->kind);
    output_write (self->records, self->writer.layout.header.at, self->writer.layout.header.n);
    output_text (self->history, "source_file,source_record,loaded_at,replaced_at,stands,row\n");
    while (rc == 1 && (rc = store_step (self->set, rows, error)) == 1) {
        rc = s_row (self, rows, error);
        if (rc != DMH_OK)
            break;
        rc = 1;
    }
    store_finish (&rows);
    return rc;
}

static void s_no_inputs (const void *inputs, json_writer_t *doc)
{
    (void) inputs;
    (void) doc;
}

static int s_finish (struct export *self, const struct options *options, struct error *error)
{
    struct output outputs[3];
    struct input input = {.uri = ""};
    const struct report report = {.input = &input,
                                  .write_inputs = s_no_inputs,
                                  .options = options,
                                  .layout = &self->writer.layout,
                                  .tally = &self->tally,
                                  .counts = &self->counts,
                                  .outputs = outputs,
                                  .output_count = 2};
    snprintf (input.name, sizeof input.name, "%s", self->schema->name);
    int rc = output_finish (self->records, self->counts.written, &outputs[0], error);
    if (rc == DMH_OK)
        rc = output_finish (self->history, self->counts.conflicts, &outputs[1], error);
    return rc == DMH_OK ? report_document (&report, self->folder, "datapackage.json", datapackage_write,
                                           &outputs[2], error)
                        : rc;
}

static void s_clear (struct export *self)
{
    output_destroy (&self->records);
    output_destroy (&self->history);
    row_writer_clear (&self->writer);
    joined_columns_clear (&self->columns);
    tally_clear (&self->tally);
    schema_destroy (&self->schema);
    free (self->values);
    free (self->folder);
}

static int s_open (struct export *self, const char *format, const struct options *options,
                   struct error *error)
{
    int rc = s_columns (self, error);
    if (rc == DMH_OK)
        rc = row_writer_make (&self->writer, &self->columns, format, options, "the export", error);
    self->values = rc == DMH_OK ? calloc (self->columns.count + 1, sizeof *self->values) : NULL;
    if (rc == DMH_OK && (!self->values || tally_init (&self->tally, self->schema->field_count) != 0))
        rc = s_no_memory (error);
    if (rc == DMH_OK)
        rc = folder_make (self->folder, error);
    if (rc == DMH_OK &&
        (!(self->records = output_new (self->folder, self->writer.layout.encoder->file, error)) ||
         !(self->history = output_new (self->folder, "history.csv", error))))
        rc = error->code;
    return rc;
}

static int s_export (dataset_t *set, sqlite3_stmt *kind, const char *format, const char *folder,
                     struct error *error)
{
    const struct options options = {.kind = ""};
    struct export self = {.set = set, .kind = store_column_number (kind, 0)};
    const char *json = store_column_string (set, kind, 2);
    if (asprintf (&self.folder, "%s/%s", folder, store_column_string (set, kind, 1)) < 0)
        self.folder = NULL;
    self.schema = schema_read (json, strlen (json), "the data set's schema", error);
    int rc = !self.schema ? error->code : self.folder ? DMH_OK : s_no_memory (error);
    if (rc == DMH_OK)
        rc = s_open (&self, format, &options, error);
    if (rc == DMH_OK)
        rc = s_rows (&self, error);
    if (rc == DMH_OK)
        rc = s_finish (&self, &options, error);
    s_clear (&self);
    return rc;
}

//  In one transaction, so that a load meanwhile changes nothing of it.
int dataset_export (dataset_t *self, const char *format, const char *folder, struct error *error)
{
    int rc = store_do (self, "BEGIN", error);
    if (rc != DMH_OK)
        return rc;
    sqlite3_stmt *kinds = store_prepare (self, "SELECT kind, name, schema FROM kinds ORDER BY kind", error);
    rc = kinds ? 1 : error->code;
    while (rc == 1 && (rc = store_step (self, kinds, error)) == 1)
        if ((rc = s_export (self, kinds, format, folder, error)) == DMH_OK)
            rc = 1;
        else
            break;
    store_finish (&kinds);
    store_do (self, "COMMIT", NULL);
    return rc;
}
