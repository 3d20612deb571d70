//  list.c: dmh list and dmh workers: what the broker has, as a table or as lines of JSON.
#include "client/arguments/command.h"
#include "client/terminal/json_line.h"
#include "client/terminal/page.h"
#include "messages/base/clock.h"

enum { LIMIT_DEFAULT = 32, PAGE = 64, NAME_COLUMNS = 32 };

static void s_print_job (const struct job_record *record, bool json)
{
    if (json) {
        json_line_t *line = json_line_new ();
        json_line_record (line, record);
        json_line_print (&line, stdout);
        return;
    }
    char name[NAME_BYTES + 8], at[CLOCK_TEXT_BYTES];
    size_t columns = page_cut (record->name, NAME_COLUMNS, name, sizeof name);
    double share = record->bytes_total ? (double) record->bytes_done / (double) record->bytes_total : 0;
    bool done = streq (record->state, "done");
    printf ("%-20s  %-9s  %s%*s  %-13s  %3.0f%%  %10llu  %s\n", record->job, record->state, name,
            (int) (NAME_COLUMNS - columns), "", *record->kind ? record->kind : "-",
            done ? 100.0 : 100 * (share > 1 ? 1 : share), (unsigned long long) record->counts.read,
            clock_text (record->submitted_at, at));
}

static int s_list (const struct arguments *arguments, connection_t *connection, struct error *error)
{
    uint64_t left = arguments->limit ? arguments->limit : LIMIT_DEFAULT;
    struct list list = {.after = ""};
    snprintf (list.state, sizeof list.state, "%s", arguments->state ? arguments->state : "");
    if (!arguments->json)
        printf ("%-20s  %-9s  %-*s  %-13s  %4s  %10s  %s\n", "job", "state", NAME_COLUMNS, "name", "kind", "",
                "read", "submitted");
    for (bool more = true; more && left;) {
        struct jobs page;
        list.limit = left < PAGE ? left : PAGE;
        int rc = connection_list (connection, &list, &page, error);
        if (rc != DMH_OK)
            return rc;
        for (size_t i = 0; i < page.jobs_count && left; i++, left--) {
            s_print_job (&page.jobs[i], arguments->json);
            memcpy (list.after, page.jobs[i].job, sizeof list.after);
        }
        more = page.more && page.jobs_count;
        jobs_clear (&page);
    }
    return DMH_OK;
}

static void s_print_worker (const struct worker_info *worker, bool json)
{
    char since[CLOCK_TEXT_BYTES];
    if (!json) {
        printf ("%-24s  %-20s  %8llu  %5llu  %5llu  %7llu  %-10s  %s%s\n", worker->worker, worker->host,
                (unsigned long long) worker->pid, (unsigned long long) worker->slots,
                (unsigned long long) worker->busy, (unsigned long long) worker->threads, worker->version,
                clock_text (worker->since, since), worker->draining ? "  draining" : "");
        return;
    }
    json_line_t *line = json_line_new ();
    json_line_text (line, "worker", worker->worker);
    json_line_text (line, "host", worker->host);
    json_line_number (line, "pid", worker->pid);
    json_line_number (line, "slots", worker->slots);
    json_line_number (line, "busy", worker->busy);
    json_line_number (line, "threads", worker->threads);
    json_line_text (line, "version", worker->version);
    json_line_time (line, "since", worker->since);
    json_line_time (line, "last_heard", worker->last_heard);
    json_line_flag (line, "draining", worker->draining);
    json_line_print (&line, stdout);
}

static int s_workers (const struct arguments *arguments, connection_t *connection, struct error *error)
{
    struct worker_list list;
    int rc = connection_workers (connection, &list, error);
    if (rc != DMH_OK)
        return rc;
    if (!arguments->json)
        printf ("%-24s  %-20s  %8s  %5s  %5s  %7s  %-10s  %s\n", "worker", "host", "pid", "slots", "busy",
                "threads", "version", "since");
    for (size_t i = 0; i < list.workers_count; i++)
        s_print_worker (&list.workers[i], arguments->json);
    worker_list_clear (&list);
    return DMH_OK;
}

static int s_ask (const struct arguments *arguments,
                  int (*ask) (const struct arguments *, connection_t *, struct error *))
{
    struct error error = {.code = DMH_OK};
    connection_t *connection = command_connect (arguments, -1, &error);
    int rc = connection ? ask (arguments, connection, &error) : error.code;
    connection_destroy (&connection);
    zsys_shutdown ();
    return rc == DMH_OK ? EXIT_DONE : command_refuse (&error);
}

int command_list (struct arguments *arguments)
{
    return s_ask (arguments, s_list);
}

int command_workers (struct arguments *arguments)
{
    return s_ask (arguments, s_workers);
}
