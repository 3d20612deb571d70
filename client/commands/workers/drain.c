//  drain.c: dmh workers drain: workers finish what they run, take nothing new, leave and end; it waits until
//  they have.
#include "client/commands/workers/workers.h"
#include "client/terminal/json_line.h"
#include "messages/text/terminal.h"

enum { LOOK_MS = 50, LOOK_MS_MOST = 1000 };

//  A worker that is to leave.
struct leaving {
    char worker[ID_BYTES];
    bool left;
};

struct drain_call {
    const struct arguments *arguments;
    connection_t *connection;
    struct leaving *leavings;
    size_t count;
};

//  The worker that a word means: the one of that name, or the only one whose name begins so.
static const struct worker_info *s_find (const struct worker_list *list, const char *word,
                                         struct error *error)
{
    const struct worker_info *found = NULL, *other = NULL;
    for (size_t i = 0; i < list->workers_count; i++) {
        const struct worker_info *worker = &list->workers[i];
        if (streq (worker->worker, word))
            return worker;
        if (*word && strncmp (worker->worker, word, strlen (word)) == 0) {
            other = found;
            found = worker;
        }
    }
    if (found && !other)
        return found;
    if (found)
        error_set (error, DMH_USAGE, "%.100s may mean %s and %s; write more of the name", word, other->worker,
                   found->worker);
    else
        error_set (error, DMH_NOT_FOUND, "no worker %.100s is registered; dmh workers names them", word);
    return NULL;
}

static void s_add (struct drain_call *self, const struct worker_info *worker)
{
    for (size_t i = 0; i < self->count; i++)
        if (streq (self->leavings[i].worker, worker->worker))
            return;
    memcpy (self->leavings[self->count++].worker, worker->worker, ID_BYTES);
}

//  Nobody is told anything where a word means no worker.
static int s_choose (struct drain_call *self, const struct worker_list *list, struct error *error)
{
    size_t named = self->arguments->word_count - 1;
    self->leavings = calloc (self->arguments->all ? list->workers_count + 1 : named, sizeof *self->leavings);
    if (!self->leavings)
        return error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; self->arguments->all && i < list->workers_count; i++)
        s_add (self, &list->workers[i]);
    for (size_t i = 0; i < named; i++) {
        const struct worker_info *worker = s_find (list, self->arguments->words[1 + i], error);
        if (!worker)
            return error->code;
        s_add (self, worker);
    }
    return DMH_OK;
}

static void s_say (const struct drain_call *self, const struct leaving *leaving)
{
    if (self->arguments->json) {
        json_line_t *line = json_line_new ();
        json_line_text (line, "worker", leaving->worker);
        json_line_flag (line, "left", leaving->left);
        json_line_print (&line, stdout);
    } else if (!self->arguments->quiet)
        terminal_print (stdout, leaving->left ? "%s has left\n" : "%s drains\n", leaving->worker);
}

static const struct worker_info *s_worker (const struct worker_list *list, const char *worker)
{
    for (size_t i = 0; i < list->workers_count; i++)
        if (streq (list->workers[i].worker, worker))
            return &list->workers[i];
    return NULL;
}

//  Who is not there any more has left; who does not drain is told, again where that was lost with its
//  registration. *open: how many are still there.
static int s_go_on (struct drain_call *self, const struct worker_list *list, size_t *open,
                    struct error *error)
{
    *open = 0;
    for (size_t i = 0; i < self->count; i++) {
        struct leaving *leaving = &self->leavings[i];
        const struct worker_info *worker = leaving->left ? NULL : s_worker (list, leaving->worker);
        int rc = worker && !worker->draining ? connection_drain (self->connection, leaving->worker, error)
                                             : DMH_OK;
        if (rc != DMH_OK && rc != DMH_NOT_FOUND)
            return rc;
        if (worker && rc == DMH_OK)
            (*open)++;
        else if (!leaving->left) {
            leaving->left = true;
            s_say (self, leaving);
        }
    }
    return DMH_OK;
}

static int s_await (struct drain_call *self, size_t open, struct error *error)
{
    int rc = DMH_OK;
    for (int wait_ms = LOOK_MS; rc == DMH_OK && open;) {
        struct worker_list list;
        if (connection_pause (self->connection, wait_ms))
            return error_set (error, DMH_CANCELLED, "interrupted; the workers finish and leave all the same");
        wait_ms = wait_ms * 2 < LOOK_MS_MOST ? wait_ms * 2 : LOOK_MS_MOST;
        rc = connection_workers (self->connection, &list, error);
        if (rc == DMH_OK) {
            rc = s_go_on (self, &list, &open, error);
            worker_list_clear (&list);
        }
    }
    return rc;
}

int workers_drain (const struct arguments *arguments, connection_t *connection, struct error *error)
{
    struct drain_call self = {.arguments = arguments, .connection = connection};
    struct worker_list list;
    size_t open = 0;
    if (arguments->all == (arguments->word_count > 1))
        return error_set (error, DMH_USAGE,
                          "workers drain takes the names of workers, or --all; dmh workers names them");
    int rc = connection_workers (connection, &list, error);
    if (rc != DMH_OK)
        return rc;
    rc = s_choose (&self, &list, error);
    if (rc == DMH_OK)
        rc = s_go_on (&self, &list, &open, error);
    worker_list_clear (&list);
    if (rc == DMH_OK && !arguments->no_wait)
        rc = s_await (&self, open, error);
    for (size_t i = 0; rc == DMH_OK && arguments->no_wait && i < self.count; i++)
        if (!self.leavings[i].left)
            s_say (&self, &self.leavings[i]);
    free (self.leavings);
    return rc;
}
