//  rejects.c: dmh rejects: what a result set aside, as an input to mend and run again.
#define _GNU_SOURCE
#include "client/commands/command.h"
#include "client/result/raw_records.h"
#include "client/terminal/json_line.h"
#include "messages/text/terminal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

//  Through a file beside it, so that `path` is whole or as it was.
static int s_write_file (const char *folder, const char *path, struct raw_counts *counts, struct error *error)
{
    char *part = NULL;
    if (asprintf (&part, "%s.XXXXXX", path) < 0)
        return error_set (error, DMH_INTERNAL, "out of memory");
    int fd = mkstemp (part);
    FILE *file = fd >= 0 ? fdopen (fd, "wb") : NULL;
    int rc = file ? raw_records_write (folder, file, counts, error)
                  : error_set (error, DMH_IO, "%s cannot be written: %s", path, strerror (errno));
    if (rc == DMH_OK && fsync (fd) != 0)
        rc = error_set (error, DMH_IO, "%s cannot be written: %s", path, strerror (errno));
    if (file && fclose (file) != 0 && rc == DMH_OK)
        rc = error_set (error, DMH_IO, "%s cannot be written: %s", path, strerror (errno));
    if (rc == DMH_OK && rename (part, path) != 0)
        rc = error_set (error, DMH_IO, "%s cannot be written: %s", path, strerror (errno));
    if (rc != DMH_OK && fd >= 0)
        unlink (part);
    free (part);
    return rc;
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
                 : s_write_file (arguments->words[0], arguments->file, &counts, &error);
    if (rc != DMH_OK)
        return command_refuse (&error);
    s_say (arguments, &counts);
    return EXIT_DONE;
}
