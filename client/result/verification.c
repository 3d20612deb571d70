//  verification.c: see verification.h.
#define _GNU_SOURCE
#include "client/result/verification.h"

#include "client/result/result_document.h"
#include "client/result/result_folder.h"
#include "messages/base/digest.h"
#include "messages/json/value.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct verification {
    const char *folder;
    struct counts counts;
    size_t wrong;
    verification_found *found;
    void *context;
};

static void __attribute__ ((format (printf, 2, 3)))
s_wrong (struct verification *self, const char *format, ...)
{
    char sentence[SENTENCE_BYTES];
    va_list arguments;
    va_start (arguments, format);
    vsnprintf (sentence, sizeof sentence, format, arguments);
    va_end (arguments);
    self->wrong++;
    self->found (self->context, sentence);
}

//  A JSON document of the result; NULL when something is wrong with it, which is told.
static struct json_value *s_document (struct verification *self, const char *name)
{
    struct error error = {.code = DMH_OK};
    struct json_value *document = result_document_read (self->folder, name, &error);
    if (!document)
        s_wrong (self, "%s", error.text);
    return document;
}

static const char *s_text (const struct json_value *object, const char *key)
{
    const char *text = json_value_string (json_value_member (object, key));
    return text ? text : "";
}

//  A count; UINT64_MAX where none stands.
static uint64_t s_number (const struct json_value *object, const char *key)
{
    const struct json_value *value = json_value_member (object, key);
    if (!json_value_is (value, JSON_NUMBER) || value->text[strspn (value->text, "0123456789")])
        return UINT64_MAX;
    return strtoull (value->text, NULL, 10);    //  what is too large is UINT64_MAX
}

//  The first element of the member that is an array; NULL when there is none.
static const struct json_value *s_first (const struct json_value *object, const char *key)
{
    const struct json_value *array = json_value_member (object, key);
    return json_value_is (array, JSON_ARRAY) ? array->first : NULL;
}

static struct counts s_counts (const struct json_value *object)
{
    return (struct counts){s_number (object, "read"), s_number (object, "written"),
                           s_number (object, "duplicates"), s_number (object, "conflicts"),
                           s_number (object, "rejected")};
}

static void s_check_counts (struct verification *self, const struct json_value *report)
{
    const struct json_value *counts = json_value_member (report, "counts");
    if (!json_value_is (counts, JSON_OBJECT)) {
        s_wrong (self, "report.json has no counts");
        return;
    }
    self->counts = s_counts (counts);
    const struct counts *c = &self->counts;
    if (c->read != c->written + c->duplicates + c->conflicts + c->rejected)
        s_wrong (self, "the counts in report.json do not add up: read is not written + duplicates + "
                       "conflicts + rejected");
}

//  One entry of the report's list of files.
static void s_check_output (struct verification *self, const struct json_value *output)
{
    const char *name = s_text (output, "name"), *expected = s_text (output, "sha256");
    char hex[DIGEST_HEX_BYTES], *path = NULL;
    uint64_t bytes = 0;
    struct error error = {.code = DMH_OK};
    if (!*name || strchr (name, '/') || strcmp (name, ".") == 0 || strcmp (name, "..") == 0) {
        s_wrong (self, "report.json lists an output that is no plain file name");
        return;
    }
    path = result_folder_join (self->folder, name);
    if (!path || digest_of_file (path, hex, &bytes, &error) != DMH_OK)
        s_wrong (self, "%s cannot be read: %s", name, error.text);
    else if (bytes != s_number (output, "bytes"))
        s_wrong (self, "%s has %llu bytes and should have %llu", name, (unsigned long long) bytes,
                 (unsigned long long) s_number (output, "bytes"));
    else if (strcmp (hex, expected) != 0)
        s_wrong (self, "%s was changed: its SHA-256 is %.16s… and should be %.16s…", name, hex, expected);
    free (path);
}

static void s_check_outputs (struct verification *self, const struct json_value *report)
{
    bool audit = false, records = false;
    for (const struct json_value *output = s_first (report, "output"); output; output = output->next) {
        const char *name = s_text (output, "name");
        audit = audit || strcmp (name, "audit.ndjson") == 0;
        records = records || strncmp (name, "records.", 8) == 0;
        s_check_output (self, output);
    }
    if (!audit || !records)
        s_wrong (self, "report.json does not list records and audit.ndjson among its outputs");
}

//  The resource's hash is the one of the records in the report.
static void s_check_package (struct verification *self, const struct json_value *report)
{
    struct json_value *package = s_document (self, "datapackage.json");
    if (!package)
        return;
    const struct json_value *resource = s_first (package, "resources");
    bool same = false, alone = resource && !resource->next;
    const struct json_value *output = alone ? s_first (report, "output") : NULL;
    for (; output; output = output->next) {
        const char *hash = s_text (resource, "hash");
        if (strcmp (s_text (output, "name"), s_text (resource, "path")) == 0)
            same = strncmp (hash, "sha256:", 7) == 0 && strcmp (hash + 7, s_text (output, "sha256")) == 0 &&
                   s_number (resource, "bytes") == s_number (output, "bytes");
    }
    if (!same)
        s_wrong (self,
                 "datapackage.json does not name the records with the bytes and hash that report.json has");
    json_value_destroy (&package);
}

//  One line of the audit. Returns the event "end" as true through *end.
static bool s_check_line (struct verification *self, const char *line, size_t n, uint64_t number,
                          const char *prev, bool *end)
{
    struct error error = {.code = DMH_OK};
    struct json_value *entry = json_value_new (line, n, JSON_VALUE_DEPTH_MAX, "the line", &error);
    bool good = false;
    *end = false;
    if (!entry)
        s_wrong (self, "audit.ndjson, line %llu: %s", (unsigned long long) number,
                 error.code == DMH_INTERNAL ? "out of memory" : "is no JSON");
    else if (s_number (entry, "seq") != number)
        s_wrong (self, "audit.ndjson, line %llu: seq should be %llu; a line was added, taken away or moved",
                 (unsigned long long) number, (unsigned long long) number);
    else if (strcmp (s_text (entry, "prev"), prev) != 0)
        s_wrong (self,
                 "audit.ndjson, line %llu: prev is not the SHA-256 of the line before; the chain is broken",
                 (unsigned long long) number);
    else
        good = true;
    if (good && strcmp (s_text (entry, "event"), "end") == 0) {
        struct counts counts = s_counts (entry);
        *end = true;
        if (memcmp (&counts, &self->counts, sizeof counts) != 0)
            s_wrong (self, "audit.ndjson, line %llu: its counts are not those of report.json",
                     (unsigned long long) number);
    }
    json_value_destroy (&entry);
    return good;
}

static void s_check_audit (struct verification *self)
{
    char *path = result_folder_join (self->folder, "audit.ndjson"), *line = NULL, prev[DIGEST_HEX_BYTES];
    FILE *file = path ? fopen (path, "rb") : NULL;
    size_t room = 0;
    uint64_t number = 0;
    bool good = file != NULL, end = false;
    memset (prev, '0', sizeof prev - 1);
    prev[sizeof prev - 1] = 0;
    for (ssize_t n; good && (n = getline (&line, &room, file)) > 0;) {
        number++;
        if (end || line[n - 1] != '\n') {
            s_wrong (self, "audit.ndjson, line %llu: %s", (unsigned long long) number,
                     end ? "stands after the end" : "is cut off");
            good = false;
            break;
        }
        line[--n] = 0;
        good = s_check_line (self, line, (size_t) n, number, prev, &end);
        digest_of (line, (size_t) n, prev);
    }
    if (good && !end)
        s_wrong (self, "audit.ndjson ends after line %llu without its end; lines are missing",
                 (unsigned long long) number);
    if (file)
        fclose (file);    //  a file that cannot be read was told with the outputs
    free (line);
    free (path);
}

size_t verification_check (const char *folder, struct counts *counts, verification_found *found,
                           void *context)
{
    struct verification self = {.folder = folder, .found = found, .context = context};
    *counts = self.counts;
    struct json_value *report = s_document (&self, "report.json");
    if (report && strcmp (s_text (report, "format"), "dmh-report/1") != 0)
        s_wrong (&self, "report.json is not of the format dmh-report/1");
    else if (report) {
        s_check_counts (&self, report);
        s_check_outputs (&self, report);
        s_check_package (&self, report);
        s_check_audit (&self);
    }
    json_value_destroy (&report);
    *counts = self.counts;
    return self.wrong;
}
