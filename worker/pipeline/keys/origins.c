//  origins.c: see origins.h.
#define _GNU_SOURCE
#include "worker/pipeline/keys/origins.h"

#include "messages/base/narrow.h"

#include <stdio.h>
#include <stdlib.h>

//  Beginnings that are looked up; those that come after them are kept as often as they come.
enum { STARTS_MAX = 1000, SHOWN_BYTES = 500 };

//  Whether the id follows on a / or : at its end.
static bool s_is_named (struct url url)
{
    size_t start = url.whole.n - url.id.n;
    return url.id.n && url.id.n < url.whole.n && memchr ("/:", url.whole.at[start - 1], 2) &&
           memcmp (url.whole.at + start, url.id.at, url.id.n) == 0;
}

static size_t s_count (const struct origins *self)
{
    return self->list.used / sizeof (struct origin);
}

//  Its place in the list, or -1 out of memory.
static int s_add (struct origins *self, struct text text, bool named)
{
    struct origin fresh = {self->texts.used, text.n, named};
    if (buffer_reserve (&self->texts, text.n) != 0 || buffer_reserve (&self->list, sizeof fresh) != 0)
        return -1;
    if (text.n)
        memcpy (self->texts.at + self->texts.used, text.at, text.n);
    memcpy (self->list.at + self->list.used, &fresh, sizeof fresh);
    self->texts.used += text.n;
    self->list.used += sizeof fresh;
    return NARROW (int, s_count (self)) - 1;
}

//  The same for a beginning, which is kept once.
static int s_add_start (struct origins *self, struct text start)
{
    if (!self->by_start) {
        self->by_start = text_index_new ();
        self->starts = calloc (STARTS_MAX, sizeof *self->starts);
        if (!self->by_start || !self->starts)
            return -1;
    }
    int place = text_index_find (self->by_start, start);
    if (place != TEXT_INDEX_NONE)
        return place;
    place = s_add (self, start, true);
    if (place < 0 || self->start_count == STARTS_MAX)
        return place;
    char *copy = strndup (start.at, start.n);
    if (!copy)
        return -1;
    self->starts[self->start_count++] = copy;
    return text_index_put (self->by_start, text_of (copy), place) == 0 ? place : -1;
}

int origins_put (struct origins *self, uint64_t record, struct url url)
{
    struct text start = {url.whole.at, url.whole.n - url.id.n};
    int place = s_is_named (url) ? s_add_start (self, start) : s_add (self, url.whole, false);
    size_t need = (size_t) record * sizeof (uint32_t);
    if (place < 0 || buffer_reserve (&self->records, need - self->records.used) != 0)
        return -1;
    memset (self->records.at + self->records.used, 0, need - self->records.used);
    uint32_t number = (uint32_t) place + 1;
    memcpy (self->records.at + need - sizeof number, &number, sizeof number);
    self->records.used = need;
    return 0;
}

//  As much of a URL as a message takes, cut between characters.
static struct text s_shown (struct text in)
{
    if (in.n > SHOWN_BYTES)
        for (in.n = SHOWN_BYTES; in.n && (in.at[in.n] & 0xC0) == 0x80; in.n--)
            ;
    return in;
}

void origins_say (const struct origins *self, uint64_t before, struct url url, char *message, size_t size)
{
    uint32_t number = 0;
    struct origin origin;
    if (url.whole.n && before && before <= self->records.used / sizeof number)
        memcpy (&number, self->records.at + (before - 1) * sizeof number, sizeof number);
    if (number == 0)
        return;
    memcpy (&origin, self->list.at + (number - 1) * sizeof origin, sizeof origin);
    struct text whole = url.whole, start = {self->texts.at + origin.at, origin.n};
    struct text id = origin.named ? url.id : (struct text){NULL, 0};
    if (whole.n == start.n + id.n && memcmp (whole.at, start.at, start.n) == 0 &&
        (id.n == 0 || memcmp (whole.at + start.n, id.at, id.n) == 0))
        return;
    size_t used = strlen (message);
    whole = s_shown (whole);
    start = s_shown (start);
    id = s_shown (id);
    snprintf (message + used, size - used, "; this one is %.*s, that one %.*s%.*s", NARROW (int, whole.n),
              whole.at, NARROW (int, start.n), start.at, NARROW (int, id.n), id.n ? id.at : "");
}

void origins_clear (struct origins *self)
{
    for (size_t i = 0; i < self->start_count; i++)
        free (self->starts[i]);
    free (self->starts);
    text_index_destroy (&self->by_start);
    free (self->texts.at);
    free (self->list.at);
    free (self->records.at);
    *self = (struct origins){.starts = NULL};
}
