//  finding_sums.c: see finding_sums.h.
#include "worker/join/finding_sums.h"

#include "messages/base/narrow.h"
#include "worker/rules/dates/time_form.h"

#include <stdlib.h>

static bool s_is_found_anew (enum rule rule)
{
    return rule == RULE_NONE || rule == RULE_RECORD_DUPLICATE || rule == RULE_RECORD_CONFLICT;
}

//  In which forms a column's date-times stand, as datapackage.json has them.
static unsigned s_forms (const struct json_value *field)
{
    static const char *const FORMS[TIME_FORM_BITS] = {"date", "local", "offset", "partial"};
    const struct json_value *list = json_value_member (json_value_member (field, "dmh"), "forms");
    unsigned forms = 0;
    for (const struct json_value *at = json_value_is (list, JSON_ARRAY) ? list->first : NULL; at;
         at = at->next)
        for (unsigned i = 0; i < TIME_FORM_BITS; i++)
            if (at->type == JSON_STRING && strcmp (at->text, FORMS[i]) == 0)
                forms |= 1u << i;
    return forms;
}

//  A date shorter than a day makes its column one of texts (datapackage.c).
static void s_add_forms (struct tally *tally, const schema_t *schema, const struct json_value *package)
{
    const struct json_value *fields = json_value_member (json_value_member (package, "schema"), "fields");
    for (const struct json_value *at = json_value_is (fields, JSON_ARRAY) ? fields->first : NULL; at;
         at = at->next) {
        int field = schema_field (schema, member_text (at, "name"));
        if (field == FIELD_NONE)
            continue;
        if (schema->fields[field].type == FIELD_DATE)
            tally->fields[field].partial += strcmp (member_text (at, "type"), "date") != 0;
        tally->fields[field].forms |= NARROW (uint8_t, s_forms (at));
    }
}

void finding_sums_add_report (struct tally *tally, const schema_t *schema, const struct result_facts *facts)
{
    const struct json_value *fields = json_value_member (facts->report, "fields");
    const struct json_value *issues = json_value_member (facts->report, "issues");
    for (size_t f = 0; f < schema->field_count; f++) {
        const struct json_value *field = json_value_member (fields, schema->fields[f].name);
        tally->fields[f].changed += member_number (field, "changed");
        tally->fields[f].missing += member_number (field, "missing");
        tally->fields[f].invalid += member_number (field, "invalid");
    }
    for (const struct json_value *at = json_value_is (issues, JSON_ARRAY) ? issues->first : NULL; at;
         at = at->next) {
        enum rule rule = rule_find (member_text (at, "rule"));
        if (s_is_found_anew (rule))
            continue;
        struct mark *mark = tally_of (tally, schema_field (schema, member_text (at, "field")), rule);
        if (mark->count == 0)
            mark->first_line = member_number (at, "first_line");
        mark->count += member_number (at, "count");
    }
    s_add_forms (tally, schema, facts->package);
}

static struct finding_sum *s_sum (struct finding_sums *self, enum rule rule, int field)
{
    for (size_t i = 0; i < self->count; i++)
        if (self->sums[i].rule == rule && self->sums[i].field == field)
            return &self->sums[i];
    if (self->count == self->room) {
        size_t room = self->room ? 2 * self->room : 64;
        struct finding_sum *sums = realloc (self->sums, room * sizeof *sums);
        if (!sums)
            return NULL;
        self->sums = sums;
        self->room = room;
    }
    self->sums[self->count] = (struct finding_sum){.rule = rule, .field = field};
    return &self->sums[self->count++];
}

int finding_sums_add (struct finding_sums *self, const struct json_value *event)
{
    enum rule rule = rule_find (member_text (event, "rule"));
    if (rule == RULE_NONE)
        return 0;
    struct finding_sum *sum = s_sum (self, rule, schema_field (self->schema, member_text (event, "field")));
    if (!sum)
        return -1;
    if (sum->mark.count == 0)
        sum->mark.first_line = member_number (event, "first_line");
    sum->mark.count += member_number (event, "count");
    const struct json_value *first = json_value_member (event, "first_values");
    if (sum->first.count || !json_value_is (first, JSON_ARRAY))
        return 0;
    for (const struct json_value *at = first->first; at; at = at->next)
        if (at->type == JSON_STRING)
            first_values_add (&sum->first, text_of (at->text));
    return 0;
}

static int s_compare (const void *a, const void *b)
{
    const struct finding_sum *left = a, *right = b;
    if (left->field != right->field)
        return left->field < right->field ? -1 : 1;
    return (left->rule > right->rule) - (left->rule < right->rule);
}

//  Where one input listed its warnings one by one and another one counted them, the count is of all.
void finding_sums_tell (struct finding_sums *self, const struct tally *tally, audit_t *audit)
{
    if (self->count)
        qsort (self->sums, self->count, sizeof *self->sums, s_compare);
    for (size_t i = 0; i < self->count; i++) {
        const struct finding_sum *sum = &self->sums[i];
        const char *field = sum->field == FIELD_NONE ? NULL : self->schema->fields[sum->field].name;
        struct mark mark = sum->mark;
        if (RULE[sum->rule].sort != RULE_SORT_CHANGED)
            mark.count = tally_of (tally, sum->field, sum->rule)->count;
        if (sum->first.count && field)
            audit_assumption (audit, sum->rule, field, mark, &sum->first);
        else
            audit_count (audit, sum->rule, field, mark.count, mark.first_line);
    }
    self->count = 0;
}

void finding_sums_clear (struct finding_sums *self)
{
    free (self->sums);
    *self = (struct finding_sums){.schema = NULL};
}
