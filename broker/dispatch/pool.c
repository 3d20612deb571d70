//  pool.c: see pool.h.
#include "broker/dispatch/pool.h"

static bool s_heard_before (const void *a, const void *b)
{
    return ((const struct pool_member *) a)->last_heard < ((const struct pool_member *) b)->last_heard;
}

static void s_free_member (void **item_p)
{
    free (*item_p);
    *item_p = NULL;
}

int pool_init (struct pool *self)
{
    *self = (struct pool){.members = zhashx_new ()};
    self->heard =
        (struct heap){.before = s_heard_before, .place_offset = offsetof (struct pool_member, in_heard)};
    if (matching_init (&self->matching) != 0 || !self->members)
        return -1;
    zhashx_set_destructor (self->members, s_free_member);
    return 0;
}

void pool_clear (struct pool *self)
{
    zhashx_destroy (&self->members);
    matching_clear (&self->matching);
    heap_clear (&self->heard);
}

struct pool_member *pool_find (struct pool *self, const char *worker)
{
    return zhashx_lookup (self->members, worker);
}

struct pool_member *pool_take_in (struct pool *self, const char *worker)
{
    struct pool_member *member = pool_find (self, worker);
    size_t count = zhashx_size (self->members) + 1;
    if (member)
        return member;
    if (heap_reserve (&self->heard, count) != 0)
        return NULL;
    member = calloc (1, sizeof *member);
    if (!member)
        return NULL;
    snprintf (member->ready.worker, sizeof member->ready.worker, "%s", worker);
    member->order = ++self->arrived;
    member->in_free = member->in_there = member->in_heard = HEAP_OUT;
    member->memory = UINT64_MAX;
    zhashx_insert (self->members, worker, member);
    return member;
}

//  Puts the member where its slots and its memory belong: before such a change it is taken out, after it put
//  back.
static void s_take_out (struct pool_member *member)
{
    if (!member->profile)
        return;
    heap_remove (&member->profile->free, member);
    heap_remove (&member->profile->there, member);
}

//  Whether it takes jobs at all, its slots aside.
static bool s_takes_jobs (const struct pool_member *member)
{
    return member->registered && !member->draining && !member->unreachable && member->alone == 0;
}

static void s_put_back (struct pool *self, struct pool_member *member)
{
    if (!member->profile)
        return;
    if (member->registered && !member->draining)
        heap_put (&member->profile->there, member);
    if (s_takes_jobs (member) && pool_member_slots (member) > 0 && member != self->reserved &&
        member != member->profile->reserved)
        heap_put (&member->profile->free, member);
}

//  The member is of no profile any more.
static void s_dismiss (struct pool *self, struct pool_member *member)
{
    struct profile *profile = member->profile;
    s_take_out (member);
    member->profile = NULL;
    if (!profile)
        return;
    if (profile->reserved == member)
        profile->reserved = NULL;
    matching_dismiss (&self->matching, profile);
}

//  One comes into the totals as it is registered, or leaves them.
static void s_count (struct worker_totals *totals, const struct pool_member *member)
{
    totals->workers++;
    totals->slots += member->ready.slots;
    totals->busy += member->busy;
}

static void s_discount (struct worker_totals *totals, const struct pool_member *member)
{
    totals->workers--;
    totals->slots -= member->ready.slots;
    totals->busy -= member->busy;
}

void pool_remove (struct pool *self, struct pool_member *member)
{
    if (member->registered)
        s_discount (&self->totals, member);
    s_dismiss (self, member);
    heap_remove (&self->heard, member);
    if (self->reserved == member)
        self->reserved = NULL;
    char worker[ID_BYTES];    //  the member is gone while its key is still looked at
    memcpy (worker, member->ready.worker, sizeof worker);
    zhashx_delete (self->members, worker);
}

int pool_register (struct pool *self, struct pool_member *member, const struct ready *ready, int64_t now)
{
    struct abilities can = abilities_of (ready);
    struct profile *profile = matching_enlist (&self->matching, &can);
    if (!profile)
        return -1;
    s_dismiss (self, member);
    if (member->registered)
        s_discount (&self->totals, member);
    member->profile = profile;
    member->ready = *ready;
    member->ready.kinds = member->ready.formats = member->ready.writes = member->ready.tasks = NULL;
    member->ready.fetches = NULL;
    member->ready.running = NULL;
    member->ready.kinds_count = member->ready.formats_count = member->ready.writes_count = 0;
    member->ready.tasks_count = member->ready.fetches_count = member->ready.running_count = 0;
    member->memory = ready->memory ? ready->memory : UINT64_MAX;
    if (!member->registered)
        member->since = now;
    member->registered = true;
    s_count (&self->totals, member);
    s_put_back (self, member);
    pool_heard (self, member, now);
    return 0;
}

void pool_heard (struct pool *self, struct pool_member *member, int64_t now)
{
    heap_remove (&self->heard, member);
    member->last_heard = now;
    if (member->registered)
        heap_put (&self->heard, member);
    if (!member->unreachable)
        return;
    s_take_out (member);
    member->unreachable = false;
    s_put_back (self, member);
}

void pool_drain (struct pool *self, struct pool_member *member)
{
    s_take_out (member);
    member->draining = true;
    s_put_back (self, member);
}

void pool_unreachable (struct pool *self, struct pool_member *member)
{
    s_take_out (member);
    member->unreachable = true;
    s_put_back (self, member);
}

void pool_hold (struct pool *self, struct pool_member *member, struct open_job *open_job, bool fresh)
{
    s_take_out (member);
    open_job->member = member;
    open_job->before = NULL;
    open_job->after = member->held;
    if (member->held)
        member->held->before = open_job;
    member->held = open_job;
    member->busy++;
    self->totals.busy += member->registered;
    member->taken += needs_level_bytes (open_job->lane->level);
    open_job->alone = open_job_wants_alone (open_job);
    member->alone += open_job->alone;
    if (fresh)
        member->given = ++self->given;
    s_put_back (self, member);
}

void pool_release (struct pool *self, struct open_job *open_job)
{
    struct pool_member *member = open_job->member;
    if (!member)
        return;
    s_take_out (member);
    if (open_job->before)
        open_job->before->after = open_job->after;
    else
        member->held = open_job->after;
    if (open_job->after)
        open_job->after->before = open_job->before;
    open_job->before = open_job->after = NULL;
    open_job->member = NULL;
    member->busy--;
    self->totals.busy -= member->registered;
    member->taken -= needs_level_bytes (open_job->lane->level);
    member->alone -= open_job->alone;
    open_job->alone = false;
    s_put_back (self, member);
}

//  `of`: where it is reserved; NULL: nobody is any more.
static void s_reserve (struct pool *self, struct pool_member **of, struct pool_member *member)
{
    struct pool_member *before = *of;
    if (before == member)
        return;
    for (size_t i = 0; i < 2; i++)
        if ((i ? member : before))
            s_take_out (i ? member : before);
    *of = member;
    for (size_t i = 0; i < 2; i++)
        if ((i ? member : before))
            s_put_back (self, i ? member : before);
}

static bool s_has_room (const struct pool_member *member, const struct open_job *open_job)
{
    return needs_level_bytes (open_job->lane->level) <= pool_member_room (member);
}

//  What a profile's members take next, and who of them; NULL: nobody can take anything. One that is reserved
//  never gets fuller, and another one takes its place only when it has more room, so that there is enough in
//  the end.
static struct pool_member *s_choose_of (struct pool *self, struct profile *profile,
                                        struct open_job **open_job)
{
    const struct pool_member *largest = heap_first (&profile->there);
    struct open_job *first = largest ? matching_first_of (profile, WAY_BESIDE, largest->memory) : NULL;
    struct pool_member *kept = first ? profile->reserved : NULL;
    *open_job = first;
    if (kept && kept != self->reserved && s_takes_jobs (kept) && pool_member_slots (kept) > 0 &&
        s_has_room (kept, first))
        return kept;
    struct pool_member *member = heap_first (&profile->free);
    if (!first || (member && s_has_room (member, first))) {
        s_reserve (self, &profile->reserved, NULL);
        return first ? member : NULL;
    }
    if (member)
        s_reserve (self, &profile->reserved, heap_first (&profile->there));
    member = heap_first (&profile->free);
    *open_job = member ? matching_first_of (profile, WAY_BESIDE, pool_member_room (member)) : NULL;
    return *open_job ? member : NULL;
}

struct pool_member *pool_choose (struct pool *self, struct open_job **open_job)
{
    struct pool_member *best = NULL;
    *open_job = NULL;
    for (struct profile *profile = self->matching.profiles; profile; profile = profile->after) {
        struct open_job *next;
        struct pool_member *member = s_choose_of (self, profile, &next);
        if (member && (!best || open_job_before (next, *open_job) ||
                       (next == *open_job && pool_member_goes_before (member, best)))) {
            best = member;
            *open_job = next;
        }
    }
    return best;
}

//  Whether it is still busy with an attempt that nobody waits for any more, and which may never let go.
static bool s_is_held_up (const struct pool_member *member)
{
    for (const struct open_job *held = member->held; held; held = held->after)
        if (held->abandoned || held->intent != INTENT_RESULT)
            return true;
    return false;
}

static bool s_can_take (const struct pool_member *member, const struct open_job *open_job)
{
    return s_takes_jobs (member) && needs_level_bytes (open_job->lane->level) <= member->memory &&
           abilities_meet (&member->profile->can, &open_job->lane->needs);
}

//  One that is reserved never gets busier, so that one is idle in the end, whatever else is given out; those
//  that may never be are not reserved.
struct pool_member *pool_choose_idle (struct pool *self, const struct open_job *open_job)
{
    struct pool_member *best = NULL;
    for (struct pool_member *member = zhashx_first (self->members); member && !(best && best->busy == 0);
         member = zhashx_next (self->members))
        if (s_can_take (member, open_job) && !s_is_held_up (member) && (!best || member->busy < best->busy))
            best = member;
    bool idle = best && best->busy == 0;
    s_reserve (self, &self->reserved, idle ? NULL : best);
    return idle ? best : NULL;
}

void pool_unreserve (struct pool *self)
{
    s_reserve (self, &self->reserved, NULL);
}

struct pool_member *pool_silent (const struct pool *self, int64_t now)
{
    struct pool_member *member = heap_first (&self->heard);
    return member && member->last_heard + WORKER_SILENT_MS <= now ? member : NULL;
}

int64_t pool_deadline (const struct pool *self)
{
    const struct pool_member *member = heap_first (&self->heard);
    return member ? member->last_heard + WORKER_SILENT_MS : INT64_MAX;
}
