//  verify.c: dmh verify: one result folder, or each one in a folder of results.
#include "client/commands/command.h"
#include "client/result/result_folder.h"
#include "client/terminal/json_line.h"
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
    verification_check (folder, &verified, &problems);
    problems_end (&problems);
    bool wrong = problems.count != 0;
    const struct counts counts = verified.counts;
    self->results++;
    self->wrong += wrong;
    if (self->arguments->json) {
        json_line_close (self->line);
        json_line_flag (self->line, "whole", !wrong);
        json_line_counts (self->line, &counts);
        json_line_print (&self->line, stdout);
    } else if (!self->arguments->quiet)
        printf ("%s: %s, %llu read, %llu written, %llu duplicates, %llu conflicts, %llu rejected\n", folder,
                wrong ? "NOT WHOLE" : "whole", (unsigned long long) counts.read,
                (unsigned long long) counts.written, (unsigned long long) counts.duplicates,
                (unsigned long long) counts.conflicts, (unsigned long long) counts.rejected);
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
