//  joined_model.c: see joined_model.h.
#include "test/support/results/joined_model.h"

#include <stdint.h>
#include <string.h>

static bool s_is_invalid (const struct model *self, size_t record, size_t column)
{
    const char *invalid = self->kind->columns[column].invalid;
    return invalid && strstr (self->records[record].values[column], invalid);
}

const char *model_value (const struct model *self, size_t record, size_t column)
{
    const struct model_record *of = &self->records[record];
    return self->files[of->file].has[column] && !s_is_invalid (self, record, column) ? of->values[column]
                                                                                     : "";
}

static bool s_says (const struct model *self, size_t record, size_t column)
{
    return self->files[self->records[record].file].has[column];
}

//  Whether `later` says only what `earlier` says. What was emptied is told apart by the text it had.
static bool s_repeats (const struct model *self, size_t earlier, size_t later)
{
    for (size_t c = 0; c < self->kind->count; c++) {
        const char *said = self->records[later].values[c];
        if (!s_says (self, later, c))
            continue;
        if (s_says (self, earlier, c) ? strcmp (said, self->records[earlier].values[c]) != 0 : *said != 0)
            return false;
    }
    return true;
}

static int s_place (const char *status)
{
    static const char *const PLACES[][5] = {{"registered"},
                                            {"preliminary"},
                                            {"final", "unknown", ""},
                                            {"amended", "corrected", "cancelled", "entered-in-error"}};
    for (int place = 0; place < 4; place++)
        for (int i = 0; i < 5 && PLACES[place][i]; i++)
            if (strcmp (PLACES[place][i], status) == 0)
                return place;
    return 2;
}

//  Whether the later of two records of a key stands instead of the one that stood so far.
static bool s_stands (const struct model *self, size_t before, size_t later)
{
    const struct model_kind *kind = self->kind;
    if (kind->status < 0)
        return false;
    int was = s_place (model_value (self, before, (size_t) kind->status)),
        is = s_place (model_value (self, later, (size_t) kind->status));
    if (is != was)
        return is > was;
    const char *then = model_value (self, before, (size_t) kind->moment);
    const char *now = model_value (self, later, (size_t) kind->moment);
    return strlen (then) != strlen (now) || !*now || strcmp (now, then) >= 0;
}

static bool s_is_rejected (const struct model *self, size_t record)
{
    for (size_t c = 0; c < self->kind->count; c++)
        if (self->kind->columns[c].needed && !*model_value (self, record, c))
            return true;
    return false;
}

static bool s_has_key_of (const struct model *self, size_t a, size_t b)
{
    return strcmp (model_value (self, a, self->kind->key), model_value (self, b, self->kind->key)) == 0;
}

//  The first that says all that this one says; SIZE_MAX: none does.
static size_t s_repeated (const struct model *self, size_t record)
{
    for (size_t e = 0; e < record; e++)
        if (self->records[e].fate != MODEL_REJECTED && self->records[e].fate != MODEL_DUPLICATE &&
            s_has_key_of (self, e, record) && s_repeats (self, e, record))
            return e;
    return SIZE_MAX;
}

static void s_judge_conflicts (struct model *self, size_t first)
{
    size_t stands = first;
    if (!*model_value (self, first, self->kind->key))
        return;
    for (int turn = 0; turn < 2; turn++)
        for (size_t r = first; r < self->count; r++) {
            struct model_record *record = &self->records[r];
            if (record->fate == MODEL_REJECTED || record->fate == MODEL_DUPLICATE ||
                !s_has_key_of (self, first, r))
                continue;
            if (turn == 0 && r != first && s_stands (self, stands, r))
                stands = r;
            record->fate = turn == 0 || r == stands ? MODEL_WRITTEN : MODEL_CONFLICT;
            record->other = stands;
        }
}

void model_judge (struct model *self)
{
    for (size_t r = 0; r < self->count; r++) {
        struct model_record *record = &self->records[r];
        record->fate = s_is_rejected (self, r) ? MODEL_REJECTED : MODEL_WRITTEN;
        if (record->fate != MODEL_REJECTED && (record->other = s_repeated (self, r)) != SIZE_MAX)
            record->fate = MODEL_DUPLICATE;
    }
    for (size_t r = 0; r < self->count; r++) {
        bool first = self->records[r].fate == MODEL_WRITTEN;
        for (size_t e = 0; first && e < r; e++)
            first = self->records[e].fate == MODEL_REJECTED || self->records[e].fate == MODEL_DUPLICATE ||
                    !s_has_key_of (self, e, r);
        if (first)
            s_judge_conflicts (self, r);
    }
}
