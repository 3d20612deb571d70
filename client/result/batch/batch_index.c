//  batch_index.c: see batch_index.h.
#define _GNU_SOURCE
#include "client/result/batch/batch_index.h"

#include "client/arguments/own_results.h"
#include "client/result/batch/batch_entry.h"
#include "client/result/batch/scratch_folder.h"
#include "client/result/folder_tree.h"
#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"
#include "client/result/result_folder.h"
#include "messages/base/clock.h"
#include "messages/base/digest.h"
#include "messages/files/folder_sync.h"
#include "messages/files/whole_file.h"
#include "messages/json/writer.h"
#include "messages/text/replace.h"
#include "messages/uri.h"
#include "messages/version.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

enum {
    WRITE_MS = 1000,
    SHARE = 20,
    LOCK_LOOKS = 40,
    LOOK_MS = 50
};    //  at most a twentieth of the time goes into it

//  Inputs that failed are hashed for the index alone: not those that take long.
static const uint64_t HASHED_BYTES_MOST = 64 * 1024 * 1024;

struct batch_index {
    const char *root;
    const struct outcome *outcomes;
    size_t count, passed_over;
    char (*sha256)[HEX_BYTES];    //  [count] of inputs without a result; empty: not known yet
    int64_t started_at, next_at;
};

batch_index_t *batch_index_new (const char *root, const struct outcome *outcomes, size_t count,
                                size_t passed_over)
{
    batch_index_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->root = root;
    self->outcomes = outcomes;
    self->count = count;
    self->passed_over = passed_over;
    self->started_at = clock_wall_ms ();
    self->sha256 = calloc (count + 1, sizeof *self->sha256);
    if (!self->sha256)
        batch_index_destroy (&self);
    return self;
}

void batch_index_destroy (batch_index_t **self_p)
{
    batch_index_t *self = *self_p;
    if (!self)
        return;
    free (self->sha256);
    free (self);
    *self_p = NULL;
}

//  Of what has a result its report says it; what failed is hashed once, unless it is large.
static const char *s_sha256 (const batch_index_t *self, size_t i, bool failed)
{
    const struct outcome *outcome = &self->outcomes[i];
    char path[URI_BYTES];
    if (outcome->findings)
        return outcome->findings->input_sha256;
    if (!outcome->input)
        return self->sha256[i];
    if (*outcome->input->sha256)
        return outcome->input->sha256;
    if (failed && !*self->sha256[i] && outcome->input->uri && outcome->input->bytes <= HASHED_BYTES_MOST &&
        uri_to_path (outcome->input->uri, path, sizeof path, NULL) == DMH_OK &&
        digest_of_file (path, self->sha256[i], NULL, NULL) != DMH_OK)
        *self->sha256[i] = 0;
    return self->sha256[i];
}

static void s_put_outcome (const batch_index_t *self, size_t i, const struct batch_entry_writer *to)
{
    const struct outcome *outcome = &self->outcomes[i];
    const struct job_record *record = &outcome->record;
    bool refused = outcome->error.code != DMH_OK, done = job_state_is (record->state, JOB_DONE);
    bool failed = refused || job_state_is (record->state, JOB_FAILED);
    char *result = NULL;
    struct batch_entry entry = {.path = outcome->word,
                                .sha256 = s_sha256 (self, i, failed),
                                .kind = *record->kind ? record->kind : outcome->kind,
                                .state = refused          ? "failed"
                                         : *record->state ? record->state
                                                          : "queued",
                                .code = refused ? error_word (outcome->error.code) : record->code,
                                .error = refused ? outcome->error.text : record->message,
                                .job = record->job,
                                .counts = record->counts,
                                .counted = (done && !refused) || outcome->folder};
    if (outcome->folder)
        result = outcome->skipped ? strdup (outcome->place) : result_folder_name_of (record, outcome->place);
    entry.result = result;
    batch_entry_put (to, &entry);
    free (result);
}

//  Whether one of these outcomes has the place, or had it with .failed behind it.
static bool s_is_replaced (zhashx_t *places, const char *result)
{
    static const char FAILED[] = ".failed";
    size_t n = strlen (result), end = sizeof FAILED - 1;
    bool is = zhashx_lookup (places, result) != NULL;
    if (!is && n > end && strcmp (result + n - end, FAILED) == 0) {
        char *plain = strndup (result, n - end);
        is = plain && zhashx_lookup (places, plain);
        free (plain);
    }
    return is;
}

static bool s_climbs (const char *path)
{
    for (const char *at = path; at; at = strchr (at, '/')) {
        at += *at == '/';
        if (strncmp (at, "..", 2) == 0 && (at[2] == '/' || at[2] == 0))
            return true;
    }
    return false;
}

static bool s_stays (const batch_index_t *self, zhashx_t *places, const char *result)
{
    if (!*result || *result == '/' || s_climbs (result) || s_is_replaced (places, result))
        return false;
    char *folder = folder_tree_join (self->root, result);
    bool is = folder && own_result_is (folder);
    free (folder);
    return is;
}

//  What was there before, and stays.
struct others {
    const struct json_value **at;    //  [count]; borrowed
    size_t count;
};

//  false: out of memory.
static bool s_find_others (const batch_index_t *self, const struct json_value *before, struct others *out)
{
    const struct json_value *inputs = json_value_member (before, "inputs");
    zhashx_t *places = zhashx_new ();
    out->at = calloc ((inputs ? inputs->count : 0) + 1, sizeof *out->at);
    for (size_t i = 0; places && i < self->count; i++)
        zhashx_insert (places, self->outcomes[i].place, (void *) (uintptr_t) self->outcomes[i].place);
    bool good = places && out->at;
    for (const struct json_value *at = good ? report_first (before, "inputs") : NULL; at; at = at->next)
        if (s_stays (self, places, report_text (at, "result")))
            out->at[out->count++] = at;
    zhashx_destroy (&places);
    return good;
}

static void s_put_other (const struct json_value *at, const struct batch_entry_writer *to)
{
    const struct json_value *counts = json_value_member (at, "counts");
    struct batch_entry entry = {.path = report_text (at, "path"),
                                .sha256 = report_text (at, "sha256"),
                                .result = report_text (at, "result"),
                                .kind = report_text (at, "kind"),
                                .state = report_text (at, "state"),
                                .code = report_text (at, "code"),
                                .error = report_text (at, "error"),
                                .job = report_text (at, "job"),
                                .counts = report_counts (counts),
                                .counted = json_value_is (counts, JSON_OBJECT)};
    batch_entry_put (to, &entry);
}

//  How many inputs of the index are in which state, and the records of those that are done.
struct totals {
    size_t states[JOB_STATE_COUNT];
    struct counts sum;
};

static void s_add (struct totals *self, const char *word, const struct counts *counts)
{
    enum job_state state = JOB_QUEUED;
    if (job_state_of (word, &state) != DMH_OK)
        state = JOB_QUEUED;
    self->states[state]++;
    if (state == JOB_DONE)
        counts_add (&self->sum, counts);
}

//  The tables of a job that joins others are made of their results, and no input.
static bool s_is_input (const struct outcome *outcome)
{
    return outcome->record.follows == 0;
}

//  Of the same inputs that are listed: those of before, too.
static void s_put_totals (const batch_index_t *self, const struct others *others, json_writer_t *json)
{
    struct totals totals = {.states = {0}};
    size_t skipped = 0, inputs = others->count;
    for (size_t i = 0; i < others->count; i++) {
        const struct counts counts = report_counts (json_value_member (others->at[i], "counts"));
        s_add (&totals, report_text (others->at[i], "state"), &counts);
    }
    for (size_t i = 0; i < self->count; i++) {
        const struct outcome *outcome = &self->outcomes[i];
        bool refused = outcome->error.code != DMH_OK;
        if (!s_is_input (outcome))
            continue;
        inputs++;
        s_add (&totals, refused ? job_state_word (JOB_FAILED) : outcome->record.state,
               &outcome->record.counts);
        skipped += outcome->skipped;
    }
    json_writer_object (json, "counts");
    json_writer_number (json, "inputs", inputs);
    for (enum job_state state = JOB_QUEUED; state < JOB_STATE_COUNT; state++)
        json_writer_number (json, job_state_word (state), totals.states[state]);
    json_writer_number (json, "skipped", skipped);
    json_writer_number (json, "passed_over", self->passed_over);
    batch_entry_put_counts (json, &totals.sum);
    json_writer_close (json);
}

static void s_put_all (const batch_index_t *self, bool over, const struct others *others,
                       const struct batch_entry_writer *to)
{
    char text[CLOCK_TEXT_BYTES];
    json_writer_t *json = to->json;
    json_writer_object (json, NULL);
    json_writer_string (json, "format", OWN_BATCH_FORMAT);
    json_writer_object (json, "software");
    json_writer_string (json, "name", "dmh");
    json_writer_string (json, "version", DMH_VERSION);
    json_writer_close (json);
    json_writer_string (json, "started_at", clock_text (self->started_at, text));
    json_writer_string (json, "finished_at", over ? clock_text (clock_wall_ms (), text) : NULL);
    s_put_totals (self, others, json);
    fputs (OWN_BATCH_COLUMNS "\n", to->csv);
    json_writer_array (json, "inputs");
    for (size_t i = 0; i < others->count; i++)
        s_put_other (others->at[i], to);
    for (size_t i = 0; i < self->count; i++)
        if (s_is_input (&self->outcomes[i]))
            s_put_outcome (self, i, to);
    json_writer_close (json);
    json_writer_close (json);
}

struct bytes {
    const char *at;
    size_t n;
};

static int s_put_bytes (void *context, FILE *file, struct error *error)
{
    const struct bytes *bytes = context;
    (void) error;
    fwrite (bytes->at, 1, bytes->n, file);    //  what fails is found at its end
    return DMH_OK;
}

//  root/name by way of a folder that the next run sweeps when this one dies, and that nobody else knows.
static int s_replace (const batch_index_t *self, const struct scratch_folder *scratch, const char *name,
                      struct bytes bytes, struct error *error)
{
    char *path = folder_tree_join (self->root, name), *fresh = folder_tree_join (scratch->path, name);
    int rc = path && fresh ? whole_file_write (fresh, s_put_bytes, &bytes, error)
                           : error_set (error, DMH_INTERNAL, "out of memory for the index of the batch");
    if (rc == DMH_IO)
        text_replace (error->text, sizeof error->text, fresh, path);
    if (rc == DMH_OK && rename (fresh, path) != 0)
        rc = error_set (error, DMH_IO, "%s cannot be written: %s; the results are there all the same", path,
                        strerror (errno));
    free (path);
    free (fresh);
    return rc;
}

static int s_write (const batch_index_t *self, bool over, const struct json_value *before,
                    struct error *error)
{
    char *rows = NULL;
    size_t row_bytes = 0, n = 0;
    struct scratch_folder scratch = {.lock = -1};
    struct batch_entry_writer to = {json_writer_new (false), open_memstream (&rows, &row_bytes)};
    struct others others = {.count = 0};
    bool found = s_find_others (self, before, &others);
    if (to.json && to.csv && found)
        s_put_all (self, over, &others, &to);
    bool good = to.csv && fclose (to.csv) == 0;
    const char *text = to.json && good && found ? json_writer_text (to.json, &n) : NULL;
    int rc = text ? scratch_folder_make (&scratch, self->root, error)
                  : error_set (error, DMH_INTERNAL, "out of memory for the index of the batch");
    if (rc == DMH_OK)
        rc = s_replace (self, &scratch, OWN_BATCH_JSON, (struct bytes){text, n}, error);
    if (rc == DMH_OK)
        rc = s_replace (self, &scratch, OWN_BATCH_CSV, (struct bytes){rows, row_bytes}, error);
    scratch_folder_remove (&scratch);
    if (rc == DMH_OK && over)
        rc = folder_sync (self->root, error);
    json_writer_destroy (&to.json);
    free (others.at);
    free (rows);
    return rc;
}

//  Two runs into one folder both are told of. Who never lets go of the lock does not hold up the other.
static bool s_lock (int folder, int looks)
{
    while (flock (folder, LOCK_EX | LOCK_NB) != 0) {
        if (looks-- == 0)
            return false;
        poll (NULL, 0, LOOK_MS);
    }
    return true;
}

int batch_index_write (batch_index_t *self, bool over, struct error *error)
{
    struct error ignored;
    int lock = open (self->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock >= 0 && !s_lock (lock, over ? LOCK_LOOKS : 0) && !over) {
        close (lock);    //  there is a next time
        return DMH_OK;
    }
    struct json_value *before = result_document_read (self->root, OWN_BATCH_JSON, &ignored);
    if (strcmp (report_text (before, "format"), OWN_BATCH_FORMAT) != 0)
        json_value_destroy (&before);
    int rc = s_write (self, over, before, error);
    json_value_destroy (&before);
    if (lock >= 0)
        close (lock);
    return rc;
}

void batch_index_touch (batch_index_t *self)
{
    int64_t began = clock_mono_ms ();
    struct error ignored;
    if (began < self->next_at)
        return;
    batch_index_write (self, false, &ignored);
    int64_t now = clock_mono_ms (), pause = SHARE * (now - began);
    self->next_at = now + (pause > WRITE_MS ? pause : WRITE_MS);
}
