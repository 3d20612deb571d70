//  launch.c: dmh workers launch: starts workers on an engine and waits until the broker knows them.
#include "client/launch/launch.h"

#include "client/commands/workers/plan.h"
#include "client/commands/workers/workers.h"
#include "client/launch/release.h"
#include "client/terminal/json_line.h"
#include "messages/base/clock.h"
#include "messages/text/terminal.h"

enum { MS_A_SECOND = 1000 };

static void s_say (const struct arguments *arguments, const struct launch *launch, size_t i)
{
    const struct launched *worker = &launch->workers[i];
    if (arguments->json) {
        json_line_t *line = json_line_new ();
        json_line_text (line, "worker", worker->name);
        json_line_text (line, "engine", worker->engine);
        json_line_text (line, "host", worker->host);
        json_line_text (line, "place", worker->place);
        json_line_flag (line, "registered", launch->registered[i]);
        json_line_print (&line, stdout);
    } else if (!arguments->quiet)
        terminal_print (stdout, launch->registered[i] ? "%s is registered\n" : "%s is started\n",
                        worker->name);
}

static void s_say_tail (const struct launch *launch)
{
    char tail[ENGINE_TAIL_BYTES], *rest = tail;
    memcpy (tail, launch->tail, sizeof tail);
    if (*tail)
        terminal_print (stderr, "dmh: the end of its log:\n");
    for (char *line; (line = strsep (&rest, "\n")) != NULL;)
        if (*line)
            terminal_print (stderr, "  %s\n", line);
}

//  What was launched before and is no more is put away first.
static void s_tidy (connection_t *connection)
{
    struct launched *noted = NULL;
    size_t count = 0;
    struct worker_list list;
    if (connection_workers (connection, &list, NULL) != DMH_OK)
        return;
    if (launched_all (&noted, &count, NULL) == DMH_OK)
        release_lost (noted, count, &list);
    free (noted);
    launched_sweep_logs (clock_wall_ms ());
    worker_list_clear (&list);
}

int workers_launch (const struct arguments *arguments, connection_t *connection, struct error *error)
{
    struct launch launch;
    struct plan_words words;
    int rc = plan_read (arguments, connection, &launch, &words, error);
    if (rc != DMH_OK)
        return rc;
    launch.patience_ms = arguments->no_wait ? 0 : (int64_t) arguments->start_seconds * MS_A_SECOND;
    s_tidy (connection);
    rc = launch_start (&launch, (size_t) arguments->count, error);
    for (size_t i = 0; i < launch.count; i++)
        if (rc == DMH_OK || launch.registered[i])
            s_say (arguments, &launch, i);
    if (rc != DMH_OK)
        s_say_tail (&launch);
    launch_clear (&launch);
    return rc;
}
