//  properties_test.c: what holds for every file: messy ones are made from a seed and run through reader,
//  harmonizers and writer, several ways. A failure names kind and seed. DMH_SEEDS=N tries N of them.
#include "client/verification/conservation.h"
#include "client/verification/verification.h"
#include "test/support/inputs/generated_table.h"
#include "test/support/results/local_attempt.h"

#include <criterion/criterion.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>

enum { SEEDS = 12 };

//  What a run wrote; records and counts.
struct answer {
    char *records, *audit;
    struct counts counts;
};

static void s_answer_clear (struct answer *self)
{
    free (self->records);
    free (self->audit);
}

static void s_found (void *context, const char *sentence)
{
    const struct table *table = context;
    cr_assert_fail ("%s, seed %u: %s", table->kind, table->seed, sentence);
}

//  The result is whole, and by other code holds all of its input.
static void s_verify (const struct table *table, const char *folder, const char *input)
{
    struct problems problems = {s_found, (void *) (uintptr_t) table, 0};
    struct conservation conserved;
    verification_check (folder, NULL, &problems);
    conservation_check (folder, input, &conserved, &problems);
    cr_assert (conserved.same && conserved.records);
}

static struct answer s_run (struct workplace *place, const struct table *table, const char *input,
                            const struct options *options, size_t threads)
{
    struct local_attempt got = local_attempt_run_path (place, input, options, threads);
    cr_assert (got.done, "%s, seed %u: %s", table->kind, table->seed, got.error.text);
    struct counts n = got.counts;
    cr_assert_eq (n.read, n.written + n.duplicates + n.conflicts + n.rejected, "%s, seed %u", table->kind,
                  table->seed);
    s_verify (table, got.folder, input);
    struct answer answer = {workplace_read (got.folder, "records.csv", NULL),
                            workplace_read (got.folder, "audit.ndjson", NULL), n};
    cr_assert (answer.records && answer.audit);
    return answer;
}

static struct answer s_run_table (struct workplace *place, const struct table *table,
                                  struct table_style style, const struct options *options, size_t threads)
{
    char path[512];
    table_write_csv (place, "in.csv", table, style);
    snprintf (path, sizeof path, "%s/in.csv", place->folder);
    return s_run (place, table, path, options, threads);
}

//  The first line that differs goes to standard error: whole files are too long for a message.
static void s_expect_same (const char *got, const char *want, const struct table *table, const char *what)
{
    size_t line = 1, start = 0;
    if (strcmp (got, want) == 0)
        return;
    for (size_t at = 0; got[at] && got[at] == want[at]; at++)
        if (got[at] == '\n') {
            line++;
            start = at + 1;
        }
    fprintf (stderr, "line %zu is\n%.*s\nand was\n%.*s\n", line, (int) strcspn (got + start, "\n"),
             got + start, (int) strcspn (want + start, "\n"), want + start);
    cr_assert_fail ("%s changes the records of %s, seed %u, line %zu", what, table->kind, table->seed, line);
}

static const struct table_style PLAIN = {.end = "\n"};

static void s_each (void (*property) (struct workplace *, const struct table *, const struct answer *))
{
    const char *wish = getenv ("DMH_SEEDS");
    unsigned seeds = wish ? (unsigned) strtoul (wish, NULL, 10) : SEEDS;
    for (size_t kind = 0; kind < TABLE_KINDS; kind++)
        for (unsigned seed = 1; seed <= seeds; seed++) {
            struct workplace place;
            struct options options = {.format = ""};
            workplace_make (&place);
            struct table *table = table_generate (kind, seed);
            struct answer first = s_run_table (&place, table, PLAIN, &options, 1);
            cr_assert_eq (first.counts.read, table->rows, "%s, seed %u", table->kind, seed);
            property (&place, table, &first);
            s_answer_clear (&first);
            free (table);
            workplace_remove (&place);
        }
}

//  Records without a key that differ in what was emptied alone are the same as they were written: of those
//  the first. The header and each record are one line.
static void s_drop_repeats (char *records)
{
    char *to = records;
    for (char *line = records, *next; *line; line = next) {
        next = line + strcspn (line, "\n") + 1;
        size_t n = (size_t) (next - line);
        bool again = false;
        for (char *at = records; at < to && !again; at += strcspn (at, "\n") + 1)
            again = line[0] == ',' && strncmp (at, line, n) == 0;
        if (again)
            continue;
        memmove (to, line, n);
        to += n;
    }
    *to = 0;
}

//  The second harmonization of a result changes nothing and says so.
static void s_again (struct workplace *place, const struct table *table, const struct answer *first)
{
    char path[512];
    struct options options = {.format = "", .audit = "full"};
    snprintf (options.kind, sizeof options.kind, "%s", table->kind);
    workplace_write (place, "again.csv", first->records, strlen (first->records));
    snprintf (path, sizeof path, "%s/again.csv", place->folder);
    if (first->counts.written == 0)
        return;
    struct answer again = s_run (place, table, path, &options, 1);
    char *expected = strdup (first->records);
    cr_assert_not_null (expected);
    s_drop_repeats (expected);
    s_expect_same (again.records, expected, table, "harmonizing again");
    cr_assert_eq (again.counts.written + again.counts.duplicates, first->counts.written, "%s, seed %u",
                  table->kind, table->seed);
    free (expected);
    const char *change = strstr (again.audit, "\"event\":\"change\"");
    cr_assert_null (change, "%s, seed %u: harmonizing again changes: %.200s", table->kind, table->seed,
                    change);
    s_answer_clear (&again);
}

Test (properties, a_result_harmonized_again_is_itself)
{
    s_each (s_again);
}

//  What the audit says of one record.
struct fate {
    size_t repeats;        //  the record's number; 0: none
    bool set_aside;        //  rejected or in conflict
    char emptied[2048];    //  what was invalid, as it stood
};

static struct fate *s_fates (const struct table *table, const char *audit)
{
    struct fate *fates = calloc (table->rows + 1, sizeof *fates);
    cr_assert_not_null (fates);
    for (const char *line = audit; *line; line += strcspn (line, "\n") + 1) {
        char text[1024], event[32];
        size_t record;
        snprintf (text, sizeof text, "%.*s", (int) strcspn (line, "\n"), line);
        const char *at = strstr (text, "\"event\""), *repeats = strstr (text, "\"repeats\":");
        if (sscanf (at, "\"event\":\"%31[a-z]\",\"record\":%zu", event, &record) != 2)
            continue;    //  of a column, or the end
        cr_assert (record >= 1 && record <= table->rows);
        struct fate *fate = &fates[record];
        if (strcmp (event, "duplicate") == 0)
            fate->repeats = strtoul (repeats + strlen ("\"repeats\":"), NULL, 10);
        else if (strcmp (event, "warning") != 0)
            fate->set_aside = true;
        else if (strstr (text, ",\"value\":\"\"}")) {
            size_t used = strlen (fate->emptied);
            snprintf (fate->emptied + used, sizeof fate->emptied - used, "%s", strstr (text, "\"field\""));
        }
    }
    return fates;
}

static bool s_same_trimmed (const char *a, const char *b)
{
    return text_equal (text_trim (text_of (a)), text_trim (text_of (b)));
}

//  Every record is written, set aside, or repeats one that is, also in what FHIR or a schema has no place
//  for.
static void s_conserved (struct workplace *place, const struct table *table, const struct answer *first)
{
    (void) place;
    struct fate *fates = s_fates (table, first->audit);
    uint64_t written = 0, set_aside = 0;
    for (size_t r = 1; r <= table->rows; r++) {
        size_t of = fates[r].repeats;
        written += !of && !fates[r].set_aside;
        set_aside += fates[r].set_aside;
        if (!of)
            continue;
        cr_assert (of < r && !fates[of].repeats, "%s, seed %u: record %zu repeats %zu", table->kind,
                   table->seed, r, of);
        cr_assert_str_eq (fates[r].emptied, fates[of].emptied, "%s, seed %u: record %zu repeats %zu",
                          table->kind, table->seed, r, of);
        for (size_t c = 0; c < TABLE_COLUMNS; c++)
            cr_assert (!table->columns[c].extra || s_same_trimmed (table->at[r - 1][c], table->at[of - 1][c]),
                       "%s, seed %u: record %zu repeats %zu", table->kind, table->seed, r, of);
    }
    cr_assert_eq (written, first->counts.written, "%s, seed %u", table->kind, table->seed);
    cr_assert_eq (set_aside, first->counts.conflicts + first->counts.rejected, "%s, seed %u", table->kind,
                  table->seed);
    free (fates);
}

Test (properties, every_record_is_written_or_set_aside_or_repeats_one_that_is)
{
    s_each (s_conserved);
}

static void s_threads (struct workplace *place, const struct table *table, const struct answer *first)
{
    struct options options = {.block_bytes = 4096};
    struct answer other = s_run_table (place, table, PLAIN, &options, 3);
    s_expect_same (other.records, first->records, table, "cutting into blocks for 3 threads");
    s_expect_same (other.audit, first->audit, table, "cutting into blocks for 3 threads");
    s_answer_clear (&other);
}

Test (properties, threads_and_blocks_change_nothing)
{
    s_each (s_threads);
}

static void s_ends (struct workplace *place, const struct table *table, const struct answer *first)
{
    static const char *const ENDS[] = {"\r\n", "\r"};
    struct options options = {.format = ""};
    for (size_t i = 0; i < 2; i++) {
        struct answer other = s_run_table (place, table, (struct table_style){.end = ENDS[i]}, &options, 2);
        s_expect_same (other.records, first->records, table, i ? "CR" : "CRLF");
        s_answer_clear (&other);
    }
}

Test (properties, line_endings_change_nothing)
{
    s_each (s_ends);
}

//  The input's text in another encoding; NULL when it has a character that is not in it.
static char *s_encode (const char *text, size_t n, const char *encoding, size_t *bytes)
{
    size_t room = 4 * n + 8, left = room;
    char *out = malloc (room), *to = out, *from = (char *) (uintptr_t) text;
    iconv_t converter = iconv_open (encoding, "UTF-8");
    cr_assert (out && converter != (iconv_t) -1);
    bool whole = iconv (converter, &from, &n, &to, &left) != (size_t) -1;
    iconv_close (converter);
    *bytes = room - left;
    if (whole)
        return out;
    free (out);
    return NULL;
}

static void s_encodings (struct workplace *place, const struct table *table, const struct answer *first)
{
    static const struct {
        const char *iconv, *option;
    } ENCODINGS[] = {{"UTF-16LE", "utf-16le"}, {"UTF-16BE", "utf-16be"}, {"CP1252", "windows-1252"}};
    char path[512];
    size_t n, bytes;
    table_write_csv (place, "in.csv", table, PLAIN);
    char *text = workplace_read (place->folder, "in.csv", &n);
    cr_assert_not_null (text);
    for (size_t i = 0; i < sizeof ENCODINGS / sizeof *ENCODINGS; i++) {
        struct options options = {.format = ""};
        char *encoded = s_encode (text, n, ENCODINGS[i].iconv, &bytes);
        if (!encoded)
            continue;
        snprintf (options.encoding, sizeof options.encoding, "%s", ENCODINGS[i].option);
        workplace_write (place, "encoded.csv", encoded, bytes);
        snprintf (path, sizeof path, "%s/encoded.csv", place->folder);
        struct answer other = s_run (place, table, path, &options, 2);
        s_expect_same (other.records, first->records, table, ENCODINGS[i].option);
        s_expect_same (other.audit, first->audit, table, ENCODINGS[i].option);
        s_answer_clear (&other);
        free (encoded);
    }
    free (text);
}

Test (properties, the_encoding_changes_nothing)
{
    s_each (s_encodings);
}

//  Extra columns keep their order among themselves, as the result has it.
static void s_order (struct workplace *place, const struct table *table, const struct answer *first)
{
    size_t order[TABLE_COLUMNS], extra = 0, count = 0;
    struct options options = {.format = ""};
    for (size_t c = 0; c < TABLE_COLUMNS; c++)
        if (!table->columns[c].extra)
            order[count++] = c;
    for (size_t at = count; at > 1; at--) {
        size_t with = table_random (at), c = order[at - 1];
        order[at - 1] = order[with];
        order[with] = c;
    }
    for (size_t c = 0; c < TABLE_COLUMNS; c++)
        if (table->columns[c].extra) {
            size_t at = extra + table_random (count - extra + 1);
            memmove (&order[at + 1], &order[at], (count - at) * sizeof *order);
            order[at] = c;
            extra = at + 1;
            count++;
        }
    struct answer other =
        s_run_table (place, table, (struct table_style){.end = "\n", .order = order}, &options, 2);
    s_expect_same (other.records, first->records, table, "another order of the columns");
    s_answer_clear (&other);
}

Test (properties, the_order_of_columns_changes_nothing)
{
    s_each (s_order);
}

//  Every row whole, and with a key of its own.
static struct table *s_distinct (const struct table *table)
{
    struct table *self = malloc (sizeof *self);
    cr_assert_not_null (self);
    *self = *table;
    for (size_t r = 0; r < self->rows; r++) {
        bool study = strcmp (self->kind, "imaging_study") == 0;
        table_mend (self, r);
        snprintf (self->at[r][0], TABLE_CELL, study ? "1.2.3.%zu" : "%zu", 1000 + r);
    }
    return self;
}

static int s_compare_lines (const void *a, const void *b)
{
    return strcmp (*(char *const *) a, *(char *const *) b);
}

//  The header, then the records in the order of their bytes. No value of a table has a line end.
static char *s_sorted (char *records)
{
    char *lines[TABLE_ROWS_MOST + 1], *out = malloc (strlen (records) + 2), *to = out, *rest = NULL;
    size_t count = 0;
    cr_assert_not_null (out);
    for (char *line = strtok_r (records, "\n", &rest); line; line = strtok_r (NULL, "\n", &rest))
        lines[count++] = line;
    qsort (lines + 1, count - 1, sizeof *lines, s_compare_lines);
    for (size_t i = 0; i < count; i++)
        to += sprintf (to, "%s\n", lines[i]);
    return out;
}

static void s_rows (struct workplace *place, const struct table *table, const struct answer *first)
{
    (void) first;
    struct options options = {.format = ""};
    struct table *one = s_distinct (table), *other = s_distinct (one);
    for (size_t at = other->rows; at > 1; at--) {
        size_t with = table_random (at);
        char row[TABLE_COLUMNS][TABLE_CELL];
        memcpy (row, other->at[at - 1], sizeof row);
        memcpy (other->at[at - 1], other->at[with], sizeof row);
        memcpy (other->at[with], row, sizeof row);
    }
    struct answer got[] = {s_run_table (place, one, PLAIN, &options, 2),
                           s_run_table (place, other, PLAIN, &options, 2)};
    char *sorted[] = {s_sorted (got[0].records), s_sorted (got[1].records)};
    cr_assert_eq (got[0].counts.conflicts, 0, "%s, seed %u", table->kind, table->seed);
    s_expect_same (sorted[1], sorted[0], table, "another order of the rows");
    for (size_t i = 0; i < 2; i++) {
        free (sorted[i]);
        s_answer_clear (&got[i]);
    }
    free (one);
    free (other);
}

Test (properties, the_order_of_rows_changes_no_record)
{
    s_each (s_rows);
}

static void s_formats (struct workplace *place, const struct table *table, const struct answer *first)
{
    (void) first;
    struct options options = {.format = "", .block_bytes = 4096};
    struct table *whole = s_distinct (table);
    struct answer csv = s_run_table (place, whole, PLAIN, &options, 2);
    for (size_t i = 0; i < 2; i++) {
        char path[512];
        const char *name = i ? "in.json" : "in.ndjson";
        table_write_json (place, name, whole, i == 1);
        snprintf (path, sizeof path, "%s/%s", place->folder, name);
        struct answer json = s_run (place, whole, path, &options, 2);
        s_expect_same (json.records, csv.records, table, name);
        s_answer_clear (&json);
    }
    s_answer_clear (&csv);
    free (whole);
}

Test (properties, json_says_what_csv_says)
{
    s_each (s_formats);
}

static const char *s_field_of (const char *name)
{
    static const char *const FIELDS[][2] = {{"MRN", "patient_id"},
                                            {"First Name", "given_name"},
                                            {"Surname", "family_name"},
                                            {"DOB", "birth_date"},
                                            {"Date of Death", "death_date"},
                                            {"Sex", "gender"},
                                            {"Race", "race"},
                                            {"SSN", "ssn"},
                                            {"Phone", "phone"},
                                            {"State", "state"},
                                            {"Zip", "postal_code"},
                                            {"Result ID", "result_id"},
                                            {"Patient ID", "patient_id"},
                                            {"Test Code", "test_code"},
                                            {"Test Name", "test_name"},
                                            {"Result Value", "value_number"},
                                            {"Units", "unit"},
                                            {"Ref Low", "reference_low"},
                                            {"Ref High", "reference_high"},
                                            {"Flag", "abnormal_flag"},
                                            {"Collected Date", "collected_at"},
                                            {"Result Date", "resulted_at"},
                                            {"Status", "status"},
                                            {"Study Instance UID", "study_uid"},
                                            {"Accession Number", "accession_number"},
                                            {"Study Date", "started_at"},
                                            {"Modality", "modality"},
                                            {"Body Site", "body_site"},
                                            {"Series Instance UID", "series_uid"},
                                            {"SOP Instance UID", "instance_uid"},
                                            {"Study Description", "description"},
                                            {"Manufacturer", "manufacturer"}};
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (strcmp (FIELDS[i][0], name) == 0)
            return FIELDS[i][1];
    cr_assert_fail ("%s has no field", name);
    return NULL;
}

static void s_renamed (struct workplace *place, const struct table *table, const struct answer *first)
{
    char mapping[2048];
    size_t at = (size_t) snprintf (mapping, sizeof mapping, "{\"kind\":\"%s\",\"columns\":{", table->kind);
    for (size_t c = 0; c < TABLE_COLUMNS; c++)
        if (!table->columns[c].extra)
            at += (size_t) snprintf (mapping + at, sizeof mapping - at, "%s\"c%zu\":\"%s\"", c ? "," : "", c,
                                     s_field_of (table->columns[c].name));
    snprintf (mapping + at, sizeof mapping - at, "}}");
    struct options options = {.mapping = mapping};
    struct answer other =
        s_run_table (place, table, (struct table_style){.end = "\n", .renamed = true}, &options, 2);
    s_expect_same (other.records, first->records, table, "a mapping of renamed columns");
    s_answer_clear (&other);
}

Test (properties, a_mapping_of_renamed_columns_changes_no_record)
{
    s_each (s_renamed);
}
