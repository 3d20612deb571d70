//  surplus_records_test.c: a result that is whole by itself and holds a record more than its input, be it
//  written, set aside or a repetition.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"
#include "test/support/results/resealed_result.h"

#include <criterion/criterion.h>

#define COMMAS ",,,,,,,,,,,,,,,,,,,,,,,"
#define REJECT "field.required,patient_id,patient_id is required and empty or invalid"
#define THE_END ",\"event\":\"end\""

//  An edit; file NULL: there is no further one.
struct edit {
    const char *file, *from, *to;
};

static const struct edit WRITTEN[] = {
    {"records.csv", "\n2,Bob" COMMAS "\n", "\n2,Bob" COMMAS "\n9,Zed" COMMAS "\n"},
    {"report.json", "\"records\": 2", "\"records\": 3"},
    {"report.json", "\"written\": 2", "\"written\": 3"},
    {"audit.ndjson", "\"written\":2", "\"written\":3"},
    {NULL, NULL, NULL}};
static const struct edit REPEATED[] = {
    {"audit.ndjson", THE_END,
     ",\"event\":\"duplicate\",\"record\":5,\"line\":6,\"rule\":\"record.duplicate\",\"repeats\":1}\n"
     "{\"seq\":4" THE_END},
    {"report.json", "\"records\": 3", "\"records\": 4"},
    {"report.json", "\"duplicates\": 1", "\"duplicates\": 2"},
    {"report.json", "\"count\": 1,\n\"first_line\": 3", "\"count\": 2,\n\"first_line\": 3"},
    {"audit.ndjson", "\"duplicates\":1", "\"duplicates\":2"},
    {NULL, NULL, NULL}};
static const struct edit SET_ASIDE[] = {
    {"rejects.csv", "4,5,rejected," REJECT ",\",Cy\",\n",
     "4,5,rejected," REJECT ",\",Cy\",\n5,6,rejected," REJECT ",\",Di\",\n"},
    {"audit.ndjson", THE_END,
     ",\"event\":\"reject\",\"record\":5,\"line\":6,\"rule\":\"field.required\",\"field\":\"patient_id\"}\n"
     "{\"seq\":4" THE_END},
    {"report.json", "\"records\": 1", "\"records\": 2"},
    {"report.json", "\"records\": 3", "\"records\": 4"},
    {"report.json", "\"rejected\": 1", "\"rejected\": 2"},
    {"report.json", "\"count\": 1,\n\"first_line\": 5", "\"count\": 2,\n\"first_line\": 5"},
    {"audit.ndjson", "\"rejected\":1", "\"rejected\":2"},
    {NULL, NULL, NULL}};

Test (surplus_records, are_found_wherever_they_are_said_to_be, .timeout = 120)
{
    static const struct edit *const CASES[] = {WRITTEN, REPEATED, SET_ASIDE};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct workplace place;
        char folder[512];
        workplace_make (&place);
        command_line_write (&place, "s.csv", "Patient ID,Given Name\n1,Ann\n1,Ann\n2,Bob\n,Cy\n");
        command_line_expect (CALL (&place, "run", "s.csv", "--quiet"), 0, NULL, NULL);
        snprintf (folder, sizeof folder, "%s/s", place.folder);
        for (const struct edit *edit = CASES[i]; edit->file; edit++)
            resealed_replace (folder, edit->file, edit->from, edit->to);
        resealed_replace (folder, "report.json", "\"read\": 4", "\"read\": 5");
        resealed_replace (folder, "audit.ndjson", "\"read\":4", "\"read\":5");
        resealed_chain (folder);
        resealed_hashes (folder);
        command_line_expect (CALL (&place, "verify", "s"), 0, "whole", NULL);
        command_line_expect (CALL (&place, "verify", "s", "--input", "s.csv"), 1, "NOT WHOLE",
                             "the result holds records that the input has not");
        workplace_remove (&place);
    }
}
