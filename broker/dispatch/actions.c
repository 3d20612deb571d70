//  actions.c: see actions.h.
#include "broker/dispatch/actions.h"

#include <czmq.h>

enum { SPARES = 64 };

struct actions {
    zlistx_t *actions;
    struct action *spares[SPARES];    //  for when there is no memory
    size_t spare_count;
};

static void s_free (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

actions_t *actions_new (void)
{
    actions_t *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->actions = zlistx_new ();
    if (!self->actions) {
        actions_destroy (&self);
        return NULL;
    }
    zlistx_set_destructor (self->actions, s_free);
    while (self->spare_count < SPARES) {
        struct action *spare = calloc (1, sizeof *spare);
        if (!spare) {
            actions_destroy (&self);
            return NULL;
        }
        self->spares[self->spare_count++] = spare;
    }
    return self;
}

void actions_destroy (actions_t **self_p)
{
    actions_t *self = *self_p;
    if (!self)
        return;
    zlistx_destroy (&self->actions);
    while (self->spare_count > 0)
        free (self->spares[--self->spare_count]);
    free (self);
    *self_p = NULL;
}

static void s_put (char *to, size_t room, const char *text)
{
    snprintf (to, room, "%s", text ? text : "");
}

void actions_note (actions_t *self, const struct action_note *note)
{
    struct action *action = malloc (sizeof *action);
    if (!action && self->spare_count > 0)
        action = self->spares[--self->spare_count];
    if (!action)
        return;
    memset (action, 0, sizeof *action);
    action->sort = note->sort;
    action->attempt = note->attempt;
    action->tries = note->tries;
    action->deaths = note->deaths;
    s_put (action->worker, sizeof action->worker, note->worker);
    s_put (action->job, sizeof action->job, note->job);
    s_put (action->code, sizeof action->code, note->code);
    s_put (action->message, sizeof action->message, note->message);
    if (!zlistx_add_end (self->actions, action))
        free (action);
}

bool actions_take (actions_t *self, struct action *out)
{
    struct action *action = zlistx_detach (self->actions, NULL);
    if (!action)
        return false;
    *out = *action;
    if (self->spare_count < SPARES)
        self->spares[self->spare_count++] = action;
    else
        free (action);
    return true;
}
