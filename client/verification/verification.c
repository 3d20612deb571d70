//  verification.c: see verification.h.
#define _GNU_SOURCE
#include "client/verification/verification.h"

#include "client/result/reading/report_values.h"
#include "client/result/reading/result_document.h"
#include "client/result/reading/result_file.h"
#include "client/verification/audit_check.h"
#include "client/verification/letters_check.h"
#include "client/verification/record_file.h"
#include "client/verification/variants_check.h"
#include "messages/base/folder.h"
#include "messages/keys/signing_key.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SIZE_MORE = 1024 * 1024 * 1024 };    //  that a file of a wrong size is read with all the same

struct verification {
    const char *folder;
    const struct json_value *report, *package;    //  package: NULL where it cannot be read
    struct problems *problems;
    bool readable;    //  its files have about the size that they should have
};

static void s_check_counts (const struct verification *self)
{
    const struct json_value *counts = json_value_member (self->report, "counts");
    const struct counts c = report_counts (counts);
    const uint64_t all[] = {c.read, c.written, c.duplicates, c.conflicts, c.rejected};
    uint64_t left = c.read;
    bool good = json_value_is (counts, JSON_OBJECT);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        good = good && all[i] != UINT64_MAX;
    if (!good) {
        problems_add (self->problems, "report.json has no counts");
        return;
    }
    //  Subtracted, as a sum of what an edit says may wrap.
    for (size_t i = 1; good && i < sizeof all / sizeof *all; i++) {
        good = all[i] <= left;
        left -= good ? all[i] : 0;
    }
    if (!good || left)
        problems_add (self->problems,
                      "the counts in report.json do not add up: read is not written + duplicates + "
                      "conflicts + rejected");
}

static bool s_is_plain (const char *name)
{
    return *name && !strchr (name, '/') && strcmp (name, ".") != 0 && strcmp (name, "..") != 0 &&
           strcmp (name, "report.json") != 0;
}

static int s_size (FILE *file, uint64_t *bytes, struct error *error)
{
    struct stat about;
    if (fstat (fileno (file), &about) != 0)
        return error_set (error, DMH_IO, "a file of the result cannot be read: %s", strerror (errno));
    *bytes = (uint64_t) about.st_size;
    return DMH_OK;
}

//  One entry of the report's list of files.
static void s_check_output (struct verification *self, const struct json_value *output)
{
    const char *name = report_text (output, "name"), *expected = report_text (output, "sha256");
    char hex[DIGEST_HEX_BYTES];
    uint64_t bytes = 0, should = report_number (output, "bytes");
    struct error error = {.code = DMH_OK};
    if (!s_is_plain (name)) {
        problems_add (self->problems, "report.json lists an output that is no plain file name");
        return;
    }
    if (report_output (self->report, name, false) != output) {
        problems_add (self->problems, "report.json lists %s twice", name);
        return;
    }
    //  What has another size is not read: a sparse file has terabytes that nobody stored.
    FILE *file = result_file_open (self->folder, name, &error);
    self->readable = self->readable && file;
    if (!file || s_size (file, &bytes, &error) != DMH_OK)
        problems_add (self->problems, "%s", error.text);
    else if (bytes != should) {
        problems_add (self->problems, "%s has %" PRIu64 " bytes and should have %" PRIu64, name, bytes,
                      should);
        self->readable = self->readable && bytes < should + SIZE_MORE;
    } else if (digest_of_fd (fileno (file), name, hex, &bytes, &error) != DMH_OK)
        problems_add (self->problems, "%s", error.text);
    else if (strcmp (hex, expected) != 0)
        problems_add (self->problems, "%s was changed: its SHA-256 is %.16s… and should be %.16s…", name, hex,
                      expected);
    if (file)
        fclose (file);
}

static void s_check_listed (struct verification *self)
{
    for (const struct json_value *output = report_first (self->report, "output"); output;
         output = output->next)
        s_check_output (self, output);
}

//  What a result of an input always has.
static void s_check_outputs (const struct verification *self)
{
    static const char *const ALWAYS[] = {"records.", "rejects.csv", "audit.ndjson", "datapackage.json"};
    for (size_t i = 0; i < sizeof ALWAYS / sizeof *ALWAYS; i++)
        if (!report_output (self->report, ALWAYS[i], i == 0))
            problems_add (self->problems, "report.json does not list %s among its outputs",
                          i ? ALWAYS[i] : "the records");
}

//  What stands in the folder and in no list.
static void s_check_extra (const struct verification *self)
{
    DIR *names = opendir (self->folder);
    if (!names) {
        problems_add (self->problems, "the folder cannot be read: %s", strerror (errno));
        return;
    }
    int why;
    for (const struct dirent *entry; (entry = folder_next (names, &why));) {
        const char *name = entry->d_name;
        bool own = strcmp (name, "report.json") == 0 || strcmp (name, "report.json.sig") == 0;
        if (!own && !report_output (self->report, name, false))
            problems_add (self->problems,
                          "“%.200s” stands in the folder and is no file of the result; move it away", name);
    }
    if (why)
        problems_add (self->problems, "the folder cannot be read to its end: %s", strerror (why));
    closedir (names);
}

//  The one resource of datapackage.json, whose hash is the one of the records in the report.
static const struct json_value *s_check_package (const struct verification *self)
{
    const struct json_value *resource = report_first (self->package, "resources");
    const struct json_value *output = report_output (self->report, report_text (resource, "path"), false);
    const char *hash = report_text (resource, "hash");
    const struct json_value *missing =
        json_value_member (json_value_member (resource, "schema"), "missingValues");
    const char *path = report_text (resource, "path"), *ending = strrchr (path, '.');
    const char *format = strcmp (path, "records.fasta.gz") == 0 ? "fasta"
                         : strcmp (path, "records.vcf.gz") == 0 ? "vcf"
                         : ending                               ? ending + 1
                                                                : "";
    bool plain = *format && strcmp (format, report_text (resource, "format")) == 0 &&
                 strcmp (report_text (resource, "encoding"), "utf-8") == 0 &&
                 (!missing || (json_value_is (missing, JSON_ARRAY) && missing->count == 1 &&
                               json_value_string (missing->first) && !*json_value_string (missing->first)));
    if (!plain)
        problems_add (self->problems, "datapackage.json says another format, encoding or missing values of "
                                      "the records than dmh writes");
    if (resource && !resource->next && output && strncmp (hash, "sha256:", 7) == 0 &&
        strcmp (hash + 7, report_text (output, "sha256")) == 0 &&
        report_number (resource, "bytes") == report_number (output, "bytes"))
        return resource;
    problems_add (self->problems,
                  "datapackage.json does not name the records with the bytes and hash that report.json has");
    return NULL;
}

static void s_compare_count (const struct verification *self, const char *name, uint64_t count)
{
    uint64_t written = report_counts (json_value_member (self->report, "counts")).written;
    const struct json_value *output = report_output (self->report, name, false);
    if (count != written || count != report_number (output, "records"))
        problems_add (self->problems, "%s holds %" PRIu64 " records and report.json counts %" PRIu64, name,
                      count, written);
}

//  Sorted, and as many as the report counts.
static void s_check_variants (const struct verification *self, const char *name)
{
    struct error error = {.code = DMH_OK};
    uint64_t count = 0;
    if (variants_check (self->folder, name, &count, &error) != DMH_OK)
        problems_add (self->problems, "%s", error.text);
    else
        s_compare_count (self, name, count);
}

//  As many records as the report counts, each as datapackage.json describes them.
static void s_check_records (const struct verification *self, const struct json_value *resource)
{
    struct error error = {.code = DMH_OK};
    const char *name = report_text (resource, "path"), *ending = strrchr (name, '.');
    bool lines = ending && strcmp (ending, ".ndjson") == 0;
    bool known = strcmp (name, "records.csv") == 0 || strcmp (name, "records.sqlite") == 0 ||
                 strcmp (name, "records.fasta.gz") == 0;
    if (strcmp (name, "records.vcf.gz") == 0)
        s_check_variants (self, name);
    if (!lines && !known)
        return;    //  what no reader here knows is held by its hash
    record_file_t *records = record_file_new (
        self->folder, resource, report_text (json_value_member (self->report, "job"), "kind"), &error);
    uint64_t count = 0;
    int rc = records ? 1 : DMH_IO;
    while (rc == 1 && (rc = record_file_next (records, &error)) == 1)
        count++;
    if (rc < 0)
        problems_add (self->problems, "%s", error.text);
    else
        s_compare_count (self, name, count);
    record_file_destroy (&records);
}

static void s_check_rejects (const struct verification *self)
{
    const struct json_value *output = report_output (self->report, "rejects.csv", false);
    const struct counts counts = report_counts (json_value_member (self->report, "counts"));
    if (output && report_number (output, "records") != counts.conflicts + counts.rejected)
        problems_add (self->problems, "report.json lists rejects.csv with another number of records than its "
                                      "counts have rejected and in conflict");
}

//  Whose it is nobody asks here; but it is a signature, and nothing that something else is hidden in.
static void s_check_signature (const struct verification *self)
{
    static const char NAME[] = "report.json.sig";
    struct error error = {.code = DMH_OK};
    uint64_t bytes = 0;
    FILE *file = result_file_open (self->folder, NAME, &error);
    if (!file && error.code != DMH_NOT_FOUND)
        problems_add (self->problems, "%s", error.text);
    else if (file && (s_size (file, &bytes, &error) != DMH_OK || bytes != SIGNATURE_BYTES))
        problems_add (self->problems, "%s is no signature; move it away", NAME);
    if (file)
        fclose (file);
}

//  Of a task that made something of results: its files are those that it has written.
static void s_check_task (struct verification *self)
{
    s_check_counts (self);
    s_check_listed (self);
    s_check_extra (self);
    s_check_signature (self);
    if (report_output (self->report, "records.", true) ||
        report_output (self->report, "datapackage.json", false))
        problems_add (self->problems, "report.json is that of a task and lists records");
}

static void s_check (struct verification *self)
{
    s_check_counts (self);
    s_check_listed (self);
    s_check_outputs (self);
    s_check_extra (self);
    const struct json_value *resource = self->package ? s_check_package (self) : NULL;
    s_check_rejects (self);
    s_check_signature (self);
    if (!self->readable)
        return;
    if (resource) {
        s_check_records (self, resource);
        letters_check (self->folder, self->report, resource, self->problems);
    }
    audit_check (self->folder, self->report, self->problems);
}

//  The SHA-256 of report.json as it stands.
static int s_digest (const char *folder, char hex[DIGEST_HEX_BYTES], struct error *error)
{
    FILE *file = result_file_open (folder, "report.json", error);
    int rc = file ? digest_of_fd (fileno (file), "report.json", hex, NULL, error) : DMH_IO;
    if (file)
        fclose (file);
    return rc;
}

void verification_check (const char *folder, struct verified *out, struct problems *problems)
{
    struct error error = {.code = DMH_OK};
    char digest[DIGEST_HEX_BYTES] = "";
    struct verified verified = {.digest = ""};
    struct json_value *report = result_document_read (folder, "report.json", &error), *package = NULL;
    if (report && s_digest (folder, digest, &error) != DMH_OK)
        json_value_destroy (&report);
    if (!report)
        problems_add (problems, "%s", error.text);
    else if (strcmp (report_text (report, "format"), TASK_REPORT) == 0) {
        verified.counts = report_counts (json_value_member (report, "counts"));
        memcpy (verified.digest, digest, sizeof digest);
        struct verification self = {folder, report, NULL, problems, true};
        s_check_task (&self);
    } else if (strcmp (report_text (report, "format"), "dmh-report/1") != 0)
        problems_add (problems, "report.json is not of the format dmh-report/1");
    else {
        verified.counts = report_counts (json_value_member (report, "counts"));
        memcpy (verified.digest, digest, sizeof digest);
        package = result_document_read (folder, "datapackage.json", &error);
        if (!package)
            problems_add (problems, "%s", error.text);
        struct verification self = {folder, report, package, problems, true};
        s_check (&self);
    }
    json_value_destroy (&package);
    json_value_destroy (&report);
    if (out)
        *out = verified;
}
