//  late_evidence_test.c: date columns whose evidence changes on the way, and JSON keys that come late:
//  whatever has been seen when, and by how many threads in which blocks, every record is there and every byte
//  the same. A failure names the seed. DMH_SEEDS=N tries N of them.
#include "test/support/results/local_attempt.h"

#include <criterion/criterion.h>
#include <zlib.h>

enum { ROWS = 14000, STRETCHES = 6, ROW_BYTES = 200, SEEDS = 2, COMBINATIONS = 9 };

static const size_t THREADS[] = {1, 2, 7};
static const uint64_t BLOCKS[] = {4096, 65536, 1024 * 1024};

enum form { FORM_CSV, FORM_LINES, FORM_ARRAY };

//  What a value says of its column's order.
enum sort { SORT_NONE, SORT_BOTH, SORT_DMY, SORT_MDY, SORT_ISO, SORT_COUNT };

//  A date column: stretches of rows, each with values of one sort; or a sparse one, with one of each.
struct dates {
    size_t begins[STRETCHES];
    enum sort sorts[STRETCHES];
    size_t from;    //  the first row that has the column at all (JSON)
    bool sparse;
    size_t dmy, mdy;     //  votes
    size_t ambiguous;    //  a row whose value both orders make a date; ROWS: none
};

struct plot {
    unsigned seed;
    enum form form;
    struct dates born, died;
    size_t ward, bed;    //  rows from which these keys are there (JSON)
    size_t stray;        //  a row with a byte that is no UTF-8; ROWS: none
};

static uint64_t s_state;

static size_t s_random (size_t below)
{
    s_state = s_state * 6364136223846793005u + 1442695040888963407u;
    return (size_t) (s_state >> 33) % below;
}

static struct dates s_dates (bool late)
{
    struct dates self = {.sparse = s_random (3) == 0, .ambiguous = ROWS};
    self.from = late ? ROWS - 1 - s_random (ROWS / 4) : 0;
    for (size_t i = 0; i < STRETCHES; i++) {
        self.begins[i] = i ? s_random (ROWS) : 0;
        self.sorts[i] = (enum sort) s_random (SORT_COUNT);
    }
    return self;
}

//  A sparse column has evidence where its stretches begin, and ambiguous dates where the file does.
static enum sort s_sort (const struct dates *self, size_t row)
{
    enum sort sort = SORT_NONE;
    size_t last = 0;
    if (row < self->from)
        return SORT_NONE;
    for (size_t i = 0; i < STRETCHES; i++)
        if (self->sparse && self->begins[i] == row && i > 0)
            return i % 2 ? SORT_DMY : SORT_MDY;
        else if (!self->sparse && self->begins[i] <= row && self->begins[i] >= last) {
            last = self->begins[i];
            sort = self->sorts[i];
        }
    return self->sparse && row % 1000 == 0 ? SORT_BOTH : sort;
}

//  The value of a row; `century` keeps births before deaths.
static void s_value (struct dates *self, size_t row, int century, char out[16])
{
    int low = 3 + (int) (row % 5), high = 13 + (int) (row % 15), year = century + (int) (row % 20);
    *out = 0;
    switch (s_sort (self, row)) {
    case SORT_BOTH:
        snprintf (out, 16, "01/02/%d", year);
        self->ambiguous = row;
        break;
    case SORT_DMY:
        snprintf (out, 16, "%02d/%02d/%d", high, low, year);
        self->dmy++;
        break;
    case SORT_MDY:
        snprintf (out, 16, "%02d/%02d/%d", low, high, year);
        self->mdy++;
        break;
    case SORT_ISO:
        snprintf (out, 16, "%d-%02d-%02d", year, low, high);
        break;
    default:
        break;
    }
}

static char *s_csv_row (struct plot *plot, size_t row, char *to)
{
    char born[16], died[16];
    s_value (&plot->born, row, 1901, born);
    s_value (&plot->died, row, 2001, died);
    return to + sprintf (to, "p%zu,%s,%s\n", row, born, died);
}

static char *s_json_row (struct plot *plot, size_t row, char *to)
{
    char born[16], died[16];
    s_value (&plot->born, row, 1901, born);
    s_value (&plot->died, row, 2001, died);
    to += sprintf (
        to,
        "{\"patient_id\":\"p%zu\",\"birth_date\":\"%s\",\"note\":\"%s of forty letters, so that keys "
        "can come late\"",
        row, born, row == plot->stray ? "\xeb" : "a note");
    if (row >= plot->died.from)
        to += sprintf (to, ",\"death_date\":\"%s\"", died);
    if (row >= plot->ward)
        to += sprintf (to, ",\"ward\":\"w%zu\"", row % 7);
    if (row >= plot->bed)
        to += sprintf (to, ",\"Bed No\":%zu", row % 9);
    to = stpcpy (to, "}");
    return stpcpy (to, plot->form == FORM_LINES ? "\n" : row + 1 < ROWS ? ",\n" : "]\n");
}

static char *s_text (struct plot *plot, size_t *n)
{
    char *text = malloc ((size_t) ROWS * ROW_BYTES + 256), *to = text;
    cr_assert_not_null (text);
    to = stpcpy (to, plot->form == FORM_CSV     ? "patient_id,birth_date,death_date\n"
                     : plot->form == FORM_ARRAY ? "["
                                                : "");
    for (size_t row = 0; row < ROWS; row++)
        to = plot->form == FORM_CSV ? s_csv_row (plot, row, to) : s_json_row (plot, row, to);
    *n = (size_t) (to - text);
    return text;
}

static struct plot s_plot (enum form form, unsigned seed)
{
    s_state = seed * 3 + form + 1;
    struct plot self = {.seed = seed, .form = form};
    self.born = s_dates (false);
    self.died = s_dates (form != FORM_CSV && s_random (2));
    self.ward = ROWS - 1 - s_random (ROWS / 5);
    self.bed = ROWS - 1 - s_random (ROWS / 5);
    self.stray = form == FORM_LINES && s_random (2) ? ROWS - 1 - s_random (ROWS / 5) : ROWS;
    return self;
}

//  What a run wrote; of the report what does not tell when and how fast.
struct answer {
    char *records, *audit, *report;
};

static void s_answer_clear (struct answer *self)
{
    free (self->records);
    free (self->audit);
    free (self->report);
}

static struct answer s_run (struct workplace *place, const struct plot *plot, const char *name,
                            size_t threads, uint64_t block)
{
    struct options options = {.format = "ndjson", .audit = "full", .block_bytes = block};
    struct local_attempt got = local_attempt_run (place, name, &options, threads);
    cr_assert (got.done, "seed %u, %zu threads, blocks of %d: %s", plot->seed, threads, (int) block,
               got.error.text);
    cr_assert_eq (got.counts.written, ROWS, "seed %u, %s, %zu threads, blocks of %d: %d of %d records",
                  plot->seed, name, threads, (int) block, (int) got.counts.written, (int) ROWS);
    struct answer answer = {workplace_read (got.folder, "records.ndjson", NULL),
                            workplace_read (got.folder, "audit.ndjson", NULL),
                            workplace_read (got.folder, "report.json", NULL)};
    cr_assert (answer.records && answer.audit && answer.report);
    char *timing = strstr (answer.report, "\"timing\"");
    cr_assert_not_null (timing);
    *timing = 0;
    return answer;
}

//  An ambiguous date is read by the order that has more votes in the whole column, month first where there
//  are as many.
static void s_expect_order (const char *line, const struct dates *dates, size_t row, int century,
                            const char *field, const struct plot *plot)
{
    char want[64];
    if (row != dates->ambiguous)
        return;
    snprintf (want, sizeof want, "\"%s\":\"%d-%s\"", field, century + (int) (row % 20),
              dates->dmy > dates->mdy ? "02-01" : "01-02");
    const char *found = strstr (line, want), *end = strchr (line, '\n');
    cr_assert (found && found < end, "seed %u: %s with %zu votes for dmy, %zu for mdy is not %s", plot->seed,
               field, dates->dmy, dates->mdy, want);
}

//  Every record is there, in order.
static void s_expect_all (const char *records, const struct plot *plot)
{
    char want[64];
    const char *line = records;
    for (size_t row = 0; row < ROWS; row++) {
        int n = snprintf (want, sizeof want, "{\"patient_id\":\"p%zu\",", row);
        cr_assert_eq (strncmp (line, want, (size_t) n), 0, "seed %u: record %zu is not there", plot->seed,
                      row);
        s_expect_order (line, &plot->born, row, 1901, "birth_date", plot);
        s_expect_order (line, &plot->died, row, 2001, "death_date", plot);
        const char *end = strchr (line, '\n');
        bool bed = plot->form != FORM_CSV && row >= plot->bed;
        const char *key = bed ? strstr (line, "\"bed_no\":\"") : NULL;
        cr_assert (end && (!bed || (key && key < end)), "seed %u: record %zu has lost a key", plot->seed,
                   row);
        line = end + 1;
    }
    cr_assert_eq (*line, 0);
}

static void s_expect_same (const char *got, const char *want, const struct plot *plot, const char *what)
{
    size_t line = 1;
    if (strcmp (got, want) == 0)    //  whole files are too long for a message
        return;
    for (size_t at = 0; got[at] && got[at] == want[at]; at++)
        line += got[at] == '\n';
    cr_assert_fail ("seed %u: line %zu of the %s is another one", plot->seed, line, what);
}

static void s_pack (const struct workplace *place, const char *name, const char *text, size_t n)
{
    size_t room = n + n / 8 + 1024;
    z_stream stream = {.next_in = (unsigned char *) (uintptr_t) text, .avail_in = (unsigned) n};
    stream.next_out = malloc (room);
    unsigned char *packed = stream.next_out;
    cr_assert_not_null (packed);
    stream.avail_out = (unsigned) room;
    cr_assert_eq (deflateInit2 (&stream, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    cr_assert_eq (deflate (&stream, Z_FINISH), Z_STREAM_END);
    workplace_write (place, name, packed, (size_t) stream.total_out);
    deflateEnd (&stream);
    free (packed);
}

static void s_try (struct plot *plot)
{
    static const char *const NAMES[] = {"in.csv", "in.ndjson", "in.json"};
    struct workplace place;
    size_t n;
    workplace_make (&place);
    char *text = s_text (plot, &n);
    workplace_write (&place, NAMES[plot->form], text, n);
    s_pack (&place, "in.gz", text, n);
    free (text);
    struct answer first = {NULL, NULL, NULL};
    for (size_t i = 0; i < COMBINATIONS + 2; i++) {
        bool packed = i >= COMBINATIONS;    //  those with 4 KiB and 64 KiB, 2 threads
        size_t at = packed ? 3 + i - COMBINATIONS : i;
        struct answer got =
            s_run (&place, plot, packed ? "in.gz" : NAMES[plot->form], THREADS[at / 3], BLOCKS[at % 3]);
        if (i == 0) {
            s_expect_all (got.records, plot);
            first = got;
            continue;
        }
        s_expect_same (got.records, first.records, plot, "records");
        s_expect_same (got.audit, first.audit, plot, "audit");
        if (!packed)
            s_expect_same (got.report, first.report, plot, "report");
        s_answer_clear (&got);
    }
    s_answer_clear (&first);
    workplace_remove (&place);
}

static void s_each (enum form form)
{
    const char *wish = getenv ("DMH_SEEDS");
    unsigned seeds = wish ? (unsigned) strtoul (wish, NULL, 10) : SEEDS;
    for (unsigned seed = 1; seed <= seeds; seed++) {
        struct plot plot = s_plot (form, seed);
        s_try (&plot);
    }
}

Test (late_evidence, no_row_of_csv_is_left_out)
{
    s_each (FORM_CSV);
}

Test (late_evidence, no_row_and_no_late_key_of_json_lines_is_left_out)
{
    s_each (FORM_LINES);
}

Test (late_evidence, no_row_and_no_late_key_of_a_json_array_is_left_out)
{
    s_each (FORM_ARRAY);
}

//  The first block of 4 KiB, or of 64, contradicts what is assumed, so that the pass is given up; what is
//  under way then outvotes it.
Test (late_evidence, a_contradiction_that_later_blocks_outvote_leaves_no_row_out)
{
    static const struct dates DATES[] = {
        {.begins = {0, 160, ROWS, ROWS, ROWS, ROWS}, .sorts = {SORT_DMY, SORT_MDY}, .ambiguous = ROWS},
        {.begins = {0, 2500, ROWS, ROWS, ROWS, ROWS}, .sorts = {SORT_DMY, SORT_MDY}, .ambiguous = ROWS},
        {.begins = {0, 500, 900, ROWS, ROWS, ROWS}, .sparse = true, .ambiguous = ROWS},
    };
    for (unsigned i = 0; i < 3; i++) {
        struct plot plot = {.seed = i, .form = FORM_CSV, .stray = ROWS, .born = DATES[i], .died = DATES[i]};
        s_try (&plot);
    }
}

//  By ymd, 12/25/80 votes for nothing; by the order that 25/12/2001 makes the column's, it would vote against
//  it, and one pass would overrule the other.
Test (late_evidence, no_reading_of_a_column_overrules_the_one_before_without_end)
{
    static const char TEXT[] = "patient_id,birth_date\n1,25/12/2001\n2,12/25/80\n3,01/02/2003\n";
    struct workplace place;
    struct options options = {.date_order = "ymd"};
    workplace_make (&place);
    workplace_write (&place, "in.csv", TEXT, sizeof TEXT - 1);
    struct local_attempt got = local_attempt_run (&place, "in.csv", &options, 1);
    cr_assert (got.done, "%s", got.error.text);
    char *records = workplace_read (got.folder, "records.csv", NULL);
    cr_expect_not_null (strstr (records, "\n1,,,,,,,2001-12-25,"), "%s", records);
    cr_expect_not_null (strstr (records, "\n2,,,,,,,1980-12-25,"), "%s", records);
    cr_expect_not_null (strstr (records, "\n3,,,,,,,2003-02-01,"), "%s", records);
    free (records);
    workplace_remove (&place);
}

//  A file of one block more each time: the first one contradicts what is assumed, and is given up in the
//  middle, as it comes in parts; when it is back the file is over, or nearly so.
Test (late_evidence, a_block_that_is_given_up_when_the_file_is_over_leaves_no_row_out)
{
    enum { BLOCK = 65536, BLOCKS_MOST = 8 };
    struct workplace place;
    struct options options = {.format = "ndjson", .audit = "full", .block_bytes = BLOCK};
    workplace_make (&place);
    for (size_t blocks = 1; blocks <= BLOCKS_MOST; blocks++) {
        char *text = malloc (blocks * BLOCK + 64), name[32];
        cr_assert_not_null (text);
        size_t n = (size_t) sprintf (text, "patient_id,birth_date\n"), rows = 0;
        for (; n + 32 < blocks * BLOCK; rows++)
            n += (size_t) sprintf (text + n, "p%zu,%s/1901\n", rows, n < BLOCK / 3 ? "13/02" : "02/13");
        snprintf (name, sizeof name, "in-%zu.csv", blocks);
        workplace_write (&place, name, text, n);
        free (text);
        struct local_attempt got = local_attempt_run (&place, name, &options, 1);
        cr_assert (got.done, "%s", got.error.text);
        cr_expect_eq (got.counts.written, rows, "%zu blocks: %d of %zu records", blocks,
                      (int) got.counts.written, rows);
    }
    workplace_remove (&place);
}
