//  audit_check.c: see audit_check.h.
#define _GNU_SOURCE
#include "client/verification/audit_check.h"

#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"
#include "client/result/reading/result_file.h"
#include "client/result/reading/table_file.h"
#include "messages/base/digest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

//  An issue of the report, and how often the audit has it.
struct issue {
    const char *rule, *field;    //  "": the record
    uint64_t count;
    uint64_t listed, rejects, counted;
};

struct audit {
    const struct json_value *report;
    struct problems *problems;
    struct counts counts;    //  of the report
    struct counts events;    //  as the events have them
    struct issue *issues;
    size_t issue_count, hint;
    table_file_t *rejects;    //  NULL: cannot be read, which is told
    uint64_t line, record;    //  of the audit; the last one that an event was about
    bool end;
};

static void s_issues (struct audit *self)
{
    const struct json_value *issues = json_value_member (self->report, "issues");
    size_t count = json_value_is (issues, JSON_ARRAY) ? issues->count : 0;
    self->issues = calloc (count + 1, sizeof *self->issues);
    if (!self->issues) {
        problems_add (self->problems, "out of memory while reading report.json");
        return;
    }
    for (const struct json_value *at = count ? issues->first : NULL; at; at = at->next)
        self->issues[self->issue_count++] = (struct issue){
            report_text (at, "rule"), report_text (at, "field"), report_number (at, "count"), 0, 0, 0};
}

static struct issue *s_issue (struct audit *self, const char *rule, const char *field)
{
    for (size_t i = 0; i < self->issue_count; i++) {
        size_t at = (self->hint + i) % self->issue_count;
        struct issue *issue = &self->issues[at];
        if (strcmp (issue->rule, rule) == 0 && strcmp (issue->field, field) == 0) {
            self->hint = at;
            return issue;
        }
    }
    return NULL;
}

static void s_wrong (struct audit *self, const char *what)
{
    problems_add (self->problems, "audit.ndjson, line %" PRIu64 ": %s", self->line, what);
}

//  The row of rejects.csv that a reject or a conflict of the audit stands for.
static void s_check_row (struct audit *self, const struct json_value *event, bool conflict)
{
    struct error error = {.code = DMH_OK};
    char record[24], line[24];
    int rc = self->rejects ? table_file_next (self->rejects, &error) : 0;
    if (rc < 0) {
        problems_add (self->problems, "%s", error.text);
        table_file_destroy (&self->rejects);
    }
    if (!self->rejects)
        return;
    snprintf (record, sizeof record, "%" PRIu64, report_number (event, "record"));
    snprintf (line, sizeof line, "%" PRIu64, report_number (event, "line"));
    const char *const expected[] = {record, line, conflict ? "conflict" : "rejected",
                                    report_text (event, "rule"), report_text (event, "field")};
    size_t compared = conflict ? 4 : 5;    //  of a conflict the audit names no field
    for (size_t i = 0; i < compared; i++)
        if (rc == 0 || strcmp (table_file_field (self->rejects, i, NULL), expected[i]) != 0) {
            s_wrong (self, rc == 0 ? "rejects.csv has no row for it"
                                   : "rejects.csv has another record, line, reason, rule or field");
            table_file_destroy (&self->rejects);
            return;
        }
}

//  An event about one record: they come in the order of the input, one a record.
static void s_check_record (struct audit *self, const struct json_value *event)
{
    uint64_t record = report_number (event, "record");
    const char *other = json_value_member (event, "repeats") ? "repeats" : "conflicts_with";
    if (record <= self->record || record > self->counts.read)
        s_wrong (self, "its record is out of order, or not one of those that were read");
    self->record = record;
    if (!json_value_member (event, other))
        return;
    uint64_t of = report_number (event, other);
    if (of == 0 || of > self->counts.read || of == record || (*other == 'r' && of > record))
        s_wrong (self, "the record that it names cannot be the one that stands");
}

static void s_take (struct audit *self, const struct json_value *event)
{
    const char *sort = report_text (event, "event");
    bool duplicate = strcmp (sort, "duplicate") == 0, conflict = strcmp (sort, "conflict") == 0,
         reject = strcmp (sort, "reject") == 0, warning = strcmp (sort, "warning") == 0;
    self->events.duplicates += duplicate;
    self->events.conflicts += conflict;
    self->events.rejected += reject;
    if (duplicate || conflict || reject)
        s_check_record (self, event);
    if (conflict || reject)
        s_check_row (self, event, conflict);
    if (!duplicate && !conflict && !reject && !warning) {
        if (strcmp (sort, "standardized") != 0 && strcmp (sort, "change") != 0)
            s_wrong (self, "it is an event that dmh does not know");
        return;
    }
    struct issue *issue = s_issue (self, report_text (event, "rule"), report_text (event, "field"));
    if (!issue)
        s_wrong (self, "report.json has no issue of its rule and field");
    else if (json_value_member (event, "count"))
        issue->counted += report_number (event, "count");
    else
        *(reject ? &issue->rejects : &issue->listed) += 1;
}

static void s_end (struct audit *self, const struct json_value *event)
{
    struct counts counts = report_counts (event);
    self->end = true;
    if (memcmp (&counts, &self->counts, sizeof counts) != 0)
        s_wrong (self, "its counts are not those of report.json");
}

//  One line. false: those behind it cannot be judged.
static bool s_check_line (struct audit *self, const char *line, size_t n, const char *prev)
{
    struct error error = {.code = DMH_OK};
    struct json_value *event = json_value_new (line, n, JSON_VALUE_DEPTH_MAX, "the line", &error);
    bool starved = false, twice = event && result_document_key_twice (event, &starved);
    const char *what = NULL;
    if (starved || (!event && error.code == DMH_INTERNAL))
        what = "out of memory";
    else if (!event)
        what = "is no JSON";
    else if (twice)
        what = "a key stands twice in it";
    else if (report_number (event, "seq") != self->line)
        what = "seq is not the line's number; a line was added, taken away or moved";
    else if (strcmp (report_text (event, "prev"), prev) != 0)
        what = "prev is not the SHA-256 of the line before; the chain is broken";
    if (what)
        s_wrong (self, what);
    else if (strcmp (report_text (event, "event"), "end") == 0)
        s_end (self, event);
    else
        s_take (self, event);
    json_value_destroy (&event);
    return !what;
}

//  false: the lines do not come to the end.
static bool s_check_lines (struct audit *self, FILE *file)
{
    char prev[DIGEST_HEX_BYTES], *line = NULL;
    size_t room = 0;
    bool good = true;
    memset (prev, '0', sizeof prev - 1);
    prev[sizeof prev - 1] = 0;
    for (ssize_t n; good && (n = getline (&line, &room, file)) > 0;) {
        self->line++;
        if (self->end || line[n - 1] != '\n') {
            s_wrong (self, self->end ? "stands after the end" : "is cut off");
            good = false;
            break;
        }
        line[--n] = 0;
        good = s_check_line (self, line, (size_t) n, prev);
        digest_of (line, (size_t) n, prev);
    }
    free (line);
    if (good && !feof (file)) {
        problems_add (self->problems, "audit.ndjson cannot be read: %s", strerror (errno));
        good = false;
    }
    if (good && !self->end) {
        problems_add (self->problems,
                      "audit.ndjson ends after line %" PRIu64 " without its end; lines are missing",
                      self->line);
        good = false;
    }
    return good;
}

static void s_check_count (struct audit *self, const char *what, uint64_t events, uint64_t count)
{
    if (events != count)
        problems_add (self->problems, "audit.ndjson has %" PRIu64 " %s and report.json counts %" PRIu64,
                      events, what, count);
}

//  What was listed and counted against what the report says. A reject by a rule that speaks of a value may
//  stand beside the warning of that value.
static void s_check_issues (struct audit *self)
{
    for (size_t i = 0; i < self->issue_count; i++) {
        const struct issue *issue = &self->issues[i];
        uint64_t n = issue->count, all = issue->listed + issue->rejects;
        bool by_record = strncmp (issue->rule, "record.", 7) == 0 || strncmp (issue->rule, "field.", 6) == 0;
        bool good = n == all || (!by_record && n == issue->listed) ||
                    (issue->counted && (n == issue->counted || n == issue->counted + issue->listed));
        if (!good)
            problems_add (self->problems,
                          "report.json counts the issue %.60s%s%.60s %" PRIu64
                          " times and audit.ndjson has %" PRIu64,
                          issue->rule, *issue->field ? " of " : "", issue->field, n,
                          issue->counted ? issue->counted : all);
    }
}

static void s_check_sums (struct audit *self)
{
    struct error error = {.code = DMH_OK};
    const struct json_value *output = report_output (self->report, "audit.ndjson", false);
    s_check_count (self, "duplicates", self->events.duplicates, self->counts.duplicates);
    s_check_count (self, "conflicts", self->events.conflicts, self->counts.conflicts);
    s_check_count (self, "rejects", self->events.rejected, self->counts.rejected);
    s_check_count (self, "lines", self->line, report_number (output, "records"));
    s_check_issues (self);
    int rc = self->rejects ? table_file_next (self->rejects, &error) : 0;
    if (rc)
        problems_add (self->problems, "%s",
                      rc < 0 ? error.text : "rejects.csv has rows that audit.ndjson knows nothing of");
}

static void s_open_rejects (struct audit *self, const char *folder)
{
    static const char *const COLUMNS[] = {"record", "line", "reason", "rule", "field"};
    struct error error = {.code = DMH_OK};
    self->rejects = table_file_new (folder, "rejects.csv", &error);
    for (size_t i = 0; self->rejects && i < sizeof COLUMNS / sizeof *COLUMNS; i++)
        if (table_file_column (self->rejects, COLUMNS[i]) != i) {
            error_set (&error, DMH_MALFORMED, "rejects.csv has not the columns that dmh writes");
            table_file_destroy (&self->rejects);
        }
    if (!self->rejects)
        problems_add (self->problems, "%s", error.text);
}

void audit_check (const char *folder, const struct json_value *report, struct problems *problems)
{
    struct audit self = {.report = report,
                         .problems = problems,
                         .counts = report_counts (json_value_member (report, "counts"))};
    struct error error = {.code = DMH_OK};
    FILE *file = result_file_open (folder, "audit.ndjson", &error);
    if (!file) {
        problems_add (problems, "%s", error.text);
        return;
    }
    s_issues (&self);
    s_open_rejects (&self, folder);
    if (s_check_lines (&self, file))
        s_check_sums (&self);
    fclose (file);
    table_file_destroy (&self.rejects);
    free (self.issues);
}
