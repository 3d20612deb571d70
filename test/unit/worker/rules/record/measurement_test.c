//  measurement_test.c: one laboratory result through its rules: what becomes of value, unit, limits and flag
//  together, and what is said of it.
#include "worker/rules/binding/binder.h"
#include "worker/rules/mapping/read.h"
#include "worker/rules/record/harmonize.h"
#include "worker/rules/record/record.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { COLUMNS_MAX = 12 };

//  A record of the lab_result kind under a header of "a|b|c".
struct bench {
    catalog_t *catalog;
    binding_t *binding;
    struct plan plan;
    struct record *record;
};

static size_t s_split (const char *line, struct text *out)
{
    size_t count = 0;
    for (const char *at = line;; at++) {
        const char *end = strchr (at, '|');
        size_t n = end ? (size_t) (end - at) : strlen (at);
        cr_assert_lt (count, COLUMNS_MAX);
        out[count++] = (struct text){at, n};
        if (!end)
            return count;
        at = end;
    }
}

//  `mapping`: its JSON, NULL for none.
static void s_map (struct bench *self, const char *header, const char *mapping)
{
    struct text names[COLUMNS_MAX];
    struct error error = {.text = ""};
    size_t count = s_split (header, names);
    self->catalog = catalog_new (NULL, &error);
    cr_assert_not_null (self->catalog, "%s", error.text);
    mapping_t *read = mapping ? mapping_read (mapping, strlen (mapping), "m.json", &error) : NULL;
    cr_assert_eq (read != NULL, mapping != NULL, "%s", error.text);
    self->binding = binding_new (self->catalog, names, count, "lab_result", read, "x.csv", &error);
    mapping_destroy (&read);
    cr_assert_not_null (self->binding, "%s", error.text);
    plan_make (&self->plan, self->binding, catalog_units (self->catalog), DATE_ORDER_MDY, 1700000000000);
    self->record = record_new (&self->plan);
    cr_assert_not_null (self->record);
}

static void s_set_up (struct bench *self, const char *header)
{
    s_map (self, header, NULL);
}

static void s_tear_down (struct bench *self)
{
    record_destroy (&self->record);
    binding_destroy (&self->binding);
    catalog_destroy (&self->catalog);
}

static void s_harmonize (struct bench *self, const char *line)
{
    static struct text fields[COLUMNS_MAX];    //  the record borrows them
    size_t count = s_split (line, fields);
    cr_assert_eq (record_harmonize (self->record, fields, count), 0);
    cr_assert_eq (self->record->rejected, RULE_NONE, "%s", line);
}

static struct text s_value (const struct bench *self, const char *field)
{
    return self->record->values[schema_field (self->plan.schema, field)];
}

//  `want`: "field=value field=value …"; a field that is to be empty is "field=".
static void s_expect (const struct bench *self, const char *line, const char *want)
{
    for (const char *at = want; *at; at += strcspn (at, " "), at += strspn (at, " ")) {
        char name[64] = "";
        size_t n = strcspn (at, "="), end = strcspn (at, " ");
        memcpy (name, at, n);
        struct text value = s_value (self, name);
        cr_expect (text_equal (value, (struct text){at + n + 1, end - n - 1}), "%s: %s is %.*s", line, name,
                   (int) value.n, value.at);
    }
}

static size_t s_said (const struct bench *self, enum rule rule)
{
    size_t count = 0;
    for (size_t i = 0; i < self->record->finding_count; i++)
        count += self->record->findings[i].rule == rule;
    return count;
}

Test (measure, shows_one_digit_more_than_its_source_where_it_was_converted_and_none_else)
{
    static const char *const ROWS[][2] = {
        {"1|2345-7|99|mg/dL", "value_number=99 unit=mg/dL source_value= source_unit="},
        {"1|2345-7|99.0|MG/DL", "value_number=99.0 unit=mg/dL source_value="},
        {"1|2345-7|099.50|mg/dL", "value_number=99.50"},
        {"1|2345-7|5|mmol/L", "value_number=90.1 source_value=5 source_unit=mmol/L"},
        {"1|2345-7|5.5|mmol/L", "value_number=99.1 unit=mg/dL source_value=5.5"},
        {"1|2345-7|5.50|mmol/L", "value_number=99.09"},
        {"1|2345-7|5.500|mmol/L", "value_number=99.086"},
        {"1|2345-7|5.50000|mmol/L", "value_number=99.0858"},
        {"1|2345-7|5.5000000|mmol/L", "value_number=99.0858"},    //  six at most
        {"1|2345-7|0.05|mmol/L", "value_number=0.901"},           //  three at least
        {"1|2345-7|<0.6|mmol/L", "value_comparator=< value_number=10.8"},
        {"1|2345-7|≥ 33.3|mmol/L", "value_comparator=>= value_number=599.9"},
        {"1|2951-2|140|mEq/L", "value_number=140 unit=mmol/L source_value=140 source_unit=mEq/L"},
        {"1|6690-2|7.2|10^9/L", "value_number=7.2 unit=10*3/uL"},
        {"1|6690-2|7.2|G/L", "value_number=7.2 unit=10*3/uL source_unit=G/L"},
        {"1|789-8|4.8|T/L", "value_number=4.8 unit=10*6/uL source_unit=T/L"},
        {"1|718-7|140|G/L", "value_number=14.00 unit=g/dL source_unit=G/L"},
        {"1|777-3|2.5|lakhs/cumm", "value_number=250 unit=10*3/uL"},
        {"1|4548-4|53|mmol/mol", "value_number=7.00 unit=% source_value=53"},
        {"1|59261-8|7.0|%", "value_number=53.0 unit=mmol/mol"},
        {"1|8310-5|98.6|°F", "value_number=37.00 unit=Cel"},
        {"1|1742-6|0.67|ukat/L", "value_number=40.2 unit=U/L"},
        {"1|2951-2|140|", "value_number=140 unit="},
        {"1|GLU|5.5|mmol/l", "value_number=5.5 unit=mmol/L"}};
    struct bench bench;
    s_set_up (&bench, "patient_id|loinc|result|units");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        s_harmonize (&bench, ROWS[i][0]);
        s_expect (&bench, ROWS[i][0], ROWS[i][1]);
    }
    s_tear_down (&bench);
}

Test (measure, reads_a_range_in_one_column_into_its_two_limits)
{
    static const char *const ROWS[][2] = {
        {"1|2823-3|4.0|mmol/L|3.5-5.1", "reference_low=3.5 reference_high=5.1"},
        {"1|2823-3|4.0|mmol/L|3,5 – 5,1", "reference_low=3.5 reference_high=5.1"},
        {"1|2823-3|4.0|mmol/L|3.5-5.1 mmol/L", "reference_low=3.5 reference_high=5.1"},
        {"1|1988-5|4.0|mg/L|<5.0", "reference_low= reference_high=5.0"},
        {"1|2085-9|50|mg/dL|> 40", "reference_low=40 reference_high="},
        {"1|2085-9|50|mg/dL|Negative", "reference_low= reference_high="},
        {"1|2085-9|50|mg/dL|", "reference_low= reference_high="},
        {"1|2085-9|50|mg/dL|NA", "reference_low= reference_high="},
        {"1|2345-7|5.5|mmol/L|3.9-5.6", "reference_low=70.3 reference_high=101"}};
    struct bench bench;
    s_set_up (&bench, "patient_id|loinc|result|units|Reference Range");
    cr_assert_str_eq (bench.binding->columns[4].name, "reference_range");    //  its text stays beside
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        s_harmonize (&bench, ROWS[i][0]);
        s_expect (&bench, ROWS[i][0], ROWS[i][1]);
        cr_expect_eq (s_said (&bench, RULE_NUMBER_INVALID), 0, "%s", ROWS[i][0]);
    }
    s_tear_down (&bench);
}

Test (measure, takes_a_limit_with_a_sign_and_refuses_words_in_a_column_of_limits)
{
    static const struct {
        const char *line, *want;
        size_t invalid;
    } ROWS[] = {{"1|2823-3|4.0|>3.5|<5.1", "reference_low=3.5 reference_high=5.1", 0},
                {"1|2823-3|4.0|3.5-5.1|", "reference_low=3.5 reference_high=5.1", 0},
                {"1|2823-3|4.0||3.5-5.1", "reference_low=3.5 reference_high=5.1", 0},
                {"1|2823-3|4.0|3.5-5.1|5.2", "reference_low=3.5 reference_high=5.2", 0},
                {"1|2823-3|4.0|<5.1|", "reference_low=5.1 reference_high=", 0},
                {"1|2823-3|4.0|<5.1|5.2", "reference_low=5.1 reference_high=5.2", 0},
                {"1|2823-3|4.0|>=3.5|<= 5.1", "reference_low=3.5 reference_high=5.1", 0},
                {"1|2823-3|4.0||>7.2", "reference_low= reference_high=7.2", 0},
                {"1|2823-3|4.0||≤7", "reference_low= reference_high=7", 0},
                {"1|2823-3|4.0||bis 7", "reference_low= reference_high=7", 0},
                {"1|2823-3|4.0||up to 7", "reference_low= reference_high=7", 0},
                {"1|2823-3|4.0|ab 2,5|max. 7", "reference_low=2.5 reference_high=7", 0},
                {"1|2823-3|4.0|-7.2|-2", "reference_low=-7.2 reference_high=-2", 0},
                {"1|2823-3|4.0|low|5.1", "reference_low= reference_high=5.1", 1},
                {"1|2823-3|4.0|2.1..|5.1", "reference_low= reference_high=5.1", 1},
                {"1|2823-3|4.0|2.1.4|5.1", "reference_low= reference_high=5.1", 1},
                {"1|2823-3|4.0|7..|", "reference_low= reference_high=", 1},
                {"1|2823-3|4.0|3.5|5.1.", "reference_low=3.5 reference_high=", 1},
                {"1|2823-3|4.0|-.|.", "reference_low= reference_high=", 1},
                {"1|2823-3|4.0|3.5..5.1|", "reference_low=3.5 reference_high=5.1", 0},
                {"1|2823-3|4.0|3.5.|5.1", "reference_low= reference_high=5.1", 1},
                {"1|2823-3|4.0|3,5|5,1", "reference_low=3.5 reference_high=5.1", 0}};
    struct bench bench;
    s_set_up (&bench, "patient_id|loinc|result|ref low|ref high");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        s_harmonize (&bench, ROWS[i].line);
        s_expect (&bench, ROWS[i].line, ROWS[i].want);
        cr_expect_eq (s_said (&bench, RULE_NUMBER_INVALID), ROWS[i].invalid, "%s", ROWS[i].line);
    }
    s_tear_down (&bench);
}

Test (measure, says_when_the_flag_disagrees_with_value_and_range)
{
    static const struct {
        const char *line;
        bool disagrees;
    } ROWS[] = {{"1|K|4.0|3.5-5.1|H", true},    //  inside
                {"1|K|3.0|3.5-5.1|H", true},    //  below
                {"1|K|5.5|3.5-5.1|H", false},
                {"1|K|5.1|3.5-5.1|H", false},    //  at the limit: flagged before it was rounded
                {"1|K|4.0|3.5-5.1|HH", true},
                {"1|K|7.0|3.5-5.1|critical high", false},
                {"1|K|4.0|3.5-5.1|L", true},
                {"1|K|5.5|3.5-5.1|L", true},
                {"1|K|3.4|3.5-5.1|L", false},
                {"1|K|3.5|3.5-5.1|low", false},
                {"1|K|2.0|3.5-5.1|LL", false},
                {"1|K|4.0|3.5-5.1|LL", true},
                {"1|K|4.0|3.5-5.1|N", false},
                {"1|K|5.1|3.5-5.1|normal", false},
                {"1|K|5.2|3.5-5.1|N", true},
                {"1|K|3.4|3.5-5.1|N", true},
                {"1|K|4.0|3.5-5.1|A", false},    //  abnormal for another reason
                {"1|K|4.0|3.5-5.1|", false},
                {"1|K|4.0||H", false},
                {"1|CRP|4|<5|H", true},
                {"1|CRP|6|<5|H", false},
                {"1|CRP|6|<5|N", true},
                {"1|CRP|6|<5|L", true},    //  above the only limit there is
                {"1|CRP|4|<5|L", false},
                {"1|HDL|35|>40|L", false},
                {"1|HDL|45|>40|L", true},
                {"1|HDL|35|>40|H", true},
                {"1|HDL|45|>40|H", false},
                {"1|HDL|35|>40|N", true},
                {"1|TSH|<0.01|0.4-4.0|L", false},
                {"1|TSH|<0.01|0.4-4.0|H", true},
                {"1|TSH|<0.01|0.4-4.0|N", true},
                {"1|TSH|<5|0.4-4.0|N", false},    //  may be 1
                {"1|TSH|<5|0.4-4.0|H", false},    //  may be 4.5
                {"1|TSH|>100|0.4-4.0|N", true},
                {"1|TSH|>100|0.4-4.0|H", false},
                {"1|TSH|>100|0.4-4.0|L", true},
                {"1|HCV|POSITIVE|0-1|N", false},
                {"1|K|4.0|3.5-5.1|NEG", false},
                {"1|K|4.0|5.1-3.5|H", false},    //  upside down: said instead
                {"1|K|4.0|Negative|H", false}};
    struct bench bench;
    s_set_up (&bench, "patient_id|test code|result|reference range|flag");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        s_harmonize (&bench, ROWS[i].line);
        cr_expect_eq (s_said (&bench, RULE_FLAG_DISAGREES), ROWS[i].disagrees, "%s", ROWS[i].line);
        cr_expect_gt (s_value (&bench, "abnormal_flag").n + (ROWS[i].line[strlen (ROWS[i].line) - 1] == '|'),
                      0, "%s: the flag stays", ROWS[i].line);
    }
    s_harmonize (&bench, "1|K|4.0|5.1-3.5|H");
    cr_expect_eq (s_said (&bench, RULE_REFERENCE_RANGE), 1);
    s_tear_down (&bench);
}

//  5.1 and 5.10 convert to different digits; neither value lies outside its range for that.
Test (measure, compares_flag_and_range_before_a_conversion_rounds)
{
    struct bench bench;
    s_set_up (&bench, "patient_id|loinc|result|units|reference range|flag");
    s_harmonize (&bench, "1|2345-7|5.6|mmol/L|3.90-5.60|N");
    s_expect (&bench, "glucose", "value_number=101 reference_high=100.9");
    cr_expect_eq (s_said (&bench, RULE_FLAG_DISAGREES), 0);
    s_tear_down (&bench);
}

Test (measure, checks_a_ratio_without_a_unit_against_the_plausible_range_of_its_test)
{
    struct bench bench;
    s_set_up (&bench, "patient_id|loinc|result|units");
    static const struct {
        const char *line;
        bool implausible;
    } ROWS[] = {{"1|6301-6|2.5|", false},   {"1|6301-6|250|", true},   {"1|2744-1|7.4|", false},
                {"1|2744-1|74|", true},     {"1|2345-7|9999|", false}, {"1|2345-7|9999|mg/dL", true},
                {"1|5811-5|1.015|", false}, {"1|5811-5|1015|", true},  {"1|10834-0|3.4|g/L", true}};
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        s_harmonize (&bench, ROWS[i].line);
        cr_expect_eq (s_said (&bench, RULE_PLAUSIBLE_RANGE), ROWS[i].implausible, "%s", ROWS[i].line);
    }
    s_tear_down (&bench);
}

Test (measure, takes_na_for_sodium_where_a_test_code_belongs_and_nowhere_else)
{
    struct bench bench;
    s_set_up (&bench, "patient_id|test code|result|units|test name");
    s_harmonize (&bench, "1|NA|140|mmol/L|NA");
    s_expect (&bench, "NA", "test_code=NA test_name= value_number=140");
    s_harmonize (&bench, "1|Na|140|NA|Sodium");
    s_expect (&bench, "Na", "test_code=Na unit=");
    struct text fields[] = {TEXT ("1"), TEXT ("N/A"), TEXT ("140")};
    cr_assert_eq (record_harmonize (bench.record, fields, 3), 0);
    cr_expect_eq (bench.record->rejected, RULE_FIELD_REQUIRED);
    s_tear_down (&bench);
}

Test (measure, lets_the_mapping_say_that_na_is_nothing_in_its_file)
{
    struct bench bench;
    struct text fields[] = {TEXT ("1"), TEXT ("NA"), TEXT ("140")};
    s_map (&bench, "patient_id|test code|result", "{\"dmh\":\"mapping/1\",\"missing\":[\"NA\"]}");
    cr_assert_eq (record_harmonize (bench.record, fields, 3), 0);
    cr_expect_eq (bench.record->rejected, RULE_FIELD_REQUIRED);
    s_tear_down (&bench);
}

//  A mapping that names the column for the lower limit: the same split, and no second column.
Test (measure, splits_a_range_that_the_mapping_points_to)
{
    struct bench bench;
    s_map (&bench, "patient_id|test code|result|RR",
           "{\"dmh\":\"mapping/1\",\"columns\":{\"RR\":\"reference_low\"}}");
    cr_expect_null (bench.binding->columns[3].name);
    s_harmonize (&bench, "1|K|4.0|3.5-5.1");
    s_expect (&bench, "RR", "reference_low=3.5 reference_high=5.1");
    s_harmonize (&bench, "1|K|4.0|Negative");
    cr_expect_eq (s_said (&bench, RULE_NUMBER_INVALID), 1);
    s_tear_down (&bench);
    s_map (&bench, "patient_id|test code|result|Reference Range",
           "{\"dmh\":\"mapping/1\",\"columns\":{\"Reference Range\":\"reference_low\"}}");
    cr_expect_str_eq (bench.binding->columns[3].name, "reference_range");    //  as without the mapping
    s_tear_down (&bench);
}

//  A column of ranges: what stands there is a range or nothing that decides.
Test (measure, takes_ranges_by_side_sex_and_unit)
{
    static const char *const ROWS[][2] = {
        {"1|2345-7|100|mg/dL|7|F", "reference_low= reference_high="},
        {"1|2345-7|100|mg/dL|-7.2|F", "reference_low= reference_high="},
        {"1|2345-7|100|mg/dL|≤7|F", "reference_low= reference_high=7"},
        {"1|2345-7|100|mg/dL|bis 7|", "reference_low= reference_high=7"},
        {"1|2345-7|100|mg/dL|65 - 110|", "reference_low=65 reference_high=110"},
        {"1|718-7|14.0|g/dL|M: 13-17 F: 12-16|female", "reference_low=12 reference_high=16"},
        {"1|718-7|14.0|g/dL|M: 13-17 F: 12-16|M", "reference_low=13 reference_high=17"},
        {"1|718-7|14.0|g/dL|M: 13-17 F: 12-16|", "reference_low= reference_high="},
        {"1|718-7|14.0|g/dL|M: 13-17 adults F: 12-16|M", "reference_low= reference_high="},
        //  6.1 mmol/L times 18.0156 is 109.9; its range is in mg/dL already, and the other way round
        {"1|2345-7|6.10|mmol/L|65–110 mg/dL|",
         "value_number=109.9 unit=mg/dL reference_low=65 reference_high=110"},
        {"1|2345-7|100|mg/dL|3.9-5.6 mmol/L|", "value_number=100 reference_low=70.3 reference_high=101"},
        {"1|GLU|100|mg/dL|3.9-5.6 mmol/L|", "value_number=100 reference_low= reference_high="},
        {"1|GLU|100|mg/dL|70-110 MG/DL|", "reference_low=70 reference_high=110"},
        {"1|GLU|100|mg/dL|70 mg/dL - 6 mmol/L|", "reference_low= reference_high="},
        {"1|GLU|100|mg/dL|Negative|", "reference_low= reference_high="}};
    struct bench bench;
    s_set_up (&bench, "patient_id|loinc|result|unit|reference range|sex");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        s_harmonize (&bench, ROWS[i][0]);
        s_expect (&bench, ROWS[i][0], ROWS[i][1]);
        cr_expect_eq (s_said (&bench, RULE_NUMBER_INVALID), 0, "%s", ROWS[i][0]);
    }
    s_harmonize (&bench, "1|2345-7|100|mg/dL|7|F");
    cr_expect_eq (s_said (&bench, RULE_RANGE_SPLIT), 0, "a lone number was called a range");
    s_tear_down (&bench);
}

Test (measure, says_when_a_limit_contradicts_its_side)
{
    struct bench bench;
    s_set_up (&bench, "patient_id|loinc|result|ref low|ref high");
    s_harmonize (&bench, "1|2823-3|4.0||>7.2");
    cr_expect_eq (s_said (&bench, RULE_LIMIT_COMPARATOR), 1);
    s_harmonize (&bench, "1|2823-3|4.0|<3.5|7.2");
    cr_expect_eq (s_said (&bench, RULE_LIMIT_COMPARATOR), 1);
    s_harmonize (&bench, "1|2823-3|4.0|>3.5|<=7.2");
    cr_expect_eq (s_said (&bench, RULE_LIMIT_COMPARATOR), 0);
    s_tear_down (&bench);
}

Test (measure, reads_a_unit_in_the_light_of_its_test)
{
    static const struct {
        const char *line, *want;
        size_t ambiguous;
    } ROWS[] = {{"1|6690-2|6.5|G/l||", "value_number=6.5 unit=10*3/uL", 0},
                {"1|6690-2|6.5|G/L||", "value_number=6.5 unit=10*3/uL", 0},
                {"1|6690-2|6.5|g/l||", "value_number=6.5 unit=10*3/uL", 0},
                {"1|789-8|4.5|T/l||", "value_number=4.5 unit=10*6/uL", 0},
                {"1|6690-2|6.5|mil/uL||", "value_number=6.5 unit=10*3/uL", 0},
                {"1|789-8|4.5|mil/uL||", "value_number=4.5 unit=10*6/uL", 0},
                {"1|1751-7|40|G/l||", "value_number=4.00 unit=g/dL", 0},
                {"1|718-7|140|G/L||", "value_number=14.00 unit=g/dL", 0},
                {"1|2744-1|7.4|units||", "value_number=7.4 unit=[pH]", 0},
                {"1|6301-6|1.1|units||", "value_number=1.1 unit={INR}", 0},
                {"1|786-4|33.1|%||", "value_number=33.1 unit=g/dL source_unit=%", 0},
                {"1|8867-4|80|lpm||", "value_number=80 unit=/min", 0},
                //  by name, or by a LOINC code that the table has no unit for
                {"1|L01|6.5|G/L|Leukozyten|", "unit=10*9/L", 0},
                {"1|WBC|6.5|g/l||", "unit=10*9/L", 0},
                {"1|753-4|3.5|G/l||", "unit=10*9/L", 0},
                {"1|L02|6.5|G/L|Neutrophils [#/volume] in Blood|", "unit=10*9/L", 0},
                {"1|ALB|40|G/l|Albumin|", "unit=g/L", 0},
                {"1|L03|7.4|units|pH, arterial|", "unit=[pH]", 0},
                {"1|L04|33|%|MCHC|", "unit=g/dL", 0},
                {"1|L05|4.5|mil/uL|RBC|", "unit=10*6/uL", 0},
                {"1|L05|40|%|Hematocrit|", "unit=%", 0},
                {"1|L06|4.5|T/l|mystery|", "unit=10*12/L", 0},
                //  nothing tells
                {"1|L07|6.5|G/l|mystery|", "unit=10*9/L", 1},
                {"1|L07|6.5|G/L|mystery|", "unit=g/L", 1},
                {"1|L07|6.5|units|mystery|", "unit=U", 1},
                {"1|L07|6.5|g/l|mystery|", "unit=g/L", 0},
                //  what is no mass in a volume, whatever its letters
                {"1|718-7|80|%||", "value_number=80 unit=%", 0}};
    struct bench bench;
    s_set_up (&bench, "patient_id|loinc|result|unit|test name");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        s_harmonize (&bench, ROWS[i].line);
        s_expect (&bench, ROWS[i].line, ROWS[i].want);
        cr_expect_eq (s_said (&bench, RULE_UNIT_AMBIGUOUS), ROWS[i].ambiguous, "%s", ROWS[i].line);
    }
    s_tear_down (&bench);
}

Test (measure, takes_a_unit_out_of_the_field_of_the_value)
{
    static const char *const ROWS[][2] = {
        {"1|GLU|5.4 mmol/L|", "value_number=5.4 value_text= unit=mmol/L"},
        {"1|GLU|>= 90 %|", "value_comparator=>= value_number=90 unit=%"},
        {"1|GLU|less than 5 mg/dL|mg/dL", "value_comparator=< value_number=5 unit=mg/dL"},
        {"1|GLU|5.2 x10^9/L|", "value_number=5.2 unit=10*9/L"},
        {"1|GLU|1 000 mg/dL|MG/DL", "value_number=1000 unit=mg/dL"},
        {"1|GLU|5.4 mmol/L|mg/dL", "value_number= unit=mg/dL"},
        {"1|GLU|5.4 mmol/L|florbs", "value_number= unit="},
        {"1|GLU|5.4 H|", "value_number= unit="},
        {"1|GLU|1:40|", "value_number= value_text=1:40 unit="},
        {"1|GLU|5.4 see note|", "value_number= unit="}};
    struct bench bench;
    s_set_up (&bench, "patient_id|loinc|result|unit");
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        s_harmonize (&bench, ROWS[i][0]);
        s_expect (&bench, ROWS[i][0], ROWS[i][1]);
    }
    s_tear_down (&bench);
    s_set_up (&bench, "patient_id|loinc|result|comparator");
    s_harmonize (&bench, "1|GLU|<5|>");
    s_expect (&bench, "<5 and >", "value_number= value_text=<5");
    s_harmonize (&bench, "1|GLU|<5|<");
    s_expect (&bench, "<5 and <", "value_number=5 value_comparator=<");
    s_tear_down (&bench);
    s_set_up (&bench, "patient_id|loinc|result");
    s_harmonize (&bench, "1|GLU|5.4 mmol/L");
    s_expect (&bench, "5.4 mmol/L alone", "value_number=5.4 unit=mmol/L");
    s_harmonize (&bench, "1|2951-2^Sodium^LN|140");
    s_expect (&bench, "2951-2^Sodium^LN",
              "test_code=2951-2 test_name=Sodium test_code_system=http://loinc.org");
    s_tear_down (&bench);
}
