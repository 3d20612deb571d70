//  drain.c: dmh workers drain: workers finish what they run, take nothing new, leave and end; it waits until
//  they have. What was launched and has not come is ended.
#include "client/commands/workers/workers.h"
#include "client/launch/release.h"
#include "client/terminal/json_line.h"
#include "messages/text/terminal.h"

enum { LOOK_MS = 50, LOOK_MS_MOST = 1000 };

//  A worker that is to leave.
struct leaving {
    char worker[ID_BYTES];
    const struct launched *launched;    //  NULL: it was not, or not from here
    bool left;
};

struct drain_call {
    const struct arguments *arguments;
    connection_t *connection;
    struct leaving *leavings;
    size_t count;
    struct launched *noted;    //  [noted_count], what was launched for this broker from here
    size_t noted_count;
    struct error kept;    //  what went wrong first with what is left of one; nothing is held up by it
};

//  Those of another broker are none of its own.
static int s_read_noted (struct drain_call *self, struct error *error)
{
    size_t all = 0;
    int rc = launched_all (&self->noted, &all, error);
    for (size_t i = 0; rc == DMH_OK && i < all; i++)
        if (streq (self->noted[i].broker, connection_back (self->connection)))
            self->noted[self->noted_count++] = self->noted[i];
    return rc;
}

static const struct launched *s_noted (const struct drain_call *self, const char *worker)
{
    for (size_t i = 0; i < self->noted_count; i++)
        if (streq (self->noted[i].name, worker))
            return &self->noted[i];
    return NULL;
}

static const struct worker_info *s_registered (const struct worker_list *list, const char *worker)
{
    for (size_t i = 0; i < list->workers_count; i++)
        if (streq (list->workers[i].worker, worker))
            return &list->workers[i];
    return NULL;
}

static void s_add (struct drain_call *self, const char *worker)
{
    for (size_t i = 0; i < self->count; i++)
        if (streq (self->leavings[i].worker, worker))
            return;
    struct leaving *leaving = &self->leavings[self->count++];
    snprintf (leaving->worker, sizeof leaving->worker, "%s", worker);
    leaving->launched = s_noted (self, worker);
}

//  The `i`th name of those that are registered and those that were launched; NULL: there are no more.
static const char *s_name (const struct drain_call *self, const struct worker_list *list, size_t i)
{
    if (i < list->workers_count)
        return list->workers[i].worker;
    return i - list->workers_count < self->noted_count ? self->noted[i - list->workers_count].name : NULL;
}

//  The worker that a word means: the one of that name, or the only one whose name begins so.
static const char *s_find (const struct drain_call *self, const struct worker_list *list, const char *word,
                           struct error *error)
{
    const char *found = NULL, *other = NULL, *name;
    for (size_t i = 0; (name = s_name (self, list, i)) != NULL; i++) {
        if (streq (name, word))
            return name;
        if (!*word || strncmp (name, word, strlen (word)) != 0 || (found && streq (name, found)))
            continue;
        other = found;
        found = name;
    }
    if (found && !other)
        return found;
    if (found)
        error_set (error, DMH_USAGE, "%.100s may mean %s and %s; write more of the name", word, other, found);
    else
        error_set (error, DMH_NOT_FOUND, "no worker %.100s is registered; dmh workers names them", word);
    return NULL;
}

//  Nobody is told anything where a word means no worker.
static int s_choose (struct drain_call *self, const struct worker_list *list, struct error *error)
{
    size_t named = self->arguments->word_count - 1;
    const char *name;
    self->leavings = calloc (self->arguments->all ? list->workers_count + self->noted_count + 1 : named,
                             sizeof *self->leavings);
    if (!self->leavings)
        return error_set (error, DMH_INTERNAL, "out of memory");
    for (size_t i = 0; self->arguments->all && (name = s_name (self, list, i)) != NULL; i++)
        s_add (self, name);
    for (size_t i = 0; i < named; i++) {
        name = s_find (self, list, self->arguments->words[1 + i], error);
        if (!name)
            return error->code;
        s_add (self, name);
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

//  It is not there any more: of one that was launched nothing stays.
static void s_left (struct drain_call *self, struct leaving *leaving)
{
    struct error error = {.code = DMH_OK};
    leaving->left = true;
    s_say (self, leaving);
    if (leaving->launched && release_worker (leaving->launched, true, &error) != DMH_OK &&
        self->kept.code == DMH_OK)
        error_set (&self->kept, DMH_IO,
                   "%s has left, and what it has there stays until the next launch or drain: %.300s",
                   leaving->worker, error.text);
}

//  Who does not drain is told, again where that was lost with its registration. *open: how many are still
//  there.
static int s_go_on (struct drain_call *self, const struct worker_list *list, size_t *open,
                    struct error *error)
{
    *open = 0;
    for (size_t i = 0; i < self->count; i++) {
        struct leaving *leaving = &self->leavings[i];
        if (leaving->left)
            continue;
        const struct worker_info *worker = s_registered (list, leaving->worker);
        int rc = worker && !worker->draining ? connection_drain (self->connection, leaving->worker, error)
                                             : DMH_OK;
        if (!worker || rc == DMH_NOT_FOUND) {
            s_left (self, leaving);
            rc = DMH_OK;
        }
        if (rc != DMH_OK)
            return rc;
        *open += !leaving->left;
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

static int s_drain (struct drain_call *self, struct error *error)
{
    struct worker_list list;
    size_t open = 0;
    int rc = s_read_noted (self, error);
    if (rc == DMH_OK)
        rc = connection_workers (self->connection, &list, error);
    if (rc != DMH_OK)
        return rc;
    rc = s_choose (self, &list, error);
    if (rc == DMH_OK)
        rc = s_go_on (self, &list, &open, error);
    worker_list_clear (&list);
    if (rc == DMH_OK && !self->arguments->no_wait)
        rc = s_await (self, open, error);
    for (size_t i = 0; rc == DMH_OK && self->arguments->no_wait && i < self->count; i++)
        if (!self->leavings[i].left)
            s_say (self, &self->leavings[i]);
    return rc;
}

int workers_drain (const struct arguments *arguments, connection_t *connection, struct error *error)
{
    struct drain_call self = {.arguments = arguments, .connection = connection};
    if (arguments->all == (arguments->word_count > 1))
        return error_set (error, DMH_USAGE,
                          "workers drain takes the names of workers, or --all; dmh workers names them");
    int rc = s_drain (&self, error);
    if (rc == DMH_OK && self.kept.code != DMH_OK)
        rc = error_set (error, self.kept.code, "%s", self.kept.text);
    free (self.leavings);
    free (self.noted);
    return rc;
}
