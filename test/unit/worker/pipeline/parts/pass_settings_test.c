//  pass_settings_test.c: settings and tallies that are written are read again, from no other bytes; an
//  attempt by settings that another one's values told makes in one pass what that one made in several.
#include "test/support/processes/workplace.h"
#include "test/support/results/hand_driver.h"

#include "messages/base/clock.h"
#include "messages/uri.h"
#include "worker/output/tally_codec.h"
#include "worker/rules/schema/catalog.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct packed s_of (const struct packer *packer)
{
    return (struct packed){packer->to.at, packer->to.at + packer->to.used, false};
}

Test (pass_settings, what_is_written_is_read_again)
{
    int barred[] = {3, 19999};
    char names[] = "late\0later";
    struct pass_settings settings = {.seed = UINT64_MAX,
                                     .now = 1700000000000,
                                     .told = true,
                                     .places = {.foreign = true},
                                     .names = {names, sizeof names, sizeof names},
                                     .barred = barred,
                                     .barred_count = 2};
    settings.readings[5] = (struct date_reading){.order = DATE_ORDER_DMY, .future = true};
    settings.marks[7] = DECIMAL_COMMA;
    settings.places.regions[127] = 3;
    struct packer packer = {.failed = false}, again = {.failed = false};
    pass_settings_pack (&settings, &packer);
    for (size_t n = 0; n <= packer.to.used; n++) {
        struct pass_settings read = {.told = false};
        struct packed from = {packer.to.at, packer.to.at + n, false};
        cr_assert_eq (pass_settings_unpack (&read, &from), 0);
        cr_assert_eq (packed_is_whole (&from), n == packer.to.used, "%zu bytes", n);
        if (n == packer.to.used)
            pass_settings_pack (&read, &again);
        cr_assert (n < packer.to.used ||
                   (read.now == settings.now && read.readings[5].future && read.marks[7] == DECIMAL_COMMA &&
                    read.places.regions[127] == 3 && read.barred[1] == 19999 &&
                    strcmp (read.names.at + 5, "later") == 0));
        pass_settings_clear (&read);
    }
    cr_assert (again.to.used == packer.to.used && memcmp (again.to.at, packer.to.at, again.to.used) == 0);
    free (packer.to.at);
    free (again.to.at);
}

Test (pass_settings, a_tally_that_is_written_is_read_again)
{
    struct tally tally, read;
    struct packer packer = {.failed = false}, again = {.failed = false};
    cr_assert (tally_init (&tally, 3) == 0 && tally_init (&read, 3) == 0);
    tally_mark (&tally, 1, RULE_DATE_FUTURE, 17);
    tally_mark (&tally, FIELD_NONE, RULE_FIELD_COUNT, 0);
    tally.foreign = 4;
    tally.fields[0].mdy = 1;
    tally.fields[2].votes[OTHERS_MAX].against = 300;
    tally.fields[2].regions[REGIONS_MAX - 1] = 9;
    tally.fields[2].forms = 3;
    first_values_add (&tally.fields[2].first_both, (struct text){"1,234", 5});
    tally_pack (&tally, &packer);
    struct packed from = s_of (&packer);
    tally_unpack (&read, &from);
    cr_assert (packed_is_whole (&from));
    cr_assert_eq (memcmp (read.fields, tally.fields, 4 * sizeof *read.fields), 0);
    cr_assert_eq (read.foreign, 4);
    tally_clear (&read);
    cr_assert_eq (tally_init (&read, 4), 0);    //  of another schema
    from = s_of (&packer);
    tally_unpack (&read, &from);
    cr_assert (from.bad);
    tally_clear (&tally);
    tally_clear (&read);
    free (packer.to.at);
    free (again.to.at);
}

struct work {
    struct workplace place;
    struct options options;
    struct assignment assignment;
    struct fetched_files fetched_files;
    struct hand_driver driver;
    catalog_t *catalog;
    char folders[2][300];
};

static void s_work_make (struct work *self, const char *name, const char *text)
{
    struct error error = {.code = DMH_OK};
    char path[300];
    workplace_make (&self->place);
    workplace_write (&self->place, name, text, strlen (text));
    snprintf (path, sizeof path, "%s/%s", self->place.folder, name);
    self->catalog = catalog_new (NULL, &error);
    self->assignment = (struct assignment){.job = "job",
                                           .attempt = 1,
                                           .options = &self->options,
                                           .catalog = self->catalog,
                                           .results = self->place.folder};
    snprintf (self->assignment.input.name, sizeof self->assignment.input.name, "%s", name);
    cr_assert_eq (uri_from_path (path, self->assignment.input.uri, sizeof self->assignment.input.uri, &error),
                  DMH_OK);
    for (int i = 0; i < 2; i++)
        snprintf (self->folders[i], sizeof self->folders[i], "%s/%d", self->place.folder, i);
    hand_driver_make (&self->driver);
}

//  The result of one worker goes to folder 0; what a first pass over all of it shows comes back.
static struct pass_settings s_learn (struct work *self)
{
    struct error error = {.code = DMH_OK};
    struct runner_news news = {.kind = ""};
    struct attempt attempt;
    struct part_sink sink = {.blocks = NULL};
    struct pass_settings settings = {.seed = 7, .now = clock_wall_ms ()};
    const struct attempt_terms terms = {.settings = &settings, .sink = &sink};
    bool whole, otherwise;
    self->assignment.folder = self->folders[0];
    cr_assert_eq (attempt_prepare (&attempt, &self->assignment, &self->fetched_files, 1, &error), DMH_OK,
                  "%s", error.text);
    cr_assert_eq (passes_run (&attempt, &self->driver.task, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (attempt_finish (&attempt, false, &news, &error), DMH_OK, "%s", error.text);
    cr_assert_gt (self->driver.passes, 1);
    runner_news_clear (&news);
    attempt_clear (&attempt);
    cr_assert_eq (attempt_prepare_by (&attempt, &self->assignment, &self->fetched_files, 1, &terms, &error),
                  DMH_OK, "%s", error.text);
    cr_assert_eq (self->driver.task.pass (&self->driver, &attempt, &whole, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (pass_settings_learn (&settings, &attempt.plan, &sink.tally, sink.unknown, true, &otherwise),
                  0);
    cr_assert (whole && otherwise);
    part_sink_clear (&sink);
    attempt_clear (&attempt);
    return settings;
}

static void s_expect_one_pass (const char *name, const char *text)
{
    struct work work = {.options = {.audit = "full"}};
    struct error error = {.code = DMH_OK};
    struct runner_news news = {.kind = ""};
    struct attempt attempt;
    s_work_make (&work, name, text);
    struct pass_settings settings = s_learn (&work);
    const struct attempt_terms terms = {.settings = &settings};
    work.assignment.folder = work.folders[1];
    work.driver.passes = 0;
    cr_assert_eq (attempt_prepare_by (&attempt, &work.assignment, &work.fetched_files, 1, &terms, &error),
                  DMH_OK, "%s", error.text);
    cr_assert_eq (passes_run (&attempt, &work.driver.task, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (attempt_finish (&attempt, false, &news, &error), DMH_OK, "%s", error.text);
    cr_assert_eq (work.driver.passes, 1, "%s: %zu passes", name, work.driver.passes);
    cr_assert (results_agree (work.folders[0], work.folders[1]), "%s", name);
    runner_news_clear (&news);
    attempt_clear (&attempt);
    pass_settings_clear (&settings);
    catalog_destroy (&work.catalog);
    workplace_remove (&work.place);
}

Test (pass_settings, what_values_told_needs_no_second_pass)
{
    s_expect_one_pass ("dates.csv", "patient_id,birth_date\n1,03/04/1980\n2,25/12/1981\n3,26/11/1990\n");
    s_expect_one_pass ("marks.csv", "patient_id;test_name;result\n1;Glucose;5,4\n2;Glucose;6,1\n");
    s_expect_one_pass ("barred.csv", "patient_id,given_name,phone\n1,Ann,yes\n2,Bob,no\n3,Cy,yes\n4,Di,no\n");
    //  A key that comes behind the sample.
    char *late = malloc (2200000);
    size_t n = 0;
    for (int i = 0; n < 2100000; i++)
        n += (size_t) sprintf (late + n, "{\"patient_id\":\"%d\",\"given_name\":\"Ann\"}\n", i);
    sprintf (late + n, "{\"patient_id\":\"x\",\"birth_date\":\"1980-05-13\",\"more\":1}\n");
    s_expect_one_pass ("late.ndjson", late);
    free (late);
}
