//  generated_table.c: see generated_table.h. Values are spelled as hospitals spell them, wrong ones among
//  them.
#define _GNU_SOURCE
#include "test/support/inputs/generated_table.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUES_MOST = 48 };

//  One column: values that it may have; NULL ends them.
struct source {
    const char *name;
    bool extra;
    const char *values[VALUES_MOST];
};

static const struct source PATIENT[] = {
    {"MRN", false, {"#"}},
    {"First Name",
     false,
     {"Ann", " Bob ", "Zo\xc3\xab", "Jos\x65\xcc\x81", "", "a  b", "=1+1", "Ann\xe2\x80\x8b", "=\"Ann\"",
      "\xc2\xa0"
      "Ann"}},
    {"Surname", false, {"Lee", "O'Neil", "van  der Berg", "NA", "Smith, Jr"}},
    {"DOB",
     false,
     {"03/25/1980", "1990-01-02", "2/3/99", "1980-02-30", "1850-01-01", "2190-01-01", "?", "4 March 2001",
      "2021-W07-3", "2021-094", "March 2001", "3. M\xc3\xa4rz 1970", "12 janvier 1980", "1900-01-00",
      "13/05/1970", "Mon, 03/04/1980"}},
    {"Date of Death", false, {"", "", "", "2020-12-25", "1970-01-01", "25.12.2020"}},
    {"Sex", false, {"F", "m", "female", "U", "zz", "9", ""}},
    {"Race",
     false,
     {"White", "2106-3", "black", "martian", "", "BLACK/AFRICAN AMERICAN", "HISPANIC/LATINO - PUERTO RICAN",
      "UNABLE TO OBTAIN"}},
    {"SSN", false, {"123-45-6789", "123456789", "999-12-3456", "000-11-2222", ""}},
    {"Phone",
     false,
     {"(555) 123-4567", "+1 555 123 4567", "12", "", "13812345678", "555-123-4567 x12", "+49 30 123456"}},
    {"State", false, {"Utah", "UT", "ut", "Bavaria", "", "nsw", "WA", "vic"}},
    {"Zip", false, {"84401", "84401-1234", "844011234", "x", "08401"}},
    {"Ward Note", true, {"a", "B \"quoted\"", "c,d", "", "\xe2\x82\xac 5"}},
};

static const struct source LAB[] = {
    {"Result ID", false, {"#"}},
    {"Patient ID", false, {"P1", "P2", " P3 ", "", "007"}},
    {"Test Code",
     false,
     {"2345-7", "2160-0", "2823-3", "2345-8", "GLU", "4548-4", "718-7", "2951-2", "LN 2951-2",
      "2951-2^Sodium^LN", "7/1/2345"}},
    {"Test Name", false, {"Glucose", "Crea  tinine", "HbA1c", ""}},
    {"Result Value",
     false,
     {"5.5",
      "101",
      "<0.1",
      ">= 100",
      "NEG",
      "1,204.5",
      "1:40",
      "007.50",
      "1e3",
      "+",
      "-5",
      "NA",
      "99999",
      "4.20",
      "12,4",
      "2,375",
      "312.000",
      "1'204.5",
      "1 204",
      "LESS THAN 5",
      "1,5 x 10^3",
      "\xe2\x89\xa4"
      "7",
      "2.1..",
      "\xef\xbc\x95"}},
    {"Units",
     false,
     {"mmol/L", "mg/dL", "MG/DL", "umol/l", "%", "mmol/mol", "furlong", "g/L", "K/uL", "", "G/l", "units",
      "mval/l", "mL/min/1,73m\xc2\xb2", "EU/dL"}},
    {"Ref Low",
     false,
     {"3.9", "70", "12,5", "", "x", "9", "2.1..4.9", "2,1 bis 4,9", ">7.2", "M: 13-17 F: 12-16"}},
    {"Ref High",
     false,
     {"6.1", "110", "", "5",
      "\xe2\x89\xa4"
      "7",
      "-7.2", "7.."}},
    {"Flag", false, {"H", "L", "high", "N", "", "??"}},
    {"Collected Date",
     false,
     {"03/28/2021 10:15", "2021-03-04T24:00:00", "20210304101530.123+0100", "3/4/2021 1:05 PM", "2021-02-30",
      "", "2190-01-01T00:00:00Z", "2021"}},
    {"Result Date", false, {"2021-03-04T10:15:30Z", "2021-03-03", "", "nonsense"}},
    {"Status", false, {"F", "final", "P", "corrected", "lost", ""}},
};

static const struct source IMAGING[] = {
    {"Study Instance UID", false, {"1.2.840.113619.2.55.#", "1.2.3.#", "1.02.3", "urn-#", "#"}},
    {"Patient ID", false, {"P1", "P2", "P 3", "", "n/a"}},
    {"Accession Number", false, {"A#", "", "0012"}},
    {"Study Date", false, {"20210304", "03/28/2021", "28/03/2021", "2021-03-04 10:15", "", "99999999"}},
    {"Modality", false, {"CT", "CT Scan", "x-ray", "MRI", "ultrasound", "zz", ""}},
    {"Body Site", false, {"Chest", "  left  knee ", "", "NULL"}},
    {"Series Instance UID", false, {"1.2.3.4.#", "", "1..2"}},
    {"SOP Instance UID", false, {"", "1.2.9.#"}},
    {"Study Description", false, {"CT, chest", "knee \"left\"", "", "caf\xc3\xa9"}},
    {"Manufacturer", false, {"ACME", " ACME ", ""}},
    {"Room No", true, {"1", "two", "", " 3 "}},
    {"Comment", true, {"plain", "a;b", "x|y", "", "tab\there"}},
};

static const struct {
    const char *kind;
    const struct source *columns;
} KINDS[] = {{"patient", PATIENT}, {"lab_result", LAB}, {"imaging_study", IMAGING}};

static uint64_t s_state;

size_t table_random (size_t below)
{
    s_state = s_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t) (s_state >> 33) % below;
}

//  One of the column's values, # as a small number.
static void s_cell (const struct source *column, char out[TABLE_CELL])
{
    size_t count = 0;
    while (count < VALUES_MOST && column->values[count])
        count++;
    const char *value = column->values[table_random (count)], *mark = strchr (value, '#');
    if (mark)
        snprintf (out, TABLE_CELL, "%.*s%zu%s", (int) (mark - value), value, table_random (60), mark + 1);
    else
        snprintf (out, TABLE_CELL, "%s", value);
}

struct table *table_generate (size_t kind, unsigned seed)
{
    struct table *self = calloc (1, sizeof *self);
    cr_assert_not_null (self);
    s_state = seed * 3 + kind + 1;
    for (size_t c = 0; c < TABLE_COLUMNS; c++)
        self->columns[c] = (struct table_column){KINDS[kind].columns[c].name, KINDS[kind].columns[c].extra};
    self->kind = KINDS[kind].kind;
    self->number = kind;
    self->seed = seed;
    self->rows = 20 + table_random (TABLE_ROWS_MOST - 20);
    for (size_t r = 0; r < self->rows; r++) {
        self->cells[r] = table_random (40) ? TABLE_COLUMNS : TABLE_COLUMNS - 3;
        bool again = r && !table_random (10);
        for (size_t c = 0; c < TABLE_COLUMNS; c++)
            if (again && table_random (12))    //  else nearly again
                memcpy (self->at[r][c], self->at[r - 1][c], TABLE_CELL);
            else
                s_cell (&KINDS[kind].columns[c], self->at[r][c]);
    }
    return self;
}

void table_mend (struct table *self, size_t row)
{
    for (size_t c = self->cells[row]; c < TABLE_COLUMNS; c++)
        s_cell (&KINDS[self->number].columns[c], self->at[row][c]);
    self->cells[row] = TABLE_COLUMNS;
}

static char *s_put (char *to, const char *value)
{
    bool quoted = strpbrk (value, ",\"") != NULL;
    if (quoted)
        *to++ = '"';
    for (; *value; value++) {
        if (*value == '"')
            *to++ = '"';
        *to++ = *value;
    }
    if (quoted)
        *to++ = '"';
    return to;
}

void table_write_csv (const struct workplace *place, const char *file, const struct table *table,
                      struct table_style style)
{
    char *text = malloc ((table->rows + 1) * TABLE_COLUMNS * (2 * TABLE_CELL + 4)), *to = text, name[32];
    cr_assert_not_null (text);
    for (size_t r = 0; r <= table->rows; r++) {
        size_t cells = r ? table->cells[r - 1] : TABLE_COLUMNS;
        for (size_t i = 0; i < cells; i++) {
            size_t c = style.order && cells == TABLE_COLUMNS ? style.order[i] : i;
            snprintf (name, sizeof name, "c%zu", c);
            if (i)
                *to++ = ',';
            to = s_put (to, r                                           ? table->at[r - 1][c]
                            : style.renamed && !table->columns[c].extra ? name
                                                                        : table->columns[c].name);
        }
        to = stpcpy (to, style.end);
    }
    workplace_write (place, file, text, (size_t) (to - text));
    free (text);
}
static char *s_put_json (char *to, const char *value)
{
    *to++ = '"';
    for (; *value; value++)
        if (*value == '"' || *value == '\\' || *value == '\t')
            to += sprintf (to, "\\%c", *value == '\t' ? 't' : *value);
        else
            *to++ = *value;
    *to++ = '"';
    *to = 0;
    return to;
}

//  A line each, or one array.
void table_write_json (const struct workplace *place, const char *name, const struct table *table, bool array)
{
    char *text = malloc (table->rows * TABLE_COLUMNS * (4 * TABLE_CELL + 8) + 8), *to = text;
    cr_assert_not_null (text);
    to = stpcpy (to, array ? "[" : "");
    for (size_t r = 0; r < table->rows; r++) {
        for (size_t c = 0; c < TABLE_COLUMNS; c++) {
            *to++ = c ? ',' : '{';
            to = s_put_json (to, table->columns[c].name);
            *to++ = ':';
            to = s_put_json (to, table->at[r][c]);
        }
        to = stpcpy (to, !array ? "}\n" : r + 1 < table->rows ? "},\n " : "}]\n");
    }
    workplace_write (place, name, text, (size_t) (to - text));
    free (text);
}
