//  date_checks_read.c: see date_checks_read.h.
#include "worker/rules/schema/read/date_checks_read.h"

#include "messages/base/narrow.h"

#include <stdlib.h>
#include <string.h>

static enum rule s_date_rule (const char *name)
{
    if (strcmp (name, RULE[RULE_DEATH_BEFORE_BIRTH].name) == 0)
        return RULE_DEATH_BEFORE_BIRTH;
    if (strcmp (name, RULE[RULE_COLLECTED_AFTER_RESULT].name) == 0)
        return RULE_COLLECTED_AFTER_RESULT;
    return strcmp (name, RULE[RULE_ORDER_OF_DATES].name) == 0 ? RULE_ORDER_OF_DATES : RULE_NONE;
}

static bool s_is_dated (const schema_t *self, int field)
{
    return field != FIELD_NONE &&
           (self->fields[field].type == FIELD_DATE || self->fields[field].type == FIELD_DATETIME);
}

static int s_add_check (struct json_reader *reader, schema_t *self, const char *const part[3])
{
    struct date_check check = {schema_field (self, part[0]), schema_field (self, part[1]),
                               s_date_rule (part[2])};
    for (int i = 0; i < 2; i++)
        if (!s_is_dated (self, i ? check.after : check.before))
            return json_reader_error (reader, "names “%.60s”, which is no date field of the schema", part[i]);
    if (check.rule == RULE_NONE)
        return json_reader_error (reader,
                                  "names an unknown rule; write date.death_before_birth, "
                                  "date.collected_after_result or date.out_of_order, or leave it out");
    if (self->date_check_count == sizeof self->date_checks / sizeof *self->date_checks)
        return json_reader_error (reader, "is one check too many; 8 at most");
    self->date_checks[self->date_check_count++] = check;
    return DMH_OK;
}

//  ["birth_date", "death_date", "date.death_before_birth"]
static int s_before (struct json_reader *reader, const struct json_value *entry, void *context)
{
    const char *part[3] = {NULL, NULL, "date.out_of_order"};
    const struct json_value *item = entry->type == JSON_ARRAY ? entry->first : NULL;
    for (size_t j = 0; item && j < 3; j++, item = item->next)
        part[j] = json_value_string (item);
    if (part[0] && part[1] && part[2])
        return s_add_check (reader, context, part);
    return json_reader_error (reader, "is a list of [earlier field, later field, rule]");
}

//  A whole number from 1 to 999; 0 for anything else.
static int s_years (const struct json_value *value)
{
    if (!json_value_is (value, JSON_NUMBER))
        return 0;
    size_t n = strspn (value->text, "0123456789");
    return n <= 3 && !value->text[n] ? NARROW (int, strtol (value->text, NULL, 10)) : 0;
}

//  One of them; its fields are FIELD_NONE where it is none.
static struct span_check s_span (const struct json_value *entry, const schema_t *self)
{
    struct span_check span = {FIELD_NONE, FIELD_NONE, 0};
    if (entry->type != JSON_ARRAY || entry->count != 3)
        return span;
    const char *begin = json_value_string (entry->first), *end = json_value_string (entry->first->next);
    if (begin && end)
        span = (struct span_check){schema_field (self, begin), schema_field (self, end),
                                   s_years (entry->first->next->next)};
    return span;
}

//  ["birth_date", "death_date", 120]
static int s_within (struct json_reader *reader, const struct json_value *entry, void *context)
{
    schema_t *self = context;
    struct span_check span = s_span (entry, self);
    bool room = self->span_count < sizeof self->spans / sizeof *self->spans;
    if (!room || !s_is_dated (self, span.begin) || !s_is_dated (self, span.end) || span.years < 1)
        return json_reader_error (reader, "has to be [date field, date field, years], 8 of them at most");
    self->spans[self->span_count++] = span;
    return DMH_OK;
}

//  A list of checks, where it is there.
static int s_checks (struct json_reader *reader, const struct json_value *dmh, const char *key,
                     json_read_fn *read, schema_t *self)
{
    const struct json_value *list;
    int rc = json_read_array (reader, dmh, key, &list);
    return rc == DMH_OK && list ? json_read_each (reader, list, key, read, self) : rc;
}

int date_checks_read (struct json_reader *reader, const struct json_value *dmh, struct schema *self)
{
    int rc = s_checks (reader, dmh, "before", s_before, self);
    return rc == DMH_OK ? s_checks (reader, dmh, "within", s_within, self) : rc;
}
