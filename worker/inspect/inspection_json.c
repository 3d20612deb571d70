//  inspection_json.c: see inspection_json.h.
#include "worker/inspect/inspection_json.h"

#include "messages/job_json.h"

static void s_line_items (json_writer_t *self, const char *key, const struct profile_item *items,
                          size_t count)
{
    json_writer_array (self, key);
    for (size_t i = 0; i < count; i++) {
        json_writer_object (self, NULL);
        job_json_text (self, "value", items[i].text);
        json_writer_number (self, "count", items[i].count);
        json_writer_close (self);
    }
    json_writer_close (self);
}

static void s_line_profile (json_writer_t *self, const struct inspection_column *column)
{
    const struct profile_summary *profile = &column->profile;
    json_writer_object (self, "profile");
    json_writer_number (self, "records", profile->records);
    json_writer_number (self, "filled", profile->filled);
    json_writer_number (self, "missing_markers", profile->markers);
    json_writer_number (self, "distinct", profile->distinct);
    json_writer_boolean (self, "distinct_exact", profile->exact);
    json_writer_number (self, "shortest", profile->shortest);
    json_writer_number (self, "longest", profile->longest);
    json_writer_object (self, "types");
    for (int type = 0; type < PROFILE_TYPES; type++)
        if (profile->types[type])
            json_writer_number (self, profile_type_word ((enum profile_type) type), profile->types[type]);
    json_writer_close (self);
    s_line_items (self, "patterns", profile->patterns, profile->pattern_count);
    json_writer_boolean (self, "values_hidden", column->secret);
    json_writer_boolean (self, "values_exact", profile->counted);
    s_line_items (self, "values", profile->values, profile->value_count);
    s_line_items (self, "unmapped", column->unmapped, column->unmapped_count);
    json_writer_close (self);
}

static void s_line_columns (json_writer_t *self, const struct inspection *inspection)
{
    json_writer_array (self, "columns");
    for (size_t i = 0; i < inspection->column_count; i++) {
        json_writer_object (self, NULL);
        job_json_text (self, "source", inspection->columns[i].source);
        job_json_text (self, "field", inspection->columns[i].field);
        job_json_text (self, "by", inspection->columns[i].by);
        job_json_text (self, "reason", inspection->columns[i].reason);
        s_line_profile (self, &inspection->columns[i]);
        json_writer_close (self);
    }
    json_writer_close (self);
}

void inspection_json (json_writer_t *self, const struct inspection *inspection)
{
    char delimiter[2] = {inspection->delimiter, 0};
    job_json_text (self, "format", inspection->format);
    job_json_text (self, "delimiter", delimiter);
    if (inspection->escape)
        job_json_text (self, "quote_escape", (char[]){inspection->escape, 0});
    if (inspection->lines_above)
        json_writer_number (self, "lines_above_header", inspection->lines_above);
    job_json_text (self, "encoding", inspection->encoding);
    json_writer_boolean (self, "bom", inspection->bom);
    if (*inspection->compression)
        job_json_text (self, "compression", inspection->compression);
    job_json_text (self, "kind", inspection->kind);
    job_json_real (self, "score", inspection->score);
    json_writer_array (self, "kinds");
    for (size_t i = 0; i < inspection->score_count; i++) {
        json_writer_object (self, NULL);
        job_json_text (self, "kind", inspection->scores[i].kind);
        job_json_real (self, "score", inspection->scores[i].score);
        job_json_text (self, "reason", inspection->scores[i].reason);
        json_writer_close (self);
    }
    json_writer_close (self);
    json_writer_object (self, "profiled");
    json_writer_number (self, "records", inspection->records);
    json_writer_number (self, "unusable", inspection->unusable);
    json_writer_number (self, "bytes", inspection->bytes);
    json_writer_boolean (self, "whole", inspection->whole);
    json_writer_close (self);
    s_line_columns (self, inspection);
    job_json_text (self, "message", inspection->error.text);
}
