//  row_writer.c: see row_writer.h.
#include "worker/join/row_writer.h"

#include "messages/base/clock.h"
#include "messages/base/narrow.h"

#include <stdlib.h>

//  All canonical fields can have a value, and nothing feeds them.
static void s_plan (struct row_writer *self, enum date_order order)
{
    plan_make (&self->plan, &self->columns->binding, NULL, order, clock_wall_ms ());
    for (size_t f = 0; f < self->plan.step_count; f++)
        self->plan.live[f] = NARROW (uint8_t, f);
    self->plan.live_count = self->plan.content_count = self->plan.step_count;
}

int row_writer_make (struct row_writer *self, const struct joined_columns *columns, const char *format,
                     const struct options *options, const char *source, struct error *error)
{
    const struct encoder *encoder = encoder_find (format);
    enum date_order order = DATE_ORDER_MDY;
    bool ordered = date_order_of (options->date_order, &order);
    *self = (struct row_writer){.columns = columns};
    if (!encoder || !encoder->table || encoder->database)
        return error_set (error, DMH_UNSUPPORTED, "%s: tables are csv or ndjson; give another --format",
                          source);
    s_plan (self, order);
    int rc =
        precedence_make (&self->precedence, options->on_conflict, &self->plan, ordered, order, source, error);
    if (rc != DMH_OK)
        return rc;
    rc = layout_make (&self->layout, encoder, &self->plan);
    self->record = record_new (&self->plan);
    self->own = calloc (columns->binding.column_count + 1, sizeof *self->own);
    return rc == 0 && self->record && self->own
               ? DMH_OK
               : error_set (error, DMH_INTERNAL, "out of memory while making %s", source);
}

void row_writer_clear (struct row_writer *self)
{
    record_destroy (&self->record);
    layout_clear (&self->layout);
    free (self->own);
    free (self->row.at);
    *self = (struct row_writer){.columns = NULL};
}

void row_writer_set (struct row_writer *self, const struct text *values, struct text source_file,
                     struct text source_record)
{
    size_t fields = self->plan.step_count;
    for (size_t f = 0; f < fields; f++)
        self->record->values[f] = values[f];
    self->own[SOURCE_FILE] = source_file;
    self->own[SOURCE_RECORD] = source_record;
    for (size_t c = OWN_COLUMNS; c < self->columns->binding.column_count; c++)
        self->own[c] = values[fields + c - OWN_COLUMNS];
}

int row_writer_encode (struct row_writer *self)
{
    const struct encoder *encoder = self->layout.encoder;
    const struct row row = {.fields = self->own, .count = self->columns->binding.column_count};
    struct encoded encoded;
    self->row.used = 0;
    if (buffer_reserve (&self->row, encoder->room (&self->layout, self->record, &row)) != 0)
        return -1;
    encoder->write (&self->layout, self->record, &row, (struct text){NULL, 0}, self->row.at, &encoded);
    memmove (self->row.at, encoded.row.at, encoded.row.n);
    self->row.used = encoded.row.n;
    return 0;
}

uint64_t row_writer_rank (const struct row_writer *self)
{
    if (!precedence_ranks (&self->precedence))
        return 0;
    return precedence_rank (&self->precedence, self->record, self->own, self->columns->binding.column_count);
}
