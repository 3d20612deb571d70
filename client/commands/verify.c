//  verify.c: dmh verify: one result folder, or each one in a folder of results.
#include "client/commands/command.h"
#include "client/connection/subject.h"
#include "client/result/batch/outcome_table.h"
#include "client/result/folder_tree.h"
#include "client/result/outcome.h"
#include "client/result/reading/result_file.h"
#include "client/terminal/counts_text.h"
#include "client/terminal/json_line.h"
#include "client/verification/conservation.h"
#include "client/verification/kept_result.h"
#include "client/verification/signature_check.h"
#include "client/verification/verification.h"
#include "messages/text/quantity.h"
#include "messages/text/terminal.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

struct verify {
    const struct arguments *arguments;
    const struct job_record *kept;    //  --job: what the broker keeps; NULL without
    const signing_key_t *key;         //  --verify-key; NULL without
    const char *folder;               //  that is being checked
    json_line_t *line;                //  --json: its object
    size_t results, wrong;
};

static bool s_is_result (const char *folder)
{
    char *report = folder_tree_join (folder, "report.json");
    struct stat about;
    bool is = report && lstat (report, &about) == 0;
    free (report);
    return is;
}

static void s_found (void *context, const char *sentence)
{
    struct verify *self = context;
    terminal_print (stderr, "dmh: %s: %s\n", self->folder, sentence);
    json_line_text (self->line, NULL, sentence);
}

//  And what of the input was not looked at.
static void s_say_followed (const struct verify *self, const struct conservation *conserved)
{
    terminal_print (stdout,
                    "%s: %s%s of the input %s found again: %llu written at %s place, %llu set aside "
                    "with %s text, %llu that repeat%s another\n",
                    self->folder, conserved->read == 1 ? "the " : "all ",
                    QUANTITY (conserved->read, "record"), conserved->read == 1 ? "was" : "were",
                    (unsigned long long) conserved->written, conserved->written == 1 ? "its" : "their",
                    (unsigned long long) conserved->set_aside, conserved->set_aside == 1 ? "its" : "their",
                    (unsigned long long) conserved->repeated, conserved->repeated == 1 ? "s" : "");
    if (*conserved->only)
        terminal_print (stdout, "%s: of each resource %s alone was compared, and nothing else that it says\n",
                        self->folder, conserved->only);
    if (conserved->marked)
        terminal_print (stdout, "%s: %s of the wide table %s, as report.json lists under no_results\n",
                        self->folder, QUANTITY (conserved->marked, "cell"),
                        conserved->marked == 1 ? "is no result" : "are no results");
}

//  What of the input was proved.
static void s_say_conserved (struct verify *self, const struct conservation *conserved)
{
    if (self->arguments->json) {
        json_line_object (self->line, "input");
        json_line_flag (self->line, "same", conserved->same);
        json_line_flag (self->line, "followed", conserved->records);
        json_line_text (self->line, "why_not", conserved->why);
        json_line_text (self->line, "only", *conserved->only ? conserved->only : NULL);
        json_line_number (self->line, "no_results", conserved->marked);
        json_line_close (self->line);
        return;
    }
    if (self->arguments->quiet || !conserved->same)
        return;
    if (conserved->why)
        terminal_print (stdout,
                        "%s: the input is the one by its SHA-256; its records were not followed, as %s\n",
                        self->folder, conserved->why);
    else if (conserved->records)
        s_say_followed (self, conserved);
}

//  What else was asked for and is right; of a result that is not whole neither key nor broker says anything.
static void s_say_more (struct verify *self, bool wrong, const struct conservation *conserved)
{
    const struct arguments *arguments = self->arguments;
    bool plain = !arguments->json && !arguments->digest && !arguments->quiet;
    if (arguments->json && self->kept)
        json_line_flag (self->line, "kept", !wrong);
    if (arguments->json && self->key)
        json_line_flag (self->line, "signed", !wrong);
    if (plain && self->kept && !wrong)
        terminal_print (stdout, "%s: the result that the broker keeps of job %s\n", self->folder,
                        self->kept->job);
    if (plain && self->key && !wrong)
        terminal_print (stdout, "%s: signed by the key of %s\n", self->folder, arguments->verify_key);
    if (arguments->input && (arguments->json || plain))
        s_say_conserved (self, conserved);
}

static void s_check (struct verify *self, const char *folder)
{
    struct verified verified;
    struct problems problems = {s_found, self, 0};
    self->folder = folder;
    if (self->arguments->json) {
        self->line = json_line_new ();
        json_line_text (self->line, "folder", folder);
        json_line_array (self->line, "problems");
    }
    struct conservation conserved = {.why = ""};
    verification_check (folder, &verified, &problems);
    if (self->kept && *verified.digest)
        kept_result_check (folder, verified.digest, self->kept, &problems);
    if (self->key && *verified.digest)
        signature_check (folder, verified.digest, self->key, &problems);
    if (self->arguments->input && problems.count == 0)
        conservation_check (folder, self->arguments->input, &conserved, &problems);
    problems_end (&problems);
    bool wrong = problems.count != 0;
    const struct counts counts = verified.counts;
    self->results++;
    self->wrong += wrong;
    if (self->arguments->json) {
        json_line_close (self->line);
        json_line_flag (self->line, "whole", !wrong);
        json_line_counts (self->line, &counts);
        json_line_text (self->line, "report_sha256", verified.digest);
        s_say_more (self, wrong, &conserved);
        json_line_print (&self->line, stdout);
    } else if (self->arguments->digest) {
        if (!wrong)
            outcome_digest (verified.digest, folder, stdout);
    } else if (!self->arguments->quiet)
        terminal_print (stdout, "%s: %s, %s\n", folder, wrong ? "NOT WHOLE" : "whole",
                        counts_text (&counts, false, (char[COUNTS_TEXT_BYTES]){0}));
    if (!self->arguments->json)
        s_say_more (self, wrong, &conserved);
}

//  A folder that stands in another, as the tree of the inputs was kept. Links are not followed.
static bool s_is_folder (const char *path)
{
    struct stat about;
    return lstat (path, &about) == 0 && S_ISDIR (about.st_mode);
}

//  Each result in it, and in the folders that are none.
static int s_check_below (struct verify *self, const char *folder, struct error *error)
{
    struct dirent **names;
    int count = scandir (folder, &names, NULL, alphasort), rc = DMH_OK;
    if (count < 0)
        return error_set (error, DMH_IO, "%s cannot be read: %s", folder, strerror (errno));
    for (int i = 0; i < count; i++) {
        char *inner = names[i]->d_name[0] == '.' ? NULL : folder_tree_join (folder, names[i]->d_name);
        if (inner && s_is_result (inner))
            s_check (self, inner);
        else if (inner && rc == DMH_OK && s_is_folder (inner))
            rc = s_check_below (self, inner, error);
        free (inner);
        free (names[i]);
    }
    free (names);
    return rc;
}

static int s_check_each (struct verify *self, const char *folder, struct error *error)
{
    int rc = s_check_below (self, folder, error);
    if (rc == DMH_OK && self->results == 0)
        return error_set (error, DMH_NOT_FOUND, "%s holds no result of dmh: no report.json is in it", folder);
    return rc;
}

static int s_check_all (struct verify *self, struct error *error)
{
    const char *folder = self->arguments->words[0];
    int rc = result_files_folder (folder, error);
    if (rc != DMH_OK)
        return rc;
    bool one = self->kept || self->arguments->input;
    if (s_is_result (folder))
        s_check (self, folder);
    else if (one)
        return error_set (error, DMH_USAGE, "%s takes the folder of one result, and %s has no report.json",
                          self->kept ? "--job" : "--input", folder);
    else
        return s_check_each (self, folder, error);
    return DMH_OK;
}

//  What the broker keeps of the job that --job names.
static int s_ask (const struct arguments *arguments, struct job_record *record, struct error *error)
{
    connection_t *connection = command_connect (arguments, -1, error);
    struct subject subject = {.is_batch = false};
    int rc = connection ? subject_find (connection, arguments->job, &subject, error) : error->code;
    if (rc == DMH_OK && subject.is_batch)
        rc = error_set (error, DMH_USAGE, "%s is a batch; --job takes one of its jobs: dmh list --batch %s",
                        subject.id, subject.id);
    if (rc == DMH_OK)
        rc = connection_status (connection, subject.id, record, error);
    connection_destroy (&connection);
    zsys_shutdown ();
    return rc;
}

int command_verify (struct arguments *arguments)
{
    struct verify self = {.arguments = arguments};
    struct error error = {.code = DMH_OK};
    struct job_record record = {.job = ""};
    signing_key_t *key = NULL;
    int rc = DMH_OK;
    if (arguments->verify_key && !(key = signing_key_read_public (arguments->verify_key, &error)))
        rc = error.code;
    if (rc == DMH_OK && arguments->job)
        rc = s_ask (arguments, &record, &error);
    self.key = key;
    self.kept = arguments->job ? &record : NULL;
    if (rc == DMH_OK)
        rc = s_check_all (&self, &error);
    shape_clear (&job_record_shape, &record);
    signing_key_destroy (&key);
    if (rc != DMH_OK)
        return command_refuse (&error);
    return self.wrong ? EXIT_JOB_FAILED : EXIT_DONE;
}
