//  non_record_test.c: lines between the records that are none, and records that look like them and stay.
#include "worker/formats/csv/rows.h"
#include "worker/formats/detection.h"

#include <criterion/criterion.h>
#include <stdio.h>

static void s_look (const char *text, bool no_header, struct dialect *out)
{
    struct dialect_options options = {.no_header = no_header};
    struct error error = {.code = DMH_OK};
    cr_assert_eq (dialect_find (text, strlen (text), true, "it.csv", &options, out, &error), DMH_OK, "%s",
                  error.text);
}

//  The rule that the second record of a file is set aside by.
static enum rule s_second (const char *header, const char *line, bool no_header, struct dialect *dialect)
{
    char text[512];
    struct row row;
    snprintf (text, sizeof text, "%s\n1,Ann,F,7.5\n%s\n2,Bob,M,8\n", header, line);
    if (!dialect->format)
        s_look (text, no_header, dialect);
    rows_t *rows = csv_rows_new (dialect);
    csv_rows_begin (rows, text + dialect->data_offset, strlen (text) - (size_t) dialect->data_offset);
    for (int i = no_header ? 0 : 1; i < 3; i++)
        cr_assert_eq (csv_rows_next (rows, &row), 1);
    csv_rows_destroy (&rows);
    return row.problem;
}

Test (non_record, lines_between_the_records_are_told_from_records)
{
    static const struct {
        const char *line;
        enum rule rule;
    } CASES[] = {
        {"mrn,name,sex,value", RULE_RECORD_HEADER},
        {" mrn ,\"name\",sex,value,", RULE_RECORD_HEADER},
        {"\xef\xbb\xbfmrn,name,sex,value", RULE_RECORD_HEADER},
        {"\xef\xbb\xbf\"mrn\",name,sex,value", RULE_RECORD_HEADER},
        {"mrn,name,sex,5", RULE_NONE},
        {"MRN,name,sex,value", RULE_RECORD_HEADER},
        {"MRN,Name,SEX,VALUE", RULE_RECORD_HEADER},
        {"Mrn,Name,F,VALUE", RULE_NONE},
        {"mrn,name,sex", RULE_FIELD_COUNT},
        {"---,----,---,-----", RULE_RECORD_SEPARATOR},
        {"--------------------", RULE_RECORD_SEPARATOR},
        {"+---+---+", RULE_RECORD_SEPARATOR},
        {",====,,", RULE_RECORD_SEPARATOR},
        {"***", RULE_RECORD_SEPARATOR},
        {"-,-,-,-", RULE_NONE},
        {"--,--,--,--", RULE_NONE},
        {",,,+++", RULE_NONE},
        {"3,---,---,---", RULE_NONE},
        {"---,Ann,---,---", RULE_NONE},
        {"Total: 1234", RULE_RECORD_FOOTER},
        {"TOTAL,1234", RULE_RECORD_FOOTER},
        {"Total,,,1234", RULE_RECORD_FOOTER},
        {"total: ,,,1 234.5", RULE_RECORD_FOOTER},
        {"Total records: 12,,,", RULE_RECORD_FOOTER},
        {",Grand Total,,", RULE_RECORD_FOOTER},
        {"Summe,,,7", RULE_RECORD_FOOTER},
        {"Count = 5,,,", RULE_RECORD_FOOTER},
        {"(2 rows)", RULE_RECORD_FOOTER},
        {"(1 row affected),,,", RULE_RECORD_FOOTER},
        {"End of report", RULE_RECORD_FOOTER},
        {"Summe: 2 Datens\xc3\xa4tze,,,", RULE_RECORD_FOOTER},
        {"Gesamt,2,,", RULE_RECORD_FOOTER},
        {"Anzahl der Patienten: 12,,,", RULE_RECORD_FOOTER},
        {"Total pacientes,2,,", RULE_RECORD_FOOTER},
        {"N\xc3\x9aMERO DE REGISTROS: 2,,,", RULE_RECORD_FOOTER},
        {"Nombre de patients : 5,,,", RULE_RECORD_FOOTER},
        {"Nombre total: 5,,,", RULE_RECORD_FOOTER},
        {"Total number of records,5,,", RULE_RECORD_FOOTER},
        {"Totaal aantal uitslagen: 3,,,", RULE_RECORD_FOOTER},
        {"Mean,,,7.5", RULE_RECORD_FOOTER},
        {"2 rows selected.", RULE_RECORD_FOOTER},
        {"2 rows selected.,,,", RULE_RECORD_FOOTER},
        {"14 Datens\xc3\xa4tze exportiert", RULE_RECORD_FOOTER},
        {"Page 1 of 3,,,", RULE_RECORD_FOOTER},
        {"Seite 1 von 3", RULE_RECORD_FOOTER},
        {"-- end of report --", RULE_RECORD_FOOTER},
        {"*** End of report ***,,,", RULE_RECORD_FOOTER},
        {"Ende der Datei,,,", RULE_RECORD_FOOTER},
        {"Generated on 2020-01-02 by LIS,,,", RULE_RECORD_FOOTER},
        {"Note: values of A are preliminary,,,", RULE_RECORD_FOOTER},
        {"Number 5,,,", RULE_NONE},
        {"Nombre,,,5", RULE_NONE},
        {"Page,,,", RULE_NONE},
        {"Page,Ann,F,7", RULE_NONE},
        {"Mean,Ann,F,7", RULE_NONE},
        {"Meanwhile,,,7", RULE_NONE},
        {"2 rows,Ann,F,7", RULE_NONE},
        {"2 A,,,", RULE_NONE},
        {"Notes,,,", RULE_NONE},
        {"Total,Ann,F,7", RULE_NONE},
        {"Total,12,8,7", RULE_NONE},
        {"Total protein,,,", RULE_NONE},
        {"Total protein,,,7", RULE_NONE},
        {"Count Basie,,,", RULE_NONE},
        {"Count,,,", RULE_NONE},
        {"Summers,,,", RULE_NONE},
        {"Totalis,,,12", RULE_NONE},
        {"Summers", RULE_FIELD_COUNT},
        {"(2 drops),,,", RULE_NONE},
        {",,,", RULE_NONE},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct dialect dialect = {.format = NULL};
        enum rule rule = s_second ("mrn,name,sex,value", CASES[i].line, false, &dialect);
        cr_expect_eq (rule, CASES[i].rule, "“%s” is %s", CASES[i].line, RULE[rule].name);
        dialect_clear (&dialect);
    }
}

Test (non_record, a_header_comes_again_as_it_stands_whatever_its_columns_are_called_then)
{
    static const char *const HEADERS[] = {",name,,value", "a,a,a,a", "#mrn,name,sex,value"};
    for (size_t i = 0; i < sizeof HEADERS / sizeof *HEADERS; i++) {
        struct dialect dialect = {.format = NULL};
        enum rule rule = s_second (HEADERS[i], HEADERS[i], false, &dialect);
        cr_expect_eq (rule, RULE_RECORD_HEADER, "“%s” is %s", HEADERS[i], RULE[rule].name);
        dialect_clear (&dialect);
    }
    struct dialect dialect = {.format = NULL};
    cr_expect_eq (s_second ("a,b,c,1", "a,b,c,1", true, &dialect), RULE_NONE);
    dialect_clear (&dialect);
}

Test (non_record, the_line_of_units_is_known_by_its_text)
{
    struct dialect dialect = {.format = NULL};
    cr_expect_eq (s_second ("mrn,name,sex,value", ",,,mg/dL", false, &dialect), RULE_NONE);
    dialect.units_line = (struct text){strdup (",,,mg/dL"), 8};
    cr_expect_eq (s_second ("mrn,name,sex,value", ",,,mg/dL", false, &dialect), RULE_RECORD_UNITS);
    cr_expect_eq (s_second ("mrn,name,sex,value", ",,,mg/d", false, &dialect), RULE_NONE);
    dialect_clear (&dialect);
}

Test (non_record, where_every_line_is_a_record_none_is_passed)
{
    struct dialect dialect = {.format = NULL};
    cr_expect_eq (s_second ("mrn,name,sex,value", "Total,,,12", false, &dialect), RULE_RECORD_FOOTER);
    dialect.every_line = true;
    cr_expect_eq (s_second ("mrn,name,sex,value", "Total,,,12", false, &dialect), RULE_NONE);
    dialect_clear (&dialect);
}

Test (non_record, in_one_column_a_value_that_stands_alone_is_a_value)
{
    static const char TEXT_OF[] = "note\nTotal\nTotal: 5\n---\nnote\n";
    static const enum rule RULES[] = {RULE_NONE, RULE_NONE, RULE_RECORD_SEPARATOR, RULE_RECORD_HEADER};
    struct dialect dialect;
    struct row row;
    s_look (TEXT_OF, false, &dialect);
    rows_t *rows = csv_rows_new (&dialect);
    csv_rows_begin (rows, TEXT_OF + dialect.data_offset, sizeof TEXT_OF - 1 - (size_t) dialect.data_offset);
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
        cr_assert_eq (csv_rows_next (rows, &row), 1);
        cr_expect_eq (row.problem, RULES[i], "record %zu", i);
    }
    csv_rows_destroy (&rows);
    dialect_clear (&dialect);
}
