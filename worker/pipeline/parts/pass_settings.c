//  pass_settings.c: see pass_settings.h.
#include "worker/pipeline/parts/pass_settings.h"

#include "messages/base/narrow.h"
#include "worker/formats/dialect.h"
#include "worker/output/decimal_columns.h"

#include <stdlib.h>
#include <string.h>

void pass_settings_clear (struct pass_settings *self)
{
    free (self->names.at);
    free (self->barred);
    *self = (struct pass_settings){.told = false};
}

static int s_bar (struct pass_settings *self, int column)
{
    int *barred = realloc (self->barred, (self->barred_count + 1) * sizeof *barred);
    if (!barred)
        return -1;
    self->barred = barred;
    self->barred[self->barred_count++] = column;
    return 0;
}

static int s_add_name (struct pass_settings *self, const char *name)
{
    size_t n = strlen (name) + 1;
    if (buffer_reserve (&self->names, n) != 0)
        return -1;
    memcpy (self->names.at + self->names.used, name, n);
    self->names.used += n;
    return 0;
}

//  A column's name is believed until all of its values speak against it, read as they are to be: one worker
//  does not ask a pass that was begun anew for a date order, either.
int pass_settings_learn (struct pass_settings *self, const struct plan *plan, const struct tally *tally,
                         const unknown_names_t *unknown, bool whole, bool *otherwise)
{
    int rc = 0;
    bool misread = date_evidence_is_clear (tally, plan) || decimal_columns_contradict (plan, tally) ||
                   tally_misplaces (tally, plan);
    date_evidence_decide (tally, plan, self->readings);
    decimal_columns_read (plan, tally, self->marks);
    tally_places (tally, &self->places);
    self->told = true;
    *otherwise = misread || date_evidence_contradicts (plan, self->readings);
    const char *name;
    for (size_t i = 0; rc == 0 && (name = unknown_names_at (unknown, i)); i++) {
        rc = s_add_name (self, name);
        *otherwise = true;
    }
    for (int column = -1;
         rc == 0 && whole && (column = tally_contradicting (tally, plan, column + 1)) >= 0;) {
        if (!misread)
            rc = s_bar (self, column);
        *otherwise = true;
    }
    return rc;
}

void pass_settings_pack (const struct pass_settings *self, struct packer *to)
{
    pack_number (to, self->seed);
    pack_number (to, (uint64_t) self->now);
    pack_number (to, self->told);
    pack_number (to, self->places.foreign);
    for (size_t f = 0; f < FIELDS_MAX; f++) {
        pack_number (to, self->readings[f].order);
        pack_number (to, self->readings[f].future);
        pack_number (to, self->marks[f]);
        pack_number (to, self->places.regions[f]);
    }
    pack_text (to, self->names.at, self->names.used);
    pack_number (to, self->barred_count);
    for (size_t i = 0; i < self->barred_count; i++)
        pack_number (to, (uint64_t) self->barred[i]);
}

//  The names end with the last one's NUL, and are no more than a table may have.
static int s_unpack_names (struct pass_settings *self, struct packed *from)
{
    size_t n, count = 0;
    const char *names = packed_text (from, &n);
    for (size_t i = 0; i < n; i++)
        count += names[i] == 0;
    if (n && (names[n - 1] != 0 || count > COLUMNS_MAX))
        from->bad = true;
    if (n == 0 || from->bad)
        return 0;
    if (buffer_reserve (&self->names, n) != 0)
        return -1;
    memcpy (self->names.at, names, n);
    self->names.used = n;
    return 0;
}

int pass_settings_unpack (struct pass_settings *self, struct packed *from)
{
    self->seed = packed_number (from);
    self->now = (int64_t) packed_number (from);
    self->told = packed_number_most (from, 1);
    self->places.foreign = packed_number_most (from, 1);
    for (size_t f = 0; f < FIELDS_MAX; f++) {
        self->readings[f].order = (enum date_order) packed_number_most (from, DATE_ORDER_YMD);
        self->readings[f].future = packed_number_most (from, 1);
        self->marks[f] = (enum decimal_mark) packed_number_most (from, DECIMAL_COMMA);
        self->places.regions[f] = NARROW (uint8_t, packed_number_most (from, REGIONS_MAX - 1));
    }
    int rc = s_unpack_names (self, from);
    uint64_t count = packed_number_most (from, COLUMNS_MAX);
    for (uint64_t i = 0; rc == 0 && i < count && !from->bad; i++)
        rc = s_bar (self, NARROW (int, packed_number_most (from, COLUMNS_MAX - 1)));
    return rc;
}
