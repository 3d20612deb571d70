//  list.c: dmh list: the broker's jobs, as a table or as lines of JSON.
#include "client/commands/command.h"
#include "client/connection/subject.h"
#include "client/terminal/json_line.h"
#include "client/terminal/table.h"
#include "messages/base/clock.h"

enum { LIMIT_DEFAULT = 32, PAGE = 64 };

static void s_job_line (const struct job_record *record)
{
    json_line_t *line = json_line_new ();
    json_line_record (line, record);
    json_line_print (&line, stdout);
}

static void s_job_row (table_t *table, const struct job_record *record)
{
    double share = record->bytes_total ? (double) record->bytes_done / (double) record->bytes_total : 0;
    char done[16], at[CLOCK_TEXT_BYTES];
    if (share > 1 || job_state_is (record->state, JOB_DONE))
        share = 1;
    snprintf (done, sizeof done, "%.0f%%", 100 * share);
    table_cell (table, record->job);
    table_tone (table, record->state, table_tone_of (record->state));
    table_cell (table, job_shown_name (record));
    table_cell (table, *record->kind ? record->kind : "-");
    table_cell (table, done);
    table_number (table, record->counts.read);
    table_time (table, clock_text (record->submitted_at, at));
}

static table_t *s_job_table (void)
{
    table_t *table = table_new (stdout, true);
    table_column (table, "job", TABLE_WHOLE);
    table_column (table, "state", TABLE_WHOLE);
    table_column (table, "name", TABLE_CUT);
    table_column (table, "kind", TABLE_SPARE);
    table_column (table, "done", TABLE_RIGHT | TABLE_SPARE_LATER);
    table_column (table, "read", TABLE_RIGHT | TABLE_SPARE);
    table_column (table, "submitted", TABLE_SPARE_LATER);
    return table;
}

//  Up to `left` jobs, page by page; as lines where there is no table.
static int s_pages (struct list *list, uint64_t left, connection_t *connection, table_t *table, bool json,
                    struct error *error)
{
    for (bool more = true; more && left;) {
        struct jobs page;
        list->limit = left < PAGE ? left : PAGE;
        int rc = connection_list (connection, list, &page, error);
        if (rc != DMH_OK)
            return rc;
        for (size_t i = 0; i < page.jobs_count && left; i++, left--) {
            if (json)
                s_job_line (&page.jobs[i]);
            else
                s_job_row (table, &page.jobs[i]);
            memcpy (list->after, page.jobs[i].job, sizeof list->after);
        }
        more = page.more && page.jobs_count;
        jobs_clear (&page);
    }
    return DMH_OK;
}

static int s_list (const struct arguments *arguments, connection_t *connection, struct error *error)
{
    struct list list = {.after = "", .since = arguments->since_ms};
    struct subject subject;
    int rc = arguments->batch ? subject_find (connection, arguments->batch, &subject, error) : DMH_OK;
    if (rc == DMH_OK && arguments->batch && !subject.is_batch)
        rc = error_set (error, DMH_USAGE, "%s is a job; dmh status %s tells of it", subject.id, subject.id);
    if (rc != DMH_OK)
        return rc;
    if (arguments->batch)
        memcpy (list.batch, subject.id, sizeof list.batch);
    snprintf (list.state, sizeof list.state, "%s", arguments->state ? arguments->state : "");
    table_t *table = arguments->json ? NULL : s_job_table ();
    rc = s_pages (&list, arguments->limit ? arguments->limit : LIMIT_DEFAULT, connection, table,
                  arguments->json, error);
    if (!arguments->json)
        table_print (&table);
    return rc;
}

int command_list (struct arguments *arguments)
{
    struct error error = {.code = DMH_OK};
    connection_t *connection = command_connect (arguments, -1, &error);
    int rc = connection ? s_list (arguments, connection, &error) : error.code;
    connection_destroy (&connection);
    zsys_shutdown ();
    return rc == DMH_OK ? EXIT_DONE : command_refuse (&error);
}
