//  inspect_test.c: what dmh inspect tells and keeps to itself, the mapping it writes fed back, kinds of one's
//  own, code tables beside a mapping, a schema's mistakes: the real programs.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/processes/processes.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <unistd.h>

enum { PATH_BYTES = 1024 };

static const char SCHEMA[] = "{\"name\":\"visit\",\"version\":\"1\",\"fields\":[{\"name\":\"visit_id\","
                             "\"constraints\":{\"required\":true},"
                             "\"dmh\":{\"type\":\"identifier\",\"aliases\":[\"no\"]}},{\"name\":\"ward\","
                             "\"dmh\":{\"type\":\"text\"}}],"
                             "\"dmh\":{\"key\":[\"visit_id\"]}}";

//  The input of a fixture; false: the folder is no case, or has options of its own.
static bool s_input (const char *name, char input[PATH_BYTES])
{
    char folder[PATH_BYTES / 2], root[PATH_BYTES / 8];
    *input = 0;
    cr_assert_not_null (getcwd (root, sizeof root));
    snprintf (folder, sizeof folder, "%s/fixtures/%s", root, name);
    DIR *names = name[0] == '.' ? NULL : opendir (folder);
    bool plain = true;
    for (struct dirent *entry; names && (entry = readdir (names));) {
        plain = plain && !streq (entry->d_name, "args");
        if (strncmp (entry->d_name, "input.", 6) == 0)
            snprintf (input, PATH_BYTES, "%s/%s", folder, entry->d_name);
    }
    if (names)
        closedir (names);
    return *input && plain;
}

static void s_same (const struct workplace *place, const char *name, const char *file)
{
    char first[PATH_BYTES], second[PATH_BYTES];
    snprintf (first, sizeof first, "%s/plain/input", place->folder);
    snprintf (second, sizeof second, "%s/mapped/input", place->folder);
    char *plain = workplace_read (first, file, NULL), *mapped = workplace_read (second, file, NULL);
    cr_assert (plain && mapped, "%s: no %s", name, file);
    cr_expect_str_eq (mapped, plain, "%s: %s with the mapping that inspect wrote is\n%s\nand without it\n%s",
                      name, file, mapped, plain);
    free (plain);
    free (mapped);
}

Test (inspect, the_mapping_it_writes_gives_the_same_records_for_every_fixture)
{
    size_t cases = 0;
    DIR *names = opendir ("fixtures");
    cr_assert_not_null (names);
    for (struct dirent *entry; (entry = readdir (names));) {
        struct workplace place;
        char input[PATH_BYTES];
        if (!s_input (entry->d_name, input))
            continue;
        workplace_make (&place);
        command_line_expect (CALL (&place, "inspect", input, "--write-mapping", "m.json"), 0, NULL, NULL);
        command_line_expect (CALL (&place, "run", "--quiet", "-o", "plain", input), 0, NULL, NULL);
        command_line_expect (CALL (&place, "run", "--quiet", "-o", "mapped", input, "--mapping", "m.json"), 0,
                             NULL, NULL);
        s_same (&place, entry->d_name, "records.csv");
        s_same (&place, entry->d_name, "rejects.csv");
        workplace_remove (&place);
        cases++;
    }
    closedir (names);
    cr_expect_geq (cases, 20);
}

Test (inspect, a_column_that_stays_beside_its_field_stays_with_the_mapping_too)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "input.csv",
                        "patient_id,test_code,value,unit,reference range\n1,2345-7,99,mg/dL,70 - 105\n");
    command_line_expect (CALL (&place, "inspect", "input.csv", "--write-mapping", "m.json"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "run", "--quiet", "-o", "plain", "input.csv"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "run", "--quiet", "-o", "mapped", "input.csv", "--mapping", "m.json"),
                         0, NULL, NULL);
    s_same (&place, "a range", "records.csv");
    workplace_remove (&place);
}

Test (inspect, a_mapping_that_is_completed_keeps_what_it_makes)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", "id,Name,Sex\n1,\"Doe, Jane\",w\n2,\"Roe, Ann\",f\n");
    command_line_write (&place, "m.json",
                        "{\"kind\":\"patient\",\"split\":{\"Name\":{\"form\":\"family, given\"}},"
                        "\"values\":{\"gender\":{\"w\":\"female\"}}}");
    command_line_expect (
        CALL (&place, "inspect", "a.csv", "--mapping", "m.json", "--write-mapping", "n.json"), 0, NULL, NULL);
    char *text = workplace_read (place.folder, "n.json", NULL);
    static const char *const PARTS[] = {"\"family, given\"", "\"w\": \"female\"", "\"id\": \"patient_id\"",
                                        "\"Sex\": \"gender\""};
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        cr_expect (text && strstr (text, PARTS[i]), "no %s in %s", PARTS[i], text);
    free (text);
    command_line_expect (CALL (&place, "run", "a.csv", "--mapping", "n.json", "-o", "out"), 0, "2", NULL);
    //  What somebody has edited is never written over.
    command_line_expect (CALL (&place, "inspect", "a.csv", "--write-mapping", "m.json"), 2, NULL,
                         "exists already");
    workplace_remove (&place);
}

Test (inspect, a_file_of_no_kind_still_gets_a_mapping_to_edit)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", "First Name,Birth Date,Shoe\nAnn,1980-02-03,38\n");
    command_line_expect (CALL (&place, "inspect", "a.csv", "--write-mapping", "m.json"), 1, "Shoe",
                         "no column feeds patient_id");
    char *text = workplace_read (place.folder, "m.json", NULL);
    static const char *const PARTS[] = {"\"kind\": \"patient\"", "\"First Name\": \"given_name\"",
                                        "\"Shoe\": null"};
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        cr_expect (text && strstr (text, PARTS[i]), "no %s in %s", PARTS[i], text);
    free (text);
    workplace_remove (&place);
}

//  Twelve patients: four values in at least five records, and what is a person's everywhere.
static void s_write_patients (const struct workplace *place)
{
    char text[2048];
    size_t n = (size_t) snprintf (text, sizeof text, "MRN,Last Name,DOB,Sex,Spouse,Payer,Rank,Visited\n");
    for (int i = 0; i < 12; i++)
        n += (size_t) snprintf (text + n, sizeof text - n,
                                "M%03d,Quill,1980-02-03,%s,Rooster,%s,%s,2020-02-03\n", i,
                                i < 6    ? "q"
                                : i < 10 ? "f"
                                         : "zz",
                                i < 7 ? "Acme" : "Singleton", i < 4 ? "Fewman" : "");
    command_line_write (place, "a.csv", text);
}

Test (inspect, it_shows_no_rare_value_and_none_of_a_persons_columns)
{
    static const char *const HIDDEN[] = {"Quill",   "M001",   "1980-02-03", "2020-02-03",
                                         "Rooster", "Fewman", "\"zz\"",     " zz"};
    struct workplace place;
    workplace_make (&place);
    s_write_patients (&place);
    for (int json = 0; json < 2; json++) {
        struct command_result said =
            json ? CALL (&place, "inspect", "a.csv", "--json", "--write-mapping", "m.json")
                 : CALL (&place, "inspect", "a.csv");
        cr_expect_eq (said.status, 0, "%s", said.err);
        for (size_t i = 0; i < sizeof HIDDEN / sizeof *HIDDEN; i++)
            cr_expect_null (strstr (said.out, HIDDEN[i]), "%s: %s", HIDDEN[i], said.out);
        cr_expect_not_null (strstr (said.out, "Acme"));
        command_result_clear (&said);
    }
    char *text = workplace_read (place.folder, "m.json", NULL);
    cr_expect (text && strstr (text, "\"q\": null"), "%s", text);
    cr_expect_not (text && strstr (text, "zz"), "%s", text);
    free (text);
    command_line_expect (CALL (&place, "inspect", "a.csv", "--min-count", "4"), 0, "Fewman", NULL);
    command_line_expect (CALL (&place, "inspect", "a.csv", "--min-count", "8"), 0, "kinds of records", NULL);
    command_line_expect (CALL (&place, "inspect", "a.csv", "--min-count", "1"), 2, NULL, "--min-count");
    workplace_remove (&place);
}

Test (inspect, it_fits_the_width_that_it_is_given)
{
    struct workplace place;
    workplace_make (&place);
    s_write_patients (&place);
    static const char *const WIDTHS[] = {"80", "120"};
    for (size_t w = 0; w < sizeof WIDTHS / sizeof *WIDTHS; w++) {
        setenv ("COLUMNS", WIDTHS[w], 1);
        struct command_result said = CALL (&place, "inspect", "a.csv");
        for (const char *line = said.out; *line;) {
            size_t n = strcspn (line, "\n"), columns = 0;
            for (size_t i = 0; i < n; i++)
                columns += (line[i] & 0xc0) != 0x80;
            cr_expect_leq (columns, strtoul (WIDTHS[w], NULL, 10), "%.*s", (int) n, line);
            line += n + (line[n] != 0);
        }
        command_result_clear (&said);
    }
    unsetenv ("COLUMNS");
    workplace_remove (&place);
}

Test (schema_option, a_kind_of_ones_own_is_harmonized_without_c)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "visit.json", SCHEMA);
    command_line_write (&place, "a.csv", "No,Ward,Bed\n1, north ,7\n2,south,8\n");
    command_line_expect (CALL (&place, "inspect", "a.csv", "--schema", "visit.json"), 0, "visit", NULL);
    command_line_expect (CALL (&place, "run", "a.csv", "--schema", "visit.json", "-o", "out"), 0, "visit",
                         NULL);
    char folder[PATH_BYTES];
    snprintf (folder, sizeof folder, "%s/out/a", place.folder);
    char *text = workplace_read (folder, "records.csv", NULL);
    cr_expect_str_eq (text, "visit_id,ward,bed\n1,north,7\n2,south,8\n");
    free (text);
    //  --kind may say another; a kind that nobody knows is told.
    command_line_expect (
        CALL (&place, "run", "a.csv", "--schema", "visit.json", "--kind", "vist", "-o", "out"), 1, NULL,
        "there is no kind “vist”; give one of imaging_study, lab_result, patient, sequence, variant, visit");
    command_line_write (&place, "bad.json", "{\"name\":\"visit\",\"version\":\"1\",\"feilds\":[]}");
    command_line_expect (CALL (&place, "run", "a.csv", "--schema", "bad.json", "-o", "out"), 2, NULL,
                         "bad.json: feilds is not known");
    command_line_expect (CALL (&place, "run", "a.csv", "--schema", "gone.json"), 2, NULL,
                         "the schema gone.json cannot be read");
    workplace_remove (&place);
}

Test (schema_option, a_check_tells_every_mistake_with_its_place)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (
        &place, "bad.json",
        "{\"name\":\"visit\",\"verson\":\"1\",\"fields\":[{\"name\":\"a\",\"dmh\":{\"type\":\"txet\"}}]}");
    struct command_result said = CALL (&place, "schema", "check", "bad.json");
    cr_expect_eq (said.status, 1);
    static const char *const SAID[] = {"bad.json: verson is not known", "did you mean “version”?",
                                       "bad.json: version is missing",
                                       "bad.json: fields.0.dmh has an unknown type", "did you mean “text”?"};
    for (size_t i = 0; i < sizeof SAID / sizeof *SAID; i++)
        cr_expect_not_null (strstr (said.err, SAID[i]), "no “%s”: %s", SAID[i], said.err);
    command_result_clear (&said);
    command_line_expect (CALL (&place, "schema", "check", "bad.json", "--json"), 1, "\"findings\":[{", NULL);
    command_line_write (&place, "visit.json", SCHEMA);
    command_line_expect (CALL (&place, "schema", "check", "visit.json"), 0, "2 fields", NULL);
    command_line_expect (CALL (&place, "schema", "check", "gone.json"), 1, NULL, "gone.json cannot be read");
    command_line_expect (CALL (&place, "schema", "check", "."), 1, NULL, "is a folder");
    workplace_remove (&place);
}

Test (schema_option, a_page_tells_meaning_names_rules_and_standard)
{
    struct workplace place;
    workplace_make (&place);
    struct command_result said = CALL (&place, "schema", "show", "patient");
    static const char *const PARTS[] = {"key       patient_id", "birth_date comes before death_date",
                                        "patient_id *",         "mrn",
                                        "HL7 v2 PID-3",         "female (f,",
                                        "date.invalid:",        "at most 90"};
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        cr_expect_not_null (strstr (said.out, PARTS[i]), "no “%s”: %s", PARTS[i], said.out);
    command_result_clear (&said);
    command_line_write (&place, "visit.json", SCHEMA);
    command_line_expect (CALL (&place, "schema", "show", "visit.json"), 0, "visit_id *", NULL);
    command_line_expect (CALL (&place, "schema", "show", "visit.json", "--json"), 0, "{\"name\":\"visit\"",
                         NULL);
    command_line_expect (CALL (&place, "schema", "show", "gone.json"), 1, NULL, "gone.json cannot be read");
    workplace_remove (&place);
}

static const char LABS[] = "subject,ITEMID,value\n1,50931,99\n2,7,5\n";
static const char JOIN[] =
    "{\"kind\":\"lab_result\",\"columns\":{\"subject\":\"patient_id\"},\"joins\":[{\"column\":"
    "\"ITEMID\",\"table\":\"d.csv\",\"key\":\"itemid\",\"take\":{\"loinc\":\"test_code\"},"
    "\"keep\":\"test_code\"}]}";

static const struct {
    const char *table, *says;
} TABLES[] = {
    {NULL, "m.json: joins.0.table: "},
    {"", "m.json: joins.0.table: "},
    {"{\"a\": 1}\n", "is no CSV; write the path of a CSV file with a header"},
    {"item_id,loinc\n1,2345-7\n", "m.json: joins.0.key: "},
    {"itemid,loincs\n1,2345-7\n", "m.json: joins.0.take: d.csv has no column “loinc” (its columns: itemid, "
                                  "loincs); did you mean “loincs”?"},
    {"itemid,loinc\n1,2345-7\n2,718-7\n1,2160-0\n",
     "m.json: joins.0.table: lines 2 and 4 of d.csv have the same itemid and different values; leave one"},
    {"itemid,loinc\n1,2345-7,x,y\n",
     "m.json: joins.0.table: line 2 of d.csv has another number of fields than the header"},
};

Test (tables, what_is_wrong_with_a_code_table_is_told_with_its_place)
{
    struct workplace place;
    workplace_make (&place);
    command_line_write (&place, "a.csv", LABS);
    command_line_write (&place, "m.json", JOIN);
    for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++) {
        if (TABLES[i].table)
            command_line_write (&place, "d.csv", TABLES[i].table);
        if (i == 3) {    //  “item_id” and “itemid” are one name; another is not
            command_line_write (&place, "d.csv", "number,loinc\n1,2345-7\n");
        }
        command_line_expect (CALL (&place, "run", "a.csv", "--mapping", "m.json", "-o", "out"), 1, NULL,
                             TABLES[i].says);
        command_line_expect (CALL (&place, "inspect", "a.csv", "--mapping", "m.json"), 1, NULL,
                             TABLES[i].says);
    }
    workplace_remove (&place);
}

Test (tables, mapping_table_and_schema_reach_a_worker_that_is_a_process_of_its_own)
{
    struct workplace place;
    struct servers servers = {.place = &place};
    char *said = NULL, folder[PATH_BYTES];
    workplace_make (&place);
    servers_start_broker (&servers, false);
    servers_start_worker (&servers, 0, "2");
    command_line_write (&place, "a.csv", LABS);
    command_line_write (&place, "m.json", JOIN);
    command_line_write (&place, "d.csv", "itemid,loinc\n50931,2345-7\n");
    command_line_write (&place, "visit.json", SCHEMA);
    command_line_write (&place, "v.csv", "No,Ward\n1,north\n");
    int status = servers_dmh (&servers,
                              (const char *const[]){"dmh", "submit", "a.csv", "--mapping", "m.json", "--wait",
                                                    "-o", "out", "--quiet", NULL},
                              &said);
    cr_expect_eq (status, 0, "%s", said);
    free (said);
    snprintf (folder, sizeof folder, "%s/out/a", place.folder);
    char *records = workplace_read (folder, "records.csv", NULL);
    cr_expect (records && strstr (records, "1,,,,2345-7,http://loinc.org") && strstr (records, "2,,,,7,,"),
               "%s", records);
    free (records);
    status = servers_dmh (&servers,
                          (const char *const[]){"dmh", "submit", "v.csv", "--schema", "visit.json", "--wait",
                                                "-o", "out", "--quiet", NULL},
                          &said);
    cr_expect_eq (status, 0, "%s", said);
    free (said);
    snprintf (folder, sizeof folder, "%s/out/v", place.folder);
    records = workplace_read (folder, "records.csv", NULL);
    cr_expect (records && strstr (records, "visit_id,ward\n1,north\n"), "%s", records);
    free (records);
    servers_stop (&servers);
    workplace_remove (&place);
}
