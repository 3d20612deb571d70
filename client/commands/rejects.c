//  rejects.c: dmh rejects: what a result set aside, as an input to mend and run again.
#include "client/commands/command.h"
#include "client/result/raw_records.h"
#include "client/terminal/json_line.h"
#include "messages/files/whole_file.h"
#include "messages/text/terminal.h"

#include <string.h>

static void s_say (const struct arguments *arguments, const struct raw_counts *counts)
{
    FILE *to = strcmp (arguments->file, "-") == 0 ? stderr : stdout;
    if (arguments->json) {
        json_line_t *line = json_line_new ();
        json_line_text (line, "file", arguments->file);
        json_line_number (line, "rejected", counts->rejected);
        json_line_number (line, "conflicts", counts->conflicts);
        json_line_print (&line, to);
    } else if (!arguments->quiet)
        terminal_print (to, "%s: %llu rejected, %llu conflicts\n", arguments->file,
                        (unsigned long long) counts->rejected, (unsigned long long) counts->conflicts);
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

int command_rejects (struct arguments *arguments)
{
    struct error error = {.code = DMH_OK};
    struct raw_counts counts;
    int rc = arguments->file
                 ? DMH_OK
                 : error_set (&error, DMH_USAGE,
                              "rejects needs -o FILE, where the records go; - for standard output");
    if (rc == DMH_OK)
        rc = strcmp (arguments->file, "-") == 0
                 ? raw_records_write (arguments->words[0], stdout, &counts, &error)
                 : whole_file_write (arguments->file, s_write,
                                     &(struct rejects){arguments->words[0], &counts}, &error);
    if (rc != DMH_OK)
        return command_refuse (&error);
    s_say (arguments, &counts);
    return EXIT_DONE;
}
