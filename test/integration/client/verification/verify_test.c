//  verify_test.c: dmh verify finds what was changed in a result, and nothing in one that was not.
#define _GNU_SOURCE
#include "messages/base/digest.h"
#include "test/support/processes/command_line.h"
#include "test/support/results/resealed_result.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

//  Changes one byte in the middle of a file, and back.
static void s_flip (const char *folder, const char *name)
{
    char path[600];
    struct stat about;
    unsigned char byte = 0;
    snprintf (path, sizeof path, "%s/%s", folder, name);
    int file = open (path, O_RDWR);
    cr_assert (file >= 0 && fstat (file, &about) == 0 && about.st_size > 0, "%s", path);
    cr_assert_eq (pread (file, &byte, 1, about.st_size / 2), 1);
    byte ^= 1;
    cr_assert_eq (pwrite (file, &byte, 1, about.st_size / 2), 1);
    close (file);
}

Test (verify, finds_one_changed_byte_in_any_output, .timeout = 120)
{
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson", "datapackage.json"};
    struct workplace place;
    char folder[512];
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "a.csv", "--quiet"), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/a", place.folder);
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        s_flip (folder, FILES[i]);
        command_line_expect (CALL (&place, "verify", "a"), 1, "NOT WHOLE", FILES[i]);
        s_flip (folder, FILES[i]);
    }
    command_line_expect (CALL (&place, "verify", "a"), 0, "whole", NULL);
    workplace_remove (&place);
}

//  Replaces `from` in the file by `to`, of the same length.
static void s_replace (const char *folder, const char *name, const char *from, const char *to)
{
    char path[600];
    size_t n = 0;
    char *text = workplace_read (folder, name, &n), *at = text ? strstr (text, from) : NULL;
    cr_assert_not_null (at, "no “%s” in %s", from, name);
    memcpy (at, to, strlen (to));
    snprintf (path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen (path, "wb");
    cr_assert (file && fwrite (text, 1, n, file) == n && fclose (file) == 0);
    free (text);
}

Test (verify, finds_counts_that_do_not_add_up_and_files_that_are_gone, .timeout = 120)
{
    struct workplace place;
    char folder[512], path[600];
    workplace_make (&place);
    command_line_write (&place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "a.csv", "--quiet"), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/a", place.folder);
    s_replace (folder, "report.json", "\"duplicates\": 1", "\"duplicates\": 2");
    command_line_expect (CALL (&place, "verify", "a"), 1, NULL, "do not add up");
    s_replace (folder, "report.json", "\"duplicates\": 2", "\"duplicates\": 1");
    snprintf (path, sizeof path, "%s/rejects.csv", folder);
    cr_assert_eq (unlink (path), 0);
    command_line_expect (CALL (&place, "verify", "a"), 1, NULL, "rejects.csv cannot be read");
    command_line_expect (CALL (&place, "verify", "/dev"), 1, NULL, "no report.json");
    command_line_expect (CALL (&place, "verify", "nowhere"), 1, NULL, "nowhere");
    workplace_remove (&place);
}

//  A result of COMMAND_LINE_PATIENTS in the folder `a`, whose path is written to `folder`.
static void s_make (struct workplace *place, char folder[512])
{
    workplace_make (place);
    command_line_write (place, "a.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (place, "run", "a.csv", "--quiet"), 0, NULL, NULL);
    snprintf (folder, 512, "%s/a", place->folder);
}

//  Edits by one who makes all sums anew: what they are, and what verify says of them.
struct edit {
    const char *file, *from, *to;    //  `to` NULL: the line that begins so is taken away
    bool chain;                      //  seq and prev are made anew, too
    const char *said;
};

static const struct edit EDITS[] = {
    {"audit.ndjson", "\"seq\":2,", "\"seq\":3,", false, "seq is not the line's number"},
    {"audit.ndjson", "\"record\":4", "\"record\":5", false, "prev is not the SHA-256"},
    {"audit.ndjson", "\"read\":5,\"written\":2", "\"read\":5,\"written\":3", true,
     "its counts are not those of report.json"},
    {"audit.ndjson", "{\"seq\":1,", NULL, true, "audit.ndjson has 0 duplicates"},
    {"audit.ndjson", "\"repeats\":2", "\"repeats\":4", true, "cannot be the one that stands"},
    {"audit.ndjson", "\"record\":4", "\"record\":3", true, "out of order"},
    {"audit.ndjson", "\"line\":5", "\"line\":6", true, "rejects.csv has another record, line"},
    {"audit.ndjson", "\"rule\":\"record.duplicate\"", "\"rule\":\"record.other\"", true,
     "no issue of its rule"},
    {"audit.ndjson", "\"rule\":", "\"rule\":\"x\",\"rule\":", true, "a key stands twice"},
    {"audit.ndjson", "\"event\":\"duplicate\"", "\"event\":\"noted\"", true, "that dmh does not know"},
    {"rejects.csv", "4,5,conflict", NULL, false, "rejects.csv has another record, line"},
    {"rejects.csv", ",conflict,", ",rejected,", false, "rejects.csv has another record, line"},
    {"records.csv", "1,Ann", NULL, false, "records.csv holds 1 records"},
    {"records.csv", "1,Ann", "\n1,Ann", false, "an empty line"},
    {"records.csv", "1,Ann", "1\",Ann", false, "a quote that neither"},
    {"records.csv", "1,Ann", ",Ann", false, "requires is empty"},
    {"records.csv", "1,Ann", "1,\"Ann", false, "is cut off"},
    {"records.csv", "1,Ann,", "1,Ann", false, "another number of fields"},
    {"records.csv", "1980-02-03", "3.2.1980", false, "not of the type"},
    {"records.csv", "patient_id,given", "patient_id,first", false,
     "columns of records.csv are not the fields"},
    {"report.json", "\"counts\": {", "\"counts\": {\n\"read\": 5,", false, "the key “read” twice"},
    {"datapackage.json", "\"name\": \"records\"", "\"name\": \"records\", \"name\": \"r\"", false,
     "the key “name” twice"},
    {"datapackage.json", "\"hash\": \"sha256:", "\"hash\": \"sha256:0", false,
     "datapackage.json does not name the records"},
    {"datapackage.json", "\"hash\": \"sha256:", "\"hash\": \"sha512:", false,
     "datapackage.json does not name the records"},
    {"datapackage.json", "\"bytes\": ", "\"bytes\": 1", false, "datapackage.json does not name the records"},
    {"datapackage.json", "\"path\": \"records.csv\"", "\"path\": \"rejects.csv\"", false,
     "datapackage.json does not name the records"},
    {"datapackage.json", "\"format\": \"csv\"", "\"format\": \"json\"", false,
     "another format, encoding or missing"},
    {"datapackage.json", "\"encoding\": \"utf-8\"", "\"encoding\": \"latin1\"", false,
     "another format, encoding or missing"},
    {"datapackage.json", "\"missingValues\": [", "\"missingValues\": [\"Ann\",", false,
     "another format, encoding or missing"},
    {"report.json", "\"name\": \"rejects.csv\"", "\"name\": \"records.csv\"", false,
     "lists records.csv twice"},
    {"report.json", "\"name\": \"rejects.csv\"", "\"name\": \"../a/rejects.csv\"", false,
     "no plain file name"},
    {"report.json", "\"count\": 1", "\"count\": 2", false, "counts the issue"},
    {"report.json", "\"records\": 5", "\"records\": 6", false, "audit.ndjson has 5 lines"},
    {"report.json", "\"records\": 2", "\"records\": 3", false, "report.json counts 2"},
};

Test (verify, finds_edits_of_one_who_makes_all_sums_anew, .timeout = 120)
{
    for (size_t i = 0; i < sizeof EDITS / sizeof *EDITS; i++) {
        const struct edit *edit = &EDITS[i];
        struct workplace place;
        char folder[512];
        s_make (&place, folder);
        if (edit->to)
            resealed_replace (folder, edit->file, edit->from, edit->to);
        else
            resealed_drop_line (folder, edit->file, edit->from);
        if (edit->chain)
            resealed_chain (folder);
        if (strcmp (edit->file, "report.json") != 0 && strcmp (edit->file, "datapackage.json") != 0)
            resealed_hashes (folder);
        command_line_expect (CALL (&place, "verify", "a"), 1, "NOT WHOLE", edit->said);
        workplace_remove (&place);
    }
}

Test (verify, finds_an_audit_without_its_end_where_the_report_counts_a_line_less, .timeout = 120)
{
    struct workplace place;
    char folder[512];
    s_make (&place, folder);
    resealed_drop_line (folder, "audit.ndjson", "{\"seq\":5,");
    resealed_replace (folder, "report.json", "\"records\": 5", "\"records\": 4");
    resealed_hashes (folder);
    command_line_expect (CALL (&place, "verify", "a"), 1, "NOT WHOLE",
                         "audit.ndjson ends after line 4 without its end; lines are missing");
    workplace_remove (&place);
}

Test (verify, finds_what_is_no_file_of_the_result_or_none_at_all, .timeout = 120)
{
    struct workplace place;
    char folder[512], path[600], other[600];
    s_make (&place, folder);
    snprintf (path, sizeof path, "%s/notes.txt", folder);
    workplace_write (&place, "a/notes.txt", "x", 1);
    command_line_expect (CALL (&place, "verify", "a"), 1, "NOT WHOLE", "“notes.txt” stands in the folder");
    cr_assert_eq (unlink (path), 0);
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson", "datapackage.json",
                                        "report.json"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        char said[100];
        snprintf (path, sizeof path, "%s/%s", folder, FILES[i]);
        snprintf (other, sizeof other, "%s/aside", place.folder);
        cr_assert_eq (rename (path, other), 0);
        cr_assert_eq (symlink (other, path), 0);
        snprintf (said, sizeof said, "%s is a link", FILES[i]);
        command_line_expect (CALL (&place, "verify", "a"), 1, "NOT WHOLE", said);
        cr_assert_eq (unlink (path), 0);
        cr_assert_eq (mkfifo (path, 0600), 0);    //  nobody writes into it: whoever waits for it hangs
        snprintf (said, sizeof said, "%s is no regular file", FILES[i]);
        command_line_expect (CALL (&place, "verify", "a"), 1, "NOT WHOLE", said);
        cr_assert_eq (unlink (path), 0);
        cr_assert_eq (rename (other, path), 0);
    }
    command_line_expect (CALL (&place, "verify", "a"), 0, "whole", NULL);
    workplace_remove (&place);
}

//  A file of terabytes that nobody stored is told by its size; what is called a signature is one.
Test (verify, finds_sparse_files_and_what_is_no_signature, .timeout = 120)
{
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson", "datapackage.json"};
    struct workplace place;
    char folder[512], path[600];
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        s_make (&place, folder);
        snprintf (path, sizeof path, "%s/%s", folder, FILES[i]);
        cr_assert_eq (truncate (path, (off_t) 1 << 40), 0);
        command_line_expect (CALL (&place, "verify", "a"), 1, "NOT WHOLE", "has 1099511627776 bytes");
        workplace_remove (&place);
    }
    s_make (&place, folder);
    snprintf (path, sizeof path, "%s/report.json.sig", folder);
    workplace_write (&place, "a/report.json.sig", "x", 1);
    command_line_expect (CALL (&place, "verify", "a"), 1, "NOT WHOLE", "report.json.sig is no signature");
    cr_assert (unlink (path) == 0 && mkfifo (path, 0600) == 0);
    command_line_expect (CALL (&place, "verify", "a"), 1, "NOT WHOLE", "report.json.sig is no regular file");
    cr_assert (unlink (path) == 0 && symlink ("/etc/passwd", path) == 0);
    command_line_expect (CALL (&place, "verify", "a"), 1, "NOT WHOLE", "report.json.sig is a link");
    workplace_remove (&place);
}

//  Edits after which a result is whole by itself, and no more what became of its input.
static const struct edit UNLIKE[] = {
    //  Written as another record: what a truncation of positions once did.
    {"records.csv", "\n7,Last,", "\n1,Ann,", false, "have a patient_id that does not stand in their record"},
    {"rejects.csv", ",Nobody,Here", ",Nobody,Hear", false, "does not stand in rejects.csv with its text"},
    {"audit.ndjson", "\"repeats\":2", "\"repeats\":1", true, "repeat one with other values"},
};

//  As s_make, with a last record, and the result is found to hold its input.
static void s_make_longer (struct workplace *place, char folder[512])
{
    char text[512];
    workplace_make (place);
    snprintf (text, sizeof text, "%s7,Last,One,1990-01-01,F\n", COMMAND_LINE_PATIENTS);
    command_line_write (place, "a.csv", text);
    command_line_expect (CALL (place, "run", "a.csv", "--quiet"), 0, NULL, NULL);
    snprintf (folder, 512, "%s/a", place->folder);
    command_line_expect (CALL (place, "verify", "a", "--input", "a.csv"), 0,
                         "all 6 records of the input were found", NULL);
}

Test (verify, with_the_input_finds_records_that_are_whole_and_not_its_own, .timeout = 120)
{
    for (size_t i = 0; i < sizeof UNLIKE / sizeof *UNLIKE; i++) {
        struct workplace place;
        char folder[512];
        s_make_longer (&place, folder);
        resealed_replace (folder, UNLIKE[i].file, UNLIKE[i].from, UNLIKE[i].to);
        if (UNLIKE[i].chain)
            resealed_chain (folder);
        resealed_hashes (folder);
        command_line_expect (CALL (&place, "verify", "a"), 0, "whole", NULL);
        command_line_expect (CALL (&place, "verify", "a", "--input", "a.csv"), 1, "NOT WHOLE",
                             UNLIKE[i].said);
        workplace_remove (&place);
    }
}

Test (verify, with_the_input_finds_that_the_last_records_are_missing, .timeout = 120)
{
    struct workplace place;
    char folder[512];
    s_make_longer (&place, folder);
    resealed_drop_line (folder, "records.csv", "7,Last,");
    resealed_replace (folder, "report.json", "\"records\": 3", "\"records\": 2");
    resealed_replace (folder, "report.json", "\"read\": 6", "\"read\": 5");
    resealed_replace (folder, "report.json", "\"written\": 3", "\"written\": 2");
    resealed_replace (folder, "audit.ndjson", "\"read\":6,\"written\":3", "\"read\":5,\"written\":2");
    resealed_chain (folder);
    resealed_hashes (folder);
    command_line_expect (CALL (&place, "verify", "a"), 0, "whole", NULL);
    command_line_expect (CALL (&place, "verify", "a", "--input", "a.csv"), 1, "NOT WHOLE",
                         "record 6 of the input is neither written nor set aside nor repeats another");
    command_line_write (&place, "b.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "verify", "a", "--input", "b.csv"), 1, "NOT WHOLE",
                         "b.csv is not the input of the result");
    workplace_remove (&place);
}

Test (verify, digest_prints_the_line_that_tells_a_result_from_every_other, .timeout = 120)
{
    struct workplace place;
    struct error error;
    char folder[512], path[600], hex[DIGEST_HEX_BYTES], line[200];
    s_make (&place, folder);
    snprintf (path, sizeof path, "%s/report.json", folder);
    cr_assert_eq (digest_of_file (path, hex, NULL, &error), DMH_OK, "%s", error.text);
    snprintf (line, sizeof line, "%s  a/report.json\n", hex);
    command_line_expect (CALL (&place, "verify", "a", "--digest"), 0, line, NULL);
    workplace_remove (&place);
}
