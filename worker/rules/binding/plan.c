//  plan.c: see plan.h.
#include "worker/rules/binding/plan.h"

#include "messages/base/narrow.h"
#include "worker/rules/numbers/sexed_range.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static struct text s_constant (const binding_t *binding, int field)
{
    for (size_t i = 0; i < binding->constant_count; i++)
        if (binding->constants[i].field == field)
            return text_of (binding->constants[i].value);
    return (struct text){NULL, 0};
}

static bool s_is_fed (const struct plan *self, int field)
{
    return field != FIELD_NONE &&
           (self->steps[field].column >= 0 || self->steps[field].derived || self->steps[field].constant.n);
}

//  Whether a measurement writes the field although no column feeds it.
static bool s_is_measured (const struct plan *self, int field)
{
    const struct measure *m = &self->schema->measure;
    const int filled[] = {m->comparator, m->text, m->code_system, m->source_value, m->source_unit};
    bool measured = false;
    for (size_t i = 0; i < sizeof filled / sizeof *filled && self->schema->has_measure; i++)
        measured = measured || filled[i] == field;
    //  A range in the column of one limit gives the other one too.
    //  So does a value that stands with its unit.
    measured = measured || (self->schema->has_measure && field == m->unit && s_is_fed (self, m->number));
    //  So does a code of HL7, with its name.
    measured = measured || (field != FIELD_NONE && field == self->name && s_is_fed (self, m->code));
    return measured || (self->schema->has_measure && ((field == m->high && s_is_fed (self, m->low)) ||
                                                      (field == m->low && s_is_fed (self, m->high))));
}

//  Whether the column of another code may say what the field is.
static bool s_is_also_fed (const struct plan *self, int field)
{
    for (size_t f = 0; f < self->step_count; f++)
        if (self->steps[f].also == field && s_is_fed (self, NARROW (int, f)))
            return true;
    return false;
}

//  A mapping knows its file, a record that needs the field is better rejected, and a result may be anything.
static bool s_is_judged (const struct plan *self, int f)
{
    const schema_t *schema = self->schema;
    int column = self->steps[f].column;
    const struct column *columns = self->binding->columns;
    bool named = columns && column >= 0 && columns[column].by != BOUND_MAPPING;
    bool result = schema->has_measure &&
                  (f == schema->measure.number || f == schema->measure.low || f == schema->measure.high);
    bool needed = false;
    for (size_t i = 0; i < self->step_count; i++)
        needed = needed || (schema->fields[i].required && self->steps[i].column == column);
    return named && !needed && !result;
}

static void s_mark_columns (struct plan *self)
{
    for (size_t f = 0; f < self->step_count; f++) {
        struct step *step = &self->steps[f];
        const struct column *column = step->column < 0 ? NULL : &self->binding->columns[step->column];
        step->judged = s_is_judged (self, NARROW (int, f));
        const struct field *field = &self->schema->fields[f];
        step->asked = field->letters || field->never || field->type == FIELD_UNIT;
        step->zero_is_missing = column && column->zero_is_missing;
        step->set = column ? (uint8_t) column->set : 0;
    }
}

static void s_mark_derived (struct plan *self, const binding_t *binding)
{
    for (size_t m = 0; m < binding->derived_count; m++) {
        const struct derived *derived = &binding->derived[m];
        for (size_t f = 0; f < derived->field_count; f++)
            if (derived->fields[f] != FIELD_NONE)
                self->steps[derived->fields[f]].derived = true;
        if (derived->keep != FIELD_NONE)
            self->steps[derived->keep].derived = true;
    }
}

//  Whether a column of the field has its times of day in another.
static bool s_is_clocked (const struct plan *self, const struct step *step)
{
    const struct column *columns = self->binding->columns;
    bool clocked = step->type == FIELD_DATETIME && step->column >= 0 && columns[step->column].clock >= 0;
    for (size_t i = 0; step->type == FIELD_DATETIME && step->others && i < step->others->count; i++)
        clocked = clocked || columns[step->others->columns[i]].clock >= 0;
    return clocked;
}

static void s_list (struct plan *self)
{
    for (size_t f = 0; f < self->step_count; f++) {
        struct step *step = &self->steps[f];
        bool fed = s_is_fed (self, NARROW (int, f));
        step->lone =
            step->column >= 0 && !step->others && !step->derived && !step->set && !step->zero_is_missing;
        if (fed)
            self->fed[self->fed_count++] = NARROW (uint8_t, f);
        if (fed || s_is_measured (self, NARROW (int, f)) || s_is_also_fed (self, NARROW (int, f))) {
            self->live[self->live_count++] = NARROW (uint8_t, f);
            if (step->bare)
                self->bare[self->bare_count++] = NARROW (uint8_t, f);
        }
        if (fed && (step->type == FIELD_DATE || step->type == FIELD_DATETIME))
            self->dated[self->dated_count++] = NARROW (uint8_t, f);
        if (fed && step->also != FIELD_NONE)
            self->also[self->also_count++] = NARROW (uint8_t, f);
        if (fed && step->type == FIELD_NUMBER)
            self->numbered[self->numbered_count++] = NARROW (uint8_t, f);
        if (step->required)
            self->required[self->required_count++] = NARROW (uint8_t, f);
        if (fed && step->type == FIELD_PHONE)
            self->phones[self->phone_count++] = NARROW (uint8_t, f);
        if (fed && step->type == FIELD_STATE)
            self->states[self->state_count++] = NARROW (uint8_t, f);
        if (fed && s_is_clocked (self, step))
            self->clocked[self->clocked_count++] = NARROW (uint8_t, f);
    }
    int country = schema_field (self->schema, "country");
    bool named = s_is_fed (self, country) && self->steps[country].type == FIELD_TEXT;
    self->country = named ? country : FIELD_NONE;
}

//  A column of the source's own that tells the patient's sex, for the ranges that differ by it.
static int s_find_sex (const binding_t *binding)
{
    for (size_t c = 0; c < binding->column_count && binding->schema->has_measure; c++)
        if (binding->columns[c].field == FIELD_NONE && sex_is_column (text_of (binding->columns[c].source)))
            return NARROW (int, c);
    return -1;
}

//  Trailing fields that say how a value stood before it was converted.
static size_t s_content_count (const struct plan *self)
{
    const schema_t *schema = self->schema;
    size_t count = self->live_count;
    while (count && schema->has_measure &&
           (self->live[count - 1] == schema->measure.source_value ||
            self->live[count - 1] == schema->measure.source_unit))
        count--;
    return count;
}

//  Words may be shaped by what nobody sees; keys are not told apart by it, whatever they are.
static enum visible_extent s_extent (const schema_t *schema, size_t f)
{
    if (schema->has_measure && NARROW (int, f) == schema->measure.number)
        return VISIBLE_FINDING;
    for (size_t k = 0; k < schema->key_count; k++)
        if (schema->key[k] == NARROW (int, f))
            return VISIBLE_WHOLE;
    return schema->fields[f].type == FIELD_TEXT ? VISIBLE_ENDS : VISIBLE_WHOLE;
}

void plan_make (struct plan *out, const binding_t *binding, const unit_table_t *units, enum date_order order,
                int64_t now_wall_ms)
{
    const schema_t *schema = binding->schema;
    *out = (struct plan){
        .schema = schema, .binding = binding, .units = units, .step_count = schema->field_count};
    for (size_t f = 0; f < schema->field_count; f++) {
        const struct field *field = &schema->fields[f];
        out->steps[f] = (struct step){
            .column = binding->column_of[f],
            .others = binding->others[f].count ? &binding->others[f] : NULL,
            .constant = s_constant (binding, NARROW (int, f)),
            .type = field->type,
            .required = field->required,
            .past = field->past,
            .open = field->open,
            .bare = field->type == FIELD_NUMBER || field->type == FIELD_DATE || field->type == FIELD_DATETIME,
            .also = field->also ? schema_field (schema, field->also) : FIELD_NONE,
            .extent = s_extent (schema, f),
            .order = order,
            .fallback = order,
            .codes = field->codes ? field->codes : field->concepts,
            .mapped = binding->values ? binding->values[f] : NULL,
            .missing_except = field->missing_except,
            .minimum = field->minimum,
            .maximum = field->maximum,
        };
    }
    for (size_t f = 0; binding->forms && f < schema->field_count; f++) {
        struct step *step = &out->steps[f];
        step->form = step->column >= 0 ? &binding->forms[step->column] : NULL;
        step->shifted = step->form && step->form->shifted;
        step->past = step->past && !step->shifted;
        if (step->form && step->form->ordered)
            step->order = step->fallback = step->form->order;
    }
    s_mark_columns (out);
    out->name = schema->has_measure && schema->measure.code != FIELD_NONE ? schema_field (schema, "test_name")
                                                                          : FIELD_NONE;
    s_mark_derived (out, binding);
    s_list (out);
    out->content_count = s_content_count (out);
    out->sex = s_find_sex (binding);
    time_t seconds = (time_t) (now_wall_ms / 1000);
    struct tm tm = {0};
    gmtime_r (&seconds, &tm);
    strftime (out->today_text, sizeof out->today_text, "%Y-%m-%d", &tm);
    out->today = (uint32_t) ((tm.tm_year + 1900) * 10000 + (tm.tm_mon + 1) * 100 + tm.tm_mday);
}
