//  audit.c: see audit.h. A line is put together in memory, hashed, then written.
#include "worker/output/audit.h"

#include "messages/base/buffer.h"
#include "worker/encoders/escape.h"

#include <stdlib.h>

struct audit {
    output_file_t *file;
    digest_t *digest;
    uint64_t seq;
    char prev[DIGEST_HEX_BYTES];
    struct buffer line;
    const char *source_file;    //  of the records that are spoken of; NULL: of the one input
    uint64_t source_record;
};

static void s_first (audit_t *self)
{
    self->seq = 0;
    memset (self->prev, '0', DIGEST_HEX_BYTES - 1);
    self->prev[DIGEST_HEX_BYTES - 1] = 0;
}

audit_t *audit_new (output_file_t **file_p)
{
    audit_t *self = calloc (1, sizeof *self);
    if (!self) {
        output_destroy (file_p);
        return NULL;
    }
    self->file = *file_p;
    *file_p = NULL;
    self->digest = digest_new ();
    s_first (self);
    if (!self->digest || buffer_reserve (&self->line, 4096) != 0)
        audit_destroy (&self);
    return self;
}

void audit_destroy (audit_t **self_p)
{
    audit_t *self = *self_p;
    if (!self)
        return;
    output_destroy (&self->file);
    digest_destroy (&self->digest);
    free (self->line.at);
    free (self);
    *self_p = NULL;
}

//  The pieces of a line; memory for them is there (s_begin).
static void s_text (audit_t *self, const char *text)
{
    size_t n = strlen (text);
    memcpy (self->line.at + self->line.used, text, n);
    self->line.used += n;
}

static void s_number (audit_t *self, const char *label, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char) ('0' + number % 10);
    while (number /= 10);
    s_text (self, label);
    memcpy (self->line.at + self->line.used, digits + at, sizeof digits - at);
    self->line.used += sizeof digits - at;
}

static void s_string (audit_t *self, const char *label, struct text value)
{
    s_text (self, label);
    char *end = escape_json (self->line.at + self->line.used, value);
    self->line.used = (size_t) (end - self->line.at);
}

//  `room`: bytes of the values that follow. false when out of memory, which then sticks in the file.
static bool s_begin (audit_t *self, const char *event, size_t room)
{
    self->line.used = 0;
    if (self->source_file)
        room += strlen (self->source_file);
    if (buffer_reserve (&self->line, 1024 + 6 * room) != 0) {
        output_fail (self->file, DMH_INTERNAL, "out of memory while writing the audit");
        return false;
    }
    s_number (self, "{\"seq\":", ++self->seq);
    s_string (self, ",\"prev\":", text_of (self->prev));
    s_string (self, ",\"event\":", text_of (event));
    return true;
}

static void s_end (audit_t *self)
{
    s_text (self, "}");
    digest_update (self->digest, self->line.at, self->line.used);
    digest_hex (self->digest, self->prev);
    s_text (self, "\n");
    output_write (self->file, self->line.at, self->line.used);
}

static void s_position (audit_t *self, struct record_position at)
{
    s_number (self, ",\"record\":", at.record);
    s_number (self, ",\"line\":", at.line);
    if (!self->source_file)
        return;
    s_string (self, ",\"source_file\":", text_of (self->source_file));
    s_number (self, ",\"source_record\":", self->source_record);
}

void audit_source (audit_t *self, const char *file, uint64_t record)
{
    self->source_file = file;
    self->source_record = record;
}

void audit_duplicate (audit_t *self, struct record_position at, uint64_t first)
{
    if (!s_begin (self, "duplicate", 0))
        return;
    s_position (self, at);
    s_string (self, ",\"rule\":", text_of (RULE[RULE_RECORD_DUPLICATE].name));
    s_number (self, ",\"repeats\":", first);
    s_end (self);
}

void audit_conflict (audit_t *self, struct record_position at, uint64_t stands, struct text row)
{
    if (!s_begin (self, "conflict", row.n))
        return;
    s_position (self, at);
    s_string (self, ",\"rule\":", text_of (RULE[RULE_RECORD_CONFLICT].name));
    s_number (self, ",\"conflicts_with\":", stands);
    if (row.n)
        s_string (self, ",\"row\":", row);
    s_end (self);
}

void audit_reject (audit_t *self, struct record_position at, enum rule rule, const char *field)
{
    if (!s_begin (self, "reject", 0))
        return;
    s_position (self, at);
    s_string (self, ",\"rule\":", text_of (RULE[rule].name));
    if (field)
        s_string (self, ",\"field\":", text_of (field));
    s_end (self);
}

void audit_value (audit_t *self, struct record_position at, enum rule rule, const char *field,
                  struct text raw, struct text to)
{
    bool change = RULE[rule].sort == RULE_SORT_CHANGED;
    if (!s_begin (self, change ? "change" : "warning", raw.n + to.n))
        return;
    s_position (self, at);
    s_string (self, ",\"rule\":", text_of (RULE[rule].name));
    if (field)
        s_string (self, ",\"field\":", text_of (field));
    s_string (self, ",\"raw\":", raw);
    s_string (self, ",\"value\":", to);
    s_end (self);
}

void audit_count (audit_t *self, enum rule rule, const char *field, uint64_t count, uint64_t first_line)
{
    if (!s_begin (self, RULE[rule].sort == RULE_SORT_CHANGED ? "standardized" : "warning", 0))
        return;
    s_string (self, ",\"rule\":", text_of (RULE[rule].name));
    if (field)
        s_string (self, ",\"field\":", text_of (field));
    s_number (self, ",\"count\":", count);
    s_number (self, ",\"first_line\":", first_line);
    s_end (self);
}

void audit_header (audit_t *self, enum rule rule, uint64_t line, struct text raw)
{
    if (!s_begin (self, "warning", raw.n))
        return;
    s_string (self, ",\"rule\":", text_of (RULE[rule].name));
    s_number (self, ",\"line\":", line);
    s_string (self, ",\"raw\":", raw);
    s_end (self);
}

void audit_assumption (audit_t *self, enum rule rule, const char *field, struct mark mark,
                       const struct first_values *first)
{
    if (!s_begin (self, "warning", FIRST_VALUES * FIRST_VALUE_BYTES))
        return;
    s_string (self, ",\"rule\":", text_of (RULE[rule].name));
    s_string (self, ",\"field\":", text_of (field));
    s_number (self, ",\"count\":", mark.count);
    s_number (self, ",\"first_line\":", mark.first_line);
    for (size_t i = 0; i < first->count; i++)
        s_string (self, i ? "," : ",\"first_values\":[", (struct text){first->at[i], first->n[i]});
    s_text (self, first->count ? "]" : "");
    s_end (self);
}

void audit_end (audit_t *self, const struct counts *counts)
{
    if (!s_begin (self, "end", 0))
        return;
    s_number (self, ",\"read\":", counts->read);
    s_number (self, ",\"written\":", counts->written);
    s_number (self, ",\"duplicates\":", counts->duplicates);
    s_number (self, ",\"conflicts\":", counts->conflicts);
    s_number (self, ",\"rejected\":", counts->rejected);
    s_end (self);
}

output_file_t *audit_file (audit_t *self)
{
    return self->file;
}

uint64_t audit_lines (const audit_t *self)
{
    return self->seq;
}

int audit_restart (audit_t *self, struct error *error)
{
    s_first (self);
    return output_restart (self->file, error);
}
