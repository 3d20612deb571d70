//  verify.c: dmh verify: one result folder, or each one in a folder of results.
#include "client/commands/command.h"
#include "client/result/result_folder.h"
#include "client/terminal/json_line.h"
#include "client/verification/conservation.h"
#include "client/verification/verification.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

struct verify {
    const struct arguments *arguments;
    const char *folder;    //  that is being checked
    json_line_t *line;     //  --json: its object
    size_t results, wrong;
};

static bool s_is_result (const char *folder)
{
    char *report = result_folder_join (folder, "report.json");
    struct stat about;
    bool is = report && lstat (report, &about) == 0;
    free (report);
    return is;
}

static void s_found (void *context, const char *sentence)
{
    struct verify *self = context;
    fprintf (stderr, "dmh: %s: %s\n", self->folder, sentence);
    json_line_text (self->line, NULL, sentence);
}

//  What of the input was proved.
static void s_say_conserved (struct verify *self, const struct conservation *conserved)
{
    if (self->arguments->json) {
        json_line_object (self->line, "input");
        json_line_flag (self->line, "same", conserved->same);
        json_line_flag (self->line, "followed", conserved->records);
        json_line_text (self->line, "why_not", conserved->why);
        json_line_close (self->line);
        return;
    }
    if (self->arguments->quiet || !conserved->same)
        return;
    if (conserved->why)
        printf ("%s: the input is the one by its SHA-256; its records were not followed, as %s\n",
                self->folder, conserved->why);
    else if (conserved->records)
        printf (
            "%s: all %llu records of the input were found again: %llu written at their place, %llu set aside "
            "with their text, %llu repeat another\n",
            self->folder, (unsigned long long) conserved->read, (unsigned long long) conserved->written,
            (unsigned long long) conserved->set_aside, (unsigned long long) conserved->repeated);
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
        if (self->arguments->input)
            s_say_conserved (self, &conserved);
        json_line_print (&self->line, stdout);
    } else if (self->arguments->digest) {
        if (!wrong)
            printf ("%s  %s/report.json\n", verified.digest, folder);    //  as sha256sum --check takes it
    } else if (!self->arguments->quiet)
        printf ("%s: %s, %llu read, %llu written, %llu duplicates, %llu conflicts, %llu rejected\n", folder,
                wrong ? "NOT WHOLE" : "whole", (unsigned long long) counts.read,
                (unsigned long long) counts.written, (unsigned long long) counts.duplicates,
                (unsigned long long) counts.conflicts, (unsigned long long) counts.rejected);
    if (self->arguments->input && !self->arguments->json && !self->arguments->digest)
        s_say_conserved (self, &conserved);
}

static int s_check_each (struct verify *self, const char *folder, struct error *error)
{
    struct dirent **names;
    int count = scandir (folder, &names, NULL, alphasort);
    if (count < 0)
        return error_set (error, DMH_IO, "%s cannot be read: %s", folder, strerror (errno));
    for (int i = 0; i < count; i++) {
        char *inner = names[i]->d_name[0] == '.' ? NULL : result_folder_join (folder, names[i]->d_name);
        if (inner && s_is_result (inner))
            s_check (self, inner);
        free (inner);
        free (names[i]);
    }
    free (names);
    if (self->results == 0)
        return error_set (error, DMH_NOT_FOUND, "%s holds no result of dmh: no report.json is in it", folder);
    return DMH_OK;
}

int command_verify (struct arguments *arguments)
{
    struct verify self = {.arguments = arguments};
    struct error error = {.code = DMH_OK};
    int rc = DMH_OK;
    if (s_is_result (arguments->words[0]))
        s_check (&self, arguments->words[0]);
    else
        rc = s_check_each (&self, arguments->words[0], &error);
    if (rc != DMH_OK)
        return command_refuse (&error);
    return self.wrong ? EXIT_JOB_FAILED : EXIT_DONE;
}
