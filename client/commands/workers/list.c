//  list.c: dmh workers list: who works for the broker, as a table or as lines of JSON.
#include "client/commands/workers/workers.h"
#include "client/terminal/json_line.h"
#include "client/terminal/table.h"
#include "messages/base/clock.h"
#include "messages/job_json.h"

static void s_worker_line (const struct worker_info *worker)
{
    json_line_t *line = json_line_new ();
    if (line)
        job_json_worker (json_line_writer (line), worker);
    json_line_print (&line, stdout);
}

static void s_worker_row (table_t *table, const struct worker_info *worker)
{
    char since[CLOCK_TEXT_BYTES];
    table_cell (table, worker->worker);
    table_cell (table, worker->host);
    table_number (table, worker->pid);
    table_number (table, worker->slots);
    table_number (table, worker->busy);
    table_number (table, worker->threads);
    table_cell (table, worker->version);
    table_time (table, clock_text (worker->since, since));
    table_tone (table, worker->draining ? "draining" : "", TABLE_MOVING);
}

static table_t *s_worker_table (void)
{
    static const char *const NUMBERS[] = {"pid", "slots", "busy", "threads"};
    static const unsigned SPARE[] = {TABLE_SPARE_LATER, TABLE_WHOLE, TABLE_WHOLE, TABLE_SPARE};
    table_t *table = table_new (stdout, true);
    table_column (table, "worker", TABLE_CUT);
    table_column (table, "host", TABLE_CUT);
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++)
        table_column (table, NUMBERS[i], TABLE_RIGHT | SPARE[i]);
    table_column (table, "version", TABLE_SPARE);
    table_column (table, "since", TABLE_SPARE_LATER);
    table_column (table, NULL, TABLE_WHOLE);
    return table;
}

int workers_list (const struct arguments *arguments, connection_t *connection, struct error *error)
{
    struct worker_list list;
    int rc = connection_workers (connection, &list, error);
    if (rc != DMH_OK)
        return rc;
    table_t *table = arguments->json ? NULL : s_worker_table ();
    for (size_t i = 0; i < list.workers_count; i++)
        if (arguments->json)
            s_worker_line (&list.workers[i]);
        else
            s_worker_row (table, &list.workers[i]);
    if (!arguments->json)
        table_print (&table);
    worker_list_clear (&list);
    return DMH_OK;
}
