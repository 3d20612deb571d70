//  data_test.c: `dmh run` on real files that nobody here wrote (../shared/data): counts, values that are
//  known, and the same bytes whatever the number of threads and the size of blocks.
#include "test/support/processes/processes.h"

#include "messages/base/digest.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char DATA[] = "../shared/data";

//  The absolute path of a data file; false, with a line that says so, where it is not there.
static bool s_find (const char *name, char out[1024])
{
    char path[512];
    snprintf (path, sizeof path, "%s/%s", DATA, name);
    if (access (path, R_OK) == 0 && realpath (path, out))
        return true;
    fprintf (stderr, "SKIP: %s is not there\n", path);
    return false;
}

static void s_run (const struct workplace *place, const char *input, const char *folder, const char *threads,
                   const char *block)
{
    char *output = NULL;
    const char *argv[] = {"dmh", "run", "--quiet", "--threads", threads, "--block-bytes",
                          block, "-o",  folder,    input,       NULL};
    cr_assert_eq (process_run (place, argv, &output), 0, "%s", output);
    free (output);
    const char *verify[] = {"dmh", "verify", folder, NULL};
    cr_assert_eq (process_run (place, verify, &output), 0, "%s", output);
    free (output);
}

static char *s_result (const struct workplace *place, const char *folder, const char *stem, const char *file)
{
    char path[512];
    snprintf (path, sizeof path, "%s/%s/%s", place->folder, folder, stem);
    char *text = workplace_read (path, file, NULL);
    cr_assert_not_null (text, "%s/%s", path, file);
    return text;
}

static void s_expect_counts (const struct workplace *place, const char *stem, unsigned read, unsigned written)
{
    char want[64], *report = s_result (place, "out", stem, "report.json");
    snprintf (want, sizeof want, "\"read\": %u,", read);
    cr_assert_not_null (strstr (report, want), "%s: not %s", stem, want);
    snprintf (want, sizeof want, "\"written\": %u,", written);
    cr_assert_not_null (strstr (report, want), "%s: not %s", stem, want);
    free (report);
}

//  The field of that number in a line without quoted commas.
static void s_field (const char *line, unsigned number, char *out, size_t size)
{
    for (; number && *line; line++)
        number -= *line == ',';
    snprintf (out, size, "%.*s", (int) strcspn (line, ",\n"), line);
}

static unsigned s_column (const char *header, const char *name)
{
    char field[64];
    for (unsigned i = 0; i < 64; i++) {
        s_field (header, i, field, sizeof field);
        if (strcmp (field, name) == 0)
            return i;
    }
    cr_assert_fail ("there is no column %s", name);
    return 0;
}

Test (data, synthea_patients_keep_everybody_with_codes_of_the_standards)
{
    struct workplace place;
    char input[1024], field[64];
    if (!s_find ("synthea/patients.csv", input))
        return;
    workplace_make (&place);
    s_run (&place, input, "out", "2", "262144");
    s_expect_counts (&place, "patients", 27, 27);
    char *records = s_result (&place, "out", "patients", "records.csv");
    unsigned gender = s_column (records, "gender"), race = s_column (records, "race"),
             state = s_column (records, "state");
    unsigned ethnicity = s_column (records, "ethnicity"), born = s_column (records, "birth_date"), count = 0;
    for (char *line = strchr (records, '\n') + 1; *line; line = strchr (line, '\n') + 1, count++) {
        s_field (line, gender, field, sizeof field);
        cr_assert (strcmp (field, "male") == 0 || strcmp (field, "female") == 0, "%s", field);
        s_field (line, race, field, sizeof field);
        cr_assert (strstr ("1002-5 2028-9 2054-5 2076-8 2106-3 2131-1", field) && strlen (field) == 6, "%s",
                   field);
        s_field (line, ethnicity, field, sizeof field);
        cr_assert (strstr ("2135-2 2186-5", field) && strlen (field) == 6, "%s", field);
        s_field (line, state, field, sizeof field);
        cr_assert_str_eq (field, "MA");
        s_field (line, born, field, sizeof field);
        cr_assert_eq (strlen (field), 10);
    }
    cr_assert_eq (count, 27);
    free (records);
    workplace_remove (&place);
}

Test (data, synthea_observations_and_imaging_are_of_their_kinds_and_complete)
{
    struct workplace place;
    char input[1024];
    if (!s_find ("synthea/observations.csv", input))
        return;
    workplace_make (&place);
    s_run (&place, input, "out", "2", "262144");
    s_expect_counts (&place, "observations", 990, 990);
    char *report = s_result (&place, "out", "observations", "report.json");
    cr_assert_not_null (strstr (report, "\"kind\": \"lab_result\""));
    free (report);
    if (s_find ("synthea/imaging_studies.csv", input)) {
        s_run (&place, input, "out", "2", "262144");
        s_expect_counts (&place, "imaging_studies", 1, 1);
        char *records = s_result (&place, "out", "imaging_studies", "records.csv");
        cr_assert_not_null (
            strstr (records, "\n82702944-686c-a8fa-9463-6b72152c58a5,280ee8b5-6ebb-11cf-e4db-8cf101827ec7,"));
        cr_assert_not_null (strstr (records, ",2023-06-06T12:00:08Z,DX,Chest,51185008,"));
        free (records);
    }
    workplace_remove (&place);
}

Test (data, febrl_dates_are_dates_and_a_thousand_persons_are_kept)
{
    struct workplace place;
    char input[1024];
    if (!s_find ("febrl/dataset1.csv", input))
        return;
    workplace_make (&place);
    s_run (&place, input, "out", "2", "262144");
    s_expect_counts (&place, "dataset1", 1000, 1000);
    char *records = s_result (&place, "out", "dataset1", "records.csv");
    char *record = strstr (records, "\nrec-223-org,"), field[64];
    cr_assert_not_null (record);
    s_field (record + 1, s_column (records, "birth_date"), field, sizeof field);
    cr_assert_str_eq (field, "1908-12-09");
    free (records);
    workplace_remove (&place);
}

Test (data, threads_and_blocks_change_no_byte)
{
    static const char *const INPUTS[] = {"synthea/patients.csv", "synthea/observations.csv",
                                         "febrl/dataset1.csv"};
    static const char *const STEMS[] = {"patients", "observations", "dataset1"};
    static const char *const FILES[] = {"records.csv", "rejects.csv", "audit.ndjson"};
    static const char *const THREADS[] = {"1", "2", "7"}, *const BLOCKS[] = {"4096", "1048576"};
    for (size_t i = 0; i < 3; i++) {
        struct workplace place;
        char input[1024], first[3][DIGEST_HEX_BYTES] = {{0}};
        if (!s_find (INPUTS[i], input))
            continue;
        workplace_make (&place);
        for (size_t t = 0; t < 3; t++)
            for (size_t b = 0; b < 2; b++) {
                s_run (&place, input, "out", THREADS[t], BLOCKS[b]);
                for (size_t f = 0; f < 3; f++) {
                    char hex[DIGEST_HEX_BYTES], *text = s_result (&place, "out", STEMS[i], FILES[f]);
                    digest_of (text, strlen (text), hex);
                    free (text);
                    if (!*first[f])
                        memcpy (first[f], hex, sizeof hex);
                    cr_assert_str_eq (hex, first[f], "%s with %s threads, blocks of %s", FILES[f], THREADS[t],
                                      BLOCKS[b]);
                }
            }
        workplace_remove (&place);
    }
}
