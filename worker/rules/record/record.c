//  record.c: see record.h.
#include "worker/rules/record/record.h"

#include "worker/text/nfc.h"

#include <stdlib.h>

enum {
    SCRATCH_BYTES = 16 * 1024,
    //  text_standardize needs the most; once more for what is seen of it, and for another rule.
    ROOM_FOR_A_BYTE = NFC_GROWTH + 2,
    ROOM_FOR_A_VALUE = 96    //  a number, a date or a telephone number, longer than what it is made of
};

static void s_count_column (struct record *self, int column)
{
    struct column_room *room = self->rooms, *end = room + self->room_count;
    while (room < end && room->column != column)
        room++;
    if (room == end) {
        *room = (struct column_room){column, 0};
        self->room_count++;
    }
    room->factor += ROOM_FOR_A_BYTE;
}

//  Which columns feed fields, and how often. False: out of memory.
static bool s_count_rooms (struct record *self, const struct plan *plan)
{
    size_t most = 0;
    for (size_t i = 0; i < plan->fed_count; i++) {
        const struct others *others = plan->steps[plan->fed[i]].others;
        most += 1 + (others ? others->count : 0);
    }
    self->rooms = calloc (most + 1, sizeof *self->rooms);
    self->room = MEASUREMENT_SCRATCH_BYTES + (plan->step_count + most) * ROOM_FOR_A_VALUE;
    for (size_t i = 0; self->rooms && i < plan->fed_count; i++) {
        const struct step *step = &plan->steps[plan->fed[i]];
        self->room += ROOM_FOR_A_BYTE * step->constant.n;
        if (step->column >= 0)
            s_count_column (self, step->column);
        for (size_t o = 0; step->others && o < step->others->count; o++)
            s_count_column (self, step->others->columns[o]);
    }
    return self->rooms != NULL;
}

struct record *record_new (const struct plan *plan)
{
    struct record *self = calloc (1, sizeof *self);
    if (!self)
        return NULL;
    self->plan = plan;
    self->scratch.size = SCRATCH_BYTES;
    self->scratch.at = malloc (SCRATCH_BYTES);
    memset (self->missing, true, sizeof self->missing);
    bool good = self->scratch.at && s_count_rooms (self, plan);
    for (size_t i = 0; i < plan->fed_count && good; i++) {
        self->memos[plan->fed[i]] = memo_new ();
        good = self->memos[plan->fed[i]];
    }
    if (!good)
        record_destroy (&self);
    return self;
}

void record_destroy (struct record **self_p)
{
    struct record *self = *self_p;
    if (!self)
        return;
    for (size_t f = 0; f < FIELDS_MAX; f++)
        memo_destroy (&self->memos[f]);
    free (self->rooms);
    free (self->scratch.at);
    free (self->derived_scratch.at);
    free (self);
    *self_p = NULL;
}

void record_unnote (struct record *self, int field, enum rule rule)
{
    size_t kept = 0;
    for (size_t i = 0; i < self->finding_count; i++)
        if (self->findings[i].field != field || self->findings[i].rule != rule)
            self->findings[kept++] = self->findings[i];
    self->finding_count = kept;
}

int record_make_room (struct record *self, const struct text *fields, size_t count)
{
    const struct plan *plan = self->plan;
    size_t need = self->room;
    for (size_t i = 0; i < self->room_count; i++)
        if ((size_t) self->rooms[i].column < count)
            need += self->rooms[i].factor * fields[self->rooms[i].column].n;
    for (size_t i = 0; plan->binding->derived_count && i < plan->fed_count; i++)
        if (plan->steps[plan->fed[i]].derived)
            need += ROOM_FOR_A_BYTE * self->derived[plan->fed[i]].value.n;
    self->scratch.used = 0;
    if (need <= self->scratch.size)
        return 0;
    char *larger = realloc (self->scratch.at, need * 2);
    if (!larger)
        return -1;
    self->scratch.at = larger;
    self->scratch.size = need * 2;
    return 0;
}
