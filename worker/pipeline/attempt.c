//  attempt.c: see attempt.h.
#define _GNU_SOURCE
#include "worker/pipeline/attempt.h"
#include "worker/formats/detection.h"

#include "messages/base/clock.h"
#include "messages/base/random.h"
#include "messages/uri.h"
#include "worker/formats/fhir/links/people.h"
#include "worker/memory/pages.h"
#include "worker/output/decimal_columns.h"
#include "worker/pipeline/file_people.h"
#include "worker/pipeline/job_options.h"
#include "worker/pipeline/signature.h"
#include "worker/rules/binding/header/header_language.h"

enum { ASSUMED_LISTED = 3, WARNED_LISTED = 1000, SORT_BYTES = 256 * 1024 * 1024 };

static int s_memory (struct error *error, const struct attempt *self)
{
    return error_set (error, DMH_INTERNAL, "out of memory while preparing %s", self->assignment->input.name);
}

//  After the last pass: whether all that the mapping names has come.
static int s_check_awaited (const struct attempt *self, struct error *error)
{
    const struct dialect *dialect = &self->preparation.dialect;
    return dialect->awaited
               ? preparation_miss (&self->preparation, dialect->name_count - dialect->awaited, error)
               : DMH_OK;
}

static int s_open_input (struct attempt *self, const struct fetched_files *fetched_files, struct error *error)
{
    char path[URI_BYTES];
    const char *fetched = fetched_files_input (fetched_files);
    self->preparation.ceilings = self->assignment->ceilings;
    self->preparation.moved = fetched_files->moved;
    self->preparation.context = fetched_files->context;
    if (fetched)
        return preparation_open (&self->preparation, fetched, NULL, error);
    int rc = uri_to_path (self->assignment->input.uri, path, sizeof path, error);
    return rc == DMH_OK ? preparation_open (&self->preparation, path, self->assignment->roots, error) : rc;
}

static int s_bind (struct attempt *self, struct error *error)
{
    int rc = preparation_bind (&self->preparation, error);
    if (rc != DMH_OK)
        return rc;
    return encoder_check (self->encoder, self->preparation.binding->schema->name,
                          self->preparation.dialect.vcf != NULL, self->assignment->input.name, error);
}

//  Everything before the first record.
static int s_prepare (struct attempt *self, const struct fetched_files *fetched_files, struct error *error)
{
    const struct assignment *assignment = self->assignment;
    const char *tables[TABLES_MAX];
    size_t count;
    fetched_files_tables (fetched_files, tables, &count);
    int rc = preparation_read (&self->preparation, assignment->input.name, assignment->options,
                               assignment->catalog, assignment->roots, tables, count, error);
    if (rc == DMH_OK)
        rc = s_open_input (self, fetched_files, error);
    if (rc == DMH_OK)
        rc = preparation_choose (&self->preparation, error);
    return rc == DMH_OK ? s_bind (self, error) : rc;
}

//  How much a pass may write; once the input is open.
static void s_limit_output (struct attempt *self)
{
    const struct assignment *assignment = self->assignment;
    struct byte_limit limit = limits_output (
        assignment->options->output_bytes, assignment->ceilings.output_bytes,
        reader_bytes (self->preparation.reader), self->preparation.dialect.compression != NULL);
    self->pass.budget = &self->budget;
    self->budget.most = limit.most;
    snprintf (self->budget.sentence, sizeof self->budget.sentence,
              "%s makes more than %llu bytes of records, rejects and audit; %s", assignment->input.name,
              (unsigned long long) limit.most,
              limit.of_worker ? "its worker allows no more (--output-bytes of dmh-worker)"
                              : "--output-bytes allows more");
}

//  As the pass before has shown; the first one goes by the user, then by the language of the header.
static void s_read_dates (struct attempt *self, const struct date_reading *readings)
{
    const struct preparation *preparation = &self->preparation;
    struct plan *plan = &self->plan;
    plan->ordered = preparation->ordered;
    plan->day_first = header_is_day_first (preparation->binding);
    for (size_t i = 0; i < plan->dated_count; i++) {
        struct step *step = &plan->steps[plan->dated[i]];
        bool given = plan->ordered || (step->form && step->form->ordered);
        if (readings) {
            step->order = readings[plan->dated[i]].order;
            step->future = readings[plan->dated[i]].future;
        } else if (!given && plan->day_first)
            step->order = DATE_ORDER_DMY;
    }
}

//  What a pass writes, and in which columns.
static int s_lay_out (struct attempt *self, struct error *error)
{
    struct layout *layout = &self->pass.layout;
    if (layout_make (layout, self->encoder, &self->plan) != 0)
        return s_memory (error, self);
    for (size_t f = 0; f < self->plan.step_count; f++)
        if (self->beside[f] && layout_set_beside (layout, f) != 0)
            return s_memory (error, self);
    size_t most = self->encoder->columns_most, count = layout_column_count (layout);
    if (most && count > most)
        return error_set (error, DMH_BAD_INPUT,
                          "%s: its records have %zu columns, and a table in the format %s takes %zu; give "
                          "another --format",
                          self->assignment->input.name, count, self->encoder->name, most);
    return DMH_OK;
}

static int s_prepare_pass (struct attempt *self, const struct date_reading *readings,
                           const enum decimal_mark *marks, struct error *error)
{
    const struct preparation *preparation = &self->preparation;
    layout_clear (&self->pass.layout);
    plan_make (&self->plan, self->preparation.binding, catalog_units (self->preparation.catalog),
               self->preparation.fallback, self->now);
    s_read_dates (self, readings);
    self->plan.places = self->places;
    self->plan.told = preparation->decimal_told ? &preparation->decimal : NULL;
    for (size_t f = 0; f < self->plan.step_count; f++)
        self->plan.steps[f].mark = marks                       ? marks[f]
                                   : preparation->decimal_told ? preparation->decimal
                                                               : DECIMAL_POINT;
    self->pass.dialect = &self->preparation.dialect;
    self->pass.plan = &self->plan;
    self->pass.input_bytes = reader_bytes (self->preparation.reader);
    self->pass.keep_case = self->assignment->options->keep_case;
    int rc = s_lay_out (self, error);
    return rc != DMH_OK ? rc
                        : precedence_make (&self->pass.precedence, self->assignment->options->on_conflict,
                                           &self->plan, preparation->ordered, preparation->fallback,
                                           self->assignment->input.name, error);
}

//  The first pass.
static int s_begin_passes (struct attempt *self, const struct pass_settings *settings, struct error *error)
{
    if (settings) {
        self->pass.seed = settings->seed;
        self->now = settings->now;
    }
    if (!settings || !settings->told)
        return s_prepare_pass (self, NULL, NULL, error);
    self->pass.generation = 1;
    self->places = settings->places;
    int rc = preparation_settle (&self->preparation, &settings->names, settings->barred,
                                 settings->barred_count, error);
    if (rc == DMH_OK)
        rc = s_bind (self, error);
    return rc == DMH_OK ? s_prepare_pass (self, settings->readings, settings->marks, error) : rc;
}

//  Where the blocks go.
static int s_open_output (struct attempt *self, const struct attempt_terms *terms, struct error *error)
{
    if (terms->sink) {
        self->pass.sink = terms->sink;
        return part_sink_begin (terms->sink, self->plan.step_count, error);
    }
    int rc = DMH_OK;
    if (terms->folder)
        self->folder = attempt_folder_take (terms->folder);
    else if ((rc = attempt_folder_make (&self->folder, self->assignment->folder, error)) != DMH_OK)
        return rc;
    self->writer = self->pass.writer = writer_new (self->folder.path, &self->pass, error);
    return self->writer ? DMH_OK : error->code;
}

int attempt_prepare_by (struct attempt *self, const struct assignment *assignment,
                        const struct fetched_files *fetched_files, size_t harmonizers,
                        const struct attempt_terms *terms, struct error *error)
{
    const struct options *options = assignment->options;
    *self = (struct attempt){
        .assignment = assignment, .started_wall = clock_wall_ms (), .started_mono = clock_mono_ms ()};
    self->now = self->started_wall;
    if (terms->part) {
        self->begin = terms->part->at;
        self->bytes = terms->part->bytes;
    }
    self->block_bytes = options->block_bytes ? options->block_bytes : BLOCK_BYTES_DEFAULT;
    self->pass.part_bytes = PART_BLOCKS * self->block_bytes + PART_BYTES_LEAST;
    self->pass.slot = assignment->slot;
    self->pass.key_memory = assignment->key_memory;
    self->pass.answers = terms->answers;
    self->pass.variants.sort_bytes = options->memory ? (size_t) options->memory : SORT_BYTES;
    self->pass.unsynced = true;    //  until the folder has all its files
    self->encoder = encoder_find (options->format);
    self->pass.audit_full = streq (options->audit, "full");
    self->pass.assumed_listed = self->pass.audit_full ? UINT64_MAX : ASSUMED_LISTED;
    self->pass.warned_listed = self->pass.audit_full ? UINT64_MAX : WARNED_LISTED;
    random_fill (&self->pass.seed, sizeof self->pass.seed);
    int rc = job_options_check (options, assignment->input.name, error);
    if (rc == DMH_OK)
        rc = s_prepare (self, fetched_files, error);
    if (rc == DMH_OK) {
        s_limit_output (self);
        self->pass.variants.threads = harmonizers;
        self->pass.harmonizers = preparation_fits (&self->preparation, self->block_bytes) ? 1 : harmonizers;
        rc = s_begin_passes (self, terms->settings, error);
    }
    if (rc == DMH_OK)
        rc = s_open_output (self, terms, error);
    if (rc != DMH_OK)
        return rc;
    if (terms->part && reader_stretch (self->preparation.reader, terms->part) != 0)
        return s_memory (error, self);
    return reader_rewind (self->preparation.reader, &self->preparation.dialect, error);
}

int attempt_prepare (struct attempt *self, const struct assignment *assignment,
                     const struct fetched_files *fetched_files, size_t harmonizers, struct error *error)
{
    const struct attempt_terms terms = {.settings = NULL};
    return attempt_prepare_by (self, assignment, fetched_files, harmonizers, &terms, error);
}

uint64_t attempt_bytes (const struct attempt *self)
{
    return self->bytes ? self->bytes : reader_bytes (self->preparation.reader);
}

struct block *attempt_block (const struct attempt *self)
{
    struct block *block = block_new (self->plan.step_count, self->block_bytes);
    uint64_t bytes = self->pass.input_bytes;    //  a file may be smaller than a block
    if (block)
        pages_prepare (block->in.at, bytes < block->in.size ? (size_t) bytes : block->in.size);
    return block;
}

int attempt_fill (struct attempt *self, struct block *block, size_t bytes, struct error *error)
{
    reader_t *reader = self->preparation.reader;
    block_reset (block, self->block_bytes);
    block->in_at = reader_offset (reader);
    int rc = reader_fill (reader, &block->in, bytes, &block->first_line, error);
    block->pass = &self->pass;
    block->position = reader_position (reader) - self->begin;
    block->goes_on = reader_goes_on (reader);
    return rc;
}

int attempt_reconsider (struct attempt *self, bool whole, bool *again, struct error *error)
{
    struct date_reading readings[FIELDS_MAX];
    int rc = DMH_OK;
    self->recoded = false;
    if (writer_count (self->writer, RULE_RECORD_ENCODING))
        rc = reader_survey (self->preparation.reader, &self->recoded, error);
    self->whole = whole;
    bool beside = writer_wants_beside (self->writer, self->beside);
    bool otherwise = self->recoded || !whole || beside ||
                     writer_contradicts (self->writer, readings, &self->places) ||
                     writer_contradicting (self->writer, 0) >= 0 || writer_asks_for_people (self->writer);
    *again = writer_unsettled (self->writer, otherwise) || otherwise;
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
    people_destroy (&self->people);
    int rc = preparation_look (&self->preparation, error);
    if (rc == DMH_OK)
        rc = preparation_choose (&self->preparation, error);
    if (rc == DMH_OK)
        rc = s_bind (self, error);
    self->pass.generation = 0;
    self->places = (struct places){.foreign = false};
    memset (self->beside, 0, sizeof self->beside);
    if (rc == DMH_OK)
        rc = s_prepare_pass (self, NULL, NULL, error);
    if (rc == DMH_OK)
        rc = reader_rewind (self->preparation.reader, &self->preparation.dialect, error);
    if (rc == DMH_OK)
        rc = writer_restart (self->writer, &self->pass, error);
    return rc;
}

int attempt_again (struct attempt *self, struct error *error)
{
    struct date_reading readings[FIELDS_MAX] = {{.future = false}};    //  of a column that is new, too
    enum decimal_mark marks[FIELDS_MAX];
    if (self->recoded)
        return s_recode (self, error);
    writer_contradicts (self->writer, readings, &self->places);
    decimal_columns_read (&self->plan, writer_tally (self->writer), marks);
    int rc = writer_asks_for_people (self->writer)
                 ? file_people_meet (&self->preparation, self->block_bytes, &self->people, error)
                 : DMH_OK;
    const char *name;
    bool learned = false;
    dialect_forget_awaited (&self->preparation.dialect);
    for (size_t i = 0; rc == DMH_OK && (name = writer_unknown (self->writer, i)); i++) {
        rc = preparation_learn (&self->preparation, text_of (name), error);
        learned = true;
    }
    //  A pass that was cut short saw a part of the values only, and no other part may decide otherwise.
    for (int column = -1;
         rc == DMH_OK && self->whole && (column = writer_contradicting (self->writer, column + 1)) >= 0;) {
        rc = preparation_bar (&self->preparation, column, error);
        learned = true;
    }
    //  A key met late may feed a field that had no column, so the binding is made anew from all names.
    if (rc == DMH_OK)
        rc = learned ? s_bind (self, error) : preparation_await (&self->preparation, error);
    if (rc != DMH_OK)
        return rc;
    self->pass.generation++;
    rc = s_prepare_pass (self, readings, marks, error);
    if (rc == DMH_OK)
        rc = reader_rewind (self->preparation.reader, &self->preparation.dialect, error);
    if (rc == DMH_OK)
        rc = writer_restart (self->writer, &self->pass, error);
    return rc;
}

int attempt_finish (struct attempt *self, bool leaves, struct runner_news *news, struct error *error)
{
    const struct assignment *assignment = self->assignment;
    char sha256[DIGEST_HEX_BYTES];
    int rc = s_check_awaited (self, error);
    if (rc == DMH_OK && self->input_sha256)    //  others have read it
        snprintf (sha256, sizeof sha256, "%s", self->input_sha256);
    else if (rc == DMH_OK)
        rc = reader_finish (self->preparation.reader, sha256, error);
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
        .input_bytes = reader_bytes (self->preparation.reader),
        .input_sha256 = sha256,
        .warned_listed = self->pass.warned_listed,
        .unsynced = true,
        .started_at = self->started_wall,
        .finished_at = clock_wall_ms (),
        .wall_ms = clock_mono_ms () - self->started_mono,
    };
    rc = writer_finish (self->writer, &report, news->outputs, &news->outputs_count, &news->refusal, error);
    struct output *outputs = news->outputs;
    size_t count = news->outputs_count;
    if (rc == DMH_OK && assignment->sign_key) {
        rc = signature_write (assignment->sign_key, self->folder.path, &outputs[count - 1], true,
                              &outputs[count], error);
        news->outputs_count += rc == DMH_OK;
    }
    if (rc != DMH_OK)
        return rc;
    news->counts = *writer_counts (self->writer);
    news->bytes_done = news->bytes_total = report.input_bytes;
    snprintf (news->kind, sizeof news->kind, "%s", self->preparation.binding->schema->name);
    //  What is handed over does not stay here.
    commit_group_t *group = leaves ? NULL : assignment->group;
    return attempt_folder_finish (&self->folder, assignment->folder, group, error);
}

int attempt_check (const struct attempt *self, struct error *error)
{
    return self->pass.sink ? part_sink_check (self->pass.sink, error) : writer_check (self->writer, error);
}

void attempt_clear (struct attempt *self)
{
    writer_destroy (&self->writer);
    attempt_folder_clear (&self->folder);
    layout_clear (&self->pass.layout);
    preparation_clear (&self->preparation);
    people_destroy (&self->people);
}
