//  arguments.c: see arguments.h.
#include "client/arguments/arguments.h"

#include "client/arguments/inputs.h"
#include "client/arguments/text_file.h"
#include "messages/base/log.h"
#include "worker/inspect/inspection.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { SETTINGS_MAX = 48 };

struct row {
    unsigned set;
    struct setting setting;
};

static size_t s_pick (const struct row *rows, size_t count, unsigned set, struct setting *out)
{
    size_t picked = 0;
    for (size_t i = 0; i < count; i++)
        if (rows[i].set & (set | 1u << 31))
            out[picked++] = rows[i].setting;
    return picked;
}

//  How much a job may take.
static size_t s_limit_settings (struct arguments *self, unsigned set, struct setting out[SETTINGS_MAX])
{
    const struct row rows[] = {
        {ARGUMENTS_WORK,
         {"record-bytes", "N", "the longest record (16777216)", .number = &self->record_bytes, .least = 4096,
          .most = 256 * 1024 * 1024}},
        {ARGUMENTS_WORK,
         {"output-bytes", "N", "of records, rejects and audit at most (256 MiB and 256 a byte of the input)",
          .number = &self->options.output_bytes, .least = 1, .most = LIMIT_BYTES_MOST}},
        {ARGUMENTS_JOB,
         {"unpacked-bytes", "N",
          "of a compressed input, unpacked, at most (1 GiB and 250 a byte of the file)",
          .number = &self->options.unpacked_bytes, .least = 1, .most = LIMIT_BYTES_MOST}},
        {ARGUMENTS_JOB,
         {"stdin-bytes", "N", "of standard input at most, which is kept in a file (16 GiB)",
          .number = &self->stdin_bytes, .least = 1, .most = LIMIT_BYTES_MOST}},
        {ARGUMENTS_WORK,
         {"time-limit", "SECONDS", "the job fails when it runs for longer (never)",
          .number = &self->options.time_limit, .least = 1, .most = LIMIT_SECONDS_MOST}},
        {ARGUMENTS_WORK,
         {"stall-seconds", "N", "without a byte after which it is tried elsewhere (600)",
          .number = &self->options.stall_seconds, .least = 1, .most = LIMIT_SECONDS_MOST}},
    };
    return s_pick (rows, sizeof rows / sizeof *rows, set, out);
}

//  What is said of a job.
static size_t s_job_settings (struct arguments *self, unsigned set, struct setting out[SETTINGS_MAX])
{
    const struct row rows[] = {
        {ARGUMENTS_FOLDER, {"o", "DIR", "where results go", .text = &self->folder}},
        {ARGUMENTS_FILE, {"o", "FILE", "where the records go; - for standard output", .text = &self->file}},
        {ARGUMENTS_WAIT, {"wait", NULL, "stay until the jobs have ended", .flag = &self->wait}},
        {ARGUMENTS_JOB,
         {"kind", "KIND",
          "patient, lab_result or imaging_study (found when absent); of FHIR also several, or all",
          .text = &self->kind}},
        {ARGUMENTS_JOB,
         {"schema", "FILE", "a kind of records of your own (dmh schema check FILE)", .text = &self->schema}},
        {ARGUMENTS_JOB,
         {"mapping", "FILE", "which column feeds which field, where dmh would not know",
          .text = &self->mapping}},
        {ARGUMENTS_JOB,
         {"encoding", "NAME", "utf-8, utf-16le, utf-16be, windows-1252 or latin-1 (found when absent)",
          .text = &self->encoding}},
        {ARGUMENTS_JOB,
         {"delimiter", "CHAR", "of CSV: a character, or comma, semicolon, tab, pipe … (found when absent)",
          .text = &self->delimiter}},
        {ARGUMENTS_JOB,
         {"no-header", NULL, "the first line is a record; columns are column_1, column_2 …",
          .flag = &self->options.no_header}},
        {ARGUMENTS_WORK,
         {"format", "FORMAT", "of the records: csv (default), ndjson or fhir", .text = &self->format}},
        {ARGUMENTS_WORK,
         {"date-order", "ORDER", "mdy, dmy or ymd where a column's values do not tell",
          .text = &self->date_order}},
        {ARGUMENTS_WORK,
         {"decimal", "MARK", "point or comma where a column's numbers do not tell", .text = &self->decimal}},
        {ARGUMENTS_WORK,
         {"audit", "HOW", "summary (default), or full: each changed value", .text = &self->audit}},
        {ARGUMENTS_WORK,
         {"on-conflict", "WHICH",
          "of records with one key: first, last, newest:FIELD or fail (as the kind has it)",
          .text = &self->on_conflict}},
        {ARGUMENTS_WORK,
         {"fail-on", "CHECK",
          "the job fails when a check of its report does: names or conformance, completeness, plausibility, "
          "any; several with commas",
          .text = &self->fail_on}},
        {ARGUMENTS_WORK,
         {"strict", NULL, "exit with 3 when a record was rejected or in conflict", .flag = &self->strict}},
        {ARGUMENTS_WORK,
         {"threads", "N", "threads of one job (as many as CPUs)", .number = &self->threads, .least = 1,
          .most = 256}},
        {ARGUMENTS_WORK,
         {"block-bytes", "N", "input read at once", .number = &self->block_bytes, .least = 4096,
          .most = 4 * 1024 * 1024}},
        {ARGUMENTS_WORK, {"priority", "N", "higher goes first (0)", .text = &self->priority}},
    };
    return s_pick (rows, sizeof rows / sizeof *rows, set, out);
}

static size_t s_settings (struct arguments *self, unsigned set, struct setting out[SETTINGS_MAX])
{
    size_t count = s_job_settings (self, set, out);
    count += s_limit_settings (self, set, out + count);
    const struct row rows[] = {
        {ARGUMENTS_LIST,
         {"state", "STATE", "only queued, running, done, failed or cancelled jobs", .text = &self->state}},
        {ARGUMENTS_LIST,
         {"limit", "N", "as many jobs at most (32)", .number = &self->limit, .least = 1, .most = 100000}},
        {ARGUMENTS_BROKER,
         {"broker", "ENDPOINT",
          "the broker's front, or a list with commas (DMH_BROKER, or this user's own broker here)",
          .text = &self->broker}},
        {ARGUMENTS_BROKER,
         {"timeout", "SECONDS", "how long an answer may take (5)", .number = &self->timeout, .least = 1,
          .most = 3600}},
        {ARGUMENTS_INSPECT,
         {"write-mapping", "FILE", "write what was found as a mapping to edit",
          .text = &self->write_mapping}},
        {ARGUMENTS_INSPECT,
         {"min-count", "N", "show no value that stands in fewer records (5)", .number = &self->min_count,
          .least = 2, .most = 1000000000}},
        {ARGUMENTS_BROKER,
         {"key", "FILE", "your key, for a broker that has keys (DMH_KEY); see dmh keys", .text = &self->key}},
        {ARGUMENTS_BROKER,
         {"server-key", "FILE", "the broker's server.pub, or its public key (DMH_SERVER_KEY)",
          .text = &self->server_key}},
        {ARGUMENTS_TRANSFER,
         {"transfer", "HOW",
          "files go through the broker: auto (where a disk is not shared), always or never",
          .text = &self->transfer}},
        {ARGUMENTS_KEYS,
         {"keys", "DIR", "the folder of the keys ($XDG_CONFIG_HOME/dmh/keys)", .text = &self->keys}},
        {ARGUMENTS_KEYS,
         {"rights", "RIGHTS", "new: allow it here, too: client, worker, observer, admin …",
          .text = &self->rights}},
        {ARGUMENTS_KEYS,
         {"sign", NULL, "new: a pair that signs results, for --sign-key", .flag = &self->sign}},
        {ARGUMENTS_VERIFY,
         {"input", "FILE", "read the input again and follow each of its records", .text = &self->input}},
        {ARGUMENTS_VERIFY,
         {"digest", NULL, "print the line to keep elsewhere: the SHA-256 of report.json",
          .flag = &self->digest}},
        {ARGUMENTS_VERIFY,
         {"job", "JOB", "compare with what the broker keeps of that job", .text = &self->job}},
        {ARGUMENTS_VERIFY,
         {"verify-key", "FILE", "check report.json.sig: the NAME.verify.pem of who signed",
          .text = &self->verify_key}},
        {ARGUMENTS_SIGN,
         {"sign-key", "FILE", "sign each report.json (dmh keys new --sign NAME)", .text = &self->sign_key}},
        {ARGUMENTS_QUIET, {"quiet", NULL, "no progress and no table", .flag = &self->quiet}},
        {~0u, {"json", NULL, "one JSON object a line on standard output", .flag = &self->json}},
        {ARGUMENTS_LOG, {"log-format", "WORD", "text or json", .text = &self->log_format}},
        {ARGUMENTS_LOG,
         {"log-level", "WORD", "debug, info, warning, error or none (none)", .text = &self->log_level}},
        {~0u, {"help", NULL, "this page", .flag = &self->help}},
    };
    return count + s_pick (rows, sizeof rows / sizeof *rows, set, out + count);
}

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

//  The mapping's text, and its folder: its tables' paths begin there, wherever the worker runs.
static int s_mapping (struct arguments *self, struct error *error)
{
    char path[PATH_MAX];
    struct options *options = &self->options;
    int rc = text_file_read ("the mapping", self->mapping, &options->mapping, options->mapping_name, error);
    if (rc != DMH_OK)
        return rc;
    if (!realpath (self->mapping, path))
        return error_set (error, DMH_USAGE, "the mapping %s cannot be read: %s", self->mapping,
                          strerror (errno));
    char *slash = strrchr (path, '/');
    slash[slash == path] = 0;
    options->mapping_folder = strdup (path);
    return options->mapping_folder ? DMH_OK : error_set (error, DMH_INTERNAL, "out of memory");
}

static int s_schema (struct arguments *self, struct error *error)
{
    struct options *options = &self->options;
    int rc = text_file_read ("the schema", self->schema, &options->schema, options->schema_name, error);
    if (rc == DMH_OK && options->mapping &&
        strlen (options->schema) + strlen (options->mapping) > MAPPING_BYTES_MAX)
        rc = error_set (error, DMH_USAGE, "the schema %s and the mapping %s together are longer than 48 KiB",
                        self->schema, self->mapping);
    return rc;
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
    static const char *const KINDS[KINDS_MAX] = {"patient", "lab_result", "imaging_study"};
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
            if (all || (strlen (KINDS[k]) == n && strncmp (at, KINDS[k], n) == 0)) {
                wanted[k] = true;
                known++;
            }
        if (!known)
            return error_set (error, DMH_USAGE,
                              "--kind takes patient, lab_result or imaging_study, several of them with "
                              "commas, or all, not “%s”",
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
    static const char *const ENCODINGS[] = {"utf-8", "utf-16le", "utf-16be", "windows-1252", "latin-1", NULL};
    struct options *options = &self->options;
    int rc = s_word ("date-order", self->date_order, ORDERS, "mdy, dmy or ymd", options->date_order, error);
    if (rc == DMH_OK)
        rc = s_word ("decimal", self->decimal, MARKS, "point or comma", options->decimal, error);
    if (rc == DMH_OK)
        rc = s_word ("audit", self->audit, AUDITS, "summary or full", options->audit, error);
    if (rc == DMH_OK)
        rc = s_word ("encoding", self->encoding, ENCODINGS,
                     "utf-8, utf-16le, utf-16be, windows-1252 or latin-1", options->encoding, error);
    return rc;
}

static int s_check (struct arguments *self, struct error *error)
{
    struct options *options = &self->options;
    enum log_format log_format;
    enum log_level log_level;
    enum job_state state;
    int rc = s_kinds (self, error);
    if (rc == DMH_OK && self->format) {
        rc = inspection_format (self->format, error);
        snprintf (options->format, sizeof options->format, "%.*s", WORD_BYTES - 1, self->format);
    }
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
    if (rc == DMH_OK && log_format_of (self->log_format, &log_format) != DMH_OK)
        rc = error_set (error, DMH_USAGE, "--log-format takes text or json, not “%s”", self->log_format);
    if (rc == DMH_OK && log_level_of (self->log_level, &log_level) != DMH_OK)
        rc = error_set (error, DMH_USAGE, "--log-level takes debug, info, warning, error or none, not “%s”",
                        self->log_level);
    if (rc == DMH_OK && self->state && job_state_of (self->state, &state) != DMH_OK)
        rc = error_set (error, DMH_USAGE,
                        "--state takes queued, running, done, failed or cancelled, not “%s”", self->state);
    if (rc == DMH_OK)
        rc = s_transfer (self, error);
    if (rc == DMH_OK && self->folder && !*self->folder)
        rc = error_set (error, DMH_USAGE, "-o needs the name of a folder");
    if (rc == DMH_OK && self->mapping)
        rc = s_mapping (self, error);
    if (rc == DMH_OK && self->schema)
        rc = s_schema (self, error);
    if (rc == DMH_OK && self->on_conflict)
        rc = s_on_conflict (self, error);
    if (rc == DMH_OK && self->fail_on &&
        snprintf (options->fail_on, sizeof options->fail_on, "%s", self->fail_on) >= NAME_BYTES)
        rc = error_set (error, DMH_USAGE, "--fail-on takes at most 255 letters; write a category, or any");
    if (rc == DMH_OK && self->fail_on)
        rc = error->code = inspection_checks (self->fail_on, error) == DMH_OK ? DMH_OK : DMH_USAGE;
    if (rc == DMH_OK)
        log_open ("client", log_format, log_level);
    options->threads = self->threads;
    options->block_bytes = self->block_bytes;
    options->strict = self->strict;
    options->record_bytes = self->record_bytes;
    return rc;
}

int arguments_read (struct arguments *self, unsigned set, int argc, char **argv, struct error *error)
{
    struct setting settings[SETTINGS_MAX];
    const char *broker = getenv ("DMH_BROKER");
    *self = (struct arguments){.log_format = "text", .log_level = "none", .timeout = 5, .min_count = 5};
    self->stdin_bytes = STDIN_BYTES;
    self->broker = broker && *broker ? broker : NULL;
    self->key = getenv ("DMH_KEY");
    self->server_key = getenv ("DMH_SERVER_KEY");
    self->words = calloc ((size_t) argc + 1, sizeof *self->words);
    if (!self->words)
        return error_set (error, DMH_INTERNAL, "out of memory");
    size_t count = s_settings (self, set, settings);
    int rc = settings_read (settings, count, argc, argv, self->words, &self->word_count, error);
    return rc == DMH_OK && !self->help ? s_check (self, error) : rc;
}

void arguments_help (unsigned set, FILE *to)
{
    struct arguments none;
    struct setting settings[SETTINGS_MAX];
    settings_help (settings, s_settings (&none, set, settings), to);
}

void arguments_clear (struct arguments *self)
{
    free (self->options.mapping);
    free (self->options.mapping_folder);
    free (self->options.schema);
    free (self->options.tables);
    free (self->words);
    *self = (struct arguments){.kind = NULL};
}
