//  result_reader.c: see result_reader.h. The audit names each record that is not written, and each row of
//  rejects.csv its record, so those that are written are the others, in their order.
#define _GNU_SOURCE
#include "worker/join/inputs/result_reader.h"

#include "worker/join/inputs/row_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { DOCUMENT_BYTES_MOST = 64 * 1024 * 1024, REJECT_COLUMNS = 8 };

struct result_reader {
    char *folder;
    struct json_value *report, *package;
    struct result_facts facts;
    FILE *audit;
    char *line;
    size_t room;
    row_reader_t *rows, *rejects, *set_aside;
    struct json_value *next;       //  of the audit: not about the record before; NULL: not read, or none
    struct json_value **events;    //  about the record
    size_t event_count, event_room;
    struct result_remark *remarks;    //  [event_room]
    uint64_t record;
};

uint64_t member_number (const struct json_value *object, const char *key)
{
    const struct json_value *value = json_value_member (object, key);
    return json_value_is (value, JSON_NUMBER) ? strtoull (value->text, NULL, 10) : 0;
}

const char *member_text (const struct json_value *object, const char *key)
{
    const char *text = json_value_string (json_value_member (object, key));
    return text ? text : "";
}

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while reading a result");
}

static int s_malformed (const result_reader_t *self, const char *name, struct error *error)
{
    return error_set (error, DMH_MALFORMED, "%.200s/%s is not as dmh writes it; dmh verify says more",
                      self->folder, name);
}

static struct json_value *s_document (const char *folder, const char *name, struct error *error)
{
    char *path = NULL, *text = NULL;
    struct json_value *document = NULL;
    struct stat about;
    FILE *file = asprintf (&path, "%s/%s", folder, name) < 0 ? NULL : fopen (path, "re");
    if (!file || fstat (fileno (file), &about) != 0)
        error_set (error, DMH_IO, "%.200s/%s cannot be read: %s", folder, name, strerror (errno));
    else if (about.st_size > DOCUMENT_BYTES_MOST)
        error_set (error, DMH_MALFORMED, "%.200s/%s is too large for what it is", folder, name);
    else if (!(text = malloc ((size_t) about.st_size + 1)))
        s_no_memory (error);
    else if (fread (text, 1, (size_t) about.st_size, file) != (size_t) about.st_size)
        error_set (error, DMH_IO, "%.200s/%s cannot be read", folder, name);
    else
        document = json_value_new (text, (size_t) about.st_size, JSON_VALUE_DEPTH_MAX, path, error);
    if (file)
        fclose (file);
    free (text);
    free (path);
    return document;
}

static int s_columns (result_reader_t *self, const struct json_value *schema, struct error *error)
{
    struct result_facts *facts = &self->facts;
    const struct json_value *fields = json_value_member (schema, "fields");
    if (!json_value_is (fields, JSON_ARRAY))
        return s_malformed (self, "datapackage.json", error);
    facts->columns = calloc (fields->count + 1, sizeof *facts->columns);
    if (!facts->columns)
        return s_no_memory (error);
    for (const struct json_value *at = fields->first; at; at = at->next)
        facts->columns[facts->column_count++] = member_text (at, "name");
    return DMH_OK;
}

static int s_facts (result_reader_t *self, struct error *error)
{
    struct result_facts *facts = &self->facts;
    const struct json_value *job = json_value_member (self->report, "job");
    const struct json_value *counts = json_value_member (self->report, "counts");
    const struct json_value *resources = json_value_member (self->package, "resources");
    const struct json_value *resource = json_value_is (resources, JSON_ARRAY) ? resources->first : NULL;
    if (strcmp (member_text (self->report, "format"), "dmh-report/1") != 0)
        return s_malformed (self, "report.json", error);
    facts->report = self->report;
    facts->package = resource;
    facts->kind = member_text (job, "kind");
    facts->schema_sha256 = member_text (json_value_member (job, "schema"), "sha256");
    facts->counts = (struct counts){
        .read = member_number (counts, "read"),
        .written = member_number (counts, "written"),
        .duplicates = member_number (counts, "duplicates"),
        .conflicts = member_number (counts, "conflicts"),
        .rejected = member_number (counts, "rejected"),
    };
    facts->records = member_text (resource, "path");
    facts->json = strcmp (facts->records, "records.ndjson") == 0;
    if (!facts->json && strcmp (facts->records, "records.csv") != 0)
        return error_set (error, DMH_UNSUPPORTED,
                          "%.200s holds %.60s; tables are joined of records.csv and records.ndjson: give "
                          "--format csv or ndjson",
                          self->folder, *facts->records ? facts->records : "no records");
    return s_columns (self, json_value_member (resource, "schema"), error);
}

result_reader_t *result_reader_new (const char *folder, struct error *error)
{
    result_reader_t *self = calloc (1, sizeof *self);
    int rc = self && (self->folder = strdup (folder)) ? DMH_OK : s_no_memory (error);
    if (rc == DMH_OK && !(self->report = s_document (folder, "report.json", error)))
        rc = error->code;
    if (rc == DMH_OK && !(self->package = s_document (folder, "datapackage.json", error)))
        rc = error->code;
    if (rc == DMH_OK)
        rc = s_facts (self, error);
    if (rc != DMH_OK)
        result_reader_destroy (&self);
    return self;
}

static void s_forget_events (result_reader_t *self)
{
    for (size_t i = 0; i < self->event_count; i++)
        json_value_destroy (&self->events[i]);
    self->event_count = 0;
}

void result_reader_close (result_reader_t *self)
{
    if (self->audit)
        fclose (self->audit);
    self->audit = NULL;
    s_forget_events (self);
    json_value_destroy (&self->next);
    row_reader_destroy (&self->rows);
    row_reader_destroy (&self->rejects);
    row_reader_destroy (&self->set_aside);
}

void result_reader_destroy (result_reader_t **self_p)
{
    result_reader_t *self = *self_p;
    if (!self)
        return;
    result_reader_close (self);
    json_value_destroy (&self->report);
    json_value_destroy (&self->package);
    free (self->facts.columns);
    free (self->events);
    free (self->remarks);
    free (self->line);
    free (self->folder);
    free (self);
    *self_p = NULL;
}

const struct result_facts *result_reader_facts (const result_reader_t *self)
{
    return &self->facts;
}

//  The header of a CSV is a row.
static int s_skip_header (row_reader_t *rows, struct error *error)
{
    int rc = row_reader_next (rows, error);
    return rc < 0 ? rc : DMH_OK;
}

int result_reader_open (result_reader_t *self, struct error *error)
{
    char *path = NULL;
    result_reader_close (self);
    self->record = 0;
    self->audit = asprintf (&path, "%s/audit.ndjson", self->folder) < 0 ? NULL : fopen (path, "re");
    free (path);
    if (!self->audit)
        return error_set (error, DMH_IO, "%.200s/audit.ndjson cannot be read: %s", self->folder,
                          strerror (errno));
    bool json = self->facts.json;
    if (!(self->rows = row_reader_new (self->folder, self->facts.records, json, error)) ||
        !(self->rejects = row_reader_new (self->folder, "rejects.csv", false, error)) ||
        !(self->set_aside = row_reader_of_text (json, error)))
        return error->code;
    int rc = json ? DMH_OK : s_skip_header (self->rows, error);
    return rc == DMH_OK ? s_skip_header (self->rejects, error) : rc;
}

//  The next line of the audit is self->next; NULL: it is over.
static int s_read (result_reader_t *self, struct error *error)
{
    if (self->next)
        return DMH_OK;
    ssize_t n = getline (&self->line, &self->room, self->audit);
    if (n < 0)
        return feof (self->audit) ? DMH_OK
                                  : error_set (error, DMH_IO, "%.200s/audit.ndjson cannot be read: %s",
                                               self->folder, strerror (errno));
    self->next = json_value_new (self->line, (size_t) n, JSON_VALUE_DEPTH_MAX, "audit.ndjson", error);
    if (self->next)
        return DMH_OK;
    return error->code == DMH_INTERNAL ? error->code : s_malformed (self, "audit.ndjson", error);
}

static int s_keep (result_reader_t *self, struct error *error)
{
    if (self->event_count == self->event_room) {
        size_t room = self->event_room ? 2 * self->event_room : 16;
        struct json_value **events = realloc (self->events, room * sizeof *events);
        if (events)
            self->events = events;
        struct result_remark *remarks = events ? realloc (self->remarks, room * sizeof *remarks) : NULL;
        if (!remarks)
            return s_no_memory (error);
        self->remarks = remarks;
        self->event_room = room;
    }
    self->events[self->event_count++] = self->next;
    self->next = NULL;
    return DMH_OK;
}

//  A line about the record: a remark on a value, or what became of it.
static void s_take (result_reader_t *self, struct result_record *out)
{
    const struct json_value *event = self->events[self->event_count - 1];
    const char *sort = member_text (event, "event");
    out->line = member_number (event, "line");
    if (strcmp (sort, "duplicate") == 0) {
        out->fate = FATE_DUPLICATE;
        out->other = member_number (event, "repeats");
    } else if (strcmp (sort, "conflict") == 0) {
        out->fate = FATE_CONFLICT;
        out->other = member_number (event, "conflicts_with");
    } else if (strcmp (sort, "reject") == 0) {
        out->fate = FATE_REJECTED;
        out->rejected_by = member_text (event, "rule");
        out->rejected_field = member_text (event, "field");
    } else
        self->remarks[out->remark_count++] =
            (struct result_remark){.rule = member_text (event, "rule"),
                                   .field = member_text (event, "field"),
                                   .raw = text_of (member_text (event, "raw")),
                                   .value = text_of (member_text (event, "value"))};
}

static int s_reject_row (result_reader_t *self, struct result_record *out, struct error *error)
{
    size_t count;
    char number[24];
    int rc = row_reader_next (self->rejects, error);
    if (rc < 0)
        return rc;
    const struct text *fields = row_reader_fields (self->rejects, &count);
    snprintf (number, sizeof number, "%llu", (unsigned long long) out->number);
    if (rc == 0 || count < REJECT_COLUMNS || !text_equal (fields[0], text_of (number)))
        return s_malformed (self, "rejects.csv", error);
    out->rule = fields[3];
    out->field = fields[4];
    out->message = fields[5];
    out->raw = fields[6];
    out->raw_encoding = fields[7];
    return DMH_OK;
}

//  The row of one that was set aside, where the audit has it.
static int s_set_aside (result_reader_t *self, struct result_record *out, struct error *error)
{
    const struct json_value *event = self->events[self->event_count - 1];
    const char *row = json_value_string (json_value_member (event, "row"));
    size_t count = 0;
    if (!row)
        return DMH_OK;
    int rc = row_reader_parse (self->set_aside, row, strlen (row), error);
    out->fields = row_reader_fields (self->set_aside, &count);
    return rc == DMH_OK && count != self->facts.column_count ? s_malformed (self, "audit.ndjson", error) : rc;
}

static int s_row (result_reader_t *self, struct result_record *out, struct error *error)
{
    size_t count;
    int rc = row_reader_next (self->rows, error);
    if (rc < 0)
        return rc;
    out->fields = row_reader_fields (self->rows, &count);
    return rc == 1 && count == self->facts.column_count ? DMH_OK
                                                        : s_malformed (self, self->facts.records, error);
}

int result_reader_next (result_reader_t *self, struct result_record *out, struct error *error)
{
    int rc;
    s_forget_events (self);
    if (self->record == self->facts.counts.read)
        return 0;
    *out = (struct result_record){.number = ++self->record, .fate = FATE_WRITTEN};
    while ((rc = s_read (self, error)) == DMH_OK && self->next &&
           member_number (self->next, "record") == self->record) {
        if ((rc = s_keep (self, error)) != DMH_OK)
            return rc;
        s_take (self, out);
    }
    out->remarks = self->remarks;
    if (rc == DMH_OK && (out->fate == FATE_CONFLICT || out->fate == FATE_REJECTED))
        rc = s_reject_row (self, out, error);
    if (rc == DMH_OK && out->fate == FATE_CONFLICT)
        rc = s_set_aside (self, out, error);
    if (rc == DMH_OK && out->fate == FATE_WRITTEN)
        rc = s_row (self, out, error);
    return rc == DMH_OK ? 1 : rc;
}

int result_reader_finding (result_reader_t *self, const struct json_value **out, struct error *error)
{
    s_forget_events (self);
    int rc = s_read (self, error);
    if (rc != DMH_OK)
        return rc;
    if (!self->next || strcmp (member_text (self->next, "event"), "end") == 0)
        return 0;
    if (json_value_member (self->next, "record"))
        return s_malformed (self, "audit.ndjson", error);
    rc = s_keep (self, error);
    if (rc == DMH_OK)
        *out = self->events[0];
    return rc == DMH_OK ? 1 : rc;
}
