//  joined_report.c: see joined_report.h.
#include "worker/join/joined_report.h"

#include "messages/base/clock.h"
#include "messages/base/digest.h"
#include "messages/base/random.h"
#include "worker/output/checks.h"
#include "worker/output/datapackage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void s_counts (json_writer_t *doc, const struct counts *counts)
{
    json_writer_object (doc, "counts");
    json_writer_number (doc, "read", counts->read);
    json_writer_number (doc, "written", counts->written);
    json_writer_number (doc, "duplicates", counts->duplicates);
    json_writer_number (doc, "conflicts", counts->conflicts);
    json_writer_number (doc, "rejected", counts->rejected);
    json_writer_close (doc);
}

static const struct json_value *s_report_input (const struct table_input *input)
{
    return json_value_member (result_reader_facts (input->result)->report, "input");
}

static bool s_is_same_text (const struct json_value *a, const struct json_value *b, const char *key)
{
    const char *left = json_value_string (json_value_member (a, key)),
               *right = json_value_string (json_value_member (b, key));
    return (left && right) ? strcmp (left, right) == 0 : left == right;
}

static const struct json_value *s_first_column (const struct json_value *said)
{
    const struct json_value *columns = json_value_member (said, "columns");
    return json_value_is (columns, JSON_ARRAY) ? columns->first : NULL;
}

//  Whether records of both inputs can stand in one file as they are.
static bool s_is_same_header (const struct json_value *a, const struct json_value *b)
{
    if (!s_is_same_text (a, b, "format") || !s_is_same_text (a, b, "encoding") ||
        !s_is_same_text (a, b, "delimiter") || !s_is_same_text (a, b, "quote_escape") ||
        !s_is_same_text (a, b, "line_end"))
        return false;
    if (strcmp (member_text (a, "format"), "csv") != 0)
        return true;
    const struct json_value *left = s_first_column (a), *right = s_first_column (b);
    while (left && right && s_is_same_text (left, right, "source")) {
        left = left->next;
        right = right->next;
    }
    return !left && !right;
}

//  The member `headers`: what the inputs' records stand under, each once; `places` [count] receives which of
//  them each input has.
static void s_headers (json_writer_t *doc, const struct joined_facts *facts, size_t *places)
{
    size_t count = 0;
    json_writer_array (doc, "headers");
    for (size_t i = 0; i < facts->count; i++) {
        if (!facts->inputs[i].result)
            continue;
        const struct json_value *said = s_report_input (&facts->inputs[i]);
        size_t same = 0;
        while (same < i && !(facts->inputs[same].result &&
                             s_is_same_header (said, s_report_input (&facts->inputs[same]))))
            same++;
        places[i] = same < i ? places[same] : count++;
        if (same < i)
            continue;
        json_writer_object (doc, NULL);
        json_writer_string (doc, "format", member_text (said, "format"));
        json_writer_string (doc, "encoding", json_value_string (json_value_member (said, "encoding")));
        json_writer_string (doc, "delimiter", json_value_string (json_value_member (said, "delimiter")));
        if (json_value_string (json_value_member (said, "line_end")))
            json_writer_string (doc, "line_end", json_value_string (json_value_member (said, "line_end")));
        json_writer_array (doc, "columns");
        for (const struct json_value *at = s_first_column (said); at; at = at->next) {
            json_writer_object (doc, NULL);
            json_writer_string (doc, "source", member_text (at, "source"));
            json_writer_close (doc);
        }
        json_writer_close (doc);
        json_writer_close (doc);
    }
    json_writer_close (doc);
}

static void s_input (json_writer_t *doc, const struct table_input *input, size_t header)
{
    json_writer_object (doc, NULL);
    json_writer_string (doc, "name", input->input->source_file);
    if (input->result) {
        const struct json_value *said = s_report_input (input);
        json_writer_string (doc, "result", input->input->result);
        json_writer_number (doc, "bytes", member_number (said, "bytes"));
        json_writer_string (doc, "sha256", member_text (said, "sha256"));
        json_writer_string (doc, "format", member_text (said, "format"));
        json_writer_number (doc, "header", header);
        s_counts (doc, &result_reader_facts (input->result)->counts);
    } else
        json_writer_string (doc, "left_out", input->input->failure);
    json_writer_close (doc);
}

static uint64_t s_bytes (const struct joined_facts *facts)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < facts->count; i++)
        bytes += facts->inputs[i].result ? member_number (s_report_input (&facts->inputs[i]), "bytes") : 0;
    return bytes;
}

//  By which inputs it is the same table: the SHA-256 of theirs, one a line, in their order. NULL: out of
//  memory.
static const char *s_digest (const struct joined_facts *facts, char hex[DIGEST_HEX_BYTES])
{
    digest_t *digest = digest_new ();
    if (!digest)
        return NULL;
    for (size_t i = 0; i < facts->count; i++)
        if (facts->inputs[i].result) {
            const char *sha256 = member_text (s_report_input (&facts->inputs[i]), "sha256");
            digest_update (digest, sha256, strlen (sha256));
            digest_update (digest, "\n", 1);
        }
    digest_hex (digest, hex);
    digest_destroy (&digest);
    return hex;
}

//  The members `input`, all of them together, `headers` and `inputs`.
static void s_write_inputs (const void *inputs, json_writer_t *doc)
{
    const struct joined_facts *facts = inputs;
    json_writer_object (doc, "input");
    json_writer_string (doc, "name", "joined");
    json_writer_number (doc, "bytes", s_bytes (facts));
    json_writer_string (doc, "sha256", NULL);
    json_writer_string (doc, "format", "joined");
    json_writer_string (doc, "inputs_sha256", facts->sha256);
    json_writer_array (doc, "columns");
    json_writer_close (doc);
    json_writer_close (doc);
    s_headers (doc, facts, facts->headers);
    json_writer_array (doc, "inputs");
    for (size_t i = 0; i < facts->count; i++)
        s_input (doc, &facts->inputs[i], facts->headers[i]);
    json_writer_close (doc);
}

void joined_report_judge (const struct joined_facts *facts, bool fails,
                          const struct joined_conflict *conflict, struct error *refusal)
{
    const struct counted data = {facts->schema, facts->tally, facts->counts};
    char name[2 * WORD_BYTES];
    snprintf (name, sizeof name, "joined/%s", facts->schema->name);
    if (!fails || facts->counts->conflicts == 0) {
        checks_judge (&data, facts->request->options->fail_on, name, refusal);
        return;
    }
    error_set (
        refusal, DMH_BAD_INPUT,
        "%s: record %llu of %.120s has the key of record %llu of %.120s and other content, the first of "
        "%llu conflicts; mend the inputs, or say which stands with --on-conflict first, last or "
        "newest:FIELD",
        name, (unsigned long long) conflict->number, conflict->file,
        (unsigned long long) conflict->first_number, conflict->first_file,
        (unsigned long long) facts->counts->conflicts);
}

static int s_write (struct report *report, const char *folder, struct joined *out, struct error *error)
{
    report->output_count = 3;
    int rc = report_document (report, folder, "datapackage.json", datapackage_write, &out->outputs[3], error);
    report->output_count = 4;
    if (rc == DMH_OK)
        rc = report_document (report, folder, "report.json", report_write, &out->outputs[4], error);
    out->output_count = rc == DMH_OK ? 5 : 0;
    return rc;
}

int joined_report_write (const struct joined_facts *given, const char *folder, struct joined *out,
                         struct error *error)
{
    static const struct dialect NONE;
    struct input input = {.uri = ""};
    char id[JOB_ID_DIGITS + 1], hex[DIGEST_HEX_BYTES];
    struct joined_facts facts = *given;
    const struct join_request *request = facts.request;
    struct report report = {.job = request->job ? request->job : random_job_id (id),
                            .correlation = request->correlation,
                            .attempt = request->attempt ? request->attempt : 1,
                            .input = &input,
                            .write_inputs = s_write_inputs,
                            .inputs = &facts,
                            .input_bytes = s_bytes (&facts),
                            .options = request->options,
                            .dialect = &NONE,
                            .layout = facts.layout,
                            .tally = facts.tally,
                            .counts = facts.counts,
                            .warned_listed = UINT64_MAX,
                            .outputs = out->outputs,
                            .started_at = facts.started_wall,
                            .finished_at = clock_wall_ms (),
                            .wall_ms = clock_mono_ms () - facts.started_mono,
                            .refusal = &out->refusal};
    snprintf (input.name, sizeof input.name, "%s", facts.schema->name);
    facts.headers = calloc (facts.count + 1, sizeof *facts.headers);
    facts.sha256 = s_digest (&facts, hex);
    int rc = facts.headers && facts.sha256
                 ? s_write (&report, folder, out, error)
                 : error_set (error, DMH_INTERNAL, "out of memory while joining results");
    free (facts.headers);
    return rc;
}
