//  survey.c: see survey.h.
#define XXH_INLINE_ALL
#include "worker/inspect/survey.h"

#include "worker/rules/record/harmonize.h"

#include <stdlib.h>
#include <xxhash.h>

enum { SURVEY_BLOCK_BYTES = 256 * 1024 };

static int s_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while profiling the columns");
}

static void s_add (struct survey *self, const struct row *row, const missing_t *missing,
                   const missing_t *also)
{
    static const struct text NOTHING = {NULL, 0};
    uint64_t who = 0;
    if (self->person >= 0 && (size_t) self->person < row->count && row->fields[self->person].n) {
        struct text person = text_trim (row->fields[self->person]);
        who = person.n ? XXH3_64bits (person.at, person.n) | 1 : 0;
    }
    self->records++;
    for (size_t c = 0; c < self->column_count; c++)
        profile_add (self->columns[c], c < row->count ? row->fields[c] : NOTHING, who, missing, also);
}

//  What the values of one record say of the columns that they stand in.
static int s_judge (struct survey *self, struct record *record, const struct row *row)
{
    if (record_harmonize (record, row->fields, row->count) != 0)
        return -1;
    tally_vote (&self->tally, record);
    const struct plan *plan = record->plan;
    for (size_t i = 0; i < plan->live_count; i++)
        if (!plan->steps[plan->live[i]].others)
            self->tally.fields[plan->live[i]].votes[0].filled += !record->missing[plan->live[i]];
    return 0;
}

//  Which awaited names the block has.
static void s_meet (struct survey *self, const struct dialect *dialect, rows_t *rows)
{
    struct text name;
    for (size_t i = 0; dialect->awaited && (name = dialect->format->unknown (rows, i)).at; i++)
        for (size_t a = 0; a < dialect->awaited; a++) {
            size_t column = dialect->name_count - dialect->awaited + a;
            struct text awaited = {dialect->names[column], dialect->name_bytes[column]};
            self->met[a] = self->met[a] || text_equal (name, awaited);
        }
}

static int s_read (struct survey *self, reader_t *reader, const struct dialect *dialect,
                   const missing_t *missing, const missing_t *also, struct record *record,
                   struct error *error)
{
    struct row row;
    rows_t *rows = dialect->format->rows_new (dialect);
    struct buffer block = {NULL, 0, 0};
    uint64_t first_line;
    int rc = rows ? reader_rewind (reader, dialect, error) : s_memory (error), filled = 1;
    while (rc == DMH_OK && reader_position (reader) < SURVEY_BYTES &&
           (filled = reader_fill (reader, &block, SURVEY_BLOCK_BYTES, &first_line, error)) > 0) {
        format_begin (dialect->format, rows, block.at, block.used, reader_goes_on (reader));
        int got;
        while ((got = dialect->format->rows_next (rows, &row)) == 1)
            if (row.problem == RULE_NONE) {
                s_add (self, &row, missing, also);
                if (record && s_judge (self, record, &row) != 0)
                    rc = s_memory (error);
            } else
                self->unusable++;
        if (got < 0)
            rc = s_memory (error);
        s_meet (self, dialect, rows);
    }
    if (rc == DMH_OK && filled < 0)
        rc = filled;
    self->bytes = reader_position (reader);
    self->whole = filled == 0 || self->bytes >= reader_bytes (reader);
    if (rows)
        dialect->format->rows_destroy (&rows);
    free (block.at);
    return rc;
}

int survey_take (reader_t *reader, const struct dialect *dialect, const bool *secret, int person,
                 const missing_t *missing, const missing_t *also, const struct plan *plan, struct survey *out,
                 struct error *error)
{
    struct record *record = plan ? record_new (plan) : NULL;
    struct survey self = {.column_count = dialect->name_count, .person = person};
    self.columns = calloc (dialect->name_count + 1, sizeof (profile_t *));
    self.met = calloc (dialect->awaited + 1, sizeof *self.met);
    bool good = self.columns && self.met && (record || !plan) &&
                tally_init (&self.tally, plan ? plan->step_count : 0) == 0;
    int rc = good ? DMH_OK : s_memory (error);
    for (size_t c = 0; rc == DMH_OK && c < self.column_count; c++) {
        self.columns[c] = profile_new (self.column_count, secret[c], person >= 0);
        rc = self.columns[c] ? DMH_OK : s_memory (error);
    }
    if (rc == DMH_OK)
        rc = s_read (&self, reader, dialect, missing, also, record, error);
    record_destroy (&record);
    if (rc == DMH_OK)
        *out = self;
    else
        survey_clear (&self);
    return rc;
}

void survey_clear (struct survey *self)
{
    for (size_t c = 0; self->columns && c < self->column_count; c++)
        profile_destroy (&self->columns[c]);
    free (self->columns);
    free (self->met);
    tally_clear (&self->tally);
    *self = (struct survey){.columns = NULL};
}
