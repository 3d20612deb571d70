//  unpivot.c: see unpivot.h.
#include "worker/rules/binding/unpivot.h"

#include "messages/base/narrow.h"
#include "worker/rules/binding/header/header.h"
#include "worker/rules/identifiers/identifier.h"
#include "worker/rules/units/unit.h"
#include "worker/text/ascii.h"

#include <stdlib.h>

enum { TESTS_LEAST = 2, PERSON_WEIGHT = 2 };

//  What a column's name says of a test.
struct test_name {
    struct text name, unit;
    bool sure;    //  it is a test
};

struct search {
    const catalog_t *catalog;
    const schema_t *schema;
    header_t *header;
    const struct text *units;    //  cells of a line under the header, NULL: there is none
    const mapping_t *mapping;
    const char *source;
};

//  Units of time alone make no test: ages and stays have them too.
static bool s_is_unit (const catalog_t *catalog, struct text unit)
{
    static const char *const TIMES[] = {"a", "mo", "wk", "d", "h", "min", "s"};
    char bytes[64];
    struct text code;
    struct scratch scratch = {bytes, 0, sizeof bytes};
    bool word = false;
    for (size_t i = 0; i < unit.n; i++)
        word = word || is_letter (unit.at[i]) || unit.at[i] == '%' || (unit.at[i] & 0x80);
    if (!word || unit.n > sizeof bytes ||
        unit_standardize (catalog_units (catalog), unit, &code, &scratch) == RULE_UNIT_INVALID)
        return false;
    for (size_t i = 0; i < sizeof TIMES / sizeof *TIMES; i++)
        if (text_equal (code, text_of (TIMES[i])))
            return false;
    return true;
}

static bool s_is_known (const schema_t *schema, struct text name)
{
    return (schema->words.tests && field_names_find (schema->words.tests, name)) || loinc_is_valid (name);
}

//  "glucose_mg_dl", "Sodium_mmol/L": a test and its unit behind the first _ that parts them.
static bool s_split_name (const struct search *search, struct text name, struct test_name *out)
{
    for (size_t at = 1; at + 1 < name.n; at++) {
        struct text before = {name.at, at}, unit = {name.at + at + 1, name.n - at - 1};
        if (name.at[at] != '_' || !s_is_known (search->schema, before) || !s_is_unit (search->catalog, unit))
            continue;
        *out = (struct test_name){before, unit, true};
        return true;
    }
    return false;
}

//  "Hemoglobin (g/dL)", "Glucose [mmol/L]", "Sodium, mmol/L", "WBC".
static struct test_name s_test_name (const struct search *search, struct text name)
{
    struct test_name out = {name, {NULL, 0}, s_is_known (search->schema, name)};
    if (name.n < 4 || out.sure || s_split_name (search, name, &out))
        return out;
    char last = name.at[name.n - 1];
    char open = last == ')' ? '(' : last == ']' ? '[' : 0;
    size_t at = name.n - 1;
    while (at > 0 && (open ? name.at[at] != open : name.at[at] != ' ' && name.at[at] != ','))
        at--;
    struct text unit = {name.at + at + 1, name.n - at - 1 - (open != 0)};
    struct text before = text_trim ((struct text){name.at, at});
    if (!open && before.n && before.at[before.n - 1] == ',')
        before = text_trim ((struct text){before.at, before.n - 1});
    unit = unit.n ? text_trim (unit) : unit;
    bool bare = !open && (!unit.n || !memchr (unit.at, '/', unit.n));
    if (before.n == 0 || unit.n == 0 || bare)
        return out;
    bool known = s_is_known (search->schema, before);
    if (!s_is_unit (search->catalog, unit) && !(known && open))
        return out;
    return (struct test_name){before, unit, true};
}

static const struct field_name *s_field (const schema_t *schema, const header_t *header, size_t column)
{
    return field_names_find (schema->names, text_of (header_name (header, column)));
}

//  Columns that tell about the person and that results have no place for.
static size_t s_person (const struct search *search)
{
    const schema_t *patient = catalog_find (search->catalog, "patient");
    size_t count = 0;
    for (size_t c = 0; patient && c < header_count (search->header); c++)
        count += s_field (patient, search->header, c) && !s_field (search->schema, search->header, c);
    return count;
}

//  Whether the header has what every result needs, but test and value; and no column of values.
static bool s_is_wide (const struct search *search)
{
    const struct measure *measure = &search->schema->measure;
    bool fed[FIELDS_MAX] = {false};
    for (size_t c = 0; c < header_count (search->header); c++) {
        const struct field_name *named = s_field (search->schema, search->header, c);
        const struct field_name *other =
            field_names_find (search->schema->otherwise, text_of (header_name (search->header, c)));
        if (named)
            fed[named->field] = true;
        if (other)
            fed[other->field] = true;
    }
    for (size_t m = 0; search->mapping && m < search->mapping->feed_count; m++) {
        int f = schema_field (search->schema, search->mapping->feeds[m].field);
        if (f != FIELD_NONE)
            fed[f] = true;
    }
    for (size_t f = 0; f < search->schema->field_count; f++)
        if (search->schema->fields[f].required && !fed[f] && NARROW (int, f) != measure->code)
            return false;
    return !fed[measure->number] && (measure->text == FIELD_NONE || !fed[measure->text]);
}

//  The unit that stands under a column's name, as it is or in brackets; n = 0: none.
static struct text s_unit_below (const struct search *search, size_t column)
{
    struct text unit = search->units ? search->units[column] : (struct text){NULL, 0};
    char last = unit.n > 2 ? unit.at[unit.n - 1] : 0;
    if ((last == ')' && *unit.at == '(') || (last == ']' && *unit.at == '[' && unit.at[1] != 'p'))
        unit = text_trim ((struct text){unit.at + 1, unit.n - 2});
    return unit.n && s_is_unit (search->catalog, unit) ? unit : (struct text){NULL, 0};
}

//  A line that tells whose it is, or of what, is no line of units.
static void s_judge_units (struct search *search)
{
    for (size_t c = 0; search->units && c < header_count (search->header); c++) {
        const struct field_name *named = s_field (search->schema, search->header, c);
        if (named && search->schema->fields[named->field].required && search->units[c].n)
            search->units = NULL;
    }
}

static int s_memory (const struct search *search, struct error *error)
{
    return error_set (error, DMH_INTERNAL, "out of memory while unpivoting the columns of %s",
                      search->source);
}

//  The place of a field among those that tests have values for; -1: there is none left.
static int s_place (unpivot_t *self, int field)
{
    for (size_t i = 0; i < self->field_count; i++)
        if (self->fields[i] == field)
            return NARROW (int, i);
    if (self->field_count == UNPIVOT_FIELDS_MAX)
        return -1;
    self->fields[self->field_count] = field;
    return NARROW (int, self->field_count++);
}

static int s_set (unpivot_t *self, struct unpivot_test *test, int field, struct text value)
{
    int at = field == FIELD_NONE || value.n == 0 ? -1 : s_place (self, field);
    if (at < 0 || test->values[at])
        return 0;
    test->values[at] = strndup (value.at, value.n);
    return test->values[at] ? 0 : -1;
}

//  The column's name says what the entry of a mapping, where there is one, does not.
static int s_add (unpivot_t *self, const struct search *search, int column, const struct mapping_test *entry)
{
    struct test_name name = s_test_name (search, text_of (header_name (search->header, (size_t) column)));
    const struct measure *measure = &self->schema->measure;
    struct unpivot_test *test = &self->tests[self->test_count++];
    int rc = 0;
    test->column = column;
    for (size_t v = 0; rc == 0 && entry && v < entry->value_count; v++)
        rc = s_set (self, test, schema_field (self->schema, entry->values[v].from),
                    text_of (entry->values[v].to));
    int words = measure->code == FIELD_NONE ? FIELD_NONE : self->schema->stands_in[measure->code];
    if (rc == 0)
        rc = s_set (self, test, words == FIELD_NONE ? measure->code : words, name.name);
    struct text below = s_unit_below (search, (size_t) column);
    self->united = self->united || below.n;
    return rc == 0 ? s_set (self, test, measure->unit, name.unit.n ? name.unit : below) : rc;
}

static int s_by_mapping (unpivot_t *self, const struct search *search, struct error *error)
{
    const mapping_t *mapping = search->mapping;
    for (size_t t = 0; t < mapping->test_count; t++) {
        const struct mapping_test *entry = &mapping->tests[t];
        int column = header_find (search->header, entry->column);
        if (column == HEADER_NONE)
            return error_set (error, DMH_BAD_INPUT,
                              "%s: %s: unpivot names the column “%.60s”, which is not there", search->source,
                              mapping->source, entry->column);
        for (size_t v = 0; v < entry->value_count; v++)
            if (schema_field (self->schema, entry->values[v].from) == FIELD_NONE)
                return error_set (error, DMH_BAD_INPUT,
                                  "%s: %s: unpivot.%.60s names “%.60s”, which is no field of %s",
                                  search->source, mapping->source, entry->column, entry->values[v].from,
                                  self->schema->name);
        if (s_add (self, search, column, entry) != 0)
            return s_memory (search, error);
    }
    return DMH_OK;
}

static int s_by_names (unpivot_t *self, const struct search *search, bool asked, struct error *error)
{
    size_t sure = 0;
    for (size_t c = 0; c < header_count (search->header); c++) {
        struct text name = text_of (header_name (search->header, c));
        if (header_is_claimed (search->header, c) || s_field (self->schema, search->header, c) ||
            (!s_test_name (search, name).sure && s_unit_below (search, c).n == 0))
            continue;
        sure++;
        if (s_add (self, search, NARROW (int, c), NULL) != 0)
            return s_memory (search, error);
    }
    self->unsure = !asked && (sure < TESTS_LEAST || sure < PERSON_WEIGHT * s_person (search));
    return DMH_OK;
}

static bool s_is_test (const unpivot_t *self, size_t column)
{
    for (size_t t = 0; t < self->test_count; t++)
        if (self->tests[t].column == NARROW (int, column))
            return true;
    return false;
}

//  The long header. Other columns that are called as what the tests say stay the source's own.
static int s_name (unpivot_t *self, const struct search *search, const struct text *names, size_t count)
{
    const schema_t *schema = self->schema;
    const struct measure *measure = &schema->measure;
    self->names = calloc (count + UNPIVOT_FIELDS_MAX + 1, sizeof *self->names);
    self->kept = calloc (count + 1, sizeof *self->kept);
    self->barred = calloc (count + 1, sizeof *self->barred);
    if (!self->names || !self->kept || !self->barred)
        return -1;
    for (size_t i = 0; i < self->field_count; i++)
        self->names[self->name_count++] = text_of (schema->fields[self->fields[i]].name);
    self->names[self->name_count++] = text_of (schema->fields[measure->number].name);
    for (size_t c = 0; c < count; c++) {
        if (s_is_test (self, c))
            continue;
        const struct field_name *named = s_field (schema, search->header, c);
        bool taken = named && named->field == measure->number;
        for (size_t i = 0; named && i < self->field_count; i++)
            taken = taken || self->fields[i] == named->field;
        if (taken)
            self->barred[self->barred_count++] = NARROW (int, self->name_count);
        self->kept[self->kept_count++] = NARROW (int, c);
        self->names[self->name_count++] = names[c];
    }
    return 0;
}

//  The kind of results that is asked for, or the one that there is.
static const schema_t *s_schema (const catalog_t *catalog, const char *kind)
{
    const schema_t *found = kind && *kind ? catalog_find (catalog, kind) : NULL;
    for (size_t i = 0; !(kind && *kind) && !found && i < catalog_size (catalog); i++)
        if (catalog_at (catalog, i)->has_measure)
            found = catalog_at (catalog, i);
    return found && found->has_measure ? found : NULL;
}

static int s_find (struct search *search, const struct text *names, size_t count, bool asked, unpivot_t **out,
                   struct error *error)
{
    const mapping_t *mapping = search->mapping;
    for (size_t m = 0; mapping && m < mapping->use_count; m++) {
        int column = header_find (search->header, mapping->uses[m].column);
        if (column != HEADER_NONE)
            header_claim (search->header, column);
    }
    s_judge_units (search);
    if (!(mapping && mapping->test_count) && !s_is_wide (search))
        return DMH_OK;
    unpivot_t *self = calloc (1, sizeof *self);
    if (self)
        self->tests = calloc (count + (mapping ? mapping->test_count : 0) + 1, sizeof *self->tests);
    if (!self || !self->tests) {
        unpivot_destroy (&self);
        return s_memory (search, error);
    }
    self->schema = search->schema;
    int rc = mapping && mapping->test_count ? s_by_mapping (self, search, error)
                                            : s_by_names (self, search, asked, error);
    if (rc == DMH_OK && !self->unsure && self->test_count && s_name (self, search, names, count) != 0)
        rc = s_memory (search, error);
    if (rc == DMH_OK && self->test_count && !self->unsure)
        *out = self;
    else
        unpivot_destroy (&self);
    return rc;
}

int unpivot_find (const catalog_t *catalog, const struct text *names, const struct text *units, size_t count,
                  const char *kind, const mapping_t *mapping, const char *source, unpivot_t **out,
                  struct error *error)
{
    const char *wanted = kind && *kind ? kind : mapping ? mapping->kind : NULL;
    struct search search = {.catalog = catalog, .units = units, .mapping = mapping, .source = source};
    *out = NULL;
    search.schema = s_schema (catalog, wanted);
    if (!search.schema || (mapping && mapping->unpivot_off))
        return DMH_OK;
    search.header = header_new (names, count, false);
    int rc = search.header ? s_find (&search, names, count, wanted && *wanted, out, error)
                           : s_memory (&search, error);
    header_destroy (&search.header);
    return rc;
}

void unpivot_destroy (unpivot_t **self_p)
{
    unpivot_t *self = *self_p;
    if (!self)
        return;
    for (size_t t = 0; self->tests && t < self->test_count; t++)
        for (size_t v = 0; v < UNPIVOT_FIELDS_MAX; v++)
            free (self->tests[t].values[v]);
    free (self->tests);
    free (self->kept);
    free (self->names);
    free (self->barred);
    free (self);
    *self_p = NULL;
}

int unpivot_kept (const unpivot_t *self, int column)
{
    for (size_t k = 0; k < self->kept_count; k++)
        if (self->kept[k] == column)
            return NARROW (int, self->field_count + 1 + k);
    return -1;
}
