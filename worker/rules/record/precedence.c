//  precedence.c: see precedence.h. A rank is a place in its two highest bits, a moment (date_compare.h)
//  below.
#include "worker/rules/record/precedence.h"

#include "messages/base/narrow.h"
#include "worker/rules/dates/date_compare.h"
#include "worker/text/ascii.h"

enum { PLACE_BIT = 62, COUNT_DIGITS = 17 };
static const char NEWEST[] = "newest:";

//  A field by its name; else a column that no field took, by the name that it has in the output, or by its
//  own.
static bool s_find (struct precedence *self, const struct plan *plan, const char *name)
{
    const binding_t *binding = plan->binding;
    self->field = schema_field (plan->schema, name);
    for (size_t c = 0; self->field == FIELD_NONE && self->column == FIELD_NONE && c < binding->column_count;
         c++)
        if (binding->columns[c].name &&
            (strcmp (binding->columns[c].name, name) == 0 || strcmp (binding->columns[c].source, name) == 0))
            self->column = NARROW (int, c);
    return self->field != FIELD_NONE || self->column != FIELD_NONE;
}

int precedence_make (struct precedence *out, const char *word, const struct plan *plan, bool ordered,
                     enum date_order order, const char *input, struct error *error)
{
    static const char *const WORDS[] = {"first", "last", NULL, NULL, "fail"};    //  as enum precedence_by
    const struct latest *latest = &plan->schema->latest;
    *out = (struct precedence){.latest = latest,
                               .field = FIELD_NONE,
                               .column = FIELD_NONE,
                               .ordered = ordered,
                               .order = order,
                               .today = plan->today};
    if (!*word) {
        out->by = latest->given ? PRECEDENCE_LATEST : PRECEDENCE_FIRST;
        out->field = latest->given ? latest->newest : FIELD_NONE;
        return DMH_OK;
    }
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (WORDS[i] && strcmp (word, WORDS[i]) == 0) {
            out->by = (enum precedence_by) i;
            return DMH_OK;
        }
    if (strncmp (word, NEWEST, sizeof NEWEST - 1) != 0)
        return error_set (error, DMH_BAD_INPUT,
                          "%s: --on-conflict “%.60s” is not known; use first, last, newest:FIELD or fail",
                          input, word);
    out->by = PRECEDENCE_NEWEST;
    if (!s_find (out, plan, word + sizeof NEWEST - 1))
        return error_set (
            error, DMH_BAD_INPUT,
            "%s: --on-conflict newest:FIELD names “%.60s”, which is no field of %s and no column "
            "of the source's own; dmh inspect lists them",
            input, word + sizeof NEWEST - 1, plan->schema->name);
    return DMH_OK;
}

bool precedence_ranks (const struct precedence *self)
{
    return self->by == PRECEDENCE_NEWEST || self->by == PRECEDENCE_LATEST;
}

static bool s_is_count (struct text value)
{
    for (size_t i = 0; i < value.n; i++)
        if (!is_digit (value.at[i]))
            return false;
    return value.n && value.n <= COUNT_DIGITS;
}

//  What a value that need not be a date tells: a number of a version, or a date that can be read one way
//  only.
static uint64_t s_moment (const struct precedence *self, struct text value)
{
    char date[DATE_BYTES];
    size_t n = 0;
    enum date_evidence evidence;
    if (s_is_count (value)) {
        uint64_t count = 0;
        for (size_t i = 0; i < value.n; i++)
            count = count * 10 + digit_of (value.at[i]);
        return count_moment (count);
    }
    if (!value.n || RULE[datetime_standardize (value, self->order, self->today, date, &n, &evidence)].sort ==
                        RULE_SORT_INVALID)
        return 0;
    if (evidence == DATE_EVIDENCE_AMBIGUOUS && !self->ordered)
        return 0;
    bool canonical = text_equal (value, (struct text){date, n});
    return date_moment (canonical ? value : (struct text){date, n});
}

uint64_t precedence_rank (const struct precedence *self, const struct record *record,
                          const struct text *fields, size_t count)
{
    uint64_t rank = 0;
    if (self->by == PRECEDENCE_LATEST && self->latest->by != FIELD_NONE)
        rank = (uint64_t) latest_place (self->latest, record->values[self->latest->by]) << PLACE_BIT;
    if (self->field != FIELD_NONE) {
        enum field_type type = record->plan->steps[self->field].type;
        struct text value = record->values[self->field];
        bool dated = type == FIELD_DATE || type == FIELD_DATETIME;
        return rank | (dated ? date_moment (value) : s_moment (self, value));
    }
    if (self->column >= 0 && (size_t) self->column < count)
        rank |= s_moment (self, text_trim (fields[self->column]));
    return rank;
}

bool rank_stands (uint64_t later, uint64_t earlier)
{
    if (later >> PLACE_BIT != earlier >> PLACE_BIT)
        return later > earlier;
    return !moments_have_one_form (later, earlier) || later >= earlier;
}
