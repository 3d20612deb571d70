//  follow.c: see follow.h. A node for each job that follows or is followed, an edge between two of them.
#include "broker/jobs/follow.h"

#include <czmq.h>

enum stage {
    FOLLOWS_NOTHING,    //  it is only followed
    BEGINS,             //  its edges are being told
    WAITS,
    IS_READY,
    IS_DOOMED,
    IS_GIVEN    //  to the dispatcher, or it fails
};

struct node {
    char job[ID_BYTES];
    enum stage stage;
    size_t pending;                 //  of those that it follows, how many are not done
    char by[ID_BYTES];              //  IS_DOOMED
    struct edge *follows;           //  those that it follows
    struct edge *followers;         //  those that follow it
    struct node *before, *after;    //  of those with an action
};

struct edge {
    struct node *from, *to;
    bool pending;    //  `to` is not done yet
    struct edge *next_follows;
    struct edge *next_follower, **at_follower;
};

struct follow {
    zhashx_t *nodes;    //  by job
    struct node *first, *last;
    size_t waiting;
};

follow_t *follow_new (void)
{
    follow_t *self = calloc (1, sizeof *self);
    if (self && !(self->nodes = zhashx_new ()))
        follow_destroy (&self);
    return self;
}

static void s_free_edges (struct node *node)
{
    for (struct edge *edge = node->follows, *next; edge; edge = next) {
        next = edge->next_follows;
        free (edge);
    }
}

void follow_destroy (follow_t **self_p)
{
    follow_t *self = *self_p;
    if (!self)
        return;
    for (struct node *node = self->nodes ? zhashx_first (self->nodes) : NULL; node;
         node = zhashx_next (self->nodes)) {
        s_free_edges (node);
        free (node);
    }
    zhashx_destroy (&self->nodes);
    free (self);
    *self_p = NULL;
}

static struct node *s_find (const follow_t *self, const char *job)
{
    return zhashx_lookup (self->nodes, job);
}

static struct node *s_find_or_make (follow_t *self, const char *job)
{
    struct node *node = s_find (self, job);
    if (node || !(node = calloc (1, sizeof *node)))
        return node;
    snprintf (node->job, sizeof node->job, "%s", job);
    if (zhashx_insert (self->nodes, node->job, node) == 0)
        return node;
    free (node);
    return NULL;
}

//  One that neither follows nor is followed is forgotten.
static void s_tidy (follow_t *self, struct node *node)
{
    if (node->stage != FOLLOWS_NOTHING || node->followers)
        return;
    zhashx_delete (self->nodes, node->job);
    free (node);
}

static bool s_waits (const struct node *node)
{
    return node->stage == WAITS || node->stage == IS_READY || node->stage == IS_DOOMED;
}

static bool s_acts (const struct node *node)
{
    return node->stage == IS_READY || node->stage == IS_DOOMED;
}

//  The one place where a stage changes: how many wait, and which have an action, follow from it.
static void s_stage (follow_t *self, struct node *node, enum stage stage)
{
    bool acted = s_acts (node);
    self->waiting -= s_waits (node);
    node->stage = stage;
    self->waiting += s_waits (node);
    if (!acted && s_acts (node)) {
        node->before = self->last;
        node->after = NULL;
        *(self->last ? &self->last->after : &self->first) = node;
        self->last = node;
    } else if (acted && !s_acts (node)) {
        *(node->before ? &node->before->after : &self->first) = node->after;
        *(node->after ? &node->after->before : &self->last) = node->before;
    }
}

//  It follows nothing any more.
static void s_let_go (follow_t *self, struct node *node)
{
    struct edge *next;
    for (struct edge *edge = node->follows; edge; edge = next) {
        struct node *to = edge->to;
        next = edge->next_follows;
        *edge->at_follower = edge->next_follower;
        if (edge->next_follower)
            edge->next_follower->at_follower = edge->at_follower;
        free (edge);
        if (to != node)
            s_tidy (self, to);
    }
    node->follows = NULL;
    node->pending = 0;
    s_stage (self, node, FOLLOWS_NOTHING);
}

static void s_doom (follow_t *self, struct node *node, const char *by)
{
    if (node->stage != WAITS && node->stage != IS_READY && node->stage != BEGINS)
        return;
    snprintf (node->by, sizeof node->by, "%s", by);
    s_stage (self, node, IS_DOOMED);
}

int follow_begin (follow_t *self, const char *job, bool runs)
{
    struct node *node = s_find_or_make (self, job);
    if (!node)
        return DMH_INTERNAL;
    s_let_go (self, node);
    s_stage (self, node, runs ? IS_GIVEN : BEGINS);
    return DMH_OK;
}

int follow_add (follow_t *self, const char *job, const char *followed, enum followed_state state)
{
    struct node *node = s_find (self, job);
    struct node *to = node ? s_find_or_make (self, followed) : NULL;
    struct edge *edge = to ? calloc (1, sizeof *edge) : NULL;
    if (!edge) {
        if (to)
            s_tidy (self, to);
        follow_drop (self, job);
        return DMH_INTERNAL;
    }
    *edge = (struct edge){node, to, state == FOLLOWED_OPEN, node->follows, to->followers, &to->followers};
    if (to->followers)
        to->followers->at_follower = &edge->next_follower;
    to->followers = node->follows = edge;
    node->pending += edge->pending;
    if (state == FOLLOWED_LOST)
        s_doom (self, node, followed);
    return DMH_OK;
}

void follow_begun (follow_t *self, const char *job)
{
    struct node *node = s_find (self, job);
    if (node && node->stage == BEGINS)
        s_stage (self, node, node->pending ? WAITS : IS_READY);
}

void follow_ended (follow_t *self, const char *job, bool done)
{
    struct node *node = s_find (self, job);
    if (!node)
        return;
    if (node->stage != FOLLOWS_NOTHING)
        s_let_go (self, node);
    for (struct edge *edge = node->followers; edge; edge = edge->next_follower) {
        struct node *follower = edge->from;
        if (!done)
            s_doom (self, follower, job);
        else if (edge->pending && --follower->pending == 0 && follower->stage == WAITS)
            s_stage (self, follower, IS_READY);
        edge->pending = edge->pending && !done;
    }
    s_tidy (self, node);
}

bool follow_drop (follow_t *self, const char *job)
{
    struct node *node = s_find (self, job);
    if (!node)
        return false;
    bool waited = s_waits (node);
    if (waited || node->stage == BEGINS)
        s_let_go (self, node);
    s_tidy (self, node);
    return waited;
}

bool follow_action (const follow_t *self, struct follow_action *out)
{
    const struct node *node = self->first;
    if (!node)
        return false;
    *out = (struct follow_action){.sort = node->stage == IS_READY ? FOLLOW_READY : FOLLOW_FAIL};
    memcpy (out->job, node->job, sizeof out->job);
    memcpy (out->by, node->by, sizeof out->by);
    return true;
}

void follow_did (follow_t *self, const char *job)
{
    struct node *node = s_find (self, job);
    if (node && s_acts (node))
        s_stage (self, node, IS_GIVEN);
}

bool follow_needs (const follow_t *self, const char *job)
{
    const struct node *node = s_find (self, job);
    return node && node->followers;
}

const char *follow_user (const follow_t *self, const char *job)
{
    const struct node *node = s_find (self, job);
    for (const struct edge *edge = node ? node->followers : NULL; edge; edge = edge->next_follower)
        if (edge->from->stage == IS_GIVEN || edge->from->stage == IS_READY)
            return edge->from->job;
    return NULL;
}

size_t follow_waits_for (const follow_t *self, const char *job)
{
    const struct node *node = s_find (self, job);
    return node ? node->pending : 0;
}

size_t follow_waiting (const follow_t *self)
{
    return self->waiting;
}
