//  scale.c: dmh workers scale: follows the queue until it is ended: starts workers while jobs wait, and lets
//  idle ones go. The workers stay when it ends.
#include "client/commands/workers/plan.h"
#include "client/commands/workers/workers.h"
#include "client/launch/scale/scaled_workers.h"
#include "client/launch/scale/scaling.h"
#include "client/terminal/json_line.h"
#include "messages/base/clock.h"
#include "messages/text/terminal.h"

enum { TICK_MS = 1000, MS_A_SECOND = 1000, SLOTS_DEFAULT = 8 };

struct scale_call {
    const struct arguments *arguments;
    connection_t *connection;
    struct launch launch;
    struct scaling scaling;
    struct scaling_limits limits;
    struct scaled_workers fleet;
    char trouble[512];    //  what was said last of what does not go well; empty: all does
};

static void s_say (const struct scale_call *self, const char *worker, const char *what)
{
    if (self->arguments->json) {
        json_line_t *line = json_line_new ();
        json_line_text (line, "worker", worker);
        json_line_text (line, "news", what);
        json_line_time (line, "at", clock_wall_ms ());
        json_line_print (&line, stdout);
    } else if (!self->arguments->quiet)
        terminal_print (stdout, "%s %s\n", worker, what);
    fflush (stdout);
}

//  The same trouble is said once.
static void s_say_trouble (struct scale_call *self, const struct error *error)
{
    if (strcmp (self->trouble, error->text) == 0)
        return;
    snprintf (self->trouble, sizeof self->trouble, "%s", error->text);
    terminal_print (stderr, "dmh: %s\n", error->text);
}

static void s_tell (void *context, enum scaled_news news, const char *worker, bool came)
{
    static const char *const WORDS[] = {
        [SCALED_CAME] = "has come", [SCALED_LEFT] = "has left", [SCALED_LOST] = "has ended by itself"};
    struct scale_call *self = context;
    if (news == SCALED_CAME)
        scaling_came (&self->scaling);
    else if (news == SCALED_LOST && !came)
        scaling_refused (&self->scaling, clock_mono_ms ());
    s_say (self, worker, news == SCALED_LOST && !came ? "did not come" : WORDS[news]);
}

//  What is started is seen with the next look.
static int s_start (struct scale_call *self, size_t count, struct error *error)
{
    int rc = launch_start (&self->launch, count, error);
    for (size_t i = 0; rc == DMH_OK && i < self->launch.count; i++)
        s_say (self, self->launch.workers[i].name, "is started");
    launch_clear (&self->launch);
    if (rc == DMH_OK) {
        *self->trouble = 0;
        return rc;
    }
    scaling_refused (&self->scaling, clock_mono_ms ());
    s_say_trouble (self, error);
    return DMH_OK;
}

static int s_act (struct scale_call *self, size_t start, struct error *error)
{
    int rc = start ? s_start (self, start, error) : DMH_OK;
    for (size_t i = 0; rc == DMH_OK && i < self->fleet.count; i++) {
        if (!self->fleet.workers[i].drain)
            continue;
        rc = connection_drain (self->connection, self->fleet.workers[i].name, error);
        if (rc == DMH_OK) {
            self->fleet.workers[i].state = SCALING_LEAVES;    //  it may have left by the next look
            s_say (self, self->fleet.workers[i].name, "drains");
        }
        rc = rc == DMH_NOT_FOUND ? DMH_OK : rc;
    }
    return rc;
}

static int s_tick (struct scale_call *self, struct error *error)
{
    struct counters counters;
    struct worker_list list;
    int rc = connection_stats (self->connection, &counters, error);
    if (rc == DMH_OK)
        rc = connection_workers (self->connection, &list, error);
    if (rc != DMH_OK)
        return rc;
    struct scaling_view view = {.queued = counters.queued};
    for (size_t i = 0; i < list.workers_count; i++)
        if (!list.workers[i].draining) {
            view.slots += list.workers[i].slots;
            view.busy += list.workers[i].busy;
        }
    int64_t now = clock_mono_ms ();
    rc = scaled_workers_refresh (&self->fleet, &list, now, error);
    worker_list_clear (&list);
    view.workers = self->fleet.workers;
    view.count = self->fleet.count;
    return rc == DMH_OK ? s_act (self, scaling_decide (&self->scaling, &self->limits, &view, now), error)
                        : rc;
}

//  Until it is interrupted; a broker that is away is waited for.
static int s_follow (struct scale_call *self, struct error *error)
{
    int rc = DMH_OK;
    while (rc == DMH_OK) {
        rc = s_tick (self, error);
        if (rc == DMH_UNAVAILABLE) {
            s_say_trouble (self, error);
            rc = DMH_OK;
        }
        if (rc == DMH_OK && connection_pause (self->connection, TICK_MS))
            return DMH_OK;
    }
    return rc == DMH_CANCELLED ? DMH_OK : rc;
}

int workers_scale (const struct arguments *arguments, connection_t *connection, struct error *error)
{
    struct scale_call self = {.arguments = arguments, .connection = connection};
    struct plan_words words;
    if (!arguments->max || arguments->max < arguments->min)
        return error_set (error, DMH_USAGE, "workers scale needs --max B, which is not less than --min A");
    int rc = plan_read (arguments, connection, &self.launch, &words, error);
    if (rc != DMH_OK)
        return rc;
    self.limits = (struct scaling_limits){.min = (size_t) arguments->min,
                                          .max = (size_t) arguments->max,
                                          .slots = arguments->slots ? arguments->slots : SLOTS_DEFAULT,
                                          .idle_ms = (int64_t) arguments->idle_seconds * MS_A_SECOND};
    self.fleet = (struct scaled_workers){.engine = self.launch.engine,
                                         .broker = connection_back (connection),
                                         .patience_ms = (int64_t) arguments->start_seconds * MS_A_SECOND,
                                         .tell = s_tell,
                                         .context = &self};
    rc = self.launch.engine->check (&self.launch.plan, 1, error);
    if (rc == DMH_OK)
        rc = s_follow (&self, error);
    scaled_workers_clear (&self.fleet);
    return rc;
}
