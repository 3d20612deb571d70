//  fail_nth_test.c: the n-th allocation, write, fsync, rename, statement of SQL, file, socket or thread fails
//  in a dmh run (test/fault/fail_nth.c does it), over each format: an error or the right result,
//  byte for byte; no crash, and no half result looks whole. DMH_FAULT=all takes every n; else some of them.
#include "test/support/stores/failing_calls.h"

#include <criterion/criterion.h>
#ifndef DMH_SANITIZED
#include <criterion/parameterized.h>
#endif

enum { FEW = 10 };

//  Duplicates, conflicts, rejects, warnings, quotes; an array of JSON with escapes.
static const struct failing_calls_job TABLES = {
    {{"people.csv", "MRN,First Name,Last Name,DOB,Sex\n"
                    "1,Ann,Doe,01/02/1970,F\n"
                    "2,Bob,Roe,02/13/1980,male\n"
                    "2,Bob,Roe,02/13/1980,male\n"
                    "2,Bob,Poe,02/13/1980,male\n"
                    ",Cat,Moe,02/13/1980,male\n"
                    "3,\"Cat, \"\"C\"\"\",Moe,02/31/1980,x\n"},
     {"labs.json", "[{\"patient_id\":\"1\",\"test_code\":\"2345-7\",\"value\":\"5.5\",\"unit\":\"mmol/L\","
                   "\"collected_at\":\"2021-04-01\"},\n"
                   "{\"patient_id\":\"2\",\"test_code\":\"2345-7\",\"value\":\"<5\",\"unit\":\"mg/dL\","
                   "\"note\":\"\\u00e4\"}]\n"}},
    {"people.csv", "labs.json"},
    {"people", "labs"}};

//  A Bundle with components and a resource of another type; lines; written as FHIR, each change audited.
static const struct failing_calls_job FHIR = {
    {{"bundle.json",
      "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[\n"
      "{\"fullUrl\":\"urn:uuid:a\",\"resource\":{\"resourceType\":\"Observation\",\"id\":\"b\","
      "\"status\":\"final\",\"code\":{\"coding\":[{\"code\":\"85354-9\"}]},"
      "\"subject\":{\"reference\":\"Patient/1\"},\"effectiveDateTime\":\"2021-04-01\","
      "\"component\":[{\"code\":{\"coding\":[{\"code\":\"8480-6\"}]},"
      "\"valueQuantity\":{\"value\":120,\"code\":\"mm[Hg]\"}},"
      "{\"code\":{\"coding\":[{\"code\":\"8462-4\"}]},"
      "\"valueQuantity\":{\"value\":80,\"code\":\"mm[Hg]\"}}]}},\n"
      "{\"resource\":{\"resourceType\":\"Device\",\"id\":\"d\"}},\n"
      "{\"resource\":{\"resourceType\":\"Observation\",\"id\":\"g\",\"status\":\"final\","
      "\"code\":{\"coding\":[{\"system\":\"http://loinc.org\",\"code\":\"2345-7\"}]},"
      "\"subject\":{\"reference\":\"Patient/2\"},"
      "\"valueQuantity\":{\"value\":5.5,\"unit\":\"mmol/L\"}}}]}\n"},
     {"patients.ndjson",
      "{\"resourceType\":\"Patient\",\"id\":\"1\",\"gender\":\"female\",\"birthDate\":\"1970-01-02\","
      "\"name\":[{\"family\":\"M\\u00f6e\",\"given\":[\"Ann\",\"B.\"]}]}\n"
      "{\"resourceType\":\"Patient\",\"id\":\"1\",\"gender\":\"male\"}\n"
      "{\"resourceType\":\"Patient\",\"id\":\"2\",\"gender\":\n"
      "{\"resourceType\":\"Patient\",\"id\":\"3\",\"address\":[{\"line\":[\"a\",\"b\"],\"city\":\"c\"}]}\n"}},
    {"bundle.json", "patients.ndjson", "--format", "fhir", "--audit", "full"},
    {"bundle", "patients"}};

//  A mapping with a table to look up in, columns put together and split; lines of JSON whose keys come late.
static const struct failing_calls_job MAPPED = {
    {{"visits.csv", "ROW,SUBJECT,ITEM,DAY,TIME,VALUE,RANGE\n"
                    "1,10006,50912,2020-10-23,21:09,1.2,0.4 - 1.1\n"
                    "2,10006,50931,2020-10-24,,5.5,3.9 - 6.1\n"
                    "3,10011,51007,2020-10-25,08:00,Trace,NA\n"},
     {"late.ndjson",
      "{\"ROW\":\"1\",\"SUBJECT\":\"1\",\"ITEM\":\"50912\",\"DAY\":\"2020-10-23\","
      "\"TIME\":\"21:09\",\"VALUE\":\"1.2\",\"RANGE\":\"1-2\"}\n"
      "{\"ROW\":\"2\",\"SUBJECT\":\"2\",\"VALUE\":\"<3\",\"late\":{\"a\":[1,2]},\"more\":true}\n"
      "{\"ROW\":\"3\",\"SUBJECT\":\n"},
     {"items.csv", "item;label;loinc;unit\n50912;Creatinine;2160-0;mg/dL\n50931;Glucose;2345-7;mmol/L\n"},
     {"map.json", "{\"dmh\":\"mapping/1\",\"kind\":\"lab_result\",\"columns\":{\"ROW\":\"result_id\","
                  "\"SUBJECT\":\"patient_id\",\"ITEM\":null},\"joins\":[{\"column\":\"ITEM\","
                  "\"table\":\"items.csv\",\"key\":\"item\",\"take\":{\"loinc\":\"test_code\","
                  "\"label\":\"test_name\",\"unit\":\"unit\"},\"keep\":\"test_code\"}],"
                  "\"combine\":{\"collected_at\":{\"from\":[\"DAY\",\"TIME\"],\"join\":\" \"}},"
                  "\"split\":{\"RANGE\":{\"at\":\"-\",\"into\":[\"reference_low\",\"reference_high\"]}}}\n"}},
    {"visits.csv", "late.ndjson", "--mapping", "map.json", "--format", "ndjson"},
    {"visits", "late"}};

//  Joined: a duplicate, conflicts whose text is read again of an input, one that stands instead of an earlier
//  one.
static const struct failing_calls_job JOINED = {
    {{"a.csv", "result_id,patient_id,test_code,value,status,ward\n"
               "r1,1,GLU,5,P,A\nr2,1,GLU,6,F,A\nr3,2,GLU,\"7\",F,B\n"},
     {"b.csv", "status,result_id,patient_id,test_code,value\n"
               "F,r1,1,GLU,8\nF,r2,1,GLU,6\nP,r3,2,GLU,9\nF,,,GLU,1\n"}},
    {"a.csv", "b.csv", "--join"},
    {"joined/lab_result", "b"}};

static bool s_run (struct failing_calls *self)
{
    static const char *const RUN[] = {"dmh", "run", "--quiet", "-o", "out", NULL};
    const char *argv[2 * FAILING_CALLS_WORDS + 1];
    char *text = NULL;
    failing_calls_remove (self, "out");
    failing_calls_argv (self, argv, RUN, NULL);
    failing_calls_arm (self);
    int status = process_run (&self->place, argv, &text);
    failing_calls_disarm ();
    bool struck = failing_calls_struck (self);
    if (status > 4)
        failing_calls_wrong (self, "status %d: %s", status, text);
    else if (status != 0 && (!*text || !struck))
        failing_calls_wrong (self, "status %d, said: %s", status, text);
    failing_calls_check (self, "out", status == 0);
    free (text);
    return struck;
}

#define LIFE(PLAY, KIND, FEW_OF_IT)                                                                          \
    FAILING_CALLS_TEST (run_of_##PLAY##_when_the_nth_##KIND##_fails_gives_an_error_or_the_right_result,      \
                        &PLAY, "run of " #PLAY, #KIND, s_run, FEW_OF_IT)
LIFE (TABLES, alloc, 3 * FEW)
LIFE (TABLES, write, FEW)
LIFE (TABLES, sync, FEW)
LIFE (TABLES, rename, FEW)
LIFE (TABLES, sql, FEW)
LIFE (TABLES, open, FEW)
LIFE (TABLES, socket, FEW)
LIFE (TABLES, thread, FEW)
LIFE (FHIR, alloc, 3 * FEW)
LIFE (FHIR, write, FEW)
LIFE (FHIR, open, FEW)
LIFE (MAPPED, alloc, 3 * FEW)
LIFE (MAPPED, write, FEW)
LIFE (MAPPED, open, FEW)
LIFE (JOINED, alloc, 3 * FEW)
LIFE (JOINED, write, FEW)
LIFE (JOINED, sync, FEW)
LIFE (JOINED, rename, FEW)
LIFE (JOINED, open, FEW)
