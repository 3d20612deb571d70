//  joined_columns.c: see joined_columns.h.
#include "worker/join/joined_columns.h"

#include "messages/base/narrow.h"
#include "worker/formats/dialect.h"
#include "worker/text/index.h"

#include <stdio.h>
#include <stdlib.h>

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while joining columns");
}

bool field_is_content (const schema_t *schema, size_t field)
{
    int f = NARROW (int, field);
    for (size_t i = 0; i < schema->content_count; i++)
        if (schema->content[i] == f)
            return true;
    if (schema->content_count)
        return false;
    return !schema->has_measure || (f != schema->measure.source_value && f != schema->measure.source_unit);
}

//  Adds a column of that name; where the name is taken already, it gets a number.
static int s_add (struct joined_columns *self, text_index_t *taken, const char *name, struct error *error)
{
    binding_t *binding = &self->binding;
    size_t room = strlen (name) + 12;
    struct column *columns = realloc (binding->columns, (binding->column_count + 1) * sizeof *columns);
    if (columns)
        binding->columns = columns;
    char *unique = columns ? malloc (room) : NULL, *source = unique ? strdup (name) : NULL;
    if (!source) {
        free (unique);
        return s_no_memory (error);
    }
    snprintf (unique, room, "%s", name);
    for (unsigned number = 2; text_index_find (taken, text_of (unique)) >= 0; number++)
        snprintf (unique, room, "%s_%u", name, number);
    columns[binding->column_count] =
        (struct column){.source = source, .name = unique, .field = FIELD_NONE, .clock = -1};
    if (text_index_put (taken, text_of (unique), NARROW (int, binding->column_count++)) != 0)
        return s_no_memory (error);
    return DMH_OK;
}

//  The place of an input's column; own ones are known by the name that they have in its result.
static int s_place (struct joined_columns *self, text_index_t *taken, text_index_t *own, const char *name,
                    size_t *place, struct error *error)
{
    int field = schema_field (self->schema, name), at = -1, rc = DMH_OK;
    if (field != FIELD_NONE) {
        *place = (size_t) field;
        return DMH_OK;
    }
    at = text_index_find (own, text_of (name));
    if (at < 0) {
        at = NARROW (int, self->binding.column_count);
        if (at - OWN_COLUMNS >= COLUMNS_MAX)
            return error_set (error, DMH_TOO_LARGE,
                              "the inputs have more than %d columns of their own together", COLUMNS_MAX);
        rc = s_add (self, taken, name, error);
        if (rc == DMH_OK && text_index_put (own, text_of (self->binding.columns[at].source), at) != 0)
            rc = s_no_memory (error);
    }
    *place = self->schema->field_count + (size_t) (at - OWN_COLUMNS);
    return rc;
}

static int s_unite (struct joined_columns *self, const char *const *there, size_t there_count,
                    result_reader_t *const *inputs, struct error *error)
{
    text_index_t *taken = text_index_new (), *own = text_index_new ();
    size_t place;
    int rc = taken && own ? DMH_OK : s_no_memory (error);
    for (size_t f = 0; rc == DMH_OK && f < self->schema->field_count; f++)
        if (text_index_put (taken, text_of (self->schema->fields[f].name), 0) != 0)
            rc = s_no_memory (error);
    if (rc == DMH_OK)
        rc = s_add (self, taken, "source_file", error);
    if (rc == DMH_OK)
        rc = s_add (self, taken, "source_record", error);
    for (size_t i = 0; rc == DMH_OK && i < there_count; i++)
        rc = s_place (self, taken, own, there[i], &place, error);
    for (size_t i = 0; rc == DMH_OK && i < self->input_count; i++) {
        const struct result_facts *facts = result_reader_facts (inputs[i]);
        size_t *places = self->inputs[i].places = calloc (facts->column_count + 1, sizeof *places);
        rc = places ? DMH_OK : s_no_memory (error);
        for (size_t c = 0; rc == DMH_OK && c < facts->column_count; c++)
            rc = s_place (self, taken, own, facts->columns[c], &places[c], error);
    }
    text_index_destroy (&taken);
    text_index_destroy (&own);
    return rc;
}

static bool s_has (const struct json_value *names, const char *name)
{
    for (const struct json_value *at = json_value_is (names, JSON_ARRAY) ? names->first : NULL; at;
         at = at->next)
        if (at->type == JSON_STRING && strcmp (at->text, name) == 0)
            return true;
    return false;
}

//  Of what an input says something, into says [count].
static void s_says (const struct joined_columns *self, const struct result_facts *facts, const size_t *places,
                    bool *says)
{
    const struct json_value *input = json_value_member (facts->report, "input");
    const struct json_value *fields = json_value_member (input, "fields");
    const struct json_value *no_content = json_value_member (input, "not_content");
    for (size_t c = 0; c < facts->column_count; c++) {
        size_t place = places[c];
        if (place >= self->schema->field_count)
            says[place] = !self->schema->content_count && !s_has (no_content, facts->columns[c]);
        else
            says[place] =
                (!fields || s_has (fields, facts->columns[c])) && field_is_content (self->schema, place);
    }
}

//  The set of those columns, which is taken over; a new one where no input before has had it.
static size_t s_set (struct joined_columns *self, bool *says)
{
    for (size_t s = 0; s < self->set_count; s++)
        if (self->sets[s] && memcmp (self->sets[s], says, self->count * sizeof *says) == 0) {
            free (says);
            return s;
        }
    self->sets[self->set_count] = says;
    return self->set_count++;
}

//  An own column is also known by the name that it has in the first input that has it (newest:FIELD).
static int s_name_sources (struct joined_columns *self, result_reader_t *const *inputs, struct error *error)
{
    bool *named = calloc (self->count + 1, sizeof *named);
    for (size_t i = 0; named && i < self->input_count; i++) {
        const struct result_facts *facts = result_reader_facts (inputs[i]);
        const struct json_value *list =
            json_value_member (json_value_member (facts->report, "input"), "columns");
        const struct json_value *at = json_value_is (list, JSON_ARRAY) ? list->first : NULL;
        for (; at; at = at->next)
            for (size_t c = 0; c < facts->column_count; c++) {
                size_t place = self->inputs[i].places[c];
                if (place < self->schema->field_count || named[place] ||
                    strcmp (facts->columns[c], member_text (at, "written_as")) != 0)
                    continue;
                char *source = strdup (member_text (at, "source"));
                char **to = &self->binding.columns[place - self->schema->field_count + OWN_COLUMNS].source;
                if (!source) {
                    free (named);
                    return s_no_memory (error);
                }
                free (*to);
                *to = source;
                named[place] = true;
            }
    }
    int rc = named ? DMH_OK : s_no_memory (error);
    free (named);
    return rc;
}

int joined_columns_make (struct joined_columns *out, const schema_t *schema, const char *const *own,
                         size_t own_count, result_reader_t *const *inputs, size_t count, struct error *error)
{
    *out = (struct joined_columns){.schema = schema, .binding = {.schema = schema}, .input_count = count};
    out->inputs = calloc (count + 1, sizeof *out->inputs);
    out->sets = calloc (count + 1, sizeof *out->sets);
    if (!out->inputs || !out->sets)
        return s_no_memory (error);
    out->binding.column_of = malloc ((schema->field_count + 1) * sizeof *out->binding.column_of);
    out->binding.others = calloc (schema->field_count + 1, sizeof *out->binding.others);
    if (!out->binding.column_of || !out->binding.others)
        return s_no_memory (error);
    for (size_t f = 0; f < schema->field_count; f++)
        out->binding.column_of[f] = -1;
    int rc = s_unite (out, own, own_count, inputs, error);
    if (rc != DMH_OK)
        return rc;
    out->count = schema->field_count + out->binding.column_count - OWN_COLUMNS;
    if ((rc = s_name_sources (out, inputs, error)) != DMH_OK)
        return rc;
    out->common = malloc ((out->count + 1) * sizeof *out->common);
    if (!out->common)
        return s_no_memory (error);
    memset (out->common, true, out->count * sizeof *out->common);
    for (size_t i = 0; i < count; i++) {
        bool *says = out->sets && out->inputs[i].places ? calloc (out->count + 1, sizeof *says) : NULL;
        if (!says)
            return s_no_memory (error);
        s_says (out, result_reader_facts (inputs[i]), out->inputs[i].places, says);
        out->inputs[i].set = s_set (out, says);
    }
    for (size_t s = 0; s < out->set_count; s++)
        for (size_t c = 0; c < out->count; c++)
            out->common[c] = out->common[c] && out->sets[s] && out->sets[s][c];
    return DMH_OK;
}

void joined_columns_clear (struct joined_columns *self)
{
    for (size_t i = 0; i < self->input_count && self->inputs; i++)
        free (self->inputs[i].places);
    for (size_t s = 0; s < self->set_count; s++)
        free (self->sets[s]);
    for (size_t c = 0; c < self->binding.column_count; c++) {
        free (self->binding.columns[c].source);
        free (self->binding.columns[c].name);
    }
    free (self->binding.columns);
    free (self->binding.column_of);
    free (self->binding.others);
    free (self->inputs);
    free (self->sets);
    free (self->common);
    *self = (struct joined_columns){.schema = NULL};
}
