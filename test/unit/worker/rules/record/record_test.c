//  record_test.c: one record through the rules of small schemas: values, findings in their order, whether it
//  stands; and that remembering answers changes none.
#include "worker/rules/binding/binder.h"
#include "worker/rules/record/harmonize.h"
#include "worker/rules/record/record.h"
#include "worker/rules/schema/catalog.h"
#include "worker/rules/schema/read/read.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static const char SCHEMA[] =
    "{\"name\":\"visit\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"born\",\"dmh\":{\"type\":\"date\",\"past\":true}},"
    "{\"name\":\"died\",\"dmh\":{\"type\":\"date\",\"past\":true}},"
    "{\"name\":\"seen\",\"dmh\":{\"type\":\"datetime\"}},"
    "{\"name\":\"sex\",\"dmh\":{\"type\":\"code\",\"values\":{\"female\":[\"f\"],\"male\":[\"m\"]}}},"
    "{\"name\":\"weight\",\"constraints\":{\"minimum\":0,\"maximum\":500},\"dmh\":{\"type\":\"number\"}},"
    "{\"name\":\"note\",\"dmh\":{\"type\":\"text\"}}],"
    "\"missingValues\":[\"\",\"NA\"],"
    "\"dmh\":{\"key\":[\"id\"],\"any_of\":[\"born\",\"note\"],"
    "\"before\":[[\"born\",\"died\",\"date.death_before_birth\"]],\"within\":[[\"born\",\"died\",120]]}}";

static const char HEADER[] = "id,born,died,seen,sex,weight,note";
enum { FIELDS = 7, LINE = 256 };

//  2026-11-23, so that the future begins on the 24th.
static const int64_t NOW_MS = 1795392000000;

struct bench {
    catalog_t *base;
    const catalog_t *catalog;
    binding_t *binding;
    struct plan plan;
};

static size_t s_cut (const char *line, struct text fields[FIELDS])
{
    size_t count = 0;
    for (const char *at = line; count < FIELDS; count++) {
        size_t n = strcspn (at, ",");
        fields[count] = (struct text){at, n};
        if (!at[n])
            return count + 1;
        at += n + 1;
    }
    return count;
}

static void s_make (struct bench *self)
{
    struct error error = {.code = DMH_OK};
    struct text names[FIELDS];
    size_t count = s_cut (HEADER, names);
    self->base = catalog_new (NULL, &error);
    schema_t *schema = schema_read (SCHEMA, strlen (SCHEMA), "visit.json", &error);
    cr_assert (self->base && schema, "%s", error.text);
    self->catalog = catalog_with (self->base, schema);
    self->binding = binding_new (self->catalog, names, count, "visit", NULL, "in.csv", &error);
    cr_assert_not_null (self->binding, "%s", error.text);
    plan_make (&self->plan, self->binding, catalog_units (self->catalog), DATE_ORDER_MDY, NOW_MS);
}

static void s_drop (struct bench *self)
{
    binding_destroy (&self->binding);
    catalog_destroy ((catalog_t **) &self->catalog);
    catalog_destroy (&self->base);
}

//  "a,b,c | field:rule field:rule | rejected"
static void s_tell (const struct record *record, char out[1024])
{
    const schema_t *schema = record->plan->schema;
    size_t at = 0;
    for (size_t f = 0; f < FIELDS; f++)
        at += (size_t) snprintf (out + at, 1024 - at, "%s%.*s", f ? "," : "", (int) record->values[f].n,
                                 record->values[f].n ? record->values[f].at : "");
    at += (size_t) snprintf (out + at, 1024 - at, " |");
    for (size_t i = 0; i < record->finding_count; i++)
        at +=
            (size_t) snprintf (out + at, 1024 - at, " %s:%s", schema->fields[record->findings[i].field].name,
                               RULE[record->findings[i].rule].name);
    at += (size_t) snprintf (out + at, 1024 - at, " |");
    if (record->rejected != RULE_NONE)
        snprintf (out + at, 1024 - at, " %s:%s", schema->fields[record->rejected_field].name,
                  RULE[record->rejected].name);
}

static const struct {
    const char *in, *out;
} ROWS[] = {
    {"1,1980-04-03,,,female,,", "1,1980-04-03,,,female,, | |"},
    {"1,04/25/1980,,04/26/1999 10:15,F,070.50,a  b",
     "1,1980-04-25,,1999-04-26T10:15:00,female,70.50,a b | born:date.format seen:datetime.format "
     "sex:code.mapped weight:number.format note:text.spaces |"},
    {"1,NA, ,,NA,,x", "1,,,,,,x | born:value.missing_marker sex:value.missing_marker |"},
    {"1,1980-02-30,,,zz,5000,x",
     "1,,,,,,x | born:date.invalid sex:code.unmapped weight:number.out_of_range |"},
    {"1,1990-05-01,1985-05-01,,,,", "1,1990-05-01,1985-05-01,,,, | died:date.death_before_birth |"},
    {"1,1906-11-23,,,,,", "1,1906-11-23,,,,, | |"},
    {"1,1906-11-22,,,,,", "1,1906-11-22,,,,, | born:date.over_120_years |"},
    {"1,1850-01-01,1960-01-01,,,,", "1,1850-01-01,1960-01-01,,,, | |"},
    {"1,1850-01-01,1970-01-02,,,,", "1,1850-01-01,1970-01-02,,,, | born:date.over_120_years |"},
    {"1,2026-11-23,,,,,", "1,2026-11-23,,,,, | |"},
    {"1,2026-11-24,,,,,", "1,2026-11-24,,,,, | born:date.future |"},
    {"1,2027,,,,,", "1,2027,,,,, | born:date.future |"},
    {"1,2026-11,,,,,", "1,2026-11,,,,, | |"},
    {"1,11/24/2026,,,,,", "1,2026-11-24,,,,, | born:date.future born:date.format |"},
    {",1980-04-03,,,,,", ",1980-04-03,,,,, | | id:field.required"},
    {"NA,1980-04-03,,,,,", ",1980-04-03,,,,, | id:value.missing_marker | id:field.required"},
    {"1,,,,,,", "1,,,,,, | | born:field.required"},
    {"1,yesterday,,,,,", "1,,,,,, | born:date.invalid | born:date.invalid"},
    {"1,yesterday", "1,,,,,, | born:date.invalid | born:date.invalid"},
    {" 1 ,,,,,,x", "1,,,,,,x | id:text.spaces |"},
    //  A spreadsheet's guards, and what nobody sees.
    {"=\"0047\",=\"1980-04-03\",,'1999-04-26,'F,'7,",
     "0047,1980-04-03,,1999-04-26,female,7, | id:text.guard born:text.guard seen:text.guard sex:text.guard "
     "sex:code.mapped weight:text.guard |"},
    {"'0047,=\"NA\",,,,,'s Heeren",
     "0047,,,,,,'s Heeren | id:text.guard born:text.guard born:value.missing_marker |"},
    {"A\u200b1,1980\u2060-04-03\ufeff,,,\u200fm,7\u00ad0,a\u200bb\u200b",
     "A1,1980-04-03,,,male,70,a\u200bb | id:text.invisible born:text.invisible sex:text.invisible "
     "sex:code.mapped weight:text.invisible note:text.invisible |"},
    {"A\u00a01\u3000,,,,,,x\u2003y\u202f", "A 1,,,,,,x y | id:text.spaces note:text.spaces |"},
    {"Ame\u0301lie,,,,,,x", "Am\u00e9lie,,,,,,x | id:text.nfc |"},
    {"\u200b,,,,,,x", ",,,,,,x | id:text.invisible | id:field.required"},
    {"'\u200b0047,1980-02-30\u200b,,,,,x",
     "0047,,,,,,x | id:text.invisible id:text.guard born:text.invisible born:date.invalid |"},
};

Test (record, values_findings_and_verdict_are_those_of_the_table)
{
    struct bench bench;
    s_make (&bench);
    struct record *record = record_new (&bench.plan);
    for (int round = 0; round < 2; round++)    //  the second answers from memory
        for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
            struct text fields[FIELDS];
            char out[1024];
            size_t count = s_cut (ROWS[i].in, fields);
            cr_assert_eq (record_harmonize (record, fields, count), 0);
            s_tell (record, out);
            cr_expect_str_eq (out, ROWS[i].out, "%s\n  became %s\n  not    %s", ROWS[i].in, out, ROWS[i].out);
        }
    record_destroy (&record);
    s_drop (&bench);
}

static uint64_t s_seed;

static size_t s_random (size_t below)
{
    s_seed = s_seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t) (s_seed >> 33) % below;
}

//  A value of a small world, so that many come again, or of a large one; at times with spaces around.
static void s_value (char *out, size_t size)
{
    static const char *const KNOWN[] = {
        "",    "NA",  "f",    "M",          "female", "04/03/1980", "25/12/99", "2021-02-30", "2027",
        "1,2", "7",   "-5",   "  ",         "a  b",   "x",          "20210304", "0007.0",     "1850-01-01",
        "<5",  "1e3", "NULL", "3. 4. 1980", "'7",     "=\"f\"",     "\u200bm",  "a\u00a0b"};
    const char *space = s_random (8) ? "" : " ";
    if (s_random (4))
        snprintf (out, size, "%s%s%s", space, KNOWN[s_random (sizeof KNOWN / sizeof *KNOWN)], space);
    else
        snprintf (out, size, "%s%zu/%zu/%zu%s", space, s_random (32), s_random (14), 1890 + s_random (140),
                  space);
}

Test (record, remembered_answers_are_those_of_a_record_that_remembers_nothing)
{
    enum { RECORDS = 20000 };
    struct bench bench;
    s_make (&bench);
    struct record *old = record_new (&bench.plan);
    s_seed = 20261123;
    for (int r = 0; r < RECORDS; r++) {
        char values[FIELDS][64], here[1024], there[1024];
        struct text fields[FIELDS];
        for (size_t f = 0; f < FIELDS; f++) {
            s_value (values[f], sizeof values[f]);
            fields[f] = text_of (values[f]);
        }
        struct record *fresh = record_new (&bench.plan);
        cr_assert (record_harmonize (old, fields, FIELDS) == 0 &&
                   record_harmonize (fresh, fields, FIELDS) == 0);
        s_tell (old, here);
        s_tell (fresh, there);
        cr_assert_str_eq (here, there, "record %d of seed 20261123", r);
        cr_assert_eq (memcmp (old->missing, fresh->missing, FIELDS), 0, "record %d", r);
        cr_assert_eq (memcmp (old->evidence, fresh->evidence, FIELDS * sizeof *old->evidence), 0, "record %d",
                      r);
        record_destroy (&fresh);
    }
    record_destroy (&old);
    s_drop (&bench);
}
