//  attempt.c: see attempt.h.
#define _GNU_SOURCE
#include "worker/pipeline/attempt.h"

#include "messages/base/clock.h"
#include "messages/base/random.h"
#include "messages/uri.h"
#include "worker/input/code_tables.h"
#include "worker/output/checks.h"
#include "worker/rules/binding/header.h"
#include "worker/rules/mapping/read.h"
#include "worker/rules/schema/catalog.h"
#include "worker/rules/schema/read.h"

static int s_memory (struct error *error, const struct attempt *self)
{
    return error_set (error, DMH_INTERNAL, "out of memory while preparing %s", self->assignment->input.name);
}

static int s_check_options (const struct options *options, const char *name, struct error *error)
{
    char names[ENCODER_NAMES_BYTES];
    if (!encoder_find (options->format))
        return error_set (error, DMH_BAD_INPUT, "%s: format “%s” is not known; use %s", name, options->format,
                          encoder_names (names));
    if (options->audit[0] && !streq (options->audit, "summary") && !streq (options->audit, "full"))
        return error_set (error, DMH_BAD_INPUT, "%s: audit “%s” is not known; use summary or full", name,
                          options->audit);
    enum date_order order;
    if (options->date_order[0] && !date_order_of (options->date_order, &order))
        return error_set (error, DMH_BAD_INPUT, "%s: date order “%s” is not known; use mdy, dmy or ymd", name,
                          options->date_order);
    return checks_know (options->fail_on, name, error);
}

static int s_open_input (struct attempt *self, const char *fetched, struct error *error)
{
    const struct input *input = &self->assignment->input;
    char path[URI_BYTES];
    if (fetched)
        self->reader = reader_new (fetched, input->name, error);
    else if (uri_to_path (input->uri, path, sizeof path, error) == DMH_OK)
        self->reader = reader_new_in (self->assignment->roots, path, input->name, error);
    return self->reader ? DMH_OK : error->code;
}

static int s_look (struct attempt *self, struct error *error)
{
    const char *kind = self->assignment->options->kind;
    int rc = reader_find (self->reader, self->assignment->options, &self->dialect, error);
    if (!*kind && self->mapping && self->mapping->kind)
        kind = self->mapping->kind;
    return rc == DMH_OK ? dialect_choose (&self->dialect, kind, self->assignment->input.name, error) : rc;
}

//  The columns' names as they are now, yours to free; the texts are borrowed.
static struct text *s_names (const struct dialect *dialect)
{
    struct text *names = calloc (dialect->name_count + 1, sizeof *names);
    for (size_t i = 0; names && i < dialect->name_count; i++)
        names[i] = (struct text){dialect->names[i], dialect->name_bytes[i]};
    return names;
}

//  A key of JSON that the mapping names may come behind the sample; it is a column from the start then.
static int s_await (struct attempt *self, struct error *error)
{
    size_t n;
    bool whole;
    int rc = DMH_OK;
    reader_sample (self->reader, &n, &whole);
    dialect_forget_awaited (&self->dialect);
    if (!self->mapping || whole || self->dialect.format != &FORMAT_JSON)
        return DMH_OK;
    struct text *names = s_names (&self->dialect);
    header_t *header = names ? header_new (names, self->dialect.name_count) : NULL;
    if (!header)
        rc = DMH_INTERNAL;
    for (size_t m = 0; rc == DMH_OK && m < self->mapping->column_count; m++)
        if (header_find (header, self->mapping->columns[m].from) == HEADER_NONE)
            rc = dialect_await_name (&self->dialect, text_of (self->mapping->columns[m].from));
    header_destroy (&header);
    free (names);
    if (rc == DMH_INTERNAL)
        return s_memory (error, self);
    if (rc == DMH_OK)
        return rc;
    return error_set (error, rc, "%s has more than %d columns", self->assignment->input.name, COLUMNS_MAX);
}

//  After the last pass: whether all that the mapping names has come.
static int s_check_awaited (const struct attempt *self, struct error *error)
{
    const struct dialect *dialect = &self->dialect;
    if (!dialect->awaited)
        return DMH_OK;
    return error_set (error, DMH_BAD_INPUT, "%s: the mapping names the column “%.60s”, which is not there",
                      self->assignment->input.name, dialect->names[dialect->name_count - dialect->awaited]);
}

static int s_bind (struct attempt *self, struct error *error)
{
    const struct options *options = self->assignment->options;
    int awaited = s_await (self, error);
    if (awaited != DMH_OK)
        return awaited;
    size_t count = self->dialect.name_count;
    struct text *names = s_names (&self->dialect);
    if (!names)
        return s_memory (error, self);
    //  What the first names have shown to be the kind stays the kind.
    const char *kind = self->binding ? self->binding->schema->name : options->kind;
    //  A schema that comes with the job is its kind, unless it says otherwise.
    if (!*kind && self->own && !(self->mapping && self->mapping->kind))
        kind = self->kind;
    if (self->dialect.kind && !self->own)
        kind = self->dialect.kind;
    binding_destroy (&self->binding);
    self->binding =
        binding_new (self->catalog, names, count, kind, self->mapping, self->assignment->input.name, error);
    free (names);
    if (!self->binding)
        return error->code;
    kind = self->binding->schema->name;
    if (self->encoder->takes && !self->encoder->takes (kind))
        return error_set (error, DMH_BAD_INPUT, "%s: %s %.40s; give another --format",
                          self->assignment->input.name, self->encoder->refusal, kind);
    return DMH_OK;
}

static int s_read_schema (struct attempt *self, struct error *error)
{
    const struct options *options = self->assignment->options;
    self->catalog = self->assignment->catalog;
    if (!options->schema)
        return DMH_OK;
    const char *name = options->schema_name[0] ? options->schema_name : "the schema";
    schema_t *schema = schema_read (options->schema, strlen (options->schema), name, error);
    if (!schema)
        return error->code;
    snprintf (self->kind, sizeof self->kind, "%s", schema->name);
    self->own = catalog_with (self->assignment->catalog, schema);
    self->catalog = self->own;
    return self->own ? DMH_OK : s_memory (error, self);
}

static int s_read_mapping (struct attempt *self, const struct fetched_files *fetched_files,
                           struct error *error)
{
    const struct options *options = self->assignment->options;
    self->fallback = DATE_ORDER_MDY;
    if (options->mapping) {
        const char *name = options->mapping_name[0] ? options->mapping_name : "the mapping";
        self->mapping = mapping_read (options->mapping, strlen (options->mapping), name, error);
        if (!self->mapping)
            return error->code;
        const char *tables[TABLES_MAX];
        size_t count;
        fetched_files_tables (fetched_files, tables, &count);
        int rc = code_tables_read (self->mapping, options->mapping_folder ? options->mapping_folder : "/",
                                   self->assignment->roots, tables, count, error);
        if (rc != DMH_OK)
            return rc;
        if (self->mapping->date_order)
            date_order_of (self->mapping->date_order, &self->fallback);
    }
    if (options->date_order[0])
        date_order_of (options->date_order, &self->fallback);
    return DMH_OK;
}

static int s_prepare_pass (struct attempt *self, const enum date_order *orders, struct error *error)
{
    layout_clear (&self->pass.layout);
    plan_make (&self->plan, self->binding, catalog_units (self->catalog), self->fallback, self->started_wall);
    for (size_t f = 0; orders && f < self->plan.step_count; f++)
        self->plan.steps[f].order = orders[f];
    self->pass.dialect = &self->dialect;
    self->pass.plan = &self->plan;
    self->pass.input_bytes = reader_bytes (self->reader);
    return layout_make (&self->pass.layout, self->encoder, &self->plan) == 0 ? DMH_OK
                                                                             : s_memory (error, self);
}

int attempt_prepare (struct attempt *self, const struct assignment *assignment,
                     const struct fetched_files *fetched_files, size_t harmonizers, struct error *error)
{
    const struct options *options = assignment->options;
    *self = (struct attempt){
        .assignment = assignment, .started_wall = clock_wall_ms (), .started_mono = clock_mono_ms ()};
    self->block_bytes = options->block_bytes ? options->block_bytes : BLOCK_BYTES_DEFAULT;
    self->pass.slot = assignment->slot;
    self->encoder = encoder_find (options->format);
    self->pass.audit_full = streq (options->audit, "full");
    random_fill (&self->pass.seed, sizeof self->pass.seed);
    self->pass.harmonizers = harmonizers;
    int rc = s_check_options (options, assignment->input.name, error);
    if (rc == DMH_OK)
        rc = s_read_schema (self, error);
    if (rc == DMH_OK)
        rc = s_read_mapping (self, fetched_files, error);
    if (rc == DMH_OK)
        rc = s_open_input (self, fetched_files_input (fetched_files), error);
    if (rc == DMH_OK)
        rc = s_look (self, error);
    if (rc == DMH_OK)
        rc = s_bind (self, error);
    if (rc == DMH_OK)
        rc = s_prepare_pass (self, NULL, error);
    if (rc == DMH_OK)
        rc = attempt_folder_make (&self->folder, assignment->folder, error);
    if (rc == DMH_OK)
        rc = reader_rewind (self->reader, &self->dialect, error);
    if (rc == DMH_OK) {
        self->writer = self->pass.writer = writer_new (self->folder.path, &self->pass, error);
        rc = self->writer ? DMH_OK : error->code;
    }
    return rc;
}

int attempt_reconsider (struct attempt *self, bool whole, bool *again, struct error *error)
{
    enum date_order orders[FIELDS_MAX];
    int rc = DMH_OK;
    self->recoded = false;
    if (writer_count (self->writer, RULE_RECORD_ENCODING))
        rc = reader_survey (self->reader, &self->recoded, error);
    *again = self->recoded || !whole || writer_contradicts (self->writer, orders);
    if (rc == DMH_OK && *again && !self->recoded && self->pass.generation + 1 >= PASSES_MAX)
        return error_set (
            error, DMH_INTERNAL,
            "%s was read %d times and no reading agreed with the one before; please report this",
            self->assignment->input.name, PASSES_MAX);
    return rc;
}

//  The file is in another encoding than was seen at first: everything that was read of it is void.
static int s_recode (struct attempt *self, struct error *error)
{
    int rc = s_look (self, error);
    if (rc == DMH_OK)
        rc = s_bind (self, error);
    self->pass.generation = 0;
    if (rc == DMH_OK)
        rc = s_prepare_pass (self, NULL, error);
    if (rc == DMH_OK)
        rc = reader_rewind (self->reader, &self->dialect, error);
    if (rc == DMH_OK)
        rc = writer_restart (self->writer, &self->pass, error);
    return rc;
}

int attempt_again (struct attempt *self, struct error *error)
{
    enum date_order orders[FIELDS_MAX];
    if (self->recoded)
        return s_recode (self, error);
    writer_contradicts (self->writer, orders);
    int rc = DMH_OK;
    const char *name;
    bool learned = false;
    dialect_forget_awaited (&self->dialect);
    for (size_t i = 0; rc == DMH_OK && (name = writer_unknown (self->writer, i)); i++) {
        rc = dialect_add_name (&self->dialect, text_of (name));
        learned = true;
    }
    //  A key met late may feed a field that had no column, so the binding is made anew from all names.
    if (rc == DMH_OK)
        rc = learned ? s_bind (self, error) : s_await (self, error);
    else if (rc == DMH_INTERNAL)
        return s_memory (error, self);
    else
        return error_set (error, rc, "%s has more than %d columns", self->assignment->input.name,
                          COLUMNS_MAX);
    if (rc != DMH_OK)
        return rc;
    self->pass.generation++;
    rc = s_prepare_pass (self, orders, error);
    if (rc == DMH_OK)
        rc = reader_rewind (self->reader, &self->dialect, error);
    if (rc == DMH_OK)
        rc = writer_restart (self->writer, &self->pass, error);
    return rc;
}

int attempt_finish (struct attempt *self, struct runner_news *news, struct error *error)
{
    const struct assignment *assignment = self->assignment;
    char sha256[DIGEST_HEX_BYTES];
    int rc = s_check_awaited (self, error);
    if (rc != DMH_OK)
        return rc;
    rc = reader_finish (self->reader, sha256, error);
    if (rc != DMH_OK)
        return rc;
    if (assignment->input.sha256[0] && strcmp (assignment->input.sha256, sha256) != 0)
        return error_set (error, DMH_BAD_INPUT, "%s is not the file that was submitted: its SHA-256 is %s",
                          assignment->input.name, sha256);
    news->outputs = calloc (OUTPUTS_MAX, sizeof *news->outputs);
    if (!news->outputs)
        return s_memory (error, self);
    struct report report = {
        .job = assignment->job,
        .correlation = assignment->correlation,
        .attempt = assignment->attempt,
        .input = &assignment->input,
        .options = assignment->options,
        .input_bytes = reader_bytes (self->reader),
        .input_sha256 = sha256,
        .started_at = self->started_wall,
        .finished_at = clock_wall_ms (),
        .wall_ms = clock_mono_ms () - self->started_mono,
    };
    rc = writer_finish (self->writer, &report, news->outputs, &news->outputs_count, error);
    if (rc != DMH_OK)
        return rc;
    news->counts = *writer_counts (self->writer);
    news->bytes_done = news->bytes_total = report.input_bytes;
    snprintf (news->kind, sizeof news->kind, "%s", self->binding->schema->name);
    return attempt_folder_finish (&self->folder, assignment->folder, error);
}

void attempt_clear (struct attempt *self)
{
    writer_destroy (&self->writer);
    attempt_folder_clear (&self->folder);
    layout_clear (&self->pass.layout);
    binding_destroy (&self->binding);
    mapping_destroy (&self->mapping);
    catalog_destroy (&self->own);
    dialect_clear (&self->dialect);
    reader_destroy (&self->reader);
}
