//  records_test.c: the records of a result, a file of rows or a table of a database, alone: what they hold,
//  what of a budget they take and give back, another pass.
#include "worker/output/records/records.h"

#include "test/support/processes/workplace.h"
#include "test/support/results/planned_schema.h"
#include "worker/encoders/cell.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char SCHEMA[] =
    "{\"name\":\"visit\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"seen\",\"dmh\":{\"type\":\"datetime\"}},"
    "{\"name\":\"weight\",\"dmh\":{\"type\":\"number\"}}],\"dmh\":{\"key\":[\"id\"]}}";

enum { ID, SEEN, WEIGHT, PAGE = 4096, ROWS = 3000 };

static struct workplace s_place;
static struct planned_schema s_planned;
static struct layout s_layout;
static struct error s_error;
static struct output s_out;

static void s_make (const char *encoder)
{
    workplace_make (&s_place);
    planned_schema_make (&s_planned, SCHEMA, "id,seen,weight,Ward");
    cr_assert_eq (layout_make (&s_layout, encoder_find (encoder), &s_planned.plan), 0);
}

static void s_drop (void)
{
    layout_clear (&s_layout);
    planned_schema_drop (&s_planned);
    workplace_remove (&s_place);
}

static records_t *s_new (struct output_budget *budget)
{
    records_t *records = records_new (s_place.folder, &s_layout, budget, &s_error);
    cr_assert_not_null (records, "%s", s_error.text);
    return records;
}

//  A row of cells.
static void s_insert (records_t *records, const char *id, const char *seen, const char *weight,
                      const char *ward)
{
    char row[5000], *end = row;
    const char *const cells[] = {id, seen, weight, ward};
    for (size_t i = 0; i < 4; i++)
        end = cell_put (end, text_of (cells[i]));
    records_write (records, row, (size_t) (end - row));
}

static void s_insert_many (records_t *records, int rows)
{
    for (int i = 0; i < rows; i++) {
        char id[32];
        snprintf (id, sizeof id, "patient-number-%d", i);
        s_insert (records, id, "2020-01-02", "70.5", "ward and bed of the patient");
    }
}

static long long s_ask (const char *sql)
{
    char path[600];
    sqlite3 *db;
    sqlite3_stmt *rows;
    snprintf (path, sizeof path, "%s/records.sqlite", s_place.folder);
    cr_assert_eq (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    cr_assert_eq (sqlite3_prepare_v2 (db, sql, -1, &rows, NULL), SQLITE_OK, "%s", sqlite3_errmsg (db));
    cr_assert_eq (sqlite3_step (rows), SQLITE_ROW);
    long long answer = sqlite3_column_int64 (rows, 0);
    sqlite3_finalize (rows);
    sqlite3_close (db);
    return answer;
}

Test (records, a_file_of_rows_begins_with_its_header_in_every_pass)
{
    struct output_budget budget = {.most = 1000, .sentence = "too much"};
    s_make ("csv");
    records_t *records = s_new (&budget);
    records_write (records, "1,,,x\n", 6);
    cr_assert_eq (records_restart (records, &s_error), DMH_OK, "%s", s_error.text);
    records_write (records, "2,,,y\n", 6);
    cr_expect_not (records_contradict (records, NULL));
    cr_assert_eq (records_check (records, &s_error), DMH_OK);
    cr_assert_eq (records_finish (records, 7, &s_out, &s_error), DMH_OK, "%s", s_error.text);
    cr_expect_str_eq (s_out.name, "records.csv");
    cr_expect_eq (s_out.records, 7);
    cr_expect_eq (budget.used, s_out.bytes);
    records_destroy (&records);
    cr_expect_null (records);
    records_destroy (&records);
    char *text = workplace_read (s_place.folder, "records.csv", NULL);
    cr_expect_str_eq (text, "id,seen,weight,ward\n2,,,y\n");
    free (text);
    s_drop ();
}

Test (records, a_place_that_is_taken_is_said)
{
    static const char *const ENCODERS[] = {"csv", "sqlite"};
    for (size_t i = 0; i < 2; i++) {
        s_make (ENCODERS[i]);
        records_t *records = s_new (NULL);
        cr_expect_null (records_new (s_place.folder, &s_layout, NULL, &s_error));
        cr_expect_eq (s_error.code, DMH_IO);
        cr_expect (strstr (s_error.text, " cannot be created: File exists"), "%s", s_error.text);
        records_destroy (&records);
        s_drop ();
    }
}

static int s_syncs;

static int s_sync_counting (int fd)
{
    (void) fd;
    s_syncs++;
    return 0;
}

Test (records, a_database_is_its_owner_s_alone_and_synced)
{
    struct stat about;
    char path[600];
    s_make ("sqlite");
    records_t *records = s_new (NULL);
    snprintf (path, sizeof path, "%s/records.sqlite", s_place.folder);
    cr_assert_eq (stat (path, &about), 0);
    cr_expect_eq (about.st_mode & 07777, 0600);
    s_insert (records, "1", "2020-01-02", "70.5", "A");
    records_leave_unsynced (records, true);
    output_replace (NULL, s_sync_counting);
    cr_assert_eq (records_finish (records, 1, &s_out, &s_error), DMH_OK, "%s", s_error.text);
    output_replace (NULL, NULL);
    cr_expect_eq (s_syncs, 1);
    cr_expect_str_eq (s_out.name, "records.sqlite");
    cr_expect_eq (s_out.records, 1);
    cr_assert_eq (stat (path, &about), 0);
    cr_expect_eq (s_out.bytes, (uint64_t) about.st_size);
    cr_expect_eq (s_ask ("SELECT count(*) FROM visit"), 1);
    cr_expect_eq (s_ask ("PRAGMA application_id"), 0x444d4852);
    cr_expect_eq (s_ask ("PRAGMA user_version"), 1);
    cr_expect_eq (s_ask ("PRAGMA page_size"), PAGE);
    cr_expect_eq (s_ask ("SELECT count(*) FROM pragma_index_list('visit')"), 2);
    records_destroy (&records);
    s_drop ();
}

Test (records, a_database_takes_of_the_budget_what_it_holds_and_gives_it_back)
{
    struct output_budget budget = {.most = 10 << 20, .sentence = "too much"};
    s_make ("sqlite");
    records_t *records = s_new (&budget);
    s_insert_many (records, ROWS);
    cr_expect_gt (budget.used, 100 * 1024);
    cr_assert_eq (records_restart (records, &s_error), DMH_OK, "%s", s_error.text);
    cr_expect_eq (budget.used, 0);
    s_insert_many (records, ROWS);
    cr_assert_eq (records_finish (records, ROWS, &s_out, &s_error), DMH_OK, "%s", s_error.text);
    cr_expect_eq (budget.used, s_out.bytes);
    cr_expect_eq (s_ask ("SELECT count(*) FROM visit"), ROWS);
    records_destroy (&records);
    s_drop ();
}

//  To the page, with what another file has taken already.
Test (records, a_database_fits_to_the_last_page_of_the_budget_and_no_further)
{
    s_make ("sqlite");
    struct output_budget wide = {.most = 10 << 20, .sentence = "too much"};
    records_t *records = s_new (&wide);
    s_insert_many (records, ROWS);
    cr_assert_eq (records_finish (records, ROWS, &s_out, &s_error), DMH_OK);
    records_destroy (&records);
    uint64_t bytes = s_out.bytes;
    for (int less = 0; less < 2; less++) {
        char path[600];
        snprintf (path, sizeof path, "%s/records.sqlite", s_place.folder);
        cr_assert_eq (unlink (path), 0);
        struct output_budget narrow = {.most = bytes + 1000 - (uint64_t) less,
                                       .used = 1000,
                                       .sentence = "more than it may; --output-bytes"};
        records = s_new (&narrow);
        s_insert_many (records, ROWS);
        int rc = records_finish (records, ROWS, &s_out, &s_error);
        cr_expect_eq (rc, less ? DMH_TOO_LARGE : DMH_OK, "%d: %s", less, s_error.text);
        if (less)
            cr_expect_str_eq (s_error.text, "more than it may; --output-bytes");
        cr_expect_leq (narrow.used, narrow.most);
        //  It sticks.
        if (less) {
            s_insert (records, "x", "", "", "");
            cr_expect_eq (records_check (records, &s_error), DMH_TOO_LARGE);
        }
        records_destroy (&records);
    }
    s_drop ();
}

Test (records, values_that_need_a_column_beside_theirs_are_told_until_it_is_there)
{
    bool wanted[FIELDS_MAX];
    s_make ("sqlite");
    records_t *records = s_new (NULL);
    s_insert (records, "1", "2020-01-02", "70.5", "");
    cr_expect_not (records_contradict (records, wanted));
    cr_expect_not (wanted[SEEN] || wanted[WEIGHT] || wanted[ID]);
    s_insert (records, "2", "2020-01-02T10:00:00", "70.50", "");
    cr_expect (records_contradict (records, wanted));
    cr_expect (wanted[SEEN] && wanted[WEIGHT] && !wanted[ID]);
    cr_assert_eq (layout_set_beside (&s_layout, SEEN), 0);
    cr_expect (records_contradict (records, NULL));
    cr_assert_eq (layout_set_beside (&s_layout, WEIGHT), 0);
    cr_expect_not (records_contradict (records, NULL));
    cr_assert_eq (records_restart (records, &s_error), DMH_OK, "%s", s_error.text);
    cr_expect (records_contradict (records, wanted), "nothing is there that needs them");
    cr_expect_not (wanted[SEEN] || wanted[WEIGHT]);
    s_insert (records, "1", "2020-01-02", "70.5", "");
    s_insert (records, "2", "2020-01-02T10:00:00", "70.50", "");
    s_insert (records, "3", "2020", "", "");
    cr_expect_not (records_contradict (records, NULL));
    cr_assert_eq (records_finish (records, 3, &s_out, &s_error), DMH_OK, "%s", s_error.text);
    cr_expect_eq (s_ask ("SELECT count(*) FROM visit WHERE seen_date = '2020-01-02'"), 2);
    cr_expect_eq (s_ask ("SELECT count(*) FROM visit WHERE seen_date IS NULL"), 1);
    cr_expect_eq (s_ask ("SELECT count(*) FROM visit WHERE weight_digits = '70.50' AND weight = 70.5"), 1);
    cr_expect_eq (s_ask ("SELECT count(*) FROM pragma_index_info('visit_by_seen_date')"), 1);
    records_destroy (&records);
    s_drop ();
}

//  As under ulimit -f.
Test (records, a_database_that_the_system_refuses_says_why_and_what_to_do)
{
    struct rlimit before, small;
    char sentence[700];
    s_make ("sqlite");
    records_t *records = s_new (NULL);
    s_insert_many (records, ROWS);
    cr_assert_eq (getrlimit (RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){.rlim_cur = 64 * 1024, .rlim_max = before.rlim_max};
    signal (SIGXFSZ, SIG_IGN);
    cr_assert_eq (setrlimit (RLIMIT_FSIZE, &small), 0);
    int rc = records_finish (records, ROWS, &s_out, &s_error);
    cr_assert_eq (setrlimit (RLIMIT_FSIZE, &before), 0);
    cr_expect_eq (rc, DMH_IO);
    snprintf (sentence, sizeof sentence,
              "%s/records.sqlite cannot be written: File too large; raise the limit on the size of files "
              "(ulimit -f)",
              s_place.folder);
    cr_expect_str_eq (s_error.text, sentence);
    records_destroy (&records);
    s_drop ();
}

static const char SCHEMA_OF_TWO[] =
    "{\"name\":\"visit\",\"version\":\"1\",\"fields\":["
    "{\"name\":\"seen\",\"dmh\":{\"type\":\"datetime\"}},"
    "{\"name\":\"id\",\"constraints\":{\"required\":true},\"dmh\":{\"type\":\"identifier\"}},"
    "{\"name\":\"number\",\"dmh\":{\"type\":\"identifier\"}}],\"dmh\":{\"key\":[\"number\",\"id\"]}}";

//  How many ways to meet the disk SQLite knows of ours.
static size_t s_ways (void)
{
    size_t count = 0;
    for (const sqlite3_vfs *vfs = sqlite3_vfs_find (NULL); vfs; vfs = vfs->pNext)
        count += strncmp (vfs->zName, "dmh-", 4) == 0;
    return count;
}

Test (records, a_key_is_indexed_by_those_of_its_columns_that_are_there)
{
    char row[64], *end = row;
    workplace_make (&s_place);
    planned_schema_make (&s_planned, SCHEMA_OF_TWO, "seen,id");
    cr_assert_eq (layout_make (&s_layout, encoder_find ("sqlite"), &s_planned.plan), 0);
    records_t *records = s_new (NULL);
    cr_expect_eq (s_ways (), 1);
    end = cell_put (cell_put (end, text_of ("2020-01-02")), text_of ("1"));
    records_write (records, row, (size_t) (end - row));
    cr_assert_eq (records_finish (records, 1, &s_out, &s_error), DMH_OK, "%s", s_error.text);
    records_destroy (&records);
    cr_expect_eq (s_ways (), 0);
    cr_expect_eq (s_ask ("SELECT count(*) FROM pragma_index_info('visit_key')"), 1);
    cr_expect_eq (s_ask ("SELECT count(*) FROM pragma_index_info('visit_key') WHERE name = 'id'"), 1);
    cr_expect_eq (s_ask ("SELECT count(*) FROM pragma_index_info('visit_by_seen')"), 1);
    s_drop ();
}

//  More than SQLite keeps in memory, so that the disk was written to before.
Test (records, a_limit_that_is_reached_late_is_no_full_disk)
{
    static char ward[4001];
    struct output_budget budget = {.most = 20 << 20, .sentence = "more than it may; --output-bytes"};
    s_make ("sqlite");
    records_t *records = s_new (&budget);
    memset (ward, 'w', sizeof ward - 1);
    for (int i = 0; i < 6000; i++) {
        char id[16];
        snprintf (id, sizeof id, "%d", i);
        s_insert (records, id, "2020-01-02", "70.5", ward);
    }
    cr_expect_eq (records_finish (records, 6000, &s_out, &s_error), DMH_TOO_LARGE);
    cr_expect_str_eq (s_error.text, "more than it may; --output-bytes");
    records_destroy (&records);
    s_drop ();
}

Test (records, a_budget_that_has_no_room_for_an_empty_table_makes_none)
{
    struct output_budget budget = {
        .most = 5000, .used = 1000, .sentence = "more than it may; --output-bytes"};
    s_make ("sqlite");
    cr_expect_null (records_new (s_place.folder, &s_layout, &budget, &s_error));
    cr_expect_eq (s_error.code, DMH_TOO_LARGE);
    cr_expect_str_eq (s_error.text, "more than it may; --output-bytes");
    cr_expect_eq (s_ways (), 0);
    s_drop ();
}
