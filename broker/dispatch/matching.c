//  matching.c: see matching.h.
#include "broker/dispatch/matching.h"

#include "broker/dispatch/member.h"

#include <stddef.h>

//  A profile that can take a lane's jobs.
struct match {
    struct lane *lane;
    struct profile *profile;
    struct match *after;                             //  of the lane
    struct match *profile_before, *profile_after;    //  of the profile
    size_t places[WAYS];                             //  in the profile's heaps
};

enum { KEY_BYTES = NEED_WORDS * WORD_BYTES + 24 };

static bool s_before (const struct match *a, const struct match *b, enum way way)
{
    return open_job_before (heap_first (&a->lane->waiting[way]), heap_first (&b->lane->waiting[way]));
}

static bool s_beside_before (const void *a, const void *b)
{
    return s_before (a, b, WAY_BESIDE);
}

static bool s_alone_before (const void *a, const void *b)
{
    return s_before (a, b, WAY_ALONE);
}

//  Which lane it is: the words, and the level.
static char *s_key (const struct needs *needs, char out[KEY_BYTES])
{
    size_t used = (size_t) snprintf (out, KEY_BYTES, "%zu", needs_level (needs->memory));
    for (size_t i = 0; i < NEED_WORDS; i++)
        used += (size_t) snprintf (out + used, KEY_BYTES - used, " %s", needs->words[i]);
    return out;
}

int matching_init (struct matching *self)
{
    *self = (struct matching){.lanes = zhashx_new ()};
    return self->lanes ? 0 : -1;
}

static struct heap *s_heap (const struct match *match, enum way way)
{
    return &match->profile->lanes[way][match->lane->level];
}

static void s_out (struct match *match, enum way way)
{
    struct heap *heap = s_heap (match, way);
    heap_remove (heap, match);
    if (heap->count == 0)
        match->profile->used[way] &= ~((uint64_t) 1 << match->lane->level);
}

static void s_in (struct match *match, enum way way)
{
    if (match->lane->waiting[way].count == 0)
        return;
    heap_put (s_heap (match, way), match);
    match->profile->used[way] |= (uint64_t) 1 << match->lane->level;
}

static void s_unlink (struct match *match)
{
    struct match **at = &match->lane->matches;
    while (*at != match)    //  a lane has as many as there are profiles
        at = &(*at)->after;
    *at = match->after;
    if (match->profile_before)
        match->profile_before->profile_after = match->profile_after;
    else
        match->profile->matches = match->profile_after;
    if (match->profile_after)
        match->profile_after->profile_before = match->profile_before;
    for (size_t way = 0; way < WAYS; way++)
        s_out (match, (enum way) way);
    match->profile->matched[match->lane->level]--;
    free (match);
}

//  The profile can take the lane's jobs, and has room in its heaps for whenever some wait. false: out of
//  memory.
static bool s_match (struct lane *lane, struct profile *profile)
{
    size_t count = profile->matched[lane->level] + 1;
    if (heap_reserve (&profile->lanes[WAY_BESIDE][lane->level], count) != 0 ||
        heap_reserve (&profile->lanes[WAY_ALONE][lane->level], count) != 0)
        return false;
    struct match *match = malloc (sizeof *match);
    if (!match)
        return false;
    *match = (struct match){.lane = lane,
                            .profile = profile,
                            .after = lane->matches,
                            .profile_after = profile->matches,
                            .places = {HEAP_OUT, HEAP_OUT}};
    lane->matches = match;
    if (profile->matches)
        profile->matches->profile_before = match;
    profile->matches = match;
    profile->matched[lane->level] = count;
    for (size_t way = 0; way < WAYS; way++)
        s_in (match, (enum way) way);
    return true;
}

static void s_free_lane (struct lane *lane)
{
    while (lane->matches)
        s_unlink (lane->matches);    //  NOLINT(*-unix.Malloc): it leaves both lists
    for (size_t way = 0; way < WAYS; way++)
        heap_clear (&lane->waiting[way]);
    free (lane);
}

int matching_join_again (struct lane *lane)
{
    for (size_t way = 0; way < WAYS; way++)
        if (heap_reserve (&lane->waiting[way], lane->jobs + 1) != 0)
            return -1;
    lane->jobs++;
    return 0;
}

static struct lane *s_new_lane (struct matching *self, const struct needs *needs)
{
    struct lane *lane = calloc (1, sizeof *lane);
    if (!lane)
        return NULL;
    lane->needs = *needs;
    lane->level = needs_level (needs->memory);
    lane->waiting[WAY_BESIDE] =
        (struct heap){.before = open_job_before, .place_offset = offsetof (struct open_job, in_queue)};
    lane->waiting[WAY_ALONE] =
        (struct heap){.before = open_job_before, .place_offset = offsetof (struct open_job, in_alone)};
    bool made = true;
    for (struct profile *profile = self->profiles; made && profile; profile = profile->after)
        if (abilities_meet (&profile->can, needs))
            made = s_match (lane, profile);
    if (made)
        return lane;
    s_free_lane (lane);
    return NULL;
}

struct lane *matching_join (struct matching *self, const struct needs *needs)
{
    char key[KEY_BYTES];
    struct lane *lane = zhashx_lookup (self->lanes, s_key (needs, key));
    bool known = lane;
    if (!known)
        lane = s_new_lane (self, needs);
    if (!lane)
        return NULL;
    if (matching_join_again (lane) != 0) {
        if (!known)
            s_free_lane (lane);
        return NULL;
    }
    if (!known)
        zhashx_insert (self->lanes, key, lane);
    return lane;
}

void matching_leave (struct matching *self, struct lane *lane)
{
    char key[KEY_BYTES];
    if (--lane->jobs)
        return;
    zhashx_delete (self->lanes, s_key (&lane->needs, key));
    s_free_lane (lane);
}

static void s_free_profile (struct profile *profile)
{
    while (profile->matches)
        s_unlink (profile->matches);    //  NOLINT(*-unix.Malloc): it leaves both lists
    for (size_t i = 0; i < WAYS * NEEDS_LEVELS; i++)
        heap_clear (&profile->lanes[i / NEEDS_LEVELS][i % NEEDS_LEVELS]);
    heap_clear (&profile->free);
    heap_clear (&profile->there);
    abilities_clear (&profile->can);
    free (profile);
}

static struct profile *s_new_profile (struct matching *self, const struct abilities *can)
{
    struct profile *profile = calloc (1, sizeof *profile);
    if (!profile)
        return NULL;
    for (size_t i = 0; i < NEEDS_LEVELS; i++) {
        profile->lanes[WAY_BESIDE][i] = (struct heap){
            .before = s_beside_before, .place_offset = offsetof (struct match, places[WAY_BESIDE])};
        profile->lanes[WAY_ALONE][i] = (struct heap){
            .before = s_alone_before, .place_offset = offsetof (struct match, places[WAY_ALONE])};
    }
    profile->free = (struct heap){.before = pool_member_goes_before,
                                  .place_offset = offsetof (struct pool_member, in_free)};
    profile->there = (struct heap){.before = pool_member_is_larger,
                                   .place_offset = offsetof (struct pool_member, in_there)};
    bool made = abilities_copy (can, &profile->can);
    for (struct lane *lane = zhashx_first (self->lanes); made && lane; lane = zhashx_next (self->lanes))
        if (abilities_meet (can, &lane->needs))
            made = s_match (lane, profile);
    if (made)
        return profile;
    s_free_profile (profile);
    return NULL;
}

struct profile *matching_enlist (struct matching *self, const struct abilities *can)
{
    struct profile *profile = self->profiles;
    while (profile && !abilities_equal (&profile->can, can))
        profile = profile->after;
    bool known = profile;
    if (!known)
        profile = s_new_profile (self, can);
    if (!profile)
        return NULL;
    if (heap_reserve (&profile->free, profile->members + 1) != 0 ||
        heap_reserve (&profile->there, profile->members + 1) != 0) {
        if (!known)
            s_free_profile (profile);
        return NULL;
    }
    profile->members++;
    if (known)
        return profile;
    profile->after = self->profiles;
    if (self->profiles)
        self->profiles->before = profile;
    self->profiles = profile;
    return profile;
}

void matching_dismiss (struct matching *self, struct profile *profile)
{
    if (--profile->members)
        return;
    if (profile->before)
        profile->before->after = profile->after;
    else
        self->profiles = profile->after;
    if (profile->after)
        profile->after->before = profile->before;
    s_free_profile (profile);
}

void matching_clear (struct matching *self)
{
    for (struct lane *lane = self->lanes ? zhashx_first (self->lanes) : NULL; lane;
         lane = zhashx_next (self->lanes))
        s_free_lane (lane);
    zhashx_destroy (&self->lanes);
    while (self->profiles) {
        struct profile *profile = self->profiles;
        self->profiles = profile->after;
        s_free_profile (profile);
    }
}

//  A lane whose first job is another one has another place with each profile.
void matching_put (struct open_job *open_job, enum way way)
{
    struct lane *lane = open_job->lane;
    struct open_job *first = heap_first (&lane->waiting[way]);
    bool leads = !first || open_job_before (open_job, first);
    for (struct match *match = leads ? lane->matches : NULL; match; match = match->after)
        s_out (match, way);
    heap_put (&lane->waiting[way], open_job);
    for (struct match *match = leads ? lane->matches : NULL; match; match = match->after)
        s_in (match, way);
}

void matching_remove (struct open_job *open_job)
{
    struct lane *lane = open_job->lane;
    for (size_t way = 0; way < WAYS; way++) {
        bool led = heap_first (&lane->waiting[way]) == open_job;
        for (struct match *match = led ? lane->matches : NULL; match; match = match->after)
            s_out (match, (enum way) way);
        if ((way == WAY_BESIDE ? open_job->in_queue : open_job->in_alone) != HEAP_OUT)
            heap_remove (&lane->waiting[way], open_job);
        for (struct match *match = led ? lane->matches : NULL; match; match = match->after)
            s_in (match, (enum way) way);
    }
}

struct open_job *matching_first_of (const struct profile *profile, enum way way, uint64_t memory)
{
    struct open_job *first = NULL;
    for (uint64_t used = profile->used[way]; used; used &= used - 1) {
        size_t level = (size_t) __builtin_ctzll (used);
        if (needs_level_bytes (level) > memory)
            break;
        const struct match *match = heap_first (&profile->lanes[way][level]);
        struct open_job *open_job = heap_first (&match->lane->waiting[way]);
        if (!first || open_job_before (open_job, first))
            first = open_job;
    }
    return first;
}

//  The most memory in all that a member which is there has; 0: nobody is.
static uint64_t s_most (const struct profile *profile)
{
    const struct pool_member *largest = heap_first (&profile->there);
    return largest ? largest->memory : 0;
}

struct open_job *matching_first (const struct matching *self, enum way way)
{
    struct open_job *first = NULL;
    for (const struct profile *profile = self->profiles; profile; profile = profile->after) {
        struct open_job *open_job = matching_first_of (profile, way, s_most (profile));
        if (open_job && (!first || open_job_before (open_job, first)))
            first = open_job;
    }
    return first;
}

//  Whether a profile with somebody there has the word; with NEED_WORDS all of them. *most: the most memory of
//  those.
static bool s_anybody (const struct matching *self, const struct needs *needs, size_t word, uint64_t *most)
{
    bool any = false;
    for (const struct profile *profile = self->profiles; profile; profile = profile->after)
        if (profile->there.count &&
            (word == NEED_WORDS ? abilities_meet (&profile->can, needs)
                                : abilities_have (&profile->can, needs, (enum need_word) word))) {
            any = true;
            *most = *most > s_most (profile) ? *most : s_most (profile);
        }
    return any;
}

bool matching_can (const struct matching *self, const struct needs *needs, size_t count)
{
    for (const struct profile *profile = self->profiles; profile; profile = profile->after) {
        size_t met = 0;
        while (met < count && abilities_meet (&profile->can, &needs[met]))
            met++;
        if (profile->there.count && met == count)
            return true;
    }
    return false;
}

void matching_why (const struct matching *self, const struct lane *lane, char *out, size_t size)
{
    const struct needs *needs = &lane->needs;
    char says[2 * WORD_BYTES];
    uint64_t most = 0;
    static const struct needs NOTHING = {.memory = 0};
    *out = 0;
    if (!s_anybody (self, &NOTHING, NEED_WORDS, &most)) {
        snprintf (out, size, WAITING_FOR_WORKERS);
        return;
    }
    for (size_t i = 0; i < NEED_WORDS; i++)
        if (!s_anybody (self, needs, i, &most)) {
            snprintf (out, size, "no worker that is registered %s",
                      needs_say (needs, (enum need_word) i, says));
            return;
        }
    most = 0;
    if (!s_anybody (self, needs, NEED_WORDS, &most)) {
        snprintf (out, size, "no worker that is registered can do all that it needs:");
        for (size_t i = 0; i < NEED_WORDS; i++)
            if (*needs->words[i])
                snprintf (out + strlen (out), size - strlen (out), "%s one that %s",
                          out[strlen (out) - 1] == ':' ? "" : " and",
                          needs_say (needs, (enum need_word) i, says));
    } else if (needs_level_bytes (lane->level) > most)
        snprintf (out, size,
                  "it needs %llu MiB of memory, the largest worker for it has %llu MiB (--job-memory of "
                  "submit, --memory of dmh-worker)",
                  (unsigned long long) (needs_level_bytes (lane->level) >> 20),
                  (unsigned long long) (most >> 20));
}
