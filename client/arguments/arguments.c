//  arguments.c: see arguments.h.
#include "client/arguments/arguments.h"

#include "client/arguments/input_spool.h"
#include "client/arguments/job_files.h"
#include "client/arguments/option_rows.h"
#include "client/arguments/time_point.h"
#include "messages/base/clock.h"
#include "messages/base/log.h"
#include "messages/s3/name.h"
#include "worker/inspect/inspection.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

//  One of `words` (ended by NULL), or nothing; copied into to [WORD_BYTES].
static int s_word (const char *option, const char *value, const char *const *words, const char *takes,
                   char *to, struct error *error)
{
    if (!value)
        return DMH_OK;
    for (; *words; words++)
        if (strcmp (value, *words) == 0) {
            snprintf (to, WORD_BYTES, "%s", value);
            return DMH_OK;
        }
    return error_set (error, DMH_USAGE, "--%s takes %s, not “%s”", option, takes, value);
}

static int s_priority (struct arguments *self, struct error *error)
{
    if (!self->priority)
        return DMH_OK;
    char *end;
    errno = 0;
    long long value = strtoll (self->priority, &end, 10);
    if (errno || end == self->priority || *end || value < -1000000 || value > 1000000)
        return error_set (error, DMH_USAGE,
                          "--priority takes a whole number from -1000000 to 1000000, not “%s”",
                          self->priority);
    self->options.priority = value;
    return DMH_OK;
}

//  As the broker takes it.
static int s_batch (const struct arguments *self, struct error *error)
{
    const char *name = self->batch;
    bool shown = *name && strlen (name) < NAME_BYTES && strcmp (name, ".") != 0 && strcmp (name, "..") != 0;
    for (const char *at = name; *at; at++)
        shown = shown && (unsigned char) *at >= ' ' && *at != 0x7f && *at != '/';
    return shown ? DMH_OK
                 : error_set (error, DMH_USAGE,
                              "--batch takes a name of at most 255 bytes, without / and control characters");
}

static int s_transfer (struct arguments *self, struct error *error)
{
    static const char *const WORDS[] = {"auto", "always", "never"};    //  as enum transfer_mode
    if (!self->transfer)
        return DMH_OK;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (strcmp (self->transfer, WORDS[i]) == 0) {
            self->transfer_mode = (enum transfer_mode) i;
            return DMH_OK;
        }
    return error_set (error, DMH_USAGE, "--transfer takes auto, always or never, not “%s”", self->transfer);
}

//  A kind, several with commas between them, or all.
static int s_kinds (struct arguments *self, struct error *error)
{
    static const char *const KINDS[KINDS_MAX] = {"patient", "lab_result", "imaging_study", "sequence",
                                                 "variant"};
    enum { FHIR_KINDS = 3 };    //  the first ones, which are all that a file may hold beside one another
    bool wanted[KINDS_MAX] = {false};
    if (self->kind && self->schema) {    //  the schema's name; dmh need not know it
        if (snprintf (self->options.kind, WORD_BYTES, "%s", self->kind) >= WORD_BYTES)
            return error_set (error, DMH_USAGE, "--kind takes a name of at most 31 letters, not “%.60s”",
                              self->kind);
        return DMH_OK;
    }
    for (const char *at = self->kind; at;) {
        size_t n = strcspn (at, ","), known = 0;
        bool all = n == 3 && strncmp (at, "all", n) == 0;
        for (size_t k = 0; k < KINDS_MAX; k++)
            if ((all && k < FHIR_KINDS) || (strlen (KINDS[k]) == n && strncmp (at, KINDS[k], n) == 0)) {
                wanted[k] = true;
                known++;
            }
        if (!known)
            return error_set (error, DMH_USAGE,
                              "--kind takes patient, lab_result, imaging_study, sequence or variant, several "
                              "of them with commas, or all, not “%s”",
                              self->kind);
        at = at[n] ? at + n + 1 : NULL;
    }
    for (size_t k = 0; k < KINDS_MAX; k++)
        if (wanted[k])
            self->kinds[self->kind_count++] = KINDS[k];
    if (self->kind_count == 1)
        snprintf (self->options.kind, sizeof self->options.kind, "%s", self->kinds[0]);
    return DMH_OK;
}

//  A word, or newest: and a name; whether that is a field or a column the worker knows.
static int s_on_conflict (struct arguments *self, struct error *error)
{
    static const char *const WORDS[] = {"first", "last", "fail"};
    const char *given = self->on_conflict;
    bool known = strncmp (given, "newest:", 7) == 0 && given[7] && strlen (given) < NAME_BYTES;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        known = known || strcmp (given, WORDS[i]) == 0;
    if (!known)
        return error_set (error, DMH_USAGE,
                          "--on-conflict takes first, last, newest:FIELD or fail, not “%.60s”", given);
    snprintf (self->options.on_conflict, NAME_BYTES, "%s", given);
    return DMH_OK;
}

//  Options that take one of some words.
static int s_words (struct arguments *self, struct error *error)
{
    static const char *const AUDITS[] = {"summary", "full", NULL};
    static const char *const ORDERS[] = {"mdy", "dmy", "ymd", NULL};
    static const char *const MARKS[] = {"point", "comma", NULL};
    static const char *const STYLES[] = {"chr", "plain", "refseq", "genbank", NULL};
    static const char *const ENCODINGS[] = {"utf-8", "utf-16le", "utf-16be", "windows-1252", "latin-1", NULL};
    struct options *options = &self->options;
    int rc = s_word ("date-order", self->date_order, ORDERS, "mdy, dmy or ymd", options->date_order, error);
    if (rc == DMH_OK)
        rc = s_word ("decimal", self->decimal, MARKS, "point or comma", options->decimal, error);
    if (rc == DMH_OK)
        rc = s_word ("audit", self->audit, AUDITS, "summary or full", options->audit, error);
    if (rc == DMH_OK)
        rc = s_word ("contig-style", self->contig_style, STYLES, "chr, plain, refseq or genbank",
                     options->contig_style, error);
    if (rc == DMH_OK)
        rc = s_word ("encoding", self->encoding, ENCODINGS,
                     "utf-8, utf-16le, utf-16be, windows-1252 or latin-1", options->encoding, error);
    return rc;
}

//  What --files-from, --base and --skip-done need.
static int s_inputs (const struct arguments *self, struct error *error)
{
    struct stat about;
    if (self->base && !self->files_from)
        return error_set (error, DMH_USAGE,
                          "--base says what the paths of a list are relative to; give one with --files-from");
    if (self->base && (stat (self->base, &about) != 0 || !S_ISDIR (about.st_mode)))
        return error_set (error, DMH_USAGE, "--base %s is no folder", self->base);
    return DMH_OK;
}

//  One table over many files is made of tables.
static int s_no_table (const struct arguments *self, const char *format, struct error *error)
{
    if (strcmp (format, "sqlite") != 0)
        return error_set (
            error, DMH_USAGE,
            "--%s makes one table, and %s is none; give --format csv or ndjson, and run once more "
            "without --%s for %s",
            self->join ? "join" : "dataset", format, self->join ? "join" : "dataset", format);
    if (self->join)
        return error_set (
            error, DMH_USAGE,
            "--join writes csv or ndjson; for one table a kind in SQLite give --dataset DIR and "
            "no --format, or load what --join writes with dmh report --loader sql");
    return error_set (error, DMH_USAGE,
                      "--dataset takes --format csv or ndjson of the results beside it; the set itself is a "
                      "database of SQLite");
}

static int s_format (struct arguments *self, struct error *error)
{
    struct options *options = &self->options;
    int rc = self->format ? inspection_format (self->format, error) : DMH_OK;
    if (self->format)
        snprintf (options->format, sizeof options->format, "%.*s", WORD_BYTES - 1, self->format);
    bool table =
        !*options->format || strcmp (options->format, "csv") == 0 || strcmp (options->format, "ndjson") == 0;
    if (rc == DMH_OK && (self->join || self->dataset) && !table)
        rc = s_no_table (self, options->format, error);
    if (rc == DMH_OK && self->then && (!table || strcmp (self->then, TASK_STATISTICS) != 0))
        rc = error_set (error, DMH_USAGE, "--then takes statistics, of results that are csv or ndjson");
    if (rc == DMH_OK && self->dataset && !*self->dataset)
        rc = error_set (error, DMH_USAGE, "--dataset needs the name of a folder");
    return rc;
}

int arguments_check_job (struct arguments *self, struct error *error)
{
    struct options *options = &self->options;
    int rc = s_kinds (self, error);
    if (rc == DMH_OK)
        rc = s_format (self, error);
    if (rc == DMH_OK)
        rc = s_words (self, error);
    if (rc == DMH_OK && self->delimiter && (!*self->delimiter || strlen (self->delimiter) >= WORD_BYTES))
        rc = error_set (
            error, DMH_USAGE,
            "--delimiter takes a character, or comma, semicolon, tab, pipe, caret, tilde, colon or "
            "space");
    if (rc == DMH_OK && self->delimiter)
        snprintf (options->delimiter, sizeof options->delimiter, "%s", self->delimiter);
    if (rc == DMH_OK)
        rc = s_priority (self, error);
    if (rc == DMH_OK && self->on_conflict)
        rc = s_on_conflict (self, error);
    if (rc == DMH_OK && self->fail_on &&
        snprintf (options->fail_on, sizeof options->fail_on, "%s", self->fail_on) >= NAME_BYTES)
        rc = error_set (error, DMH_USAGE, "--fail-on takes at most 255 letters; write a category, or any");
    if (rc == DMH_OK && self->fail_on)
        rc = error->code = inspection_checks (self->fail_on, error) == DMH_OK ? DMH_OK : DMH_USAGE;
    if (rc == DMH_OK && self->batch)
        rc = s_batch (self, error);
    options->threads = self->threads;
    options->block_bytes = self->block_bytes;
    options->strict = self->strict;
    options->record_bytes = self->record_bytes;
    options->split_bytes = self->split_bytes == SPLIT_BYTES_UNSAID ? 0 : self->split_bytes + 1;
    return rc;
}

static int s_check (struct arguments *self, struct error *error)
{
    enum log_format log_format;
    enum log_level log_level;
    enum job_state state;
    int rc = arguments_check_job (self, error);
    if (rc == DMH_OK)
        rc = log_options (self->log_format, self->log_level, &log_format, &log_level, error);
    if (rc == DMH_OK && self->state && job_state_of (self->state, &state) != DMH_OK)
        rc = error_set (error, DMH_USAGE,
                        "--state takes queued, running, done, failed or cancelled, not “%s”", self->state);
    if (rc == DMH_OK && self->since)
        rc = time_point_read ("since", self->since, clock_wall_ms (), &self->since_ms, error);
    if (rc == DMH_OK)
        rc = s_transfer (self, error);
    if (rc == DMH_OK)
        rc = s_inputs (self, error);
    if (rc == DMH_OK && self->folder && s3_name_is (self->folder))
        rc = error_set (error, DMH_USAGE,
                        "-o needs a folder here; results go to an object store by dmh-worker --results-to");
    if (rc == DMH_OK && self->folder && !*self->folder)
        rc = error_set (error, DMH_USAGE, "-o needs the name of a folder");
    if (rc == DMH_OK)
        rc = job_files_read (self, error);
    if (rc == DMH_OK)
        rc = inspection_options (&self->options, error);
    if (rc == DMH_OK)
        log_open ("client", log_format, log_level);
    return rc;
}

//  Options of `set`, and behind them those of others, whose they are in `texts`.
static size_t s_known (struct arguments *self, unsigned set, arguments_owners_fn *owners,
                       struct setting out[OPTION_ROWS_MAX], char texts[OPTION_ROWS_MAX][OWNERS_BYTES])
{
    struct setting all[OPTION_ROWS_MAX];
    size_t own = option_rows (self, set, out), count = own, all_count = option_rows (self, ~0u, all);
    for (size_t i = 0; i < all_count && count < OPTION_ROWS_MAX; i++) {
        bool known = false;
        for (size_t k = 0; !known && k < count; k++)
            known = strcmp (out[k].name, all[i].name) == 0;
        if (known)
            continue;
        owners (all[i].name, texts[count]);
        out[count] = all[i];
        out[count].elsewhere = texts[count];
        count++;
    }
    return count;
}

static int s_read (struct arguments *self, unsigned set, arguments_owners_fn *owners, int argc, char **argv,
                   struct error *error)
{
    struct setting settings[OPTION_ROWS_MAX];
    char texts[OPTION_ROWS_MAX][OWNERS_BYTES];
    int rc = settings_read (settings, option_rows (self, set, settings), argc, argv, self->words,
                            &self->word_count, error);
    //  What is wrong is said with what others know.
    return rc == DMH_OK ? rc
                        : settings_read (settings, s_known (self, set, owners, settings, texts), argc, argv,
                                         self->words, &self->word_count, error);
}

int arguments_read (struct arguments *self, unsigned set, arguments_owners_fn *owners, int argc, char **argv,
                    struct error *error)
{
    const char *broker = getenv ("DMH_BROKER");
    *self = (struct arguments){.log_format = "text",
                               .log_level = "none",
                               .timeout = 5,
                               .min_count = 5,
                               .count = 1,
                               .start_seconds = 60,
                               .idle_seconds = 60};
    self->stdin_bytes = STDIN_BYTES;
    self->split_bytes = SPLIT_BYTES_UNSAID;
    self->folders = (set & ARGUMENTS_INPUTS) != 0;
    self->sizes = self->folders && (set & ARGUMENTS_BROKER);
    self->broker = broker && *broker ? broker : NULL;
    self->key = getenv ("DMH_KEY");
    self->server_key = getenv ("DMH_SERVER_KEY");
    self->words = calloc ((size_t) argc + 1, sizeof *self->words);
    if (!self->words)
        return error_set (error, DMH_INTERNAL, "out of memory");
    int rc = s_read (self, set, owners, argc, argv, error);
    return rc == DMH_OK && !self->help && !self->version ? s_check (self, error) : rc;
}

bool arguments_has (unsigned set, const char *option)
{
    struct arguments none;
    struct setting settings[OPTION_ROWS_MAX];
    size_t count = option_rows (&none, set, settings);
    for (size_t i = 0; i < count; i++)
        if (strcmp (settings[i].name, option) == 0)
            return true;
    return false;
}

void arguments_help (unsigned set, FILE *to)
{
    struct arguments none;
    struct setting settings[OPTION_ROWS_MAX];
    settings_help (settings, option_rows (&none, set, settings), to);
}

void arguments_list (unsigned set, FILE *to)
{
    struct arguments none;
    struct setting settings[OPTION_ROWS_MAX];
    settings_list (settings, option_rows (&none, set, settings), to);
}

void arguments_clear (struct arguments *self)
{
    free (self->options.mapping);
    free (self->options.mapping_folder);
    free (self->options.reference);
    free (self->options.schema);
    free (self->options.tables);
    free (self->words);
    *self = (struct arguments){.kind = NULL};
}
