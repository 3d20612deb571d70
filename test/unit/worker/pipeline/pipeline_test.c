//  pipeline_test.c: whole files through reader, harmonizers and writer: what comes out, and that it does not
//  depend on how.
#include "test/support/results/local_attempt.h"

#include "messages/base/digest.h"
#include "worker/output/output_file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <unistd.h>

static const char HEAD[] =
    "patient_id,given_name,middle_name,family_name,prefix,suffix,maiden_name,birth_date,death_date,deceased,"
    "gender,marital_status,race,ethnicity,ssn,phone,email,address_line,city,state,county,postal_code,country,"
    "latitude,"
    "longitude";

static struct local_attempt s_text (struct workplace *place, const char *name, const char *text,
                                    const struct options *options, size_t threads)
{
    workplace_write (place, name, text, strlen (text));
    return local_attempt_run (place, name, options, threads);
}

static void s_expect_file (const char *folder, const char *name, const char *expected)
{
    char *got = workplace_read (folder, name, NULL);
    cr_assert_not_null (got, "%s/%s is not there", folder, name);
    if (strcmp (got, expected) != 0)    //  whole files are too long for an assertion's message
        fprintf (stderr, "%s is\n%s\nand should be\n%s\n", name, got, expected);
    cr_assert (strcmp (got, expected) == 0, "%s is not as expected", name);
    free (got);
}

static void s_expect_counts (const struct local_attempt *got, struct counts want)
{
    cr_assert (got->done, "%s", got->error.text);
    cr_assert_eq (memcmp (&got->counts, &want, sizeof want), 0,
                  "read %d written %d duplicates %d conflicts %d rejected %d", (int) got->counts.read,
                  (int) got->counts.written, (int) got->counts.duplicates, (int) got->counts.conflicts,
                  (int) got->counts.rejected);
    cr_assert_eq (want.read, want.written + want.duplicates + want.conflicts + want.rejected);
}

Test (pipeline, duplicates_conflicts_and_rejects_are_set_aside_and_the_rest_is_written)
{
    struct workplace place;
    struct options options = {.format = ""};
    workplace_make (&place);
    struct local_attempt got = s_text (&place, "p.csv",
                                       "MRN,First Name,Last Name,DOB,Sex,Ward\n"
                                       "1,Ann,Lee,03/25/1980,F,A 1\n"
                                       "2, Bob ,Ray,1990-01-02,M,\"B,2\"\n"
                                       "1,Ann,Lee,1980-03-25,female, A 1\n"
                                       "2,Bob,Roy,1990-01-02,M,C\n"
                                       ",Nobody,,2000-01-01,F,D\n"
                                       "3,Short\n"
                                       "4,Cy,Fox,1999-02-30,F,E\n",
                                       &options, 2);
    s_expect_counts (&got, (struct counts){7, 3, 1, 1, 2});
    char expected[2048];
    snprintf (expected, sizeof expected,
              "%s,ward\n"
              "1,Ann,,Lee,,,,1980-03-25,,,female,,,,,,,,,,,,,,,A 1\n"
              "2,Bob,,Ray,,,,1990-01-02,,,male,,,,,,,,,,,,,,,\"B,2\"\n"
              "4,Cy,,Fox,,,,,,,female,,,,,,,,,,,,,,,E\n",
              HEAD);
    s_expect_file (got.folder, "records.csv", expected);
    s_expect_file (got.folder, "rejects.csv",
                   "record,line,reason,rule,field,message,raw,raw_encoding\n"
                   "4,5,conflict,record.conflict,patient_id,has the key of record 2 and other "
                   "content,\"2,Bob,Roy,1990-01-02,M,C\",\n"
                   "5,6,rejected,field.required,patient_id,patient_id is required and empty or "
                   "invalid,\",Nobody,,2000-01-01,F,D\",\n"
                   "6,7,rejected,record.field_count,,the record has another number of fields than the "
                   "header,\"3,Short\",\n");
    workplace_remove (&place);
}

Test (pipeline, the_audit_is_a_chain_of_hashes_and_ends_with_the_counts)
{
    struct workplace place;
    struct options options = {.format = ""};
    workplace_make (&place);
    struct local_attempt got = s_text (
        &place, "p.csv", "patient_id,birth_date\n1,1980-02-30\n2,2001-01-01\n1,1980-02-30\n", &options, 1);
    s_expect_counts (&got, (struct counts){3, 2, 1, 0, 0});
    char *audit = workplace_read (got.folder, "audit.ndjson", NULL);
    char prev[DIGEST_HEX_BYTES];
    memset (prev, '0', 64);
    prev[64] = 0;
    size_t seq = 0;
    char *last = audit;
    for (char *line = audit; *line; seq++) {
        char *end = strchr (line, '\n');
        cr_assert_not_null (end);
        char head[128];
        snprintf (head, sizeof head, "{\"seq\":%zu,\"prev\":\"%s\",", seq + 1, prev);
        cr_assert_eq (strncmp (line, head, strlen (head)), 0, "line %zu", seq + 1);
        digest_of (line, (size_t) (end - line), prev);
        last = line;
        line = end + 1;
    }
    cr_assert_geq (seq, 3);
    cr_assert_not_null (strstr (
        last, "\"event\":\"end\",\"read\":3,\"written\":2,\"duplicates\":1,\"conflicts\":0,\"rejected\":0}"));
    cr_assert_not_null (strstr (audit,
                                "\"event\":\"warning\",\"record\":1,\"line\":2,\"rule\":\"date.invalid\","
                                "\"field\":\"birth_date\",\"raw\":\"1980-02-30\",\"value\":\"\"}"));
    cr_assert_not_null (strstr (
        audit,
        "\"event\":\"duplicate\",\"record\":3,\"line\":4,\"rule\":\"record.duplicate\",\"repeats\":1}"));
    free (audit);
    workplace_remove (&place);
}

//  What a record's own columns and emptied values say is content, whatever the format has a place for.
Test (pipeline, nothing_that_a_source_said_is_lost_as_a_duplicate)
{
    static const struct {
        const char *text, *mapping;
        struct counts counts;
    } CASES[] = {
        //  Three admissions of one person, and the second of them again.
        {"SUBJECT_ID,GENDER,HADM_ID,DIAGNOSIS\n1,F,11,SEPSIS\n1,F,12,ASTHMA\n1,F,13,GOUT\n1,f,12, ASTHMA\n",
         NULL,
         {4, 1, 1, 2, 0}},
        //  Without a key: another analyzer, another text that is no time, and each again.
        {"patient_id,test_code,value,collected_at,Analyzer\n1,GLU,5,,A\n1,GLU,5,,B\n1,GLU,5,at noon,A\n"
         "1,GLU,5,at night,A\n1,GLU,5,NA,A\n1,GLU,5,,B\n1,GLU,5, at noon,A\n1,GLU,5,at night,A\n",
         NULL,
         {8, 4, 4, 0, 0}},
        //  A key that was emptied is none.
        {"study_uid,patient_id,modality\n1.02.3,1,CT\n1.03.3,1,CT\n1.02.3,1,CT\n", NULL, {3, 2, 1, 0, 0}},
        //  The number of the row makes none another.
        {"patient_id,gender,Row No\n1,F,1\n1,F,2\n", "{\"not_content\":[\"Row No\"]}", {2, 1, 1, 0, 0}},
    };
    static const char *const FORMATS[] = {"csv", "ndjson", "fhir", "sqlite"};
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        for (size_t f = 0; f < sizeof FORMATS / sizeof *FORMATS; f++) {
            char mapping[64];
            snprintf (mapping, sizeof mapping, "%s", CASES[i].mapping ? CASES[i].mapping : "");
            struct options options = {.mapping = *mapping ? mapping : NULL};
            snprintf (options.format, sizeof options.format, "%s", FORMATS[f]);
            struct local_attempt got = s_text (&place, "in.csv", CASES[i].text, &options, 2);
            s_expect_counts (&got, CASES[i].counts);
        }
    workplace_remove (&place);
}

Test (pipeline, what_repeats_a_record_that_was_set_aside_repeats_that_one)
{
    struct workplace place;
    struct options options = {.format = ""};
    workplace_make (&place);
    struct local_attempt got =
        s_text (&place, "p.csv", "patient_id,ward\n1,A\n1,B\n1,C\n1,B\n1,A\n", &options, 1);
    s_expect_counts (&got, (struct counts){5, 1, 2, 2, 0});
    char *audit = workplace_read (got.folder, "audit.ndjson", NULL);
    static const char *const SAID[] = {"\"event\":\"conflict\",\"record\":2,",
                                       "\"conflicts_with\":1,\"row\":\"1,",
                                       ",B\"}",
                                       "\"event\":\"conflict\",\"record\":3,",
                                       "\"conflicts_with\":1,\"row\":\"1,",
                                       ",C\"}",
                                       "\"event\":\"duplicate\",\"record\":4,",
                                       "\"repeats\":2}",
                                       "\"event\":\"duplicate\",\"record\":5,",
                                       "\"repeats\":1}"};
    const char *at = audit;
    for (size_t i = 0; i < sizeof SAID / sizeof *SAID; i++)
        cr_assert_not_null ((at = strstr (at, SAID[i])), "%s in %s", SAID[i], audit);
    free (audit);
    workplace_remove (&place);
}

//  Of records without a key that differ in what FHIR has no place for.
Test (pipeline, two_resources_never_have_one_id)
{
    struct workplace place;
    struct options options = {.format = "fhir"};
    workplace_make (&place);
    struct local_attempt got = s_text (&place, "l.csv",
                                       "patient_id,test_code,value,Analyzer,collected_at\n1,GLU,5,A,\n"
                                       "1,GLU,5,B,\n1,GLU,5,B,noon\n",
                                       &options, 1);
    s_expect_counts (&got, (struct counts){3, 3, 0, 0, 0});
    char *records = workplace_read (got.folder, "records.ndjson", NULL), ids[3][40];
    const char *at = records;
    for (size_t i = 0; i < 3; i++) {
        cr_assert_not_null ((at = strstr (at, "\"id\":\"dmh-")), "%s", records);
        snprintf (ids[i], sizeof ids[i], "%.36s", at += 6);
    }
    cr_expect_str_neq (ids[0], ids[1]);
    cr_expect_str_neq (ids[1], ids[2]);
    cr_expect_str_neq (ids[0], ids[2]);
    free (records);
    workplace_remove (&place);
}

Test (pipeline, one_day_first_value_at_the_end_decides_the_whole_column)
{
    struct workplace place;
    workplace_make (&place);
    enum { ROWS = 5000 };
    char *text = malloc (ROWS * 32 + 256), *at = text;
    at += sprintf (at, "patient_id,birth_date\n");
    for (int i = 0; i < ROWS; i++)
        at += sprintf (at, "%d,03/04/2001\n", i);
    sprintf (at, "%d,25/12/2001\n", ROWS);
    for (uint64_t block = 4096; block <= 1024 * 1024; block *= 256) {
        struct options options = {.block_bytes = block};
        struct local_attempt got = s_text (&place, "p.csv", text, &options, 2);
        s_expect_counts (&got, (struct counts){ROWS + 1, ROWS + 1, 0, 0, 0});
        char *records = workplace_read (got.folder, "records.csv", NULL);
        cr_assert_not_null (strstr (records, "\n0,,,,,,,2001-04-03,"));
        cr_assert_not_null (strstr (records, "\n5000,,,,,,,2001-12-25,"));
        cr_assert_null (strstr (records, "2001-03-04"));
        char *report = workplace_read (got.folder, "report.json", NULL);
        cr_assert_null (strstr (report, "date.order_assumed"));
        free (report);
        free (records);
    }
    free (text);
    workplace_remove (&place);
}

//  birth_date is day first, death_date month first; each tells in its last row alone. As CSV and as JSON.
Test (pipeline, each_column_has_its_own_order_wherever_its_evidence_stands)
{
    struct workplace place;
    workplace_make (&place);
    enum { ROWS = 5000 };
    char *csv = malloc (ROWS * 48 + 256), *json = malloc (ROWS * 96 + 256), *c = csv, *j = json;
    c += sprintf (c, "patient_id,birth_date,death_date\n");
    for (int i = 0; i <= ROWS; i++) {
        const char *born = i == ROWS ? "25/12/1901" : "03/04/1901";
        const char *died = i == ROWS ? "12/25/2001" : "03/04/2001";
        c += sprintf (c, "%d,%s,%s\n", i, born, died);
        j += sprintf (j, "{\"patient_id\":\"%d\",\"birth_date\":\"%s\",\"death_date\":\"%s\"}\n", i, born,
                      died);
    }
    static const char *const ORDERS[] = {"", "mdy", "dmy", "ymd"};
    for (size_t o = 0; o < 4; o++)
        for (int json_too = 0; json_too < 2; json_too++) {
            struct options options = {.block_bytes = 4096};
            snprintf (options.date_order, sizeof options.date_order, "%s", ORDERS[o]);
            struct local_attempt got =
                s_text (&place, json_too ? "p.ndjson" : "p.csv", json_too ? json : csv, &options, 2);
            s_expect_counts (&got, (struct counts){ROWS + 1, ROWS + 1, 0, 0, 0});
            char *records = workplace_read (got.folder, "records.csv", NULL);
            cr_expect_not_null (strstr (records, "\n0,,,,,,,1901-04-03,2001-03-04,"), "%s", ORDERS[o]);
            cr_expect_not_null (strstr (records, "\n5000,,,,,,,1901-12-25,2001-12-25,"), "%s", ORDERS[o]);
            free (records);
        }
    free (csv);
    free (json);
    workplace_remove (&place);
}

Test (pipeline, a_mapping_says_what_the_dates_of_a_column_are)
{
    struct workplace place;
    workplace_make (&place);
    char mapping[] = "{\"dates\":{\"Birth Date\":{\"form\":\"excel\"},\"death_date\":{\"order\":\"dmy\"}}}";
    struct options options = {.mapping = mapping};
    struct local_attempt got = s_text (&place, "p.csv",
                                       "patient_id,birth_date,death_date\n1,25569,03/04/2001\n2,60,\n"
                                       "3,1970-01-02,\n",
                                       &options, 1);
    s_expect_counts (&got, (struct counts){3, 3, 0, 0, 0});
    char *records = workplace_read (got.folder, "records.csv", NULL);
    cr_expect_not_null (strstr (records, "\n1,,,,,,,1970-01-01,2001-04-03,"), "%s", records);
    cr_expect_not_null (strstr (records, "\n2,,,,,,,,,"), "%s", records);
    cr_expect_not_null (strstr (records, "\n3,,,,,,,1970-01-02,,"), "%s", records);
    free (records);
    workplace_remove (&place);
}

Test (pipeline, without_evidence_the_order_is_assumed_and_said)
{
    struct workplace place;
    workplace_make (&place);
    struct options us = {.format = ""}, eu = {.date_order = "dmy"};
    const char *text = "patient_id,birth_date\n1,03/04/2001\n2,05/05/2001\n";
    struct local_attempt got = s_text (&place, "p.csv", text, &us, 1);
    char *records = workplace_read (got.folder, "records.csv", NULL);
    cr_assert_not_null (strstr (records, "1,,,,,,,2001-03-04,"));
    free (records);
    char *report = workplace_read (got.folder, "report.json", NULL);
    cr_assert_not_null (strstr (report, "date.order_assumed"));
    free (report);
    got = s_text (&place, "p.csv", text, &eu, 1);
    records = workplace_read (got.folder, "records.csv", NULL);
    cr_assert_not_null (strstr (records, "1,,,,,,,2001-04-03,"));
    free (records);
    workplace_remove (&place);
}

Test (pipeline, a_json_key_met_late_becomes_a_column_of_every_record)
{
    struct workplace place;
    workplace_make (&place);
    //  Longer than the sample, so that the last key is met only while harmonizing.
    enum { ROWS = 40000 };
    char *text = malloc (ROWS * 64 + 256), *at = text;
    for (int i = 0; i < ROWS; i++)
        at += sprintf (at, "{\"patientId\":\"p%d\",\"ward\":\"north wing\"}\n", i);
    sprintf (at, "{\"patientId\":\"last\",\"gender\":\"F\",\"Bed No\":7}\n");
    struct options options = {.format = ""};
    struct local_attempt got = s_text (&place, "p.ndjson", text, &options, 2);
    s_expect_counts (&got, (struct counts){ROWS + 1, ROWS + 1, 0, 0, 0});
    char *records = workplace_read (got.folder, "records.csv", NULL);
    char head[1024];
    snprintf (head, sizeof head, "%s,ward,bed_no\np0,", HEAD);
    cr_assert_eq (strncmp (records, head, strlen (head)), 0);
    cr_assert_not_null (strstr (records, "\nlast,,,,,,,,,,female,,,,,,,,,,,,,,,,7\n"));
    free (records);
    free (text);
    workplace_remove (&place);
}

static char *s_messy (size_t rows)
{
    char *text = malloc (rows * 160 + 256), *at = text;
    at += sprintf (at, "Patient ID,Test Code,Test Name,Result Value,Units,Collected Date,Status,Note\r\n");
    unsigned seed = 12345;
    for (size_t i = 0; i < rows; i++) {
        seed = seed * 1103515245u + 12345u;
        unsigned r = seed >> 16;
        static const char *const VALUES[] = {"5.5", "<0.1", "NEG", "101", "1,204.5"};
        static const char *const UNITS[] = {"mmol/L", "mg/dL", "MG/DL", "furlong"};
        static const char *const DATES[] = {"2021-03-04", "03/28/2021", "20210304", "2021-02-30"};
        static const char *const NOTES[] = {"plain", "\"a, quoted\"", "\"two\r\nlines\"",
                                            "\"say \"\"hi\"\"\"", ""};
        at += sprintf (at, "P%u,2345-7,Glucose,\"%s\",%s,%s,F,%s\r\n", r % 50, VALUES[r % 5],
                       UNITS[(r >> 3) % 4], DATES[(r >> 5) % 4], NOTES[(r >> 7) % 5]);
        if (r % 97 == 0)
            at += sprintf (at, "P1,too,short\r\n");
        if (r % 101 == 0)    //  in all the ways that CSV goes wrong over lines
            at += sprintf (at, r & 128 ? "P2,\"torn\r\noff\r\n" : "P2,\"a\" b,,,,,,\r\nTotal: %u\r\n", r);
    }
    return text;
}

Test (pipeline, bytes_do_not_depend_on_threads_or_blocks)
{
    struct workplace place;
    workplace_make (&place);
    char *text = s_messy (20000);
    static const char *const FILES[] = {"rejects.csv", "audit.ndjson", "records"};
    static const char *const FORMATS[] = {"csv", "ndjson"};
    for (int f = 0; f < 2; f++) {
        char hashes[3][DIGEST_HEX_BYTES] = {{0}};
        for (size_t threads = 1; threads <= 7; threads += threads == 1 ? 1 : 5)
            for (uint64_t block = 4096; block <= 1024 * 1024; block *= 256) {
                struct options options = {.block_bytes = block, .audit = "full"};
                snprintf (options.format, sizeof options.format, "%s", FORMATS[f]);
                struct local_attempt got = s_text (&place, "lab.csv", text, &options, threads);
                cr_assert (got.done, "%s", got.error.text);
                for (int i = 0; i < 3; i++) {
                    char path[1024], name[64], hex[DIGEST_HEX_BYTES];
                    snprintf (name, sizeof name, i == 2 ? "%s.%s" : "%s", FILES[i], FORMATS[f]);
                    snprintf (path, sizeof path, "%s/%s", got.folder, name);
                    cr_assert_eq (digest_of_file (path, hex, NULL, NULL), DMH_OK, "%s", path);
                    if (!hashes[i][0])
                        strcpy (hashes[i], hex);
                    cr_assert_str_eq (hex, hashes[i], "%s with %zu threads and blocks of %d", name, threads,
                                      (int) block);
                }
            }
    }
    free (text);
    workplace_remove (&place);
}

Test (pipeline, an_input_that_is_not_there_or_a_directory_is_one_sentence)
{
    struct workplace place;
    workplace_make (&place);
    struct options options = {.format = ""};
    struct local_attempt got = local_attempt_run (&place, "gone.csv", &options, 1);
    cr_assert_not (got.done);
    cr_assert_eq (got.error.code, DMH_NOT_FOUND);
    cr_assert_not_null (strstr (got.error.text, "gone.csv"));
    got = local_attempt_run_path (&place, place.folder, &options, 1);
    cr_assert_not (got.done);
    cr_assert_eq (got.error.code, DMH_BAD_INPUT);
    cr_assert_not_null (strstr (got.error.text, "directory"));
    workplace_remove (&place);
}

static int s_writes_left, s_errno;

static ssize_t s_failing_write (int fd, const void *bytes, size_t n)
{
    if (s_writes_left-- > 0)
        return write (fd, bytes, n);
    errno = s_errno;
    return -1;
}

static int s_failing_fsync (int fd)
{
    if (s_writes_left-- > 0)
        return fsync (fd);
    errno = EIO;
    return -1;
}

Test (pipeline, when_any_write_or_fsync_fails_the_job_fails_with_a_sentence_and_leaves_no_folder)
{
    struct workplace place;
    workplace_make (&place);
    char *text = s_messy (3000);
    struct options options = {.block_bytes = 8192};
    s_errno = ENOSPC;
    int n = 0;
    for (bool done = false; !done; n++) {
        cr_assert_lt (n, 10000);
        s_writes_left = n;
        output_replace (s_failing_write, s_failing_fsync);
        struct local_attempt got = s_text (&place, "lab.csv", text, &options, 2);
        output_replace (NULL, NULL);
        done = got.done;
        if (done)
            break;
        cr_assert_eq (got.error.code, DMH_IO, "%s", got.error.text);
        cr_assert (strstr (got.error.text, "No space left") || strstr (got.error.text, "Input/output"), "%s",
                   got.error.text);
        cr_assert_neq (access (got.folder, F_OK), 0);
        char part[600];
        snprintf (part, sizeof part, "%s.part", got.folder);
        cr_assert_neq (access (part, F_OK), 0);
        if (n >= 20)
            n += 10;    //  the first ones all, then every eleventh
    }
    cr_assert_gt (n, 5);
    free (text);
    workplace_remove (&place);
}
