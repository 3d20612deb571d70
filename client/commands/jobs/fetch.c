//  fetch.c: dmh fetch: brings the results of jobs to DIR/<name of the input>/.
#include "client/arguments/input_name.h"
#include "client/commands/command.h"
#include "client/connection/follow.h"
#include "client/connection/subject.h"
#include "client/result/batch/result_owner.h"
#include "client/result/download.h"
#include "client/result/folder_tree.h"
#include "client/result/result_folder.h"
#include "client/terminal/json_line.h"
#include "messages/text/terminal.h"

#include <unistd.h>

//  The name of its input without endings; where that is the result of another job, the job's id behind it.
static void s_name (const struct arguments *arguments, const struct job_record *record,
                    char name[NAME_BYTES + ID_BYTES])
{
    char stem[NAME_BYTES];
    input_name_stem (record->name, stem);
    snprintf (name, NAME_BYTES, "%s", stem);
    char *named = result_folder_name_of (record, name),
         *to = named ? folder_tree_join (arguments->folder, named) : NULL;
    if (to && !arguments->replace && access (to, F_OK) == 0 && !result_owner_is_job (to, record->job))
        snprintf (name, NAME_BYTES + ID_BYTES, "%.*s.%s", 255 - ID_BYTES - 8, stem, record->job);
    free (named);
    free (to);
}

//  One result; what is said of it when it is here.
static int s_fetch (const struct arguments *arguments, const struct file_transfer *transfer,
                    struct job_record *record, struct error *error)
{
    char name[NAME_BYTES + ID_BYTES], *where = NULL;
    s_name (arguments, record, name);
    int rc =
        download_result (transfer, arguments->transfer_mode, record, arguments->folder, name, &where, error);
    if (rc == DMH_OK)
        download_acknowledge (transfer->connection, record);
    const struct output *report = job_output (record, "report.json");
    if (rc == DMH_OK && arguments->json) {
        json_line_t *line = json_line_new ();
        json_line_record (line, record);
        json_line_text (line, "folder", where);
        json_line_text (line, "report_sha256", report ? report->sha256 : NULL);
        json_line_print (&line, stdout);
    } else if (rc == DMH_OK && !arguments->quiet) {
        terminal_data (stdout, where);    //  and nothing else there: scripts read it
        terminal_print (stdout, "\n");
        if (report)
            terminal_print (stderr, "dmh: the SHA-256 of %s/report.json is %s\n", where, report->sha256);
    }
    free (where);
    return rc;
}

//  Each of them: one without a result ends nothing but itself.
static int s_fetch_all (const struct arguments *arguments, connection_t *connection,
                        struct job_record *records, size_t count)
{
    struct file_transfer transfer = {connection,
                                     arguments->quiet || arguments->json ? NULL : progress_new (stderr, 0)};
    int status = EXIT_DONE;
    for (size_t i = 0; i < count; i++) {
        struct error error = {.code = DMH_OK};
        int rc = s_fetch (arguments, &transfer, &records[i], &error);
        if (rc == DMH_OK)
            continue;
        if (transfer.progress)
            progress_clear (transfer.progress);
        if (count > 1)
            terminal_print (stderr, "dmh: %s (%s):\n", records[i].name, records[i].job);
        status = command_refuse (&error);
        if (rc == DMH_UNAVAILABLE || rc == DMH_CANCELLED)
            break;
    }
    progress_destroy (&transfer.progress);
    return status;
}

int command_fetch (struct arguments *arguments)
{
    struct error error = {.code = DMH_OK};
    struct job_record *records = NULL;
    size_t count = 0;
    if (!arguments->folder) {
        error_set (&error, DMH_USAGE, "fetch needs a folder for the results: -o DIR");
        return command_refuse (&error);
    }
    connection_t *connection = command_connect (arguments, follow_interrupt (), &error);
    int rc = connection ? subject_jobs (connection, arguments->words, arguments->word_count, true, &records,
                                        &count, &error)
                        : error.code;
    int status = rc == DMH_OK ? s_fetch_all (arguments, connection, records, count) : command_refuse (&error);
    for (size_t i = 0; i < count; i++)
        shape_clear (&job_record_shape, &records[i]);
    free (records);
    connection_destroy (&connection);
    zsys_shutdown ();
    return status;
}
