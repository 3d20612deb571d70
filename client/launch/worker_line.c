//  worker_line.c: see worker_line.h.
#include "client/launch/worker_line.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

//  false: there is no room.
static bool s_put (struct worker_line *self, const char *word)
{
    size_t n = strlen (word) + 1;
    if (self->count + 1 >= WORKER_LINE_WORDS || n > sizeof self->text - self->used)
        return false;
    char *at = self->text + self->used;
    memcpy (at, word, n);
    self->used += n;
    self->words[self->count++] = at;
    self->words[self->count] = NULL;
    return true;
}

static bool s_put_number (struct worker_line *self, const char *option, uint64_t number)
{
    char text[24];
    snprintf (text, sizeof text, "%" PRIu64, number);
    return number == 0 || (s_put (self, option) && s_put (self, text));
}

static bool s_put_text (struct worker_line *self, const char *option, const char *text)
{
    return !text || (s_put (self, option) && s_put (self, text));
}

int worker_line_make (struct worker_line *self, const struct launch_plan *plan, const char *program,
                      const char *name, const char *key, struct error *error)
{
    self->count = self->used = 0;
    bool fits =
        s_put (self, program) && s_put_text (self, "--name", name) &&
        s_put_text (self, "--broker", plan->broker) &&
        s_put_number (self, "--drain-seconds", WORKER_LINE_DRAIN_SECONDS) &&
        s_put_number (self, "--slots", plan->slots) && s_put_number (self, "--threads", plan->threads) &&
        s_put_number (self, "--memory", plan->memory) && s_put_text (self, "--data-root", plan->data_root) &&
        s_put_text (self, "--results", plan->results) && s_put_text (self, "--key", key) &&
        s_put_text (self, "--server-key", plan->server_key);
    return fits ? DMH_OK
                : error_set (error, DMH_TOO_LARGE,
                             "the command line of a worker would be too long; shorten the "
                             "paths of --data-root, --results or --keys");
}
