//  rejects.c: dmh rejects: what a result set aside, as an input to mend and run again.
#include "client/commands/command.h"
#include "client/result/raw_records.h"
#include "client/result/reading/result_file.h"
#include "client/result/written_file.h"
#include "client/terminal/json_line.h"
#include "messages/text/quantity.h"
#include "messages/text/terminal.h"

#include <string.h>
#include <sys/stat.h>

static void s_say (const struct arguments *arguments, const struct raw_counts *counts)
{
    FILE *to = strcmp (arguments->file, "-") == 0 ? stderr : stdout;
    if (arguments->json) {
        json_line_t *line = json_line_new ();
        json_line_text (line, "file", arguments->file);
        json_line_number (line, "rejected", counts->rejected);
        json_line_number (line, "conflicts", counts->conflicts);
        json_line_number (line, "files", counts->files);
        json_line_print (&line, to);
    } else if (!arguments->quiet)
        terminal_print (to, "%s: %llu rejected, %s\n", arguments->file, (unsigned long long) counts->rejected,
                        QUANTITY (counts->conflicts, "conflict"));
}

struct rejects {
    const char *folder;
    struct raw_counts *counts;
};

static int s_write (void *context, FILE *file, struct error *error)
{
    struct rejects *self = context;
    return raw_records_write (self->folder, file, self->counts, error);
}

//  A folder that is there, or is to be made.
static bool s_is_folder (const char *path)
{
    struct stat about;
    size_t n = strlen (path);
    return (n > 0 && path[n - 1] == '/') || (stat (path, &about) == 0 && S_ISDIR (about.st_mode));
}

static int s_write_to (const struct arguments *arguments, struct raw_counts *counts, struct error *error)
{
    const char *folder = arguments->words[0], *to = arguments->file;
    struct rejects rejects = {folder, counts};
    int rc = result_files_folder (folder, error);
    if (rc != DMH_OK)
        return rc;
    if (strcmp (to, "-") == 0)
        return raw_records_write (folder, stdout, counts, error);
    return s_is_folder (to) ? raw_records_spread (folder, to, arguments->replace, counts, error)
                            : written_file_put (to, arguments->replace, s_write, &rejects, error);
}

int command_rejects (struct arguments *arguments)
{
    struct error error = {.code = DMH_OK};
    struct raw_counts counts;
    int rc = arguments->file
                 ? s_write_to (arguments, &counts, &error)
                 : error_set (&error, DMH_USAGE,
                              "rejects needs -o FILE, where the records go; - for standard output");
    if (rc != DMH_OK)
        return command_refuse (&error);
    s_say (arguments, &counts);
    return EXIT_DONE;
}
