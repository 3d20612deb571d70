//  unit_load.c: reads the unit table from its JSON file (schemas/units.json) and checks every entry, see
//  unit.h.
#include "messages/base/narrow.h"
#include "worker/rules/identifiers/identifier.h"
#include "worker/rules/units/unit_table.h"

#include <math.h>
#include <stdlib.h>

static const char FILE_NAME[] = "units.json";

static int s_no_memory (struct error *error)
{
    return error_set (error, DMH_INTERNAL, "%s: out of memory", FILE_NAME);
}

static struct text s_text (const struct json_value *object, const char *name)
{
    return text_of (json_value_string (json_value_member (object, name)));
}

static double s_number (const struct json_value *object, const char *name, double otherwise)
{
    const struct json_value *value = json_value_member (object, name);
    return json_value_is (value, JSON_NUMBER) ? strtod (value->text, NULL) : otherwise;
}

//  An array; NULL where it is absent or none.
static const struct json_value *s_list (const struct json_value *object, const char *name)
{
    const struct json_value *list = json_value_member (object, name);
    return json_value_is (list, JSON_ARRAY) ? list : NULL;
}

//  The same where at least one object has to stand in it; NULL with `error` set otherwise.
static const struct json_value *s_objects (const struct json_value *object, const char *name,
                                           struct error *error)
{
    const struct json_value *list = s_list (object, name), *item = list ? list->first : NULL;
    bool good = item != NULL;
    for (; item; item = item->next)
        good = good && item->type == JSON_OBJECT;
    if (good)
        return list;
    error_set (error, DMH_BAD_INPUT, "%s: “%s” has to be a list of objects", FILE_NAME, name);
    return NULL;
}

//  Makes a spelling of codes [at] known as it stands. One that another code has already is an error.
static int s_add_exact (unit_table_t *self, struct text spelling, int at, struct error *error)
{
    int there = text_index_find (self->exact, spelling);
    if (there != TEXT_INDEX_NONE && there != at)
        return error_set (error, DMH_BAD_INPUT, "%s: unit %s and unit %s share the spelling “%s”", FILE_NAME,
                          self->codes[there].code.at, self->codes[at].code.at, spelling.at);
    return text_index_put (self->exact, spelling, at) == 0 ? DMH_OK : s_no_memory (error);
}

//  The same, and known in its folded form too.
static int s_add_spelling (unit_table_t *self, struct text spelling, int at, struct error *error)
{
    struct text folded = {self->folds[self->fold_count],
                          unit_spelling (spelling, self->folds[self->fold_count])};
    int there = folded.n ? text_index_find (self->folded, folded) : at;
    if (there == TEXT_INDEX_NONE) {
        self->fold_count++;
        if (text_index_put (self->folded, folded, at) != 0)
            return s_no_memory (error);
    } else if (there != at)
        return error_set (error, DMH_BAD_INPUT,
                          "%s: unit %s and unit %s share the spelling “%s” but for case and spaces",
                          FILE_NAME, self->codes[there].code.at, self->codes[at].code.at, spelling.at);
    return s_add_exact (self, spelling, at, error);
}

//  Another reading of a spelling, which another code has first.
static int s_add_reading (unit_table_t *self, struct text spelling, int at, bool warns, bool named,
                          struct error *error)
{
    struct reading *more = realloc (self->readings, (self->reading_count + 1) * sizeof *self->readings);
    if (!more)
        return s_no_memory (error);
    self->readings = more;
    more[self->reading_count] = (struct reading){at, text_index_find (self->others, spelling), warns, named};
    if (spelling.n > self->others_longest)
        self->others_longest = spelling.n;
    return text_index_put (self->others, spelling, NARROW (int, self->reading_count++)) == 0
               ? DMH_OK
               : s_no_memory (error);
}

static int s_add_other (unit_table_t *self, struct text spelling, int at, struct error *error)
{
    return s_add_reading (self, spelling, at, true, false, error);
}

static int s_add_quiet (unit_table_t *self, struct text spelling, int at, struct error *error)
{
    return s_add_reading (self, spelling, at, false, false, error);
}

static int s_add_named (unit_table_t *self, struct text spelling, int at, struct error *error)
{
    return s_add_reading (self, spelling, at, false, true, error);
}

//  Adds each text of the list `name`, which may be absent.
static int s_load_spellings (unit_table_t *self, const struct json_value *entry, const char *name,
                             struct error *error,
                             int (*add) (unit_table_t *, struct text, int, struct error *))
{
    int at = NARROW (int, self->code_count) - 1;
    const struct json_value *list = s_list (entry, name), *item = list ? list->first : NULL;
    for (size_t i = 0; item; i++, item = item->next) {
        struct text spelling = text_of (json_value_string (item));
        if (spelling.n == 0)
            return error_set (error, DMH_BAD_INPUT, "%s: units[%d].%s[%zu] is not a text", FILE_NAME, at,
                              name, i);
        int rc = add (self, spelling, at, error);
        if (rc != DMH_OK)
            return rc;
    }
    return DMH_OK;
}

static int s_load_code (unit_table_t *self, const struct json_value *entry, struct error *error)
{
    int at = NARROW (int, self->code_count);
    struct unit_code *code = &self->codes[at];
    code->code = s_text (entry, "code");
    if (!ucum_read (code->code, &code->ucum))
        return error_set (error, DMH_BAD_INPUT, "%s: units[%d].code is not a UCUM code", FILE_NAME, at);
    self->code_count++;
    int rc = s_add_spelling (self, code->code, at, error);
    if (rc == DMH_OK)
        rc = s_load_spellings (self, entry, "spellings", error, s_add_spelling);
    if (rc == DMH_OK)
        rc = s_load_spellings (self, entry, "exact", error, s_add_exact);
    if (rc == DMH_OK)
        rc = s_load_spellings (self, entry, "otherwise", error, s_add_other);
    if (rc == DMH_OK)
        rc = s_load_spellings (self, entry, "also", error, s_add_quiet);
    if (rc == DMH_OK)
        rc = s_load_spellings (self, entry, "by_name", error, s_add_named);
    return rc;
}

static int s_load_codes (unit_table_t *self, struct error *error)
{
    const struct json_value *list = s_objects (self->tree, "units", error);
    if (!list)
        return DMH_BAD_INPUT;
    size_t folds = list->count + 1;
    for (const struct json_value *entry = list->first; entry; entry = entry->next) {
        const struct json_value *spellings = s_list (entry, "spellings");
        folds += spellings ? spellings->count : 0;
    }
    self->codes = calloc (list->count, sizeof *self->codes);
    self->folds = calloc (folds, sizeof *self->folds);
    if (!self->codes || !self->folds)
        return s_no_memory (error);
    int rc = DMH_OK;
    for (const struct json_value *entry = list->first; entry && rc == DMH_OK; entry = entry->next)
        rc = s_load_code (self, entry, error);
    return rc;
}

static int s_load_bridges (struct test *test, const struct json_value *entry, struct error *error)
{
    const struct json_value *list = s_list (entry, "conversions");
    if (list && list->count > BRIDGES_MAX)
        return error_set (error, DMH_BAD_INPUT, "%s: test %s has more than %d conversions", FILE_NAME,
                          test->shown.loinc.at, BRIDGES_MAX);
    const struct json_value *from = list ? list->first : NULL;
    for (; from; from = from->next, test->bridge_count++) {
        struct bridge *bridge = &test->bridges[test->bridge_count];
        bridge->unit = s_text (from, "unit");
        bridge->factor = s_number (from, "factor", 1);
        bridge->offset = s_number (from, "offset", 0);
        //  Two scales with different zeros: what is so many per cent by dimension is not so many per cent
        //  here.
        test->algebra = test->algebra && bridge->offset == 0;
        if (!ucum_read (bridge->unit, &bridge->ucum) || bridge->factor == 0)
            return error_set (error, DMH_BAD_INPUT,
                              "%s: test %s: conversions[%zu] needs a UCUM unit and a factor", FILE_NAME,
                              test->shown.loinc.at, test->bridge_count);
    }
    return DMH_OK;
}

//  {INR}, {ratio}, 1 and [pH]: laboratories leave such a unit out.
static bool s_is_unitless (struct text code)
{
    return text_equal (code, TEXT ("1")) || text_equal (code, TEXT ("[pH]")) ||
           (code.n && code.at[0] == '{' && code.at[code.n - 1] == '}');
}

static int s_load_test (unit_table_t *self, const struct json_value *entry, struct error *error)
{
    int at = NARROW (int, self->test_count);
    struct test *test = &self->tests[at];
    test->shown.loinc = s_text (entry, "loinc");
    test->shown.canonical = s_text (entry, "unit");
    test->shown.low = s_number (entry, "low", NAN);
    test->shown.high = s_number (entry, "high", NAN);
    test->molar_mass = s_number (entry, "molar_mass", 0);
    test->valence = s_number (entry, "valence", 0);
    test->algebra = !json_value_is (json_value_member (entry, "algebra"), JSON_FALSE);
    test->annotated = json_value_is (json_value_member (entry, "annotation"), JSON_TRUE);
    test->shown.unitless = s_is_unitless (test->shown.canonical);
    test->conversions = self->conversions + (size_t) at * self->code_count;
    if (!loinc_is_valid (test->shown.loinc))
        return error_set (error, DMH_BAD_INPUT, "%s: tests[%d].loinc is not a LOINC code", FILE_NAME, at);
    if (!ucum_read (test->shown.canonical, &test->ucum))
        return error_set (error, DMH_BAD_INPUT, "%s: test %s: “unit” is not a UCUM code", FILE_NAME,
                          test->shown.loinc.at);
    if (text_index_find (self->by_loinc, test->shown.loinc) != TEXT_INDEX_NONE)
        return error_set (error, DMH_BAD_INPUT, "%s: test %s stands there twice", FILE_NAME,
                          test->shown.loinc.at);
    if (s_load_bridges (test, entry, error) != DMH_OK)
        return DMH_BAD_INPUT;
    self->test_count++;
    return text_index_put (self->by_loinc, test->shown.loinc, at) == 0 ? DMH_OK : s_no_memory (error);
}

static int s_load_tests (unit_table_t *self, struct error *error)
{
    const struct json_value *list = s_objects (self->tree, "tests", error);
    if (!list || self->code_count == 0)
        return DMH_BAD_INPUT;
    self->tests = calloc (list->count, sizeof *self->tests);
    self->conversions = calloc (list->count * self->code_count, sizeof *self->conversions);
    if (!self->tests || !self->conversions)
        return s_no_memory (error);
    int rc = DMH_OK;
    for (const struct json_value *entry = list->first; entry && rc == DMH_OK; entry = entry->next)
        rc = s_load_test (self, entry, error);
    return rc;
}

unit_table_t *unit_table_new (const char *json, size_t n, struct error *error)
{
    unit_table_t *self = calloc (1, sizeof *self);
    if (!self) {
        s_no_memory (error);
        return NULL;
    }
    self->exact = text_index_new ();
    self->folded = text_index_new ();
    self->others = text_index_new ();
    self->by_loinc = text_index_new ();
    self->analyte_of = text_index_new ();
    bool good = self->exact && self->folded && self->others && self->by_loinc && self->analyte_of;
    int rc = good ? DMH_OK : s_no_memory (error);
    if (rc == DMH_OK) {
        self->tree = json_value_new (json, n, JSON_VALUE_DEPTH_MAX, FILE_NAME, error);
        rc = self->tree ? DMH_OK : error->code;
    }
    if (rc == DMH_OK)
        rc = s_load_codes (self, error);
    if (rc == DMH_OK)
        rc = s_load_tests (self, error);
    if (rc == DMH_OK)
        rc = unit_load_analytes (self, error);
    if (rc != DMH_OK)
        unit_table_destroy (&self);
    return self;
}

void unit_table_destroy (unit_table_t **self_p)
{
    unit_table_t *self = *self_p;
    if (!self)
        return;
    text_index_destroy (&self->exact);
    text_index_destroy (&self->folded);
    text_index_destroy (&self->others);
    text_index_destroy (&self->by_loinc);
    text_index_destroy (&self->analyte_of);
    free (self->readings);
    free (self->analytes);
    free (self->names);
    free (self->codes);
    free (self->folds);
    free (self->tests);
    free (self->conversions);
    json_value_destroy (&self->tree);
    free (self);
    *self_p = NULL;
}
