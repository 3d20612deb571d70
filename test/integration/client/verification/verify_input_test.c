//  verify_input_test.c: dmh verify --input reads inputs of every shape again by other code, and finds in
//  results that are whole what does not hold their input.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/results/resealed_result.h"

#include <criterion/criterion.h>
#include <stdlib.h>

//  Inputs, and how many records stand in each.
struct shape {
    const char *name, *text;
    const char *options[3];
    unsigned records;
};

#define ANN "{\"patient_id\":\"1\",\"given_name\":\"Ann\",\"name\":{\"maiden\":[\"x\",null,true,1.50]}}"
#define ID(TYPE, ID) "{\"resourceType\":\"" TYPE "\",\"id\":\"" ID "\""
#define SUBJECT ",\"subject\":{\"reference\":\"Patient/p\"},\"code\":{\"text\":\"T\"}"
#define PANEL                                                                                                \
    ID ("Observation", "o1")                                                                                 \
    SUBJECT                                                                                                  \
    ",\"valueString\":\"x\",\"component\":[{\"code\":{\"text\":\"A\"},\"valueString\":\"1\"},{\"code\":"     \
    "{\"text\":\"B\"},\"valueString\":\"2\"}]}"
#define MEMBERS ID ("Observation", "o2") SUBJECT ",\"hasMember\":[{\"reference\":\"Observation/o1\"}]}"
#define STUDY                                                                                                \
    ID ("ImagingStudy", "s1")                                                                                \
    ",\"identifier\":[{\"value\":\"urn:oid:1.2.3\"}],\"subject\":{\"reference\":\"Patient/"                  \
    "p\"},\"modality\":[{\"code\":"                                                                          \
    "\"CT\"}],\"series\":[{\"uid\":\"1.2.3.1\",\"modality\":{\"code\":\"CT\"},\"instance\":[{\"uid\":\"1.2." \
    "3.1.1\"},{"                                                                                             \
    "\"uid\":\"1.2.3.1.2\"}]},{\"uid\":\"1.2.3.2\",\"modality\":{\"code\":\"CT\"}}]}"
#define BOB "{\"patient_id\":2,\"given_name\":\"B\\u00f6b \\\"x\\\"\",\"tags\":[]}"

//  A line of units, a marker of a missing value, rows without a result or a patient, a total.
#define WIDE                                                                                                 \
    "PatientID;Day;Glucose;Ward;Sodium\n;;mg/dL;;mmol/"                                                      \
    "L\n1;2020-01-02;90;\"A;1\";140\n2;2020-01-03;NA;B;141\n"                                                \
    ";2020-01-03;99;\"B \"\"x\"\"\";\n3;2020-01-04; n/a ;C;\n1;2020-01-02;90;\"A;1\";140\nTotal: 5;;;;\n"

static const struct shape SHAPES[] = {
    {"array.json", "[" ANN "," BOB "," ANN "]", {NULL}, 3},
    {"spaces.json", "\xef\xbb\xbf \r\n [\r\n\t" ANN "\r\n,\r" BOB "\n\n ]\n \n", {NULL}, 2},
    {"lines.json", ANN "\n\n" BOB "\r\n" ANN, {NULL}, 3},
    {"commas.json",
     "{\n\"patient_id\":\"1\"},\n{\"patient_id\":\"2\"},{\"patient_id\":\n\"3\"}",
     {"--kind", "patient"},
     3},
    {"brackets.json", "{\n\"patient_id\":\"1\"}[1]{\"patient_id\":\"2\"}", {"--kind", "patient"}, 3},
    {"one.json", ANN, {"--kind", "patient"}, 1},
    {"several.json", "{\n\"patient_id\": \"1\"\n}\n{\n\"patient_id\":\n\"2\"\n}\n", {"--kind", "patient"}, 2},
    {"wrapped.json", "{\"by\":[1],\"patients\":[" ANN ",\n" BOB "],\"end\":[]}", {NULL}, 2},
    {"columns.json",
     "{\"patient_id\":\"1\",\"gender\":\"f\",\"visits\":[{\"ward\":\"a\"},{\"ward\":\"b\"}]}",
     {"--kind", "patient"},
     1},
    {"broken.json", "[" ANN ",{\"patient_id\":\"2\" \"x\":1}," BOB "]", {NULL}, 3},
    {"twice.json", ANN "\n{\"patient_id\":\"3\",\"patient_id\":\"4\"}\n\"text\"\n[1]\n" BOB, {NULL}, 5},
    {"nul.json", ANN "\n{\"patient_id\":\"3\\u0000\"}\n" BOB, {NULL}, 3},
    {"people.ndjson",
     ID ("Patient", "a") "}\n" ID ("Encounter", "e") "}\n" ID ("Patient", "b") "}\n",
     {NULL},
     2},
    {"bundle.json",
     "{\"resourceType\":\"Bundle\",\"link\":[{\"relation\":\"self\"}],\"entry\":[{\"resource\":" ID (
         "Patient", "a") "}},\n"
                         "{\"fullUrl\":\"urn:uuid:x\",\"resource\":" ID (
                             "Encounter", "e") "}},{\"resource\":" ID ("Patient", "b") "}}]}",
     {NULL},
     2},
    {"bundles.ndjson",
     "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":" ID ("Patient", "a") "}},{\"resource\":" ID (
         "Patient", "b") "}}]}\n{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":" ID ("Patient",
                                                                                            "c") "}}]}\n",
     {NULL},
     3},
    {"panel.ndjson", PANEL "\n" MEMBERS "\n" PANEL "\n" ID ("Observation", "o3") SUBJECT "}\n", {NULL}, 7},
    {"hollow.ndjson",
     ID ("Observation", "o1") SUBJECT
     ",\"component\":[{},{\"code\":{\"text\":\"A\"},\"valueString\":\"1\"}]}\n" ID ("Observation", "o2")
         SUBJECT ",\"valueString\":\"x\",\"component\":[]}\n",
     {NULL},
     3},
    {"study.ndjson", STUDY "\n", {NULL}, 3},
    {"torn.ndjson",
     ID ("Patient", "a") "}\n{\"resourceType\":\"Patient\",\n" ID ("Patient", "b") ",\"id\":\"c\"}\n" ID (
         "Patient", "d") "}\n",
     {NULL},
     4},
    {"escaped.csv",
     "patient_id,family_name,note\n1,\"O\\\"Neil\",\"a \\\"b, c\\\" d\"\n\"2\\\\\",\"x\",\"\\\"\n\\\"\"\n"
     "3,\"\\\"\",\"y\"\n",
     {"--kind", "patient"},
     3},
    {"quoted.csv", "patient_id,note\r\n1,\"two\r\nlines\"\r\n2,\"\"\"x\"\"\"\r\n", {"--kind", "patient"}, 2},
    {"wide.csv", WIDE, {NULL}, 8},
    {"wide.json",
     "[{\"PatientID\":1,\"Glucose (mg/dL)\":90,\"Sodium (mmol/L)\":\" 140 \",\"tags\":[\"x\",{\"y\":\"a, "
     "b\"}]},"
     "{\"Glucose (mg/dL)\":99,\"Sodium (mmol/L)\":null,\"tags\":[\"\\\"q\\\"\"]},{\"PatientID\":3}]",
     {"--kind", "lab_result"},
     3},
};

Test (verify_input, follows_every_record_of_every_shape, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof SHAPES / sizeof *SHAPES; i++) {
        const struct shape *shape = &SHAPES[i];
        char folder[64], said[64];
        command_line_write (&place, shape->name, shape->text);
        command_line_expect (
            CALL (&place, "run", shape->name, "--quiet", "--replace", shape->options[0], shape->options[1]),
            0, NULL, NULL);
        snprintf (folder, sizeof folder, "%.*s", (int) strcspn (shape->name, "."), shape->name);
        snprintf (said, sizeof said,
                  shape->records == 1 ? "the 1 record of the input was found again"
                                      : "all %u records of the input were found again",
                  shape->records);
        command_line_expect (CALL (&place, "verify", folder, "--input", shape->name), 0, said, NULL);
    }
    workplace_remove (&place);
}

//  An input of more than what is read at once, a record of more than that among it.
static void s_write_long (const struct workplace *place, const char *name)
{
    char path[512];
    snprintf (path, sizeof path, "%s/%s", place->folder, name);
    FILE *file = fopen (path, "wb");
    cr_assert_not_null (file);
    for (int i = 0; i < 9000; i++)
        fprintf (file, "%s{\"patient_id\":\"P%d\",\"family_name\":\"%.*s\"}", i ? ",\n" : "[", i, i % 7,
                 "Abcdefg");
    fprintf (file, ",{\"patient_id\":\"long\",\"note\":\"");
    for (int i = 0; i < 700 * 1024; i++)
        fputc ('a' + i % 26, file);
    fprintf (file, "\"}]\n");
    cr_assert_eq (fclose (file), 0);
}

Test (verify_input, follows_records_longer_than_what_is_read_at_once, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_write_long (&place, "long.json");
    command_line_expect (CALL (&place, "run", "long.json", "--quiet", "--format", "ndjson"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "verify", "long", "--input", "long.json"), 0,
                         "all 9001 records of the input were found again", NULL);
    workplace_remove (&place);
}

//  Edits of a result of EDITED after which it is whole by itself.
static const char EDITED[] = ANN "\n" BOB "\n" ANN "\n{\"given_name\":\"nobody\"}\n";
static const struct edit {
    const char *file, *from, *to;
    bool chain;
    const char *said;
} EDITS[] = {
    {"records.csv", "\n2,", "\n1,", false, "does not stand in their record"},
    {"rejects.csv", "nobody", "somebody", false, "does not stand in rejects.csv with its text"},
    {"audit.ndjson", "\"repeats\":1", "\"repeats\":2", true, "repeat one with other values"},
};

static void s_make (const struct workplace *place)
{
    command_line_write (place, "a.json", EDITED);
    command_line_expect (CALL (place, "run", "a.json", "--quiet"), 0, NULL, NULL);
    command_line_expect (CALL (place, "verify", "a", "--input", "a.json"), 0,
                         "all 4 records of the input were found again: 2 written at their place, 1 set aside "
                         "with its text, 1 that repeats another",
                         NULL);
}

Test (verify_input, finds_records_of_json_that_are_whole_and_not_its_own, .timeout = 120)
{
    for (size_t i = 0; i < sizeof EDITS / sizeof *EDITS; i++) {
        struct workplace place;
        char folder[512];
        workplace_make (&place);
        s_make (&place);
        snprintf (folder, sizeof folder, "%s/a", place.folder);
        resealed_replace (folder, EDITS[i].file, EDITS[i].from, EDITS[i].to);
        if (EDITS[i].chain)
            resealed_chain (folder);
        resealed_hashes (folder);
        command_line_expect (CALL (&place, "verify", "a"), 0, "whole", NULL);
        command_line_expect (CALL (&place, "verify", "a", "--input", "a.json"), 1, "NOT WHOLE",
                             EDITS[i].said);
        workplace_remove (&place);
    }
}

Test (verify_input, finds_a_record_that_is_another_resource_s, .timeout = 120)
{
    struct workplace place;
    char folder[512];
    workplace_make (&place);
    command_line_write (&place, "a.json", ID ("Patient", "a") "}\n" ID ("Patient", "b") "}\n");
    command_line_expect (CALL (&place, "run", "a.json", "--quiet"), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/a", place.folder);
    resealed_replace (folder, "records.csv", "\nb,", "\na,");
    resealed_hashes (folder);
    command_line_expect (CALL (&place, "verify", "a"), 0, "whole", NULL);
    command_line_expect (CALL (&place, "verify", "a", "--input", "a.json"), 1, "NOT WHOLE",
                         "does not stand in their record");
    workplace_remove (&place);
}

Test (verify_input, finds_that_a_record_of_json_is_missing, .timeout = 120)
{
    struct workplace place;
    char folder[512];
    workplace_make (&place);
    command_line_write (&place, "a.json", "[" ANN "," BOB "]");
    command_line_expect (CALL (&place, "run", "a.json", "--quiet"), 0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/a", place.folder);
    resealed_drop_line (folder, "records.csv", "2,");
    resealed_replace (folder, "report.json", "\"records\": 2", "\"records\": 1");
    resealed_replace (folder, "report.json", "\"read\": 2", "\"read\": 1");
    resealed_replace (folder, "report.json", "\"written\": 2", "\"written\": 1");
    resealed_replace (folder, "audit.ndjson", "\"read\":2,\"written\":2", "\"read\":1,\"written\":1");
    resealed_chain (folder);
    resealed_hashes (folder);
    command_line_expect (CALL (&place, "verify", "a"), 0, "whole", NULL);
    command_line_expect (CALL (&place, "verify", "a", "--input", "a.json"), 1, "NOT WHOLE",
                         "record 2 of the input is neither written nor set aside nor repeats another");
    workplace_remove (&place);
}

//  Results that are whole by themselves after an edit, and not what became of their input.
static const struct forgery {
    const char *name, *text, *options[2];
    const char *file, *from, *to;
    const char *said;
} FORGERIES[] = {
    //  A record replaced by a copy of another of the same patient and test: what positions that had lost
    //  their upper bits once did to 1,088 of them.
    {"copies.csv",
     "Result ID,Patient ID,Test Code,Result,Units\n1,P1,2345-7,90,mg/dL\n2,P1,2345-7,110,mg/dL\n",
     {NULL},
     "records.csv",
     "2,P1,,,,2345-7,http://loinc.org,,,110,",
     "1,P1,,,,2345-7,http://loinc.org,,,90,",
     "have a result_id that does not stand in their record"},
    {"value.csv",
     "Result ID,Patient ID,Test Code,Result,Units\n1,P1,2345-7,90,mg/dL\n2,P1,2345-7,110,mg/dL\n",
     {NULL},
     "records.csv",
     ",,110,",
     ",,111,",
     "have a value_number that does not stand"},
    //  Each value was changed, and a full audit tells of each.
    {"full.csv",
     "Patient ID,DOB,Date of Death\n1,02/13/1980,\n2,02/14/1981,02/15/1982\n",
     {"--audit", "full"},
     "records.csv",
     "1982-02-15",
     "1981-02-14",
     "have a death_date that does not stand in their record of the input, and report.json and audit tell of "
     "0"},
    //  The audit says of a value that nobody wrote what was made of it.
    {"full.csv",
     "Patient ID,DOB\n1,02/13/1980\n2,02/14/1981\n",
     {"--audit", "full"},
     "audit.ndjson",
     "\"raw\":\"02/14/1981\"",
     "\"raw\":\"02/15/1981\"",
     "audit.ndjson tells of 1 values of birth_date that do not stand in their record of the input"},
    //  Only what stands can be repeated.
    {"thrice.csv",
     "Patient ID,DOB\n1,1980-02-13\n1,1980-02-13\n1,1980-02-13\n",
     {NULL},
     "audit.ndjson",
     "\"record\":3,\"line\":4,\"rule\":\"record.duplicate\",\"repeats\":1",
     "\"record\":3,\"line\":4,\"rule\":\"record.duplicate\",\"repeats\":2",
     "is said to repeat one that is not kept"},
    {"own.csv",
     "Patient ID,Given Name,Ward\n1,Ann,A1\n2,Bob,B2\n",
     {NULL},
     "records.csv",
     ",B2",
     ",Bob",
     "have a ward that does not stand"},
    {"wide.csv", WIDE, {NULL}, "records.csv", ",,90,", ",,140,", "have a value_number that does not stand"},
    {"wide.csv",
     WIDE,
     {NULL},
     "records.csv",
     ",1,,,,Sodium,,Sodium",
     ",1,,,,Glucose,,Glucose",
     "test_code that does"},
    {"wide.csv",
     WIDE,
     {NULL},
     "rejects.csv",
     "mg/dL;99",
     "mg/dL;98",
     "does not stand in rejects.csv with its text"},
    {"wide.csv",
     WIDE,
     {NULL},
     "rejects.csv",
     "Total: 5",
     "Total: 6",
     "the input holds 7 records and report.json counts 8"},
    {"wide.csv", WIDE, {NULL}, "report.json", "\"na\",", "", "stands on another line than rejects.csv says"},
    {"wide.csv",
     WIDE,
     {NULL},
     "report.json",
     "\"column\": 3",
     "\"column\": 4",
     "stands on another line than rejects.csv says"},
    {"wide.csv",
     WIDE,
     {NULL},
     "report.json",
     "\"rows without a result\": 1",
     "\"rows without a result\": 2",
     "rows without a result"},
    {"wide.csv",
     WIDE,
     {"--format", "fhir"},
     "records.ndjson",
     "\"value\":\"2\"",
     "\"value\":\"1\"",
     "have a patient_id that does not stand"},
    {"a.json",
     ANN "\n" BOB "\n",
     {"--format", "fhir"},
     "records.ndjson",
     "\"value\":\"2\"",
     "\"value\":\"1\"",
     "have a patient_id that"},
    {"wide.json",
     "[{\"PatientID\":1,\"Glucose (mg/dL)\":90,\"Sodium (mmol/L)\":140},{\"Glucose (mg/dL)\":99,\"Sodium "
     "(mmol/L)\":140,\"Ward\":\"x\"}]",
     {NULL},
     "rejects.csv",
     "\"\"x\"\"",
     "\"\"y\"\"",
     "does not stand in rejects.csv"},
};

Test (verify_input, finds_what_became_of_no_record_of_any_shape, .timeout = 120)
{
    for (size_t i = 0; i < sizeof FORGERIES / sizeof *FORGERIES; i++) {
        const struct forgery *forgery = &FORGERIES[i];
        struct workplace place;
        char folder[512], stem[32];
        workplace_make (&place);
        command_line_write (&place, forgery->name, forgery->text);
        command_line_expect (CALL (&place, "run", forgery->name, "--quiet", "--replace", forgery->options[0],
                                   forgery->options[1]),
                             0, NULL, NULL);
        snprintf (stem, sizeof stem, "%.*s", (int) strcspn (forgery->name, "."), forgery->name);
        snprintf (folder, sizeof folder, "%s/%s", place.folder, stem);
        command_line_expect (CALL (&place, "verify", stem, "--input", forgery->name), 0, "were found again",
                             NULL);
        resealed_replace (folder, forgery->file, forgery->from, forgery->to);
        if (strcmp (forgery->file, "audit.ndjson") == 0)
            resealed_chain (folder);
        resealed_hashes (folder);
        command_line_expect (CALL (&place, "verify", stem), 0, "whole", NULL);
        command_line_expect (CALL (&place, "verify", stem, "--input", forgery->name), 1, "NOT WHOLE",
                             forgery->said);
        workplace_remove (&place);
    }
}

//  Another input, be it of the same length, is not the one.
Test (verify_input, finds_that_the_input_is_another_one, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    s_make (&place);
    command_line_write (&place, "b.json", ANN "\n" BOB "\n" ANN "\n{\"given_name\":\"nobods\"}\n");
    command_line_expect (CALL (&place, "verify", "a", "--input", "b.json"), 1, "NOT WHOLE",
                         "is not the input of the result");
    workplace_remove (&place);
}

//  What was not looked at is told.
Test (verify_input, says_what_it_did_not_compare, .timeout = 120)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "wide.csv", WIDE);
    command_line_write (&place, "a.ndjson", ID ("Patient", "a") "}\n" ID ("Patient", "b") "}\n");
    command_line_expect (CALL (&place, "run", "wide.csv", "a.ndjson", "--quiet"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "verify", "wide", "--input", "wide.csv"), 0,
                         "2 cells of the wide table are no results", NULL);
    command_line_expect (CALL (&place, "verify", "a", "--input", "a.ndjson"), 0,
                         "of each resource patient_id alone was compared", NULL);
    command_line_expect (CALL (&place, "verify", "a", "--input", "a.ndjson", "--json"), 0,
                         "\"only\":\"patient_id\"", NULL);
    command_line_expect (CALL (&place, "run", "wide.csv", "--quiet", "--format", "fhir"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "verify", "wide", "--input", "wide.csv"), 0,
                         "of each resource patient_id, test_code alone was compared", NULL);
    workplace_remove (&place);
}
