//  inspection.c: see inspection.h.
#define _GNU_SOURCE
#include "worker/inspect/inspection.h"

#include "messages/base/clock.h"
#include "messages/base/narrow.h"
#include "worker/encoders/encoder.h"
#include "worker/formats/detection.h"
#include "worker/inspect/survey.h"
#include "worker/output/checks.h"
#include "worker/pipeline/preparation.h"
#include "worker/rules/binding/kind_score.h"
#include "worker/rules/mapping/read.h"
#include "worker/rules/schema/catalog.h"
#include "worker/rules/schema/read/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//  Everything that is made on the way.
struct inspector {
    const char *name;
    const struct options *options;
    uint64_t least;
    struct interruption interruption;
    catalog_t *built_in;
    struct preparation job;    //  what a job would do; its binding is NULL where no kind can be told
    struct text *names;        //  of the dialect
    struct kind_score *scores;
    const schema_t *schema;    //  of the binding, or of the kind that comes nearest; NULL: none does
};

static int s_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory");
}

//  As a worker would, to where the file's dialect is known.
static int s_open (struct inspector *self, const char *path, object_pieces_t *pieces, struct error *error)
{
    self->built_in = catalog_new (NULL, error);
    if (!self->built_in)
        return error->code;
    int rc = preparation_read (&self->job, self->name, self->options, self->built_in, NULL, NULL, 0, error);
    self->job.interruption = self->interruption;
    if (rc != DMH_OK)
        return rc;
    return pieces ? preparation_open_object (&self->job, pieces, error)
                  : preparation_open (&self->job, path, NULL, error);
}

//  Which kind, and which column feeds which field; why not, where that cannot be told, is in *why.
static int s_bind (struct inspector *self, struct error *why, struct error *error)
{
    if (preparation_bind (&self->job, why) != DMH_OK && why->code == DMH_INTERNAL) {
        *error = *why;
        return error->code;
    }
    self->names = dialect_texts (&self->job.dialect);
    return self->names ? DMH_OK : s_memory (error);
}

static int s_score (struct inspector *self, struct inspection *out, struct error *error)
{
    struct error ignored = {.code = DMH_OK};
    const struct preparation *job = &self->job;
    //  s_forget frees the scores.
    const unpivot_t *unpivot = job->binding ? job->unpivot : NULL;
    int rc = kind_scores (job->catalog, unpivot ? unpivot->names : self->names,    //  NOLINT(*-unix.Malloc)
                          unpivot ? unpivot->name_count : job->dialect.name_count, job->mapping, self->name,
                          &self->scores, &out->score_count, &ignored);
    if (rc == DMH_BAD_INPUT)    //  the mapping does not fit the file: out->error says so
        return DMH_OK;
    if (rc != DMH_OK)
        return s_memory (error);
    out->scores = calloc (out->score_count + 1, sizeof *out->scores);
    if (!out->scores)
        return s_memory (error);
    for (size_t i = 0; i < out->score_count; i++) {
        struct inspection_score *score = &out->scores[i];
        snprintf (score->kind, sizeof score->kind, "%s", self->scores[i].match.schema->name);
        score->score = self->scores[i].score;
        kind_score_reason (&self->scores[i], score->reason, sizeof score->reason);
    }
    return DMH_OK;
}

//  The match of the kind that was asked for, else of the best; NULL when nothing is fed.
static const struct match *s_nearest (const struct inspector *self, const struct inspection *out)
{
    const char *wanted = preparation_kind (&self->job);
    if (!*wanted)
        wanted = self->job.mapping && self->job.mapping->kind ? self->job.mapping->kind : NULL;
    for (size_t i = 0; self->scores && i < out->score_count; i++) {
        const struct match *match = &self->scores[i].match;
        bool named = wanted && strcmp (wanted, match->schema->name) == 0;
        if (self->scores[i].error.code == DMH_OK && (wanted ? named : match->fed > 0))
            return match;
    }
    return NULL;
}

static int s_columns (struct inspector *self, struct inspection *out, struct error *error)
{
    out->column_count = self->job.dialect.name_count;
    out->columns = calloc (out->column_count + 1, sizeof *out->columns);
    if (!out->columns)
        return s_memory (error);
    const binding_t *binding = self->job.binding;
    const struct match *nearest = binding ? NULL : s_nearest (self, out);
    self->schema = binding ? binding->schema : nearest ? nearest->schema : NULL;
    if (binding) {
        snprintf (out->kind, sizeof out->kind, "%s", self->schema->name);
        out->score = binding->score;
    }
    if (self->schema)
        snprintf (out->guess, sizeof out->guess, "%s", self->schema->name);
    int rc = binding ? column_list_bound (binding, self->names, out->columns)
                     : column_list_guessed (nearest, self->names, out->column_count, out->columns);
    return rc == 0 ? DMH_OK : s_memory (error);
}

//  Which columns' values must not be kept. Where the first line may be data, all.
static int s_hide (const struct inspector *self, struct inspection *out, bool *secret)
{
    header_t *header = header_new (self->names, self->job.dialect.name_count, false);
    if (!header)
        return -1;
    bool data = !self->job.binding && header_looks_like_data (header);
    header_destroy (&header);
    for (size_t c = 0; c < out->column_count; c++) {
        struct inspection_column *column = &out->columns[c];
        int field = self->schema && column->field ? schema_field (self->schema, column->field) : FIELD_NONE;
        bool named = profile_is_secret (text_of (column->source));
        bool known = field != FIELD_NONE && self->job.binding && !column->made;
        column->secret =
            data || (field != FIELD_NONE && self->schema->fields[field].identifying) || (named && !known);
        secret[c] = column->secret;
    }
    return 0;
}

static bool s_is_unmapped (const struct inspector *self, int field, struct text value)
{
    const struct field *about = &self->schema->fields[field];
    struct text out;
    const value_map_t *mapped = self->job.binding ? self->job.binding->values[field] : NULL;
    if (mapped && value_map_find (mapped, value, &out) != RULE_CODE_UNMAPPED)
        return false;
    if (about->type == FIELD_UNIT)
        return unit_standardize (catalog_units (self->job.catalog), value, &out, NULL) == RULE_UNIT_INVALID;
    return about->codes && value_map_find (about->codes, value, &out) == RULE_CODE_UNMAPPED;
}

static void s_tell (const struct inspector *self, const profile_t *profile, struct inspection_column *to)
{
    profile_summarize (profile, self->least, &to->profile);
    int field = self->schema && to->field ? schema_field (self->schema, to->field) : FIELD_NONE;
    for (size_t i = 0; field != FIELD_NONE && !to->made && i < to->profile.value_count; i++)
        if (s_is_unmapped (self, field, text_of (to->profile.values[i].text)))
            to->unmapped[to->unmapped_count++] = to->profile.values[i];
}

//  The column of the identifying field that every record needs: it tells persons apart. -1: there is none.
static int s_person (const struct inspector *self, const struct inspection *out)
{
    for (size_t c = 0; self->schema && c < out->column_count; c++) {
        int field = out->columns[c].field ? schema_field (self->schema, out->columns[c].field) : FIELD_NONE;
        if (field != FIELD_NONE && self->schema->fields[field].required &&
            self->schema->fields[field].identifying)
            return NARROW (int, c);
    }
    return -1;
}

//  Without a kind any built-in one's markers of a missing value will do: they are the same.
static int s_survey (struct inspector *self, struct inspection *out, bool *barred, struct error *error)
{
    struct survey survey;
    struct plan plan = {.schema = NULL};
    //  The records of a wide table are not its rows: those are profiled, and judge nothing.
    const binding_t *binding = self->job.binding;
    const struct plan *judge = binding && !binding->unpivot ? &plan : NULL;
    if (binding)
        plan_make (&plan, binding, catalog_units (self->job.catalog), self->job.fallback, clock_wall_ms ());
    const missing_t *missing = (self->schema ? self->schema : catalog_at (self->built_in, 0))->missing;
    bool *secret = calloc (out->column_count + 1, sizeof *secret);
    int rc = secret && s_hide (self, out, secret) == 0 ? DMH_OK : s_memory (error);
    if (rc == DMH_OK)
        rc = survey_take (self->job.reader, &self->job.dialect, secret, s_person (self, out), missing,
                          binding ? binding->missing : NULL, judge, &survey, error);
    free (secret);
    if (rc != DMH_OK)
        return rc;
    //  A job would say so after its last record.
    for (size_t a = 0; survey.whole && a < self->job.dialect.awaited && out->error.code == DMH_OK; a++)
        if (!survey.met[a])
            preparation_miss (&self->job, self->job.dialect.name_count - self->job.dialect.awaited + a,
                              &out->error);
    if (out->error.code != DMH_OK)
        *out->kind = 0;
    out->records = survey.records;
    out->unusable = survey.unusable;
    out->bytes = survey.bytes;
    out->whole = survey.whole;
    for (size_t c = 0; c < out->column_count; c++)
        s_tell (self, survey.columns[c], &out->columns[c]);
    for (int column = -1;
         rc == DMH_OK && judge && (column = tally_contradicting (&survey.tally, &plan, column + 1)) >= 0;) {
        rc = preparation_bar (&self->job, column, error);
        *barred = true;
    }
    survey_clear (&survey);
    return rc;
}

static void s_forget (struct inspector *self)
{
    free (self->scores);
    free (self->names);
    preparation_clear (&self->job);
    catalog_destroy (&self->built_in);
}

static void s_describe (const struct dialect *dialect, struct inspection *out)
{
    snprintf (out->format, sizeof out->format, "%s", dialect->format ? dialect->format->name : "");
    snprintf (out->encoding, sizeof out->encoding, "%s", dialect->encoding);
    snprintf (out->compression, sizeof out->compression, "%s",
              dialect->compression ? dialect->compression : "");
    out->delimiter = dialect->delimiter;
    out->escape = dialect->escape;
    out->lines_above = dialect->lines_above;
    out->bom = dialect->bom;
}

static void s_forget_columns (struct inspection *self)
{
    for (size_t i = 0; self->columns && i < self->column_count; i++) {
        free (self->columns[i].source);
        free (self->columns[i].field);
        free (self->columns[i].by);
        free (self->columns[i].reason);
        free (self->columns[i].gives);
        for (size_t t = 0; t < self->columns[i].told_count; t++) {
            free (self->columns[i].told[t][0]);
            free (self->columns[i].told[t][1]);
        }
    }
    free (self->columns);
    free (self->scores);
    self->columns = NULL;
    self->scores = NULL;
    self->column_count = self->score_count = 0;
}

//  *again: values contradict the names of their columns, which are set aside from now on.
static int s_inspect (struct inspector *self, struct inspection *out, bool *again, struct error *error)
{
    s_forget_columns (out);
    free (self->names);
    free (self->scores);
    self->names = NULL;
    self->scores = NULL;
    *again = false;
    int rc = s_bind (self, &out->error, error);
    if (rc == DMH_OK)
        rc = s_score (self, out, error);
    if (rc == DMH_OK)
        rc = s_columns (self, out, error);
    return rc == DMH_OK ? s_survey (self, out, again, error) : rc;
}

//  At `path`, or of those pieces.
static int s_look (struct inspector *self, const char *path, object_pieces_t *pieces, struct inspection *out,
                   struct error *error)
{
    struct inspection inspection = {.score = 0};
    int rc = s_open (self, path, pieces, error);
    if (rc == DMH_OK)
        s_describe (&self->job.dialect, &inspection);
    //  That no kind can be told is part of the answer.
    bool told = rc == DMH_OK && preparation_choose (&self->job, &inspection.error) == DMH_OK;
    //  Again where values contradict their columns' names, as a job would.
    for (bool again = told; again && rc == DMH_OK;)
        rc = s_inspect (self, &inspection, &again, error);
    s_forget (self);
    if (rc == DMH_OK)
        *out = inspection;
    else
        inspection_clear (&inspection);
    return rc;
}

int inspection_of_file (const char *path, const char *name, const struct options *options, uint64_t least,
                        const struct interruption *interruption, struct inspection *out, struct error *error)
{
    struct inspector inspector = {.name = name, .options = options, .least = least};
    if (interruption)
        inspector.interruption = *interruption;
    return s_look (&inspector, path, NULL, out, error);
}

int inspection_of_object (const struct input *input, const char *folder, int interrupt,
                          const struct options *options, uint64_t least, struct inspection *out,
                          struct error *error)
{
    struct inspector inspector = {.name = input->name, .options = options, .least = least};
    zmq_pollitem_t stop = {NULL, interrupt, ZMQ_POLLIN, 0};
    object_input_t *object = object_input_new (input, NULL, stop, NULL, NULL, error);
    if (!object)
        return error->code;
    object_pieces_t *pieces = object_pieces_new (&object, folder);
    int rc = pieces ? s_look (&inspector, NULL, pieces, out, error) : s_memory (error);
    object_pieces_destroy (&pieces);
    return rc;
}

void inspection_clear (struct inspection *self)
{
    s_forget_columns (self);
    *self = (struct inspection){.score = 0};
}

int inspection_checks (const char *fail_on, struct error *error)
{
    return checks_know (fail_on, NULL, error);
}

int inspection_options (const struct options *options, struct error *error)
{
    char delimiter;
    int rc = delimiter_of (options->delimiter, &delimiter, "--delimiter", error);
    mapping_t *mapping = NULL;
    schema_t *schema = NULL;
    if (rc == DMH_OK && options->mapping &&
        !(mapping = mapping_read (options->mapping, strlen (options->mapping), options->mapping_name, error)))
        rc = error->code;
    if (rc == DMH_OK && options->schema &&
        !(schema = schema_read (options->schema, strlen (options->schema), options->schema_name, error)))
        rc = error->code;
    mapping_destroy (&mapping);
    schema_destroy (&schema);
    return rc == DMH_OK || rc == DMH_INTERNAL ? rc : (error->code = DMH_USAGE);
}

int inspection_format (const char *name, struct error *error)
{
    char names[ENCODER_NAMES_BYTES];
    return *name && encoder_find (name)
               ? DMH_OK
               : error_set (error, DMH_USAGE, "--format takes %s, not “%s”", encoder_names (names), name);
}

int inspection_tables (const struct options *options, char ***paths, size_t *count, struct error *error)
{
    struct error ignored;
    mapping_t *mapping = options->mapping ? mapping_read (options->mapping, strlen (options->mapping),
                                                          options->mapping_name, &ignored)
                                          : NULL;
    size_t found = mapping ? mapping->join_count : 0;
    int rc = DMH_OK;
    *count = 0;
    *paths = found ? calloc (found, sizeof **paths) : NULL;
    if (found && !*paths)
        rc = error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t j = 0; rc == DMH_OK && j < found; j++) {
        const char *table = mapping->joins[j].table, *folder = options->mapping_folder;
        bool absolute = table[0] == '/';
        if (asprintf (&(*paths)[j], "%s/%s", absolute || !folder ? "" : folder,
                      absolute ? table + 1 : table) < 0)
            rc = error_set (error, DMH_INTERNAL, "out of memory");
        else
            ++*count;
    }
    mapping_destroy (&mapping);
    return rc;
}
