//  split_test.c: files of JSON in which a record is broken: what is read, what is set aside, and where a job
//  fails instead; each case in blocks of every size.
#include "worker/formats/detection.h"
#include "worker/formats/json/split.h"

#include "worker/formats/json/cut.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

//  Takes one block's records; each good one as "a=1,b=2", a bad one as "!rule <raw>", with its line in front.
static void s_take_block (rows_t *rows, const struct dialect *dialect, const char *bytes, size_t n,
                          uint64_t line, FILE *to)
{
    struct row row;
    char *exact = memcpy (malloc (n + 1), bytes, n);    //  a byte too far shows under ASan
    dialect->format->rows_begin (rows, exact, n);
    while (dialect->format->rows_next (rows, &row) == 1) {
        fprintf (to, "%llu:", (unsigned long long) (line + row.line));
        if (row.problem != RULE_NONE)
            fprintf (to, "!%s <%.*s>", RULE[row.problem].name, (int) row.raw.n, row.raw.at);
        const char *comma = "";
        for (size_t f = 0; row.problem == RULE_NONE && f < row.count; f++)
            if (row.fields[f].at) {
                fprintf (to, "%s%s=%.*s", comma, dialect->names[f], (int) row.fields[f].n, row.fields[f].at);
                comma = ",";
            }
        fputc ('|', to);
    }
    if (dialect->format->unknown)
        for (size_t i = 0; dialect->format->unknown (rows, i).at; i++)
            fprintf (to, "?%s|", dialect->format->unknown (rows, i).at);
    free (exact);
}

//  All records of a file cut at most `block` bytes at a time, or the sentence of why not.
static char *s_read (const char *text, size_t block)
{
    struct dialect dialect = {.format = NULL};
    struct error error = {.code = DMH_OK};
    char *out = NULL;
    size_t size = 0, n = strlen (text);
    FILE *to = open_memstream (&out, &size);
    int rc = dialect_find (text, n, true, "it", NULL, &dialect, &error);
    if (rc == DMH_OK)
        rc = dialect_choose (&dialect, NULL, "it", &error);
    rows_t *rows = rc == DMH_OK ? dialect.format->rows_new (&dialect) : NULL;
    uint64_t line = rows ? dialect.data_line : 0;
    for (size_t at = rows ? (size_t) dialect.data_offset : n, have = 0; at < n;) {
        size_t cut = SIZE_MAX;
        uint64_t lines = 0;
        have = at + have + block < n ? have + block : n - at;
        char *exact = memcpy (malloc (have + 1), text + at, have);
        rc = dialect.format->cut (&dialect, exact, have, at + have == n, line, "it", &cut, &lines, &error);
        free (exact);
        if (rc != DMH_OK && cut != SIZE_MAX)
            format_say_byte (&error, at + cut);
        if (rc != DMH_OK)
            break;
        cr_assert_leq (cut, have);
        s_take_block (rows, &dialect, text + at, cut, line, to);
        at += cut;
        line += lines;
        have = cut ? 0 : have;
        if (cut == 0 && at + have == n)
            break;
    }
    if (rc != DMH_OK) {
        rewind (to);
        fprintf (to, "%s", error.text);
    }
    fclose (to);
    if (rc != DMH_OK)
        out[strlen (error.text)] = 0;
    if (rows)
        dialect.format->rows_destroy (&rows);
    if (dialect.format)
        dialect_clear (&dialect);
    return out;
}

struct broken {
    const char *text, *want;
};

static void s_expect (const struct broken *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t n = strlen (cases[i].text);
        bool good = true;
        for (size_t block = n + 1; good && block > 0; block--) {
            char *got = s_read (cases[i].text, block);
            cr_expect_str_eq (got, cases[i].want, "case %zu in blocks of %zu:\n%s\n-> %s\nnot %s", i, block,
                              cases[i].text, got, cases[i].want);
            good = strcmp (got, cases[i].want) == 0;
            free (got);
        }
    }
}
#define EXPECT(CASES) s_expect (CASES, sizeof CASES / sizeof *CASES)

#define SYNTAX "!record.syntax "
#define LOST(LINE, BYTE)                                                                                     \
    "it: a bracket, quote or comma is wrong in what begins on line " LINE                                    \
    ", and where the next record begins cannot be told; from byte " BYTE " on nothing was read"

Test (split, an_array_of_a_record_a_line_goes_on_behind_a_broken_one)
{
    static const struct broken CASES[] = {
        //  A bracket that is not closed, of either sort, also where that swallows others.
        {"[\n{\"a\":1},\n{\"a\":[2},\n{\"a\":3}\n]\n", "2:a=1|3:" SYNTAX "<{\"a\":[2}>|4:a=3|"},
        {"[\n{\"a\":1},\n{\"a\":{\"b\":2},\n{\"a\":3}\n]\n", "2:a=1|3:" SYNTAX "<{\"a\":{\"b\":2}>|4:a=3|"},
        {"[\n{\"a\":1},\n{\"a\":2,\n{\"a\":3}\n]\n", "2:a=1|3:" SYNTAX "<{\"a\":2>|4:a=3|"},
        {"[\n{\"a\":1},\n{\"a\":[2,\n{\"a\":3},\n{\"a\":4}\n]\n",
         "2:a=1|3:" SYNTAX "<{\"a\":[2>|4:a=3|5:a=4|"},
        {"[\n{\"a\":1},\n{\"a\":[{\"b\":2},\n{\"a\":3},\n{\"a\":4}\n]\n",
         "2:a=1|3:" SYNTAX "<{\"a\":[{\"b\":2}>|4:a=3|5:a=4|"},
        //  One bracket too many.
        {"[\n{\"a\":1}},\n{\"a\":3}\n]\n", "2:a=1|2:" SYNTAX "<}>|3:a=3|"},
        {"[\n{\"a\":1},\n{\"a\":[2]]},\n{\"a\":3}\n]\n", "2:a=1|3:" SYNTAX "<{\"a\":[2]]}>|4:a=3|"},
        //  A missing quote, in a value and in a key; the text may hold what brackets look like.
        {"[\n{\"a\":1},\n{\"a\":\"x},\n{\"a\":3}\n]\n", "2:a=1|3:" SYNTAX "<{\"a\":\"x}>|4:a=3|"},
        {"[\n{\"a\":1},\n{\"a:\"x\"},\n{\"a\":3}\n]\n", "2:a=1|3:" SYNTAX "<{\"a:\"x\"}>|4:a=3|"},
        {"[\n{\"a\":1},\n{\"a\":\"x\",\"b\":\"},{\"c},\n{\"a\":3}\n]\n",
         "2:a=1|3:" SYNTAX "<{\"a\":\"x\",\"b\":\"},{\"c}>|4:a=3|"},
        //  The last one.
        {"[\n{\"a\":1},\n{\"a\":2\n]\n", "2:a=1|3:" SYNTAX "<{\"a\":2\n]>|"},
        {"[\n{\"a\":1},\n{\"a\":[2}\n]\n", "2:a=1|3:" SYNTAX "<{\"a\":[2}\n]>|"},
        //  No record, and no JSON.
        {"[\n{\"a\":1},\n7,\nnull,\n\"x\",\nwhat,\n{\"a\":3}\n]\n",
         "2:a=1|3:" SYNTAX "<7>|4:" SYNTAX "<null>|5:" SYNTAX "<\"x\">|6:" SYNTAX "<what>|7:a=3|"},
        {"[\n{\"a\":1},\n\"b\":{\"c\":2}},\n{\"a\":3}\n]\n", "2:a=1|3:" SYNTAX "<\"b\":{\"c\":2}}>|4:a=3|"},
    };
    EXPECT (CASES);
}

//  What it begins with is what most of the others begin with.
Test (split, a_first_record_that_is_broken_costs_no_other)
{
    static const struct broken CASES[] = {
        {"[\n{\"a\":[1},\n{\"a\":2},\n{\"a\":3},\n{\"a\":4}\n]\n",
         "2:" SYNTAX "<{\"a\":[1}>|3:a=2|4:a=3|5:a=4|"},
        {"[{\"a\":[1},{\"a\":2},{\"a\":3},{\"a\":4}]", "1:" SYNTAX "<{\"a\":[1}>|1:a=2|1:a=3|1:a=4|"},
        {"[{\"a\":1},{\"a\":[2},{\"a\":3},{\"a\":4},{\"a\":5}]",
         "1:a=1|1:" SYNTAX "<{\"a\":[2}>|1:a=3|1:a=4|1:a=5|"},
        {"[ {a+.5]     ", LOST ("1", "2")},
    };
    EXPECT (CASES);
}

Test (split, a_record_that_is_json_is_one_whatever_its_lines_begin_with)
{
    static const struct broken CASES[] = {
        //  Not indented at all: what begins a record begins an element of its array too.
        {"[\n{\"a\":1},\n{\"a\":[\n{\"b\":2},\n{\"b\":3}\n]},\n{\"a\":4}\n]\n",
         "2:a=1|3:a.0.b=2,a.1.b=3|7:a=4|"},
        {"{\"a\":1}\n{\"a\":2}\n{\n\"a\":[\n{\n\"b\":3\n}\n]\n}\n{\"a\":4}\n",
         "1:a=1|2:a=2|3:a.0.b=3|10:a=4|"},
        {"[{\"a\":1},{\"a\":2},{\"b\":[{\"a\":3}]},{\"a\":4}]", "1:a=1|1:a=2|1:b.0.a=3|1:a=4|"},
    };
    EXPECT (CASES);
}

Test (split, a_pretty_array_goes_on_where_a_line_is_indented_as_records_are)
{
    static const struct broken CASES[] = {
        {"[\n  {\n    \"a\": 1,\n    \"t\": [\n      {\n        \"b\": 2\n      }\n    ]\n  },\n"
         "  {\n    \"a\": 2,\n    \"t\": [\n      {\n        \"b\": 2\n      },\n      {\n        \"b\": 4\n "
         "     }\n  },\n"
         "  {\n    \"a\": 3\n  }\n]\n",
         "2:a=1,t.0.b=2|10:" SYNTAX "<{\n    \"a\": 2,\n    \"t\": [\n      {\n        \"b\": 2\n      },\n  "
         "    {\n        \"b\": 4\n      }\n  }>"
         "|20:a=3|"},
        {"[\n  {\n    \"a\": 1\n  },\n  {\n    \"a\": \"x,\n    \"b\": \"y\"\n  },\n  {\n    \"a\": 3\n  "
         "}\n]\n",
         "2:a=1|5:" SYNTAX "<{\n    \"a\": \"x,\n    \"b\": \"y\"\n  }>|9:a=3|"},
        //  Objects one after another.
        {"{\n  \"a\": 1\n}\n{\n  \"a\": {\n    \"b\": 2\n}\n{\n  \"a\": 3\n}\n{\"a\":4}\n",
         "1:a=1|4:" SYNTAX "<{\n  \"a\": {\n    \"b\": 2\n}>|8:a=3|11:a=4|"},
        //  In an object: by the same rule, as long as its array goes on for sure.
        {"{\"n\": [1],\n \"list\": [\n  "
         "{\"a\":1,\"x\":\"................................................\"},\n"
         "  {\"a\":[2},\n  {\"a\":3}\n ]\n}\n",
         "3:a=1,x=................................................|4:" SYNTAX "<{\"a\":[2}>|5:a=3|"},
    };
    EXPECT (CASES);
}

Test (split, an_array_in_one_line_goes_on_at_the_first_key_that_all_records_begin_with)
{
    static const struct broken CASES[] = {
        {"[{\"a\":1},{\"a\":2},{\"a\":[3},{\"a\":4}]", "1:a=1|1:a=2|1:" SYNTAX "<{\"a\":[3}>|1:a=4|"},
        {"[{\"a\":1},{\"a\":2},{\"a\":[3,{\"a\":4},{\"a\":5}]",
         "1:a=1|1:a=2|1:" SYNTAX "<{\"a\":[3>|1:a=4|1:a=5|"},
        {"[{\"a\":1},{\"a\":2},{\"a\":\"3},{\"a\":4}]", "1:a=1|1:a=2|1:" SYNTAX "<{\"a\":\"3}>|1:a=4|"},
        {"[{\"a\":1},{\"a\":2}},{\"a\":4}]", "1:a=1|1:a=2|1:" SYNTAX "<}>|1:a=4|"},
        {"[{\"a\":1},{\"a\":2},{\"b\":3},{\"a\":4}]", "1:a=1|1:a=2|1:b=3|1:a=4|"},
    };
    EXPECT (CASES);
}

Test (split, a_job_fails_and_names_the_byte_where_nothing_tells_how_it_goes_on)
{
    static const struct broken CASES[] = {
        {"[{\"a\":1},{\"b\":[2},{\"a\":3}]", LOST ("1", "9")},
        {"[{\"a\":1},{\"b\":2}},{\"a\":3}]", LOST ("1", "16")},
        {"[{\"a\":1},{\"b\":[2,{\"a\":3}]", "it ends inside a record that begins on line 1; the file seems "
                                            "to be cut off; from byte 9 on nothing "
                                            "was read"},
        {"[\n{\"a\":1},\n{\"a\":2},\n{\"a\":", "it ends inside a record that begins on line 4; the file "
                                               "seems to be cut off; from byte 20 on nothing "
                                               "was read"},
        {"[\n{\"a\":1},\n{\"a\":2}\n", "it begins with [ and does not end with ]; the file seems to be cut "
                                       "off; from byte 18 on nothing was "
                                       "read"},
        {"[\n{\"a\":1}\n]\ngarbage\n", "it begins with [ and does not end with ]; the file seems to be cut "
                                       "off; from byte 19 on nothing was "
                                       "read"},
        //  A bracket too many ends the array of an object.
        {"{\"list\":[{\"a\":1}],{\"a\":2}]}\n", LOST ("1", "0")},
        {"{\"list\":[{\"a\":1}],\"n\":2}\n{\"a\":3}\n", "1:list.0.a=1,n=2|2:a=3|"},
    };
    EXPECT (CASES);
}

Test (split, what_is_behind_the_records_of_an_object_is_the_rest_of_it)
{
    static const struct {
        const char *text, *want;    //  NULL: it is
        size_t lost;
    } CASES[] = {
        {"{\"a\":1}], \"n\": 2, \"l\": [1, [{}]]}\n", NULL, 0},
        {"{\"a\":1}]}\n{\"a\":2}\n", "something follows the object on line 2", 10},
        {"{\"a\":1}],{\"a\":2}]}\n", "is not the rest of its object", 9},
        {"{\"a\":1}]]}\n", "is not the rest of its object", 8},
        {"{\"a\":1}],\"more\":[ {\"a\":2}]}\n", "a second array of records", 9},
        {"{\"a\":1}],\"more\":", "ends inside its object", SIZE_MAX},
        {"{\"a\":1}", "ends inside its array", 7},
    };
    const struct dialect dialect = {.array = true, .wrapped = true};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error error = {.code = DMH_OK};
        size_t cut = SIZE_MAX, n = strlen (CASES[i].text);
        uint64_t lines = 0;
        int rc = json_cut (&dialect, CASES[i].text, n, true, 1, "it", &cut, &lines, &error);
        cr_expect_eq (rc, CASES[i].want ? DMH_BAD_INPUT : DMH_OK, "%zu: %s", i, error.text);
        cr_expect (!CASES[i].want || strstr (error.text, CASES[i].want), "%zu: %s", i, error.text);
        cr_expect_eq (cut, CASES[i].want ? CASES[i].lost : n, "%zu: %zu", i, cut);
        for (size_t have = 0; have < n; have++) {
            cut = SIZE_MAX;
            cr_expect_eq (json_cut (&dialect, CASES[i].text, have, false, 1, "it", &cut, &lines, &error),
                          DMH_OK);
            cr_expect (cut == 0 || cut == 7);
        }
    }
}

Test (split, one_record_a_line_goes_on_at_the_next_line_that_begins_with_one)
{
    static const struct broken CASES[] = {
        {"{\"a\":1}\n{\"a\":[2\n{\"a\":3}\n", "1:a=1|2:" SYNTAX "<{\"a\":[2>|3:a=3|"},
        {"{\"a\":1}\n{\"a\":[2,\n{\"a\":3}\n{\"a\":4}\n", "1:a=1|2:" SYNTAX "<{\"a\":[2,>|3:a=3|4:a=4|"},
        {"{\"a\":1}\n{\"a\":2\n\n  {\"a\":3}\n{\"a\":4",
         "1:a=1|2:" SYNTAX "<{\"a\":2>|4:a=3|5:" SYNTAX "<{\"a\":4>|"},
        {"{\"a\":1}\n{\"a\":\"x}\n{\"a\":\"y\"}\n", "1:a=1|2:" SYNTAX "<{\"a\":\"x}>|3:a=y|"},
        {"{\"a\":1}\n{\"a\":2}}\n{\"a\":3}]\n{\"a\":4}\n",
         "1:a=1|2:" SYNTAX "<{\"a\":2}}>|3:" SYNTAX "<{\"a\":3}]>|4:a=4|"},
        {"{\"a\":1}\nwhat\n[2]\n{\"a\":3}\n", "1:a=1|2:" SYNTAX "<what>|3:" SYNTAX "<[2]>|4:a=3|"},
        {"{\"a\":1}\r\n{\"a\":2\r\n{\"a\":3}\r\n", "1:a=1|2:" SYNTAX "<{\"a\":2>|3:a=3|"},
        //  The first one is broken.
        {"{\"a\":1\n{\"a\":2}\n{\"a\":3}\n", "1:" SYNTAX "<{\"a\":1>|2:a=2|3:a=3|"},
        //  Over several lines, good and bad.
        {"{\"a\":1}\n{\n  \"a\": 2,\n  \"b\": 3\n}\n{\"a\":4}\n", "1:a=1|2:a=2,b=3|6:a=4|"},
        {"{\"a\":1}\n{\n  \"a\": 2,\n  \"b\": tru\n}\n{\"a\":4}\n",
         "1:a=1|2:" SYNTAX "<{\n  \"a\": 2,\n  \"b\": tru\n}>|6:a=4|"},
        {"{\"a\":1}\n{\n  \"t\": [\n    {\"b\": 2},\n    {\"b\": 3}\n}\n{\"a\":4}\n",
         "1:a=1|2:" SYNTAX "<{\n  \"t\": [\n    {\"b\": 2},\n    {\"b\": 3}\n}>|7:a=4|"},
        {"{\"a\":1}\n{\"a\":2} {\"a\":3}\n{\"a\":4}{\"a\":5,\n\"b\":6}\n",
         "1:a=1|2:a=2|2:a=3|3:a=4|3:a=5,b=6|"},
    };
    EXPECT (CASES);
}

Test (split, a_key_that_stands_twice_rejects_the_record_at_every_depth)
{
#define TWICE(RECORD) "{\"a\":1}\n" RECORD "\n{\"a\":3}\n", "1:a=1|2:!record.key_twice <" RECORD ">|3:a=3|"
    static const struct broken CASES[] = {
        {TWICE ("{\"a\":1,\"a\":2}")},
        {TWICE ("{\"a\":1,\"a\":null}")},
        {TWICE ("{\"a\":null,\"b\":1,\"a\":1}")},
        {TWICE ("{\"b\":{\"c\":1,\"c\":2}}")},
        {TWICE ("{\"b\":[1,{\"c\":1,\"d\":0,\"c\":2}]}")},
        {TWICE ("{\"b\":{\"c\":1},\"b\":{\"d\":2}}")},
        {TWICE ("{\"b\":[],\"b\":[]}")},
        {TWICE ("{\"b\":{},\"b\":1}")},
        {TWICE ("{\"b\":1,\"b\":{}}")},
        {TWICE ("{\"a\":1,\"a\":{}}")},
        {TWICE ("{\"a\":[],\"a\":1}")},
        {TWICE ("{\"\\u0061\":1,\"a\":2}")},
        //  Two paths to one column.
        {TWICE ("{\"x.y\":1,\"x\":{\"y\":2}}")},
        {TWICE ("{\"x\":{\"y\":2},\"x.y\":1}")},
        {TWICE ("{\"x\":[2],\"x.0\":1}")},
        {"{\"x\":{\"y\":1},\"z\":{\"y\":2}}\n{\"t\":[{\"k\":1},{\"k\":2}]}\n",
         "1:x.y=1,z.y=2|2:t.0.k=1,t.1.k=2|"},
    };
    EXPECT (CASES);
}

#define PATIENT(ID) "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"" ID "\"}}"

Test (split, nothing_of_a_bundle_is_left_out_in_silence)
{
    static const struct broken CASES[] = {
        {"{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT ("1") "],\"entry\":[" PATIENT ("2") "]}",
         "it: its Bundle holds a second array of records, on line 1; give one array a file; from byte 84 on "
         "nothing was read"},
        {"{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT ("1") "]\n,{},\"total\":1}",
         "it: what comes behind the records, on line 2, is not the rest of its Bundle; from byte 85 on "
         "nothing "
         "was read"},
        {"{\"resourceType\":\"Bundle\",\"entry\":[\n" PATIENT (
             "1") ",\n{\"resource\":{\"resourceType\":\"Patient\","
                  "\"id\":\"2\"},\n" PATIENT ("3") "\n]}\n",
         "2:patient_id=1|3:" SYNTAX
         "<{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"2\"}>|4:patient_id=3|"},
        {"{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT ("1") "," PATIENT (
             "2") "],\"entry\":[]}\n" PATIENT ("3") "\n",
         "1:!record.key_twice <{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT ("1") "," PATIENT (
             "2") "],\"entry\":[]}>|2:patient_id=3|"},
        {"{\"resourceType\":\"Bundle\",\"entry\":[" PATIENT (
             "1") ",{\"resource\":{\"resourceType\":\"Patient\","
                  "\"id\":\"2\",\"id\":\"3\"}}]}",
         "1:patient_id=1|1:!record.key_twice "
         "<{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"2\",\"id\":\"3\"}}>|"},
        {"{\"resourceType\":\"Patient\",\"id\":\"1\"}\n{\"resourceType\":\"Group\",\"id\":[\n"
         "{\"resourceType\":\"Patient\",\"id\":\"3\"}\n",
         "1:patient_id=1|2:" SYNTAX "<{\"resourceType\":\"Group\",\"id\":[>|3:patient_id=3|"},
        {"{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"A\",\"use\":\"x\",\"family\":\"B\"}]}\n"
         "{\"resourceType\":\"Patient\",\"id\":\"3\"}\n",
         "1:!record.key_twice "
         "<{\"resourceType\":\"Patient\",\"name\":[{\"family\":\"A\",\"use\":\"x\",\"family\":"
         "\"B\"}]}>|2:patient_id=3|"},
    };
    EXPECT (CASES);
}
