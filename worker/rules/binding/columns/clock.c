//  clock.c: see clock.h.
#define _GNU_SOURCE
#include "worker/rules/binding/columns/clock.h"

#include "messages/base/narrow.h"
#include "worker/text/ascii.h"

#include <stdio.h>
#include <stdlib.h>

enum { WANTED_BYTES = 256 };

//  Where `word`, of lower case, stands in the name, whatever its case; NULL: nowhere.
static const char *s_word (const char *name, const char *word)
{
    for (; *name; name++) {
        size_t n = 0;
        while (word[n] && to_lower (name[n]) == word[n])
            n++;
        if (!word[n])
            return name;
    }
    return NULL;
}

int clock_find (const struct column_words *words, const header_t *header, size_t column)
{
    const char *name = header_name (header, column);
    for (size_t i = 0; i < words->time_count; i++) {
        const struct time_word *word = &words->times[i];
        const char *at = s_word (name, word->date);
        char wanted[WANTED_BYTES];
        if (!at)
            continue;
        int n = snprintf (wanted, sizeof wanted, "%.*s%s%s", NARROW (int, at - name), name, word->time,
                          at + strlen (word->date));
        int found = n > 0 && (size_t) n < sizeof wanted ? header_find (header, wanted) : HEADER_NONE;
        if (found != HEADER_NONE && found != NARROW (int, column))
            return found;
    }
    return HEADER_NONE;
}

//  Whether the column is none that feeds a field first, or that the mapping has another use for.
static bool s_is_free (const binding_t *self, const header_t *header, size_t f, int column)
{
    const struct others *others = &self->others[f];
    bool choice = false;
    for (size_t i = 0; i < self->schema->field_count; i++)
        if (self->column_of[i] == column)
            return false;
    for (size_t i = 0; i < others->count; i++)
        choice = choice || others->columns[i] == column;
    return choice || !header_is_claimed (header, (size_t) column);
}

static int s_bind (binding_t *self, const header_t *header, size_t f, int column)
{
    int found = clock_find (&self->schema->words, header, (size_t) column);
    if (found == HEADER_NONE || !s_is_free (self, header, f, found))
        return 0;
    self->columns[column].clock = found;
    free (self->columns[found].reason);
    int n = asprintf (&self->columns[found].reason,
                      "is the time of day of the dates in column %d; kept as it is besides", column + 1);
    if (n < 0)
        self->columns[found].reason = NULL;
    return n < 0 ? -1 : 0;
}

int clocks_bind (binding_t *self, const header_t *header)
{
    const schema_t *schema = self->schema;
    int rc = 0;
    for (size_t f = 0; f < schema->field_count && schema->words.time_count; f++) {
        const struct others *others = &self->others[f];
        if (schema->fields[f].type != FIELD_DATETIME || self->column_of[f] < 0)
            continue;
        rc = s_bind (self, header, f, self->column_of[f]);
        for (size_t i = 0; rc == 0 && i < others->count; i++)
            rc = s_bind (self, header, f, others->columns[i]);
        if (rc != 0)
            return rc;
    }
    return 0;
}
