//  set_aside.c: see set_aside.h.
#include "worker/join/set_aside.h"

#include <stdio.h>

void set_aside_header (output_file_t *file)
{
    output_text (file, "record,line,reason,rule,field,message,raw,raw_encoding,source_file,source_record\n");
}

static void s_cell (output_file_t *file, struct text value)
{
    output_csv (file, value);
    output_text (file, ",");
}

static void s_count (output_file_t *file, uint64_t number, const char *end)
{
    output_number (file, number);
    output_text (file, end);
}

static void s_why (output_file_t *file, const struct set_aside *self)
{
    char message[SENTENCE_BYTES + NAME_BYTES];
    if (!self->key) {
        output_text (file, "rejected,");
        s_cell (file, self->record->rule);
        s_cell (file, self->record->field);
        s_cell (file, self->record->message);
        return;
    }
    snprintf (message, sizeof message,
              "has the key of record %llu and other content; that one is record %llu of %.*s",
              (unsigned long long) self->stands, (unsigned long long) self->stands_number, NAME_BYTES,
              self->stands_file);
    output_text (file, "conflict,");
    s_cell (file, text_of (RULE[RULE_RECORD_CONFLICT].name));
    s_cell (file, text_of (self->key));
    s_cell (file, text_of (message));
}

void set_aside_write (output_file_t *file, const struct set_aside *self)
{
    bool own = self->record->fate != FATE_WRITTEN;
    s_count (file, self->at.record, ",");
    s_count (file, self->at.line, ",");
    s_why (file, self);
    s_cell (file, own ? self->record->raw : self->row);
    s_cell (file, own ? self->record->raw_encoding : (struct text){NULL, 0});
    s_cell (file, text_of (self->file));
    s_count (file, self->record->number, "\n");
}
