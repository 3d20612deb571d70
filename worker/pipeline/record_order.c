//  record_order.c: see record_order.h.
#include "worker/pipeline/record_order.h"

#include "worker/rules/schema/schema.h"

#include <stdlib.h>

void record_order_clear (struct record_order *self)
{
    free (self->groups);
    *self = (struct record_order){.groups = NULL};
}

//  Where the group is, or belongs.
static size_t s_seek (const uint64_t *groups, size_t room, uint64_t group)
{
    size_t at = group & (room - 1);
    while (groups[at] && groups[at] != group)
        at = (at + 1) & (room - 1);
    return at;
}

static int s_grow (struct record_order *self)
{
    size_t room = self->room ? self->room * 2 : 64;
    uint64_t *groups = calloc (room, sizeof *groups);
    if (!groups)
        return -1;
    for (size_t i = 0; i < self->room; i++)
        if (self->groups[i])
            groups[s_seek (groups, room, self->groups[i])] = self->groups[i];
    free (self->groups);
    self->groups = groups;
    self->room = room;
    return 0;
}

//  1: the group is new; 0: it was met before; -1: out of memory.
static int s_meet (struct record_order *self, uint64_t group)
{
    if (self->group_count * 2 >= self->room && s_grow (self) != 0)
        return -1;
    size_t at = s_seek (self->groups, self->room, group);
    if (self->groups[at])
        return 0;
    self->groups[at] = group;
    self->group_count++;
    return 1;
}

int record_order_add (struct record_order *self, const struct buffer *runs, uint64_t line,
                      struct tally *tally)
{
    struct record_run run;
    for (size_t at = 0; at < runs->used; at += sizeof run) {
        memcpy (&run, runs->at + at, sizeof run);
        int rc = run.group == self->group ? run.first >= self->last : s_meet (self, run.group);
        if (rc < 0)
            return -1;
        if (rc == 0)
            tally_mark (tally, FIELD_NONE, RULE_VCF_UNSORTED, line + run.line);
        self->group = run.group;
        self->last = run.last;
    }
    return 0;
}

void record_order_judge (const struct tally *tally, audit_t *audit)
{
    const struct mark *mark = tally_of (tally, FIELD_NONE, RULE_VCF_UNSORTED);
    if (mark->count)
        audit_count (audit, RULE_VCF_UNSORTED, NULL, mark->count, mark->first_line);
}
