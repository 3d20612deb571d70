//  raw_input.c: see raw_input.h. Records are counted as the harmonizers count them: a row is one, of a wide
//  table each of its results.
#include "worker/join/inputs/raw_input.h"

#include "messages/uri.h"
#include "worker/formats/encoding/charset.h"
#include "worker/input/object_input.h"
#include "worker/pipeline/long_rows.h"
#include "worker/pipeline/preparation.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { BLOCK_BYTES = 256 * 1024 };

struct raw_input {
    const struct join_request *request;
    const char *name;
    const char *sha256;    //  of the file that was harmonized
    int object;            //  of a store, as a file here; -1: it is none
    struct options options;
    struct preparation preparation;
    rows_t *rows;
    long_rows_t *long_rows;    //  of a wide table; NULL: it is none
    struct buffer block;
    uint64_t first_line;    //  of the block
    bool filled, unpivots;
    struct row row;     //  of the file
    uint64_t record;    //  the last one that was read
};

static int s_no_memory (const raw_input_t *self, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading %.200s again",
                      self ? self->name : "an input");
}

//  Kind and encoding are known by now.
static void s_set_options (raw_input_t *self, const struct result_facts *facts)
{
    const struct json_value *input = json_value_member (facts->report, "input");
    const char *word = charset_word (member_text (input, "encoding"));
    self->options = *self->request->options;
    snprintf (self->options.kind, sizeof self->options.kind, "%s", facts->kind);
    if (word)
        snprintf (self->options.encoding, sizeof self->options.encoding, "%s", word);
}

//  Columns of a wide table that came late in a file of JSON.
static int s_learn (raw_input_t *self, const struct result_facts *facts, struct error *error)
{
    const struct json_value *tests =
        json_value_member (json_value_member (facts->report, "input"), "unpivoted");
    struct preparation *job = &self->preparation;
    int rc = DMH_OK;
    if (job->dialect.format != &FORMAT_JSON || !json_value_is (tests, JSON_ARRAY))
        return DMH_OK;
    dialect_forget_awaited (&job->dialect);
    for (const struct json_value *at = tests->first; rc == DMH_OK && at; at = at->next) {
        struct text name = text_of (member_text (at, "source"));
        bool known = false;
        for (size_t n = 0; n < job->dialect.name_count && !known; n++)
            known = text_equal ((struct text){job->dialect.names[n], job->dialect.name_bytes[n]}, name);
        rc = known ? DMH_OK : preparation_learn (job, name, error);
    }
    return rc;
}

//  Where it is; an object of a store is brought here first.
static int s_find (raw_input_t *self, const struct join_input *input, char path[URI_BYTES],
                   struct error *error)
{
    const struct join_request *request = self->request;
    const char *uri = input->uri ? input->uri : "";
    zmq_pollitem_t stop = {NULL, request->interrupt, ZMQ_POLLIN, 0};
    if (!s3_name_is (uri))
        return uri_to_path (uri, path, URI_BYTES, error);
    self->object = object_input_open (uri, self->name, request->roots, stop, request->folder, error);
    snprintf (path, URI_BYTES, "/proc/self/fd/%d", self->object);
    return self->object >= 0 ? DMH_OK : error->code;
}

static int s_open (raw_input_t *self, const struct join_input *input, const struct result_facts *facts,
                   const catalog_t *catalog, struct error *error)
{
    const struct join_request *request = self->request;
    struct preparation *job = &self->preparation;
    char path[URI_BYTES];
    const char *at =
        request->fetch ? request->fetch (request->context, (size_t) (input - request->inputs), error) : path;
    int rc = !at ? error->code : request->fetch ? DMH_OK : s_find (self, input, path, error);
    if (rc == DMH_OK)
        rc = preparation_read (job, self->name, &self->options, catalog, request->roots, request->tables,
                               request->tables_count, error);
    job->ceilings = request->ceilings;
    if (rc == DMH_OK)
        rc = preparation_open (job, at, request->fetch || self->object >= 0 ? NULL : request->roots, error);
    if (rc == DMH_OK)
        rc = preparation_choose (job, error);
    if (rc == DMH_OK)
        rc = s_learn (self, facts, error);
    if (rc == DMH_OK)
        rc = preparation_bind (job, error);
    if (rc == DMH_OK) {
        reader_take_whole (job->reader);
        rc = reader_rewind (job->reader, &job->dialect, error);
    }
    if (rc != DMH_OK)
        return rc;
    self->rows = job->dialect.format->rows_new (&job->dialect);
    if (job->unpivot)
        self->long_rows = long_rows_new (job->binding, job->dialect.delimiter);
    return self->rows && (self->long_rows || !job->unpivot) ? DMH_OK : s_no_memory (self, error);
}

//  Why its text is asked for at all.
static void s_say_why (const raw_input_t *self, struct error *error)
{
    struct error why = *error;
    if (why.code != DMH_CANCELLED && why.code != DMH_INTERNAL)
        error_set (error, why.code,
                   "%.120s is read again for the text of records that the joined table sets aside: %.300s",
                   self->name, why.text);
}

raw_input_t *raw_input_new (const struct join_request *request, const struct join_input *input,
                            const struct result_facts *facts, const catalog_t *catalog, struct error *error)
{
    raw_input_t *self = calloc (1, sizeof *self);
    if (!self) {
        s_no_memory (NULL, error);
        return NULL;
    }
    self->request = request;
    self->object = -1;
    self->name = input->source_file;
    self->sha256 = member_text (json_value_member (facts->report, "input"), "sha256");
    s_set_options (self, facts);
    if (s_open (self, input, facts, catalog, error) != DMH_OK) {
        s_say_why (self, error);
        raw_input_destroy (&self);
    }
    return self;
}

void raw_input_destroy (raw_input_t **self_p)
{
    raw_input_t *self = *self_p;
    if (!self)
        return;
    if (self->rows)
        self->preparation.dialect.format->rows_destroy (&self->rows);
    long_rows_destroy (&self->long_rows);
    preparation_clear (&self->preparation);
    if (self->object >= 0)
        close (self->object);
    free (self->block.at);
    free (self);
    *self_p = NULL;
}

//  The next row of the file. 1; 0: there is none; else what reading says.
static int s_row (raw_input_t *self, struct error *error)
{
    const struct format *format = self->preparation.dialect.format;
    for (;;) {
        int rc = self->filled ? format->rows_next (self->rows, &self->row) : 0;
        if (rc != 0)
            return rc > 0 ? 1 : s_no_memory (self, error);
        rc = reader_fill (self->preparation.reader, &self->block, BLOCK_BYTES, &self->first_line, error);
        self->filled = rc == 1;
        if (rc != 1)
            return rc;
        format_begin (format, self->rows, self->block.at, self->block.used, false);
        if (join_request_stops (self->request, NULL))
            return error_set (error, DMH_CANCELLED, "interrupted while results were joined");
    }
}

//  The next record. 1; 0: there is none; else what reading says.
static int s_record (raw_input_t *self, struct row *out, struct error *error)
{
    for (;;) {
        int rc = self->unpivots ? long_rows_next (self->long_rows, out) : 0;
        if (rc != 0)
            return rc > 0 ? 1 : s_no_memory (self, error);
        self->unpivots = false;
        if ((rc = s_row (self, error)) != 1)
            return rc;
        if (!self->long_rows || self->row.problem != RULE_NONE) {
            *out = self->row;
            return 1;
        }
        long_rows_begin (self->long_rows, &self->row);
        self->unpivots = true;
    }
}

static int s_is_another (const raw_input_t *self, struct error *error)
{
    return error_set (error, DMH_BAD_INPUT,
                      "%.200s is not the file any more that was harmonized; run all of it again", self->name);
}

int raw_input_find (raw_input_t *self, uint64_t number, struct text *raw, uint64_t *line, struct error *error)
{
    struct row row = {.line = 0};
    int rc = 1;
    while (self->record < number && (rc = s_record (self, &row, error)) == 1)
        self->record++;
    if (rc != 1) {
        rc = rc == 0 ? s_is_another (self, error) : rc;
        s_say_why (self, error);
        return rc;
    }
    *raw = row.raw;
    *line = self->first_line + row.line;
    return DMH_OK;
}

int raw_input_finish (raw_input_t *self, struct error *error)
{
    char sha256[DIGEST_HEX_BYTES];
    int rc;
    while ((rc = reader_fill (self->preparation.reader, &self->block, BLOCK_BYTES, &self->first_line,
                              error)) == 1)
        if (join_request_stops (self->request, NULL))
            return error_set (error, DMH_CANCELLED, "interrupted while results were joined");
    if (rc == DMH_OK)
        rc = reader_finish (self->preparation.reader, sha256, error);
    if (rc == DMH_OK && strcmp (sha256, self->sha256) != 0)
        return s_is_another (self, error);
    if (rc != DMH_OK)
        s_say_why (self, error);
    return rc;
}
